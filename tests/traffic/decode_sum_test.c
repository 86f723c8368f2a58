// SPDX-License-Identifier: Apache-2.0
/*
 * decode_sum_test.c - checksums are looked at where somebody wants it, and not elsewhere.
 *
 * The packets' sums are right.  That is what the first test says; the second changes
 * every bit of them, and a sum must notice, or the bit is not summed.
 */
#include "tests/traffic/decode_hex.h"

enum { RAW = 101 };

static const struct row {
	const char *what;
	const char *hex;
	uint8_t from, to; /* bytes of it that are summed */
	enum counter counts;
} rows[] = {
	{ "IPv4's header",
	  "4500002d0007400040066ec20a000001c00002019c4000500102030405060708501801f4f15a00"
	  "0068656c6c6f",
	  12, 20, COUNT_IPV4_BAD_SUM },
	{ "TCP over IPv4, an odd number of bytes",
	  "4500002d0007400040066ec20a000001c00002019c4000500102030405060708501801f4f15a00"
	  "0068656c6c6f",
	  24, 32, COUNT_TCP_BAD_SUM },
	{ "UDP over IPv4",
	  "4500001f0007400040116ec50a000001c00002019c400035000bd2fd616263", 28, 31,
	  COUNT_UDP_BAD_SUM },
	{ "ICMP", "450000200007400040016ed40a000001c00002010800192c0001000270696e67", 24,
	  32, COUNT_ICMP_BAD_SUM },
	{ "TCP over IPv6, with its payload",
	  "600000000019064020010db8000000000000000000000001260000000000000000000000000000"
	  "029c4000500102030405060708501801f469a1000068656c6c6f",
	  54, 65, COUNT_TCP_BAD_SUM },
	{ "the addresses under UDP over IPv6",
	  "60000000000b114020010db8000000000000000000000001260000000000000000000000000000"
	  "029c400035000b4b44616263",
	  8, 40, COUNT_UDP_BAD_SUM },
	{ "ICMPv6",
	  "60000000000c3a4020010db8000000000000000000000001260000000000000000000000000000"
	  "0280004d290001000270696e67",
	  42, 52, COUNT_ICMP_BAD_SUM },
};

static bool verified(const uint8_t *bytes, uint32_t caplen, uint32_t wirelen,
                     struct counters *counters)
{
	uint8_t *copy = malloc(caplen);
	struct packet p = {
		.data = copy, .caplen = caplen, .wirelen = wirelen, .verify = true
	};

	memset(counters, 0, sizeof(*counters));
	memcpy(copy, bytes, caplen);
	bool flow = decode_packet(&p, RAW, counters);
	free(copy);
	return flow;
}

static void right_checksums_are_given_on(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct counters counters;
		uint8_t bytes[128];
		uint32_t n = (uint32_t)unhex(rows[i].hex, bytes);

		CHECK(verified(bytes, n, n, &counters));
		CHECK_EQ(0, counters.at[rows[i].counts]);
	}
}

/* Bytes of the packet from `from` to `to`: all of them summed. */
static void check_flipped(const struct row *row, uint8_t *bytes, uint32_t n)
{
	struct counters counters;
	struct packet p;

	for (uint32_t bit = row->from * 8U; bit < row->to * 8U; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(!verified(bytes, n, n, &counters));
		CHECK_EQ(1, counters.at[row->counts]);
		CHECK(try(bytes, n, n, RAW, &p, &counters));
		CHECK_EQ(0, counters.at[row->counts]);
		/* one byte is not there: who could say? */
		CHECK(row->counts == COUNT_IPV4_BAD_SUM ||
		      verified(bytes, n - 1, n, &counters));
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void a_wrong_bit_is_passed_over_and_counted_by_protocol(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[128];
		unsigned before = check_here;
		uint32_t n = (uint32_t)unhex(rows[i].hex, bytes);

		check_flipped(&rows[i], bytes, n);
		if (check_here != before)
			fprintf(stderr, "in: %s\n", rows[i].what);
	}
}

static void udp_without_a_checksum_is_given_on(void)
{
	struct counters counters;
	uint8_t bytes[128];
	uint32_t n = (uint32_t)unhex(rows[2].hex, bytes);

	bytes[26] = bytes[27] = 0;
	CHECK(verified(bytes, n, n, &counters));
}

/* The addresses that were summed are not those of the header. */
static void a_source_routed_packet_is_not_judged(void)
{
	struct counters counters;
	uint8_t bytes[128];
	uint32_t n = (uint32_t)unhex("47000027000740004011e3f30a000001c0000201830704c0000"
	                             "201009c400035000b1234616263",
	                             bytes);

	CHECK(verified(bytes, n, n, &counters));
}

int main(void)
{
	TEST(right_checksums_are_given_on);
	TEST(a_wrong_bit_is_passed_over_and_counted_by_protocol);
	TEST(udp_without_a_checksum_is_given_on);
	TEST(a_source_routed_packet_is_not_judged);
	return check_done();
}
