// SPDX-License-Identifier: Apache-2.0
/*
 * names.h - what an address is called: names and hardware addresses as they were said on
 * the wire.
 *
 * One thread, which learns and asks in the order of records; so an answer depends on the
 * packets before it and on nothing else.  Memory is taken at the start; when it is full,
 * what was not used for the longest time goes.
 */
#ifndef LEDGER_NAMES_H
#define LEDGER_NAMES_H

#include "detect/event.h"

enum { NAMES_TEXT = 112 }; /* of a name; a longer one keeps its end, behind "..." */

struct names;

struct names_counts {
	uint64_t learnt;  /* names and hardware addresses that were new or others */
	uint64_t evicted; /* given up for others */
	uint64_t moved;   /* addresses that came to have another hardware address */
};

/* max: entries, at least 1.  NULL: no memory. */
struct names *names_new(uint32_t max);
void names_free(struct names *names);

/* An event of kind EVENT_NAMING, at its time. */
void names_learn(struct names *names, const struct event *event);

/* What one end of a flow is called.  Texts are good until the next call of names_learn.
 */
struct end_name {
	const char *name; /* NULL: not known */
	const char *by;   /* how it is known: "sni", "host", "server" (another protocol),
	                     "dns", "mdns", "dhcp"... */
	const uint8_t *mac; /* six bytes; NULL: not known, or of an outside end */
};

struct end_names {
	struct end_name outside; /* of a flow with one end outside */
	struct end_name inside;  /* of a flow with one end inside, else of its client */
};

/*
 * Of the flow's two ends.  SNI and Host count before DNS, and an answer that the other
 * end itself got before those that others got.  A name that was good when the flow began
 * is good for all of it.
 */
struct end_names names_of(struct names *names, const struct flow_event *flow);

const struct names_counts *names_counts(const struct names *names);
struct fill names_fill(const struct names *names);

#endif
