// SPDX-License-Identifier: Apache-2.0
/*
 * first.h - the first datagram of a flow, kept until somebody has a use for it.
 *
 * A datagram that nobody answers and nothing follows needs no name, and a flood of them
 * would take all of nDPI's room and most of our time.  So a small one is not shown to
 * nDPI when it comes, but kept, and shown before the second one.  One per shard, which is
 * its only thread; nothing is allocated after first_new.
 */
#ifndef TRAFFIC_FIRST_H
#define TRAFFIC_FIRST_H

#include "traffic/appid.h"

struct first;

struct first *first_new(struct counters *counters); /* NULL: out of memory */
void first_free(struct first *first);

/*
 * p has begun the flow.  True where p is small and was kept: then the flow's app_state is
 * APPID_WAITS, and there is nothing to show yet.
 */
bool first_keep(struct first *first, struct flow *flow, unsigned dir,
                const struct packet *p);
/*
 * What was kept of a flow that waits: in *p as much as appid_take looks at, borrowed
 * until the next first_keep, and in *dir its direction.  False where later ones took its
 * place, which is counted.  The flow waits no more.
 */
bool first_take(struct first *first, struct flow *flow, struct packet *p, unsigned *dir);

#endif
