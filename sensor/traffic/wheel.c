// SPDX-License-Identifier: Apache-2.0
/*
 * wheel.c - lists in circles of slots, and for each circle a bitmap of two levels that
 * finds the next one.
 *
 * A link with its high bit set names the slot instead of a flow: at the ends of a list.
 * So a flow can be taken out of the middle of a list without knowing which one it is. A
 * shard's worker runs it.
 */
#include "traffic/wheel.h"

enum { SHIFT_LEAST = 27 };

#define END UINT32_C(0x80000000)

void wheel_init(struct wheel *wheel, struct flow *flows, int64_t longest)
{
	memset(wheel, 0, sizeof(*wheel));
	wheel->flows = flows;
	wheel->shift = SHIFT_LEAST;
	while (longest >> wheel->shift >= WHEEL_SLOTS - 2)
		wheel->shift++;
}

static void slot_append(struct wheel *wheel, unsigned circle, uint32_t at,
                        struct flow *flow)
{
	struct wheel_slot *slot = &wheel->slot[at += circle * WHEEL_SLOTS];
	uint32_t link = (uint32_t)(flow - wheel->flows) + 1;

	wheel->count[circle]++;
	flow->stands = (uint8_t)circle;
	flow->wheel_next = END | at;
	if (slot->tail) {
		flow->wheel_prev = slot->tail;
		wheel->flows[slot->tail - 1].wheel_next = link;
	} else {
		flow->wheel_prev = END | at;
		slot->head = link;
	}
	slot->tail = link;
}

void wheel_add(struct wheel *wheel, enum worth worth, struct flow *flow, int64_t due)
{
	struct wheel_map *map = &wheel->map[worth];
	uint32_t at = (uint32_t)(wheel_place(wheel, due) & (WHEEL_SLOTS - 1));

	slot_append(wheel, worth, at, flow);
	map->used[at / 64] |= UINT64_C(1) << at % 64;
	map->top[at / 64 / 64] |= UINT64_C(1) << at / 64 % 64;
}

void wheel_remove(struct wheel *wheel, struct flow *flow)
{
	uint32_t next = flow->wheel_next, prev = flow->wheel_prev;
	uint32_t at = next & ~END;
	struct wheel_map *map = &wheel->map[flow->stands];

	wheel->count[flow->stands]--;
	if (next & END)
		wheel->slot[at].tail = prev & END ? 0 : prev;
	else
		wheel->flows[next - 1].wheel_prev = prev;
	if (prev & END)
		wheel->slot[prev & ~END].head = next & END ? 0 : next;
	else
		wheel->flows[prev - 1].wheel_next = next;
	if (!(next & END) || !(prev & END) || flow->stands == WHEEL_ASIDE)
		return;
	at %= WHEEL_SLOTS;
	map->used[at / 64] &= ~(UINT64_C(1) << at % 64);
	if (map->used[at / 64] == 0)
		map->top[at / 64 / 64] &= ~(UINT64_C(1) << at / 64 % 64);
}

/* The first slot in use at or after `from`, not beyond the circle's seam; -1: none. */
static int slot_from(const struct wheel_map *map, uint32_t from)
{
	uint32_t word = from / 64, top = word / 64;
	uint64_t bits = map->used[word] & UINT64_MAX << from % 64;

	if (bits)
		return (int)(word * 64) + __builtin_ctzll(bits);
	bits = word % 64 == 63 ? 0 : map->top[top] & UINT64_MAX << (word % 64 + 1);
	while (!bits) {
		if (++top == WHEEL_TOPS)
			return -1;
		bits = map->top[top];
	}
	word = top * 64 + (uint32_t)__builtin_ctzll(bits);
	return (int)(word * 64) + __builtin_ctzll(map->used[word]);
}

struct flow *wheel_nearest(const struct wheel *wheel, enum worth worth, int64_t *tick)
{
	const struct wheel_map *map = &wheel->map[worth];
	uint32_t from = (uint32_t)(wheel->tick & (WHEEL_SLOTS - 1));
	int at;

	if (wheel->count[worth] == 0)
		return NULL;
	at = slot_from(map, from);
	if (at < 0)
		at = slot_from(map, 0);
	*tick = wheel->tick + (((uint32_t)at - from) & (WHEEL_SLOTS - 1));
	return &wheel->flows[wheel->slot[worth * WHEEL_SLOTS + (uint32_t)at].head - 1];
}

struct flow *wheel_behind(const struct wheel *wheel, const struct flow *flow)
{
	return flow->wheel_next & END ? NULL : &wheel->flows[flow->wheel_next - 1];
}

struct flow *wheel_first(const struct wheel *wheel, int64_t *tick)
{
	struct flow *first = NULL;
	int64_t one;

	for (unsigned worth = 0; worth < WORTHS; worth++) {
		struct flow *f = wheel_nearest(wheel, (enum worth)worth, &one);

		if (f && (!first || one < *tick)) {
			first = f;
			*tick = one;
		}
	}
	return first;
}

/* Two lists through wheel_next, each in order of first packets; gives the whole. */
static uint32_t merge(struct flow *flows, uint32_t a, uint32_t b)
{
	uint32_t head = 0, *link = &head;

	while (a && b) {
		bool later = flows[b - 1].first_packet < flows[a - 1].first_packet;
		uint32_t *less = later ? &b : &a;

		*link = *less;
		link = &flows[*less - 1].wheel_next;
		*less = *link;
	}
	*link = a ? a : b;
	return head;
}

void wheel_put_aside(struct wheel *wheel)
{
	uint32_t run[33] = { 0 }; /* run[i]: none, or 2^i flows in order */
	uint32_t all = 0;
	int64_t tick;
	struct flow *f;

	while ((f = wheel_first(wheel, &tick))) {
		uint32_t one = (uint32_t)(f - wheel->flows) + 1, i;

		wheel_remove(wheel, f);
		f->wheel_next = 0;
		for (i = 0; run[i]; i++) {
			one = merge(wheel->flows, run[i], one);
			run[i] = 0;
		}
		run[i] = one;
	}
	for (unsigned i = 0; i < 33; i++)
		all = merge(wheel->flows, run[i], all);
	while (all) {
		f = &wheel->flows[all - 1];
		all = f->wheel_next;
		slot_append(wheel, WHEEL_ASIDE, 0, f);
	}
}

struct flow *wheel_aside(const struct wheel *wheel)
{
	uint32_t head = wheel->slot[WHEEL_ASIDE * WHEEL_SLOTS].head;

	return head ? &wheel->flows[head - 1] : NULL;
}
