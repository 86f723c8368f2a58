// SPDX-License-Identifier: Apache-2.0
/*
 * puzzle.c - lays pieces of a datagram where they belong.
 *
 * A piece is gone through in runs of units that are alike, all there or none, which end
 * with their word of bits: a memcpy and two masks for most of it.  The thread that reads.
 */
#include "traffic/puzzle.h"

#include <assert.h>

enum puzzle_fit puzzle_fits(const struct puzzle *z, const struct puzzle_piece *piece,
                            uint32_t most)
{
	uint32_t end;

	if (piece->length > most || piece->offset > most - piece->length)
		return PUZZLE_TOO_LONG;
	end = piece->offset + (uint32_t)piece->length;
	if (piece->length == 0)
		return PUZZLE_CONTRADICTS;
	if (piece->more ? end % PUZZLE_UNIT != 0 : end < z->reach)
		return PUZZLE_CONTRADICTS;
	if (z->end && (piece->more ? end > z->end : end != z->end))
		return PUZZLE_CONTRADICTS;
	return PUZZLE_FITS;
}

/* Units of one word of bits. */
struct run {
	struct puzzle_block *block;
	unsigned word, bit; /* the first */
	uint32_t at, end;   /* in the datagram, bytes */
};

static uint64_t bits(unsigned first, unsigned n)
{
	return (n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1) << first;
}

static struct puzzle_block *block_at(struct puzzle *z, struct pool *blocks, uint32_t at)
{
	struct puzzle_block **block = &z->block[at / PUZZLE_BLOCK];

	if (!*block) {
		*block = pool_get(blocks);
		assert(*block);
		memset((*block)->came, 0, sizeof((*block)->came));
		memset((*block)->seen, 0, sizeof((*block)->seen));
	}
	return *block;
}

/* The run of units, alike in whether they came, that begins at `at`, before `end`. */
static struct run run_at(struct puzzle_block *block, uint32_t at, uint32_t end)
{
	struct run r = {
		.block = block,
		.word = at % PUZZLE_BLOCK / PUZZLE_WORD,
		.bit = at % PUZZLE_WORD / PUZZLE_UNIT,
		.at = at,
	};
	uint64_t ahead = block->came[r.word] >> r.bit,
		 change = ahead & 1 ? ~ahead : ahead;
	unsigned n = change ? (unsigned)__builtin_ctzll(change) : 64;

	if (n > 64 - r.bit)
		n = 64 - r.bit;
	r.end = at + n * PUZZLE_UNIT < end ? at + n * PUZZLE_UNIT : end;
	return r;
}

/* Where, inside the run, the piece's bytes at hand end. */
static uint32_t run_hand(const struct run *r, const struct puzzle_piece *piece)
{
	uint64_t hand = (uint64_t)piece->offset + piece->seen.n;

	return hand < r->at ? r->at : hand > r->end ? r->end : (uint32_t)hand;
}

static void run_take(struct puzzle *z, const struct run *r,
                     const struct puzzle_piece *piece)
{
	uint32_t hand = run_hand(r, piece);
	unsigned units = (r->end - r->at + PUZZLE_UNIT - 1) / PUZZLE_UNIT;
	unsigned whole = hand == r->end ? units : (hand - r->at) / PUZZLE_UNIT;

	if (hand > r->at)
		memcpy(r->block->at + r->at % PUZZLE_BLOCK,
		       piece->seen.p + (r->at - piece->offset), hand - r->at);
	r->block->came[r->word] |= bits(r->bit, units);
	r->block->seen[r->word] |= bits(r->bit, whole);
	if (hand < r->end && hand < z->cut)
		z->cut = hand;
	z->came += r->end - r->at;
}

/* How many bytes of the run differ, as far as both are at hand. */
static uint32_t run_compare(const struct run *r, const struct puzzle_piece *piece)
{
	const uint8_t *there = r->block->at + r->at % PUZZLE_BLOCK;
	uint32_t n = run_hand(r, piece) - r->at, different = 0;
	const uint8_t *here;

	if (n == 0)
		return 0;
	here = piece->seen.p + (r->at - piece->offset);
	if (memcmp(here, there, n) == 0) /* what is not at hand may do so, too */
		return 0;
	for (uint32_t i = 0; i < n; i++)
		different += here[i] != there[i] &&
		             (r->block->seen[r->word] >> (r->bit + i / PUZZLE_UNIT) & 1);
	return different;
}

struct puzzle_laid puzzle_lay(struct puzzle *z, struct pool *blocks,
                              const struct puzzle_piece *piece)
{
	struct puzzle_laid laid = { 0 };
	uint32_t end = piece->offset + (uint32_t)piece->length;
	struct run r;

	for (uint32_t at = piece->offset; at < end; at = r.end) {
		r = run_at(block_at(z, blocks, at), at, end);
		if (r.block->came[r.word] >> r.bit & 1) {
			laid.again += r.end - at;
			laid.different += run_compare(&r, piece);
		} else {
			laid.fresh += r.end - at;
			run_take(z, &r, piece);
		}
	}
	if (end > z->reach)
		z->reach = end;
	if (!piece->more)
		z->end = end;
	return laid;
}

/* Where the first hole is. */
static uint32_t front(const struct puzzle *z)
{
	uint32_t at = 0;

	while (at < z->reach && z->block[at / PUZZLE_BLOCK]) {
		uint64_t came = z->block[at / PUZZLE_BLOCK]
		                        ->came[at % PUZZLE_BLOCK / PUZZLE_WORD];
		if (came != UINT64_MAX) {
			at += (uint32_t)__builtin_ctzll(~came) * PUZZLE_UNIT;
			break;
		}
		at += PUZZLE_WORD;
	}
	return at < z->reach ? at : z->reach;
}

uint32_t puzzle_copy(const struct puzzle *z, uint8_t to[static PUZZLE_MOST])
{
	uint32_t end = front(z), n;

	if (end > z->cut)
		end = z->cut;
	for (uint32_t at = 0; at < end; at += n) {
		n = end - at < PUZZLE_BLOCK ? end - at : PUZZLE_BLOCK;
		memcpy(to + at, z->block[at / PUZZLE_BLOCK]->at, n);
	}
	return end;
}

void puzzle_clear(struct puzzle *z, struct pool *blocks)
{
	for (unsigned i = 0; i < PUZZLE_BLOCKS; i++) {
		if (z->block[i])
			pool_put(blocks, z->block[i]);
		z->block[i] = NULL;
	}
}
