// SPDX-License-Identifier: Apache-2.0
/*
 * names_test.c - what is learnt about an address, for whom, for how long, and within
 * which bounds.
 */
#include "ledger/names.h"

#include "tests/check.h"

#define SECOND INT64_C(1000000000)
#define HOUR   (3600 * SECOND)

static struct addr addr_of(const char *text)
{
	struct addr a;

	CHECK_MUST(addr_parse(text, &a) == 0);
	return a;
}

static void set_name(struct event *e, const char *name)
{
	e->naming.name.n = (uint16_t)strlen(name);
	memcpy(e->naming.name.b, name, strlen(name));
}

static struct event answer(const char *addr, const char *asker, const char *name)
{
	struct event e = { .kind = EVENT_NAMING, .time = HOUR };

	e.naming.by = NAME_DNS;
	e.naming.has_addr = true;
	e.naming.addr = addr_of(addr);
	e.naming.asker = addr_of(asker);
	e.naming.seconds = 60;
	set_name(&e, name);
	return e;
}

static struct event lease(const char *addr, uint8_t mac, const char *name)
{
	struct event e = { .kind = EVENT_NAMING, .time = HOUR };

	e.naming.by = NAME_DHCP;
	e.naming.has_mac = true;
	e.naming.mac[5] = mac;
	if (addr) {
		e.naming.has_addr = true;
		e.naming.addr = addr_of(addr);
	}
	set_name(&e, name);
	return e;
}

static struct flow_event flow(const char *client, const char *server)
{
	return (struct flow_event){
		.client = addr_of(client),
		.server = addr_of(server),
		.client_inside = true,
		.first = HOUR,
	};
}

static void an_answer_names_the_address(void)
{
	struct names *names = names_new(16);
	struct event e = answer("192.0.2.1", "10.0.0.1", "drop.example");
	struct flow_event f = flow("10.0.0.1", "192.0.2.1");
	struct end_names ends;

	CHECK(!names_of(names, &f).outside.name);
	names_learn(names, &e);
	ends = names_of(names, &f);
	CHECK_TEXT("drop.example", ends.outside.name);
	CHECK_TEXT("dns", ends.outside.by);
	CHECK(!ends.inside.name);
	names_free(names);
}

static void ones_own_answer_counts_before_others(void)
{
	struct names *names = names_new(16);
	struct event e = answer("192.0.2.1", "10.0.0.1", "mine.example");
	struct flow_event mine = flow("10.0.0.1", "192.0.2.1");
	struct flow_event third = flow("10.0.0.3", "192.0.2.1");

	names_learn(names, &e);
	e = answer("192.0.2.1", "10.0.0.2", "theirs.example");
	names_learn(names, &e);
	CHECK_TEXT("mine.example", names_of(names, &mine).outside.name);
	CHECK_TEXT("theirs.example", names_of(names, &third).outside.name);
	names_free(names);
}

static void sni_and_host_count_before_dns(void)
{
	struct names *names = names_new(16);
	struct event e = answer("192.0.2.1", "10.0.0.1", "alias.example");
	struct flow_event f = flow("10.0.0.1", "192.0.2.1");

	names_learn(names, &e);
	strcpy(f.server_name, "real.example");
	strcpy(f.app_proto, "tls");
	CHECK_TEXT("real.example", names_of(names, &f).outside.name);
	CHECK_TEXT("sni", names_of(names, &f).outside.by);
	strcpy(f.app_proto, "http");
	CHECK_TEXT("host", names_of(names, &f).outside.by);
	strcpy(f.app_proto, "smtp");
	CHECK_TEXT("server", names_of(names, &f).outside.by);
	names_free(names);
}

static void the_name_of_an_inside_server_is_not_the_outside_end(void)
{
	struct names *names = names_new(16);
	struct flow_event f = flow("192.0.2.1", "10.0.0.1");
	struct event e = answer("10.0.0.1", "10.0.0.53", "intranet.example");
	struct end_names ends;

	names_learn(names, &e);
	f.client_inside = false;
	f.server_inside = true;
	strcpy(f.server_name, "intranet.example");
	ends = names_of(names, &f);
	CHECK(!ends.outside.name);
	CHECK_TEXT("intranet.example", ends.inside.name);
	f.client_inside = true;
	CHECK(!names_of(names, &f).outside.name);
	names_free(names);
}

static void an_answer_is_good_for_an_hour_at_least_and_a_day_at_most(void)
{
	struct names *names = names_new(16);
	struct event e = answer("192.0.2.1", "10.0.0.1", "drop.example");
	struct flow_event f = flow("10.0.0.1", "192.0.2.1");

	names_learn(names, &e);
	f.first = 2 * HOUR;
	CHECK_TEXT("drop.example", names_of(names, &f).outside.name);
	f.first = 2 * HOUR + 1;
	CHECK(!names_of(names, &f).outside.name);
	e.naming.seconds = UINT32_MAX;
	names_learn(names, &e);
	f.first = 25 * HOUR;
	CHECK_TEXT("drop.example", names_of(names, &f).outside.name);
	f.first = 25 * HOUR + 1;
	CHECK(!names_of(names, &f).outside.name);
	names_free(names);
}

static void a_lease_names_a_host_by_its_hardware(void)
{
	struct names *names = names_new(16);
	struct event request = lease(NULL, 7, "laptop");
	struct event ack = lease("10.0.0.1", 7, "");
	struct flow_event f = flow("10.0.0.1", "192.0.2.1");
	struct end_names ends;

	names_learn(names, &request);
	CHECK(!names_of(names, &f).inside.name);
	names_learn(names, &ack);
	ends = names_of(names, &f);
	CHECK_TEXT("laptop", ends.inside.name);
	CHECK_TEXT("dhcp", ends.inside.by);
	CHECK_MUST(ends.inside.mac != NULL);
	CHECK_EQ(7, ends.inside.mac[5]);
	CHECK_EQ(0, names_counts(names)->moved);
	ack.naming.mac[5] = 8;
	names_learn(names, &ack);
	CHECK_EQ(1, names_counts(names)->moved);
	CHECK(!names_of(names, &f).inside.name);
	names_free(names);
}

static void what_a_neighbour_says_of_itself_names_nobody_outside(void)
{
	struct names *names = names_new(16);
	struct event e = answer("192.0.2.1", "10.0.0.1", "bank.local");
	struct flow_event f = flow("10.0.0.1", "192.0.2.1");

	e.naming.by = NAME_MDNS;
	names_learn(names, &e);
	CHECK(!names_of(names, &f).outside.name);
	e.naming.addr = f.client;
	names_learn(names, &e);
	CHECK_TEXT("bank.local", names_of(names, &f).inside.name);
	CHECK_TEXT("mdns", names_of(names, &f).inside.by);
	names_free(names);
}

static void a_long_name_keeps_its_end(void)
{
	struct names *names = names_new(16);
	struct event e = answer("192.0.2.1", "10.0.0.1", "");
	struct flow_event f = flow("10.0.0.1", "192.0.2.1");
	const char *name;

	e.naming.name.n = sizeof(e.naming.name.b);
	memset(e.naming.name.b, 'a', sizeof(e.naming.name.b));
	memcpy(e.naming.name.b + sizeof(e.naming.name.b) - 8, ".example", 8);
	names_learn(names, &e);
	name = names_of(names, &f).outside.name;
	CHECK_MUST(name != NULL);
	CHECK_EQ(NAMES_TEXT - 1, strlen(name));
	CHECK(strncmp(name, "...a", 4) == 0);
	CHECK_TEXT(".example", name + strlen(name) - 8);
	names_free(names);
}

static void the_one_unused_longest_goes_first(void)
{
	struct names *names = names_new(4); /* an answer takes two */
	struct event e = answer("192.0.2.1", "10.0.0.1", "one.example");
	struct flow_event first = flow("10.0.0.9", "192.0.2.1");
	struct flow_event second = flow("10.0.0.9", "192.0.2.2");

	names_learn(names, &e);
	e = answer("192.0.2.2", "10.0.0.1", "two.example");
	names_learn(names, &e);
	CHECK_EQ(0, names_counts(names)->evicted);
	CHECK(names_of(names, &first).outside.name != NULL); /* used */
	e = answer("192.0.2.3", "10.0.0.1", "three.example");
	names_learn(names, &e);
	CHECK_EQ(2, names_counts(names)->evicted);
	CHECK_TEXT("one.example", names_of(names, &first).outside.name);
	CHECK_TEXT("two.example", names_of(names, &second).outside.name);
	names_free(names);
}

static void a_million_answers_stay_within_the_bound_and_the_newest_are_there(void)
{
	struct names *names = names_new(1000);
	struct event e = answer("192.0.2.1", "10.0.0.1", "x.example");
	struct flow_event f = flow("10.0.0.1", "192.0.2.1");

	for (uint32_t i = 0; i < 1000000; i++) {
		memcpy(e.naming.addr.b + 12, &i, sizeof(i));
		names_learn(names, &e);
		if (i % 1000 == 0) {
			f.server = e.naming.addr;
			CHECK(names_of(names, &f).outside.name != NULL);
		}
	}
	CHECK(names_counts(names)->evicted >= 2 * 1000000 - 1000);
	names_free(names);
}

int main(void)
{
	TEST(an_answer_names_the_address);
	TEST(ones_own_answer_counts_before_others);
	TEST(sni_and_host_count_before_dns);
	TEST(the_name_of_an_inside_server_is_not_the_outside_end);
	TEST(an_answer_is_good_for_an_hour_at_least_and_a_day_at_most);
	TEST(a_lease_names_a_host_by_its_hardware);
	TEST(what_a_neighbour_says_of_itself_names_nobody_outside);
	TEST(a_long_name_keeps_its_end);
	TEST(the_one_unused_longest_goes_first);
	TEST(a_million_answers_stay_within_the_bound_and_the_newest_are_there);
	return check_done();
}
