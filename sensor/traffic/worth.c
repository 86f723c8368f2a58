// SPDX-License-Identifier: Apache-2.0
/*
 * worth.c - what a flow is worth, by what it has shown so far.
 *
 * A shard's worker asks when it has to give one up, and where it finds one on the wheel.
 */
#include "traffic/worth.h"

enum worth worth_of(const struct flow *f)
{
	const struct direction *there = &f->dir[TO_SERVER], *back = &f->dir[TO_CLIENT];
	uint64_t said = there->payload + there->missing + back->payload + back->missing;
	bool answered = there->packets && back->packets;

	if (said >= WORTH_BULK_BYTES || f->alerted || f->alerts)
		return WORTH_BULK;
	if (f->state == FLOW_CLOSED)
		return WORTH_SHORT;
	if (f->state == FLOW_NEW && f->proto == PROTO_TCP)
		return WORTH_HALF_OPEN;
	if (!answered && said < FLOW_SMALL_BYTES)
		return WORTH_HALF_OPEN;
	if (f->session)
		return WORTH_SESSION;
	if (f->proto != PROTO_TCP && said < WORTH_SHORT_BYTES)
		return WORTH_SHORT;
	return WORTH_ESTABLISHED;
}
