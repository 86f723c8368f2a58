// SPDX-License-Identifier: Apache-2.0
/*
 * live_test.c - several interfaces as one sequence, and clocks that people set; with taps
 * and clocks of the test's own.
 */
#include "traffic/live.h"

#include <string.h>
#include <time.h>

#include "base/error.h"
#include "tests/check.h"
#include "traffic/filter.h"

#define SECOND INT64_C(1000000000)

enum { WAITING = 16 };

/* What the kernel has for an interface. */
struct tap {
	char name[8];
	bool there, down;
	int64_t times[WAITING];
	unsigned first, n;
	struct tap_counts counts;
};

static struct tap taps[2] = { { .name = "one" }, { .name = "two" } };
static int64_t wall, steady;
static struct counters counters;
static char said[4096];

int clock_gettime(clockid_t which, struct timespec *ret)
{
	int64_t now = which == CLOCK_REALTIME ? wall : steady;

	ret->tv_sec = now / SECOND;
	ret->tv_nsec = now % SECOND;
	return 0;
}

static void pass(int64_t ns)
{
	wall += ns;
	steady += ns;
}

struct tap *tap_open(const char *interface, const struct tap_options *options,
                     bool *wrong, struct error *err)
{
	struct tap *tap = &taps[strcmp(interface, "two") == 0];

	(void)options;
	*wrong = strcmp(interface, "wrong") == 0;
	if (!*wrong && tap->there) {
		tap->down = false;
		return tap;
	}
	error_set(err, "%s: no such device", interface);
	return NULL;
}

void tap_close(struct tap *tap)
{
	if (tap)
		tap->first = tap->n = 0;
}

enum tap_got tap_read(struct tap *tap, struct packet *p, struct error *err)
{
	static const uint8_t data[1];

	if (tap->down) {
		error_set(err, "%s: it went away", tap->name);
		return TAP_DOWN;
	}
	if (tap->n == 0)
		return TAP_NOTHING;
	p->time = tap->times[tap->first++];
	p->caplen = p->wirelen = 1;
	p->data = data;
	tap->n--;
	return TAP_PACKET;
}

int tap_link(const struct tap *tap)
{
	return tap == &taps[0] ? 1 : 12;
}

int tap_fd(const struct tap *tap)
{
	(void)tap;
	return -1;
}

void tap_counts(struct tap *tap, struct tap_counts *counts)
{
	*counts = tap->counts;
}

char *tap_offloads(const char *interface, char text[TAP_OFFLOADS])
{
	return strcpy(text, strcmp(interface, "two") == 0 ? "gro lro" : "");
}

const char *link_name(int link)
{
	return link == 1 ? "EN10MB" : "RAW";
}

static void say(void *arg, const char *sentence)
{
	(void)arg;
	strcat(said, sentence);
	strcat(said, "\n");
}

static void comes(struct tap *tap, int64_t time)
{
	if (tap->n == 0)
		tap->first = 0;
	tap->times[tap->first + tap->n++] = time;
}

static struct live *begin(size_t n)
{
	static const char *const names[] = { "one", "two" };
	static const struct tap_options options = { .buffer = 1 << 20 };
	struct error err = { "" };

	memset(&counters, 0, sizeof(counters));
	memset(taps[0].times, 0, sizeof(taps[0].times));
	for (unsigned i = 0; i < 2; i++) {
		taps[i].there = true;
		taps[i].n = taps[i].first = 0;
		taps[i].counts = (struct tap_counts){ 0 };
	}
	wall = 1000000 * SECOND;
	steady = 77 * SECOND;
	*said = '\0';
	return live_open(names, n, &options, say, NULL, &counters, &err);
}

static int64_t next_time(struct live *live, int64_t since)
{
	struct packet p;
	int link;

	return live_next(live, &p, since, &link) ? p.time : -1;
}

static void the_earliest_of_all_interfaces_comes_first(void)
{
	struct live *live = begin(2);
	struct packet p;
	int link;

	comes(&taps[0], 10);
	comes(&taps[0], 30);
	comes(&taps[1], 20);
	comes(&taps[1], 40);
	for (int64_t i = 1; i <= 4; i++) {
		CHECK_MUST(live_next(live, &p, 0, &link));
		CHECK_EQ(10 * i, p.time);
		CHECK_EQ((uint64_t)i, p.number);
		CHECK_EQ((i + 1) % 2, p.input);
		CHECK_EQ(i % 2 ? 1 : 12, link);
	}
	CHECK(!live_next(live, &p, 0, &link));
	live_close(live);
}

static void a_time_before_the_last_one_is_lifted_and_counted(void)
{
	struct live *live = begin(1);

	comes(&taps[0], 90);
	CHECK_EQ(100, next_time(live, 100));
	CHECK_EQ(1, counters.at[COUNT_CAPTURE_BACKWARDS]);
	live_close(live);
}

static void what_is_said_of_an_interface_names_its_offloads(void)
{
	struct live *live = begin(2);

	CHECK(strstr(said, "listening on one (EN10MB)\n"));
	CHECK(strstr(said, "listening on two (RAW)\n"));
	CHECK(strstr(said, "ethtool -K two gro off lro off\n"));
	CHECK(!strstr(said, "ethtool -K one"));
	live_close(live);
}

static void one_that_goes_away_is_taken_again_and_its_losses_are_not_forgotten(void)
{
	struct live *live = begin(1);

	taps[0].counts.dropped = 7;
	taps[0].down = true;
	taps[0].there = false;
	CHECK_EQ(-1, next_time(live, 0));
	CHECK_EQ(1, counters.at[COUNT_INTERFACE_LOST]);
	taps[0].there = true;
	taps[0].counts.dropped = 0;
	live_wait(live, 0);
	CHECK(!strstr(strstr(said, "waiting for it"), "listening"));
	pass(2 * SECOND);
	live_wait(live, 0);
	CHECK(strstr(strstr(said, "waiting for it"), "listening on one"));
	taps[0].counts.dropped = 2;
	live_count(live);
	CHECK_EQ(9, counters.at[COUNT_CAPTURE_DROPPED]);
	comes(&taps[0], 5);
	CHECK_EQ(5, next_time(live, 0));
	live_close(live);
}

static void losses_are_said_when_they_begin_and_when_they_are_ten_times_as_many(void)
{
	static const unsigned counts[] = { 0, 1, 5, 10, 11, 100, 111 };
	unsigned lines = 0;
	struct live *live = begin(1);

	*said = '\0';
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		taps[0].counts.dropped = counts[i];
		live_count(live);
	}
	for (const char *at = said; (at = strstr(at, "packets were lost")); at++)
		lines++;
	CHECK_EQ(3, lines); /* at 1, 11, 111 */
	CHECK_EQ(111, counters.at[COUNT_CAPTURE_DROPPED]);
	live_close(live);
}

/* An hour forward, an hour back and once more, with packets that waited meanwhile. */
static void times_go_on_when_the_clock_is_set(void)
{
	static const int64_t steps[] = { 3600 * SECOND, -3600 * SECOND, -7200 * SECOND,
		                         3 * SECOND };
	struct live *live = begin(1);
	int64_t engine = wall, offset = 0;

	comes(&taps[0], wall);
	CHECK_EQ(engine, next_time(live, 0));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		pass(SECOND / 10);
		comes(&taps[0], wall); /* waits */
		wall += steps[i];
		offset += steps[i];
		pass(SECOND / 10);
		live_wait(live, 0);
		comes(&taps[0], wall);
		CHECK_EQ(engine + SECOND / 10, next_time(live, engine));
		CHECK_EQ(engine + SECOND / 5, next_time(live, engine));
		CHECK_EQ(offset, live_offset(live));
		engine += SECOND / 5;
		CHECK_EQ(wall, engine + live_offset(live));
		CHECK(strstr(said, i % 2 ? "set" : "the clock was set"));
	}
	CHECK_EQ(0, counters.at[COUNT_CAPTURE_BACKWARDS]);
	live_close(live);
}

static void a_clock_that_is_slewed_is_not_set(void)
{
	struct live *live = begin(1);

	for (unsigned i = 0; i < 100; i++) {
		pass(SECOND);
		wall += SECOND / 20;
		live_wait(live, 0);
	}
	CHECK_EQ(0, live_offset(live));
	live_close(live);
}

int main(void)
{
	TEST(the_earliest_of_all_interfaces_comes_first);
	TEST(a_time_before_the_last_one_is_lifted_and_counted);
	TEST(what_is_said_of_an_interface_names_its_offloads);
	TEST(one_that_goes_away_is_taken_again_and_its_losses_are_not_forgotten);
	TEST(losses_are_said_when_they_begin_and_when_they_are_ten_times_as_many);
	TEST(times_go_on_when_the_clock_is_set);
	TEST(a_clock_that_is_slewed_is_not_set);
	return check_done();
}
