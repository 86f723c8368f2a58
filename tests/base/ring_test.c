// SPDX-License-Identifier: Apache-2.0
/*
 * ring_test.c - one thread, then two: every message comes once, whole, in order.
 */
#include <pthread.h>
#include <time.h>

#include "base/ring.h"
#include "tests/check.h"

static void a_message_is_read_where_it_lies_and_in_its_turn(void)
{
	struct ring *ring = ring_new(1024);
	size_t n;
	char *p;

	CHECK(!ring_peek(ring, &n));
	for (int i = 1; i <= 3; i++) {
		p = ring_reserve(ring, (size_t)i * 5);
		CHECK_MUST(p);
		CHECK_EQ(0, (uintptr_t)p % 16);
		memset(p, 'a' + i, (size_t)i * 5);
		CHECK_EQ(i > 1, ring_peek(ring, &n) != NULL); /* not before its commit */
		ring_commit(ring);
	}
	for (int i = 1; i <= 3; i++) {
		p = ring_peek(ring, &n);
		CHECK_MUST(p);
		CHECK_EQ(i * 5, n);
		CHECK_EQ('a' + i, p[0]);
		CHECK_EQ('a' + i, p[n - 1]);
		CHECK(ring_peek(ring, &n) == p);
		ring_next(ring);
	}
	CHECK(!ring_peek(ring, &n));
	ring_free(ring);
}

static void a_full_ring_refuses_until_something_was_read(void)
{
	struct ring *ring = ring_new(1024);
	size_t n, messages = 0;

	while (ring_reserve(ring, 100)) {
		ring_commit(ring);
		messages++;
	}
	CHECK_EQ(1024 / 128, messages); /* a header of 16, then 112 */
	CHECK(!ring_reserve(ring, 1));
	CHECK(ring_peek(ring, &n) != NULL);
	ring_next(ring);
	CHECK(ring_reserve(ring, 100) != NULL);
	ring_free(ring);
}

static void the_largest_message_fits_wherever_the_ring_stands(void)
{
	struct ring *ring = ring_new(1024);
	size_t most = ring_message_max(ring), n;

	CHECK_EQ(512, most);
	for (size_t step = 1; step < 400; step++) {
		uint8_t *p = ring_reserve(ring, step);

		CHECK_MUST(p);
		ring_commit(ring);
		ring_peek(ring, &n);
		ring_next(ring);
		p = ring_reserve(ring, most);
		CHECK_MUST(p);
		memset(p, (int)step, most);
		ring_commit(ring);
		p = ring_peek(ring, &n);
		CHECK_MUST(p && n == most);
		CHECK_EQ((uint8_t)step, p[0]);
		CHECK_EQ((uint8_t)step, p[most - 1]);
		ring_next(ring);
	}
	ring_free(ring);
}

static void a_reservation_taken_again_is_one_message(void)
{
	struct ring *ring = ring_new(1024);
	size_t n;

	ring_reserve(ring, 400);
	ring_reserve(ring, 8);
	ring_commit(ring);
	CHECK(ring_peek(ring, &n) != NULL);
	CHECK_EQ(8, n);
	ring_next(ring);
	CHECK(!ring_peek(ring, &n));
	ring_free(ring);
}

/* Two threads. */

struct traffic {
	struct ring *ring;
	uint32_t messages;
	uint32_t writer_naps; /* one in so many messages is followed by a nap; 0: none */
	uint32_t reader_naps;
	bool polls; /* neither side waits in the ring */
};

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void *write_all(void *of)
{
	struct traffic *t = of;
	uint32_t random = 1;

	for (uint32_t i = 0; i < t->messages; i++) {
		size_t n = 4 + next_random(&random) % 500;
		uint32_t *p;

		if (t->polls)
			while (!(p = ring_reserve(t->ring, n)))
				;
		else
			p = ring_reserve_wait(t->ring, n);
		memset(p, (int)(i & 0xff), n);
		*p = i;
		ring_commit(t->ring);
		if (t->writer_naps && i % t->writer_naps == 0)
			nap();
	}
	return NULL;
}

/* How many messages were not what was sent. */
static uint32_t read_all(struct traffic *t)
{
	uint32_t random = 1, wrong = 0;

	for (uint32_t i = 0; i < t->messages; i++) {
		size_t want = 4 + next_random(&random) % 500, n = 0;
		uint8_t *p;

		if (t->polls)
			while (!(p = ring_peek(t->ring, &n)))
				;
		else
			p = ring_peek_wait(t->ring, &n);
		if (n != want || *(uint32_t *)(void *)p != i ||
		    (n > 4 && p[n - 1] != (i & 0xff)))
			wrong++;
		ring_next(t->ring);
		if (t->reader_naps && i % t->reader_naps == 0)
			nap();
	}
	return wrong;
}

static void pass(struct traffic t)
{
	pthread_t writer;
	size_t n;

	t.ring = ring_new(4096);
	CHECK_MUST(pthread_create(&writer, NULL, write_all, &t) == 0);
	CHECK_EQ(0, read_all(&t));
	pthread_join(writer, NULL);
	CHECK(!ring_peek(t.ring, &n));
	ring_free(t.ring);
}

static void every_message_comes_once_whole_and_in_order(void)
{
	pass((struct traffic){ .messages = 300000 });
}

static void a_slow_reader_loses_nothing(void)
{
	pass((struct traffic){ .messages = 20000, .reader_naps = 100 });
}

static void a_slow_writer_is_waited_for(void)
{
	pass((struct traffic){ .messages = 20000, .writer_naps = 100 });
}

static void sides_that_fall_asleep_in_turn_wake_each_other(void)
{
	pass((struct traffic){
		.messages = 20000, .writer_naps = 70, .reader_naps = 110 });
}

static void sides_that_only_poll_need_no_wait(void)
{
	pass((struct traffic){ .messages = 2000, .polls = true });
}

static void a_waiting_thread_burns_no_processor_time(void)
{
	struct traffic t = { .ring = ring_new(4096), .messages = 1 };
	struct timespec before, after;
	pthread_t writer;
	size_t n;

	/* fill it, so that the writer sleeps for room */
	while (ring_reserve(t.ring, 500))
		ring_commit(t.ring);
	CHECK_MUST(pthread_create(&writer, NULL, write_all, &t) == 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	CHECK((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec -
	              before.tv_nsec <
	      100000000);
	while (ring_peek(t.ring, &n)) {
		ring_next(t.ring);
	}
	pthread_join(writer, NULL);
	ring_free(t.ring);
}

int main(void)
{
	TEST(a_message_is_read_where_it_lies_and_in_its_turn);
	TEST(a_full_ring_refuses_until_something_was_read);
	TEST(the_largest_message_fits_wherever_the_ring_stands);
	TEST(a_reservation_taken_again_is_one_message);
	TEST(every_message_comes_once_whole_and_in_order);
	TEST(a_slow_reader_loses_nothing);
	TEST(a_slow_writer_is_waited_for);
	TEST(sides_that_fall_asleep_in_turn_wake_each_other);
	TEST(sides_that_only_poll_need_no_wait);
	TEST(a_waiting_thread_burns_no_processor_time);
	return check_done();
}
