// SPDX-License-Identifier: Apache-2.0
/*
 * flow_test.c - whose packet is it, when does a flow begin and end.
 */
#include "tests/check.h"
#include "tests/traffic/talk.h"

static void both_directions_find_one_flow(void)
{
	struct talk *t = talk_new();

	talk_packet(t, C, PROTO_UDP, 0, 0, 0, NULL, 0, 100);
	CHECK(t->begun);
	CHECK_EQ(TO_SERVER, t->dir);
	CHECK_EQ(FLOW_NEW, t->flow->state);
	talk_packet(t, S, PROTO_UDP, 0, 0, 0, NULL, 0, 50);
	CHECK(!t->begun);
	CHECK_EQ(TO_CLIENT, t->dir);
	CHECK_EQ(FLOW_ESTABLISHED, t->flow->state);
	CHECK_EQ(1, flow_count(t->flows));
	CHECK_EQ(1, t->flow->dir[TO_SERVER].packets);
	CHECK_EQ(154, t->flow->dir[TO_SERVER].wire);
	CHECK_EQ(104, t->flow->dir[TO_CLIENT].wire);
	CHECK(t->flow->dir[0].next_mark == UINT64_MAX);
	CHECK(t->flow->next_time == INT64_MAX);
	talk_packet(t, C, PROTO_TCP, TCP_SYN, 0, 0, NULL, 0, 0);
	CHECK(t->begun);
	CHECK_EQ(2, flow_count(t->flows));
	talk_free(t);
}

static void the_client_is_who_sends_the_syn(void)
{
	struct talk *t = talk_new();

	talk_packet(t, S, PROTO_TCP, TCP_SYN, 0, 0, NULL, 0, 0); /* from port 80 */
	CHECK_EQ(TO_SERVER, t->dir);
	CHECK_EQ(80, t->flow->client_port);
	t->port++;
	talk_packet(t, S, PROTO_TCP, TCP_SYN | TCP_ACK, 0, 1, NULL, 0, 0);
	CHECK_EQ(TO_CLIENT, t->dir);
	CHECK_EQ(80, t->flow->server_port);
	CHECK(!t->flow->midstream);
	talk_free(t);
}

static void without_a_syn_the_low_port_is_the_server(void)
{
	struct talk *t = talk_new();

	talk_packet(t, S, PROTO_TCP, TCP_ACK, 0, 0, NULL, 0, 10);
	CHECK_EQ(TO_CLIENT, t->dir);
	CHECK(t->flow->midstream);
	CHECK_EQ(FLOW_ESTABLISHED, t->flow->state);
	t->port = 22; /* both are low: who sends first */
	talk_packet(t, S, PROTO_TCP, TCP_ACK, 0, 0, NULL, 0, 10);
	CHECK_EQ(TO_SERVER, t->dir);
	CHECK_EQ(2, t->counters.at[COUNT_TCP_MIDSTREAM]);
	talk_free(t);
}

static void an_id_has_51_bits_and_is_the_same_from_either_side(void)
{
	struct talk *t = talk_new(), *u = talk_new();

	talk_packet(t, C, PROTO_TCP, TCP_ACK, 0, 0, NULL, 0, 0);
	talk_packet(u, S, PROTO_TCP, TCP_ACK, 0, 0, NULL, 0, 0);
	CHECK(flow_id(t->flow) == flow_id(u->flow));
	CHECK(flow_id(t->flow) != 0 && flow_id(t->flow) >> 51 == 0);
	talk_free(t);
	talk_free(u);
}

static void a_handshake_makes_a_flow_established(void)
{
	struct talk *t = talk_new();

	talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0);
	CHECK_EQ(FLOW_NEW, t->flow->state);
	talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, 1000, NULL, 0, 0);
	CHECK_EQ(FLOW_NEW, t->flow->state);
	talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 0);
	CHECK_EQ(FLOW_ESTABLISHED, t->flow->state);
	talk_free(t);
}

static void a_flow_ends_after_its_limit_and_no_earlier(void)
{
	struct talk *t = talk_new();
	int64_t begun = t->now;

	shake(t);
	t->now = begun + 900 * TALK_SECOND;
	talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 0);
	CHECK(!t->begun);
	t->now += 900 * TALK_SECOND + 1;
	talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 0);
	CHECK(t->begun); /* nobody had to call flow_expire */
	CHECK_EQ(1, t->ended);
	CHECK_EQ(FLOW_END_TIMEOUT, t->over.ended);
	CHECK_EQ(begun + 900 * TALK_SECOND, t->over.last);
	CHECK_EQ(900 * TALK_SECOND, flow_limit(t->flows, &t->over));
	talk_free(t);
}

static void expiry_finds_a_flow_however_often_its_time_moved(void)
{
	struct talk *t = talk_new();

	shake(t);
	for (int i = 0; i < 100; i++) {
		t->now += 600 * TALK_SECOND;
		talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 0);
		CHECK_EQ(0, flow_expire(t->flows, t->now + 899 * TALK_SECOND, 10));
	}
	CHECK_EQ(0, flow_expire(t->flows, t->now + 900 * TALK_SECOND, 10));
	CHECK_EQ(1, flow_expire(t->flows, t->now + 901 * TALK_SECOND, 10));
	CHECK_EQ(0, flow_count(t->flows));
	CHECK_EQ(1, t->counters.at[COUNT_FLOW_TIMEOUT]);
	talk_free(t);
}

static void a_leap_in_time_ends_everything(void)
{
	struct talk *t = talk_new();

	for (uint16_t i = 0; i < 60; i++) {
		t->port = (uint16_t)(40000 + i);
		t->now += TALK_SECOND;
		talk_packet(t, C, i % 2 ? PROTO_UDP : PROTO_TCP, TCP_SYN, 0, 0, NULL, 0,
		            0);
	}
	t->now += 100000 * TALK_SECOND;
	CHECK_EQ(25, flow_expire(t->flows, t->now, 25));
	CHECK_EQ(35, flow_expire(t->flows, t->now, 100));
	talk_packet(t, C, PROTO_UDP, 0, 0, 0, NULL, 0, 0);
	CHECK(t->begun);
	CHECK_EQ(0, flow_expire(t->flows, t->now + 120 * TALK_SECOND, 100));
	CHECK_EQ(1, flow_expire(t->flows, t->now + 121 * TALK_SECOND, 100));
	talk_free(t);
}

static void close_both(struct talk *t)
{
	talk_tcp(t, C, TCP_ACK | TCP_FIN, 1000, 5000, NULL, 0, 0);
	CHECK_EQ(FLOW_ESTABLISHED, t->flow->state);
	talk_tcp(t, S, TCP_ACK | TCP_FIN, 5000, 1001, NULL, 0, 0);
	CHECK_EQ(FLOW_CLOSED, t->flow->state);
}

static void a_closed_flow_keeps_its_last_packets_and_ends_soon(void)
{
	struct talk *t = talk_new();

	shake(t);
	close_both(t);
	t->now += TALK_SECOND;
	talk_tcp(t, C, TCP_ACK, 1001, 5001, NULL, 0, 0);
	CHECK(!t->begun);
	CHECK_EQ(0, flow_expire(t->flows, t->now + 9 * TALK_SECOND, 10));
	CHECK_EQ(1, flow_expire(t->flows, t->now + 11 * TALK_SECOND, 10));
	CHECK_EQ(FLOW_END_CLOSED, t->over.ended);
	talk_free(t);
}

static void one_fin_closes_where_one_side_is_seen(void)
{
	struct talk *t = talk_new();

	talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0);
	talk_tcp(t, C, TCP_ACK, 1000, 5000, "x", 1, 1);
	CHECK_EQ(FLOW_ESTABLISHED, t->flow->state);
	talk_tcp(t, C, TCP_ACK | TCP_FIN, 1001, 5000, NULL, 0, 0);
	CHECK_EQ(FLOW_CLOSED, t->flow->state);
	talk_free(t);
}

static void a_new_syn_on_a_closed_flow_begins_another(void)
{
	struct talk *t = talk_new();

	shake(t);
	close_both(t);
	talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0); /* the old one again */
	CHECK(!t->begun);
	talk_tcp(t, C, TCP_SYN, 88888, 0, NULL, 0, 0);
	CHECK(t->begun);
	CHECK_EQ(FLOW_END_REUSED, t->over.ended);
	CHECK_EQ(FLOW_NEW, t->flow->state);
	CHECK_EQ(1, flow_count(t->flows));
	talk_tcp(t, S, TCP_RST | TCP_ACK, 0, 88889, NULL, 0, 0);
	CHECK_EQ(FLOW_CLOSED, t->flow->state);
	talk_tcp(t, C, TCP_SYN, 88888, 0, NULL, 0, 0); /* some ask again */
	CHECK(!t->begun);
	talk_tcp(t, C, TCP_SYN, 99999, 0, NULL, 0, 0);
	CHECK(t->begun);
	talk_free(t);
}

static void a_syn_in_the_middle_of_a_flow_changes_nothing(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "abc");
	talk_tcp(t, C, TCP_SYN, 88888, 0, NULL, 0, 0);
	CHECK(!t->begun);
	say(t, C, 1003, 5000, "def");
	CHECK_EQ(6, t->flow->dir[TO_SERVER].payload);
	t->now +=
		11 * TALK_SECOND; /* but after a long silence it is another connection */
	talk_tcp(t, C, TCP_SYN, 88888, 0, NULL, 0, 0);
	CHECK(t->begun);
	talk_free(t);
}

/* A flow by one packet of UDP that came through a tunnel. */
static void talk_tunnelled(struct talk *t, unsigned who)
{
	unsigned dir;
	bool begun;

	talk_packet(t, who, PROTO_UDP, 0, 0, 0, NULL, 0, 1);
	t->port++;
	t->p.tuple.from_port = who == C ? t->port : 80;
	t->p.tuple.to_port = who == C ? 80 : t->port;
	t->p.tunnel = (struct tunnel){
		.from_port = 1, .to_port = 2, .kind = TUNNEL_VXLAN, .depth = 1
	};
	t->flow = flow_take(t->flows, &t->p, &dir, &begun);
	CHECK(begun);
}

static void a_flow_keeps_the_tunnel_of_its_first_packet_turned_to_its_client(void)
{
	struct talk *t = talk_new();

	talk_packet(t, C, PROTO_UDP, 0, 0, 0, NULL, 0, 1);
	CHECK(!flow_more(t->flows, t->flow));
	talk_tunnelled(t, C);
	CHECK_EQ(1, flow_more(t->flows, t->flow)->tunnel.from_port);
	talk_tunnelled(t, S);
	CHECK_EQ(2, flow_more(t->flows, t->flow)->tunnel.from_port);
	CHECK_EQ(1, flow_more(t->flows, t->flow)->tunnel.to_port);
	CHECK_EQ(TUNNEL_VXLAN, flow_more(t->flows, t->flow)->tunnel.kind);
	talk_free(t);
}

static void newcomers_go_in_the_order_in_which_they_came(void)
{
	struct talk *t = talk_new_with(1 << 20, 64, 16);

	for (uint16_t i = 0; i < 16; i++) { /* all are silent for different limits */
		t->port = (uint16_t)(40000 + i);
		talk_packet(t, C, i % 3 ? PROTO_TCP : PROTO_UDP,
		            i % 2 ? TCP_SYN : TCP_ACK, 0, 0, NULL, 0, 0);
		t->now += TALK_SECOND;
	}
	t->port = 40000; /* the oldest is heard of again */
	talk_packet(t, C, PROTO_UDP, 0, 0, 0, NULL, 0, 0);
	for (uint16_t i = 1; i < 16; i++) {
		t->port = (uint16_t)(50000 + i);
		talk_packet(t, C, PROTO_TCP, TCP_SYN, 0, 0, NULL, 0, 0);
		CHECK_EQ(i, t->ended);
		CHECK_EQ(40000 + i, t->over.client_port);
		CHECK_EQ(FLOW_END_EVICTED, t->over.ended);
	}
	CHECK_EQ(15, t->counters.at[COUNT_FLOW_EVICTED]);
	CHECK_EQ(15, t->counters.at[COUNT_EVICTED_HALF_OPEN]);
	CHECK_EQ(16, flow_count(t->flows));
	talk_free(t);
}

/* A flow of each worth, from the most to the least, on ports from 40000 on. */
static void one_of_each_worth(struct talk *t)
{
	t->port = 40000; /* bulk */
	talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 1 << 20);
	t->port = 40001; /* one about which there is an alert */
	talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 0);
	t->flow->alerted = 1;
	t->port = 40002; /* one that is read */
	shake(t);
	t->flow->session = t;
	t->port = 40003; /* established */
	shake(t);
	t->port = 40004; /* datagrams, answered */
	talk_packet(t, C, PROTO_UDP, 0, 0, 0, NULL, 0, 100);
	talk_packet(t, S, PROTO_UDP, 0, 0, 0, NULL, 0, 100);
	t->port = 40005; /* closed */
	shake(t);
	talk_tcp(t, S, TCP_RST, 5000, 0, NULL, 0, 0);
}

static void a_full_table_gives_up_what_is_worth_the_least(void)
{
	static const uint16_t gone[] = { 40005, 40004, 40003, 40002, 40000 };
	struct talk *t = talk_new_with(1 << 20, 64, 16);

	one_of_each_worth(t);
	CHECK_EQ(6, flow_count(t->flows));
	t->now += TALK_SECOND; /* younger than all of them */
	for (uint16_t i = 0; i < 100; i++) {
		t->port = (uint16_t)(50000 + i);
		talk_packet(t, C, PROTO_TCP, TCP_SYN, 0, 0, NULL, 0, 0);
	}
	CHECK_EQ(90, t->counters.at[COUNT_EVICTED_HALF_OPEN]);
	CHECK_EQ(90, t->counters.at[COUNT_FLOW_EVICTED]);
	/* these are all worth as much as the best, and drive out all others */
	for (uint16_t i = 0; i < 15; i++) {
		t->port = (uint16_t)(60000 + i);
		talk_tcp(t, C, TCP_ACK, 1000, 5000, NULL, 0, 1 << 20);
		if (i >= 10)
			CHECK_EQ(gone[i - 10], t->over.client_port);
	}
	CHECK_EQ(1, t->counters.at[COUNT_EVICTED_ESTABLISHED]);
	CHECK_EQ(1, t->counters.at[COUNT_EVICTED_SESSION]);
	CHECK_EQ(2, t->counters.at[COUNT_EVICTED_SHORT]);
	CHECK_EQ(1, t->counters.at[COUNT_EVICTED_BULK]);
	talk_free(t);
}

static void newcomers_have_an_eighth_of_the_table_to_themselves(void)
{
	struct talk *t = talk_new_with(1 << 20, 64, 64);

	for (uint16_t i = 0; i < 64; i++) { /* full of what was asked and answered */
		t->port = (uint16_t)(40000 + i);
		talk_packet(t, C, PROTO_UDP, 0, 0, 0, NULL, 0, 100);
		talk_packet(t, S, PROTO_UDP, 0, 0, 0, NULL, 0, 100);
	}
	for (uint16_t i = 0; i < 100; i++) {
		t->port = (uint16_t)(50000 + i);
		talk_packet(t, C, PROTO_TCP, TCP_SYN, 0, 0, NULL, 0, 0);
	}
	CHECK_EQ(9, t->counters.at[COUNT_EVICTED_SHORT]);
	CHECK_EQ(91, t->counters.at[COUNT_EVICTED_HALF_OPEN]);
	t->port = 50092; /* eight others came after it */
	talk_packet(t, S, PROTO_TCP, TCP_SYN | TCP_ACK, 0, 1, NULL, 0, 0);
	CHECK(!t->begun);
	talk_free(t);
}

/*
 * A slow model of the order: every flow there is, looked at for each that is given up.
 */
enum { MODEL_FLOWS = 64, MODEL_NEWCOMERS = MODEL_FLOWS / 8 };

struct model {
	struct flow *at[MODEL_FLOWS];
	unsigned n;
	struct flow_table *flows;
	unsigned given_up[5];
};

static unsigned model_worth(const struct flow *f)
{
	uint64_t said = f->dir[0].payload + f->dir[1].payload;
	bool one_sided = !f->dir[0].packets || !f->dir[1].packets;

	if (said >= 1 << 20 || f->alerted)
		return 4;
	if (f->state == FLOW_CLOSED)
		return 1;
	if ((f->proto == PROTO_TCP && f->state == FLOW_NEW) || (one_sided && said < 1024))
		return 0;
	if (f->session)
		return 3;
	return f->proto == PROTO_TCP || said >= 16384 ? 2 : 1;
}

static int64_t model_due(const struct model *m, const struct flow *f, unsigned worth)
{
	int64_t limit = flow_limit(m->flows, f);

	if (worth == 0 && limit > 30 * TALK_SECOND)
		limit = 30 * TALK_SECOND;
	return (f->last + limit) >> 27; /* in ticks of the wheel */
}

static void model_ended(void *arg, struct flow *f)
{
	struct model *m = arg;
	unsigned worth = model_worth(f), less = 0, newcomers = 0, earlier = 0, self = 0;

	for (unsigned i = 0; i < m->n; i++) {
		unsigned other = model_worth(m->at[i]);

		if (m->at[i] == f)
			self = i;
		less += other < worth;
		newcomers += other == 0;
		earlier += other == worth &&
		           model_due(m, m->at[i], other) < model_due(m, f, worth);
	}
	CHECK_MUST(m->at[self] == f);
	if (f->ended == FLOW_END_EVICTED) {
		CHECK_EQ(MODEL_FLOWS, m->n);
		/* those among whom a newcomer has grown into one are found late */
		CHECK(worth == 1 ? less <= MODEL_NEWCOMERS && newcomers == less &&
		                           earlier <= MODEL_NEWCOMERS
		                 : less == 0 && earlier == 0);
		m->given_up[worth]++;
	}
	m->at[self] = m->at[--m->n];
}

static void model_run(uint64_t seed, unsigned often)
{
	struct counters c = { { 0 } };
	struct model m = { 0 };
	struct flow_limits limits = { MODEL_FLOWS,       TALK_SECOND * 30,
		                      TALK_SECOND * 900, TALK_SECOND * 10,
		                      TALK_SECOND * 120, 0 };
	uint64_t state = seed;

	m.flows = flow_table_new(&limits, &c, model_ended, &m);
	CHECK_MUST(m.flows);
	for (uint64_t i = 1; i < 60000; i++) {
		struct packet p = { .number = i,
			            .time = (int64_t)i * TALK_SECOND / 97,
			            .pieces = 1 };
		unsigned dir, which, what;
		struct flow *f;
		bool begun;

		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
		/* some are heard of often, most once */
		which = state >> 63 ? (unsigned)(state >> 40) % often
		                    : (unsigned)(state >> 40) % 20000;
		what = (unsigned)(state >> 33) % 64;
		p.tuple.proto = which % 2 ? PROTO_TCP : PROTO_UDP;
		p.tuple.from_port = (uint16_t)(2000 + which);
		p.tuple.to_port = 443;
		if (what % 4 == 1) {
			p.tuple.to_port = p.tuple.from_port;
			p.tuple.from_port = 443;
		}
		p.tcp_flags = what < 40 ? TCP_ACK : TCP_SYN;
		if (what == 63)
			p.tcp_flags = TCP_RST;
		f = flow_take(m.flows, &p, &dir, &begun);
		if (begun)
			m.at[m.n++] = f;
		f->dir[dir].payload += what < 8 ? 5000 : what < 16 ? 100 : 0;
		if (what == 40)
			f->dir[dir].payload += 1 << 20;
		if (what == 41 || what == 42)
			f->session = &m;
		if (what == 43)
			f->alerted = 1;
		if (i % 100 == 0)
			flow_expire(m.flows, p.time, UINT32_MAX);
	}
	for (unsigned i = 0; i < 4; i++)
		CHECK(m.given_up[i] > 0);
	flow_shutdown(m.flows, UINT32_MAX);
	CHECK_EQ(0, m.n);
	flow_table_free(m.flows);
}

static void what_goes_is_what_a_slow_model_would_let_go(void)
{
	for (uint64_t seed = 1; seed <= 8; seed++)
		for (unsigned often = 20; often <= 160; often *= 2)
			model_run(seed, often);
}

static void eviction_ends_although_nobody_expires(void)
{
	struct talk *t = talk_new_with(1 << 20, 64, 16);

	for (uint32_t i = 0; i < 100000; i++) {
		t->port = (uint16_t)(1024 + i % 60000);
		t->now += 7 * TALK_SECOND;
		talk_packet(t, C, i % 3 ? PROTO_TCP : PROTO_UDP, TCP_ACK, 0, 0, NULL, 0,
		            0);
	}
	CHECK(flow_count(t->flows) <= 16);
	talk_free(t);
}

static void at_the_end_flows_go_as_they_began(void)
{
	struct talk *t = talk_new();
	uint64_t last = 0;
	uint16_t port = 0;

	for (unsigned i = 0; i < 60; i++) {
		t->port = (uint16_t)(40000 + (i * 37) % 60);
		talk_packet(t, C, i % 5 ? PROTO_TCP : PROTO_UDP,
		            i % 3 ? TCP_ACK : TCP_SYN, 0, 0, NULL, 0, 0);
	}
	for (unsigned i = 0; i < 60; i++) {
		CHECK_EQ(1, flow_shutdown(t->flows, 1));
		CHECK(t->over.first_packet > last);
		CHECK_EQ(FLOW_END_SHUTDOWN, t->over.ended);
		last = t->over.first_packet;
		if (i == 10) { /* a late packet does not disturb it */
			port = t->over.client_port;
			t->port = port;
			talk_packet(t, C, t->over.proto, TCP_ACK, 0, 0, NULL, 0, 0);
			CHECK(t->begun);
		}
	}
	CHECK_EQ(1, flow_count(t->flows));
	CHECK_EQ(1, flow_shutdown(t->flows, 9));
	CHECK_EQ(port, t->over.client_port);
	CHECK_EQ(0, flow_shutdown(t->flows, 9));
	talk_free(t);
}

/* What a flow is told as, whenever time-outs are looked for. */
struct told {
	uint64_t sum;
	struct flow_table *flows;
};

static void tell(void *arg, struct flow *f)
{
	struct told *told = arg;

	told->sum += flow_id(f) * (uint64_t)(f->last + 31 * f->ended + 7 * f->state +
	                                     (int64_t)f->dir[0].packets);
}

static uint64_t tell_all(unsigned every)
{
	struct counters counters = { { 0 } };
	struct told told = { 0 };
	struct flow_limits limits = { 4096,
		                      TALK_SECOND * 30,
		                      TALK_SECOND * 900,
		                      TALK_SECOND * 10,
		                      TALK_SECOND * 120,
		                      0 };
	struct flow_table *flows = flow_table_new(&limits, &counters, tell, &told);
	uint64_t state = 1;

	CHECK_MUST(flows);
	for (uint64_t i = 1; i < 200000; i++) {
		struct packet p = { .number = i,
			            .pieces = 1,
			            .time = (int64_t)i * TALK_SECOND / 3 };
		unsigned dir, which;
		bool begun;

		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
		which = (unsigned)(state >> 40) % 3000;
		p.tuple.proto = which % 2 ? PROTO_TCP : PROTO_UDP;
		p.tuple.from_port = (uint16_t)(2000 + which);
		p.tuple.to_port = 443;
		p.tcp_flags = state >> 60 == 0   ? TCP_SYN
		              : state >> 60 == 1 ? TCP_RST
		                                 : TCP_ACK;
		p.seq = (uint32_t)(state >> 20);
		flow_take(flows, &p, &dir, &begun);
		if (every && i % every == 0)
			flow_expire(flows, p.time, every);
		if (i == 199999)
			flow_expire(flows, p.time, UINT32_MAX);
	}
	while (flow_shutdown(flows, 100))
		;
	flow_table_free(flows);
	return told.sum;
}

static void what_is_told_does_not_depend_on_when_time_outs_are_looked_for(void)
{
	uint64_t never = tell_all(0);

	CHECK(never == tell_all(1));
	CHECK(never == tell_all(7));
	CHECK(never == tell_all(1000));
}

static void every_flow_that_began_ended_for_one_cause(void)
{
	static const enum counter causes[] = {
		COUNT_FLOW_TIMEOUT, COUNT_FLOW_CLOSED,   COUNT_FLOW_EVICTED,
		COUNT_FLOW_REUSED,  COUNT_FLOW_SHUTDOWN,
	};
	static const enum counter worths[] = {
		COUNT_EVICTED_HALF_OPEN, COUNT_EVICTED_SHORT, COUNT_EVICTED_ESTABLISHED,
		COUNT_EVICTED_SESSION,   COUNT_EVICTED_BULK,
	};
	struct talk *t = talk_new_with(1 << 20, 64, 16);
	const uint64_t *at = t->counters.at;
	uint64_t sum = 0, evicted = 0;

	for (uint16_t i = 0; i < 400; i++) {
		t->port = (uint16_t)(40000 + i * i % 53 % 30);
		t->now += i % 40 == 0 ? 40 * TALK_SECOND : TALK_SECOND / 4;
		if (i % 2)
			talk_tcp(t, C, TCP_SYN, i * 100000u, 0, NULL, 0, 0);
		if (i % 3 == 0)
			talk_tcp(t, S, TCP_RST | TCP_ACK, 0, i * 100000u + 1, NULL, 0, 0);
		else if (i % 5)
			talk_tcp(t, C, TCP_ACK, i * 100000u + 1, 0, "x", 1, 4000);
		flow_expire(t->flows, t->now, 3);
	}
	talk_end(t);
	for (unsigned i = 0; i < 5; i++) {
		CHECK(at[causes[i]] > 0);
		sum += at[causes[i]];
		evicted += at[worths[i]];
	}
	CHECK_EQ(at[COUNT_FLOW_TOTAL], sum);
	CHECK_EQ(at[COUNT_FLOW_EVICTED], evicted);
	talk_free(t);
}

static void what_few_flows_need_is_bounded_and_goes_with_the_flow(void)
{
	struct talk *t = talk_new_with(1 << 20, 64, 64);
	struct flow_more *more;

	for (unsigned round = 0; round < 3; round++) {
		for (uint16_t i = 0; i < 9; i++) {
			t->port = (uint16_t)(40000 + i);
			talk_packet(t, C, PROTO_UDP, 0, 0, 0, NULL, 0, 0);
			CHECK(!flow_more(t->flows, t->flow));
			more = flow_more_take(t->flows, t->flow);
			CHECK_EQ(i < 8, more != NULL);
			CHECK(more == flow_more(t->flows, t->flow));
			if (!more)
				continue;
			CHECK(more->told.time == 0 && more->tunnel.kind == TUNNEL_NONE);
			more->told.time = 1;
			CHECK(flow_more_take(t->flows, t->flow) == more);
		}
		CHECK_EQ(round + 1, t->counters.at[COUNT_FLOW_MORE_FULL]);
		talk_end(t);
	}
	talk_free(t);
}

static void a_size_of_memory_holds_so_many_flows(void)
{
	uint64_t eight = 8 * (sizeof(struct flow) + 8) + sizeof(struct flow_more) + 4;

	CHECK_EQ(0, flow_capacity(eight - 1));
	CHECK_EQ(8, flow_capacity(eight));
	CHECK_EQ(8000, flow_capacity(eight * 1000));
	CHECK(flow_capacity(UINT64_MAX) <= 1 << 30);
}

int main(void)
{
	TEST(both_directions_find_one_flow);
	TEST(the_client_is_who_sends_the_syn);
	TEST(without_a_syn_the_low_port_is_the_server);
	TEST(an_id_has_51_bits_and_is_the_same_from_either_side);
	TEST(a_handshake_makes_a_flow_established);
	TEST(a_flow_ends_after_its_limit_and_no_earlier);
	TEST(expiry_finds_a_flow_however_often_its_time_moved);
	TEST(a_leap_in_time_ends_everything);
	TEST(a_closed_flow_keeps_its_last_packets_and_ends_soon);
	TEST(one_fin_closes_where_one_side_is_seen);
	TEST(a_new_syn_on_a_closed_flow_begins_another);
	TEST(a_syn_in_the_middle_of_a_flow_changes_nothing);
	TEST(a_flow_keeps_the_tunnel_of_its_first_packet_turned_to_its_client);
	TEST(newcomers_go_in_the_order_in_which_they_came);
	TEST(a_full_table_gives_up_what_is_worth_the_least);
	TEST(newcomers_have_an_eighth_of_the_table_to_themselves);
	TEST(what_goes_is_what_a_slow_model_would_let_go);
	TEST(every_flow_that_began_ended_for_one_cause);
	TEST(what_few_flows_need_is_bounded_and_goes_with_the_flow);
	TEST(a_size_of_memory_holds_so_many_flows);
	TEST(eviction_ends_although_nobody_expires);
	TEST(at_the_end_flows_go_as_they_began);
	TEST(what_is_told_does_not_depend_on_when_time_outs_are_looked_for);
	return check_done();
}
