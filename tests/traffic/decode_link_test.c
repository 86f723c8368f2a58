// SPDX-License-Identifier: Apache-2.0
/*
 * decode_link_test.c - link types, and what stands between them and IP.
 *
 * Every row ends in the same small datagram, whose last two bytes are its payload: it
 * must be found as long as all but these are at hand, and nothing may be found of less.
 */
#include "tests/traffic/decode_hex.h"

#define SNAP4    "aaaa03 000000 0800 " INNER4
#define WIFI     "0802 0000 " MACS "020000000003 0010 "
#define RADIOTAP "0000 0800 00000000 "

struct row {
	const char *what;
	int link;
	const char *hex;
	enum counter counts; /* it counts here, too */
};

static const struct row rows[] = {
	{ "token ring with a route", 6,
	  "1040 020000000002 820000000001 0630 0011 0022 " SNAP4, COUNT_DECODER_UDP },
	{ "ARCNET, RFC 1201", 7, "be50 d4 00 0001 " INNER4, COUNT_DECODER_UDP },
	{ "ARCNET with an exception", 7, "be50 d4 ff ffff ffff 0001 " INNER4,
	  COUNT_DECODER_UDP },
	{ "ARCNET, RFC 1051", 7, "be50 f0 " INNER4, COUNT_DECODER_UDP },
	{ "ARCNET as Linux has it", 129, "be50 a8e7 d4 00 0166 " INNER4,
	  COUNT_DECODER_UDP },
	{ "SLIP", 8, "00 450000000000000000000000000000 " INNER4, COUNT_DECODER_UDP },
	{ "PPP", 9, "ff03 0021 " INNER4, COUNT_DECODER_PPP },
	{ "PPP without address and control", 9, "0057 " INNER6, COUNT_DECODER_PPP },
	{ "PPP with a short protocol", 9, "21 " INNER4, COUNT_DECODER_PPP },
	{ "PPP on a line", 50, "ff03 57 " INNER6, COUNT_DECODER_PPP },
	{ "Cisco's HDLC on a line", 50, "0f00 0800 " INNER4, COUNT_DECODER_CHDLC },
	{ "PPP with MPLS", 9, "0281 00064140 " INNER4, COUNT_DECODER_MPLS },
	{ "FDDI", 10, "50 " MACS SNAP4, COUNT_DECODER_UDP },
	{ "ATM with SNAP", 11, SNAP4, COUNT_DECODER_UDP },
	{ "ATM with Ethernet, filled up", 100, "aaaa03 0080c2 0007 0000 " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "ATM with ISO's numbers", 11, "fefe03 cc " INNER4, COUNT_DECODER_UDP },
	{ "PPPoE as a link", 51, "1100 0001 0020 0021 " INNER4, COUNT_DECODER_PPPOE },
	{ "Cisco's HDLC", 104, "8f00 86dd " INNER6, COUNT_DECODER_CHDLC },
	{ "Frame Relay", 107, "1841 03 cc " INNER4, COUNT_DECODER_UDP },
	{ "Frame Relay with three bytes of address and a fill byte", 107,
	  "1840 01 03 00 8e " INNER6, COUNT_DECODER_UDP },
	{ "Frame Relay with SNAP", 107, "1841 03 00 80 000000 0800 " INNER4,
	  COUNT_DECODER_UDP },
	{ "Frame Relay with Ethernet", 107, "1841 03 00 80 0080c2 0007 " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "Frame Relay as Cisco has it", 107, "1841 0800 " INNER4, COUNT_DECODER_UDP },
	{ "OpenBSD's encapsulation", 109, "02000000 00001234 00000000 " INNER4,
	  COUNT_DECODER_UDP },
	{ "OpenBSD's packet filter", 117, "0d02 0000 656d3000 00000000 00000000 " INNER4,
	  COUNT_DECODER_UDP },
	{ "IP over Fibre Channel", 122, "0000 020000000002 0000 020000000001 " SNAP4,
	  COUNT_DECODER_UDP },
	{ "SunATM with LLC", 123, "02 00 0020 " SNAP4, COUNT_DECODER_UDP },
	{ "SunATM with Ethernet", 123, "81 00 0020 0001 " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "FireWire", 138, "0011223344556677 8899aabbccddeeff 0800 " INNER4,
	  COUNT_DECODER_UDP },
	{ "DOCSIS", 143, "00 00 002e 1234 " FRAME4, COUNT_DECODER_ETHERNET },
	{ "DOCSIS with an extension", 143, "01 02 0030 aabb 1234 " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "PPP of pppd", 166, "01 03 0021 " INNER4, COUNT_DECODER_PPP },
	{ "PPP with a direction", 204, "00 ff03 0021 " INNER4, COUNT_DECODER_PPP },
	{ "Cisco's HDLC with a direction", 205, "01 0f00 0800 " INNER4,
	  COUNT_DECODER_CHDLC },
	{ "Juniper's Ethernet", 178, "4d4743 01 " FRAME4, COUNT_DECODER_ETHERNET },
	{ "Juniper's Ethernet with extensions", 178, "4d4743 81 0003 020104 " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "Juniper's PPP", 180, "4d4743 00 ff03 0021 " INNER4, COUNT_DECODER_PPP },
	{ "Juniper's Frame Relay", 181, "4d4743 00 1841 03 cc " INNER4,
	  COUNT_DECODER_UDP },
	{ "Juniper's HDLC", 182, "4d4743 00 0f00 0800 " INNER4, COUNT_DECODER_CHDLC },
	{ "Juniper's without a link header", 182, "4d4743 02 02000000 " INNER4,
	  COUNT_DECODER_UDP },
	{ "a whole PPI", 192, "00 00 0c00 01000000 aabbccdd " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "ERF with an extension", 197,
	  "0000000000000000 82 04 0046 0000 002c 0000000000000000 0000 " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "MPLS as a link", 219, "00064040 00065140 " INNER4, COUNT_DECODER_MPLS },
	{ "Solaris' interfaces", 226,
	  "01 02 0000 0000001e 00000001 00000002 00000000 00000000 " INNER4,
	  COUNT_DECODER_UDP },
	{ "Linux' netfilter, little-endian", 239,
	  "02 00 0000 0500 0a00 61000000 2200 0900 " INNER4, COUNT_DECODER_UDP },
	{ "Linux' netfilter, big-endian", 239,
	  "02 00 0000 0008 0001 08000300 0022 0009 " INNER4, COUNT_DECODER_UDP },
	{ "netANALYZER", 240, "00000000 " FRAME4, COUNT_DECODER_ETHERNET },
	{ "InfiniBand", 242,
	  "00000000000000000000000000000000 00000000000000000000000000000000 "
	  "0000000000000000 0800 0000 " INNER4,
	  COUNT_DECODER_UDP },
	{ "Darwin's packets", 258, "10000000 01000000 01000000 00000000 " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "an mPacket", 274, "555555555555 55 d5 " FRAME4, COUNT_DECODER_ETHERNET },
	{ "cooked 802.11", 113,
	  "0000 0323 0000 0000000000000000 0004 " RADIOTAP WIFI SNAP4,
	  COUNT_DECODER_SLL },
	{ "null with Cisco's HDLC", 0, "0f00 0800 " INNER4, COUNT_DECODER_NULL },
	{ "802.11", 105, WIFI SNAP4, COUNT_DECODER_WIFI },
	{ "802.11 with quality of service and a fourth address", 105,
	  "8803 0000 " MACS "020000000003 0010 020000000004 0000 " SNAP4,
	  COUNT_DECODER_WIFI },
	{ "802.11 with high throughput", 105,
	  "8882 0000 " MACS "020000000003 0010 0000 00000000 " SNAP4,
	  COUNT_DECODER_WIFI },
	{ "802.11 of two packets: the first", 105,
	  "8802 0000 " MACS "020000000003 0010 8000 " MACS "0026 " SNAP4,
	  COUNT_DECODER_WIFI },
	{ "802.11 decrypted, with the bit left", 105,
	  "0842 0000 " MACS "020000000003 0010 " SNAP4, COUNT_DECODER_WIFI },
	{ "802.11 with radiotap, its header filled up", 127,
	  "0000 1200 03000000 0011223344556677 20 00 "
	  "8802 0000 " MACS "020000000003 0010 0000 0000 " SNAP4,
	  COUNT_DECODER_WIFI },
	{ "radiotap with three words of fields", 127,
	  "0000 1000 000000a0 00000080 00000000 " WIFI SNAP4, COUNT_DECODER_WIFI },
	{ "802.11 with Prism's header", 119, "44000000 0c000000 00000000 " WIFI SNAP4,
	  COUNT_DECODER_WIFI },
	{ "802.11 with AVS' header", 163, "80211001 0000000c 00000000 " WIFI SNAP4,
	  COUNT_DECODER_WIFI },
	{ "PPPoE", 1, MACS "8864 1100 0001 0034 0057 " INNER6, COUNT_DECODER_PPPOE },
	{ "MPLS with a control word and Ethernet", 1,
	  MACS "8847 00064140 00000000 " FRAME4, COUNT_DECODER_MPLS },
	{ "MPLS with Ethernet alone", 1, MACS "8847 00064140 " FRAME4,
	  COUNT_DECODER_MPLS },
	{ "MPLS with Ethernet from a card that looks like IP", 1,
	  MACS "8847 00064140 450000000002 020000000001 0800 " INNER4,
	  COUNT_DECODER_MPLS },
	{ "MPLS that says IPv6", 1, MACS "8848 00002140 " INNER6, COUNT_DECODER_MPLS },
	{ "a VN-tag", 1, MACS "8926 00010002 0800 " INNER4, COUNT_DECODER_VNTAG },
	{ "an E-tag and a VLAN", 1, MACS "893f 000000010000 8100 0064 0800 " INNER4,
	  COUNT_DECODER_VLAN },
	{ "Cisco's metadata", 1, MACS "8909 0101 0001 0064 0800 " INNER4,
	  COUNT_DECODER_UDP },
	{ "802.1ah", 1, MACS "88a8 0064 88e7 00000001 " FRAME4,
	  COUNT_DECODER_IEEE8021AH },
	{ "MACsec that only signs", 1,
	  MACS "88e5 20 00 00000001 0200000000010001 0800 " INNER4, COUNT_DECODER_UDP },
	{ "TRILL with options", 1, MACS "22f3 0040 0001 0002 aabbccdd " FRAME4,
	  COUNT_DECODER_ETHERNET },
	{ "FabricPath", 1, MACS "8903 1234 " FRAME4, COUNT_DECODER_ETHERNET },
	{ "a service header with IPv4", 1, MACS "894f 0fc2 01 01 00000102 " INNER4,
	  COUNT_DECODER_NSH },
	{ "a service header with Ethernet and a context", 1,
	  MACS "894f 0fc6 01 03 00000102 00000000000000000000000000000000 " FRAME4,
	  COUNT_DECODER_NSH },
	{ "a jumbo frame with LLC", 1, MACS "8870 " SNAP4, COUNT_DECODER_ETHERNET },
	{ "PPP as an ethertype", 1, MACS "880b 0021 " INNER4, COUNT_DECODER_PPP },
};

static void check_row(const struct row *row, const uint8_t *bytes, uint32_t n)
{
	struct counters counters;
	struct packet p;

	CHECK(decode_knows(row->link));
	for (uint32_t cut = 0; cut <= n; cut++) {
		bool flow = try(bytes, cut, n, row->link, &p, &counters);
		CHECK_EQ(cut >= n - 2, flow);
		if (!flow)
			continue;
		CHECK(is_inner(&p));
		CHECK(p.tunnel.depth == 0);
		CHECK(counters.at[row->counts] > 0);
	}
	for (uint32_t shorter = 0; shorter < n; shorter++)
		if (try(bytes, shorter, shorter, row->link, &p, &counters))
			CHECK(p.payload_len <= 2);
}

static void every_link_and_tag_leads_to_its_ip_packet_at_every_length(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[512];
		unsigned before = check_here;

		check_row(&rows[i], bytes, (uint32_t)unhex(rows[i].hex, bytes));
		if (check_here != before)
			fprintf(stderr, "in: %s\n", rows[i].what);
	}
}

static void nothing_of_ip_is_counted_as_what_it_is(void)
{
	static const struct row none[] = {
		{ "encrypted 802.11", 105,
		  "0842 0000 " MACS "020000000003 0010 00000020 11223344 " INNER4,
		  COUNT_DECODER_ENCRYPTED },
		{ "encrypted MACsec", 1, MACS "88e5 0c 00 00000001 " INNER4,
		  COUNT_DECODER_ENCRYPTED },
		{ "an 802.11 beacon", 105, "8000 0000 " MACS "020000000003 0010",
		  COUNT_DECODER_NOT_IP },
		{ "802.11 without data", 105, "4801 0000 " MACS "020000000003 0010",
		  COUNT_DECODER_NOT_IP },
		{ "PPPoE's search", 1, MACS "8863 1109 0000 0000", COUNT_DECODER_NOT_IP },
		{ "PPP's own messages", 9, "ff03 c021 0101 0004", COUNT_DECODER_NOT_IP },
		{ "a pseudowire's own messages", 219, "00064140 10000021 " INNER4,
		  COUNT_DECODER_NOT_IP },
		{ "a later frame of ARCNET", 7, "be50 d4 02 0001 " INNER4,
		  COUNT_DECODER_NOT_IP },
		{ "Cisco's discovery", 104, "8f00 2000 0001", COUNT_DECODER_NOT_IP },
		{ "a link inside of PPI that is not known", 192,
		  "00 00 0800 93000000 " INNER4, COUNT_DECODER_LINKTYPE },
		{ "seventeen labels", 219,
		  "00064040 00064040 00064040 00064040 00064040 00064040 00064040 "
		  "00064040 00064040 00064040 00064040 00064040 00064040 00064040 "
		  "00064040 00064040 00064140 " INNER4,
		  COUNT_DECODER_INVALID },
		{ "a PPI shorter than itself", 192, "00 00 0400 01000000 " FRAME4,
		  COUNT_DECODER_INVALID },
		{ "a service header of one word", 1, MACS "894f 0fc1 01 01 " INNER4,
		  COUNT_DECODER_INVALID },
	};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct counters counters;
		struct packet p;
		uint8_t bytes[512];
		unsigned before = check_here;
		uint32_t n = (uint32_t)unhex(none[i].hex, bytes);

		CHECK(!try(bytes, n, n, none[i].link, &p, &counters));
		CHECK_EQ(1, counters.at[none[i].counts]);
		for (uint32_t cut = 0; cut < n; cut++)
			CHECK(!try(bytes, cut, n, none[i].link, &p, &counters));
		if (check_here != before)
			fprintf(stderr, "in: %s\n", none[i].what);
	}
}

static void an_aggregate_of_several_packets_is_counted(void)
{
	struct counters counters;
	struct packet p;
	uint8_t bytes[512];
	uint32_t n = (uint32_t)unhex("8802 0000 " MACS "020000000003 0010 8000 " MACS
	                             "0026 " SNAP4 "0000 " MACS "0026 " SNAP4,
	                             bytes);

	CHECK(try(bytes, n, n, 105, &p, &counters));
	CHECK(is_inner(&p));
	CHECK_EQ(1, counters.at[COUNT_DECODER_AGGREGATES]);
}

int main(void)
{
	TEST(every_link_and_tag_leads_to_its_ip_packet_at_every_length);
	TEST(nothing_of_ip_is_counted_as_what_it_is);
	TEST(an_aggregate_of_several_packets_is_counted);
	return check_done();
}
