// SPDX-License-Identifier: Apache-2.0
/*
 * arp_test.c - ARP messages whole, at every shorter length, and such as say nothing.
 */
#include "dissectors/arp.h"

#include "tests/check.h"

enum { SIZE = 28, READ = 18 }; /* the target is not read */

static const uint8_t request[SIZE] = {
	0,  1, 8, 0, 6, 4, 0, 1, 2, 0, 0,  0, 0, 7,
	10, 0, 0, 7, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1,
};

/* In memory of exactly that size. */
static bool reads(const uint8_t *b, size_t n, struct naming *naming)
{
	uint8_t *exact = malloc(n ? n : 1);
	bool said;

	CHECK_MUST(exact != NULL);
	memcpy(exact, b, n);
	said = arp_read((struct bytes){ exact, n }, naming);
	free(exact);
	return said;
}

static bool reads_changed(size_t at, uint8_t to)
{
	struct naming naming;
	uint8_t b[SIZE];

	memcpy(b, request, SIZE);
	b[at] = to;
	return reads(b, SIZE, &naming);
}

static void a_message_says_which_hardware_has_the_address(void)
{
	struct naming naming;
	char text[ADDR_TEXT];

	CHECK_MUST(reads(request, SIZE, &naming));
	CHECK(naming.has_addr && naming.has_mac && naming.by == NAME_ARP);
	CHECK_TEXT("10.0.0.7", addr_say(text, &naming.addr));
	CHECK_EQ(2, naming.mac[0]);
	CHECK_EQ(7, naming.mac[5]);
	CHECK_EQ(0, naming.name.n);
	CHECK(reads_changed(7, 2)); /* a reply */
}

static void a_message_that_is_cut_says_nothing(void)
{
	struct naming naming;

	for (size_t n = 0; n < SIZE; n++)
		CHECK_EQ(n >= READ, reads(request, n, &naming));
}

static void probes_groups_and_other_kinds_say_nothing(void)
{
	static const uint8_t nowhere[4];
	struct naming naming;
	uint8_t b[SIZE];

	memcpy(b, request, SIZE);
	memcpy(b + 14, nowhere, 4);
	CHECK(!reads(b, SIZE, &naming));
	CHECK(!reads_changed(1, 6));
	CHECK(!reads_changed(2, 0x86));
	CHECK(!reads_changed(4, 8));
	CHECK(!reads_changed(5, 16));
	CHECK(!reads_changed(7, 3));
	CHECK(!reads_changed(8, 3));
	memset(b + 8, 0, 6);
	CHECK(!reads(b, SIZE, &naming));
}

int main(void)
{
	TEST(a_message_says_which_hardware_has_the_address);
	TEST(a_message_that_is_cut_says_nothing);
	TEST(probes_groups_and_other_kinds_say_nothing);
	return check_done();
}
