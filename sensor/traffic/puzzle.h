// SPDX-License-Identifier: Apache-2.0
/*
 * puzzle.h - the bytes of one datagram, as its pieces bring them: the room's own, behind
 * defrag.h.
 *
 * Fragments begin at multiples of eight bytes, and all but the last end at one (RFC 791
 * 3.2, RFC 8200 4.5).  So a bit for each unit of eight bytes says whether it came, and no
 * list of pieces is needed: whatever the order and however small they are, a piece costs
 * what its own bytes cost.  What came first stays.
 */
#ifndef TRAFFIC_PUZZLE_H
#define TRAFFIC_PUZZLE_H

#include "base/arena.h"
#include "base/bytes.h"

enum {
	PUZZLE_UNIT = 8,
	PUZZLE_WORD = 64 * PUZZLE_UNIT, /* bytes for which a word of bits stands */
	PUZZLE_WORDS = 4,               /* of a block */
	PUZZLE_BLOCK = PUZZLE_WORDS * PUZZLE_WORD,
	PUZZLE_MOST = 65535, /* bytes of a datagram */
	PUZZLE_BLOCKS = (PUZZLE_MOST + PUZZLE_BLOCK) / PUZZLE_BLOCK,
};

/* What a pool of blocks is made of. */
struct puzzle_block {
	uint64_t came[PUZZLE_WORDS]; /* a bit for each unit */
	uint64_t seen[PUZZLE_WORDS]; /* of those: all its bytes are at hand */
	uint8_t at[PUZZLE_BLOCK];
};

/* Begins as zeros, but for cut. */
struct puzzle {
	struct puzzle_block *block[PUZZLE_BLOCKS]; /* NULL: nothing came there */
	uint32_t end;   /* bytes of the whole; 0: its last piece has not come */
	uint32_t reach; /* where the farthest piece ended */
	uint32_t came;  /* bytes, each once */
	uint32_t cut; /* the first byte that came and is not at hand; UINT32_MAX: none */
};

/* A piece on its way in. */
struct puzzle_piece {
	uint32_t offset;
	uint64_t length;   /* bytes on the wire */
	struct bytes seen; /* of them at hand, from the front */
	bool more;         /* not the last one */
};

enum puzzle_fit { PUZZLE_FITS, PUZZLE_TOO_LONG, PUZZLE_CONTRADICTS };

/*
 * Whether the piece may be laid: it has bytes, ends before `most` (at most PUZZLE_MOST)
 * and at a unit unless it is the last one, and says of the end what others said.
 */
enum puzzle_fit puzzle_fits(const struct puzzle *z, const struct puzzle_piece *piece,
                            uint32_t most);

/* What became of a piece's bytes. */
struct puzzle_laid {
	uint32_t fresh;     /* not there before */
	uint32_t again;     /* there already */
	uint32_t different; /* of those, where both are at hand: not the same */
};

/*
 * Lays a piece that fits.  The pool must have a block for each that it touches
 * (PUZZLE_BLOCKS at most): the caller sees to that.
 */
struct puzzle_laid puzzle_lay(struct puzzle *z, struct pool *blocks,
                              const struct puzzle_piece *piece);

static inline bool puzzle_whole(const struct puzzle *z)
{
	return z->end != 0 && z->came == z->end;
}

/* Copies what is at hand from the front to the first hole; gives how many bytes. */
uint32_t puzzle_copy(const struct puzzle *z, uint8_t to[static PUZZLE_MOST]);

void puzzle_clear(struct puzzle *z, struct pool *blocks);

#endif
