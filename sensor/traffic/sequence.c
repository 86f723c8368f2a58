// SPDX-License-Identifier: Apache-2.0
/*
 * sequence.c - which RST is believed, when a connection is over, and when another begins.
 *
 * A passive sensor sees neither windows nor what a host made of a packet, and it misses
 * packets; so these are judgements, not the rules of RFC 9293.  A shard's worker runs it.
 */
#include "traffic/sequence.h"

/*
 * RFC 5961 3.2 has a receiver ask for the exact number.  We may have missed packets, so
 * somewhat more is believed; who guesses blindly still needs some 2,000 packets.
 */
enum { RESET_NEAR = 1 << 20 };

bool sequence_resets(const struct flow *flow, unsigned dir, const struct packet *p)
{
	const struct direction *d = &flow->dir[dir], *other = &flow->dir[!dir];
	int32_t after;

	if (!(p->tcp_flags & TCP_RST))
		return false;
	if (d->started && !d->soft) {
		after = sequence_after(d->next, p->seq);
		return after >= -RESET_NEAR && after <= RESET_NEAR;
	}
	return !other->started || ((p->tcp_flags & TCP_ACK) && p->ack == other->next);
}

bool sequence_reopens(const struct flow *flow, unsigned dir, const struct packet *p,
                      int64_t idle)
{
	const struct direction *d = &flow->dir[dir];

	if ((p->tcp_flags & (TCP_SYN | TCP_RST)) != TCP_SYN)
		return false;
	if (flow->state != FLOW_CLOSED && p->time - flow->last <= idle)
		return false;
	if (!d->started || d->soft)
		return !(p->tcp_flags & TCP_ACK);
	return p->seq + 1 != sequence_start(d);
}

/* Whether p's FIN stands where its direction does: stream.c will reach it. */
static bool fin_in_order(const struct direction *d, const struct packet *p)
{
	uint32_t end = p->seq + (uint32_t)p->payload_len + !!(p->tcp_flags & TCP_SYN);

	if (!(p->tcp_flags & TCP_FIN))
		return false;
	if (!d->started || d->soft)
		return true;
	return sequence_after(d->next, p->seq) <= 0 && sequence_after(d->next, end) >= 0;
}

/*
 * The second FIN closes, not its acknowledgement: that adds nothing to what we know and
 * may never have been captured.  Nor may the other direction: then one FIN does.
 */
enum flow_state sequence_state(const struct flow *flow, unsigned dir,
                               const struct packet *p)
{
	const struct direction *d = &flow->dir[dir], *other = &flow->dir[!dir];

	if (sequence_resets(flow, dir, p))
		return FLOW_CLOSED;
	if ((d->fin || fin_in_order(d, p)) && (other->fin || other->packets == 0))
		return FLOW_CLOSED;
	if ((p->tcp_flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK)
		return FLOW_ESTABLISHED;
	return flow->state;
}
