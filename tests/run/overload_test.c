// SPDX-License-Identifier: Apache-2.0
/*
 * overload_test.c - up a step for each second with losses, down one for ten without.
 */
#include "run/overload.h"

#include "tests/check.h"

#define SECOND INT64_C(1000000000)

static void losses_leave_out_more_second_by_second(void)
{
	struct overload o = { 0 };
	int64_t now = 100 * SECOND;

	CHECK(!overload_step(&o, false, now));
	CHECK(overload_step(&o, true, now)); /* the first at once */
	CHECK_EQ(LOAD_NO_MEMBERS, o.load);
	CHECK(!overload_step(&o, true, now + SECOND / 2));
	CHECK(overload_step(&o, true, now + SECOND));
	CHECK_EQ(LOAD_NO_HEADS, o.load);
	CHECK(overload_step(&o, true, now + 3 * SECOND));
	CHECK_EQ(LOAD_NO_SESSIONS, o.load);
	CHECK(!overload_step(&o, true, now + 9 * SECOND));
	CHECK_EQ(LOAD_NO_SESSIONS, o.load);
}

static void ten_seconds_without_bring_one_step_back(void)
{
	struct overload o = { .load = LOAD_NO_SESSIONS };
	int64_t now = 100 * SECOND;

	o.lost = o.changed = now;
	CHECK(!overload_step(&o, false, now + 9 * SECOND));
	CHECK(overload_step(&o, false, now + 10 * SECOND));
	CHECK_EQ(LOAD_NO_HEADS, o.load);
	CHECK(!overload_step(&o, false, now + 19 * SECOND));
	CHECK(!overload_step(&o, true,
	                     now + 10 * SECOND + 1)); /* a second has not passed */
	CHECK(!overload_step(&o, false, now + 20 * SECOND));
	CHECK(overload_step(&o, false, now + 21 * SECOND));
	CHECK(overload_step(&o, false, now + 31 * SECOND));
	CHECK_EQ(LOAD_NORMAL, o.load);
	CHECK(!overload_step(&o, false, now + 99 * SECOND));
}

int main(void)
{
	TEST(losses_leave_out_more_second_by_second);
	TEST(ten_seconds_without_bring_one_step_back);
	return check_done();
}
