// SPDX-License-Identifier: Apache-2.0
/*
 * ranges.h - which bytes of an object have gone by: a bounded set of intervals.
 *
 * Content mostly comes front to back, so that the set is one interval that grows.  When
 * more holes stand open than there is room for, the smallest one is taken as filled:
 * `blurred` says how many bytes were so counted that never came.
 */
#ifndef CONTENT_RANGES_H
#define CONTENT_RANGES_H

#include <stdint.h>

enum { RANGES_MAX = 8 };

struct ranges {
	uint8_t n;
	uint64_t blurred;
	struct range {
		uint64_t from, to; /* to is one past the last */
	} at[RANGES_MAX];          /* ascending, never touching */
};

/* Adds [from, to); gives how many bytes of it are new. */
uint64_t ranges_add(struct ranges *ranges, uint64_t from, uint64_t to);

#endif
