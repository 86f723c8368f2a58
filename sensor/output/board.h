// SPDX-License-Identifier: Apache-2.0
/*
 * board.h - how a live run stands: what the output's thread pins up about once a second,
 * for whoever asks.
 *
 * Texts are copies, so that what was taken from the board outlives a reload.
 */
#ifndef OUTPUT_BOARD_H
#define OUTPUT_BOARD_H

#include <stdatomic.h>

#include "detect/event.h"
#include "ledger/names.h"

struct board;
struct tally;

enum { BOARD_RULES = 128, BOARD_TOP = 256, BOARD_TITLE = 96, BOARD_WINDOW = 10 };

struct board_rule {
	char id[40], title[BOARD_TITLE];
	bool filter; /* matched: what it kept back */
	uint64_t matched, suppressed;
	int64_t last; /* ns since 1970 */
};

/* A flow that goes on, from which data leaves. */
struct board_top {
	struct addr inside, outside;
	char name[NAMES_TEXT]; /* of the outside end, or "" */
	char over[64];         /* "TLS, Dropbox" */
	uint64_t now;     /* bytes that left since the look before, or since it began */
	uint64_t leaving; /* since it began */
	int64_t first;    /* ns since 1970 */
};

struct board_view {
	int64_t time;  /* of the numbers, ns since 1970; 0: there are none yet */
	int64_t began; /* of the run */
	struct counters sums;
	struct fills fills;
	uint64_t records; /* made so far */
	uint64_t rules_loaded, filters_loaded;
	int64_t canary; /* when the last one was seen; 0: never */
	uint64_t canaries;
	/* over the last BOARD_WINDOW seconds, or what there is of them */
	uint64_t bits, packets, dropped; /* a second; lost packets: in all */
	size_t rule_count;
	struct board_rule
		rules[BOARD_RULES];   /* those that have done anything, and filters */
	int64_t top_time, top_before; /* of the last look at open flows, and of the one
	                                 before; 0: none */
	size_t top_count;
	struct board_top top[BOARD_TOP];
};

/* The type of file, in rules/signatures, that is a canary. */
#define CANARY_TYPE "egret-canary"

struct board *board_new(void); /* NULL: out of memory */
void board_free(struct board *board);

/* The output's thread. */
struct stats;
void board_put(struct board *board, const struct stats *stats, const struct tally *tally,
               uint64_t records);
void board_open_flow(struct board *board, const struct flow_event *flow,
                     const struct end_names *names);
void board_canary(struct board *board, int64_t time);

/* Any thread: copies what is pinned up. */
void board_look(struct board *board, struct board_view *ret);
/* Any thread: open flows are to be looked at, at the next occasion. */
void board_ask_top(struct board *board);
/* The reader's: true once after somebody asked.  A board of NULL: nobody did. */
bool board_top_asked(struct board *board);

#endif
