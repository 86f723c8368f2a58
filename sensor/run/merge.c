// SPDX-License-Identifier: Apache-2.0
/*
 * merge.c - batch by batch, by (time, packet, closing, part, shard, index).
 *
 * Lanes are drained in turn, so that none waits for room while another is waited for; a
 * batch's events lie in memory of the merge until it is whole.  By time, the lane that is
 * furthest behind is drained; that may wait, for those lanes do not wait for each other.
 */
#include "run/merge.h"

#include <assert.h>
#include <stdlib.h>

enum { RING_BYTES = 1 << 20 };

/* Shorter than any event. */
struct mark {
	int64_t time;
	bool end;
};

struct lane {
	struct merge *merge;
	struct ring *ring;
	/* events of the batch at hand, one behind the other, each aligned to 16 */
	uint8_t *bytes;
	size_t n, room;
	size_t put; /* of them, just now */
	bool closed, ended;
	int64_t time; /* it is past it */
};

struct merge {
	struct outlet outlet;
	unsigned lane_count;
	struct lane *lanes;
	const struct event **sorted;
	size_t sorted_room;
};

struct merge *merge_new(unsigned lanes, const struct outlet *outlet)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->outlet = *outlet;
	m->lane_count = lanes;
	m->lanes = calloc(lanes, sizeof(*m->lanes));
	for (unsigned i = 0; m->lanes && i < lanes; i++) {
		m->lanes[i].merge = m;
		m->lanes[i].ring = ring_new(RING_BYTES);
		if (!m->lanes[i].ring) {
			merge_free(m);
			return NULL;
		}
	}
	if (!m->lanes) {
		merge_free(m);
		return NULL;
	}
	return m;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	for (unsigned i = 0; m->lanes && i < m->lane_count; i++) {
		ring_free(m->lanes[i].ring);
		free(m->lanes[i].bytes);
	}
	free(m->lanes);
	free(m->sorted);
	free(m);
}

static void lane_put(void *arg, const struct event *event)
{
	struct lane *lane = arg;

	memcpy(ring_reserve_wait(lane->ring, event->size), event, event->size);
	ring_commit(lane->ring);
}

struct outlet merge_lane(struct merge *m, unsigned lane)
{
	return (struct outlet){ .put = lane_put, .arg = &m->lanes[lane] };
}

static void set_mark(struct merge *m, unsigned lane, const struct mark *mark)
{
	memcpy(ring_reserve_wait(m->lanes[lane].ring, sizeof(*mark)), mark,
	       sizeof(*mark));
	ring_commit(m->lanes[lane].ring);
}

void merge_close(struct merge *m, unsigned lane, int64_t time)
{
	set_mark(m, lane, &(struct mark){ .time = time });
}

void merge_end(struct merge *m, unsigned lane)
{
	set_mark(m, lane, &(struct mark){ .time = INT64_MAX, .end = true });
}

static void keep(struct lane *lane, const void *event, size_t n)
{
	size_t whole = (n + 15) & ~(size_t)15;

	if (lane->room - lane->n < whole) {
		lane->room = (lane->room + whole) * 2;
		lane->bytes = realloc(lane->bytes, lane->room);
		assert(lane->bytes); /* without memory for what is to be said there is no
		                        run */
	}
	memcpy(lane->bytes + lane->n, event, n);
	lane->n += whole;
}

/* Takes what the lane has, up to its next mark, waiting for it. */
static void drain(struct lane *lane)
{
	while (!lane->closed) {
		size_t n;
		const void *message = ring_peek_wait(lane->ring, &n);

		if (n == sizeof(struct mark)) {
			const struct mark *mark = message;

			lane->closed = true;
			lane->ended = mark->end;
			lane->time = mark->time;
		} else {
			keep(lane, message, n);
		}
		ring_next(lane->ring);
	}
}

static int before(const void *a, const void *b)
{
	const struct event_order *x = &(*(const struct event *const *)a)->order;
	const struct event_order *y = &(*(const struct event *const *)b)->order;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->packet != y->packet)
		return x->packet < y->packet ? -1 : 1;
	if (x->closing != y->closing)
		return x->closing < y->closing ? -1 : 1;
	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (x->shard != y->shard)
		return x->shard < y->shard ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void gather(struct merge *m, const struct event *event, size_t *count)
{
	if (*count == m->sorted_room) {
		m->sorted_room = m->sorted_room * 2 + 256;
		m->sorted = realloc(m->sorted, m->sorted_room * sizeof(*m->sorted));
		assert(m->sorted);
	}
	m->sorted[(*count)++] = event;
}

/* Its events stand by time; gives how many bytes of them come before that one. */
static size_t gather_lane(struct merge *m, const struct lane *lane, int64_t time,
                          size_t *count)
{
	size_t at = 0;

	while (at < lane->n) {
		const struct event *e = (const struct event *)(lane->bytes + at);

		if (e->order.time >= time)
			break;
		gather(m, e, count);
		at += (e->size + 15U) & ~(size_t)15;
	}
	return at;
}

static void forget(struct lane *lane, size_t n)
{
	lane->n -= n;
	if (n && lane->n)
		memmove(lane->bytes, lane->bytes + n, lane->n);
}

/* What stands before that time. */
static void put_until(struct merge *m, int64_t time)
{
	size_t count = 0;

	for (unsigned i = 0; i < m->lane_count; i++)
		m->lanes[i].put = gather_lane(m, &m->lanes[i], time, &count);
	if (count)
		qsort(m->sorted, count, sizeof(*m->sorted), before);
	for (size_t i = 0; i < count; i++)
		m->outlet.put(m->outlet.arg, m->sorted[i]);
	for (unsigned i = 0; i < m->lane_count; i++)
		forget(&m->lanes[i], m->lanes[i].put);
}

void merge_run(struct merge *m)
{
	bool all_ended;

	do {
		all_ended = true;
		for (unsigned i = 0; i < m->lane_count; i++)
			drain(&m->lanes[i]);
		put_until(m, INT64_MAX);
		for (unsigned i = 0; i < m->lane_count; i++) {
			m->lanes[i].closed = m->lanes[i].ended;
			all_ended &= m->lanes[i].ended;
		}
	} while (!all_ended);
}

static struct lane *furthest_behind(struct merge *m)
{
	struct lane *least = &m->lanes[0];

	for (unsigned i = 1; i < m->lane_count; i++)
		if (m->lanes[i].time < least->time)
			least = &m->lanes[i];
	return least;
}

void merge_run_by_time(struct merge *m)
{
	struct lane *lane;

	while (!(lane = furthest_behind(m))->ended) {
		drain(lane);
		lane->closed = lane->ended;
		put_until(m, furthest_behind(m)->time);
	}
}
