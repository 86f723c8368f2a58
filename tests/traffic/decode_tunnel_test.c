// SPDX-License-Identifier: Apache-2.0
/*
 * decode_tunnel_test.c - the innermost flow is the packet's, and the carrier's where
 * there is none.
 *
 * Every row is what a carrier between 10.1.0.1 and 10.1.0.2 carries.  It ends in the same
 * small datagram, and is tried at every shorter length: with the inner headers at hand
 * the packet is the inner flow's, with the carrier's alone it is the carrier's.
 */
#include "tests/traffic/decode_hex.h"

enum { RAW = 101 };

struct row {
	const char *what;
	enum tunnel_kind kind;
	uint8_t proto;
	uint16_t port; /* to it; from 4096 */
	const char *hex;
	enum counter counts;
};

static const struct row rows[] = {
	{ "IPv4 in IPv4", TUNNEL_IPV4, 4, 0, INNER4, COUNT_DECODER_IPV4_IN_IPV4 },
	{ "IPv6 in IPv4", TUNNEL_IPV6, 41, 0, INNER6, COUNT_DECODER_IPV6_IN_IPV4 },
	{ "GRE", TUNNEL_GRE, 47, 0, "0000 0800 " INNER4, COUNT_DECODER_GRE },
	{ "GRE with sum, key and sequence", TUNNEL_GRE, 47, 0,
	  "b000 86dd 0000 0000 00000007 00000001 " INNER6, COUNT_DECODER_GRE },
	{ "GRE with a route", TUNNEL_GRE, 47, 0,
	  "4000 0800 0000 0000 0800 00 04 0a010101 0000 00 00 " INNER4,
	  COUNT_DECODER_GRE },
	{ "NVGRE", TUNNEL_GRE, 47, 0, "2000 6558 00000102 " FRAME4, COUNT_DECODER_GRE },
	{ "GRE with MPLS", TUNNEL_GRE, 47, 0, "0000 8847 00064140 " INNER4,
	  COUNT_DECODER_MPLS },
	{ "GRE with NSH", TUNNEL_GRE, 47, 0, "0000 894f 0fc2 01 01 00000102 " INNER4,
	  COUNT_DECODER_NSH },
	{ "PPTP", TUNNEL_GRE, 47, 0, "3081 880b 0020 0001 00000005 00000004 0021 " INNER4,
	  COUNT_DECODER_PPP },
	{ "MikroTik's Ethernet over IP", TUNNEL_GRE, 47, 0, "2001 6400 002c 0100 " FRAME4,
	  COUNT_DECODER_GRE },
	{ "Cisco's redirection", TUNNEL_GRE, 47, 0, "0000 883e 00000000 " INNER4,
	  COUNT_DECODER_GRE },
	{ "Cisco's first redirection", TUNNEL_GRE, 47, 0, "0000 883e " INNER4,
	  COUNT_DECODER_GRE },
	{ "ERSPAN I", TUNNEL_ERSPAN, 47, 0, "0000 88be " FRAME4, COUNT_DECODER_ERSPAN },
	{ "ERSPAN II", TUNNEL_ERSPAN, 47, 0,
	  "1000 88be 00000001 10640001 00000002 " FRAME4, COUNT_DECODER_ERSPAN },
	{ "ERSPAN III", TUNNEL_ERSPAN, 47, 0,
	  "1000 22eb 00000001 20640001 00000002 0000 0000 " FRAME4,
	  COUNT_DECODER_ERSPAN },
	{ "ERSPAN III with IP and a subheader", TUNNEL_ERSPAN, 47, 0,
	  "1000 22eb 00000001 20640001 00000002 0000 0801 0000000000000000 " INNER4,
	  COUNT_DECODER_ERSPAN },
	{ "EtherIP", TUNNEL_ETHERNET, 97, 0, "3000 " FRAME4, COUNT_DECODER_ETHERIP },
	{ "Ethernet as a protocol", TUNNEL_ETHERNET, 143, 0, FRAME4,
	  COUNT_DECODER_ETHERIP },
	{ "MPLS over IP", TUNNEL_MPLS, 137, 0, "00064140 " INNER4,
	  COUNT_DECODER_MPLS_TUNNEL },
	{ "L2TP 3 without a cookie", TUNNEL_L2TP, 115, 0, "00000007 " FRAME4,
	  COUNT_DECODER_L2TP },
	{ "L2TP 3 with a cookie of eight", TUNNEL_L2TP, 115, 0,
	  "00000007 1122334455667788 " FRAME4, COUNT_DECODER_L2TP },
	{ "L2TP", TUNNEL_L2TP, 17, 1701, "0002 0001 0002 ff03 0021 " INNER4,
	  COUNT_DECODER_L2TP },
	{ "L2TP with length, numbers and offset", TUNNEL_L2TP, 17, 1701,
	  "4a02 0030 0001 0002 0001 0001 0002 0000 0021 " INNER4, COUNT_DECODER_L2TP },
	{ "GTP-U", TUNNEL_GTP, 17, 2152, "30 ff 001e 00000001 " INNER4,
	  COUNT_DECODER_GTP },
	{ "GTP-U with two extensions", TUNNEL_GTP, 17, 2152,
	  "36 ff 0042 00000001 0001 00 85 01 0000 c0 02 000000000000 00 " INNER6,
	  COUNT_DECODER_GTP },
	{ "Teredo", TUNNEL_TEREDO, 17, 3544, INNER6, COUNT_DECODER_TEREDO },
	{ "Teredo with authentication and origin", TUNNEL_TEREDO, 17, 3544,
	  "0001 02 01 aabb cc 0011223344556677 00 0000 1234 f5fffffe " INNER6,
	  COUNT_DECODER_TEREDO },
	{ "LISP", TUNNEL_LISP, 17, 4341, "80 000001 00000001 " INNER4,
	  COUNT_DECODER_LISP },
	{ "LISP that says what follows", TUNNEL_LISP, 17, 4341,
	  "04 0000 03 00000000 " FRAME4, COUNT_DECODER_LISP },
	{ "VXLAN", TUNNEL_VXLAN, 17, 4789, "08 000000 00007b 00 " FRAME4,
	  COUNT_DECODER_VXLAN },
	{ "VXLAN on its first port, with reserved bits", TUNNEL_VXLAN, 17, 8472,
	  "ff 000004 00007b 01 " FRAME4, COUNT_DECODER_VXLAN },
	{ "VXLAN with Ethernet and a VLAN", TUNNEL_VXLAN, 17, 4789,
	  "08 000000 00007b 00 " MACS "8100 0064 0800 " INNER4, COUNT_DECODER_VLAN },
	{ "VXLAN-GPE with IPv6", TUNNEL_VXLAN, 17, 4790, "0c 0000 02 00007b 00 " INNER6,
	  COUNT_DECODER_VXLAN },
	{ "CAPWAP with Ethernet", TUNNEL_CAPWAP, 17, 5247, "00 100200 00000000 " FRAME4,
	  COUNT_DECODER_CAPWAP },
	{ "CAPWAP with 802.11, turned", TUNNEL_CAPWAP, 17, 5247,
	  "00 200320 00000000 04020000 00030000 0108 0000 " MACS
	  "020000000003 0010 aaaa03 000000 0800 " INNER4,
	  COUNT_DECODER_WIFI },
	{ "GENEVE", TUNNEL_GENEVE, 17, 6081, "00 00 6558 00007b 00 " FRAME4,
	  COUNT_DECODER_GENEVE },
	{ "GENEVE with options and IPv6", TUNNEL_GENEVE, 17, 6081,
	  "03 40 86dd 00007b 00 0102 80 01 aabbccdd 0102 01 00 " INNER6,
	  COUNT_DECODER_GENEVE },
	{ "MPLS over UDP", TUNNEL_MPLS, 17, 6635, "00064040 00064140 " INNER4,
	  COUNT_DECODER_MPLS_TUNNEL },
	{ "TZSP", TUNNEL_TZSP, 17, 37008, "01 00 0001 00 0a 01 2a 01 " FRAME4,
	  COUNT_DECODER_TZSP },
	{ "TZSP with 802.11", TUNNEL_TZSP, 17, 37008,
	  "01 00 0012 01 0802 0000 " MACS "020000000003 0010 aaaa03 000000 0800 " INNER4,
	  COUNT_DECODER_WIFI },
};

/* The carrier's headers, then the row's; gives the bytes in all. */
static uint32_t carry(const struct row *row, uint8_t *out)
{
	char hex[160];
	uint8_t inside[512];
	size_t n = unhex(row->hex, inside), udp = row->proto == PROTO_UDP ? 8 : 0;
	size_t at;

	snprintf(hex, sizeof(hex), "4500 %04zx 0000 0000 40 %02x 0000 0a010001 0a010002",
	         20 + udp + n, row->proto);
	at = unhex(hex, out);
	snprintf(hex, sizeof(hex), "1000 %04x %04zx 0000", row->port, udp + n);
	if (udp)
		at += unhex(hex, out + at);
	memcpy(out + at, inside, n);
	return (uint32_t)(at + n);
}

static bool is_carrier(const struct row *row, uint32_t n, const struct packet *p)
{
	size_t udp = row->proto == PROTO_UDP ? 8 : 0;

	return p->tunnel.depth == 0 && p->tuple.proto == row->proto &&
	       p->tuple.to_port == row->port && p->payload_len == n - 20 - udp;
}

static void check_row(const struct row *row)
{
	uint8_t bytes[512];
	uint32_t n = carry(row, bytes), headers = row->proto == PROTO_UDP ? 28 : 20;
	struct counters counters;
	struct packet p;

	for (uint32_t cut = 0; cut <= n; cut++) {
		bool flow = try(bytes, cut, n, RAW, &p, &counters);
		CHECK_EQ(cut >= headers, flow);
		if (!flow)
			continue;
		if (cut < n - 2) {
			CHECK(is_carrier(row, n, &p));
			CHECK_EQ(0, counters.at[row->counts]);
			CHECK_EQ(row->proto == PROTO_UDP, counters.at[COUNT_DECODER_UDP]);
			CHECK_EQ(row->proto != PROTO_UDP,
			         counters.at[COUNT_DECODER_OTHER]);
			continue;
		}
		CHECK(is_inner(&p));
		CHECK_EQ(1, counters.at[row->counts]);
		CHECK_EQ(0, counters.at[COUNT_DECODER_OTHER]);
		CHECK(p.tunnel.kind == row->kind && p.tunnel.depth == 1);
		CHECK(p.tunnel.proto == row->proto && p.tunnel.to_port == row->port);
		CHECK(p.tunnel.from.b[15] == 1 && p.tunnel.to.b[15] == 2);
	}
	for (uint32_t shorter = 0; shorter < n; shorter++)
		if (try(bytes, shorter, shorter, RAW, &p, &counters))
			CHECK(p.payload_len <= n);
}

static void the_innermost_flow_is_the_packets_at_every_length(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned before = check_here;

		check_row(&rows[i]);
		if (check_here != before)
			fprintf(stderr, "in: %s\n", rows[i].what);
	}
}

static void a_tunnel_that_does_not_hold_together_is_a_flow_of_its_own(void)
{
	static const struct row none[] = {
		{ "GRE's keep-alive", 0, 47, 0, "0000 0000", 0 },
		{ "GRE of another version", 0, 47, 0, "0003 0800 " INNER4, 0 },
		{ "GRE that ends too soon", 0, 47, 0, "3000 0800", 0 },
		{ "PPTP without data", 0, 47, 0, "2081 880b 0000 0001 00000004", 0 },
		{ "ARP in GRE", 0, 47, 0, "0000 0806 0001 0800 06 04 0001", 0 },
		{ "IPv4 in IPv4 that is none", 0, 4, 0, "3500 001e 0000 0000", 0 },
		{ "EtherIP's other version", 0, 97, 0, "4000 " FRAME4, 0 },
		{ "L2TP's messages", 0, 17, 1701, "c802 0030 0001 0002 0000 0000", 0 },
		{ "L2TP with reserved bits", 0, 17, 1701, "1002 0001 0002 0021 " INNER4,
		  0 },
		{ "L2TP longer than its datagram", 0, 17, 1701,
		  "4002 0100 0001 0002 0021 " INNER4, 0 },
		{ "GTP's echo", 0, 17, 2152, "32 01 0004 00000000 0001 0000", 0 },
		{ "GTP-U longer than its datagram", 0, 17, 2152,
		  "30 ff 001f 00000001 " INNER4, 0 },
		{ "GTP-U with an extension of no length", 0, 17, 2152,
		  "34 ff 0026 00000001 0001 00 85 00 000000 " INNER4, 0 },
		{ "DNS to Teredo's port", 0, 17, 3544,
		  "1234 0100 0001 0000 0000 0000 0161 00 0001 0001", 0 },
		{ "Teredo with a byte too many", 0, 17, 3544, INNER6 "00", 0 },
		{ "LISP with a byte too many", 0, 17, 4341,
		  "80 000001 00000001 " INNER4 "00", 0 },
		{ "VXLAN without a number", 0, 17, 4789, "00 000000 00007b 00 " FRAME4,
		  0 },
		{ "VXLAN with ARP", 0, 17, 4789,
		  "08 000000 00007b 00 " MACS "0806 0001 0800 06 04 0001", 0 },
		{ "VXLAN-GPE with what nobody knows", 0, 17, 4790,
		  "0c 0000 09 00007b 00 " INNER4, 0 },
		{ "encrypted CAPWAP", 0, 17, 5247, "01 000000 " FRAME4, 0 },
		{ "a piece of CAPWAP", 0, 17, 5247, "00 100280 00000000 " FRAME4, 0 },
		{ "GENEVE of another version", 0, 17, 6081,
		  "40 00 6558 00007b 00 " FRAME4, 0 },
		{ "GENEVE whose options overlap its packet", 0, 17, 6081,
		  "01 00 0800 00007b 00 0102 80 04 " INNER4, 0 },
		{ "labels without an end", 0, 17, 6635, "00064040 00064040 00064040", 0 },
		{ "TZSP without an end of tags", 0, 17, 37008, "01 00 0001 00 00 00", 0 },
	};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct counters counters;
		struct packet p;
		uint8_t bytes[512];
		unsigned before = check_here;
		uint32_t n = carry(&none[i], bytes);

		for (uint32_t cut = 28; cut <= n; cut++) {
			CHECK(try(bytes, cut, n, RAW, &p, &counters));
			CHECK(is_carrier(&none[i], n, &p));
		}
		if (check_here != before)
			fprintf(stderr, "in: %s\n", none[i].what);
	}
}

/* So many headers of IPv4 in IPv4, each from 10.1.0.1 to its own. */
static uint32_t nest(unsigned depth, uint8_t *bytes)
{
	uint8_t inner[64];
	size_t n = unhex(INNER4, inner), at = 0;
	char hex[80];

	for (unsigned i = 0; i < depth; i++) {
		snprintf(hex, sizeof(hex),
		         "4500 %04zx 0000 0000 40 04 0000 0a010001 0a0100%02x",
		         (depth - i) * 20 + n, i + 2);
		at += unhex(hex, bytes + at);
	}
	memcpy(bytes + at, inner, n);
	return (uint32_t)(at + n);
}

static void eight_tunnels_are_gone_through_and_a_ninth_is_a_flow(void)
{
	struct counters counters;
	struct packet p;
	uint8_t bytes[512];
	uint32_t n = nest(8, bytes);

	CHECK(try(bytes, n, n, RAW, &p, &counters));
	CHECK(is_inner(&p));
	CHECK_EQ(8, p.tunnel.depth);
	CHECK_EQ(2, p.tunnel.to.b[15]);
	CHECK_EQ(8, counters.at[COUNT_DECODER_IPV4_IN_IPV4]);
	CHECK_EQ(0, counters.at[COUNT_DECODER_TUNNEL_DEEP]);

	n = nest(9, bytes);
	CHECK(try(bytes, n, n, RAW, &p, &counters));
	CHECK(p.tuple.proto == 4 && p.tuple.to.b[15] == 10 && p.payload_len == 30);
	CHECK_EQ(8, p.tunnel.depth);
	CHECK_EQ(1, counters.at[COUNT_DECODER_TUNNEL_DEEP]);
	CHECK_EQ(1, counters.at[COUNT_DECODER_OTHER]);
}

/* VXLAN in GRE whose inside is cut: the datagram in GRE, not GRE, and not invalid. */
static void the_innermost_carrier_that_can_be_read_is_the_packets(void)
{
	struct counters counters;
	struct packet p;
	uint8_t bytes[512];
	uint32_t n = (uint32_t)unhex("4500 0068 0000 0000 40 2f 0000 0a010001 0a010002 "
	                             "0000 0800 "
	                             "4500 0050 0000 0000 40 11 0000 0a020001 0a020002 "
	                             "1000 12b5 003c 0000 08 000000 00007b 00 " FRAME4,
	                             bytes);

	CHECK(try(bytes, n, n, RAW, &p, &counters));
	CHECK(is_inner(&p));
	CHECK(p.tunnel.depth == 2 && p.tunnel.kind == TUNNEL_VXLAN);
	CHECK(p.tunnel.proto == 47 && p.tunnel.to.b[15] == 2 && p.tunnel.to.b[13] == 1);
	CHECK(try(bytes, 80, n, RAW, &p, &counters));
	CHECK(p.tuple.proto == PROTO_UDP && p.tuple.to_port == 4789);
	CHECK(p.tunnel.depth == 1 && p.tunnel.kind == TUNNEL_GRE);
	CHECK_EQ(52, p.payload_len);
	CHECK_EQ(1, counters.at[COUNT_DECODER_GRE]);
	CHECK_EQ(1, counters.at[COUNT_DECODER_TUNNEL_UNREAD]);
	CHECK_EQ(0, counters.at[COUNT_DECODER_VXLAN]);
	CHECK_EQ(0, counters.at[COUNT_DECODER_INVALID]);
}

static void a_fragment_in_a_tunnel_is_a_fragment(void)
{
	static const struct row row = {
		"",
		TUNNEL_GRE,
		47,
		0,
		"0000 0800 4500 001c 0007 2001 40 11 0000 0a000001 c0000201 "
		"6162636465666768",
		0
	};
	struct counters counters;
	struct packet p;
	uint8_t bytes[512];
	uint32_t n = carry(&row, bytes);

	CHECK(try(bytes, n, n, RAW, &p, &counters));
	CHECK(p.fragment && p.piece.id == 7 && p.piece.offset == 8 && p.piece.more);
	CHECK(p.ip_at == 24 && p.piece.header == 44 && p.tunnel.depth == 1);
}

static void what_an_error_quotes_is_no_tunnel(void)
{
	static const struct row row = { "", 0, 1, 0, "0303 0000 00000000 " INNER4, 0 };
	struct counters counters;
	struct packet p;
	uint8_t bytes[512];
	uint32_t n = carry(&row, bytes);

	CHECK(try(bytes, n, n, RAW, &p, &counters));
	CHECK(p.tuple.proto == PROTO_ICMP && p.tunnel.depth == 0);
}

static void a_packet_in_a_tunnel_is_in_its_inner_pairs_shard(void)
{
	struct counters counters;
	struct packet alone, carried;
	uint8_t bytes[512];
	uint32_t n = (uint32_t)unhex(INNER4, bytes);

	CHECK(try(bytes, n, n, RAW, &alone, &counters));
	n = carry(&rows[2], bytes);
	CHECK(try(bytes, n, n, RAW, &carried, &counters));
	CHECK_EQ(alone.shard_hash, carried.shard_hash);
}

int main(void)
{
	TEST(the_innermost_flow_is_the_packets_at_every_length);
	TEST(a_tunnel_that_does_not_hold_together_is_a_flow_of_its_own);
	TEST(eight_tunnels_are_gone_through_and_a_ninth_is_a_flow);
	TEST(the_innermost_carrier_that_can_be_read_is_the_packets);
	TEST(a_fragment_in_a_tunnel_is_a_fragment);
	TEST(what_an_error_quotes_is_no_tunnel);
	TEST(a_packet_in_a_tunnel_is_in_its_inner_pairs_shard);
	return check_done();
}
