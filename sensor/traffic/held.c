// SPDX-License-Identifier: Apache-2.0
/*
 * held.c - lists of ranges and their blocks in two pools of a shard.
 *
 * Places are measured as unsigned distances from where the direction stands, so a list
 * has one order, wherever the numbers wrap.  A shard's worker runs it.
 */
#include "traffic/held.h"

enum {
	BLOCK_BYTES = 2044,
	RANGES_SHARE = 16, /* of the memory; the rest is blocks */
	RANGES_LEAST = 64,
	BLOCKS_LEAST = 16,
	SEGMENTS_MOST = 1 << 15,
};

struct block {
	uint32_t next; /* index + 1 */
	uint8_t at[BLOCK_BYTES];
};

static uint32_t pool_count(uint64_t memory, size_t size, uint32_t least)
{
	uint64_t n = memory / size;

	return n < least ? least : n > 1u << 30 ? 1u << 30 : (uint32_t)n;
}

int held_init(struct held_pool *pool, uint64_t memory)
{
	uint64_t ranges = memory / RANGES_SHARE;
	uint32_t range_count =
		pool_count(ranges, sizeof(struct held_range), RANGES_LEAST);
	uint32_t block_count =
		pool_count(memory - ranges, sizeof(struct block), BLOCKS_LEAST);

	*pool = (struct held_pool){ 0 };
	if (pool_init(&pool->ranges, sizeof(struct held_range), range_count) < 0 ||
	    pool_init(&pool->blocks, sizeof(struct block), block_count) < 0) {
		held_done(pool);
		return -1;
	}
	return 0;
}

void held_done(struct held_pool *pool)
{
	pool_done(&pool->ranges);
	pool_done(&pool->blocks);
}

static struct held_range *range_at(const struct held_pool *pool, uint32_t link)
{
	return (struct held_range *)(void *)pool->ranges.memory + (link - 1);
}

static struct block *block_at(const struct held_pool *pool, uint32_t link)
{
	return (struct block *)(void *)pool->blocks.memory + (link - 1);
}

/* Copies the bytes into a chain of blocks.  False where there are too few: none is taken.
 */
static bool bytes_hold(struct held_pool *pool, struct held_range *r, struct bytes b)
{
	uint32_t *link = &r->block;
	struct block *block;

	if ((b.n + BLOCK_BYTES - 1) / BLOCK_BYTES > pool->blocks.left)
		return false;
	r->cap = (uint32_t)b.n;
	while (b.n && (block = pool_get(&pool->blocks))) {
		size_t n = b.n < BLOCK_BYTES ? b.n : BLOCK_BYTES;

		memcpy(block->at, b.p, n);
		block->next = 0;
		*link = (uint32_t)(block - block_at(pool, 1)) + 1;
		link = &block->next;
		b.p += n;
		b.n -= n;
	}
	return true;
}

struct bytes held_bytes(struct held_pool *pool, struct held_range *range)
{
	struct block *block;
	struct bytes b;

	if (!range->block)
		return (struct bytes){ NULL, 0 };
	block = block_at(pool, range->block);
	b.p = block->at;
	b.n = range->cap < BLOCK_BYTES ? range->cap : BLOCK_BYTES;
	range->cap -= (uint32_t)b.n;
	range->block = block->next;
	pool_put(&pool->blocks,
	         block); /* what is in it stays until it is given out again */
	return b;
}

/* Puts a range for the piece in at *link; false where there is none left. */
static bool insert(struct held_pool *pool, uint32_t *link, struct piece piece,
                   bool *bytes)
{
	struct held_range *r = pool_get(&pool->ranges);

	if (!r)
		return false;
	*r = (struct held_range){
		.next = *link,
		.seq = piece.seq,
		.length = piece.length,
		.fin = piece.fin,
	};
	if (!bytes_hold(pool, r, piece.seen))
		*bytes = false;
	*link = (uint32_t)(r - range_at(pool, 1)) + 1;
	return true;
}

/* A piece without bytes makes a range before it longer that has none either. */
static bool extend(struct held_range *before, struct piece piece)
{
	if (!before || before->cap || piece.seen.n || before->fin ||
	    before->seq + before->length != piece.seq ||
	    before->length > (1u << 30) - piece.length)
		return false;
	before->length += piece.length;
	before->fin = piece.fin;
	return true;
}

static struct piece front_of(struct piece piece, uint32_t n)
{
	if (piece.length > n) {
		piece.length = n;
		piece.fin = false;
	}
	if (piece.seen.n > n)
		piece.seen.n = n;
	return piece;
}

static struct piece rest_of(struct piece piece, uint32_t n)
{
	size_t seen = piece.seen.n < n ? piece.seen.n : n;

	piece.seq += n;
	piece.length -= n;
	piece.seen.p += seen;
	piece.seen.n -= seen;
	return piece;
}

bool held_differs(const struct held_pool *pool, const struct held_range *r,
                  const struct piece *piece)
{
	uint32_t at = piece->seq - r->seq, link = r->block, left = r->cap;
	struct bytes b = piece->seen;

	if (at >= left)
		return false;
	for (; link && left; link = block_at(pool, link)->next) {
		uint32_t n = left < BLOCK_BYTES ? left : BLOCK_BYTES;

		left -= n;
		if (at >= n) {
			at -= n;
			continue;
		}
		n = n - at < b.n ? n - at : (uint32_t)b.n;
		if (n && memcmp(block_at(pool, link)->at + at, b.p, n) != 0)
			return true;
		b.p += n;
		b.n -= n;
		at = 0;
	}
	return false;
}

enum held_added held_add(struct held_pool *pool, struct direction *d, struct piece piece,
                         uint64_t *again, bool *differs)
{
	uint32_t *link = &d->held;
	struct held_range *before = NULL;
	bool bytes = true, counted = false;

	*again = 0;
	*differs = false;
	for (;;) {
		uint64_t at = piece.seq - d->next, end = at + piece.length;
		struct held_range *r = *link ? range_at(pool, *link) : NULL;
		uint64_t r_at = r ? r->seq - d->next : UINT64_MAX;
		uint64_t r_end = r ? r_at + r->length : UINT64_MAX;

		if (r && (r_end <= at && !(r_end == at && piece.length == 0))) {
			before = r;
			link = &r->next;
			continue;
		}
		if (at < r_at) { /* there is a gap before r */
			uint32_t n = (uint32_t)(end < r_at ? piece.length : r_at - at);
			struct piece front = front_of(piece, n);

			if (extend(before, front)) {
				r = before;
			} else {
				if (!insert(pool, link, front, &bytes))
					return HELD_FULL;
				r = range_at(pool, *link);
				before = r;
				link = &r->next;
			}
			if (!counted && r->segments < SEGMENTS_MOST) {
				d->held_count++;
				r->segments++;
			}
			counted = true;
			if (end <= r_at)
				break;
			piece = rest_of(piece, n);
			continue;
		}
		/* it begins inside r, or where r ends */
		*differs = *differs || held_differs(pool, r, &piece);
		if (end <= r_end) {
			*again += piece.length;
			if (piece.fin && end == r_end && !r->fin) {
				r->fin = true;
				counted = true;
			}
			break;
		}
		*again += r_end - at;
		piece = rest_of(piece, (uint32_t)(r_end - at));
	}
	if (!counted)
		return HELD_OLD;
	return bytes ? HELD_ADDED : HELD_WITHOUT_BYTES;
}

unsigned held_run(const struct held_pool *pool, const struct direction *d, unsigned most)
{
	unsigned segments = 0;
	uint32_t link = d->held;

	while (link && segments < most) {
		const struct held_range *r = range_at(pool, link);

		segments += r->segments;
		link = r->next;
		if (link && range_at(pool, link)->seq != r->seq + r->length)
			break;
	}
	return segments;
}

struct held_range held_take(struct held_pool *pool, struct direction *d)
{
	struct held_range *r = range_at(pool, d->held), copy = *r;

	d->held = r->next;
	d->held_count = (uint16_t)(d->held_count - r->segments);
	pool_put(&pool->ranges, r);
	return copy;
}

void held_drop(struct held_pool *pool, struct direction *d)
{
	struct held_range r = held_take(pool, d);

	while (held_bytes(pool, &r).n)
		;
}
