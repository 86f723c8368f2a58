// SPDX-License-Identifier: Apache-2.0
/*
 * flow.h - the flows of one shard: who talks to whom, and how many bytes each way.
 *
 * A table of fixed size (base/arena.h's pool) with a hash over the five-tuple, and a
 * timer wheel on packet time.  A flow is touched by its shard's worker only.  Nothing is
 * allocated after flow_table_new.
 */
#ifndef TRAFFIC_FLOW_H
#define TRAFFIC_FLOW_H

#include "base/counters.h"
#include "traffic/packet.h"

enum { TO_SERVER, TO_CLIENT }; /* index of a direction: client to server is 0 */

enum flow_state {
	FLOW_NEW, /* seen from one side only; TCP: the hand-shake is not finished */
	FLOW_ESTABLISHED, /* both sides, or picked up midstream */
	FLOW_CLOSED,      /* FIN both ways (or the one way there is), or RST */
};

enum flow_end {
	FLOW_END_NOT_YET,
	FLOW_END_TIMEOUT,  /* silent for its limit */
	FLOW_END_CLOSED,   /* silent for the limit after FIN or RST */
	FLOW_END_EVICTED,  /* the table was full */
	FLOW_END_SHUTDOWN, /* the run is over */
	FLOW_END_REUSED,   /* a new connection began on its ports */
};

/*
 * A flow that nobody answered and that has said less tells nothing: it gets no record and
 * no name, and is the first to go.
 */
enum { FLOW_SMALL_BYTES = 1024 };

/* One direction's numbers (the meter), 64 bytes: one cache line. */
struct direction {
	uint64_t packets;
	uint64_t wire;    /* bytes of the packets on the wire, link layer included, as
	                     Suricata has bytes_to* */
	uint64_t payload; /* each byte once, lost ones left out */
	uint64_t missing; /* bytes that were acknowledged, or stepped over, but never seen
	                   */
	uint64_t retransmitted; /* payload bytes that came again */
	uint64_t next_mark;     /* at payload + missing >= this, somebody wants to know;
	                           UINT64_MAX: nobody */
	uint32_t next;          /* TCP: the sequence number that goes on where we stand */
	uint32_t acked; /* TCP: the newest acknowledgement that the other side sent for
	                   this one */
	uint32_t held;  /* stream.c: first held range, index + 1; 0: none */
	uint8_t flags_seen;   /* TCP flags, ORed */
	uint8_t started : 1;  /* next is valid */
	uint8_t finished : 1; /* FIN reached, in order, or broken off by RST */
	uint8_t ack_valid : 1;
	uint8_t dead : 1; /* nobody reads this direction's bytes any more: count only */
	uint8_t fin : 1;  /* FIN reached: next counts it */
	uint8_t soft : 1; /* next is the other side's acknowledgement; no segment was seen
	                     yet */
	uint8_t ack_twice : 1; /* two packets acknowledged what was not seen */
	uint16_t held_count;   /* segments in what is held */
};

/* What the last flow_update told of a flow. */
struct flow_told {
	int64_t time; /* when, ns; 0: there was none */
	uint64_t leaving, entering;
	uint64_t payload[2], packets[2]; /* by direction */
};

/* What few flows need, and so has no place in each of them. */
struct flow_more {
	struct tunnel tunnel; /* of its first packet, turned so that `from` is the
	                         client's side */
	struct flow_told told;
};

/* 256 bytes, four cache lines.  A packet inside a flow looks at the first three only. */
struct flow {
	/* line 0: what every packet looks at */
	struct addr client, server;
	uint16_t client_port, server_port;
	uint8_t proto;
	uint8_t state;  /* enum flow_state */
	uint8_t ended;  /* enum flow_end */
	uint8_t inside; /* bit 0: the client is inside, bit 1: the server is; set once by
	                   whoever begins the flow */
	uint32_t hash_next; /* index + 1 */
	uint8_t midstream : 1;
	uint8_t nowhere : 1; /* one end is multicast, broadcast, loopback or unspecified
	                      */
	uint8_t vlan_count : 2;
	uint8_t app_state;   /* enum appid_state */
	uint8_t app_packets; /* shown to nDPI so far */
	uint8_t category;    /* nDPI's */
	int64_t last;        /* packet time of the newest packet, ns */
	int64_t next_time;   /* at packet time >= this, somebody wants to know; INT64_MAX:
	                        nobody */
	/* lines 1 and 2 */
	struct direction dir[2];
	/* line 3: what few packets look at */
	int64_t first;         /* packet time of the first packet, ns */
	uint64_t first_packet; /* its number */
	uint32_t more;         /* what few flows have: index + 1 in the table's pool of
	                          struct flow_more; 0: nothing */
	uint8_t stands;        /* wheel.c: in which circle */
	uint8_t alerted;       /* there was an alert about it or a transfer on it */
	uint8_t spare[2];
	void *session;  /* session/: the dissector and its state; NULL: none */
	void *alerts;   /* detect/alert: what was already said; NULL: nothing */
	uint32_t appid; /* appid.c: nDPI's state while deciding, then the server name; 0:
	                   none */
	uint32_t wheel_next, wheel_prev; /* wheel.c */
	uint32_t input;                  /* file of the first packet */
	uint16_t app_master, app;        /* nDPI's protocol numbers; 0: unknown */
	uint16_t vlan[2];
};

_Static_assert(sizeof(struct direction) == 64, "a direction is one cache line");
_Static_assert(offsetof(struct flow, dir) == 64, "line 0 of a flow is one cache line");
_Static_assert(sizeof(struct flow) == 256, "a flow is four cache lines");

/*
 * Flows that a table of so many bytes holds: with a hash bucket each, and a struct
 * flow_more for every FLOW_MORE_SHARE of them.  0 where there is no room for one.
 */
enum { FLOW_MORE_SHARE = 8 };
uint32_t flow_capacity(uint64_t memory);

struct flow_limits {
	uint32_t max;                            /* flows of this shard, at least 16 */
	int64_t new, established, closed, other; /* time-outs, ns */
	uint64_t seed;
};

struct flow_table;

/*
 * The flow's name, 51 bits: of the five-tuple and first packet time, the same for both
 * directions.  Computed, not kept.
 */
uint64_t flow_id(const struct flow *flow);

/* What is kept aside for the flow; NULL where nothing is.  It goes with the flow. */
struct flow_more *flow_more(const struct flow_table *table, const struct flow *flow);
/* The same, begun with zeros where nothing is; NULL where there is no room: counted. */
struct flow_more *flow_more_take(struct flow_table *table, struct flow *flow);

/*
 * ended is called for each flow that is over, while it is still whole; after it the flow
 * is gone.  flow->ended says why.  Where it timed out (also after it was closed), its end
 * is flow->last + its limit, whenever that is noticed.
 */
struct flow_table *flow_table_new(const struct flow_limits *limits,
                                  struct counters *counters,
                                  void (*ended)(void *arg, struct flow *flow), void *arg);
void flow_table_free(struct flow_table *table); /* ends nothing */

/*
 * The flow of p, begun if there is none (then *begun is true, and a full table has ended
 * another one: that of least worth, see worth.h, of those the one that is over first),
 * and in *dir the direction of p in it.  A flow that timed out before p's time, or is
 * closed and p opens a new connection on its ports, is ended first. Client is who sent
 * the SYN; without one, who has the larger port where only the other one is below 1024
 * (or a well-known one); else who sent first. Updates last, state, packets and wire of
 * the direction, and the timer.
 */
struct flow *flow_take(struct flow_table *table, const struct packet *p, unsigned *dir,
                       bool *begun);

/*
 * Bring memory nearer, with no effect on any answer: first the bucket in which p's flow
 * is found, then, when that has come, the flow.
 */
void flow_prefetch_bucket(const struct flow_table *table, const struct packet *p);
void flow_prefetch(const struct flow_table *table, const struct packet *p);

/*
 * Ends flows that have timed out at `now`, at most `most` of them; gives how many.  It
 * may find one later by a tick of the wheel (an eighth of a second; longer where a limit
 * is longer than a quarter of an hour): what it says of the flow is the same.
 */
uint32_t flow_expire(struct flow_table *table, int64_t now, uint32_t most);
/* Ends flows because the run is over, as they began, at most `most`; gives how many. */
uint32_t flow_shutdown(struct flow_table *table, uint32_t most);

/* Every flow, in no order. */
void flow_each(struct flow_table *table, void (*each)(void *arg, struct flow *flow),
               void *arg);
/* Which of the table's places the flow has: below flow_fill's room. */
uint32_t flow_place(const struct flow_table *table, const struct flow *flow);
uint32_t flow_count(const struct flow_table *table);
struct fill flow_fill(const struct flow_table *table);

/* What a state's or proto's time-out is for this flow, ns. */
int64_t flow_limit(const struct flow_table *table, const struct flow *flow);

#endif
