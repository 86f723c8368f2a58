// SPDX-License-Identifier: Apache-2.0
/*
 * sight_test.c - what is said of a span port, when, and when it is over.
 */
#include "output/sight.h"

#include "tests/check.h"

#define MINUTE INT64_C(60000000000)

static const struct counters none;
static char said[4096];

static void say(const char *sentence)
{
	strcat(said, sentence);
	strcat(said, "\n");
}

static void shares_below_the_usual_are_not_worth_a_word(void)
{
	struct counters c = none;
	char text[SIGHT_TEXT];

	for (int i = 0; i < SIGHTS; i++)
		CHECK(!sight_of((enum sight)i, &none, &c, text));
	c.at[COUNT_DECODER_PACKETS] = 1000;
	c.at[COUNT_DOUBLED_PACKETS] = 100;
	c.at[COUNT_FLOW_TALKED] = 100;
	c.at[COUNT_FLOW_ONE_SIDED] = 50;
	c.at[COUNT_DECODER_BYTES] = 100000000;
	c.at[COUNT_TCP_MISSING] = 1000000;
	for (int i = 0; i < SIGHTS; i++)
		CHECK(!sight_of((enum sight)i, &none, &c, text));
}

static void each_thing_is_said_with_its_figures(void)
{
	struct counters c = none;
	char text[SIGHT_TEXT];

	c.at[COUNT_DECODER_PACKETS] = 1000;
	c.at[COUNT_DOUBLED_PACKETS] = 499;
	CHECK(sight_of(SIGHT_DOUBLED, &none, &c, text));
	CHECK(strstr(text, "499 packets, 50 % of all, are copies"));
	c.at[COUNT_FLOW_TALKED] = 200;
	c.at[COUNT_FLOW_ONE_SIDED] = 190;
	CHECK(sight_of(SIGHT_ONE_SIDED, &none, &c, text));
	CHECK(strstr(text, "190 of 200 TCP connections were seen in one direction only"));
	c.at[COUNT_DECODER_BYTES] = 100000000;
	c.at[COUNT_TCP_MISSING] = 5000000;
	CHECK(sight_of(SIGHT_LOSSY, &none, &c, text));
	CHECK(strstr(text,
	             "5.00 MB were acknowledged by their receivers and never came"));
}

static void a_few_connections_say_nothing(void)
{
	struct counters c = none;
	char text[SIGHT_TEXT];

	c.at[COUNT_FLOW_TALKED] = c.at[COUNT_FLOW_ONE_SIDED] = 19;
	CHECK(!sight_of(SIGHT_ONE_SIDED, &none, &c, text));
	c.at[COUNT_FLOW_TALKED] = c.at[COUNT_FLOW_ONE_SIDED] = 20;
	CHECK(sight_of(SIGHT_ONE_SIDED, &none, &c, text));
}

/* Each part is judged by itself, the first after a minute, others after ten. */
static void a_watch_says_what_begins_and_what_is_over_once(void)
{
	struct sight_watch w = { 0 };
	struct counters c = none;
	int64_t time = 1000 * MINUTE;

	sight_watch(&w, &c, time, say);
	c.at[COUNT_DECODER_PACKETS] = 1000;
	c.at[COUNT_DOUBLED_PACKETS] = 400;
	sight_watch(&w, &c, time + MINUTE - 1, say);
	CHECK_TEXT("", said);
	sight_watch(&w, &c, time + MINUTE, say);
	CHECK(strstr(said, "40 % of all"));
	*said = '\0';
	for (int64_t i = 2; i <= 11; i++) { /* as before, and said already */
		c.at[COUNT_DECODER_PACKETS] += 100;
		c.at[COUNT_DOUBLED_PACKETS] += 50;
		sight_watch(&w, &c, time + i * MINUTE, say);
	}
	CHECK_TEXT("", said);
	for (int64_t i = 12; i <= 21; i++) {
		c.at[COUNT_DECODER_PACKETS] += 100;
		sight_watch(&w, &c, time + i * MINUTE, say);
	}
	CHECK_TEXT("packets no longer come twice\n", said);
}

int main(void)
{
	TEST(shares_below_the_usual_are_not_worth_a_word);
	TEST(each_thing_is_said_with_its_figures);
	TEST(a_few_connections_say_nothing);
	TEST(a_watch_says_what_begins_and_what_is_over_once);
	return check_done();
}
