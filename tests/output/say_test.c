// SPDX-License-Identifier: Apache-2.0
/*
 * say_test.c - nothing that the wire says does anything to the terminal.
 */
#include "output/say.h"

#include "tests/check.h"

static const char *said(const char *text, unsigned columns)
{
	static char to[SAY_TEXT];

	return say_wire(to, bytes_of(text), columns);
}

static void plain_text_and_UTF8_go_through(void)
{
	CHECK_TEXT("calls (q3).zip", said("calls (q3).zip", 80));
	CHECK_TEXT("Aufnahmen-\xc3\xbc"
	           "ber-\xe7\x94\xb5\xe8\xaf\x9d.zip",
	           said("Aufnahmen-\xc3\xbc"
	                "ber-\xe7\x94\xb5\xe8\xaf\x9d.zip",
	                80));
}

static void what_moves_a_cursor_is_escaped(void)
{
	CHECK_TEXT("\\x1b[2J\\x07\\x0d\\x0a\\x7f", said("\x1b[2J\a\r\n\x7f", 80));
	CHECK_TEXT("\\u009b31m", said("\xc2\x9b"
	                              "31m",
	                              80));
	CHECK_TEXT("\\x9b31m", said("\x9b"
	                            "31m",
	                            80));
}

static void what_turns_or_hides_text_is_escaped(void)
{
	CHECK_TEXT("a\\u202egpj.exe", said("a\xe2\x80\xaegpj.exe", 80));
	CHECK_TEXT("a\\u2066b\\u200bc\\ufeff", said("a\xe2\x81\xa6"
	                                            "b\xe2\x80\x8b"
	                                            "c\xef\xbb\xbf",
	                                            80));
	CHECK_TEXT("\\U000e0041", said("\xf3\xa0\x81\x81", 80));
}

static void what_is_not_UTF8_is_shown_byte_by_byte(void)
{
	CHECK_TEXT("\\xc0\\xaf", said("\xc0\xaf", 80));
	CHECK_TEXT("\\xed\\xa0\\x80", said("\xed\xa0\x80", 80));
	CHECK_TEXT("\\xf5\\xe2\\x82", said("\xf5\xe2\x82", 80));
}

static void what_is_too_long_ends_in_points(void)
{
	CHECK_TEXT("abcdefg...", said("abcdefghijkl", 10));
	CHECK_TEXT("abcdefghij", said("abcdefghij", 10));
	CHECK_TEXT("\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5...",
	           said("\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5\xe7\x94\xb5\xe7"
	                "\x94\xb5",
	                10));
	CHECK_TEXT("ab\\x1b...", said("ab\x1b\x1b\x1b", 10));
}

/* Every byte string of two, and many longer ones, come out printable and in bounds. */
static void no_bytes_come_out_as_controls(void)
{
	static char to[SAY_TEXT];
	uint8_t b[300];
	uint32_t x = 1;

	for (unsigned round = 0; round < 200000; round++) {
		size_t n = round < 65536 ? 2 : sizeof(b);

		if (round >= 66000)
			n = round % sizeof(b);
		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			b[i] = (uint8_t)(round < 65536 ? round >> (8 * i) : x >> 24);
		}
		say_wire(to, (struct bytes){ b, n }, round % 90 + 8);
		CHECK(say_width(to) <= round % 90 + 8);
		for (const char *p = to; *p; p++)
			if ((uint8_t)*p < 0x20 || (uint8_t)*p == 0x7f ||
			    ((uint8_t)*p == 0xc2 && (uint8_t)p[1] < 0xa0))
				CHECK_TEXT("no control", p);
	}
}

int main(void)
{
	TEST(plain_text_and_UTF8_go_through);
	TEST(what_moves_a_cursor_is_escaped);
	TEST(what_turns_or_hides_text_is_escaped);
	TEST(what_is_not_UTF8_is_shown_byte_by_byte);
	TEST(what_is_too_long_ends_in_points);
	TEST(no_bytes_come_out_as_controls);
	return check_done();
}
