// SPDX-License-Identifier: Apache-2.0
/*
 * doubled.h - is this the packet that was here a moment ago?
 *
 * A span port that mirrors both of a connection's ports, or both sides of a router, shows
 * each packet twice.  Such a copy is no packet of its flow and no retransmission.  One
 * table for a shard, of a fixed size; one thread.
 */
#ifndef TRAFFIC_DOUBLED_H
#define TRAFFIC_DOUBLED_H

#include "base/counters.h"
#include "traffic/packet.h"

struct doubled;

/* NULL: out of memory. */
struct doubled *doubled_new(struct counters *counters);
void doubled_free(struct doubled *doubled);
/* The run is over: nothing that comes after it is a copy of what came before. */
void doubled_forget(struct doubled *doubled);

/*
 * Whether p, decoded, is a copy of a packet at most 2 ms (of packet time) older: same
 * addresses, ports, protocol, IP id, length, checksum and first bytes of payload, of TCP
 * also the numbers and flags.  Then it is counted, and nothing else should be done with
 * it.  A third one is no copy: a copy is paired once.
 *
 * What a host may well send twice on purpose (no IP id, and no payload of TCP) is
 * believed to be a copy only while much else is: see the README.
 */
bool doubled_take(struct doubled *doubled, const struct packet *p);

#endif
