// SPDX-License-Identifier: Apache-2.0
/*
 * doubled.c - fingerprints of the newest packets, in a table without chains.
 *
 * It runs for every packet: a few multiplications, and one line of a table that stays in
 * the cache.  Where two packets want one place the newer has it; then a copy is missed,
 * and counts as it would without this.  A shard's worker runs it.
 */
#include "traffic/doubled.h"

#include <stdlib.h>

#include "base/cursor.h"

enum {
	SLOTS = 1024,
	NEAR = 2000000,       /* ns between a packet and its copy, at most */
	RECENT = 1000000000,  /* ns that evidence is good for */
	EVIDENCE_LEAST = 16,  /* copies that are certain before others are believed */
	EVIDENCE_SHARE = 4,   /* and one packet of so many; where all come twice, of 2 */
	EVIDENCE_MOST = 1024, /* packets that are remembered as evidence */
};

struct doubled {
	struct slot {
		uint64_t print; /* 0: free */
		int64_t time;
	} slots[SLOTS];
	/* of packets whose copy cannot be sent on purpose, the newest */
	uint32_t certain, copies;
	int64_t last_copy; /* when the newest certain one came */
	struct counters *counters;
};

struct doubled *doubled_new(struct counters *counters)
{
	struct doubled *d = calloc(1, sizeof(*d));

	if (d)
		d->counters = counters;
	return d;
}

void doubled_forget(struct doubled *d)
{
	*d = (struct doubled){ .counters = d->counters };
}

void doubled_free(struct doubled *d)
{
	free(d);
}

/* Both halves of the product: each bit of a and b has a say in all of it. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)(a ^ UINT64_C(0x9e3779b97f4a7c15)) *
	                      (b ^ UINT64_C(0xd1b54a32d192ed03));

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t addr_mix(const struct addr *a)
{
	uint64_t half[2];

	memcpy(half, a->b, sizeof(half));
	return mix(half[0], half[1]);
}

static uint64_t print_of(const struct packet *p)
{
	const struct tuple *t = &p->tuple;
	struct cursor payload =
		cursor_over((struct bytes){ p->data + p->payload_at, p->payload_cap });
	uint64_t start = cursor_u64(&payload);
	uint64_t ends = (uint64_t)t->from_port << 48 | (uint64_t)t->to_port << 32 |
	                (uint64_t)p->ip_id << 16 | p->checksum;
	uint64_t kind = p->payload_len << 16 | (uint64_t)t->proto << 8 | p->tcp_flags;
	uint64_t place = (uint64_t)p->seq << 32 | p->ack;

	if (p->fragment)
		place = (uint64_t)p->piece.id << 32 | p->piece.offset;
	/* the second address is turned: there and back are two things */
	return mix(mix(addr_mix(&t->from), ~addr_mix(&t->to)), mix(ends, place)) ^
	       mix(kind, start);
}

/* A host that sends it twice gives it another IP id, or has lost the first. */
static bool is_certain(const struct packet *p)
{
	return p->ip_id || (p->tuple.proto == PROTO_TCP && p->payload_len);
}

static void remember(struct doubled *d, bool copy, int64_t now)
{
	d->certain++;
	if (copy) {
		d->copies++;
		d->last_copy = now;
	}
	if (d->certain >= EVIDENCE_MOST) {
		d->certain /= 2;
		d->copies /= 2;
	}
}

static bool much_is_doubled(const struct doubled *d, int64_t now)
{
	return d->copies >= EVIDENCE_LEAST && d->copies >= d->certain / EVIDENCE_SHARE &&
	       now - d->last_copy <= RECENT;
}

bool doubled_take(struct doubled *d, const struct packet *p)
{
	uint64_t print = print_of(p);
	struct slot *slot = &d->slots[print % SLOTS];
	bool copy = slot->print == print && p->time - slot->time <= NEAR;

	if (is_certain(p))
		remember(d, copy, p->time);
	else if (copy) /* without a checksum there is too little to compare */
		copy = p->checksum && much_is_doubled(d, p->time);
	if (!copy) {
		*slot = (struct slot){ print, p->time };
		return false;
	}
	slot->print = 0;
	count_one(d->counters, COUNT_DOUBLED_PACKETS);
	count_add(d->counters, COUNT_DOUBLED_BYTES, p->wirelen);
	return true;
}
