// SPDX-License-Identifier: Apache-2.0
/*
 * ranges_test.c - the interval set against a bitmap that knows better.
 */
#include <string.h>

#include "content/ranges.h"
#include "tests/check.h"

static void bytes_front_to_back_are_one_interval(void)
{
	struct ranges r = { 0 };

	for (uint64_t i = 0; i < 1000; i++)
		CHECK_EQ(1448, ranges_add(&r, i * 1448, (i + 1) * 1448));
	CHECK_EQ(1, r.n);
	CHECK_EQ(1448000, r.at[0].to);
}

static void what_came_before_is_not_new(void)
{
	struct ranges r = { 0 };

	CHECK_EQ(100, ranges_add(&r, 100, 200));
	CHECK_EQ(0, ranges_add(&r, 120, 180));
	CHECK_EQ(50, ranges_add(&r, 50, 150));
	CHECK_EQ(50, ranges_add(&r, 150, 250));
	CHECK_EQ(1, r.n);
	CHECK_EQ(0, ranges_add(&r, 60, 60));
}

static void an_interval_can_close_many_holes(void)
{
	struct ranges r = { 0 };

	for (uint64_t i = 0; i < 5; i++)
		CHECK_EQ(10, ranges_add(&r, i * 100, i * 100 + 10));
	CHECK_EQ(5, r.n);
	CHECK_EQ(500 - 50, ranges_add(&r, 0, 500));
	CHECK_EQ(1, r.n);
	CHECK_EQ(0, r.blurred);
}

static void past_four_gigabytes_nothing_wraps(void)
{
	struct ranges r = { 0 };

	CHECK_EQ(UINT64_C(1) << 33,
	         ranges_add(&r, UINT64_C(1) << 40,
	                    (UINT64_C(1) << 40) + (UINT64_C(1) << 33)));
	CHECK_EQ(UINT64_C(1) << 40, ranges_add(&r, 0, UINT64_C(1) << 40));
	CHECK_EQ(1, r.n);
}

/* While no more holes stand open than there is room for, every answer is exact. */
static void random_intervals_agree_with_a_bitmap(void)
{
	static uint8_t map[4096];
	uint64_t random = 1;

	for (unsigned round = 0; round < 2000; round++) {
		struct ranges r = { 0 };
		uint64_t sum = 0, want = 0;

		memset(map, 0, sizeof(map));
		for (unsigned i = 0; i < 40; i++) {
			random = random * UINT64_C(6364136223846793005) +
			         1442695040888963407U;

			uint64_t from = random >> 33 & 4095, n = random >> 50 & 511;
			uint64_t to = from + n < 4096 ? from + n : 4096, fresh = 0;

			for (uint64_t j = from; j < to; j++) {
				fresh += !map[j];
				map[j] = 1;
			}
			uint64_t got = ranges_add(&r, from, to);

			want += fresh;
			sum += got;
			if (r.blurred == 0)
				CHECK_EQ(fresh, got);
		}
		CHECK(r.n <= RANGES_MAX);
		for (unsigned i = 1; i < r.n; i++)
			CHECK(r.at[i - 1].to < r.at[i].from);
		CHECK(sum <= want); /* a hole taken as filled is never counted twice */
		CHECK(sum + r.blurred >= want);
	}
}

int main(void)
{
	TEST(bytes_front_to_back_are_one_interval);
	TEST(what_came_before_is_not_new);
	TEST(an_interval_can_close_many_holes);
	TEST(past_four_gigabytes_nothing_wraps);
	TEST(random_intervals_agree_with_a_bitmap);
	return check_done();
}
