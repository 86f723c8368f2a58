// SPDX-License-Identifier: Apache-2.0
/*
 * drive.h - drives one dissector as the session does, and writes down what comes of it.
 *
 * The vector runner and the fuzz target share it.  Every call gets its bytes in memory of
 * exactly their size, so that a sanitizer sees any step outside, and the dissector is
 * held to its contract: what breaks it is said on stderr, and the program aborts.
 */
#ifndef TESTS_DISSECTORS_DRIVE_H
#define TESTS_DISSECTORS_DRIVE_H

#include <stdio.h>

#include "dissectors/dissector.h"

struct drive_side {    /* a direction */
	uint8_t *kept; /* bytes not yet read */
	size_t n;
	uint64_t left; /* of content that goes by; 0: framing is next */
	uint64_t seen; /* bytes that the last content came to */
	uint8_t slot;
	bool last;
	struct marker until;
	bool after_gap, dead;
	uint64_t gap;  /* bytes of it */
	unsigned idle; /* calls in a row that moved nothing */
	/* runs that the trace has not told yet */
	uint64_t run_content, run_read;
	uint8_t run_slot;
};

struct drive {
	const struct dissector *dissector;
	uint8_t *state;
	uint16_t port; /* of datagrams: the first of the dissector's, or another one */
	struct drive_side side[2];
	struct dissect_out out;
	char *trace; /* lines; for drive_done to free */
	size_t trace_n;
	FILE *to;
	unsigned calls;
};

void drive_init(struct drive *drive, const struct dissector *dissector);
/* The next bytes, or a datagram. */
void drive_push(struct drive *drive, bool from_client, struct bytes b);
void drive_lose(struct drive *drive, bool from_client, uint64_t n);
/* No more comes, from either side; the trace is whole after it. */
void drive_end(struct drive *drive);
void drive_done(struct drive *drive);

#endif
