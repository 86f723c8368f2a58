// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "base/prefix.h"
#include "tests/check.h"

static struct addr address(const char *text)
{
	struct addr a;

	CHECK_MUST(addr_parse(text, &a) == 0);
	return a;
}

static bool within(const char *prefix, const char *text)
{
	struct prefix p;
	struct addr a = address(text);

	CHECK_MUST(prefix_parse(prefix, &p, NULL) == 0);
	return prefix_has(&p, &a);
}

static void addresses_are_written_as_they_were_read(void)
{
	static const char *const cases[] = {
		"0.0.0.0", "192.0.2.1", "255.255.255.255", "10.100.9.90", "2001:db8::1",
		"::",      "::1",       "fe80::1:2:3:4"
	};
	char text[ADDR_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct addr a = address(cases[i]);

		CHECK_TEXT(cases[i], addr_say(text, &a));
	}
}

static void an_ipv4_address_mapped_into_ipv6_is_the_same_address(void)
{
	struct addr a = address("192.0.2.1"), b = address("::ffff:192.0.2.1");

	CHECK_EQ(0, memcmp(&a, &b, sizeof(a)));
}

static void what_is_no_address_is_refused(void)
{
	static const char *const cases[] = { "",    "1.2.3",     "1.2.3.256",
		                             "::g", "1.2.3.4/8", " 1.2.3.4" };
	struct addr a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_EQ(-1, addr_parse(cases[i], &a));
}

static void a_prefix_has_its_addresses_and_no_others(void)
{
	CHECK(within("10.0.0.0/8", "10.255.255.255"));
	CHECK(!within("10.0.0.0/8", "11.0.0.0"));
	CHECK(!within("10.0.0.0/8", "::a00:1"));
	CHECK(within("172.16.0.0/12", "172.31.255.255"));
	CHECK(!within("172.16.0.0/12", "172.32.0.0"));
	CHECK(within("192.0.2.1", "192.0.2.1"));
	CHECK(!within("192.0.2.1", "192.0.2.2"));
	CHECK(within("0.0.0.0/0", "203.0.113.9"));
	CHECK(!within("0.0.0.0/0", "2001:db8::1"));
	CHECK(within("::/0", "203.0.113.9")); /* all there is, mapped or not */
	CHECK(within("fc00::/7", "fdff::1"));
	CHECK(!within("fc00::/7", "fe00::1"));
	CHECK(within("2001:db8::/64", "2001:db8::ffff"));
	CHECK(!within("2001:db8::/64", "2001:db8:0:1::"));
	CHECK(within("2001:db8::8/125", "2001:db8::f"));
	CHECK(!within("2001:db8::8/125", "2001:db8::10"));
}

static void a_prefix_that_cannot_be_meant_is_refused(void)
{
	static const char *const cases[] = { "10.0.0.1/8",
		                             "10.0.0.0/33",
		                             "10.0.0.0/",
		                             "10.0.0.0/-1",
		                             "10.0.0.0/8x",
		                             "10.0.0/8",
		                             "2001:db8::1/64",
		                             "::/129",
		                             "/8",
		                             "",
		                             "10.0.0.0/4294967304" };
	struct prefix p;
	struct error err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK_EQ(-1, prefix_parse(cases[i], &p, &err));
		CHECK(strstr(err.text, cases[i]) != NULL);
	}
}

static void a_set_has_what_any_of_its_prefixes_has(void)
{
	struct prefix at[2];
	struct prefixes set = { at, 2 };
	struct addr a = address("10.1.1.1"), b = address("fd00::1"),
		    c = address("192.0.2.1");

	CHECK_MUST(prefix_parse("10.0.0.0/8", &at[0], NULL) == 0);
	CHECK_MUST(prefix_parse("fc00::/7", &at[1], NULL) == 0);
	CHECK(prefixes_have(&set, &a));
	CHECK(prefixes_have(&set, &b));
	CHECK(!prefixes_have(&set, &c));
	CHECK(!prefixes_have(&(struct prefixes){ 0 }, &a));
}

static void addresses_of_no_single_host_are_nowhere(void)
{
	static const char *const nowhere[] = {
		"0.0.0.0",         "127.0.0.1", "224.0.0.251", "239.255.255.250",
		"255.255.255.255", "::",        "::1",         "ff02::1"
	};
	static const char *const somewhere[] = { "1.1.1.1",   "10.0.0.1", "128.0.0.1",
		                                 "240.0.0.1", "fe80::1",  "2001:db8::1" };

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++) {
		struct addr a = address(nowhere[i]);

		CHECK(addr_is_nowhere(&a));
	}
	for (size_t i = 0; i < sizeof(somewhere) / sizeof(*somewhere); i++) {
		struct addr a = address(somewhere[i]);

		CHECK(!addr_is_nowhere(&a));
	}
}

int main(void)
{
	TEST(addresses_are_written_as_they_were_read);
	TEST(an_ipv4_address_mapped_into_ipv6_is_the_same_address);
	TEST(what_is_no_address_is_refused);
	TEST(a_prefix_has_its_addresses_and_no_others);
	TEST(a_prefix_that_cannot_be_meant_is_refused);
	TEST(a_set_has_what_any_of_its_prefixes_has);
	TEST(addresses_of_no_single_host_are_nowhere);
	return check_done();
}
