// SPDX-License-Identifier: Apache-2.0
/*
 * doubled_test.c - which packets are copies of another, and which were sent twice.
 */
#include "traffic/doubled.h"

#include "tests/check.h"

#define MILLISECOND INT64_C(1000000)

struct port {
	struct doubled *doubled;
	struct counters counters;
	struct packet p;
};

static struct port *port_new(void)
{
	static const uint8_t from[4] = { 10, 0, 0, 1 }, to[4] = { 192, 0, 2, 1 };
	struct port *port = calloc(1, sizeof(*port));

	CHECK_MUST(port);
	port->doubled = doubled_new(&port->counters);
	CHECK_MUST(port->doubled);
	port->p = (struct packet){
		.time = 1700000000000 * MILLISECOND,
		.wirelen = 154,
		.caplen = 100,
		.data = (const uint8_t *)"twelve bytes",
		.payload_cap = 12,
		.payload_len = 100,
		.seq = 1000,
		.ack = 5000,
		.tcp_flags = TCP_ACK,
		.ip_id = 7,
		.checksum = 0x1234,
		.pieces = 1,
	};
	port->p.tuple.from = addr_from_v4(from);
	port->p.tuple.to = addr_from_v4(to);
	port->p.tuple.from_port = 40000;
	port->p.tuple.to_port = 80;
	port->p.tuple.proto = PROTO_TCP;
	return port;
}

static void port_free(struct port *port)
{
	doubled_free(port->doubled);
	free(port);
}

static bool take(struct port *port)
{
	return doubled_take(port->doubled, &port->p);
}

static void datagram(struct port *port, uint16_t id)
{
	port->p.tuple.proto = PROTO_UDP;
	port->p.seq = port->p.ack = port->p.tcp_flags = 0;
	port->p.ip_id = id;
}

/* So many segments, each twice if `twice`. */
static void traffic(struct port *port, unsigned n, bool twice)
{
	struct packet kept = port->p;

	port->p.tuple.proto = PROTO_TCP;
	for (unsigned i = 0; i < n; i++) {
		port->p.seq += 100;
		CHECK(!take(port));
		if (twice)
			CHECK(take(port));
	}
	port->p = kept;
}

static void a_packet_seen_twice_at_once_is_a_copy(void)
{
	struct port *port = port_new();

	CHECK(!take(port));
	port->p.time += 2 * MILLISECOND;
	port->p.number++;
	port->p.vlan_count = 1; /* another link layer */
	port->p.wirelen += 4;
	CHECK(take(port));
	CHECK_EQ(1, port->counters.at[COUNT_DOUBLED_PACKETS]);
	CHECK_EQ(158, port->counters.at[COUNT_DOUBLED_BYTES]);
	port_free(port);
}

static void one_seen_later_was_sent_again(void)
{
	struct port *port = port_new();

	CHECK(!take(port));
	port->p.time += 2 * MILLISECOND + 1;
	CHECK(!take(port));
	CHECK_EQ(0, port->counters.at[COUNT_DOUBLED_PACKETS]);
	port_free(port);
}

static void of_three_equal_packets_two_count(void)
{
	struct port *port = port_new();

	CHECK(!take(port));
	CHECK(take(port));
	CHECK(!take(port));
	CHECK(take(port));
	port_free(port);
}

static void whatever_differs_in_one_thing_is_no_copy(void)
{
	for (unsigned what = 0; what < 14; what++) {
		struct port *port = port_new();
		struct packet *p = &port->p;
		struct addr from = p->tuple.from;

		CHECK(!take(port));
		switch (what) {
		case 0: p->seq++; break;
		case 1: p->ack++; break;
		case 2: p->tcp_flags |= TCP_PSH; break;
		case 3: p->ip_id++; break;
		case 4: p->checksum++; break;
		case 5: p->payload_len++; break;
		case 6: p->tuple.from_port++; break;
		case 7: p->tuple.to_port++; break;
		case 8: p->tuple.proto = PROTO_SCTP; break;
		case 9: p->tuple.to.b[15]++; break;
		case 10: p->tuple.from.b[0]++; break;
		case 11: p->data = (const uint8_t *)"Twelve bytes"; break;
		case 12:
			p->tuple.from = p->tuple.to;
			p->tuple.to = from;
			break;
		default: p->fragment = 1; p->piece.offset = 1480;
		}
		CHECK(!take(port));
		port_free(port);
	}
}

static void pieces_of_one_datagram_are_not_copies_of_each_other(void)
{
	struct port *port = port_new();

	datagram(port, 9);
	port->p.fragment = 1;
	port->p.checksum = 0;
	for (uint32_t i = 0; i < 40; i++) {
		port->p.piece.offset = i * 1480;
		CHECK(!take(port));
	}
	CHECK(take(port));
	port_free(port);
}

static void equal_datagrams_without_an_id_all_count(void)
{
	struct port *port = port_new();

	traffic(port, 1000, false);
	datagram(port, 0);
	for (unsigned i = 0; i < 1000; i++)
		CHECK(!take(port));
	CHECK_EQ(0, port->counters.at[COUNT_DOUBLED_PACKETS]);
	port_free(port);
}

static void while_much_is_doubled_they_are_copies_too(void)
{
	struct port *port = port_new();

	traffic(port, 100, true);
	datagram(port, 0);
	for (unsigned i = 0; i < 100; i++) {
		CHECK(!take(port));
		CHECK(take(port));
	}
	port_free(port);
}

static void but_not_where_nothing_can_be_compared(void)
{
	struct port *port = port_new();

	traffic(port, 100, true);
	datagram(port, 0);
	port->p.checksum = 0;
	for (unsigned i = 0; i < 100; i++)
		CHECK(!take(port));
	port_free(port);
}

static void evidence_grows_old(void)
{
	struct port *port = port_new();

	traffic(port, 100, true);
	datagram(port, 0);
	port->p.time += 1001 * MILLISECOND;
	CHECK(!take(port));
	CHECK(!take(port));
	port_free(port);
}

static void and_is_outweighed(void)
{
	struct port *port = port_new();

	traffic(port, 100, true);
	port->p.seq += 1 << 20;
	traffic(port, 3000, false);
	datagram(port, 0);
	CHECK(!take(port));
	CHECK(!take(port));
	port_free(port);
}

int main(void)
{
	TEST(a_packet_seen_twice_at_once_is_a_copy);
	TEST(one_seen_later_was_sent_again);
	TEST(of_three_equal_packets_two_count);
	TEST(whatever_differs_in_one_thing_is_no_copy);
	TEST(pieces_of_one_datagram_are_not_copies_of_each_other);
	TEST(equal_datagrams_without_an_id_all_count);
	TEST(while_much_is_doubled_they_are_copies_too);
	TEST(but_not_where_nothing_can_be_compared);
	TEST(evidence_grows_old);
	TEST(and_is_outweighed);
	return check_done();
}
