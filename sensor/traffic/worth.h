// SPDX-License-Identifier: Apache-2.0
/*
 * worth.h - which flow goes first when there is no room for another.
 *
 * What was given up cannot be counted any more, so those go first that tell least: what
 * nobody answered before what has said what it had to say, that before what may still
 * grow, and what has carried much never while anything else is there.
 */
#ifndef TRAFFIC_WORTH_H
#define TRAFFIC_WORTH_H

#include "traffic/flow.h"

enum worth {
	WORTH_HALF_OPEN,   /* never answered and small, or a hand-shake not finished */
	WORTH_SHORT,       /* closed, or a few datagrams */
	WORTH_ESTABLISHED, /* all else */
	WORTH_SESSION,     /* a dissector reads it */
	WORTH_BULK, /* has carried WORTH_BULK_BYTES, or there is an alert about it */
	WORTHS
};

enum {
	WORTH_SHORT_BYTES = 16384,  /* in datagrams: a look-up, a measurement */
	WORTH_BULK_BYTES = 1 << 20, /* 1 in 1,000 of what rules are about: a flood of
	                               flows that each look worth keeping must send that
	                               much */
};

enum worth worth_of(const struct flow *flow);

#endif
