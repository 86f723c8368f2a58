// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_stream.c - any bytes are a conversation in TCP segments.
 *
 * The first two bytes choose the memory and the bound; each ten bytes after them are a
 * segment: who sends it, its flags, number, acknowledgement and length, near to where the
 * direction stands or anywhere.  Whatever is said, the reader gets each direction's bytes
 * as often as they are counted (but for what is before a midstream flow's first), is told
 * once that it is over, and nothing stays held.
 */
#include <stdlib.h>

#include "traffic/flow.h"
#include "traffic/stream.h"

enum { SEGMENT = 10 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	uint64_t seen[2], lost[2];
	unsigned finished[2];
	const uint8_t *bytes; /* of the packet at hand */
};

static const uint8_t payload[70000];

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void deliver(void *arg, struct flow *flow, unsigned dir, struct bytes seen,
                    uint64_t length, bool lost)
{
	struct heard *heard = arg;
	unsigned sum = 0;

	must(length > 0 && seen.n <= length && seen.p);
	must(!flow->dir[dir].dead && heard->finished[dir] == 0);
	must(!lost || seen.n == 0);
	for (size_t i = 0; i < seen.n; i++)
		sum += seen.p[i]; /* they can be read */
	must(sum == 0);
	if (lost)
		heard->lost[dir] += length;
	else
		heard->seen[dir] += length;
	if (flow->midstream) { /* it may begin earlier than what was given */
		must(heard->seen[dir] <= flow->dir[dir].payload);
		must(heard->lost[dir] <= flow->dir[dir].missing);
	} else {
		must(heard->seen[dir] == flow->dir[dir].payload);
		must(heard->lost[dir] == flow->dir[dir].missing);
	}
}

static void finished(void *arg, struct flow *flow, unsigned dir, bool complete)
{
	struct heard *heard = arg;

	must(complete == flow->dir[dir].fin);
	must(++heard->finished[dir] == 1);
}

static const struct stream_reader *reader_of(struct heard *heard)
{
	static _Thread_local struct stream_reader reader;

	reader = (struct stream_reader){ deliver, finished, heard };
	return &reader;
}

struct conversation {
	struct stream_pool *pool;
	struct heard heard;
};

static void ended(void *arg, struct flow *flow)
{
	struct conversation *c = arg;

	stream_end(c->pool, reader_of(&c->heard), flow);
	for (unsigned dir = 0; dir < 2; dir++) {
		must(flow->dir[dir].held == 0 && flow->dir[dir].held_count == 0);
		must(c->heard.finished[dir] == 1);
	}
	memset(&c->heard, 0, sizeof(c->heard));
}

/* A number: mostly near `near`. */
static uint32_t number(uint32_t near, uint8_t how, uint16_t value)
{
	switch (how & 7) {
	case 0: return near;
	case 1: return near - (value & 0xff);
	case 2: return near - 1;
	case 3: return near + ((uint32_t)value << 16);
	case 4: return near - ((uint32_t)value << 16);
	default: return near + value;
	}
}

static void segment(struct conversation *c, struct flow_table *flows, const uint8_t *b,
                    uint64_t n, struct flow **last)
{
	static const uint8_t flags[] = { TCP_ACK,           TCP_ACK, TCP_ACK | TCP_PSH,
		                         TCP_ACK | TCP_FIN, TCP_SYN, TCP_SYN | TCP_ACK,
		                         TCP_RST,           0 };
	unsigned who = b[0] & 1, dir;
	struct packet p = {
		.number = n, .pieces = 1, .time = (int64_t)n * 1000, .data = payload
	};
	uint32_t stands = 0, other = 0;
	bool begun;

	if (*last) {
		unsigned as = (*last)->client.b[15] == 1 ? who : !who;

		stands = (*last)->dir[as].next;
		other = (*last)->dir[!as].next;
	}
	p.tcp_flags = flags[b[0] >> 1 & 7];
	p.seq = number(stands, b[1], (uint16_t)(b[3] << 8 | b[2]));
	p.ack = number(other, b[4], (uint16_t)(b[6] << 8 | b[5]));
	p.payload_len = (uint64_t)(b[8] << 8 | b[7]) & (b[9] & 1 ? 0xffff : 0xff);
	if (b[9] == 0xff)
		p.payload_len <<= 20;
	p.payload_cap = (uint32_t)(b[9] & 2 ? p.payload_len / 2 : p.payload_len);
	if (p.payload_cap > sizeof(payload))
		p.payload_cap = sizeof(payload);
	p.wirelen = p.payload_cap + 54;
	p.tuple.proto = PROTO_TCP;
	p.tuple.from.b[15] = who ? 2 : 1;
	p.tuple.to.b[15] = who ? 1 : 2;
	p.tuple.from_port = who ? 80 : 40000;
	p.tuple.to_port = who ? 40000 : 80;
	*last = flow_take(flows, &p, &dir, &begun);
	stream_take(c->pool, reader_of(&c->heard), *last, dir, &p);
	must(c->heard.seen[0] <= (*last)->dir[0].payload);
	must((*last)->dir[0].held || (*last)->dir[0].held_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counters counters = { { 0 } };
	struct flow_limits limits = { 16, 1000000, 1000000, 10000, 1000000, 0 };
	struct conversation c = { 0 };
	struct flow_table *flows;
	struct flow *flow = NULL;
	uint64_t n = 0;

	if (size < 2)
		return 0;
	flows = flow_table_new(&limits, &counters, ended, &c);
	c.pool =
		stream_pool_new((uint64_t)(data[0] & 3) << 16, data[1] & 0x7f, &counters);
	must(flows && c.pool);
	for (size_t at = 2; size - at >= SEGMENT; at += SEGMENT)
		segment(&c, flows, data + at, ++n, &flow);
	while (flow_shutdown(flows, 1))
		;
	must(flow_count(flows) == 0);
	flow_table_free(flows);
	stream_pool_free(c.pool);
	return 0;
}
