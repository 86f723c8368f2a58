// SPDX-License-Identifier: Apache-2.0
/*
 * match_test.c - true, false, not yet: every operation in every state of knowledge.
 */
#include "base/arena.h"
#include "base/error.h"
#include "detect/match.h"
#include "tests/check.h"

const struct dissector *const dissectors[] = { NULL };

static struct arena *arena;

/* A thing of which a few fields are known; all else is not yet. */
struct known_field {
	const char *field;
	struct value value;
};

struct thing {
	struct known_field at[4];
};

static void get(const struct subject *subject, const struct field *field,
                struct value *value)
{
	const struct thing *thing = subject->thing;

	for (size_t i = 0; i < 4; i++)
		if (thing->at[i].field && strcmp(thing->at[i].field, field->name) == 0)
			*value = thing->at[i].value;
}

static const struct rule *rule(const char *detection)
{
	struct rules *rules = NULL;
	struct error err;
	char text[4096];

	snprintf(text, sizeof(text),
	         "title: t\nid: 7a8631d3-76e5-480b-8eb3-83bfa22d5413\n"
	         "logsource: { product: egret, category: transfer }\ndetection:\n%s\n",
	         detection);
	if (rules_parse(arena, "a.yml", bytes_of(text), &rules, &err) < 0) {
		fprintf(stderr, "%s\n%s\n", text, err.text);
		exit(99);
	}
	return &rules->at[0];
}

static const struct rule *item(const char *line)
{
	char text[1024];

	snprintf(text, sizeof(text), "  a: { %s }\n  condition: a", line);
	return rule(text);
}

static enum truth match(const struct rule *r, const struct thing *thing,
                        struct reasons *why)
{
	struct subject subject = { .get = get, .thing = thing };

	return match_rule(r, &subject, why, NULL);
}

static struct value number(enum known known, uint64_t n)
{
	return (struct value){ .known = known, .number = n };
}

static struct value text(const char *words)
{
	struct value v = { .known = KNOWN_SETTLED, .text_count = 1 };

	v.texts[0] = bytes_of(words);
	return v;
}

static char letter(enum truth t)
{
	return t == TRUTH_TRUE ? 'T' : t == TRUTH_FALSE ? 'F' : '-';
}

static void check_letters(const char *what, const char *want, const char *got)
{
	if (strcmp(want, got) == 0)
		return;
	CHECK_FAIL_("%s: want %s, got %s", what, want, got);
}

/*
 * T true, F false, - not yet; for a number that is: not yet known, absent, growing and
 * 9, 10, 11 so far, settled at 9, 10, 11.
 */
static void a_number_is_compared_as_its_state_allows(void)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "file.size: 10", "-F---FTF" },
		{ "file.size|lt: 10", "-F---TFF" },
		{ "file.size|lte: 10", "-F---TTF" },
		{ "file.size|gt: 10", "-F--TFFT" },
		{ "file.size|gte: 10", "-F-TTFTT" },
		{ "file.size|neq: 10", "-T---TFT" },
		{ "file.size: null", "-T---FFF" },
		{ "file.size|exists: true", "-FTTTTTT" },
		{ "file.size|exists: false", "-T---FFF" },
		{ "file.size: [9, 11]", "-F---TFT" },
		{ "file.size|gte: [10, 12]", "-F-TTFTT" },
		{ "file.size|gte|all: [10, 11]", "-F--TFFT" },
		{ "file.size: [null, 10]", "-T---FTF" },
		{ "file.size|neq: [9, 11]", "-T---FTF" },
	};
	static const struct {
		enum known known;
		uint64_t n;
	} states[] = {
		{ KNOWN_NOT_YET, 0 },  { KNOWN_ABSENT, 0 },   { KNOWN_GROWING, 9 },
		{ KNOWN_GROWING, 10 }, { KNOWN_GROWING, 11 }, { KNOWN_SETTLED, 9 },
		{ KNOWN_SETTLED, 10 }, { KNOWN_SETTLED, 11 },
	};
	enum { STATES = sizeof(states) / sizeof(states[0]) };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rule *r = item(rows[i].line);
		char got[STATES + 1] = "";

		for (size_t s = 0; s < STATES; s++) {
			struct thing thing = {
				{ { "file.size", number(states[s].known, states[s].n) } }
			};

			got[s] = letter(match(r, &thing, NULL));
		}
		check_letters(rows[i].line, rows[i].want, got);
	}
}

/* Not yet, absent, settled "ab", growing empty, growing "ab", growing "x" "ab", settled
 * empty. */
static void a_list_matches_when_any_of_it_does_and_waits_while_it_grows(void)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "file.name: ab", "-FT-TTF" },
		{ "file.name: x", "-FF--TF" },
		{ "file.name|contains: b", "-FT-TTF" },
		{ "file.name|startswith: a", "-FT-TTF" },
		{ "file.name|endswith: b", "-FT-TTF" },
		{ "file.name: 'a?'", "-FT-TTF" },
		{ "file.name|all: [ab, x]", "-FF--TF" },
		{ "file.name: [x, ab]", "-FT-TTF" },
		{ "file.name|neq: x", "-TT--FT" },
		{ "file.name: null", "-TF---T" },
		{ "file.name|exists: true", "-FT-TTF" },
		{ "file.name|exists: false", "-TF---T" },
	};
	struct value states[] = {
		{ .known = KNOWN_NOT_YET },
		{ .known = KNOWN_ABSENT },
		text("ab"),
		{ .known = KNOWN_GROWING },
		text("ab"),
		text("x"),
		{ .known = KNOWN_SETTLED },
	};
	enum { STATES = sizeof(states) / sizeof(states[0]) };

	states[4].known = states[5].known = KNOWN_GROWING;
	states[5].text_count = 2;
	states[5].texts[1] = BYTES("ab");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rule *r = item(rows[i].line);
		char got[STATES + 1] = "";

		for (size_t s = 0; s < STATES; s++) {
			struct thing thing = { { { "file.name", states[s] } } };

			got[s] = letter(match(r, &thing, NULL));
		}
		check_letters(rows[i].line, rows[i].want, got);
	}
}

/* For a, b of F - T (rows of nine): and, or; and not of a. */
static void and_or_not_are_kleenes(void)
{
	static const struct {
		const char *condition, *want;
	} rows[] = {
		{ "a and b", "FFFF--F-T" },
		{ "a or b", "F-T--TTTT" },
		{ "not a and b or not b and not a or a and b or a and not b",
		  "T-T---T-T" },
		{ "not a or not b", "TTTT--T-F" },
		{ "not (a and b)", "TTTT--T-F" },
		{ "not (a or b)", "T-F--FFFF" },
		{ "not not a and not not b", "FFFF--F-T" },
		{ "1 of them", "F-T--TTTT" },
		{ "all of them", "FFFF--F-T" },
		{ "[a, b]", "F-T--TTTT" },
		{ "a or b and a", "FFF---TTT" },
		{ "(b or a) and a", "FFF---TTT" },
	};
	const struct value states[] = { text("no"),
		                        { .known = KNOWN_NOT_YET },
		                        text("yes") };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char detection[512], got[10] = "";
		const struct rule *r;

		snprintf(detection, sizeof(detection),
		         "  a: { file.name: 'yes' }\n  b: { file.extension: 'yes' }\n"
		         "  condition: %s",
		         rows[i].condition);
		r = rule(detection);
		for (size_t s = 0; s < 9; s++) {
			struct thing thing = { { { "file.name", states[s / 3] },
				                 { "file.extension", states[s % 3] } } };

			got[s] = letter(match(r, &thing, NULL));
		}
		check_letters(rows[i].condition, rows[i].want, got);
	}
}

static void text_is_compared_as_sigma_has_it(void)
{
	static const struct {
		const char *line, *text;
		bool matches;
	} rows[] = {
		{ "file.name: Report.ZIP", "report.zip", true },
		{ "file.name|cased: Report.ZIP", "report.zip", false },
		{ "file.name|cased: Report.ZIP", "Report.ZIP", true },
		{ "file.name: report", "report.zip", false },
		{ "file.name: 'rep*'", "report.zip", true },
		{ "file.name: '*zip'", "report.zip", true },
		{ "file.name: '*port*'", "report.zip", true },
		{ "file.name: 'rep*zi'", "report.zip", false },
		{ "file.name: 'r?port.zip'", "report.zip", true },
		{ "file.name: 'r?eport.zip'", "report.zip", false },
		{ "file.name: '?'", "", false },
		{ "file.name: '*'", "", true },
		{ "file.name: ''", "", true },
		{ "file.name: ''", "a", false },
		{ "file.name: '*a*b*c'", "xxaxxbxxbxxc", true },
		{ "file.name: '*a*b*c'", "xxbxxaxxc", false },
		{ "file.name: '*ab'", "aab", true },
		{ "file.name: 'a\\*b'", "a*b", true },
		{ "file.name: 'a\\*b'", "axb", false },
		{ "file.name: 'a\\*b*'", "a*bcd", true },
		{ "file.name: 'a\\*b*'", "axbcd", false },
		{ "file.name: '*\\?'", "what?", true },
		{ "file.name: '*\\?'", "whatx", false },
		{ "file.name: '*\\\\'", "dir\\", true },
		{ "file.name: 'C:\\dir\\*'", "c:\\dir*", true },
		{ "file.name: 'C:\\dir\\\\*'", "c:\\dir\\file", true },
		{ "file.name|contains: 'a*c'", "xxabcxx", true },
		{ "file.name|contains: ''", "", true },
		{ "file.name|contains: abc", "xxaBcxx", true },
		{ "file.name|contains|cased: abc", "xxaBcxx", false },
		{ "file.name|contains: abc", "ab", false },
		{ "file.name|contains|all: [ab, cd]", "cdxab", true },
		{ "file.name|contains|all: [ab, cd]", "cdxa", false },
		{ "file.name|startswith: ab", "ABC", true },
		{ "file.name|startswith: ab", "a", false },
		{ "file.name|endswith: bc", "ABC", true },
		{ "file.name|endswith: bc", "c", false },
		{ "file.name|startswith: ['x', 'y']", "yz", true },
		{ "file.name|neq: x", "X", false },
		{ "file.name|endswith|neq: .zip", "a.rar", true },
		/* bytes that are no UTF-8, and letters that are not ASCII's */
		{ "file.name: \"\\xe9\"", "\xc3\xa9", true },
		{ "file.name: \"\\xe9\"", "\xc3\x89", false },
		{ "file.name: 'a?b'",
		  "a\xff"
		  "b",
		  true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct thing thing = { { { "file.name", text(rows[i].text) } } };
		enum truth want = rows[i].matches ? TRUTH_TRUE : TRUTH_FALSE;

		if (match(item(rows[i].line), &thing, NULL) == want)
			continue;
		CHECK_FAIL_("{ %s } should%s match \"%s\"", rows[i].line,
		            rows[i].matches ? "" : " not", rows[i].text);
	}
}

static void addresses_are_compared_as_addresses(void)
{
	static const struct {
		const char *line, *ip;
		bool matches;
	} rows[] = {
		{ "source.ip: 192.0.2.1", "192.0.2.1", true },
		{ "source.ip: 192.0.2.1", "192.0.2.10", false },
		{ "source.ip: '2001:DB8:0::1'", "2001:db8::1", true },
		{ "source.ip|cidr: 192.0.2.0/24", "192.0.2.200", true },
		{ "source.ip|cidr: 192.0.2.0/24", "192.0.3.1", false },
		{ "source.ip|cidr: [10.0.0.0/8, 'fe80::/10']", "fe80::1", true },
		{ "source.ip|cidr|neq: 10.0.0.0/8", "10.1.1.1", false },
		{ "source.ip|startswith: '192.0.'", "192.0.2.1", true },
		{ "source.ip: '10.*.1'", "10.2.3.1", true },
		{ "source.ip: '10.*.1'", "11.2.3.1", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value v = { .known = KNOWN_SETTLED };
		struct thing thing = { 0 };

		CHECK_EQ(0, addr_parse(rows[i].ip, &v.ip));
		thing.at[0] = (struct known_field){ "source.ip", v };
		CHECK_EQ(rows[i].matches ? TRUTH_TRUE : TRUTH_FALSE,
		         match(item(rows[i].line), &thing, NULL));
	}
}

static bool said(const char *want, const char *text_, uint8_t n)
{
	return strlen(want) == n && memcmp(want, text_, n) == 0;
}

static void a_match_says_why_with_limits_first(void)
{
	const struct rule *r =
		rule("  a: { file.name|endswith: .zip, file.extension: zip }\n"
	             "  b: { egret.file.size|gte: [500, 100] }\n"
	             "  c: { file.name: other }\n"
	             "  d: { file.mime_type: null }\n"
	             "  condition: (a or c) and b and not c and d");
	struct thing thing = { {
		{ "file.name", text("Calls.ZIP") },
		{ "file.extension", text("zip") },
		{ "egret.file.size", number(KNOWN_GROWING, 120) },
		{ "file.mime_type", { .known = KNOWN_ABSENT } },
	} };
	struct reasons why = { .count = 99 };

	CHECK_EQ(TRUTH_TRUE, match(r, &thing, &why));
	CHECK_EQ(4, why.count);
	CHECK(strcmp(why.at[0].field->name, "egret.file.size") == 0);
	CHECK_EQ(MATCH_GTE, why.at[0].op);
	CHECK(why.at[0].is_number);
	CHECK_EQ(120, why.at[0].value);
	CHECK_EQ(100, why.at[0].limit);
	CHECK(strcmp(why.at[1].field->name, "file.name") == 0);
	CHECK(said("Calls.ZIP", why.at[1].text, why.at[1].text_n));
	CHECK(said(".zip", why.at[1].match, why.at[1].match_n));
	CHECK(strcmp(why.at[2].field->name, "file.extension") == 0);
	CHECK_EQ(MATCH_NULL, why.at[3].op);
}

static void why_is_left_alone_when_it_is_not_true(void)
{
	struct thing thing = { { { "file.name", text("a") } } };
	struct reasons why = { .count = 99 };

	CHECK_EQ(TRUTH_FALSE, match(item("file.name: b"), &thing, &why));
	CHECK_EQ(TRUTH_NOT_YET, match(item("file.extension: b"), &thing, &why));
	CHECK_EQ(99, why.count);
}

static void a_long_text_is_cut_in_the_reasons(void)
{
	static const char longest[] = "0123456789012345678901234567890123456789"
				      "0123456789012345678901234567890123456789";
	struct thing thing = { { { "file.name", text(longest) } } };
	struct reasons why;

	CHECK_EQ(TRUTH_TRUE, match(item("file.name|contains: '9'"), &thing, &why));
	CHECK_EQ(1, why.count);
	CHECK_EQ(sizeof(why.at[0].text), why.at[0].text_n);
}

static void a_network_is_said_as_it_was_written(void)
{
	struct value v = { .known = KNOWN_SETTLED };
	struct thing thing = { 0 };
	struct reasons why;

	addr_parse("10.1.2.3", &v.ip);
	thing.at[0] = (struct known_field){ "source.ip", v };
	CHECK_EQ(TRUTH_TRUE, match(item("source.ip|cidr: 10.0.0.0/8"), &thing, &why));
	CHECK(said("10.1.2.3", why.at[0].text, why.at[0].text_n));
	CHECK(said("10.0.0.0/8", why.at[0].match, why.at[0].match_n));
}

/* A pattern of many stars over a text that almost matches: work is at most their product.
 */
static void many_wildcards_cost_no_more_than_their_product(void)
{
	char line[256], *haystack = malloc(20001);
	struct thing thing = { 0 };
	size_t n = (size_t)snprintf(line, sizeof(line), "file.name: '");

	if (!haystack)
		exit(99);
	for (int i = 0; i < 50; i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "*aa");
	snprintf(line + n, sizeof(line) - n, "b'");
	memset(haystack, 'a', 20000);
	haystack[20000] = '\0';
	thing.at[0] = (struct known_field){ "file.name", text(haystack) };
	CHECK_EQ(TRUTH_FALSE, match(item(line), &thing, NULL));
	free(haystack);
}

int main(void)
{
	arena = arena_new();
	TEST(a_number_is_compared_as_its_state_allows);
	TEST(a_list_matches_when_any_of_it_does_and_waits_while_it_grows);
	TEST(and_or_not_are_kleenes);
	TEST(text_is_compared_as_sigma_has_it);
	TEST(addresses_are_compared_as_addresses);
	TEST(a_match_says_why_with_limits_first);
	TEST(why_is_left_alone_when_it_is_not_true);
	TEST(a_long_text_is_cut_in_the_reasons);
	TEST(a_network_is_said_as_it_was_written);
	TEST(many_wildcards_cost_no_more_than_their_product);
	arena_free(arena);
	return check_done();
}
