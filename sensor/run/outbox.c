// SPDX-License-Identifier: Apache-2.0
/*
 * outbox.c - two rings, one for alerts and one for all else, and a thread that hands over
 * what is older of the two.
 *
 * The rings are written and read without a lock; the lock is only for going to sleep: who
 * does says so and looks at the rings once more, and who puts something looks afterwards
 * whether somebody sleeps (see ring.c for why that loses no wake-up).
 */
#include "run/outbox.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/ring.h"
#include "run/spool.h"
#include "run/thread.h"

enum {
	ALERTS_SHARE = 4,  /* of the memory */
	PAUSE_LEAST = 250, /* ms, between two tries with a sink that does not take */
	PAUSE_MOST = 5000,
	PATIENCE = 3000, /* ms, at the end */
	HOLD = 100,      /* ms */
	IDLE = 1000,     /* ms: a sink may have something to do by the clock */
};

struct outbox {
	struct sink sink;
	struct ring *alerts, *others;
	struct spool *spool; /* the thread's; NULL: none */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	char why[OUTBOX_WHY];
	/* without it */
	atomic_bool sleeping, over, reopen, rotate, failing;
	_Atomic uint64_t taken, lost_full, lost_alerts, lost_refused, spooled;
	/* the thread's */
	unsigned pause;        /* ms; 0: the sink takes */
	struct timespec retry; /* where it does not: when it is asked again */
	bool held;             /* it takes, in a moment */
	bool unflushed, refused_said;
};

static void add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static void wake(struct outbox *o)
{
	if (!atomic_load(&o->sleeping))
		return;
	pthread_mutex_lock(&o->lock);
	atomic_store(&o->sleeping, false);
	pthread_cond_signal(&o->wake);
	pthread_mutex_unlock(&o->lock);
}

static bool is_alert(const struct record *r)
{
	return r->kind == RECORD_ALERT || r->kind == RECORD_ALERT_UPDATE;
}

void outbox_put(struct outbox *o, const struct record *r)
{
	struct ring *ring = is_alert(r) ? o->alerts : o->others;
	uint8_t *to;

	if (!o->sink.wants(o->sink.state, r->kind, r->level))
		return;
	to = ring_reserve(ring, sizeof(*r) + r->n);
	if (!to) {
		add(is_alert(r) ? &o->lost_alerts : &o->lost_full, 1);
		return;
	}
	memcpy(to, r, sizeof(*r));
	memcpy(to + sizeof(*r), r->line, r->n);
	ring_commit(ring);
	wake(o);
}

static bool peek(struct ring *ring, struct record *ret)
{
	size_t n;
	const uint8_t *at = ring_peek(ring, &n);

	if (!at)
		return false;
	memcpy(ret, at, sizeof(*ret));
	ret->line = (const char *)at + sizeof(*ret);
	return true;
}

/* The oldest of what waits, and where it waits (NULL: in the spool). */
static bool oldest(struct outbox *o, struct record *ret, struct ring **from)
{
	struct record alert, other;
	bool a, b;

	if (spool_waiting(o->spool) && spool_peek(o->spool, ret)) {
		*from = NULL;
		return true;
	}
	a = peek(o->alerts, &alert);
	b = peek(o->others, &other);
	*from = a && (!b || alert.seq < other.seq) ? o->alerts : o->others;
	*ret = *from == o->alerts ? alert : other;
	return a || b;
}

static void next(struct outbox *o, struct ring *from)
{
	if (from) {
		ring_next(from);
		return;
	}
	spool_next(o->spool);
	atomic_store(&o->spooled, spool_waiting(o->spool));
}

static void remember(struct outbox *o, const struct error *why)
{
	pthread_mutex_lock(&o->lock);
	snprintf(o->why, sizeof(o->why), "%.*s", OUTBOX_WHY - 1, why->text);
	pthread_mutex_unlock(&o->lock);
}

/* What follows an alert stays in memory; alerts go where they outlive the program. */
static void to_spool(struct outbox *o)
{
	struct record r;

	while (o->spool && peek(o->alerts, &r)) {
		if (!spool_put(o->spool, &r))
			return;
		ring_next(o->alerts);
	}
	atomic_store(&o->spooled, spool_waiting(o->spool));
}

static struct timespec from_now(unsigned ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += (long)(ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

static bool passed(const struct timespec *deadline)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > deadline->tv_sec ||
	       (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec);
}

static void later(struct outbox *o, const struct error *why)
{
	remember(o, why);
	if (o->pause == 0)
		log_warning("%s does not take records: %s; they are kept as far as there "
		            "is room",
		            o->sink.name, why->text);
	atomic_store(&o->failing, true);
	o->pause = o->pause == 0               ? PAUSE_LEAST
	           : o->pause * 2 > PAUSE_MOST ? PAUSE_MOST
	                                       : o->pause * 2;
	o->retry = from_now(o->pause);
	to_spool(o);
}

static void works(struct outbox *o)
{
	uint64_t others = atomic_load(&o->lost_full),
		 alerts = atomic_load(&o->lost_alerts);

	if (o->pause == 0)
		return;
	o->pause = 0;
	atomic_store(&o->failing, false);
	log_notice(
		"%s takes records again; lost since the start: %llu alerts, %llu others",
		o->sink.name, (unsigned long long)alerts, (unsigned long long)others);
}

static void refused(struct outbox *o, const struct error *why)
{
	remember(o, why);
	add(&o->lost_refused, 1);
	if (!o->refused_said)
		log_warning("%s refuses a record: %s", o->sink.name, why->text);
	o->refused_said = true;
}

/* False: there was nothing, or the sink does not take it. */
static bool hand_over(struct outbox *o)
{
	struct record record;
	struct ring *from;
	struct error why = { "" };

	if (!oldest(o, &record, &from))
		return false;
	switch (o->sink.put(o->sink.state, &record, &why)) {
	case SINK_LATER: later(o, &why); return false;
	case SINK_WAIT:
		o->held = true;
		o->retry = from_now(HOLD);
		to_spool(o);
		return false;
	case SINK_REFUSED: refused(o, &why); break;
	case SINK_TAKEN:
		o->unflushed = o->sink.flush;
		add(&o->taken, 1);
		works(o);
		break;
	}
	next(o, from);
	return true;
}

static void flush(struct outbox *o)
{
	struct error why = { "" };

	if (!o->unflushed)
		return;
	if (o->sink.flush(o->sink.state, &why) == SINK_TAKEN) {
		o->unflushed = false;
		works(o);
	} else {
		later(o, &why);
	}
}

static bool empty(struct outbox *o)
{
	struct record record;
	struct ring *from;

	return !oldest(o, &record, &from);
}

/* Until something is put, it is time to try again, or somebody calls. */
static void nap(struct outbox *o)
{
	struct timespec until = o->pause || o->held ? o->retry : from_now(IDLE);

	pthread_mutex_lock(&o->lock);
	atomic_store(&o->sleeping, true);
	while (atomic_load(&o->sleeping) && !atomic_load(&o->over) &&
	       !atomic_load(&o->reopen) && !atomic_load(&o->rotate) &&
	       (o->pause || o->held || empty(o)) &&
	       pthread_cond_timedwait(&o->wake, &o->lock, &until) != ETIMEDOUT)
		;
	atomic_store(&o->sleeping, false);
	pthread_mutex_unlock(&o->lock);
}

static void asked(struct outbox *o)
{
	if (atomic_exchange(&o->reopen, false) && o->sink.reopen)
		o->sink.reopen(o->sink.state);
	if (atomic_exchange(&o->rotate, false) && o->sink.rotate)
		o->sink.rotate(o->sink.state);
}

/* Nothing more comes. */
static void last(struct outbox *o)
{
	struct timespec deadline = from_now(PATIENCE);
	struct record record;
	struct ring *from;

	while (!empty(o) && !passed(&deadline))
		if (!hand_over(o))
			nanosleep(&(struct timespec){ .tv_nsec = PAUSE_LEAST * 1000000L },
			          NULL);
	to_spool(o);
	while (oldest(o, &record, &from) && from) {
		add(is_alert(&record) ? &o->lost_alerts : &o->lost_full, 1);
		next(o, from);
	}
}

static void *main_of_thread(void *arg)
{
	struct outbox *o = arg;

	while (!atomic_load(&o->over)) {
		asked(o);
		if ((o->pause || o->held) && !passed(&o->retry)) {
			to_spool(o);
			nap(o);
			continue;
		}
		o->held = false;
		if (hand_over(o))
			continue;
		if (empty(o))
			flush(o);
		nap(o);
	}
	asked(o);
	last(o);
	return NULL;
}

static void free_box(struct outbox *o)
{
	ring_free(o->alerts);
	ring_free(o->others);
	spool_close(o->spool);
	pthread_cond_destroy(&o->wake);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

static void open_spool(struct outbox *o, const struct outbox_options *options)
{
	struct error err;

	if (!options->spool)
		return;
	o->spool = spool_open(options->spool, options->spool_size, &err);
	if (!o->spool) {
		log_warning("%s: alerts that %s does not take are kept in memory only",
		            err.text, o->sink.name);
		return;
	}
	atomic_store(&o->spooled, spool_waiting(o->spool));
	if (spool_waiting(o->spool))
		log_notice("%llu bytes of alerts for %s waited in %s",
		           (unsigned long long)spool_waiting(o->spool), o->sink.name,
		           options->spool);
}

struct outbox *outbox_new(const struct sink *sink, const struct outbox_options *options,
                          struct error *err)
{
	struct outbox *o = calloc(1, sizeof(*o));
	pthread_condattr_t attr;

	if (!o) {
		error_set(err, "out of memory");
		return NULL;
	}
	o->sink = *sink;
	pthread_mutex_init(&o->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->wake, &attr);
	pthread_condattr_destroy(&attr);
	o->alerts = ring_new(options->queue / ALERTS_SHARE);
	o->others = ring_new(options->queue - options->queue / ALERTS_SHARE);
	open_spool(o, options);
	if (o->alerts && o->others &&
	    thread_start(&o->thread, "egret-sink", options->role, main_of_thread, o) == 0)
		return o;
	error_set(err, "cannot start a thread for %s", sink->name);
	free_box(o);
	return NULL;
}

void outbox_reopen(struct outbox *o)
{
	atomic_store(&o->reopen, true);
	wake(o);
}

void outbox_rotate(struct outbox *o)
{
	atomic_store(&o->rotate, true);
	wake(o);
}

void outbox_counts(struct outbox *o, struct outbox_counts *ret)
{
	*ret = (struct outbox_counts){
		.taken = atomic_load(&o->taken),
		.lost_full = atomic_load(&o->lost_full),
		.lost_alerts = atomic_load(&o->lost_alerts),
		.lost_refused = atomic_load(&o->lost_refused),
		.spooled_bytes = atomic_load(&o->spooled),
		.failing = atomic_load(&o->failing),
	};
	pthread_mutex_lock(&o->lock);
	memcpy(ret->why, o->why, sizeof(ret->why));
	pthread_mutex_unlock(&o->lock);
}

void outbox_write(const char *name, const struct outbox_counts *c, struct json *j)
{
	json_object(j, NULL);
	json_text(j, "name", name);
	json_u64(j, "taken", c->taken);
	json_u64(j, "lost_full", c->lost_full);
	json_u64(j, "lost_alerts", c->lost_alerts);
	json_u64(j, "lost_refused", c->lost_refused);
	json_u64(j, "spooled_bytes", c->spooled_bytes);
	json_bool(j, "failing", c->failing);
	if (*c->why)
		json_bytes(j, "why", bytes_of(c->why));
	json_object_end(j);
}

void outbox_close(struct outbox *o, struct outbox_counts *ret)
{
	uint64_t lost;

	if (!o)
		return;
	atomic_store(&o->over, true);
	wake(o);
	pthread_join(o->thread, NULL);
	outbox_counts(o, ret);
	lost = o->sink.close(o->sink.state);
	ret->lost_full += lost;
	ret->taken -= lost;
	free_box(o);
}
