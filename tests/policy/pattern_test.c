// SPDX-License-Identifier: Apache-2.0
/* pattern_test.c - sets of patterns, and how much an expression pins down. */
#include "base/error.h"
#include "policy/pattern.h"
#include "policy/strength.h"
#include "tests/check.h"

static bool note_id(void *arg, uint32_t id)
{
	*(uint64_t *)arg |= UINT64_C(1) << id;
	return false;
}

static bool note_first(void *arg, uint32_t id)
{
	(void)id;
	++*(unsigned *)arg;
	return true;
}

/* Which ids match, as bits. */
static uint64_t scan(const struct patterns *patterns, struct bytes in)
{
	struct pattern_scratch *scratch = NULL;
	uint64_t found = 0;

	CHECK_MUST(pattern_scratch_grow(&scratch, patterns, NULL) == 0);
	patterns_scan(patterns, scratch, in, note_id, &found);
	pattern_scratch_free(scratch);
	return found;
}

static void a_set_reports_the_ids_of_all_that_match(void)
{
	const struct pattern at[] = {
		{ .expression = "^GET ", .id = 3 },
		{ .expression = "^get .{1,8}HTTP", .id = 5, .fold = true },
		{ .expression = "^.\\x00\\n", .id = 7 },
		{ .expression = "ET", .id = 9 },
	};
	struct patterns *patterns;
	struct error err;

	CHECK_MUST(patterns_compile(at, 4, &patterns, NULL, &err) == 0);
	CHECK_EQ(1 << 3 | 1 << 5 | 1 << 9, scan(patterns, BYTES("GET / HTTP/1.1")));
	CHECK_EQ(1 << 5, scan(patterns, BYTES("get / http/1.1")));
	CHECK_EQ(0, scan(patterns, BYTES(" GEt / HTTP")));
	CHECK_EQ(1 << 7, scan(patterns, BYTES("\xff\0\n")));
	CHECK_EQ(1 << 7, scan(patterns, BYTES("\n\0\n")));
	CHECK_EQ(0, scan(patterns, BYTES("")));
	patterns_free(patterns);
}

static void one_scratch_serves_several_sets(void)
{
	const struct pattern a = { .expression = "^a", .id = 1 };
	const struct pattern b = { .expression = "^(?:b.{4,100}c|d.*e)$", .id = 2 };
	struct pattern_scratch *scratch = NULL;
	struct patterns *first, *second;
	uint64_t found = 0;

	CHECK_MUST(patterns_compile(&a, 1, &first, NULL, NULL) == 0);
	CHECK_MUST(patterns_compile(&b, 1, &second, NULL, NULL) == 0);
	CHECK_MUST(pattern_scratch_grow(&scratch, first, NULL) == 0);
	CHECK_MUST(pattern_scratch_grow(&scratch, second, NULL) == 0);
	patterns_scan(first, scratch, BYTES("abc"), note_id, &found);
	patterns_scan(second, scratch, BYTES("b1234c"), note_id, &found);
	CHECK_EQ(1 << 1 | 1 << 2, found);
	pattern_scratch_free(scratch);
	patterns_free(first);
	patterns_free(second);
}

static void an_empty_set_matches_nothing(void)
{
	struct patterns *patterns;

	CHECK_MUST(patterns_compile(NULL, 0, &patterns, NULL, NULL) == 0);
	CHECK_EQ(0, scan(patterns, BYTES("anything")));
	patterns_free(patterns);
	patterns_free(NULL);
	pattern_scratch_free(NULL);
}

static void the_callback_can_stop_a_scan(void)
{
	const struct pattern at[] = { { .expression = "a", .id = 0 },
		                      { .expression = "b", .id = 1 } };
	struct pattern_scratch *scratch = NULL;
	struct patterns *patterns;
	unsigned calls = 0;

	CHECK_MUST(patterns_compile(at, 2, &patterns, NULL, NULL) == 0);
	CHECK_MUST(pattern_scratch_grow(&scratch, patterns, NULL) == 0);
	patterns_scan(patterns, scratch, BYTES("abababab"), note_first, &calls);
	CHECK_EQ(1, calls);
	pattern_scratch_free(scratch);
	patterns_free(patterns);
}

static void a_bad_pattern_is_named_with_hyperscans_words(void)
{
	const struct pattern at[] = { { .expression = "^a" },
		                      { .expression = "^b" },
		                      { .expression = "^(c" } };
	struct patterns *patterns;
	struct error err;
	size_t bad = 9;

	CHECK_EQ(-1, patterns_compile(at, 3, &patterns, &bad, &err));
	CHECK_EQ(2, bad);
	CHECK_TEXT("Missing close parenthesis for group started at index 1", err.text);
	CHECK_EQ(-1, patterns_compile(at, 3, &patterns, NULL, NULL));
}

static void a_pattern_is_measured(void)
{
	size_t min, max;
	struct error err;

	CHECK_EQ(0, pattern_measure(&(struct pattern){ .expression = "^.{4}ab?" }, &min,
	                            &max, &err));
	CHECK_EQ(5, min);
	CHECK_EQ(6, max);
	CHECK_EQ(0, pattern_measure(&(struct pattern){ .expression = "^a.*b" }, &min,
	                            &max, &err));
	CHECK(max == SIZE_MAX);
	CHECK_EQ(-1, pattern_measure(&(struct pattern){ .expression = "a\\1" }, &min,
	                             &max, &err));
	CHECK(err.text[0] != '\0');
}

static void the_library_says_its_version(void)
{
	CHECK(strncmp(pattern_library_version(), "Hyperscan 5.", 12) == 0 ||
	      strncmp(pattern_library_version(), "Hyperscan 6.", 12) == 0);
}

static int strength(const char *expression)
{
	unsigned bits;

	return expression_strength(expression, &bits) < 0 ? -1 : (int)bits;
}

static void an_expression_is_as_strong_as_the_bits_it_pins(void)
{
	CHECK_EQ(0, strength(""));
	CHECK_EQ(32, strength("RIFF"));
	CHECK_EQ(64, strength("RIFF.{4}WAVE"));
	CHECK_EQ(16, strength("\\x1f\\x{8b}"));
	CHECK_EQ(8, strength("\\0"));
	CHECK_EQ(8, strength("\\n"));
	CHECK_EQ(7, strength("[ab]"));
	CHECK_EQ(4, strength("[\\xd0-\\xdf]"));
	CHECK_EQ(0, strength("[^a]"));
	CHECK_EQ(8, strength("[]]"));
	CHECK_EQ(6, strength("[a\\-z]")); /* log2(256 / 3) is 6.4 */
	CHECK_EQ(24, strength("a{3}"));
	CHECK_EQ(14, strength("(?i)ab"));
	CHECK_EQ(15, strength("(?:(?i)a)b"));
	CHECK_EQ(16, strength("(?x) a b # c"));
	CHECK_EQ(4, strength("\\d")); /* 4.7 */
	CHECK_EQ(16, strength("^\\Aab$"));
	CHECK_EQ(16, strength("\\{b"));
	CHECK_EQ(16, strength("a{"));
}

static void chances_of_alternatives_and_of_places_are_added(void)
{
	CHECK_EQ(15, strength("ab|cd"));
	CHECK_EQ(14, strength("(?:ab|cd|ef|gh)"));
	CHECK_EQ(0, strength("a?"));
	CHECK_EQ(7, strength("a+")); /* a little more than one in 256 */
	CHECK_EQ(12, strength(".{0,15}ab"));
	CHECK_EQ(15, strength("(?:\\xef\\xbb\\xbf)?ab"));
	CHECK_EQ(12, strength(".*abc")); /* a head has 4096 places */
}

static void what_cannot_be_weighed_is_refused(void)
{
	CHECK_EQ(-1, strength("(?=a)b"));
	CHECK_EQ(-1, strength("(?<!a)b"));
	CHECK_EQ(-1, strength("(a)\\1"));
	CHECK_EQ(-1, strength("[[:alpha:]]"));
	CHECK_EQ(-1, strength("(a"));
	CHECK_EQ(-1, strength("a)"));
	CHECK_EQ(-1, strength("[a"));
	CHECK_EQ(-1, strength("a**"));
	CHECK_EQ(-1, strength("a{3,1}"));
	CHECK_EQ(-1, strength("a{40000}"));
	CHECK_EQ(-1, strength("\\"));
	CHECK_EQ(-1, strength("[b-a]"));
}

static void hold_lead(const char *expression, const char *want, bool want_whole)
{
	uint8_t lead[5] = "";
	bool whole;
	size_t n = expression_lead(expression, lead, 4, &whole);

	CHECK_EQ(strlen(want), n);
	CHECK(memcmp(lead, want, n) == 0);
	CHECK_EQ(want_whole, whole);
}

static void a_lead_is_what_every_match_begins_with(void)
{
	hold_lead("RIFF.{4}WAVE", "RIFF", false);
	hold_lead("RIFF", "RIFF", true);
	hold_lead("RIFFs", "RIFF", false);
	hold_lead("\\x50K[ab]", "PK", false);
	hold_lead("PK?a", "P", false);
	hold_lead("PK{2}", "P", false);
	hold_lead("PK{", "PK{", true);
	hold_lead("a\\.b\\n", "a.b\n", true);
	hold_lead("ab|cd", "", false);
	hold_lead("(?:ab|cd)e", "", false);
	hold_lead("(?i)ab", "", false);
	hold_lead("\\dab", "", false);
	hold_lead(".ab", "", false);
	hold_lead("ab(?=c)", "", false);
}

int main(void)
{
	TEST(a_set_reports_the_ids_of_all_that_match);
	TEST(one_scratch_serves_several_sets);
	TEST(an_empty_set_matches_nothing);
	TEST(the_callback_can_stop_a_scan);
	TEST(a_bad_pattern_is_named_with_hyperscans_words);
	TEST(a_pattern_is_measured);
	TEST(the_library_says_its_version);
	TEST(an_expression_is_as_strong_as_the_bits_it_pins);
	TEST(chances_of_alternatives_and_of_places_are_added);
	TEST(what_cannot_be_weighed_is_refused);
	TEST(a_lead_is_what_every_match_begins_with);
	return check_done();
}
