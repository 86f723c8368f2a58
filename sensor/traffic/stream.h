// SPDX-License-Identifier: Apache-2.0
/*
 * stream.h - the bytes of a TCP direction in order, each once; and exact counts of them.
 *
 * Segments that come too early are held, within bounds, until what is before them has
 * come, or is known to be lost: the receiver acknowledged it (twice, or once and data
 * went on), no acknowledgements are seen and 16 segments went on, or a bound is reached.
 * A hole of more than 64 KiB must be acknowledged, or two segments must go on from it:
 * one segment from nowhere adds nothing.  A hole of 1 GiB or more, whose size says
 * nothing, counts as one byte.  What comes from before the first bytes of a flow picked
 * up midstream is counted, and not read: there, at most 4 KiB of a hole are believed.
 * Where only the receiver is seen, its acknowledgements are what was sent.  A direction
 * that nobody reads (direction.dead) holds ranges without their bytes.  Of bytes that
 * come again the first ones count; where those are still held and others were said, that
 * is counted.  One shard, one thread.  RFC 9293 3.4 (sequence numbers), 3.10.7.4.
 */
#ifndef TRAFFIC_STREAM_H
#define TRAFFIC_STREAM_H

#include "traffic/flow.h"

struct stream_pool; /* a shard's held segments */

/*
 * memory: bytes for all held segments of the shard; held: segments of one direction at
 * most.
 */
struct stream_pool *stream_pool_new(uint64_t memory, uint32_t held,
                                    struct counters *counters);
void stream_pool_free(struct stream_pool *pool);
uint32_t
stream_pool_used(const struct stream_pool *pool); /* ranges and blocks that are held */
struct fill stream_pool_fill(const struct stream_pool *pool);

/*
 * Called with the bytes of a direction as they come in order: `length` bytes of the
 * stream, of which the first `seen.n` are at hand (the rest was cut by the snap length,
 * or held without its bytes); or, with lost true, `length` bytes that were never seen.
 * seen is good during the call only.
 */
struct stream_reader {
	void (*deliver)(void *arg, struct flow *flow, unsigned dir, struct bytes seen,
	                uint64_t length, bool lost);
	/* The direction is over: complete (FIN, everything before it delivered) or broken
	 * off. */
	void (*finished)(void *arg, struct flow *flow, unsigned dir, bool complete);
	void *arg;
};

/* A TCP packet of flow's direction dir.  Updates its meter, and delivers what is in order
 * now. */
void stream_take(struct stream_pool *pool, const struct stream_reader *reader,
                 struct flow *flow, unsigned dir, const struct packet *p);

/*
 * The flow is over: what was acknowledged but not seen is counted, what is held is
 * delivered with its gaps, and finished is called for each direction that was not.
 */
void stream_end(struct stream_pool *pool, const struct stream_reader *reader,
                struct flow *flow);

/* A datagram (UDP, ICMP...): its payload is counted; nothing is put in order. */
void stream_datagram(struct flow *flow, unsigned dir, const struct packet *p);

#endif
