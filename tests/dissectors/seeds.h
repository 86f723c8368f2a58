// SPDX-License-Identifier: Apache-2.0
/*
 * seeds.h - vectors as bytes for tests/fuzz/fuzz_dissect, and back.
 *
 * The first byte picks the dissector.  Then come steps: a byte that says who sends (bit
 * 0), whether the bytes are lost (bit 1) and in pieces of how many bytes they come (the
 * rest of it; 0 is 1), two bytes with their number, little-endian, and the bytes, if they
 * are not lost.
 */
#ifndef TESTS_DISSECTORS_SEEDS_H
#define TESTS_DISSECTORS_SEEDS_H

#include "tests/dissectors/drive.h"

/* Zeroed at first; freed when seed_next gives false. */
struct seed {
	const char *dissector;
	unsigned line; /* of its vector file */
	uint8_t *b;
	size_t n;
	/* where it stands */
	size_t index, vector;
};

bool seed_next(struct seed *seed);

/* Gives them to drive; in pieces, or each step whole. */
const struct dissector *seed_dissector(struct bytes seed);
void seed_play(struct bytes seed, struct drive *drive, bool pieces);

#endif
