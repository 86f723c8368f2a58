// SPDX-License-Identifier: Apache-2.0
/*
 * tally.h - how often each rule has matched, and what each filter has left out.
 *
 * One thread.  By the hash of the Sigma id, so that it goes on over a reload; grows with
 * the rules and filters that exist and with nothing else.
 */
#ifndef OUTPUT_TALLY_H
#define OUTPUT_TALLY_H

#include "detect/event.h"

struct json;

struct tally_entry {
	uint64_t hash; /* of the id */
	const char *id, *title;
	uint64_t matched;    /* a rule: alerts raised; a filter: alerts it kept back */
	uint64_t suppressed; /* a rule: alerts that filters kept back */
	int64_t last;        /* packet time, ns, of the newest of either; 0: never */
	bool filter;
};

struct tally {
	struct tally_entry *at; /* in the order of the policy */
	size_t n;
};

/* Every rule and filter of the policy, none matched yet.  -1: out of memory. */
int tally_begin(struct tally *tally, const struct rules *rules);
/* Other rules and filters; those that stay keep their numbers.  Out of memory: new ones
 * are not counted. */
void tally_adopt(struct tally *tally, const struct rules *rules);
void tally_done(struct tally *tally);

void tally_take(struct tally *tally, const struct event *event);

/* "rules": [...] and "filters": [...] of a stats record: rules that have done anything,
 * and every filter. */
void tally_write(const struct tally *tally, struct json *j);

#endif
