// SPDX-License-Identifier: Apache-2.0
/*
 * stream_odd_test.c - what no honest host sends, and what a capture mixes up: other bytes
 * under the same numbers, ends in the wrong place, numbers that wrap amid losses.
 */
#include "tests/check.h"
#include "tests/traffic/talk.h"

#define UP         (t->flow->dir[TO_SERVER])
#define COUNTED(x) (t->counters.at[COUNT_TCP_##x])

static void fin(struct talk *t, unsigned who, uint32_t seq, uint32_t ack)
{
	talk_tcp(t, who, TCP_ACK | TCP_FIN, seq, ack, NULL, 0, 0);
}

static void other_bytes_under_waiting_ones_are_counted_and_lose(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1004, 5000, "efgh");
	say(t, C, 1004, 5000, "efgh");
	say(t, C, 1006, 5000, "gh");
	CHECK_EQ(0, COUNTED(CONFLICTS));
	say(t, C, 1004, 5000, "eVil"); /* the same place */
	CHECK_EQ(1, COUNTED(CONFLICTS));
	say(t, C, 1002, 5000, "cdEfghij"); /* around it */
	CHECK_EQ(2, COUNTED(CONFLICTS));
	say(t, C, 1007, 5000, "h"); /* a part that says the same */
	CHECK_EQ(2, COUNTED(CONFLICTS));
	say(t, C, 1000, 5000, "abcdefghiJkl"); /* it is next, and overlaps all of them */
	CHECK_EQ(3, COUNTED(CONFLICTS));
	CHECK_TEXT("abcdefghijkl", heard(t, TO_SERVER));
	CHECK_EQ(12, UP.payload);
	CHECK_EQ(4 + 2 + 4 + 4 + 1 + 8, UP.retransmitted);
	talk_free(t);
}

static void one_other_byte_is_found_anywhere_in_a_large_segment(void)
{
	static char text[9000], other[9000];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 23);
	for (uint32_t at = 0; at < sizeof(text); at += 499) {
		struct talk *t = talk_new();
		uint32_t from = at > 700 ? at - 700 : 0;
		uint32_t left = (uint32_t)sizeof(text) - from,
			 n = left < 1400 ? left : 1400;

		memcpy(other, text, sizeof(text));
		other[at] = '!';
		shake(t);
		talk_tcp(t, C, TCP_ACK, 2000, 5000, text, sizeof(text), sizeof(text));
		talk_tcp(t, C, TCP_ACK, 2000 + from, 5000, text + from, n, n);
		CHECK_EQ(0, COUNTED(CONFLICTS));
		talk_tcp(t, C, TCP_ACK, 2000 + from, 5000, other + from, n, n);
		CHECK_EQ(1, COUNTED(CONFLICTS));
		talk_free(t);
	}
}

static void where_bytes_are_not_at_hand_no_conflict_is_claimed(void)
{
	struct talk *t = talk_new();

	shake(t);
	talk_tcp(t, C, TCP_ACK, 1100, 5000, "abc", 3, 100); /* cut after three */
	say(t, C, 1103, 5000, "whatever");
	talk_tcp(t, C, TCP_ACK, 1100, 5000, NULL, 0, 100);
	CHECK_EQ(0, COUNTED(CONFLICTS));
	say(t, C, 1102, 5000, "Xhatever");
	CHECK_EQ(1, COUNTED(CONFLICTS));
	talk_free(t);
}

static void data_after_a_fin_is_counted_and_not_read(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "all");
	fin(t, C, 1003, 5000);
	CHECK_EQ(1, t->complete[TO_SERVER]);
	say(t, C, 1004, 5000, "and more");
	say(t, C, 1020, 5000, "and early");
	say(t, C, 1003, 5000, "x"); /* in the place of the FIN */
	CHECK_TEXT("all", heard(t, TO_SERVER));
	CHECK_EQ(3 + 8, UP.payload);
	fin(t, C, 1012, 5000); /* a second end ends nothing again */
	talk_end(t);
	CHECK_EQ(1, t->finished[TO_SERVER]);
	CHECK_EQ(1, t->complete[TO_SERVER]);
	CHECK_TEXT("all", heard(t, TO_SERVER));
	talk_free(t);
}

static void what_waits_behind_a_fin_is_stray(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1008, 5000, "behind");
	fin(t, C, 1003, 5000);
	say(t, C, 1000, 5000, "all");
	CHECK_TEXT("all", heard(t, TO_SERVER));
	CHECK_EQ(1, t->complete[TO_SERVER]);
	CHECK_EQ(1, COUNTED(STRAY));
	talk_end(t);
	CHECK_EQ(3, t->over.dir[TO_SERVER].payload);
	CHECK_EQ(0, t->over.dir[TO_SERVER].missing);
	talk_free(t);
}

static void a_fin_far_outside_the_window_ends_nothing_and_adds_nothing(void)
{
	static const uint32_t jump[] = { 70000, 50u << 20, 1u << 30, 2u << 30, 3u << 30 };

	for (size_t i = 0; i < sizeof(jump) / sizeof(*jump); i++) {
		struct talk *t = talk_new();

		shake(t);
		say(t, C, 1000, 5000, "ab");
		fin(t, C, 1002 + jump[i], 5000);
		say(t, S, 5000, 1002, "");
		for (uint32_t j = 0; j < 200; j++)
			say(t, C, 1002 + j, 5000, "x");
		CHECK_EQ(0, t->finished[TO_SERVER]);
		fin(t, C, 1202, 5000);
		CHECK_EQ(1, t->complete[TO_SERVER]);
		talk_end(t);
		CHECK_EQ(202, t->over.dir[TO_SERVER].payload);
		CHECK_EQ(0, t->over.dir[TO_SERVER].missing);
		CHECK_EQ(202, t->given[TO_SERVER]);
		talk_free(t);
	}
}

static void a_fin_that_comes_before_everything_else_loses_nothing(void)
{
	struct talk *t = talk_new();

	fin(t, C, 1006, 5000);
	say(t, C, 1003, 5000, "def");
	say(t, C, 1000, 5000, "abc");
	say(t, C, 1000, 5000, "abc");
	CHECK_EQ(6, UP.payload);
	CHECK_EQ(0, UP.missing);
	CHECK_EQ(3, UP.retransmitted);
	CHECK_EQ(6, COUNTED(EARLIER));
	talk_free(t);
}

static void resets_with_the_wrong_number_change_nothing(void)
{
	static const uint32_t jump[] = { 2u << 20, 1u << 30, 2u << 30, 3u << 30 };
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "ab");
	for (size_t i = 0; i < sizeof(jump) / sizeof(*jump); i++) {
		talk_tcp(t, C, TCP_RST, 1002 + jump[i], 0, "payload", 7, 7);
		talk_tcp(t, S, TCP_RST | TCP_ACK, 5000 + jump[i], 1002, NULL, 0, 0);
	}
	CHECK_EQ(8, COUNTED(STRAY));
	CHECK_EQ(FLOW_ESTABLISHED, t->flow->state);
	say(t, C, 1002, 5000, "cd");
	CHECK_TEXT("abcd", heard(t, TO_SERVER));
	CHECK_EQ(4, UP.payload);
	CHECK_EQ(0, t->finished[0] + t->finished[1]);
	talk_free(t);
}

static void what_came_just_before_the_first_of_a_midstream_flow_counts_once(void)
{
	struct talk *t = talk_new();

	say(t, C, 2000, 5000, "third");
	say(t, C, 1994, 5000, "second");
	say(t, C, 1989, 5000, "first");
	say(t, C, 1994, 5000, "second"); /* once more */
	say(t, C, 2005, 5000, "fourth");
	CHECK_TEXT("thirdfourth", heard(t, TO_SERVER)); /* it is too late to read it */
	CHECK_EQ(5 + 6 + 5 + 6, UP.payload);
	CHECK_EQ(6, UP.retransmitted);
	CHECK_EQ(0, UP.missing);
	CHECK_EQ(11, COUNTED(EARLIER));
	talk_free(t);
}

static void a_small_hole_before_a_midstream_flow_is_missing(void)
{
	struct talk *t = talk_new();

	say(t, C, 2000, 5000, "late");
	say(t, C, 1978, 5000, "early"); /* 17 bytes between them are in no packet */
	CHECK_EQ(9, UP.payload);
	CHECK_EQ(17, UP.missing);
	CHECK_EQ(1, COUNTED(GAPS));
	CHECK_EQ(17, COUNTED(MISSING));
	talk_free(t);
}

static void what_is_far_before_a_midstream_flow_adds_nothing(void)
{
	struct talk *t = talk_new();

	say(t, C, 20000, 5000, "late");
	say(t, C, 12000, 5000, "from before the capture");
	say(t, C, 19999, 5000, "k"); /* a keep-alive's byte */
	CHECK_EQ(4, UP.payload);
	CHECK_EQ(0, UP.missing);
	CHECK_EQ(0, COUNTED(EARLIER));
	talk_free(t);
}

static void before_a_syn_there_is_nothing(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "ab");
	say(t, C, 990, 5000, "0123456789");
	CHECK_EQ(2, UP.payload);
	CHECK_EQ(0, COUNTED(EARLIER));
	talk_free(t);
}

/*
 * Five times round: near each wrap, segments change places, come again across it, and
 * every tenth is not captured.
 */
static void losses_and_another_order_round_every_wrap_are_exact(void)
{
	enum { LENGTH = 60000, WRAPS = 5, NEAR = 40 * LENGTH };
	struct talk *t = talk_new();
	uint64_t at = 0, lost = 0, again = 0, end = (UINT64_C(1) << 32) * WRAPS + NEAR;
	unsigned i = 0;

	shake(t);
	for (; at < end; i++) {
		uint32_t seq = 1000 + (uint32_t)at;
		bool near = seq < NEAR || seq > UINT32_MAX - NEAR;

		if (near && i % 10 == 3) {
			lost += LENGTH;
			at += LENGTH;
			continue;
		}
		if (near && i % 10 == 5) { /* and the next one first */
			talk_tcp(t, C, TCP_ACK, seq + LENGTH, 5000, NULL, 0, LENGTH);
			talk_tcp(t, C, TCP_ACK, seq, 5000, NULL, 0, LENGTH);
			talk_tcp(t, C, TCP_ACK, seq + LENGTH / 2, 5000, NULL, 0, LENGTH);
			again += LENGTH;
			at += LENGTH;
			i++;
		} else {
			talk_tcp(t, C, TCP_ACK, seq, 5000, NULL, 0, LENGTH);
		}
		at += LENGTH;
		if (i % 4 == 1 || near)
			say(t, S, 5000, 1000 + (uint32_t)at, "");
	}
	for (i = 0; i < 2;
	     i++, at += LENGTH) { /* and it goes on, so that all is settled */
		talk_tcp(t, C, TCP_ACK, 1000 + (uint32_t)at, 5000, NULL, 0, LENGTH);
		say(t, S, 5000, 1000 + (uint32_t)at + LENGTH, "");
	}
	CHECK(lost >= (WRAPS * 2 - 1) * (uint64_t)NEAR / 10 - 2 * LENGTH);
	CHECK_EQ(at - lost, UP.payload);
	CHECK_EQ(lost, UP.missing);
	CHECK_EQ(again, UP.retransmitted);
	CHECK_EQ(at, t->given[TO_SERVER]);
	CHECK_EQ(lost, t->lost[TO_SERVER]);
	talk_free(t);
}

int main(void)
{
	TEST(other_bytes_under_waiting_ones_are_counted_and_lose);
	TEST(one_other_byte_is_found_anywhere_in_a_large_segment);
	TEST(where_bytes_are_not_at_hand_no_conflict_is_claimed);
	TEST(data_after_a_fin_is_counted_and_not_read);
	TEST(what_waits_behind_a_fin_is_stray);
	TEST(a_fin_far_outside_the_window_ends_nothing_and_adds_nothing);
	TEST(a_fin_that_comes_before_everything_else_loses_nothing);
	TEST(resets_with_the_wrong_number_change_nothing);
	TEST(what_came_just_before_the_first_of_a_midstream_flow_counts_once);
	TEST(a_small_hole_before_a_midstream_flow_is_missing);
	TEST(what_is_far_before_a_midstream_flow_adds_nothing);
	TEST(before_a_syn_there_is_nothing);
	TEST(losses_and_another_order_round_every_wrap_are_exact);
	return check_done();
}
