// SPDX-License-Identifier: Apache-2.0
/*
 * audio_test.c - seconds that can be checked by hand.
 */
#include "content/audio.h"
#include "tests/check.h"

static void seconds_come_from_the_header(void)
{
	struct audio a = { .byte_rate = 22050, .data_bytes = 220500 };

	CHECK_EQ(10000, audio_milliseconds(&a, 220544));
	CHECK_EQ(0, audio_milliseconds(&(struct audio){ 0 }, 1000));
}

static void a_header_that_promises_more_than_there_is_is_not_believed(void)
{
	struct audio a = { .byte_rate = 8000, .data_bytes = UINT64_C(1) << 60 };

	CHECK_EQ(1000, audio_milliseconds(&a, 8000));
	a.data_bytes = SIZE_UNKNOWN;
	CHECK_EQ(1000, audio_milliseconds(&a, 8000));
}

static void an_archive_of_eight_gigabytes_is_estimated_from_its_first_members(void)
{
	struct inside inside = {
		.seen = 2,
		.bytes = 2 * 220544,
		.audio = true,
		.audio_ms = 20000,
	};
	struct transfer t = { .declared = UINT64_C(8000000000),
		              .seen = 65536,
		              .inside = &inside };
	bool known;

	CHECK_EQ(20000, audio_counted(&t, &known));
	CHECK(known);
	/* 8e9 bytes at 20 s for 441,088 bytes: 362,739 s, which is 100.8 hours */
	CHECK_EQ(362739, audio_estimated(&t) / 1000);
}

static void nothing_is_estimated_when_all_was_seen(void)
{
	struct inside inside = {
		.seen = 2,
		.total = 2,
		.bytes = 1000,
		.audio = true,
		.audio_ms = 20000,
	};
	struct transfer t = { .declared = 5000, .seen = 5000, .inside = &inside };

	CHECK_EQ(0, audio_estimated(&t));
	inside.total = 0;
	inside.bytes = 4990;
	CHECK_EQ(0, audio_estimated(&t));
}

int main(void)
{
	TEST(seconds_come_from_the_header);
	TEST(a_header_that_promises_more_than_there_is_is_not_believed);
	TEST(an_archive_of_eight_gigabytes_is_estimated_from_its_first_members);
	TEST(nothing_is_estimated_when_all_was_seen);
	return check_done();
}
