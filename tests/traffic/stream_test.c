// SPDX-License-Identifier: Apache-2.0
/*
 * stream_test.c - what a TCP direction gives and counts, case by case.
 */
#include "tests/check.h"
#include "tests/traffic/talk.h"

#define UP   (t->flow->dir[TO_SERVER])
#define DOWN (t->flow->dir[TO_CLIENT])

static void segments_in_order_are_given_at_once(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "GET ");
	say(t, C, 1004, 5000, "/");
	say(t, S, 5000, 1005, "200");
	CHECK_TEXT("GET /", heard(t, TO_SERVER));
	CHECK_TEXT("200", heard(t, TO_CLIENT));
	CHECK_EQ(5, UP.payload);
	CHECK_EQ(3, DOWN.payload);
	CHECK_EQ(0, UP.missing + UP.retransmitted);
	talk_free(t);
}

static void a_retransmission_is_counted_and_not_given(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "abcdef");
	say(t, C, 1000, 5000, "ABCDEF");
	say(t, C, 1002, 5000, "CD");
	CHECK_TEXT("abcdef", heard(t, TO_SERVER));
	CHECK_EQ(6, UP.payload);
	CHECK_EQ(8, UP.retransmitted);
	talk_free(t);
}

static void of_an_overlap_only_what_is_new_counts(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "abcdef");
	say(t, C, 1004, 5000, "EFgh");
	CHECK_TEXT("abcdefgh", heard(t, TO_SERVER));
	CHECK_EQ(8, UP.payload);
	CHECK_EQ(2, UP.retransmitted);
	talk_free(t);
}

static void early_segments_wait_for_their_turn(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1006, 5000, "gh");
	say(t, C, 1002, 5000, "cd");
	say(t, C, 1010, 5000, "k");
	CHECK_TEXT("", heard(t, TO_SERVER));
	CHECK_EQ(0, UP.payload);
	say(t, C, 1000, 5000, "ab");
	CHECK_TEXT("abcd", heard(t, TO_SERVER));
	say(t, C, 1008, 5000, "ij");
	CHECK_TEXT("abcd", heard(t, TO_SERVER));
	say(t, C, 1004, 5000, "ef");
	CHECK_TEXT("abcdefghijk", heard(t, TO_SERVER));
	CHECK_EQ(11, UP.payload);
	CHECK_EQ(0, UP.missing + UP.retransmitted);
	CHECK_EQ(4, t->counters.at[COUNT_TCP_OUT_OF_ORDER]);
	talk_free(t);
}

static void of_what_is_held_the_first_copy_wins(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1004, 5000, "efgh");
	say(t, C, 1002, 5000, "CDEFGHIJ");
	say(t, C, 1000, 5000, "ABCDEFGHIJKL");
	CHECK_TEXT("ABCDefghIJKL", heard(t, TO_SERVER));
	CHECK_EQ(12, UP.payload);
	CHECK_EQ(4 + 2 + 4 + 2, UP.retransmitted);
	talk_free(t);
}

static void a_hole_that_is_acknowledged_and_passed_is_lost(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "ab");
	say(t, C, 1005, 5000, "fg"); /* "cde" was not captured */
	say(t, S, 5000, 1007, "");
	CHECK_TEXT("ab", heard(t, TO_SERVER)); /* it may come yet: captures mix */
	say(t, C, 1007, 5000, "h");
	CHECK_TEXT("ab???fgh", heard(t, TO_SERVER));
	CHECK_EQ(5, UP.payload);
	CHECK_EQ(3, UP.missing);
	CHECK_EQ(1, t->counters.at[COUNT_TCP_GAPS]);
	talk_free(t);
}

static void a_second_acknowledgement_does_too(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1005, 5000, "fg");
	say(t, S, 5000, 1007, "");
	say(t, S, 5000, 1007, "x");
	CHECK_TEXT("?????fg", heard(t, TO_SERVER));
	talk_free(t);
}

static void a_hole_that_is_not_acknowledged_waits(void)
{
	struct talk *t = talk_new();

	shake(t);
	for (uint32_t i = 1; i < 40; i++) {
		say(t, C, 1000 + i, 5000, "x");
		say(t, S, 5000, 1000, "");
	}
	CHECK_TEXT("", heard(t, TO_SERVER));
	say(t, C, 1000, 5000, "X");
	CHECK_EQ(40, UP.payload);
	CHECK_EQ(0, UP.missing);
	talk_free(t);
}

static void acknowledgements_captured_before_their_data_lose_nothing(void)
{
	struct talk *t = talk_new();

	shake(t);
	for (uint32_t i = 1; i <= 20; i++)
		say(t, S, 5000, 1000 + 2 * i, "");
	for (uint32_t i = 0; i < 20; i++)
		say(t, C, 1000 + 2 * i, 5000, "ab");
	CHECK_EQ(40, UP.payload);
	CHECK_EQ(0, UP.missing);
	talk_free(t);
}

static void where_no_acknowledgements_are_seen_patience_ends_a_hole(void)
{
	struct talk *t = talk_new();

	talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0);
	say(t, C, 1000, 5000, "ab");
	for (uint32_t i = 0; i < 16; i++)
		say(t, C, 1003 + i, 5000, "x");
	CHECK_TEXT("ab", heard(t, TO_SERVER));
	say(t, C, 1019, 5000, "y");
	CHECK_TEXT("ab?xxxxxxxxxxxxxxxxy", heard(t, TO_SERVER));
	talk_free(t);
}

static void a_cut_packet_counts_whole_and_shows_what_is_at_hand(void)
{
	struct talk *t = talk_new();

	shake(t);
	talk_tcp(t, C, TCP_ACK, 1000, 5000, "abc", 3, 10);
	talk_tcp(t, C, TCP_ACK, 1014, 5000, "op", 2, 4);    /* held */
	talk_tcp(t, C, TCP_ACK, 1006, 5000, "GHIJK", 5, 8); /* four of them are old */
	CHECK_TEXT("abc.......K...op..", heard(t, TO_SERVER));
	CHECK_EQ(18, UP.payload);
	CHECK_EQ(4, UP.retransmitted);
	talk_free(t);
}

static void large_held_segments_come_back_whole(void)
{
	struct talk *t = talk_new();
	uint8_t *big = malloc(60000);

	CHECK_MUST(big);
	for (uint32_t i = 0; i < 60000; i++)
		big[i] = (uint8_t)(i * 7 + i / 251);
	shake(t);
	talk_tcp(t, C, TCP_ACK, 1100, 5000, big + 100, 40000, 65000);
	talk_tcp(t, C, TCP_ACK, 1000, 5000, big, 100, 100);
	CHECK_EQ(65100, UP.payload);
	CHECK_EQ(65100, t->given[TO_SERVER]);
	CHECK(memcmp(t->got[TO_SERVER], big, 40100) == 0);
	CHECK_EQ('.', t->got[TO_SERVER][40100]);
	free(big);
	talk_free(t);
}

static void twenty_gigabytes_are_counted_past_every_wrap(void)
{
	struct talk *t = talk_new();
	uint64_t total = 0;
	uint32_t seq = 1000;

	shake(t);
	for (unsigned i = 0; i < 330000; i++) {
		if (i % 1000 == 500) { /* not captured */
			seq += 65000;
			total += 65000;
		}
		talk_tcp(t, C, TCP_ACK, seq, 5000, NULL, 0, 65000);
		seq += 65000;
		total += 65000;
		if (i % 4 == 3)
			say(t, S, 5000, seq, "");
	}
	CHECK(total > UINT64_C(20000000000));
	CHECK_EQ(total, UP.payload + UP.missing);
	CHECK_EQ(330 * 65000, UP.missing);
	CHECK_EQ(0, UP.retransmitted);
	talk_free(t);
}

static void both_ends_are_told_once_that_all_came(void)
{
	struct talk *t = talk_new();

	shake(t);
	talk_tcp(t, C, TCP_ACK | TCP_FIN, 1000, 5000, "bye", 3, 3);
	CHECK_EQ(1, t->complete[TO_SERVER]);
	CHECK_EQ(0, t->finished[TO_CLIENT]);
	say(t, S, 5000, 1004, "answer");
	talk_tcp(t, S, TCP_ACK | TCP_FIN, 5006, 1004, NULL, 0, 0);
	talk_tcp(t, S, TCP_ACK | TCP_FIN, 5006, 1004, NULL, 0, 0);
	talk_tcp(t, C, TCP_ACK, 1004, 5007, NULL, 0, 0);
	CHECK_EQ(3, UP.payload);
	CHECK_EQ(6, DOWN.payload);
	CHECK_EQ(0, UP.missing + DOWN.missing + UP.retransmitted + DOWN.retransmitted);
	talk_end(t);
	CHECK_EQ(1, t->finished[0]);
	CHECK_EQ(1, t->complete[0]);
	CHECK_EQ(1, t->finished[1]);
	CHECK_EQ(1, t->complete[1]);
	talk_free(t);
}

static void an_early_fin_waits_for_the_bytes_before_it(void)
{
	struct talk *t = talk_new();

	shake(t);
	talk_tcp(t, C, TCP_ACK | TCP_FIN, 1004, 5000, NULL, 0, 0);
	talk_tcp(t, C, TCP_ACK | TCP_FIN, 1004, 5000, NULL, 0, 0);
	say(t, C, 1002, 5000, "cd");
	CHECK_EQ(0, t->finished[TO_SERVER]);
	say(t, C, 1000, 5000, "ab");
	CHECK_TEXT("abcd", heard(t, TO_SERVER));
	CHECK_EQ(1, t->complete[TO_SERVER]);
	CHECK_EQ(4, UP.payload);
	talk_free(t);
}

static void a_reset_breaks_both_directions_off(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "ab");
	say(t, C, 1005, 5000, "f");
	talk_tcp(t, S, TCP_RST, 5000, 0, NULL, 0, 0);
	CHECK_TEXT("ab???f", heard(t, TO_SERVER));
	CHECK_EQ(FLOW_CLOSED, t->flow->state);
	CHECK_EQ(1, t->finished[0]);
	CHECK_EQ(1, t->finished[1]);
	CHECK_EQ(0, t->complete[0] + t->complete[1]);
	say(t, C, 1006, 5000, "more"); /* counted, no longer given */
	CHECK_EQ(7, UP.payload);
	CHECK_EQ(6, t->given[TO_SERVER]);
	talk_end(t);
	CHECK_EQ(1, t->finished[0]);
	talk_free(t);
}

static void a_reset_from_nowhere_is_not_believed(void)
{
	struct talk *t = talk_new();

	shake(t);
	talk_tcp(t, S, TCP_RST, 5000 + (3u << 20), 0, NULL, 0, 0);
	CHECK_EQ(FLOW_ESTABLISHED, t->flow->state);
	CHECK_EQ(0, t->finished[0] + t->finished[1]);
	CHECK_EQ(1, t->counters.at[COUNT_TCP_STRAY]);
	talk_free(t);
}

static void a_flow_can_begin_in_the_middle(void)
{
	struct talk *t = talk_new();

	say(t, C, 777777, 888, "abc");
	say(t, C, 777780, 888, "def");
	say(t, S, 888, 777783, "ok");
	CHECK(t->flow->midstream);
	CHECK_EQ(6, UP.payload);
	CHECK_EQ(2, DOWN.payload);
	CHECK_EQ(0, UP.missing + DOWN.missing);
	CHECK_TEXT("abcdef", heard(t, TO_SERVER));
	talk_free(t);
}

static void what_was_in_flight_before_the_middle_is_not_missing(void)
{
	struct talk *t = talk_new();

	say(t, S, 888, 1000, ""); /* acknowledges up to 1000 */
	say(t, C, 9000, 888, "abc");
	say(t, S, 888, 9003, "");
	say(t, S, 888, 9003, "");
	CHECK_EQ(3, UP.payload);
	CHECK_EQ(0, UP.missing);
	talk_free(t);
}

static void data_in_a_syn_counts(void)
{
	struct talk *t = talk_new();

	talk_tcp(t, C, TCP_SYN, 999, 0, "early", 5, 5);
	talk_tcp(t, C, TCP_SYN, 999, 0, "early", 5, 5);
	talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, 1005, NULL, 0, 0);
	say(t, C, 1005, 5000, "late");
	CHECK_TEXT("earlylate", heard(t, TO_SERVER));
	CHECK_EQ(9, UP.payload);
	CHECK_EQ(5, UP.retransmitted);
	talk_free(t);
}

static void a_keep_alive_adds_nothing(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "abc");
	say(t, C, 1002, 5000, "x");
	say(t, C, 1002, 5000, "");
	say(t, S, 5000, 1003, "");
	CHECK_EQ(3, UP.payload);
	CHECK_EQ(1, UP.retransmitted);
	talk_free(t);
}

static void a_window_probe_counts_its_byte_once(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "abc");
	say(t, C, 1003, 5000, "d"); /* one beyond the window */
	say(t, S, 5000, 1003, "");
	say(t, C, 1003, 5000, "defg");
	CHECK_TEXT("abcdefg", heard(t, TO_SERVER));
	CHECK_EQ(7, UP.payload);
	CHECK_EQ(1, UP.retransmitted);
	talk_free(t);
}

static void a_segment_from_nowhere_adds_nothing(void)
{
	static const uint32_t jump[] = { 100000, 50u << 20, 1u << 30, 2u << 30,
		                         3u << 30 };

	for (size_t i = 0; i < sizeof(jump) / sizeof(*jump); i++) {
		struct talk *t = talk_new();

		shake(t);
		say(t, C, 1000, 5000, "ab");
		say(t, C, 1002 + jump[i], 5000, "spoofed");
		say(t, S, 5000, 1002, "");
		for (uint32_t j = 0; j < 200; j++)
			say(t, C, 1002 + j, 5000, "x");
		talk_end(t);
		CHECK_EQ(202, t->over.dir[TO_SERVER].payload);
		CHECK_EQ(0, t->over.dir[TO_SERVER].missing);
		CHECK_EQ(202, t->given[TO_SERVER]);
		talk_free(t);
	}
}

static void an_acknowledgement_from_nowhere_adds_nothing(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, S, 5000, 1000 + (1u << 29), "");
	say(t, C, 1000, 5000, "abc");
	say(t, S, 5000, 1003, "");
	say(t, S, 5000, 1003 + (3u << 30), "");
	talk_end(t);
	CHECK_EQ(3, t->over.dir[TO_SERVER].payload);
	CHECK_EQ(0, t->over.dir[TO_SERVER].missing);
	talk_free(t);
}

static void a_jump_that_is_gone_on_from_counts(void)
{
	struct talk *t = talk_new();
	uint32_t far = 1002 + (500u << 20);

	shake(t);
	say(t, C, 1000, 5000, "ab");
	/* half a gigabyte passed while the capture was not looking */
	say(t, C, far, 5000, "cd");
	say(t, S, 5000, far + 2, "");
	say(t, C, far + 2, 5000, "ef");
	CHECK_EQ(6, UP.payload);
	CHECK_EQ(500 << 20, UP.missing);
	talk_free(t);
}

static void a_stream_that_went_on_elsewhere_is_found_again(void)
{
	struct talk *t = talk_new();
	uint32_t far = 1002 + (2u << 30);

	shake(t);
	say(t, C, 1000, 5000, "ab");
	for (uint32_t i = 0; i < 200; i++)
		say(t, C, far + i, 5000, "x");
	CHECK_EQ(202, UP.payload);
	CHECK_EQ(1, UP.missing); /* how many, nobody knows */
	CHECK_EQ(203, t->given[TO_SERVER]);
	talk_free(t);
}

static void at_the_bound_the_oldest_hole_is_stepped_over(void)
{
	struct talk *t = talk_new_with(1 << 20, 8, 64);

	shake(t);
	say(t, S, 5000, 1000, "");
	for (uint32_t i = 0; i < 8; i++)
		say(t, C, 1002 + 2 * i, 5000, "x"); /* a hole before each */
	CHECK_EQ(0, UP.payload);
	CHECK_EQ(8, UP.held_count);
	say(t, C, 1018, 5000, "x");
	CHECK_EQ(1, UP.payload);
	CHECK_EQ(2, UP.missing);
	CHECK_EQ(8, UP.held_count);
	talk_free(t);
}

static void without_memory_for_bytes_their_number_is_held(void)
{
	struct talk *t = talk_new_with(0, 64, 64); /* 16 blocks */
	uint8_t data[2000];

	memset(data, 'x', sizeof(data));
	shake(t);
	say(t, S, 5000, 1000, "");
	for (uint32_t i = 1; i <= 20; i++)
		talk_tcp(t, C, TCP_ACK, 1000 + 2000 * i, 5000, data, 2000, 2000);
	CHECK_EQ(4, t->counters.at[COUNT_TCP_HELD_FULL]);
	talk_tcp(t, C, TCP_ACK, 1000, 5000, data, 2000, 2000);
	CHECK_EQ(42000, UP.payload);
	CHECK_EQ('x', t->got[TO_SERVER][33999]);
	CHECK_EQ('.', t->got[TO_SERVER][34000]);
	talk_free(t);
}

static void without_memory_for_ranges_small_holes_are_stepped_over(void)
{
	struct talk *t = talk_new_with(0, 64, 64); /* 64 ranges */

	for (uint16_t flow = 0; flow < 4; flow++) {
		t->port = (uint16_t)(40000 + flow);
		shake(t);
		say(t, S, 5000, 1000, "");
		for (uint32_t i = 1; i <= 30; i++)
			say(t, C, 1000 + 2 * i, 5000, "x");
	}
	t->port = 50000;
	shake(t);
	say(t, S, 5000, 1000, "");
	say(t, C, 1000 + (1 << 24), 5000, "spoofed");
	say(t, C, 1010, 5000, "y");
	CHECK_EQ(1, UP.payload);
	CHECK_EQ(10, UP.missing);
	CHECK(t->counters.at[COUNT_TCP_STRAY] > 0);
	talk_end(t);
	CHECK_EQ(5, t->ended);
	talk_free(t);
}

static void a_direction_that_nobody_reads_is_only_counted(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "ab");
	UP.dead = 1;
	say(t, C, 1002, 5000, "cd");
	for (uint32_t i = 0; i < 500; i++) /* one hole, whatever comes after it */
		say(t, C, 1005 + i, 5000, "x");
	CHECK_EQ(4, UP.payload);
	say(t, C, 1004, 5000, "e");
	CHECK_EQ(505, UP.payload);
	CHECK_EQ(0, UP.missing);
	CHECK_EQ(2, t->given[TO_SERVER]);
	CHECK_EQ(0, t->counters.at[COUNT_TCP_HELD_FULL]);
	talk_free(t);
}

static void where_only_the_receiver_is_seen_its_acknowledgements_count(void)
{
	struct talk *t = talk_new();
	uint32_t ack = 1000;

	talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, ack, NULL, 0, 0);
	for (unsigned i = 0; i < 100000; i++)
		say(t, S, 5000, ack += 2 * 1448, "");
	CHECK(UP.missing >= (ack - 1000) - (1 << 17));
	talk_tcp(t, S, TCP_ACK | TCP_FIN, 5000, ack + 1, NULL, 0, 0);
	talk_end(t);
	CHECK_EQ(ack - 1000, t->over.dir[TO_SERVER].missing);
	CHECK_EQ(ack - 1000, t->given[TO_SERVER]);
	CHECK_EQ(0, t->over.dir[TO_CLIENT].missing);
	talk_free(t);
}

static void a_tail_that_was_acknowledged_is_missing_at_the_end(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "abc");
	say(t, S, 5000, 1100, "");
	say(t, S, 5000, 1100, "");
	CHECK_EQ(0, UP.missing);
	talk_end(t);
	CHECK_EQ(97, t->over.dir[TO_SERVER].missing);
	CHECK_EQ(100, t->given[TO_SERVER]);
	talk_free(t);
}

static void the_number_of_an_unseen_fin_is_no_byte(void)
{
	struct talk *t = talk_new();

	shake(t);
	say(t, C, 1000, 5000, "abc");
	say(t, S, 5000, 1004, ""); /* the client's FIN was not captured */
	talk_tcp(t, S, TCP_ACK | TCP_FIN, 5000, 1004, NULL, 0, 0);
	talk_tcp(t, C, TCP_ACK, 1004, 5001, NULL, 0, 0);
	talk_end(t);
	CHECK_EQ(3, t->over.dir[TO_SERVER].payload);
	CHECK_EQ(0, t->over.dir[TO_SERVER].missing);
	talk_free(t);
}

static void an_unanswered_syn_with_another_number_starts_again(void)
{
	struct talk *t = talk_new();

	talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0);
	talk_tcp(t, C, TCP_SYN, 70000999, 0, NULL, 0, 0);
	talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, 70001000, NULL, 0, 0);
	say(t, C, 70001000, 5000, "abc");
	CHECK_EQ(3, UP.payload);
	CHECK_EQ(0, UP.missing);
	CHECK_TEXT("abc", heard(t, TO_SERVER));
	talk_free(t);
}

static void of_two_answers_the_one_that_is_acknowledged_counts(void)
{
	struct talk *t = talk_new();

	talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0);
	talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, 1000, NULL, 0, 0);
	talk_tcp(t, S, TCP_SYN | TCP_ACK, 16000000, 1000, NULL, 0, 0);
	say(t, C, 1000, 5000, "ask");
	say(t, S, 5000, 1003, "answer");
	CHECK_TEXT("answer", heard(t, TO_CLIENT));
	CHECK_EQ(0, DOWN.missing + DOWN.retransmitted);
	talk_free(t);
}

static void a_false_syn_hides_nothing(void)
{
	static const uint32_t false_number[] = { 500u << 20, 0u - (500u << 20) };

	for (unsigned when = 0; when < 4; when++) {
		struct talk *t = talk_new();
		uint32_t lie = 999 + false_number[when & 1];

		talk_tcp(t, C, TCP_SYN, 999, 0, NULL, 0, 0);
		if (when & 2)
			talk_tcp(t, C, TCP_SYN, lie, 0, NULL, 0, 0);
		talk_tcp(t, S, TCP_SYN | TCP_ACK, 4999, 1000, NULL, 0, 0);
		if (!(when & 2))
			talk_tcp(t, C, TCP_SYN, lie, 0, NULL, 0, 0);
		for (uint32_t i = 0; i < 1000; i++)
			say(t, C, 1000 + i, 5000, "x");
		CHECK(UP.payload + UP.missing >= 1000);
		talk_free(t);
	}
}

static void data_far_behind_the_beginning_is_new(void)
{
	struct talk *t = talk_new();

	say(t, C, 1000 + (800u << 20), 5000,
	    "lie"); /* picked up in the middle, falsely */
	for (uint32_t i = 0; i < 1000; i++)
		say(t, C, 1000 + i, 5000, "x");
	CHECK_EQ(1003, UP.payload);
	CHECK_EQ(0, UP.retransmitted);
	talk_free(t);
}

int main(void)
{
	TEST(segments_in_order_are_given_at_once);
	TEST(a_retransmission_is_counted_and_not_given);
	TEST(of_an_overlap_only_what_is_new_counts);
	TEST(early_segments_wait_for_their_turn);
	TEST(of_what_is_held_the_first_copy_wins);
	TEST(a_hole_that_is_acknowledged_and_passed_is_lost);
	TEST(a_second_acknowledgement_does_too);
	TEST(a_hole_that_is_not_acknowledged_waits);
	TEST(acknowledgements_captured_before_their_data_lose_nothing);
	TEST(where_no_acknowledgements_are_seen_patience_ends_a_hole);
	TEST(a_cut_packet_counts_whole_and_shows_what_is_at_hand);
	TEST(large_held_segments_come_back_whole);
	TEST(twenty_gigabytes_are_counted_past_every_wrap);
	TEST(both_ends_are_told_once_that_all_came);
	TEST(an_early_fin_waits_for_the_bytes_before_it);
	TEST(a_reset_breaks_both_directions_off);
	TEST(a_reset_from_nowhere_is_not_believed);
	TEST(a_flow_can_begin_in_the_middle);
	TEST(what_was_in_flight_before_the_middle_is_not_missing);
	TEST(data_in_a_syn_counts);
	TEST(a_keep_alive_adds_nothing);
	TEST(a_window_probe_counts_its_byte_once);
	TEST(a_segment_from_nowhere_adds_nothing);
	TEST(an_acknowledgement_from_nowhere_adds_nothing);
	TEST(a_jump_that_is_gone_on_from_counts);
	TEST(a_stream_that_went_on_elsewhere_is_found_again);
	TEST(at_the_bound_the_oldest_hole_is_stepped_over);
	TEST(without_memory_for_bytes_their_number_is_held);
	TEST(without_memory_for_ranges_small_holes_are_stepped_over);
	TEST(a_direction_that_nobody_reads_is_only_counted);
	TEST(where_only_the_receiver_is_seen_its_acknowledgements_count);
	TEST(a_tail_that_was_acknowledged_is_missing_at_the_end);
	TEST(the_number_of_an_unseen_fin_is_no_byte);
	TEST(an_unanswered_syn_with_another_number_starts_again);
	TEST(of_two_answers_the_one_that_is_acknowledged_counts);
	TEST(a_false_syn_hides_nothing);
	TEST(data_far_behind_the_beginning_is_new);
	return check_done();
}
