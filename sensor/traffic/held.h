// SPDX-License-Identifier: Apache-2.0
/*
 * held.h - segments that came before their turn: the room's own, behind stream.h.
 *
 * A direction's held ranges are a list, sorted, without overlap, all after where the
 * direction stands; what came first wins.  A range may have its bytes, in blocks, or only
 * their number.  One pool for a shard.
 */
#ifndef TRAFFIC_HELD_H
#define TRAFFIC_HELD_H

#include "base/arena.h"
#include "traffic/flow.h"

struct held_pool {
	struct pool ranges;
	struct pool blocks;
};

struct held_range {
	uint32_t next;     /* index + 1 */
	uint32_t seq;      /* of its first byte */
	uint32_t length;   /* bytes; 0 only for a FIN alone */
	uint32_t cap;      /* of them at hand, from the front */
	uint32_t block;    /* the first that has them, index + 1 */
	uint16_t segments; /* that it came in */
	uint8_t fin;       /* the direction ends after it */
};

/* A segment, or what of it is new. */
struct piece {
	uint32_t seq;
	uint32_t length;
	struct bytes seen; /* at hand, at most length */
	bool fin;
};

/*
 * Whether the piece says otherwise than a range that it overlaps; where one of them has
 * no bytes at hand, nothing is known.
 */
bool held_differs(const struct held_pool *pool, const struct held_range *r,
                  const struct piece *piece);

enum held_added { HELD_ADDED, HELD_WITHOUT_BYTES, HELD_OLD, HELD_FULL };

/* `memory` bytes for both pools.  -1: out of memory. */
int held_init(struct held_pool *pool, uint64_t memory);
void held_done(struct held_pool *pool);

/*
 * Holds what of the piece is not held yet.  The piece lies after d->next.  HELD_OLD: all
 * of it is held.  HELD_WITHOUT_BYTES: there was no room for its bytes.  HELD_FULL: nor
 * for a range (part of it may be held).  `again` gets the number of bytes that were held
 * already, and *differs is set where it had others there.
 */
enum held_added held_add(struct held_pool *pool, struct direction *d, struct piece piece,
                         uint64_t *again, bool *differs);

/* The first range, or NULL. */
static inline const struct held_range *held_first(const struct held_pool *pool,
                                                  const struct direction *d)
{
	if (!d->held)
		return NULL;
	return (const struct held_range *)(const void *)pool->ranges.memory +
	       (d->held - 1);
}

/* Segments in the first range and those that go on from it, counted up to `most`. */
unsigned held_run(const struct held_pool *pool, const struct direction *d, unsigned most);

/* Takes the first range off the list; its blocks are for held_bytes to give and free. */
struct held_range held_take(struct held_pool *pool, struct direction *d);
/*
 * The bytes of a range's first block, good until the next held_ call, and none when there
 * are no more.  The block is free then.
 */
struct bytes held_bytes(struct held_pool *pool, struct held_range *range);
/* Frees the first range. */
void held_drop(struct held_pool *pool, struct direction *d);

#endif
