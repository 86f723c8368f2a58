// SPDX-License-Identifier: Apache-2.0
/*
 * flows.c - reads captures through decode, defrag, flow, stream and appid, and says what
 *came of each flow: for flows_test.py.
 *
 *	flows FILE...		a line a flow, tab-separated: proto, client, server,
 *packets up and down, payload up and down, missing up and down, protocol, application,
 *server name
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "traffic/appid.h"
#include "traffic/capture.h"
#include "traffic/decode.h"
#include "traffic/defrag.h"
#include "traffic/stream.h"

#define SECOND INT64_C(1000000000)

struct chain {
	struct defrag *defrag;
	struct flow_table *flows;
	struct stream_pool *streams;
	struct stream_reader reader;
	struct appid *appid;
	uint64_t given[2][2]; /* all flows together: seen and lost, each direction */
	uint64_t counted[2][2];
};

static void hear(void *arg, const char *sentence)
{
	(void)arg;
	fprintf(stderr, "%s\n", sentence);
}

static void deliver(void *arg, struct flow *flow, unsigned dir, struct bytes seen,
                    uint64_t length, bool lost)
{
	struct chain *c = arg;

	(void)flow;
	if (length == 0 || seen.n > length)
		abort();
	c->given[dir][lost] += length;
}

static void finished(void *arg, struct flow *flow, unsigned dir, bool complete)
{
	(void)arg, (void)flow, (void)dir, (void)complete;
}

static void ended(void *arg, struct flow *flow)
{
	struct chain *c = arg;
	const struct direction *up = &flow->dir[TO_SERVER], *down = &flow->dir[TO_CLIENT];
	char client[ADDR_TEXT], server[ADDR_TEXT];

	if (flow->proto == PROTO_TCP)
		stream_end(c->streams, &c->reader, flow);
	for (unsigned dir = 0; dir < 2 && flow->proto == PROTO_TCP; dir++) {
		c->counted[dir][0] += flow->dir[dir].payload;
		c->counted[dir][1] += flow->dir[dir].missing;
	}
	appid_end(c->appid, flow);
	printf("%u\t%s\t%u\t%s\t%u", flow->proto, addr_say(client, &flow->client),
	       flow->client_port, addr_say(server, &flow->server), flow->server_port);
	printf("\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64, up->packets,
	       down->packets, up->payload, down->payload);
	printf("\t%" PRIu64 "\t%" PRIu64 "\t%s\t%s\t%s\n", up->missing, down->missing,
	       appid_protocol(c->appid, flow), appid_application(c->appid, flow),
	       appid_server_name(c->appid, flow));
	appid_forget(c->appid, flow);
}

static void take(struct chain *c, const struct packet *p)
{
	unsigned dir;
	bool begun;
	struct flow *flow = flow_take(c->flows, p, &dir, &begun);

	appid_take(c->appid, flow, dir, p);
	if (flow->proto == PROTO_TCP && !p->fragment)
		stream_take(c->streams, &c->reader, flow, dir, p);
	else
		stream_datagram(flow, dir, p);
}

/* What has to be given up before a packet of that time is read, or at the end. */
static void give_up(struct chain *c, uint64_t number, int64_t last, int64_t next)
{
	struct packet p;

	p.number = number;
	p.time = last;
	while (defrag_give_up(c->defrag, next, &p))
		take(c, &p);
}

static void read_all(struct chain *c, struct capture *capture, struct counters *counters)
{
	struct packet p;
	uint64_t number = 0;
	int64_t last = 0;
	int link;

	while (capture_next(capture, &p, &link)) {
		give_up(c, number, last, p.time);
		number = p.number;
		last = p.time;
		if (decode_packet(&p, link, counters) &&
		    (!p.fragment || defrag_take(c->defrag, &p)))
			take(c, &p);
	}
	give_up(c, number, last, INT64_MAX);
}

static void chain_done(struct chain *c)
{
	defrag_free(c->defrag);
	appid_free(c->appid);
	stream_pool_free(c->streams);
	flow_table_free(c->flows);
}

int main(int argc, char **argv)
{
	/* long limits: what others call one flow has pauses */
	struct flow_limits limits = { 1 << 16,       3600 * SECOND,   100000 * SECOND,
		                      3600 * SECOND, 100000 * SECOND, 0 };
	struct counters counters = { { 0 } };
	struct chain c = { 0 };
	struct capture *capture;
	struct error err = { "" };
	struct defrag_limits pieces = { 8 << 20, 30 * SECOND };
	int broken;

	c.reader = (struct stream_reader){ deliver, finished, &c };
	c.defrag = defrag_new(&pieces, &counters);
	c.flows = flow_table_new(&limits, &counters, ended, &c);
	c.streams = stream_pool_new(64 << 20, 1024, &counters);
	c.appid = appid_new(16384, 10, &counters, &err);
	if (!c.defrag || !c.flows || !c.streams || !c.appid ||
	    capture_open((const char *const *)argv + 1, (size_t)argc - 1, NULL, hear,
	                 NULL, &counters, &capture, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		chain_done(&c);
		return 1;
	}
	read_all(&c, capture, &counters);
	while (flow_shutdown(c.flows, 1000))
		;
	if (memcmp(c.given, c.counted, sizeof(c.given)) != 0)
		fprintf(stderr,
		        "given and counted bytes differ\n"); /* after an RST they may */
	broken = capture_broken(capture) > 0;
	capture_close(capture);
	chain_done(&c);
	return broken;
}
