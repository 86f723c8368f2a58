// SPDX-License-Identifier: Apache-2.0
/*
 * status.h - how a live run stands, in words, as JSON, and for Prometheus.
 *
 * Any thread that has a struct standing of its own; nothing in it points to what another
 * thread changes.
 */
#ifndef RUN_STATUS_H
#define RUN_STATUS_H

#include <stdio.h>

#include "output/board.h"
#include "run/deliver.h"

struct standing {
	struct board_view view;
	struct {
		const char *name;
		struct outbox_counts counts;
	} sinks[DELIVER_SINKS];
	unsigned sink_count;
	const char *const *interfaces;
	size_t interface_count;
	int64_t now, started;  /* on the clock, ns since 1970 */
	int64_t policy_loaded; /* the same */
	uint64_t resident;     /* bytes of memory that the process has */
	unsigned workers;
};

/* One screen for people. */
void status_print(const struct standing *standing, FILE *to);
/* The same numbers and more, as one JSON object and a newline. */
void status_print_json(const struct standing *standing, FILE *to);
/* Who sends now: open flows by pair, most first, at most `most` lines. */
void status_print_top(const struct standing *standing, unsigned most, FILE *to);
/* Every counter and size in Prometheus's text format, version 0.0.4. */
void status_print_metrics(const struct standing *standing, FILE *to);

/* "": all is well; else one sentence: what is not.  Numbers that are no longer renewed,
 * packets that are lost, records that are not taken. */
enum { STATUS_TEXT = 256 };
bool status_healthy(const struct standing *standing, char why[STATUS_TEXT]);

#endif
