// SPDX-License-Identifier: Apache-2.0
/*
 * outside.h - does this capture show the protected networks at all?
 *
 * Where more than a fifth of the bytes has no inside end, nothing that matters may be
 * seen leaving; then the network that most likely is one's own is worth naming.
 */
#ifndef OUTPUT_OUTSIDE_H
#define OUTPUT_OUTSIDE_H

#include "detect/event.h"

enum { OUTSIDE_MAX = 4096 };

struct outside {
	uint64_t bytes, without; /* on the wire: all, and of flows with no end inside */
	struct outside_net {
		struct prefix net; /* a /24, or a /64 of IPv6 */
		uint64_t bytes;    /* of its clients; 0: free */
	} * nets;
	size_t n;
};

void outside_add(struct outside *outside, const struct flow_event *flow);
bool outside_matters(const struct outside *outside); /* more than a fifth */
/* The net whose clients moved the most; NULL where none is known. */
const struct outside_net *outside_likely(const struct outside *outside);
void outside_done(struct outside *outside);

#endif
