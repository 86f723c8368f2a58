// SPDX-License-Identifier: Apache-2.0
/*
 * decode_test.c - what is read from a packet's headers, at every length.
 *
 * A row says what a packet is and what must be found in it.  It is then tried cut by
 * every shorter snap length, in memory of exactly that size, where the counts must stay
 * as long as the headers are there; and as if the wire had carried less of it, where
 * nothing may be found that was not there.
 */
#include "tests/traffic/decode_hex.h"

enum { ETHERNET = 1, NULL_LINK = 0, RAW = 101, LOOP = 108, COOKED = 113, COOKED2 = 276 };

#define V4_PAIR  "0a000001 c0000201 "
#define V4_BACK  "c0000201 0a000001 "
#define V6_INNER "20010db8000000000000000000000001 "
#define V6_OUTER "26000000000000000000000000000002 "
#define V6_PAIR  V6_INNER V6_OUTER
/* 40000 to 80, seq 0x01020304, ack 0x05060708, ACK and PSH, window 0x1f4 */
#define TCP_PORTS "9c40 0050 01020304 05060708 "
#define TCP_PLAIN TCP_PORTS "50 18 01f4 0000 0000 "

struct row {
	const char *what;
	int link;
	const char *hex;
	uint32_t more;       /* bytes there were on the wire behind these */
	uint32_t need;       /* bytes without which nothing can be said of it */
	enum counter counts; /* it counts here, too */
	const char *want;    /* as packet_say has it; NULL: it is no flow */
};

static const struct row rows[] = {
	{ "TCP over IPv4, options behind TCP's header", ETHERNET,
	  MACS "0800 4500 0039 1234 4000 40 06 0000 " V4_PAIR TCP_PORTS
	       "80 18 01f4 0000 0000 0101080a 00000001 00000002 68656c6c6f",
	  0, 54, COUNT_DECODER_TCP, "proto 6 40000>80 ip 14+57 payload 66+5" },
	{ "padding of a short frame is no payload", ETHERNET,
	  MACS "0800 4500 0028 1234 4000 40 06 0000 " V4_PAIR TCP_PLAIN "000000000000", 0,
	  54, COUNT_DECODER_TCP, "proto 6 40000>80 ip 14+40 payload 54+0" },
	{ "a snap length takes nothing from the counts", ETHERNET,
	  MACS "0800 4500 05dc 1234 4000 40 06 0000 " V4_PAIR TCP_PLAIN, 1460, 54,
	  COUNT_DECODER_SNAPPED, "proto 6 40000>80 ip 14+40 payload 54+1460" },
	{ "a total length of 0 reaches to the end of the wire", ETHERNET,
	  MACS "0800 4500 0000 1234 4000 40 06 0000 " V4_PAIR TCP_PLAIN "2a", 65999, 54,
	  COUNT_DECODER_TCP, "proto 6 40000>80 ip 14+41 payload 54+66000" },
	{ "a total length beyond the wire counts what was on it", ETHERNET,
	  MACS "0800 4500 4000 1234 4000 40 06 0000 " V4_PAIR TCP_PLAIN "2a2b", 0, 54,
	  COUNT_DECODER_TCP, "proto 6 40000>80 ip 14+42 payload 54+2" },
	{ "a total length below its own header is refused", ETHERNET,
	  MACS "0800 4500 0013 1234 4000 40 06 0000 " V4_PAIR TCP_PLAIN, 0, 0,
	  COUNT_DECODER_INVALID, NULL },
	{ "an IPv4 header of 16 bytes is refused", ETHERNET,
	  MACS "0800 4400 0028 1234 4000 40 06 0000 " V4_PAIR TCP_PLAIN, 0, 0,
	  COUNT_DECODER_INVALID, NULL },
	{ "options of IPv4 are passed over", RAW,
	  "4700 0024 1234 4000 40 11 0000 " V4_PAIR "94040000 01010100 " UDP_PORTS
	  "0008 0000",
	  0, 36, COUNT_DECODER_UDP, "proto 17 40000>53 ip 0+36 payload 36+0" },
	{ "an 802.1Q tag", ETHERNET,
	  MACS "8100 6064 0800 4500 001e 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS
	       "000a 0000 aabb",
	  0, 46, COUNT_DECODER_VLAN, "proto 17 40000>53 ip 18+30 payload 46+2 vlan 100" },
	{ "two tags, the outer one a provider's", ETHERNET,
	  MACS "88a8 0064 8100 0065 86dd 60000000 000a 11 40 " V6_PAIR UDP_PORTS
	       "000a 0000 aabb",
	  0, 70, COUNT_DECODER_QINQ,
	  "proto 17 40000>53 ip 22+50 payload 70+2 vlan 100 101" },
	{ "of eight tags two are kept", ETHERNET,
	  MACS "9100 0064 9100 0065 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 "
	       "8100 0001 "
	       "0800 4500 001c 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS "0008 0000",
	  0, 74, COUNT_DECODER_QINQ,
	  "proto 17 40000>53 ip 46+28 payload 74+0 vlan 100 101" },
	{ "nine tags are refused", ETHERNET,
	  MACS "9100 0064 9100 0065 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 "
	       "8100 0001 "
	       "8100 0001 0800 4500 001c 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS
	       "0008 0000",
	  0, 0, COUNT_DECODER_INVALID, NULL },
	{ "802.3 with SNAP", ETHERNET,
	  MACS
	  "0024 aaaa 03 000000 0800 4500 001c 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS
	  "0008 0000 0000",
	  0, 50, COUNT_DECODER_UDP, "proto 17 40000>53 ip 22+28 payload 50+0" },
	{ "802.3 with IP's own access point", ETHERNET,
	  MACS "001f 0606 03 4500 001c 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS
	       "0008 0000",
	  0, 45, COUNT_DECODER_UDP, "proto 17 40000>53 ip 17+28 payload 45+0" },
	{ "Linux cooked", COOKED,
	  "0004 0001 0006 0200000000010000 0800 4500 001f 0000 0000 40 11 0000 " V4_PAIR
	          UDP_PORTS "000b 0000 616263",
	  0, 44, COUNT_DECODER_UDP, "proto 17 40000>53 ip 16+31 payload 44+3" },
	{ "Linux cooked, version 2", COOKED2,
	  "86dd 0000 00000002 0001 04 06 0200000000010000 60000000 000b 11 40 " V6_PAIR
	          UDP_PORTS "000b 0000 616263",
	  0, 68, COUNT_DECODER_UDP, "proto 17 40000>53 ip 20+51 payload 68+3" },
	{ "null in little-endian", NULL_LINK,
	  "02000000 4500 001c 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS "0008 0000", 0, 32,
	  COUNT_DECODER_IPV4, "proto 17 40000>53 ip 4+28 payload 32+0" },
	{ "null in big-endian", NULL_LINK,
	  "00000002 4500 001c 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS "0008 0000", 0, 32,
	  COUNT_DECODER_IPV4, "proto 17 40000>53 ip 4+28 payload 32+0" },
	{ "loopback with IPv6 by Darwin's number", LOOP,
	  "0000001e 60000000 0008 11 40 " V6_PAIR UDP_PORTS "0008 0000", 0, 52,
	  COUNT_DECODER_IPV6, "proto 17 40000>53 ip 4+48 payload 52+0" },
	{ "raw IPv6 by OpenBSD's number", 14,
	  "60000000 0008 11 40 " V6_PAIR UDP_PORTS "0008 0000", 0, 48, COUNT_DECODER_IPV6,
	  "proto 17 40000>53 ip 0+48 payload 48+0" },
	{ "five extension headers before TCP", RAW,
	  "60000000 0054 00 40 " V6_PAIR /* says hop-by-hop */
	  "2b00 0104 00000000 "          /* then routing */
	  "3c02 0401 00000000 " V6_OUTER /* then destination */
	  "2c00 0104 00000000 "          /* then fragment */
	  "3300 0000 00000007 "          /* whole after all; then authentication */
	  "0602 0000 00000001 00000002 00000000 " /* then TCP */
	  TCP_PLAIN,
	  0, 124, COUNT_DECODER_TCP, "proto 6 40000>80 ip 0+124 payload 124+0" },
	{ "seventeen extension headers are refused", RAW,
	  "60000000 0090 3c 40 " V6_PAIR "3c00 0104 00000000 3c00 0104 00000000 "
	  "3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 "
	  "3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 "
	  "3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 "
	  "3c00 0104 00000000 3c00 0104 00000000 1100 0104 00000000 " UDP_PORTS
	  "0008 0000",
	  0, 0, COUNT_DECODER_INVALID, NULL },
	{ "an IPv6 header that says no more is a flow of nothing", RAW,
	  "60000000 0000 3b 40 " V6_PAIR "0000", 0, 40, COUNT_DECODER_OTHER,
	  "proto 59 0>0 ip 0+40 payload 40+0" },
	{ "an IPv6 length of 0 reaches to the end of the wire", RAW,
	  "60000000 0000 06 40 " V6_PAIR TCP_PLAIN, 70000, 60, COUNT_DECODER_TCP,
	  "proto 6 40000>80 ip 0+60 payload 60+70000" },
	{ "a jumbogram", RAW,
	  "60000000 0000 00 40 " V6_PAIR "0600 c204 00015f90 " TCP_PLAIN, 100000, 68,
	  COUNT_DECODER_TCP, "proto 6 40000>80 ip 0+68 payload 68+89972" },
	{ "a jumbo length inside its own header is not believed", RAW,
	  "60000000 0000 00 40 " V6_PAIR "0600 c204 00000001 " TCP_PLAIN "2a", 0, 68,
	  COUNT_DECODER_TCP, "proto 6 40000>80 ip 0+69 payload 68+1" },
	{ "the first piece of an IPv4 datagram has no ports", RAW,
	  "4500 0024 1234 2000 40 11 0000 " V4_PAIR UDP_PORTS
	  "0bb8 0000 6162636465666768",
	  0, 20, COUNT_DECODER_FRAGMENTS, "proto 17 0>0 ip 0+36 payload 20+16 fragment" },
	{ "nor has a later one", RAW,
	  "4500 001c 1234 0002 40 11 0000 " V4_PAIR "6162636465666768", 3, 20,
	  COUNT_DECODER_FRAGMENTS, "proto 17 0>0 ip 0+28 payload 20+8 fragment" },
	{ "a piece of an IPv6 datagram", RAW,
	  "60000000 0010 2c 40 " V6_PAIR "1100 0001 00000007 6162636465666768", 0, 48,
	  COUNT_DECODER_FRAGMENTS, "proto 17 0>0 ip 0+56 payload 48+8 fragment" },
	{ "a TCP header of 16 bytes is refused", RAW,
	  "4500 0028 0000 0000 40 06 0000 " V4_PAIR TCP_PORTS "40 18 01f4 0000 0000", 0,
	  0, COUNT_DECODER_INVALID, NULL },
	{ "a TCP header longer than its packet is refused", RAW,
	  "4500 0028 0000 0000 40 06 0000 " V4_PAIR TCP_PORTS
	  "60 18 01f4 0000 0000 00000000",
	  0, 0, COUNT_DECODER_INVALID, NULL },
	{ "a UDP length of 0 is IP's", RAW,
	  "4500 001e 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS "0000 0000 6162", 0, 28,
	  COUNT_DECODER_UDP, "proto 17 40000>53 ip 0+30 payload 28+2" },
	{ "a UDP length beyond IP's is IP's", RAW,
	  "4500 001e 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS "ffff 0000 6162", 0, 28,
	  COUNT_DECODER_UDP, "proto 17 40000>53 ip 0+30 payload 28+2" },
	{ "a UDP length below IP's is UDP's", RAW,
	  "4500 001e 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS "0009 0000 6162", 0, 28,
	  COUNT_DECODER_UDP, "proto 17 40000>53 ip 0+30 payload 28+1" },
	{ "a UDP length of 7 is refused", RAW,
	  "4500 001e 0000 0000 40 11 0000 " V4_PAIR UDP_PORTS "0007 0000 6162", 0, 0,
	  COUNT_DECODER_INVALID, NULL },
	{ "an echo is asked for", RAW,
	  "4500 0020 0000 0000 40 01 0000 " V4_PAIR "08 00 0000 0001 0002 61626364", 0,
	  22, COUNT_DECODER_ICMPV4, "proto 1 8>0 ip 0+32 payload 28+4" },
	{ "an unreachable port has type and code", RAW,
	  "4500 001c 0000 0000 40 01 0000 " V4_PAIR "03 03 0000 00000000", 0, 22,
	  COUNT_DECODER_ICMPV4, "proto 1 3>3 ip 0+28 payload 28+0" },
	{ "an IPv6 neighbour is asked for", RAW,
	  "60000000 0018 3a ff " V6_PAIR "87 00 0000 00000000 " V6_OUTER, 0, 42,
	  COUNT_DECODER_ICMPV6, "proto 58 135>136 ip 0+64 payload 48+16" },
	{ "SCTP has ports", RAW,
	  "4500 0024 0000 0000 40 84 0000 " V4_PAIR
	  "0b59 0b5a 00000001 00000000 01020304",
	  0, 24, COUNT_DECODER_OTHER, "proto 132 2905>2906 ip 0+36 payload 32+4" },
	{ "another transport is a flow without ports", RAW,
	  "4500 001c 0000 0000 40 32 0000 " V4_PAIR "0000000100000001", 0, 20,
	  COUNT_DECODER_OTHER, "proto 50 0>0 ip 0+28 payload 20+8" },
	{ "ARP is nothing wrong", ETHERNET, MACS "0806 0001 0800 06 04 0001", 0, 0,
	  COUNT_DECODER_NOT_IP, NULL },
	{ "nor is a spanning tree", ETHERNET, MACS "0026 4242 03 0000 00 00 00", 0, 0,
	  COUNT_DECODER_NOT_IP, NULL },
	{ "a link type not known is counted", 147, "0800 4500", 0, 0,
	  COUNT_DECODER_LINKTYPE, NULL },
};

static const char *packet_say(const struct packet *p, char text[200])
{
	int n = snprintf(text, 200, "proto %u %u>%u ip %u+%u payload %u+%ju",
	                 p->tuple.proto, p->tuple.from_port, p->tuple.to_port, p->ip_at,
	                 p->ip_len, p->payload_at, (uintmax_t)p->payload_len);

	if (p->fragment)
		n += snprintf(text + n, 200 - (size_t)n, " fragment");
	if (p->vlan_count > 0)
		n += snprintf(text + n, 200 - (size_t)n, " vlan %u", p->vlan[0]);
	if (p->vlan_count > 1)
		snprintf(text + n, 200 - (size_t)n, " %u", p->vlan[1]);
	return text;
}

static void check_row(const struct row *row, const uint8_t *bytes, uint32_t n)
{
	struct counters counters;
	struct packet whole, p;
	char got[200] = "no flow";
	const char *want = row->want ? row->want : "no flow";
	uint32_t wire = n + row->more;

	if (try(bytes, n, wire, row->link, &whole, &counters))
		packet_say(&whole, got);
	CHECK_TEXT(want, got);
	if (strcmp(want, got) != 0)
		return;
	CHECK_EQ(1, counters.at[row->counts]);
	for (uint32_t cut = 0; cut < n; cut++) {
		bool flow = try(bytes, cut, wire, row->link, &p, &counters);
		if (!row->want) {
			CHECK(!flow);
			continue;
		}
		CHECK_EQ(cut >= row->need, flow);
		if (!flow)
			continue;
		CHECK_EQ(whole.payload_len, p.payload_len);
		CHECK(memcmp(&whole.tuple, &p.tuple, sizeof(p.tuple)) == 0);
		CHECK_EQ(whole.shard_hash, p.shard_hash);
		CHECK(whole.seq == p.seq && whole.ack == p.ack);
		uint32_t end = whole.payload_at + whole.payload_cap;
		CHECK_EQ((cut < end ? cut : end) - p.payload_at, p.payload_cap);
	}
	for (uint32_t shorter = 0; shorter < n; shorter++)
		if (try(bytes, shorter, shorter, row->link, &p, &counters))
			CHECK(p.payload_len <= whole.payload_len);
}

static void every_row_at_every_length(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[512];
		unsigned before = check_here;
		uint32_t n = (uint32_t)unhex(rows[i].hex, bytes);

		check_row(&rows[i], bytes, n);
		if (check_here != before)
			fprintf(stderr, "in: %s\n", rows[i].what);
	}
}

static struct packet decode_raw(const char *hex)
{
	static struct counters counters;
	uint8_t bytes[512];
	uint32_t n = (uint32_t)unhex(hex, bytes);
	struct packet p;

	CHECK(try(bytes, n, n, RAW, &p, &counters));
	return p;
}

static void tcp_numbers_are_read(void)
{
	struct packet p = decode_raw("4500 0028 1234 4000 40 06 0000 " V4_PAIR TCP_PLAIN);
	static const uint8_t from[16] = { [10] = 0xff, 0xff, 10, 0, 0, 1 };
	static const uint8_t to[16] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };

	CHECK_EQ(0x01020304, p.seq);
	CHECK_EQ(0x05060708, p.ack);
	CHECK_EQ(0x1f4, p.window);
	CHECK_EQ(TCP_ACK | TCP_PSH, p.tcp_flags);
	CHECK(memcmp(from, p.tuple.from.b, 16) == 0);
	CHECK(memcmp(to, p.tuple.to.b, 16) == 0);
}

static void ipv6_addresses_are_read(void)
{
	struct packet p =
		decode_raw("60000000 0008 11 40 " V6_PAIR UDP_PORTS "0008 0000");
	uint8_t from[16], to[16];

	unhex(V6_INNER, from);
	unhex(V6_OUTER, to);
	CHECK(memcmp(from, p.tuple.from.b, 16) == 0);
	CHECK(memcmp(to, p.tuple.to.b, 16) == 0);
}

/* What its pieces said of tags and tunnels stays with a datagram put together. */
static void a_datagram_put_together_keeps_its_carriers(void)
{
	struct counters counters = { { 0 } };
	uint8_t bytes[64];
	uint32_t n = (uint32_t)unhex("4500 001e 0007 0000 40 11 0000 " V4_PAIR UDP_PORTS
	                             "000a 0000 6162",
	                             bytes);
	struct packet p = { .data = bytes, .caplen = n, .wirelen = n };

	p.vlan_count = 1;
	p.vlan[0] = 100;
	p.pieces = 3;
	p.tunnel = (struct tunnel){ .from_port = 7, .kind = TUNNEL_GRE, .depth = 1 };
	p.fragment = 1;
	p.piece.offset = 8;
	p.seq = 9;
	CHECK(decode_whole(&p, &counters));
	CHECK(p.vlan_count == 1 && p.vlan[0] == 100 && p.pieces == 3);
	CHECK(p.tunnel.from_port == 7 && p.tunnel.kind == TUNNEL_GRE &&
	      p.tunnel.depth == 1);
	CHECK(p.fragment == 0 && p.piece.offset == 0 && p.seq == 0);
	CHECK(p.tuple.from_port == 40000 && p.payload_at == 28 && p.payload_len == 2);
	CHECK_EQ(7, p.ip_id);
	CHECK_EQ(0, counters.at[COUNT_DECODER_PACKETS]);
	CHECK_EQ(1, counters.at[COUNT_DECODER_UDP]);
}

static void both_directions_of_a_ping_are_one_flow(void)
{
	struct packet ask = decode_raw("4500 001c 0000 0000 40 01 0000 " V4_PAIR
	                               "08 00 0000 0001 0002");
	struct packet answer = decode_raw("4500 001c 0000 0000 40 01 0000 " V4_BACK
	                                  "00 00 0000 0001 0002");

	CHECK_EQ(ask.tuple.from_port, answer.tuple.to_port);
	CHECK_EQ(ask.tuple.to_port, answer.tuple.from_port);
	CHECK_EQ(ask.shard_hash, answer.shard_hash);
}

static void a_shard_hash_knows_pairs_and_no_direction_or_port(void)
{
	struct packet a =
		decode_raw("4500 001c 0000 0000 40 11 0000 0a000001 0a000004 " UDP_PORTS
	                   "0008 0000");
	struct packet back =
		decode_raw("4500 001c 0000 0000 40 11 0000 0a000004 0a000001 "
	                   "0035 9c41 0008 0000");
	struct packet b =
		decode_raw("4500 001c 0000 0000 40 11 0000 0a000002 0a000003 " UDP_PORTS
	                   "0008 0000");

	CHECK_EQ(a.shard_hash, back.shard_hash);
	CHECK(a.shard_hash != b.shard_hash); /* though their sums are equal */
}

static void eight_shards_get_equal_parts(void)
{
	unsigned in[8] = { 0 };

	for (unsigned i = 0; i < 4096; i++) {
		char hex[128];
		snprintf(hex, sizeof(hex),
		         "4500 001c 0000 0000 40 11 0000 0a0000%02x c00002%02x " UDP_PORTS
		         "0008 0000",
		         i & 63, i >> 6);
		in[decode_raw(hex).shard_hash % 8]++;
	}
	for (unsigned i = 0; i < 8; i++)
		CHECK(in[i] > 400 && in[i] < 624);
}

int main(void)
{
	TEST(every_row_at_every_length);
	TEST(tcp_numbers_are_read);
	TEST(ipv6_addresses_are_read);
	TEST(a_datagram_put_together_keeps_its_carriers);
	TEST(both_directions_of_a_ping_are_one_flow);
	TEST(a_shard_hash_knows_pairs_and_no_direction_or_port);
	TEST(eight_shards_get_equal_parts);
	return check_done();
}
