// SPDX-License-Identifier: Apache-2.0
/*
 * talk.h - two hosts that talk in packets written by hand, for the tests of flow and
 * stream.
 *
 * A talk has one flow table and one pool, and remembers what its reader was given: for
 * each direction the bytes (a lost one is '?', one that was cut off '.') up to a limit,
 * and sums beyond it.
 */
#ifndef TESTS_TRAFFIC_TALK_H
#define TESTS_TRAFFIC_TALK_H

#include "traffic/flow.h"
#include "traffic/stream.h"

enum { TALK_ROOM = 1 << 20 };
enum { C, S }; /* who sends: the client (10.0.0.1:40000) or the server (192.0.2.1:80) */

#define TALK_SECOND INT64_C(1000000000)

struct talk {
	struct flow_table *flows;
	struct stream_pool *pool;
	struct stream_reader reader;
	struct counters counters;
	struct packet p; /* the last one */
	struct flow *flow;
	unsigned dir;
	bool begun;
	int64_t now;
	uint64_t number;
	uint16_t port; /* the client's */

	uint8_t *got[2];
	uint64_t given[2]; /* all lengths */
	uint64_t lost[2];
	unsigned finished[2], complete[2];
	struct flow over; /* a copy of the flow that ended last */
	unsigned ended;
};

static inline void talk_deliver(void *arg, struct flow *flow, unsigned dir,
                                struct bytes seen, uint64_t length, bool lost)
{
	struct talk *t = arg;
	uint64_t at = t->given[dir];

	(void)flow;
	CHECK(length > 0);
	CHECK(seen.n <= length);
	CHECK(!lost || seen.n == 0);
	for (uint64_t i = 0; i < length && at + i < TALK_ROOM; i++)
		t->got[dir][at + i] = i < seen.n ? seen.p[i] : lost ? '?' : '.';
	t->given[dir] += length;
	t->lost[dir] += lost ? length : 0;
}

static inline void talk_finished(void *arg, struct flow *flow, unsigned dir,
                                 bool complete)
{
	struct talk *t = arg;

	(void)flow;
	t->finished[dir]++;
	t->complete[dir] += complete;
}

static inline void talk_ended(void *arg, struct flow *flow)
{
	struct talk *t = arg;

	if (flow->proto == PROTO_TCP)
		stream_end(t->pool, &t->reader, flow);
	CHECK_EQ(0, flow->dir[0].held);
	CHECK_EQ(0, flow->dir[1].held);
	CHECK_EQ(0, flow->dir[0].held_count);
	CHECK_EQ(0, flow->dir[1].held_count);
	t->over = *flow;
	t->ended++;
	if (t->flow == flow)
		t->flow = NULL;
}

static inline struct talk *talk_new_with(uint64_t memory, uint32_t held, uint32_t flows)
{
	struct talk *t = calloc(1, sizeof(*t));
	struct flow_limits limits = {
		.max = flows,
		.new = 30 * TALK_SECOND,
		.established = 900 * TALK_SECOND,
		.closed = 10 * TALK_SECOND,
		.other = 120 * TALK_SECOND,
	};

	CHECK_MUST(t);
	t->reader = (struct stream_reader){ talk_deliver, talk_finished, t };
	t->flows = flow_table_new(&limits, &t->counters, talk_ended, t);
	t->pool = stream_pool_new(memory, held, &t->counters);
	t->got[0] = malloc(TALK_ROOM);
	t->got[1] = malloc(TALK_ROOM);
	CHECK_MUST(t->flows && t->pool && t->got[0] && t->got[1]);
	t->now = 1700000000 * TALK_SECOND;
	t->port = 40000;
	return t;
}

static inline struct talk *talk_new(void)
{
	return talk_new_with(1 << 20, 64, 64);
}

static inline void talk_end(struct talk *t)
{
	while (flow_shutdown(t->flows, 1))
		;
}

static inline void talk_free(struct talk *t)
{
	talk_end(t);
	flow_table_free(t->flows);
	stream_pool_free(t->pool);
	free(t->got[0]);
	free(t->got[1]);
	free(t);
}

/* A packet of any protocol into the table only. */
static inline void talk_packet(struct talk *t, unsigned who, uint8_t proto, uint8_t flags,
                               uint32_t seq, uint32_t ack, const void *bytes,
                               uint32_t cap, uint64_t length)
{
	static const uint8_t client[4] = { 10, 0, 0, 1 }, server[4] = { 192, 0, 2, 1 };
	struct packet *p = &t->p;

	*p = (struct packet){
		.number = ++t->number,
		.pieces = 1,
		.time = t->now,
		.data = bytes ? bytes : (const uint8_t *)"",
		.caplen = cap,
		.wirelen = (uint32_t)length + 54,
		.payload_cap = cap,
		.payload_len = length,
		.seq = seq,
		.ack = ack,
		.tcp_flags = flags,
	};
	p->tuple.from = addr_from_v4(who == C ? client : server);
	p->tuple.to = addr_from_v4(who == C ? server : client);
	p->tuple.from_port = who == C ? t->port : 80;
	p->tuple.to_port = who == C ? 80 : t->port;
	p->tuple.proto = proto;
	t->flow = flow_take(t->flows, p, &t->dir, &t->begun);
}

static inline void talk_tcp(struct talk *t, unsigned who, uint8_t flags, uint32_t seq,
                            uint32_t ack, const void *bytes, uint32_t cap,
                            uint64_t length)
{
	talk_packet(t, who, PROTO_TCP, flags, seq, ack, bytes, cap, length);
	stream_take(t->pool, &t->reader, t->flow, t->dir, &t->p);
}

/* A segment with text, all at hand. */
static inline void say(struct talk *t, unsigned who, uint32_t seq, uint32_t ack,
                       const char *text)
{
	uint32_t n = (uint32_t)strlen(text);

	talk_tcp(t, who, TCP_ACK, seq, ack, text, n, n);
}

/* What the direction's reader was given. */
static inline const char *heard(struct talk *t, unsigned dir)
{
	t->got[dir][t->given[dir] < TALK_ROOM ? t->given[dir] : TALK_ROOM - 1] = 0;
	return (const char *)t->got[dir];
}

/* The hand-shake: the client stands at 1000, the server at 5000. */
static inline void shake(struct talk *t)
{
	talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0);
	talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, 1000, NULL, 0, 0);
	talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 0);
}

#endif
