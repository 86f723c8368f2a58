// SPDX-License-Identifier: Apache-2.0
/*
 * spread.h - which packets belong together: the hash of a pair of addresses.
 *
 * The same for both directions, on every machine, and in the kernel, whose classic BPF
 * has 32 bits and these few operations: what decode computes of the innermost addresses,
 * fanout has the kernel compute of the outermost ones.  Where there is no tunnel they are
 * the same, and a packet comes at once to the thread that works on it.
 */
#ifndef TRAFFIC_SPREAD_H
#define TRAFFIC_SPREAD_H

#include <stdint.h>

#define SPREAD_PAIR 0x9e3779b1U

/* Of an address in four words, in host byte order; IPv4 as ::ffff:a.b.c.d. */
#define SPREAD_WORDS                                               \
	{                                                          \
		0x85ebca6bU, 0xc2b2ae35U, 0x27d4eb2fU, 0x165667b1U \
	}

enum { SPREAD_ADDR_SHIFT = 15, SPREAD_PAIR_SHIFT = 16 };

static inline uint32_t spread_addr(const uint32_t word[4])
{
	static const uint32_t by[4] = SPREAD_WORDS;
	uint32_t x = 0;

	for (unsigned i = 0; i < 4; i++)
		x ^= word[i] * by[i];
	return x ^ x >> SPREAD_ADDR_SHIFT;
}

/*
 * Each address is mixed before the two are added, or neighbours in one network would
 * cancel out (.1 with .4, .2 with .3).
 */
static inline uint32_t spread_pair(uint32_t a, uint32_t b)
{
	uint32_t x = (a + b) * SPREAD_PAIR;

	return x ^ x >> SPREAD_PAIR_SHIFT;
}

#endif
