// SPDX-License-Identifier: Apache-2.0
/*
 * outbox_test.c - nobody waits, alerts outlive all else, and what is lost is counted.
 */
#include "run/outbox.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "run/spool.h"
#include "tests/check.h"

enum { QUEUE = 4 << 20, LINE = 1000, SEEN = 1 << 16 };

/* A sink that does as it is told. */
static struct {
	_Atomic int answer; /* enum sink_put */
	_Atomic unsigned n; /* records taken */
	_Atomic unsigned reopened, rotated, flushed;
	uint64_t seqs[SEEN];
	bool alerts[SEEN];
	bool closed;
} fake;

static bool wants(void *state, enum record_kind kind, uint8_t level)
{
	(void)state;
	(void)level;
	return kind != RECORD_STATS;
}

static enum sink_put put(void *state, const struct record *r, struct error *why)
{
	int answer = atomic_load(&fake.answer);

	(void)state;
	if (answer != SINK_TAKEN) {
		error_set(why, "as it was told");
		return (enum sink_put)answer;
	}
	CHECK(r->n > 2 && r->line[0] == '{' && r->line[r->n - 1] == '}');
	fake.seqs[fake.n] = r->seq;
	fake.alerts[fake.n] = r->kind == RECORD_ALERT;
	atomic_fetch_add(&fake.n, 1);
	return SINK_TAKEN;
}

static enum sink_put flush(void *state, struct error *why)
{
	(void)state;
	(void)why;
	atomic_fetch_add(&fake.flushed, 1);
	return SINK_TAKEN;
}

static void reopen(void *state)
{
	(void)state;
	atomic_fetch_add(&fake.reopened, 1);
}

static void rotate(void *state)
{
	(void)state;
	atomic_fetch_add(&fake.rotated, 1);
}

static uint64_t finish(void *state)
{
	(void)state;
	fake.closed = true;
	return 0;
}

static struct outbox *begin(int answer, const char *spool, uint64_t spool_size)
{
	struct sink sink = { .name = "fake",
		             .state = &fake,
		             .wants = wants,
		             .put = put,
		             .flush = flush,
		             .reopen = reopen,
		             .rotate = rotate,
		             .close = finish };
	struct outbox_options options = { .queue = QUEUE,
		                          .spool = spool,
		                          .spool_size = spool_size };
	struct outbox *o;

	memset(&fake, 0, sizeof(fake));
	fake.answer = answer;
	o = outbox_new(&sink, &options, NULL);
	CHECK_MUST(o);
	return o;
}

static void give(struct outbox *o, enum record_kind kind, uint64_t seq)
{
	static char line[LINE];
	struct record r = {
		.kind = kind, .level = 2, .time = 5, .seq = seq, .line = line, .n = LINE
	};

	memset(line, ' ', sizeof(line));
	line[0] = '{';
	line[LINE - 1] = '}';
	outbox_put(o, &r);
}

static bool soon(_Atomic unsigned *what, unsigned n)
{
	for (unsigned i = 0; i < 500 && atomic_load(what) < n; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	return atomic_load(what) >= n;
}

static void records_arrive_in_order_and_are_flushed_when_no_more_come(void)
{
	struct outbox *o = begin(SINK_TAKEN, NULL, 0);
	struct outbox_counts counts;

	for (unsigned i = 1; i <= 1000; i++)
		give(o, i % 7 ? RECORD_FLOW : RECORD_ALERT, i);
	give(o, RECORD_STATS, 1001); /* it does not want these */
	CHECK(soon(&fake.n, 1000));
	CHECK(soon(&fake.flushed, 1));
	outbox_close(o, &counts);
	CHECK(fake.closed);
	CHECK_EQ(1000, fake.n);
	CHECK_EQ(1000, counts.taken);
	CHECK_EQ(0, counts.lost_full + counts.lost_alerts + counts.lost_refused);
	CHECK(!counts.failing && !*counts.why);
	for (unsigned i = 0; i < 1000; i++)
		CHECK_EQ(i + 1, fake.seqs[i]);
}

static void each_record_comes_at_once(void)
{
	struct outbox *o = begin(SINK_TAKEN, NULL, 0);
	struct outbox_counts counts;

	for (unsigned i = 1; i <= 100; i++) {
		give(o, RECORD_FLOW, i);
		CHECK(soon(&fake.n, i));
	}
	outbox_close(o, &counts);
}

static void who_does_not_take_records_keeps_nobody_waiting(void)
{
	struct outbox *o = begin(SINK_LATER, NULL, 0);
	struct outbox_counts counts;

	give(o, RECORD_ALERT, 1);
	for (unsigned i = 2; i <= 10000; i++)
		give(o, RECORD_FLOW, i);
	give(o, RECORD_ALERT, 10001);
	usleep(300000);
	outbox_counts(o, &counts);
	CHECK(counts.failing);
	CHECK_TEXT("as it was told", counts.why);
	CHECK(counts.lost_full > 5000 && counts.lost_full < 9000);
	CHECK_EQ(0, counts.lost_alerts);
	atomic_store(&fake.answer, SINK_TAKEN);
	outbox_close(o, &counts);
	CHECK(!counts.failing);
	CHECK_EQ(10001, counts.taken + counts.lost_full);
	CHECK_EQ(counts.taken, fake.n);
	CHECK(fake.alerts[0] && fake.alerts[fake.n - 1]);
	CHECK_EQ(10001, fake.seqs[fake.n - 1]);
}

static void what_is_refused_is_counted_and_the_next_one_comes(void)
{
	struct outbox *o = begin(SINK_REFUSED, NULL, 0);
	struct outbox_counts counts;

	for (unsigned i = 1; i <= 10; i++)
		give(o, RECORD_FLOW, i);
	usleep(100000);
	atomic_store(&fake.answer, SINK_TAKEN);
	give(o, RECORD_FLOW, 11);
	outbox_close(o, &counts);
	CHECK_EQ(10, counts.lost_refused);
	CHECK_EQ(1, counts.taken);
}

static void at_the_end_patience_is_bounded_and_the_rest_is_counted(void)
{
	struct outbox *o = begin(SINK_LATER, NULL, 0);
	struct outbox_counts counts;
	time_t began = time(NULL);

	give(o, RECORD_ALERT, 1);
	give(o, RECORD_FLOW, 2);
	give(o, RECORD_FLOW, 3);
	outbox_close(o, &counts);
	CHECK(time(NULL) - began <= 6);
	CHECK_EQ(1, counts.lost_alerts);
	CHECK_EQ(2, counts.lost_full);
}

static void alerts_wait_in_the_spool_over_a_restart(void)
{
	char path[] = "/tmp/egret-spool-XXXXXX";
	struct outbox_counts counts;
	struct outbox *o;
	int fd = mkstemp(path);

	CHECK_MUST(fd >= 0);
	close(fd);
	o = begin(SINK_LATER, path, 64 << 20);
	for (unsigned i = 1; i <= 3000; i++) /* more than the memory for them holds */
		for (unsigned wait = 0;; wait++) {
			outbox_counts(o, &counts);
			if (counts.spooled_bytes + 300 * LINE > (uint64_t)i * LINE ||
			    wait > 300) {
				give(o, RECORD_ALERT, i);
				break;
			}
			usleep(10000);
		}
	outbox_close(o, &counts);
	CHECK_EQ(0, counts.lost_alerts);
	CHECK_EQ(0, fake.n);
	CHECK(counts.spooled_bytes > 3000 * LINE);
	o = begin(SINK_TAKEN, path, 64 << 20);
	give(o, RECORD_ALERT, 3001);
	CHECK(soon(&fake.n, 3001));
	for (unsigned i = 0; i < fake.n; i++)
		CHECK_EQ(i + 1, fake.seqs[i]);
	outbox_close(o, &counts);
	CHECK_EQ(0, counts.spooled_bytes);
	unlink(path);
}

static void what_is_asked_is_done_between_two_records(void)
{
	struct outbox *o = begin(SINK_TAKEN, NULL, 0);
	struct outbox_counts counts;

	outbox_reopen(o);
	CHECK(soon(&fake.reopened, 1));
	outbox_rotate(o);
	CHECK(soon(&fake.rotated, 1));
	outbox_close(o, &counts);
}

static struct spool *open_with(const char *path, uint64_t size, const char *text)
{
	FILE *file = fopen(path, "w");
	struct spool *s;

	CHECK_MUST(file && fputs(text, file) >= 0 && fclose(file) == 0);
	s = spool_open(path, size, NULL);
	CHECK_MUST(s);
	return s;
}

/* Lines that nobody wrote, and half of one. */
static void a_spool_passes_over_what_makes_no_sense(void)
{
	static const struct {
		const char *text;
		unsigned records, unread;
	} rows[] = {
		{ "", 0, 0 },
		{ "0 3 99 1 {}\n", 1, 0 },
		{ "0 3 99 1 {}\n0 3 99 2 {", 1, 1 },
		{ "garbage\n0 3 99 2 {}\n", 1, 1 },
		{ "99 3 99 2 {}\n0 3 99 2 {}\n", 1, 1 },
		{ "0 3 99 2 \n\n\n0 3 99 2 {\"a\":1}\n", 1, 3 },
		{ "-1 3 99 2 {}\n", 0, 1 },
	};
	char path[] = "/tmp/egret-spool-XXXXXX";
	int fd = mkstemp(path);

	CHECK_MUST(fd >= 0);
	close(fd);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spool *s = open_with(path, 1 << 20, rows[i].text);
		unsigned n = 0;
		struct record r;

		for (; spool_peek(s, &r); spool_next(s))
			n++;
		CHECK_EQ(rows[i].records, n);
		CHECK_EQ(rows[i].unread, spool_unread(s));
		CHECK_EQ(0, spool_waiting(s));
		spool_close(s);
	}
	unlink(path);
}

static void a_spool_has_a_size_and_what_was_taken_makes_room(void)
{
	struct record r = { .kind = RECORD_ALERT,
		            .line = "{\"filler\":1234567890}",
		            .n = 21 };
	char path[] = "/tmp/egret-spool-XXXXXX";
	unsigned put_in = 0, taken = 0;
	int fd = mkstemp(path);
	struct spool *s;

	CHECK_MUST(fd >= 0);
	close(fd);
	s = open_with(path, 4000, "");
	while (r.seq = put_in, spool_put(s, &r))
		put_in++;
	CHECK(put_in > 80 && put_in < 4000 / 21);
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 50; i++, taken++) {
			CHECK_MUST(spool_peek(s, &r));
			CHECK_EQ(taken, r.seq);
			spool_next(s);
		}
		r = (struct record){ .line = "{\"filler\":1234567890}", .n = 21 };
		while (r.seq = put_in, spool_put(s, &r))
			put_in++;
		CHECK(spool_waiting(s) <= 4000);
	}
	CHECK(put_in > 900);
	spool_close(s);
	unlink(path);
}

int main(void)
{
	log_init(LOG_TO_STDERR, LOG_LEVEL_ERROR);
	TEST(records_arrive_in_order_and_are_flushed_when_no_more_come);
	TEST(each_record_comes_at_once);
	TEST(who_does_not_take_records_keeps_nobody_waiting);
	TEST(what_is_refused_is_counted_and_the_next_one_comes);
	TEST(at_the_end_patience_is_bounded_and_the_rest_is_counted);
	TEST(alerts_wait_in_the_spool_over_a_restart);
	TEST(what_is_asked_is_done_between_two_records);
	TEST(a_spool_passes_over_what_makes_no_sense);
	TEST(a_spool_has_a_size_and_what_was_taken_makes_room);
	return check_done();
}
