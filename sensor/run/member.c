// SPDX-License-Identifier: Apache-2.0
/*
 * member.c - what such a worker does: it reads, works on its own, and hands over what
 * turns out to be another's.
 *
 * There is no common batch, so whatever all must do at the same place, they do at the
 * same packet time (an appointment): a stats record, a look at how it stands, and other
 * rules, which come into force a moment after they were loaded, before anybody can have
 * passed it.  So the merge can put events into order by time.
 */
#include "run/member.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "run/pin.h"

#define SECOND INT64_C(1000000000)
#define LATE   (SECOND / 5)   /* nothing comes later than so much behind the clock */
#define NOTICE (SECOND / 100) /* between the offer of other rules and their time */
#define KEPT   (SECOND * 10)  /* from then on the old ones stay, for what came late */

enum { IDLE_MS = 50 };

void fanout_sum_up(struct fanout *x)
{
	x->total.packets = x->total.bytes = 0;
	x->total.last = INT64_MAX;
	for (unsigned i = 0; i < x->n; i++) {
		int64_t last = atomic_load(&x->members[i].last);

		x->total.packets += atomic_load(&x->members[i].packets);
		x->total.bytes += atomic_load(&x->members[i].bytes);
		if (last < x->total.last)
			x->total.last = last;
	}
}

static void tell(struct member *m)
{
	struct fanout *x = m->fanout;

	atomic_store(&m->packets, m->reader->packets);
	atomic_store(&m->bytes, m->reader->bytes);
	atomic_store(&m->last, m->now);
	if (m->index > 0)
		return;
	fanout_sum_up(x);
	if (x->options->tick)
		x->options->tick(x->options->tick_arg, &x->total);
}

static void count_refused(struct member *m)
{
	uint64_t refused = atomic_load_explicit(&m->refused, memory_order_relaxed);

	if (refused && !m->refused_told)
		log_warning(
			"worker %u is too far behind: packets that others read for it "
			"are lost (egret.capture_ring_drops)",
			m->index + 1);
	count_add(&m->reader->counters, COUNT_CAPTURE_RING_DROPS,
	          refused - m->refused_told);
	m->refused_told = refused;
}

static uint32_t close_shards(struct member *m, struct close *close)
{
	struct fanout *x = m->fanout;
	uint32_t left = 0;

	close->packet = m->number;
	close->parts = x->shards.n + x->n;
	for (unsigned i = m->index; i < x->shards.n; i += x->n)
		left += shard_close(x->shards.at[i], close);
	if (close->stats || close->look)
		reader_stats(m->reader, close, &m->lane);
	m->now = m->closed = close->time;
	tell(m);
	merge_close(x->merge, m->index, m->now);
	return left;
}

/* The first one leaves the newest policy to all, once nobody is without the one before.
 */
static void offer(struct member *m)
{
	const struct pipeline_options *o = m->fanout->options;
	struct fanout *x = m->fanout;
	const struct policy *policy;

	if (m->index > 0 || !o->fresh)
		return;
	for (unsigned i = 0; i < x->n; i++)
		if (atomic_load_explicit(&x->members[i].fresh, memory_order_acquire))
			return;
	if (m->now > x->fresh_at + KEPT) {
		policy_free(x->before);
		x->before = NULL;
	}
	policy = o->fresh(o->fresh_arg, &m->reader->counters);
	if (!policy)
		return;
	policy_free(x->before);
	x->before = x->current;
	x->current = policy_keep(policy);
	x->fresh_at = reader_clock(m->reader) + NOTICE;
	if (x->fresh_at < m->now) /* by another clock */
		x->fresh_at = m->now + NOTICE;
	for (unsigned i = 0; i < x->n; i++)
		atomic_store(&x->members[i].fresh, policy_keep(policy));
	policy_free(policy);
}

static void adopt(struct member *m, const struct policy *policy, int64_t time)
{
	struct fanout *x = m->fanout;
	int64_t last = m->reader->last;
	uint64_t number = m->reader->number;

	m->reader->last = time; /* for all of them the same */
	m->reader->number = 0;
	reader_adopt(m->reader, policy);
	if (m->index == 0)
		reader_policy(m->reader, policy, &m->lane);
	m->reader->last = last;
	m->reader->number = number;
	for (unsigned i = m->index; i < x->shards.n; i += x->n)
		shard_adopt(x->shards.at[i], policy);
	atomic_store(&m->fresh, NULL);
	policy_free(policy);
}

/* Who is asked at one look which flows are busy has all say it at the next one. */
static void look(struct member *m, int64_t time)
{
	struct fanout *x = m->fanout;
	struct close close;
	bool asked;

	count_refused(m);
	reader_close_at(m->reader, time, &close);
	asked = close.top;
	close.top = atomic_load(&x->top_at) == time;
	if (asked)
		atomic_store(&x->top_at, m->reader->look_due);
	close_shards(m, &close);
}

static int64_t look_due(const struct reader *reader)
{
	return reader->stats_due < reader->look_due ? reader->stats_due
	                                            : reader->look_due;
}

/* All before that time has been worked on: keeps the appointments up to it. */
static void pass(struct member *m, int64_t time)
{
	for (;;) {
		const struct policy *fresh =
			atomic_load_explicit(&m->fresh, memory_order_acquire);
		int64_t due = look_due(m->reader);

		if (fresh && m->fanout->fresh_at <= (due < time ? due : time))
			adopt(m, fresh, m->fanout->fresh_at);
		else if (due <= time)
			look(m, due);
		else
			break;
	}
	m->now = time;
}

static void hand_over(struct member *m, struct member *to, const struct packet *p)
{
	struct ring *ring = to->from[m->index];
	struct packet *copy = ring_reserve(ring, sizeof(*p) + p->caplen);
	uint64_t one = 1;

	count_one(&m->reader->counters, COUNT_CAPTURE_HANDED_OVER);
	if (!copy) {
		atomic_fetch_add_explicit(&to->refused, 1, memory_order_relaxed);
		return;
	}
	*copy = *p;
	memcpy(copy + 1, p->data, p->caplen);
	ring_commit(ring);
	if (atomic_load(&to->sleeping) && atomic_exchange(&to->sleeping, false) &&
	    write(to->wake, &one, sizeof(one)) < 0)
		return; /* it looks by itself, too, a little later */
}

static void work(struct member *m, struct packet *p)
{
	struct fanout *x = m->fanout;
	unsigned shard = p->shard_hash % x->shards.n;

	p->number = ++m->number;
	if (shard % x->n == m->index)
		shard_packet(x->shards.at[shard], p);
	else
		hand_over(m, &x->members[shard % x->n], p);
}

static void close_if_full(struct member *m)
{
	struct close close;

	count_refused(m);
	if (reader_closes(m->reader, &close))
		close_shards(m, &close);
}

/* What one other has handed over, up to that time, and not too much of it. */
static bool take_from(struct member *m, struct ring *ring, int64_t until)
{
	struct packet *p;
	size_t n;
	unsigned taken = 0;

	while (taken < BATCH_PACKETS && (p = ring_peek(ring, &n)) && p->time <= until) {
		p->data = (const uint8_t *)(p + 1);
		if (p->time < m->now) {
			count_one(&m->reader->counters, COUNT_CAPTURE_BACKWARDS);
			p->time = m->now;
		}
		reader_adds(m->reader, p);
		pass(m, p->time);
		work(m, p);
		ring_next(ring);
		taken++;
	}
	if (taken)
		close_if_full(m);
	return taken > 0;
}

/* Before what it has read itself at that time comes what others read before it. */
static bool take_over(struct member *m, int64_t until)
{
	int64_t last = m->reader->last;
	bool any = false;

	for (unsigned i = 0; i < m->fanout->n; i++)
		if (i != m->index)
			any |= take_from(m, m->from[i], until);
	reader_goes_on(m->reader, last);
	return any;
}

static bool anything_there(const struct member *m)
{
	size_t n;

	for (unsigned i = 0; i < m->fanout->n; i++)
		if (i != m->index && ring_peek(m->from[i], &n))
			return true;
	return false;
}

static void rest(struct member *m)
{
	uint64_t woken;

	atomic_store(&m->sleeping, true);
	if (!anything_there(m))
		live_wait(m->reader->live, IDLE_MS);
	if (!atomic_exchange(&m->sleeping, false) &&
	    read(m->wake, &woken, sizeof(woken)) < 0)
		return; /* who wakes it is about to write */
}

static bool stopped(const struct member *m)
{
	return atomic_load_explicit(m->fanout->options->stop, memory_order_relaxed);
}

/* Nothing of its own is there. */
static void idle(struct member *m)
{
	struct close close;
	bool took = take_over(m, INT64_MAX);

	reader_goes_on(m->reader, reader_clock(m->reader) - LATE);
	pass(m, m->reader->last);
	if (m->now >= m->closed + SECOND) {
		count_refused(m);
		reader_close_last(m->reader, &close);
		close_shards(m, &close);
	} else {
		tell(m);
		merge_close(m->fanout->merge, m->index, m->now);
	}
	offer(m);
	if (stopped(m))
		reader_stop(m->reader);
	else if (!took)
		rest(m);
}

static void take(struct member *m, struct packet *p, enum reader_got got)
{
	take_over(m, m->reader->last);
	pass(m, m->reader->last);
	if (got == READER_PACKET) {
		work(m, p);
	} else if (got == READER_ARP) {
		p->number = ++m->number;
		reader_arp(p, &m->lane);
	}
}

static void read_own(struct member *m)
{
	enum reader_got got;
	struct close close;
	struct packet p;

	while ((got = reader_next(m->reader, &p)) != READER_END) {
		if (got == READER_WAITS) {
			idle(m);
			continue;
		}
		take(m, &p, got);
		if (!reader_closes(m->reader, &close))
			continue;
		close_shards(m, &close);
		offer(m);
		if (stopped(m))
			reader_stop(m->reader);
	}
}

/* Until nobody reads any more, and so nothing more is handed over. */
static void wait_for_others(struct member *m)
{
	struct fanout *x = m->fanout;
	int64_t end = atomic_load(&x->end);

	while (end < m->now && !atomic_compare_exchange_weak(&x->end, &end, m->now))
		;
	atomic_fetch_sub(&x->reading, 1);
	while (atomic_load(&x->reading) > 0)
		if (!take_over(m, INT64_MAX))
			nanosleep(&(struct timespec){ .tv_nsec = SECOND / 1000 }, NULL);
	while (take_over(m, INT64_MAX))
		;
}

/* A nanosecond apart, so that what each close says goes out before the next one's. */
static void finish(struct member *m)
{
	struct close close;

	wait_for_others(m);
	pass(m, atomic_load(&m->fanout->end));
	count_refused(m);
	reader_close_at(m->reader, m->now, &close);
	close_shards(m, &close);
	close.shutdown = true;
	do
		close.time++;
	while (close_shards(m, &close) > 0);
	close.time++;
	close.stats = close.final = true;
	close_shards(m, &close);
	merge_end(m->fanout->merge, m->index);
}

void *member_main(void *arg)
{
	struct member *m = arg;

	pin_worker(&m->fanout->options->policy->config->live_pin, m->index);
	read_own(m);
	finish(m);
	return NULL;
}
