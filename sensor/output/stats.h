// SPDX-License-Identifier: Apache-2.0
/*
 * stats.h - adds up what shards and reader have counted until a stats record is whole.
 */
#ifndef OUTPUT_STATS_H
#define OUTPUT_STATS_H

#include "detect/event.h"

enum { STATS_READERS = 64 };

/* What one of several readers took and lost. */
struct stats_reader {
	uint64_t packets, dropped, ring_drops, handed_over;
};

struct stats {
	struct counters sums;
	struct fills fills;
	int64_t time;   /* the newest part's */
	int64_t began;  /* the earliest that any part knows; 0: none does */
	uint32_t parts; /* that are in */
	struct stats_reader readers[STATS_READERS];
	unsigned reader_count;
	bool top;    /* the busiest flows were looked for */
	bool record; /* it is one for a record */
	bool final;
};

/* Adds a part; true when it was the last one: the record is whole, and stats_clear is
 * due. */
bool stats_add(struct stats *stats, const struct event *event);
void stats_clear(struct stats *stats); /* keeps `began` */

#endif
