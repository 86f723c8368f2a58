// SPDX-License-Identifier: Apache-2.0
/*
 * stream.c - what a TCP segment adds to its direction.
 *
 * Most segments come in order with nothing held: for them stream_take is a few sums and
 * one call.  All others are placed: what is old is cut off, what is next is given, what
 * is early is held, and holes are stepped over when they are known to be lost. What a
 * direction gives is counted when it is given, so payload + missing is always the length
 * of what the reader got, and of what came too late from before a midstream flow's first.
 * A shard's worker runs it.
 */
#include "traffic/stream.h"

#include <stdlib.h>

#include "traffic/held.h"
#include "traffic/sequence.h"

enum {
	ONE_SIDED_PATIENCE = 16, /* segments after a hole, where no ACKs are seen */
	DEAD_PATIENCE = 16,      /* times as many as of a direction that is read */
	HOLE_SMALL = 1 << 16,    /* the largest window without scaling */
	EARLIER_HOLE = 1 << 12,  /* before a midstream flow's first bytes */
	EARLIER_PACKETS = 16,    /* of a direction, in which such a hole is believed */
	SEGMENT_MOST = 1 << 30,  /* beyond any jumbogram that is real */
	SOFT_MOST = 1 << 16, /* acknowledged by the one side that is seen: counted then */
	UNSEEN_MOST = 1 << 22, /* acknowledged with nothing seen after it: counted then */
};

struct stream_pool {
	struct held_pool held;
	uint32_t limit; /* segments of a direction */
	struct counters *counters;
};

/* One direction at work. */
struct turn {
	struct stream_pool *pool;
	const struct stream_reader *reader;
	struct flow *flow;
	struct direction *d;
	unsigned dir;
};

struct stream_pool *stream_pool_new(uint64_t memory, uint32_t held,
                                    struct counters *counters)
{
	struct stream_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->limit = held < 1 ? 1 : held > 1024 ? 1024 : held;
	pool->counters = counters;
	if (held_init(&pool->held, memory) < 0) {
		stream_pool_free(pool);
		return NULL;
	}
	return pool;
}

void stream_pool_free(struct stream_pool *pool)
{
	if (!pool)
		return;
	held_done(&pool->held);
	free(pool);
}

uint32_t stream_pool_used(const struct stream_pool *pool)
{
	return pool_used(&pool->held.ranges) + pool_used(&pool->held.blocks);
}

struct fill stream_pool_fill(const struct stream_pool *pool)
{
	return (struct fill){ pool_used(&pool->held.blocks), pool->held.blocks.count };
}

static void give(const struct turn *t, struct bytes seen, uint32_t length)
{
	if (length == 0)
		return;
	t->d->payload += length;
	t->d->next += length;
	if (!t->d->dead && !t->d->finished)
		t->reader->deliver(t->reader->arg, t->flow, t->dir, seen, length, false);
}

static void lose(const struct turn *t, uint32_t length)
{
	static const uint8_t none[1];

	if (length == 0)
		return;
	t->d->missing += length;
	t->d->next += length;
	count_one(t->pool->counters, COUNT_TCP_GAPS);
	count_add(t->pool->counters, COUNT_TCP_MISSING, length);
	if (!t->d->dead && !t->d->finished)
		t->reader->deliver(t->reader->arg, t->flow, t->dir,
		                   (struct bytes){ none, 0 }, length, true);
}

static void came_again(const struct turn *t, uint64_t length)
{
	t->d->retransmitted += length;
	count_add(t->pool->counters, COUNT_TCP_RETRANSMITTED, length);
}

static void differ(const struct turn *t, bool differs)
{
	if (differs)
		count_one(t->pool->counters, COUNT_TCP_CONFLICTS);
}

static void finish(const struct turn *t, bool complete)
{
	if (t->d->finished)
		return;
	t->d->finished = 1;
	t->reader->finished(t->reader->arg, t->flow, t->dir, complete);
}

static void drop(const struct turn *t)
{
	held_drop(&t->pool->held, t->d);
	count_one(t->pool->counters, COUNT_TCP_STRAY);
}

/* The FIN's number is where we stand.  What is held cannot follow an end. */
static void reach_fin(const struct turn *t)
{
	if (t->d->fin)
		return;
	t->d->fin = 1;
	t->d->next++;
	while (t->d->held)
		drop(t);
	finish(t, true);
}

static void give_held(const struct turn *t)
{
	static const uint8_t none[1];
	struct held_range range = held_take(&t->pool->held, t->d);
	uint32_t length = range.length;
	struct bytes seen;

	while ((seen = held_bytes(&t->pool->held, &range)).n) {
		/* what was cut off follows the last block */
		uint32_t n = range.block ? (uint32_t)seen.n : length;

		give(t, seen, n);
		length -= n;
	}
	give(t, (struct bytes){ none, 0 }, length);
	if (range.fin)
		reach_fin(t);
}

static uint32_t hole_before_held(const struct turn *t)
{
	return held_first(&t->pool->held, t->d)->seq - t->d->next;
}

/* Gives what is held and is next. */
static void drain(const struct turn *t)
{
	while (t->d->held && hole_before_held(t) == 0)
		give_held(t);
}

/* How far the other side acknowledged beyond where we stand; 0: not. */
static uint32_t acked_ahead(const struct direction *d)
{
	int32_t ahead = sequence_after(d->next, d->acked);

	return d->ack_valid && ahead > 0 ? (uint32_t)ahead : 0;
}

/*
 * The hole before what is held is over with: stepped over if it can be believed, else
 * what is after it is dropped.
 */
static void step(const struct turn *t)
{
	uint32_t hole = hole_before_held(t);

	if (hole > HOLE_SMALL && acked_ahead(t->d) < hole &&
	    held_run(&t->pool->held, t->d, 2) < 2) {
		drop(t);
	} else if (hole < SEQUENCE_FAR) {
		lose(t, hole);
	} else { /* of a size that says nothing */
		lose(t, 1);
		t->d->next += hole - 1;
	}
	drain(t);
}

static bool is_empty(const struct direction *d)
{
	return d->payload + d->missing == 0 && !d->held && !d->fin;
}

/* The other side acknowledges up to ack what this direction sends. */
static void acknowledge(const struct turn *t, uint32_t ack)
{
	struct direction *d = t->d;
	int32_t after = sequence_after(d->next, ack);
	uint32_t covered = acked_ahead(d);

	if (!d->started) {
		d->started = d->soft = 1;
		d->next = ack;
	} else if (after < 0 && !d->ack_valid && is_empty(d)) {
		d->next = ack; /* of several SYNs, another one is answered */
	} else if (after > SEQUENCE_FAR || after < -SEQUENCE_FAR) {
		return;
	} else if (covered && sequence_after(d->acked, ack) >= 0) {
		d->ack_twice = 1;
		while (d->held && hole_before_held(t) <= (covered = acked_ahead(d)) &&
		       covered)
			step(t);
		covered = acked_ahead(d);
		/* the last number may be the FIN's */
		if (covered > (d->soft ? SOFT_MOST : UNSEEN_MOST))
			lose(t, covered - 1);
	}
	d->acked = ack;
	d->ack_valid = 1;
	if (sequence_after(d->next, ack) <= 0)
		d->ack_twice = 0;
}

/*
 * How many of the piece's bytes stand before the first one of a flow that was picked up
 * midstream: its first packets came in another order, and a few of them may be lost.  A
 * single byte is a keep-alive's.
 */
static uint32_t earlier(const struct turn *t, const struct piece *piece)
{
	struct direction *d = t->d;
	uint32_t before = sequence_start(d) - piece->seq;
	uint32_t hole = before > piece->length ? before - piece->length : 0;

	if (!t->flow->midstream || piece->length < 2 || hole > EARLIER_HOLE ||
	    (hole && d->packets > EARLIER_PACKETS) ||
	    d->payload + d->missing > SEQUENCE_FAR)
		return 0;
	d->payload += before - hole;
	d->missing += hole;
	count_add(t->pool->counters, COUNT_TCP_EARLIER, before - hole);
	count_add(t->pool->counters, COUNT_TCP_GAPS, hole > 0);
	count_add(t->pool->counters, COUNT_TCP_MISSING, hole);
	return before - hole;
}

/*
 * Whether the piece is behind us; else piece becomes what is left of it.  What is further
 * back than all that was counted cannot have come before: it is as far from here as
 * anything ahead.
 */
static bool cut_old(const struct turn *t, struct piece *piece)
{
	uint32_t back = t->d->next - piece->seq, new;
	size_t seen;

	if (back == 0 || back > SEQUENCE_FAR)
		return false;
	if (back > piece->length + HOLE_SMALL + t->d->payload + t->d->missing)
		return false;
	new = earlier(t, piece);
	if (back > piece->length) {
		came_again(t, piece->length - new);
		return true;
	}
	came_again(t, back - new);
	seen = piece->seen.n < back ? piece->seen.n : back;
	piece->seq += back;
	piece->length -= back;
	piece->seen.p += seen;
	piece->seen.n -= seen;
	return piece->length == 0 && !piece->fin;
}

/* The piece is next; of what is held already, what is held counts. */
static void give_piece(const struct turn *t, struct piece piece)
{
	bool differs = false;

	while (!cut_old(t, &piece)) {
		uint32_t hole = t->d->held ? hole_before_held(t) : UINT32_MAX;
		uint32_t n = piece.length < hole ? piece.length : hole;
		struct bytes seen = { piece.seen.p, piece.seen.n < n ? piece.seen.n : n };

		give(t, seen, n);
		if (n == piece.length) {
			if (piece.fin)
				reach_fin(t);
			break;
		}
		piece.seq += n;
		piece.length -= n;
		piece.seen.p += seen.n;
		piece.seen.n -= seen.n;
		differs =
			differs || held_differs(&t->pool->held,
		                                held_first(&t->pool->held, t->d), &piece);
		give_held(t);
	}
	differ(t, differs);
	drain(t);
}

static uint32_t patience(const struct turn *t)
{
	if (t->d->dead || t->d->finished)
		return t->pool->limit * DEAD_PATIENCE;
	if (!t->d->ack_valid && t->pool->limit > ONE_SIDED_PATIENCE)
		return ONE_SIDED_PATIENCE;
	return t->pool->limit;
}

/* The piece came before its turn.  False: it must be looked at again. */
static bool hold_piece(const struct turn *t, struct piece piece)
{
	struct direction *d = t->d;
	uint32_t before = d->held ? held_first(&t->pool->held, d)->seq : piece.seq;
	bool beyond = before - d->next < piece.seq - d->next;
	enum held_added added;
	uint64_t again;
	bool differs;

	if (d->dead || d->finished)
		piece.seen.n = 0;
	added = held_add(&t->pool->held, d, piece, &again, &differs);
	differ(t, differs);
	switch (added) {
	case HELD_OLD: came_again(t, again); return true;
	case HELD_FULL:
		count_one(t->pool->counters, COUNT_TCP_HELD_FULL);
		if (d->held) {
			step(t);
			return false;
		}
		if (piece.seq - d->next <= HOLE_SMALL ||
		    piece.seq - d->next <= acked_ahead(d)) {
			lose(t, piece.seq - d->next);
			return false;
		}
		count_one(t->pool->counters, COUNT_TCP_STRAY);
		return true;
	case HELD_WITHOUT_BYTES:
		count_one(t->pool->counters, COUNT_TCP_HELD_FULL);
		/* fall through */
	case HELD_ADDED: break;
	}
	came_again(t, again);
	count_one(t->pool->counters, COUNT_TCP_OUT_OF_ORDER);
	/* acknowledged, and it goes on: what is missing will not come */
	while (d->held && (beyond || d->ack_twice) &&
	       hole_before_held(t) <= acked_ahead(d))
		step(t);
	while (d->held_count > patience(t))
		step(t);
	return true;
}

static void place(const struct turn *t, struct piece piece)
{
	do {
		if (cut_old(t, &piece))
			return;
		if (piece.seq == t->d->next) {
			give_piece(t, piece);
			return;
		}
	} while (!hold_piece(t, piece));
}

/* Where the direction begins, by its first segment or by a SYN that replaces one. */
static void start(const struct turn *t, const struct packet *p)
{
	struct direction *d = t->d;
	bool syn = p->tcp_flags & TCP_SYN;

	if (!d->started || (d->soft && is_empty(d) && t->flow->midstream) ||
	    (syn && is_empty(d) && !d->ack_valid && t->flow->state == FLOW_NEW))
		d->next = p->seq + syn;
	d->started = 1;
	d->soft = 0;
}

static void end_direction(const struct turn *t);

static struct turn turn_of(struct stream_pool *pool, const struct stream_reader *reader,
                           struct flow *flow, unsigned dir)
{
	return (struct turn){ pool, reader, flow, &flow->dir[dir], dir };
}

/* Whatever is not just the next segment, or an acknowledgement of what was seen. */
__attribute__((noinline)) static void take_slowly(struct stream_pool *pool,
                                                  const struct stream_reader *reader,
                                                  struct flow *flow, unsigned dir,
                                                  const struct packet *p)
{
	struct turn t = turn_of(pool, reader, flow, dir);
	struct turn other = turn_of(pool, reader, flow, !dir);
	struct piece piece = {
		.seq = p->seq + !!(p->tcp_flags & TCP_SYN),
		.length = (uint32_t)p->payload_len,
		.seen = { p->data + p->payload_at, p->payload_cap },
		.fin = p->tcp_flags & TCP_FIN,
	};

	if (p->tcp_flags & TCP_RST) {
		if (!sequence_resets(flow, dir, p)) {
			count_one(pool->counters, COUNT_TCP_STRAY);
			return;
		}
		end_direction(dir == TO_SERVER ? &t : &other);
		end_direction(dir == TO_SERVER ? &other : &t);
		return;
	}
	if (p->payload_len > SEGMENT_MOST) {
		count_one(pool->counters, COUNT_TCP_STRAY);
		return;
	}
	if (p->tcp_flags & TCP_ACK)
		acknowledge(&other, p->ack);
	start(&t, p);
	if (piece.length || piece.fin)
		place(&t, piece);
}

/* An acknowledgement of what was seen, or one that says nothing new. */
static bool acknowledges_quickly(const struct direction *d, uint32_t ack)
{
	int32_t after = sequence_after(d->next, ack);

	if (!d->ack_valid)
		return false;
	if (after > 0)
		return d->ack_twice && ack == d->acked && !d->held;
	return after >= -SEQUENCE_FAR;
}

void stream_take(struct stream_pool *pool, const struct stream_reader *reader,
                 struct flow *flow, unsigned dir, const struct packet *p)
{
	struct direction *d = &flow->dir[dir], *other = &flow->dir[!dir];
	struct bytes seen = { p->data + p->payload_at, p->payload_cap };
	uint32_t n = (uint32_t)p->payload_len;

	if ((p->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) != TCP_ACK ||
	    !d->started || d->soft || d->held || p->seq != d->next ||
	    p->payload_len > SEGMENT_MOST || !acknowledges_quickly(other, p->ack)) {
		take_slowly(pool, reader, flow, dir, p);
		return;
	}
	if (p->ack != other->acked) {
		other->acked = p->ack;
		other->ack_twice = 0;
	}
	d->payload += n;
	d->next += n;
	if (n && !d->dead && !d->finished)
		reader->deliver(reader->arg, flow, dir, seen, n, false);
}

/* What is held or acknowledged is all there will be. */
static void end_direction(const struct turn *t)
{
	struct direction *d = t->d;
	const struct direction *other = &t->flow->dir[!t->dir];
	uint32_t ahead;

	while (d->held)
		step(t);
	ahead = acked_ahead(d);
	if (ahead && !d->fin && other->fin)
		ahead--; /* that was the FIN's number */
	if (d->ack_twice || other->fin)
		lose(t, ahead);
	finish(t, false);
}

void stream_end(struct stream_pool *pool, const struct stream_reader *reader,
                struct flow *flow)
{
	for (unsigned dir = 0; dir < 2; dir++) {
		struct turn t = turn_of(pool, reader, flow, dir);

		end_direction(&t);
	}
}

void stream_datagram(struct flow *flow, unsigned dir, const struct packet *p)
{
	flow->dir[dir].payload += p->payload_len;
}
