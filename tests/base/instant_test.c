// SPDX-License-Identifier: Apache-2.0
/*
 * instant_test.c - moments as people write them.
 */
#include "base/error.h"
#include "base/instant.h"
#include "tests/check.h"

#define SECOND INT64_C(1000000000)

static int64_t read_as(const char *text, bool want_relative)
{
	struct error err = { "" };
	int64_t ns = -1;
	bool relative;

	CHECK_EQ(0, instant_parse(text, &ns, &relative, &err));
	CHECK_EQ(want_relative, relative);
	CHECK_TEXT("", err.text);
	return ns;
}

static void a_moment_is_read_with_and_without_a_zone(void)
{
	static const int64_t at = 1714557600 * SECOND;

	CHECK_EQ(at, read_as("2024-05-01T10:00:00Z", false));
	CHECK_EQ(at, read_as("2024-05-01t10:00:00z", false));
	CHECK_EQ(at, read_as("2024-05-01 10:00", false));
	CHECK_EQ(at, read_as("2024-05-01T12:00:00+02:00", false));
	CHECK_EQ(at, read_as("2024-05-01T04:30:00-05:30", false));
	CHECK_EQ(at + 120000000, read_as("2024-05-01T10:00:00.12", false));
	CHECK_EQ(at + 123456789, read_as("2024-05-01T10:00:00.1234567899Z", false));
	CHECK_EQ(1714521600 * SECOND, read_as("2024-05-01", false));
	CHECK_EQ(1709164800 * SECOND, read_as("2024-02-29", false));
	CHECK_EQ(0, read_as("1970-01-01", false));
	CHECK_EQ(INT64_C(9214646399) * SECOND, read_as("2261-12-31T23:59:59Z", false));
}

static void a_moment_may_be_relative(void)
{
	CHECK_EQ(90 * SECOND, read_as("+90s", true));
	CHECK_EQ(300 * SECOND, read_as("+5m", true));
}

static void what_is_no_moment_is_refused(void)
{
	static const char *const wrong[] = {
		"",
		"now",
		"+",
		"+soon",
		"2024",
		"2024-13-01",
		"2024-00-01",
		"2024-04-31",
		"2023-02-29",
		"2262-01-01",
		"1969-12-31",
		"2024-05-01T",
		"2024-05-01T24:00",
		"2024-05-01T10:60",
		"2024-05-01T10:00:00.",
		"2024-05-01T10:00:00+2",
		"2024-05-01T10:00:00Zulu",
		"2024-05-01Z",
		"24-05-01",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct error err = { "" };
		int64_t ns;
		bool relative;

		if (instant_parse(wrong[i], &ns, &relative, &err) == 0)
			fprintf(stderr, "taken: %s\n", wrong[i]);
		CHECK(err.text[0]);
	}
}

int main(void)
{
	TEST(a_moment_is_read_with_and_without_a_zone);
	TEST(a_moment_may_be_relative);
	TEST(what_is_no_moment_is_refused);
	return check_done();
}
