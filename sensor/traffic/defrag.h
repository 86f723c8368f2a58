// SPDX-License-Identifier: Apache-2.0
/*
 * defrag.h - IP fragments in, whole packets out (RFC 791 3.2, RFC 8200 4.5).
 *
 * One for a run, on the thread that reads, before shards are chosen.  Fragments belong
 * together by addresses, id, VLAN tags and tunnel, in IPv4 by protocol, too.  They may
 * come in any order, and overlap: the bytes that came first stay, also in IPv6, whose
 * hosts drop such datagrams (RFC 5722).  A datagram that is not whole after its time-out,
 * for which there is no room, or with which the run ends, is given up: what there was of
 * it is handed on all the same, so that its bytes count.  So no answer depends on
 * anything but the packets.
 *
 * Nothing is allocated after defrag_new, and a fragment costs what its bytes cost.
 */
#ifndef TRAFFIC_DEFRAG_H
#define TRAFFIC_DEFRAG_H

#include "base/counters.h"
#include "traffic/packet.h"

enum { DEFRAG_RING = 17 }; /* packets given, whose bytes are kept */

struct defrag_limits {
	uint64_t memory; /* bytes, for datagrams and what there is of them */
	int64_t timeout; /* packet time from a datagram's first piece on, ns */
};

struct defrag;

/* NULL: out of memory.  counters are the caller's. */
struct defrag *defrag_new(const struct defrag_limits *limits, struct counters *counters);
void defrag_free(struct defrag *defrag);

/*
 * To be asked until it says false, before a packet of time `next` (INT64_MAX: there is no
 * other) is read any further.  True: a datagram was given up, and p is what there was of
 * it: a packet of the flow that its first piece belongs to, with as much payload as came;
 * or, where that piece did not come or says too little, a fragment without ports.  Number
 * and time are as the caller set them in p, but for a time-out that was later.
 */
bool defrag_give_up(struct defrag *defrag, int64_t next, struct packet *p);

/*
 * Takes a packet that decode said is a fragment.  False: it is kept, or is one that came
 * again.  True: p is a packet to go on with: the whole one of which it was the last piece
 * (decoded; its wirelen and pieces are the sums; its bytes stay good until DEFRAG_RING -
 * 1 other packets have been given), or, where it cannot be a piece of its datagram, the
 * fragment as it was.
 *
 * A whole packet's bytes are an IP header without options or extension headers and the
 * payload as far as it is at hand without a hole.  Its checksum is 0.
 */
bool defrag_take(struct defrag *defrag, struct packet *p);

/* Datagrams and blocks in use. */
uint32_t defrag_used(const struct defrag *defrag);
struct fill defrag_fill(const struct defrag *defrag);

#endif
