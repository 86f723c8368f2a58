// SPDX-License-Identifier: Apache-2.0
/*
 * sequence.h - what TCP's numbers and flags say of a connection (RFC 9293 3.4, 3.10.7):
 * the room's own, for flow.c and stream.c.
 *
 * Numbers are compared by their distance, so that they may wrap any number of times.  All
 * are asked after flow.c has found p's flow and before stream.c has taken p.
 */
#ifndef TRAFFIC_SEQUENCE_H
#define TRAFFIC_SEQUENCE_H

#include "traffic/flow.h"

/* The largest window there is; what is farther away is not believed. */
enum { SEQUENCE_FAR = 1 << 30 };

/* How far `to` is after `from`: negative where it is before. */
static inline int32_t sequence_after(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from);
}

/* The number of the direction's first byte; of use once it is started, and for less than
 * 4 GiB. */
static inline uint32_t sequence_start(const struct direction *d)
{
	return d->next - (uint32_t)(d->payload + d->missing) - d->fin;
}

/*
 * Whether p is an RST that is its sender's: within 1 MiB of where the sender stands or,
 * of a sender that never said anything else (a closed port), an answer to where the other
 * side stands.
 */
bool sequence_resets(const struct flow *flow, unsigned dir, const struct packet *p);

/*
 * Whether p, a SYN of either side, begins another connection on the flow's ports: the
 * flow is closed, or was silent for longer than `idle`, and the number is not the one
 * that this connection began with (which is the same SYN, come again).
 */
bool sequence_reopens(const struct flow *flow, unsigned dir, const struct packet *p,
                      int64_t idle);

/* The state of a flow that was not closed, after p. */
enum flow_state sequence_state(const struct flow *flow, unsigned dir,
                               const struct packet *p);

#endif
