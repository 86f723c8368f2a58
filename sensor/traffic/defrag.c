// SPDX-License-Identifier: Apache-2.0
/*
 * defrag.c - datagrams whose pieces have not all come, and those that just became whole.
 *
 * Two lists, the oldest first: the unfinished, in the order of their first piece, which
 * is also that of their time-outs; and the finished, which are kept for two milliseconds,
 * so that pieces that a span port doubled are known for what they are and begin nothing
 * new. Room is made before a packet is read (defrag_give_up), so that there is always
 * enough for one: the finished go first, then the oldest.  The hash has a secret seed; it
 * decides on places and on nothing else.  The thread that reads runs it.
 */
#include "traffic/defrag.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/hash.h"
#include "traffic/decode.h"
#include "traffic/puzzle.h"

enum {
	V4_HEADER = 20,
	V6_HEADER = 40,
	V4_MOST = PUZZLE_MOST - V4_HEADER, /* whose lengths count the header */
	NESTED_MOST = 8,                   /* datagrams in pieces, one in the other */
	DATAGRAMS_LEAST = 64,
	REPEAT_TIME = 2000000, /* ns */
};

struct datagram {
	struct packet like; /* the piece that came first; its bytes are gone */
	struct puzzle puzzle;
	struct datagram *hash_next, *older, *newer;
	uint64_t hash;
	int64_t since;    /* when it began, or became whole */
	uint64_t wirelen; /* sums over the pieces */
	uint32_t packets;
	bool finished;
	uint8_t proto;    /* of IP: as the first piece has it */
	uint8_t header_n; /* 0: the first piece has not come */
	uint8_t header[V6_HEADER];
};

struct list {
	struct datagram *oldest, *newest;
};

struct defrag {
	struct defrag_limits limits;
	struct counters *counters;
	struct pool datagrams, blocks;
	struct list unfinished, finished;
	struct datagram **bucket;
	uint32_t mask;
	uint64_t seed;
	unsigned turn; /* of the ring */
	uint8_t ring[DEFRAG_RING][V6_HEADER + PUZZLE_MOST];
};

struct defrag *defrag_new(const struct defrag_limits *limits, struct counters *counters)
{
	struct defrag *x = calloc(1, sizeof(*x));
	uint64_t n = limits->memory / (sizeof(struct datagram) +
	                               sizeof(struct puzzle_block) + sizeof(void *));
	uint32_t buckets = DATAGRAMS_LEAST;

	if (!x)
		return NULL;
	x->limits = *limits;
	x->counters = counters;
	n = n < DATAGRAMS_LEAST ? DATAGRAMS_LEAST : n > 1u << 30 ? 1u << 30 : n;
	while (buckets < n)
		buckets *= 2;
	x->mask = buckets - 1;
	x->bucket = calloc(buckets, sizeof(struct datagram *));
	if (!x->bucket ||
	    pool_init(&x->datagrams, sizeof(struct datagram), (uint32_t)n) < 0 ||
	    pool_init(&x->blocks, sizeof(struct puzzle_block), (uint32_t)n) < 0) {
		defrag_free(x);
		return NULL;
	}
	if (getentropy(&x->seed, sizeof(x->seed)) < 0)
		x->seed = n;
	return x;
}

void defrag_free(struct defrag *x)
{
	if (!x)
		return;
	free(x->bucket);
	pool_done(&x->datagrams);
	pool_done(&x->blocks);
	free(x);
}

uint32_t defrag_used(const struct defrag *x)
{
	return pool_used(&x->datagrams) + pool_used(&x->blocks);
}

struct fill defrag_fill(const struct defrag *x)
{
	return (struct fill){ pool_used(&x->blocks), x->blocks.count };
}

static void list_add(struct list *l, struct datagram *d)
{
	d->older = l->newest;
	d->newer = NULL;
	*(l->newest ? &l->newest->newer : &l->oldest) = d;
	l->newest = d;
}

static void list_remove(struct list *l, struct datagram *d)
{
	*(d->older ? &d->older->newer : &l->oldest) = d->newer;
	*(d->newer ? &d->newer->older : &l->newest) = d->older;
}

/* What pieces of one datagram have in common. */
struct key {
	struct addr from, to, tunnel_from, tunnel_to;
	uint32_t id;
	uint16_t vlan[2];
	uint8_t vlan_count, proto, kind, depth;
	uint8_t none[4]; /* so that all bytes are set */
};

static struct key key_of(const struct packet *p)
{
	struct key k = {
		.from = p->tuple.from,
		.to = p->tuple.to,
		.id = p->piece.id,
		.vlan = { p->vlan[0], p->vlan[1] },
		.vlan_count = p->vlan_count,
		.kind = p->tunnel.kind,
	};

	if (addr_is_v4(&k.from)) /* in IPv6 only the first piece's counts */
		k.proto = p->tuple.proto;
	if (k.kind != TUNNEL_NONE) {
		k.tunnel_from = p->tunnel.from;
		k.tunnel_to = p->tunnel.to;
		k.depth = p->tunnel.depth;
	}
	return k;
}

_Static_assert(sizeof(struct key) == 80, "a key has no padding");

static struct datagram *find(const struct defrag *x, const struct key *key, uint64_t hash)
{
	struct datagram *d = x->bucket[hash & x->mask];

	for (; d; d = d->hash_next) {
		struct key other;

		if (d->hash != hash)
			continue;
		other = key_of(&d->like);
		if (memcmp(&other, key, sizeof(other)) == 0)
			break;
	}
	return d;
}

static struct datagram *begin(struct defrag *x, const struct packet *p, uint64_t hash)
{
	struct datagram **bucket = &x->bucket[hash & x->mask];
	struct datagram *d = pool_get(&x->datagrams);

	memset(d, 0, sizeof(*d));
	d->like = *p;
	d->puzzle.cut = UINT32_MAX;
	d->hash = hash;
	d->since = p->time;
	d->proto = p->tuple.proto;
	d->hash_next = *bucket;
	*bucket = d;
	list_add(&x->unfinished, d);
	return d;
}

static void forget(struct defrag *x, struct datagram *d)
{
	struct datagram **link = &x->bucket[d->hash & x->mask];

	while (*link != d)
		link = &(*link)->hash_next;
	*link = d->hash_next;
	list_remove(d->finished ? &x->finished : &x->unfinished, d);
	puzzle_clear(&d->puzzle, &x->blocks);
	pool_put(&x->datagrams, d);
}

/* Options and extension headers are left behind: nobody reads them any more. */
static void header_keep(struct datagram *d, const struct packet *p)
{
	struct cursor in = cursor_over((struct bytes){ p->data, p->caplen });
	struct bytes header;

	cursor_take(&in, p->ip_at);
	header = cursor_take(&in, addr_is_v4(&p->tuple.from) ? V4_HEADER : V6_HEADER);
	if (!cursor_ok(&in))
		return;
	memcpy(d->header, header.p, header.n);
	d->header_n = (uint8_t)header.n;
	d->proto = p->tuple.proto;
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* As if it had never been cut: its length, no fragment field, no fragment header. */
static void header_write(const struct datagram *d, uint8_t *to)
{
	memcpy(to, d->header, d->header_n);
	if (d->header_n == V6_HEADER) {
		put16(to + 4, d->puzzle.came);
		to[6] = d->proto;
		return;
	}
	to[0] = 0x45;
	put16(to + 2, V4_HEADER + d->puzzle.came);
	put16(to + 6, 0);
	put16(to + 10, 0); /* the checksum, as offload leaves it */
}

/* Makes p the packet that d is, or what there is of it: not decoded yet. */
static void put_together(struct defrag *x, const struct datagram *d, struct packet *p)
{
	uint8_t *to = x->ring[x->turn];

	x->turn = (x->turn + 1) % DEFRAG_RING;
	header_write(d, to);
	p->data = to;
	p->caplen = d->header_n + puzzle_copy(&d->puzzle, to + d->header_n);
	p->wirelen = (uint32_t)d->wirelen;
	p->pieces = d->packets;
}

static bool short_of_room(const struct defrag *x)
{
	return x->blocks.left < PUZZLE_BLOCKS || x->datagrams.left == 0;
}

/* What was finished goes when nothing can repeat it any more, or room is needed. */
static void make_room(struct defrag *x, int64_t now)
{
	struct datagram *d;

	while ((d = x->finished.oldest) &&
	       (d->since < now - REPEAT_TIME || short_of_room(x)))
		forget(x, d);
}

static struct puzzle_piece piece_of(const struct packet *p)
{
	return (struct puzzle_piece){
		.offset = p->piece.offset,
		.length = p->payload_len,
		.seen = { p->data + p->payload_at, p->payload_cap },
		.more = p->piece.more,
	};
}

static void count_repeat(struct defrag *x, const struct packet *p)
{
	count_one(x->counters, COUNT_FRAGMENT_REPEATS);
	count_add(x->counters, COUNT_FRAGMENT_REPEAT_BYTES, p->payload_len);
}

/* Whether p, as far as can be seen, is a piece of what has just become whole. */
static bool finished_has(struct defrag *x, struct datagram *d, const struct packet *p,
                         uint32_t most)
{
	struct puzzle_piece piece = piece_of(p);

	if (p->time - d->since > REPEAT_TIME ||
	    puzzle_fits(&d->puzzle, &piece, most) != PUZZLE_FITS)
		return false;
	return puzzle_lay(&d->puzzle, &x->blocks, &piece).different == 0;
}

static bool refused(struct defrag *x, const struct datagram *d, const struct packet *p,
                    uint32_t most)
{
	static const struct puzzle none;
	struct puzzle_piece piece = piece_of(p);
	enum puzzle_fit fit = puzzle_fits(d ? &d->puzzle : &none, &piece, most);

	if (fit == PUZZLE_FITS && (!d || d->wirelen + p->wirelen <= UINT32_MAX))
		return false;
	count_one(x->counters, fit == PUZZLE_TOO_LONG ? COUNT_FRAGMENT_TOO_LONG
	                                              : COUNT_FRAGMENT_REFUSED);
	count_add(x->counters, COUNT_FRAGMENT_REFUSED_BYTES, p->payload_len);
	return true;
}

/* Lays the piece.  False where it brought nothing that was not known. */
static bool add(struct defrag *x, struct datagram *d, const struct packet *p)
{
	struct puzzle_piece piece = piece_of(p);
	uint32_t end = d->puzzle.end;
	struct puzzle_laid laid = puzzle_lay(&d->puzzle, &x->blocks, &piece);

	if (laid.fresh == 0 && laid.different == 0 && d->puzzle.end == end)
		return false;
	count_add(x->counters, COUNT_FRAGMENT_OVERLAP_BYTES, laid.again);
	if (laid.different) {
		count_one(x->counters, COUNT_FRAGMENT_CONFLICTS);
		count_add(x->counters, COUNT_FRAGMENT_CONFLICT_BYTES, laid.different);
	}
	if (piece.offset == 0 && d->header_n == 0)
		header_keep(d, p);
	d->wirelen += p->wirelen;
	d->packets += p->pieces;
	return true;
}

enum taken { TAKEN_KEPT, TAKEN_REFUSED, TAKEN_WHOLE };

static enum taken take(struct defrag *x, struct packet *p)
{
	bool v4 = addr_is_v4(&p->tuple.from);
	uint32_t most = v4 ? V4_MOST : PUZZLE_MOST;
	struct key key = key_of(p);
	uint64_t hash = hash64(&key, sizeof(key), x->seed);
	struct datagram *d = find(x, &key, hash);

	count_one(x->counters, v4 ? COUNT_DEFRAG_V4 : COUNT_DEFRAG_V6);
	if (d && d->finished) {
		if (finished_has(x, d, p, most)) {
			count_repeat(x, p);
			return TAKEN_KEPT;
		}
		forget(x, d); /* the id has come round */
		d = NULL;
	}
	if (refused(x, d, p, most))
		return TAKEN_REFUSED;
	if (!d)
		d = begin(x, p, hash);
	if (!add(x, d, p)) {
		count_repeat(x, p);
		return TAKEN_KEPT;
	}
	if (!puzzle_whole(&d->puzzle))
		return TAKEN_KEPT;
	count_one(x->counters, v4 ? COUNT_DEFRAG_V4_WHOLE : COUNT_DEFRAG_V6_WHOLE);
	put_together(x, d, p);
	list_remove(&x->unfinished, d);
	d->finished = true;
	d->since = p->time;
	list_add(&x->finished, d);
	return TAKEN_WHOLE;
}

bool defrag_take(struct defrag *x, struct packet *p)
{
	for (unsigned n = 0; p->fragment && n < NESTED_MOST; n++) {
		make_room(x, p->time);
		switch (take(x, p)) {
		case TAKEN_KEPT: return false;
		case TAKEN_REFUSED: return true;
		case TAKEN_WHOLE:
			if (!decode_whole(p, x->counters))
				return false;
		}
	}
	if (p->fragment) {
		count_one(x->counters, COUNT_FRAGMENT_REFUSED);
		count_add(x->counters, COUNT_FRAGMENT_REFUSED_BYTES, p->payload_len);
	}
	return true;
}

/* The pieces as one without ports, of which only the length is known. */
static void put_aside(const struct datagram *d, struct packet *p)
{
	static const uint8_t nothing[1];

	p->data = nothing;
	p->caplen = 0;
	p->wirelen = (uint32_t)d->wirelen;
	p->pieces = d->packets;
	p->ip_at = p->ip_len = 0;
	p->payload_at = p->payload_cap = 0;
	p->payload_len = d->puzzle.came;
	p->tuple.proto = d->proto;
}

/* Makes p what there is of d.  False where that says too little to be decoded. */
static bool put_what_there_is(struct defrag *x, const struct datagram *d,
                              struct packet *p)
{
	struct packet like = d->like;

	like.number = p->number;
	like.time = p->time;
	*p = like;
	if (d->header_n) {
		put_together(x, d, p);
		if (decode_whole(p, x->counters))
			return true;
		*p = like;
	}
	put_aside(d, p);
	return false;
}

static int64_t due(const struct defrag *x, const struct datagram *d)
{
	return d->since > INT64_MAX - x->limits.timeout ? INT64_MAX
	                                                : d->since + x->limits.timeout;
}

static void count_given_up(struct defrag *x, const struct datagram *d, bool late,
                           bool last)
{
	bool v4 = addr_is_v4(&d->like.tuple.from);

	count_one(x->counters, COUNT_FRAGMENT_UNFINISHED);
	count_add(x->counters, COUNT_FRAGMENT_UNFINISHED_BYTES, d->puzzle.came);
	if (late)
		count_one(x->counters,
		          v4 ? COUNT_DEFRAG_V4_TIMEOUT : COUNT_DEFRAG_V6_TIMEOUT);
	else if (!last)
		count_one(x->counters, COUNT_DEFRAG_FULL);
}

bool defrag_give_up(struct defrag *x, int64_t next, struct packet *p)
{
	bool last = next == INT64_MAX, late, decoded;
	struct datagram *d;

	make_room(x, next);
	while ((d = x->unfinished.oldest)) {
		late = !last && due(x, d) < next;
		if (!last && !late && !short_of_room(x))
			break;
		if (late && due(x, d) > p->time)
			p->time = due(x, d);
		count_given_up(x, d, late, last);
		decoded = put_what_there_is(x, d, p);
		forget(x, d);
		/* it may be a piece of another datagram, which was in this one's tunnel
		 */
		if (!decoded || !p->fragment || short_of_room(x) || defrag_take(x, p))
			return true;
	}
	return false;
}
