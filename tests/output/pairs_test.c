// SPDX-License-Identifier: Apache-2.0
/*
 * pairs_test.c - what left is added up, and memory for it is bounded; the sets beside it.
 */
#include "output/pairs.h"

#include "output/ids.h"
#include "output/outside.h"
#include "tests/check.h"
#include "tests/output/sample.h"

static struct flow_event flow_to(unsigned host, uint64_t leaving)
{
	struct flow_event f = {
		.client = sample_addr("10.0.0.1"),
		.server = sample_addr("198.51.0.0"),
		.client_inside = true,
		.proto = 6,
		.leaving = leaving,
	};

	f.server.b[14] = (uint8_t)(host >> 8);
	f.server.b[15] = (uint8_t)host;
	return f;
}

static void flows_between_the_same_two_add_up(void)
{
	struct pairs pairs;
	struct flow_event f = flow_to(7, 100);

	pairs_init(&pairs, PAIRS_MAX);
	for (unsigned i = 0; i < 10; i++)
		pairs_add(&pairs, &f, f.server_name);
	memcpy(f.protocol, "TLS", 4); /* another protocol is another pair */
	pairs_add(&pairs, &f, f.server_name);
	f.leaving = 0; /* nothing left: no pair */
	memcpy(f.protocol, "DNS", 4);
	pairs_add(&pairs, &f, f.server_name);
	pairs_sort(&pairs);
	CHECK_EQ(2, pairs.n);
	CHECK_EQ(1000, pairs.at[0].leaving);
	CHECK_EQ(10, pairs.at[0].flows);
	CHECK_TEXT("TCP", pairs.at[0].over);
	CHECK_TEXT("TLS", pairs.at[1].over);
	pairs_done(&pairs);
}

static void addresses_of_one_name_are_one_place(void)
{
	struct pairs pairs;
	struct flow_event f = flow_to(1, 5), g = flow_to(2, 6);

	memcpy(f.server_name, "cloud.example", 14);
	memcpy(g.server_name, "cloud.example", 14);
	pairs_init(&pairs, PAIRS_MAX);
	pairs_add(&pairs, &f, f.server_name);
	CHECK(!pairs.at[0].several);
	pairs_add(&pairs, &g, g.server_name);
	CHECK_EQ(1, pairs.n);
	CHECK_EQ(11, pairs.at[0].leaving);
	CHECK(pairs.at[0].several);
	pairs_done(&pairs);
}

static void what_an_inside_server_sends_left_for_its_client(void)
{
	struct pairs pairs;
	struct flow_event f = flow_to(1, 5);

	f.client_inside = false;
	f.server_inside = true;
	pairs_init(&pairs, PAIRS_MAX);
	pairs_add(&pairs, &f, NULL);
	CHECK_TEXT("", pairs.at[0].name);
	CHECK(memcmp(&pairs.at[0].inside, &f.server, sizeof(f.server)) == 0);
	CHECK(memcmp(&pairs.at[0].outside, &f.client, sizeof(f.client)) == 0);
	pairs_done(&pairs);
}

static void the_large_stay_and_no_byte_is_lost_when_there_is_no_room(void)
{
	enum { MOST = 256, HOSTS = 5000 };
	struct pairs pairs;
	uint64_t all = 0, flows = 0;

	pairs_init(&pairs, MOST);
	for (unsigned i = 0; i < HOSTS; i++) {
		struct flow_event f =
			flow_to(i, i % 1000 == 0 ? 1000000 - i : 1 + i % 50);

		pairs_add(&pairs, &f, f.server_name);
		all += f.leaving;
		CHECK(pairs.n <= MOST);
	}
	pairs_sort(&pairs);
	for (unsigned i = 0; i < HOSTS / 1000; i++)
		CHECK_EQ(1000000 - 1000 * i, pairs.at[i].leaving);
	for (size_t i = 0; i < pairs.n; i++) {
		all -= pairs.at[i].leaving;
		flows += pairs.at[i].flows;
	}
	CHECK_EQ(all, pairs.other_leaving);
	CHECK_EQ(HOSTS, flows + pairs.other_flows);
	pairs_done(&pairs);
}

static void a_set_of_ids_has_what_was_put_into_it(void)
{
	enum { COUNT = 30000 };
	struct ids ids = { 0 };

	CHECK(!ids_take(&ids, 1));
	for (uint64_t i = 0; i < COUNT; i++)
		ids_add(&ids, i * i);
	for (uint64_t i = 0; i < COUNT; i += 2)
		CHECK(ids_take(&ids, i * i));
	for (uint64_t i = 0; i < COUNT; i++)
		CHECK_EQ(i % 2, ids_take(&ids, i * i));
	CHECK_EQ(0, ids.n);
	for (uint64_t i = 0; i < 2 * IDS_MAX; i++)
		ids_add(&ids, i);
	CHECK_EQ(IDS_MAX, ids.n);
	ids_done(&ids);
}

static void the_network_with_the_most_bytes_is_proposed(void)
{
	struct outside outside = { 0 };
	struct flow_event f = flow_to(1, 5);
	char text[ADDR_TEXT];

	f.dir[0].wire = 80;
	outside_add(&outside, &f);
	f.client_inside = false;
	f.dir[0].wire = 20;
	outside_add(&outside, &f);
	CHECK(!outside_matters(&outside));
	f.client = sample_addr("2001:db8:1:2:3::4");
	f.dir[0].wire = 10;
	outside_add(&outside, &f);
	f.client = sample_addr("2001:db8:1:2:7::1");
	f.dir[0].wire = 11;
	outside_add(&outside, &f);
	CHECK(outside_matters(&outside));
	CHECK_MUST(outside_likely(&outside));
	CHECK_EQ(64, outside_likely(&outside)->net.bits);
	CHECK_TEXT("2001:db8:1:2::", addr_say(text, &outside_likely(&outside)->net.addr));
	outside_done(&outside);
}

int main(void)
{
	TEST(flows_between_the_same_two_add_up);
	TEST(addresses_of_one_name_are_one_place);
	TEST(what_an_inside_server_sends_left_for_its_client);
	TEST(the_large_stay_and_no_byte_is_lost_when_there_is_no_room);
	TEST(a_set_of_ids_has_what_was_put_into_it);
	TEST(the_network_with_the_most_bytes_is_proposed);
	return check_done();
}
