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

static void room_for_tunnels_is_bounded_and_given_back(void)
{
	struct talk *t = talk_new();
	unsigned kept = 0;

	for (unsigned i = 0; i < 20; i++) {
		talk_tunnelled(t, C);
		kept += flow_more(t->flows, t->flow) != NULL;
	}
	CHECK_EQ(8, kept); /* an eighth of the table */
	CHECK(t->counters.at[COUNT_FLOW_TUNNEL_FULL] == 20 - kept);
	talk_end(t);
	talk_tunnelled(t, C);
	CHECK(flow_more(t->flows, t->flow));
	talk_free(t);
}

static void a_full_table_gives_up_the_flow_whose_time_is_nearest(void)
{
	struct talk *t = talk_new_with(1 << 20, 64, 16);

	for (uint16_t i = 0; i < 16; i++) { /* all established, at one second each */
		t->port = (uint16_t)(40000 + i);
		talk_packet(t, C, PROTO_TCP, TCP_ACK, 0, 0, NULL, 0, 0);
		t->now += TALK_SECOND;
	}
	t->port = 40000; /* the oldest is heard of again */
	talk_packet(t, C, PROTO_TCP, TCP_ACK, 0, 0, NULL, 0, 0);
	t->port = 50000;
	talk_packet(t, C, PROTO_TCP, TCP_SYN, 0, 0, NULL, 0, 0);
	CHECK_EQ(1, t->ended);
	CHECK_EQ(40001, t->over.client_port);
	CHECK_EQ(FLOW_END_EVICTED, t->over.ended);
	t->now += TALK_SECOND;
	t->port = 50001; /* and a new one goes before the old established ones */
	talk_packet(t, C, PROTO_TCP, TCP_SYN, 0, 0, NULL, 0, 0);
	CHECK_EQ(50000, t->over.client_port);
	CHECK_EQ(2, t->counters.at[COUNT_FLOW_EVICTED]);
	CHECK_EQ(16, flow_count(t->flows));
	talk_free(t);
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
		struct packet p = { .number = i, .time = (int64_t)i * TALK_SECOND / 3 };
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
	TEST(room_for_tunnels_is_bounded_and_given_back);
	TEST(a_full_table_gives_up_the_flow_whose_time_is_nearest);
	TEST(eviction_ends_although_nobody_expires);
	TEST(at_the_end_flows_go_as_they_began);
	TEST(what_is_told_does_not_depend_on_when_time_outs_are_looked_for);
	return check_done();
}
