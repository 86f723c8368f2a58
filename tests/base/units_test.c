// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "base/units.h"
#include "tests/check.h"

struct size_case {
	const char *text;
	uint64_t value;
};

static void sizes_are_read_in_powers_of_1000_and_of_1024(void)
{
	static const struct size_case cases[] = {
		{ "0", 0 },
		{ "4096", 4096 },
		{ "312B", 312 },
		{ "1k", 1000 },
		{ "1KB", 1000 },
		{ "1kib", 1024 },
		{ "2GiB", UINT64_C(2147483648) },
		{ " 2 GiB ", UINT64_C(2147483648) },
		{ "1.5MB", 1500000 },
		{ "0.1GB", 100000000 },
		{ "1.000000001GB", 1000000001 },
		{ "1.3KiB", 1331 }, /* 1331.2 */
		{ "8T", UINT64_C(8000000000000) },
		{ "1PiB", UINT64_C(1125899906842624) },
		{ "2.01 EB", UINT64_C(2010000000000000000) }, /* as we write it */
		{ "18446744073709551615", UINT64_MAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = 1;

		CHECK_EQ(0, units_size(cases[i].text, &value, NULL));
		CHECK_EQ(cases[i].value, value);
	}
}

static void what_is_not_a_size_is_refused_with_its_text(void)
{
	static const char *const cases[] = {
		"",    "B",    "GB",    "-1",  "1,5MB", "1.",  ".5",
		"1 2", "0x10", "1GiBB", "1ib", "2bit",  "1e3", "1.0000000001GB",
		"+1",  "1.5",  "0.5B"
	};
	struct error err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = 7;

		CHECK_EQ(-1, units_size(cases[i], &value, &err));
		CHECK(strstr(err.text, cases[i]) != NULL);
		CHECK_EQ(7, value); /* written only on success */
	}
}

static void a_size_beyond_64_bits_is_refused(void)
{
	uint64_t value;

	CHECK_EQ(-1, units_size("18446744073709551616", &value, NULL));
	CHECK_EQ(-1, units_size("16384PiB", &value, NULL));
	CHECK_EQ(0, units_size("16383PiB", &value, NULL));
	CHECK_EQ(-1, units_size("18446744073709551615k", &value, NULL));
}

static void durations_are_read_in_nanoseconds(void)
{
	static const struct size_case cases[] = {
		{ "45", UINT64_C(45000000000) },
		{ "250ms", 250000000 },
		{ "1.5s", 1500000000 },
		{ "15m", UINT64_C(900000000000) },
		{ "15min", UINT64_C(900000000000) },
		{ "1h30m", UINT64_C(5400000000000) },
		{ "1 h 30 m", UINT64_C(5400000000000) },
		{ "30d", UINT64_C(2592000000000000) },
		{ "2w", UINT64_C(1209600000000000) },
		{ "1us", 1000 },
		{ "3ns", 3 },
		{ "0.5", 500000000 },
		{ "0", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t value = -1;

		CHECK_EQ(0, units_duration(cases[i].text, &value, NULL));
		CHECK_EQ(cases[i].value, value);
	}
}

static void what_is_not_a_duration_is_refused(void)
{
	static const char *const cases[] = { "",      "m",           "30m1h", "1h1h",
		                             "1h30",  "1 hour",      "1y",    "-1s",
		                             "1h,2m", "9999999999d", "1H",    "300y" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t value = 7;

		CHECK_EQ(-1, units_duration(cases[i], &value, NULL));
		CHECK_EQ(7, value);
	}
}

static void rates_are_read_in_bits_a_second(void)
{
	static const struct size_case cases[] = {
		{ "64kbit/s", 64000 },  { "100Mbit/s", 100000000 },
		{ "12MB/s", 96000000 }, { "1.5 Gbit/s", 1500000000 },
		{ "5Mbps", 5000000 },   { "1MiB/s", 8388608 },
		{ "800", 800 },
	};
	uint64_t value;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK_EQ(0, units_rate(cases[i].text, &value, NULL));
		CHECK_EQ(cases[i].value, value);
	}
	CHECK_EQ(-1, units_rate("12MB", &value, NULL));
	CHECK_EQ(-1, units_rate("12Mb/s", &value, NULL)); /* bits or bytes? */
	CHECK_EQ(-1, units_rate("fast", &value, NULL));
	CHECK_EQ(-1, units_rate("9223372036854775808B/s", &value, NULL));
}

static void sizes_are_written_with_three_digits_that_count(void)
{
	static const struct size_case cases[] = {
		{ "0 B", 0 },
		{ "312 B", 312 },
		{ "999 B", 999 },
		{ "1.00 kB", 1000 },
		{ "1.00 kB", 1004 },
		{ "1.01 kB", 1005 },
		{ "10.0 kB", 9999 },
		{ "100 kB", 99950 },
		{ "999 kB", 999499 },
		{ "1.00 MB", 999500 },
		{ "8.59 GB", UINT64_C(8589934592) },
		{ "18.4 EB", UINT64_MAX },
	};
	char text[UNITS_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_TEXT(cases[i].text, units_say_size(text, cases[i].value));
	CHECK_TEXT("178 kbit/s", units_say_rate(text, 178000));
	CHECK_TEXT("1.02 Gbit/s", units_say_rate(text, 1020000000));
}

static void durations_are_written_as_people_say_them(void)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{ "0 s", 0 },
		{ "12 ns", 12 },
		{ "2 us", 2500 },
		{ "40 ms", 40000000 },
		{ "0.3 s", 300000000 },
		{ "2 s", INT64_C(2000000000) },
		{ "10 s", INT64_C(9960000000) },
		{ "64 s", INT64_C(64000000000) },
		{ "2 min", INT64_C(120000000000) },
		{ "3 min 20 s", INT64_C(200000000000) },
		{ "1 h 47 min", INT64_C(6420000000000) },
		{ "2 h", INT64_C(7199900000000) },
		{ "100 h 1 min", INT64_C(360060000000000) },
		{ "30 d", INT64_C(2592000000000000) },
		{ "10 d 4 h", INT64_C(878400000000000) },
		{ "-64 s", INT64_C(-64000000000) },
		{ "-106752 d", INT64_MIN + 1 },
	};
	char text[UNITS_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_TEXT(cases[i].text, units_say_duration(text, cases[i].ns));
	units_say_duration(text, INT64_MIN);
}

static void counts_are_written_in_threes(void)
{
	char text[UNITS_TEXT];

	CHECK_TEXT("0", units_say_count(text, 0));
	CHECK_TEXT("999", units_say_count(text, 999));
	CHECK_TEXT("1,000", units_say_count(text, 1000));
	CHECK_TEXT("1,234,567", units_say_count(text, 1234567));
	CHECK_TEXT("18,446,744,073,709,551,615", units_say_count(text, UINT64_MAX));
}

static void times_are_written_as_eve_has_them(void)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{ "1970-01-01T00:00:00.000000+0000", 0 },
		{ "1969-12-31T23:59:59.999999+0000", -1 },
		{ "2000-02-29T12:00:00.000001+0000", INT64_C(951825600000001999) },
		{ "2026-11-23T15:04:05.500000+0000", INT64_C(1795446245500000000) },
		{ "2100-03-01T00:00:00.000000+0000", INT64_C(4107542400000000000) },
		{ "2262-04-11T23:47:16.854775+0000", INT64_MAX },
		{ "1677-09-21T00:12:43.145224+0000", INT64_MIN },
	};
	char text[UNITS_TEXT + 8];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_TEXT(cases[i].text, units_say_time(text, cases[i].ns));
}

static void the_nearest_word_is_the_one_that_was_meant(void)
{
	static const char *const words[] = { "capture.snaplen", "flow.timeout", "rules",
		                             NULL };

	CHECK_TEXT("flow.timeout", nearest_word("flow.timeuot", words));
	CHECK_TEXT("rules", nearest_word("Rule", words));
	CHECK(!nearest_word("elephant", words));
}

static void an_error_names_file_line_and_column(void)
{
	struct error err;

	CHECK_EQ(-1, error_at(&err, "a.yaml", 12, 3, "no %s", "way"));
	CHECK_TEXT("a.yaml:12:3: no way", err.text);
	error_at(&err, "a.yaml", 0, 0, "no");
	CHECK_TEXT("a.yaml: no", err.text);
	CHECK_EQ(-1, error_set(NULL, "nobody listens"));
}

int main(void)
{
	TEST(sizes_are_read_in_powers_of_1000_and_of_1024);
	TEST(what_is_not_a_size_is_refused_with_its_text);
	TEST(a_size_beyond_64_bits_is_refused);
	TEST(durations_are_read_in_nanoseconds);
	TEST(what_is_not_a_duration_is_refused);
	TEST(rates_are_read_in_bits_a_second);
	TEST(sizes_are_written_with_three_digits_that_count);
	TEST(durations_are_written_as_people_say_them);
	TEST(counts_are_written_in_threes);
	TEST(times_are_written_as_eve_has_them);
	TEST(the_nearest_word_is_the_one_that_was_meant);
	TEST(an_error_names_file_line_and_column);
	return check_done();
}
