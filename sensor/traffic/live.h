// SPDX-License-Identifier: Apache-2.0
/*
 * live.h - the packets of several interfaces as one sequence, for as long as it takes.
 *
 * An interface that is not there yet, or goes away, is waited for and taken again when it
 * comes.  One thread.
 */
#ifndef TRAFFIC_LIVE_H
#define TRAFFIC_LIVE_H

#include "base/counters.h"
#include "traffic/tap.h"

struct live;

/*
 * interfaces: at most LIVE_INTERFACES names, borrowed for as long as it is open; options
 * too.  say is told, in sentences, what becomes of each, now and later.  NULL: err says
 * what is wrong with what was asked for, or that not one may be opened.
 */
enum { LIVE_INTERFACES = 16 };
struct live *live_open(const char *const *interfaces, size_t count,
                       const struct tap_options *options,
                       void (*say)(void *arg, const char *sentence), void *arg,
                       struct counters *counters, struct error *err);
/*
 * Several who take what comes between them, each on a thread of its own: the first was
 * opened by live_open, and is live_shared before the others are opened beside it.  The
 * kernel gives each packet to one of them (fanout.h); of interfaces that come again each
 * sees to itself, and until all have them the others get more.  The first says what there
 * is to say, but each what it has lost.
 */
struct live_share {
	unsigned members, shards;
	struct {
		_Atomic unsigned joined;
		_Atomic int group;
	} at[LIVE_INTERFACES];
};
/* share: borrowed until the others are closed and live_alone.  -1: the kernel does not do
 * it, and the first goes on alone. */
int live_shared(struct live *first, struct live_share *share, struct error *err);
struct live *live_open_beside(const struct live *first, unsigned index,
                              struct counters *counters, struct error *err);
void live_alone(struct live *first);

/* The names, by their place. */
const char *const *live_names(const struct live *live, size_t *count);
void live_close(struct live *live); /* NULL is fine */

/*
 * The next packet of any of them, the earliest of those that are there: number, time,
 * input (the interface's place), caplen, wirelen, data (good until the next call), and
 * its link type.  False: none is there.  Times before `since` are lifted and counted.
 */
bool live_next(struct live *live, struct packet *p, int64_t since, int *link);
/*
 * What is to be added to times that live_next gives, to have those of the clock as it is
 * now: the clock was set since it was opened, and packets' times go on as if it had not.
 * Any thread.
 */
int64_t live_offset(const struct live *live);
/* Sleeps until something comes, at most so many milliseconds, or until a signal; looks
 * for interfaces that have come. */
void live_wait(struct live *live, int milliseconds);
/* Who can be read also ends a wait; -1: nothing else does. */
void live_woken_by(struct live *live, int fd);
/* What the kernel counts, into the counters. */
void live_count(struct live *live);

#endif
