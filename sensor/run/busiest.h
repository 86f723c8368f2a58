// SPDX-License-Identifier: Apache-2.0
/*
 * busiest.h - of the flows that go on, those from which most has left since the last
 * look.
 *
 * A walk through the whole table, at the close after somebody asked; costs nothing before
 * the first time.  The shard's thread.
 */
#ifndef RUN_BUSIEST_H
#define RUN_BUSIEST_H

#include "traffic/flow.h"

enum { BUSIEST = 16 };

struct busiest {
	uint64_t *told; /* what had left at the last look, by the flow's place */
	int64_t time;   /* of that look; 0: there was none */
	unsigned n;
	struct busy {
		const struct flow *flow;
		uint64_t leaving; /* since the last look, or since the flow began */
	} at[BUSIEST];            /* most first */
};

/* Fills at and n; good until the next packet.  Of zeros at first. */
void busiest_find(struct busiest *busiest, struct flow_table *flows, int64_t now);
void busiest_done(struct busiest *busiest);

#endif
