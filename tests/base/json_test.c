// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "base/json.h"
#include "tests/check.h"

static char memory[4096];

static struct json fresh(void)
{
	return json_over(memory, sizeof(memory) - 1);
}

static const char *text_of(struct json *j)
{
	CHECK(!j->full);
	j->p[j->n] = '\0';
	return j->p;
}

static const char *string_of(struct bytes b)
{
	struct json j = fresh();

	json_bytes(&j, NULL, b);
	return text_of(&j);
}

static const char *decimal_of(double value, int digits)
{
	struct json j = fresh();

	json_decimal(&j, NULL, value, digits);
	return text_of(&j);
}

static void values_are_parted_by_commas_at_every_depth(void)
{
	struct json j = fresh();

	json_object(&j, NULL);
	json_object(&j, "empty");
	json_object_end(&j);
	json_text(&j, "absent", NULL);
	json_array(&j, "list");
	json_u64(&j, NULL, 1);
	json_array(&j, NULL);
	json_array_end(&j);
	json_object(&j, NULL);
	json_bool(&j, "yes", true);
	json_bool(&j, "no", false);
	json_object_end(&j);
	json_array_end(&j);
	json_raw(&j, "raw", BYTES("{\"a\":null}"));
	json_text(&j, "last", "one");
	json_object_end(&j);
	CHECK_TEXT("{\"empty\":{},\"list\":[1,[],{\"yes\":true,\"no\":false}],"
	           "\"raw\":{\"a\":null},\"last\":\"one\"}",
	           text_of(&j));
}

static void integers_are_exact_to_their_last_digit(void)
{
	static const uint64_t cases[] = { 0,   9,   10,   99,    100,
		                          101, 999, 1000, 12345, UINT64_MAX };
	char want[32];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json j = fresh();

		json_u64(&j, NULL, cases[i]);
		snprintf(want, sizeof(want), "%ju", (uintmax_t)cases[i]);
		CHECK_TEXT(want, text_of(&j));
	}

	struct json j = fresh();

	json_i64(&j, NULL, INT64_MIN);
	json_i64(&j, NULL, -1);
	json_i64(&j, NULL, INT64_MAX);
	CHECK_TEXT("-9223372036854775808,-1,9223372036854775807", text_of(&j));
}

static void decimals_are_rounded_to_their_digits(void)
{
	CHECK_TEXT("0.30", decimal_of(0.3, 2));
	CHECK_TEXT("1.00", decimal_of(0.999, 2));
	CHECK_TEXT("-1.5", decimal_of(-1.5, 1));
	CHECK_TEXT("0.0", decimal_of(-0.01, 1)); /* no -0.0 */
	CHECK_TEXT("3", decimal_of(2.5, 0));
	CHECK_TEXT("0.000000001", decimal_of(1e-9, 9));
	CHECK_TEXT("8589934592.000", decimal_of(8589934592.0, 3));
	CHECK_TEXT("10000000000000000000",
	           decimal_of(1e19, 9)); /* no digits left for a point */
	CHECK_TEXT("18446744073709549568", decimal_of(18446744073709549568.0, 0));
}

static void a_decimal_that_is_no_number_is_null(void)
{
	CHECK_TEXT("null", decimal_of((double)NAN, 2));
	CHECK_TEXT("null", decimal_of((double)INFINITY, 2));
	CHECK_TEXT("null", decimal_of(-(double)INFINITY, 0));
	CHECK_TEXT("null", decimal_of(1e20, 0));
}

static void control_characters_and_quotes_are_escaped(void)
{
	CHECK_TEXT("\"a\\\"b\\\\c/\"", string_of(BYTES("a\"b\\c/")));
	CHECK_TEXT("\"\\b\\t\\n\\f\\r\"", string_of(BYTES("\b\t\n\f\r")));
	CHECK_TEXT("\"\\u0000\\u001b[2J\\u001f\\u007f\"",
	           string_of(BYTES("\0\033[2J\x1f\x7f")));
	CHECK_TEXT("\"\\u009b1m\"", string_of(BYTES("\xc2\x9b"
	                                            "1m")));
	CHECK_TEXT("\"\"", string_of((struct bytes){ 0 }));
}

static void valid_utf_8_goes_through_unchanged(void)
{
	CHECK_TEXT("\"r\xc3\xa9union \xe2\x82\xac \xf0\x9f\x8e\xa7 "
	           "\xef\xbf\xbf\xf4\x8f\xbf\xbf\"",
	           string_of(BYTES(
			   "r\xc3\xa9union \xe2\x82\xac \xf0\x9f\x8e\xa7 \xef\xbf\xbf"
			   "\xf4\x8f\xbf\xbf")));
}

static void bytes_that_are_not_utf_8_are_written_in_hex(void)
{
	CHECK_TEXT("\"\\\\xff\"", string_of(BYTES("\xff")));
	CHECK_TEXT("\"\\\\x80a\"", string_of(BYTES("\x80"
	                                           "a")));
	CHECK_TEXT("\"\\\\xc0\\\\x80\"", string_of(BYTES("\xc0\x80"))); /* overlong */
	CHECK_TEXT("\"\\\\xe0\\\\x80\\\\x80\"",
	           string_of(BYTES("\xe0\x80\x80"))); /* overlong */
	CHECK_TEXT("\"\\\\xed\\\\xa0\\\\x80\"",
	           string_of(BYTES("\xed\xa0\x80"))); /* surrogate */
	CHECK_TEXT("\"\\\\xf4\\\\x90\\\\x80\\\\x80\"",
	           string_of(BYTES("\xf4\x90\x80\x80"))); /* above U+10FFFF */
	CHECK_TEXT("\"\\\\xf0\\\\x9f\\\\x8e\"",
	           string_of(BYTES("\xf0\x9f\x8e"))); /* cut */
	CHECK_TEXT("\"\\\\xe2(\\\\xa1\"", string_of(BYTES("\xe2(\xa1")));
}

static void write_all_kinds(struct json *j)
{
	json_object(j, NULL);
	json_text(j, "text", "a\nb\xff");
	json_array(j, "array");
	json_u64(j, NULL, 12345);
	json_i64(j, NULL, -5);
	json_decimal(j, NULL, 1.5, 3);
	json_array_end(j);
	json_bool(j, "b", true);
	json_raw(j, "raw", BYTES("{}"));
	json_object_end(j);
}

static void a_writer_without_room_says_so_and_never_writes_beyond_it(void)
{
	struct json whole = fresh();

	write_all_kinds(&whole);
	for (size_t cap = 0; cap < whole.n; cap++) {
		char *exact = malloc(cap + 1);
		struct json j = json_over(exact, cap);

		exact[cap] = 'x';
		write_all_kinds(&j);
		CHECK(j.full);
		CHECK(j.n <= cap);
		CHECK_EQ('x', exact[cap]);
		free(exact);
	}

	struct json fits = json_over(memory, whole.n);

	write_all_kinds(&fits);
	CHECK(!fits.full);
}

int main(void)
{
	TEST(values_are_parted_by_commas_at_every_depth);
	TEST(integers_are_exact_to_their_last_digit);
	TEST(decimals_are_rounded_to_their_digits);
	TEST(a_decimal_that_is_no_number_is_null);
	TEST(control_characters_and_quotes_are_escaped);
	TEST(valid_utf_8_goes_through_unchanged);
	TEST(bytes_that_are_not_utf_8_are_written_in_hex);
	TEST(a_writer_without_room_says_so_and_never_writes_beyond_it);
	return check_done();
}
