// SPDX-License-Identifier: Apache-2.0
/*
 * fanout.c - begins and ends a run of workers that read for themselves.
 *
 * The kernel divides packets by their outermost addresses, shards by the innermost; what
 * turns out to be another's is handed over through a ring, of which each worker has one
 * from each other.  A worker that is too far behind loses what does not fit into it: who
 * would wait for it would lose its own.
 */
#include "run/fanout.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "run/member.h"
#include "run/thread.h"

enum {
	RINGS_BYTES = 16 << 20, /* of one worker, all rings together */
	RING_LEAST = 1 << 20,   /* twice the longest packet */
};

static void *merger_main(void *arg)
{
	merge_run_by_time(arg);
	return NULL;
}

static int rings_new(struct member *m, unsigned n)
{
	size_t size = RINGS_BYTES / n;

	m->from = calloc(n, sizeof(struct ring *));
	for (unsigned i = 0; m->from && i < n; i++)
		if (i != m->index &&
		    !(m->from[i] = ring_new(size < RING_LEAST ? RING_LEAST : size)))
			return -1;
	return m->from ? 0 : -1;
}

static int member_init(struct fanout *x, unsigned index, struct reader *first,
                       struct error *err)
{
	struct member *m = &x->members[index];

	m->index = index;
	m->fanout = x;
	m->lane = x->outlets[index];
	m->now = m->closed = first->last;
	m->reader = index ? &m->own : first;
	m->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (m->wake < 0 || rings_new(m, x->n) < 0)
		return error_set(err, "out of memory for %u workers", x->n);
	if (index > 0 && reader_open_beside(&m->own, first, index, err) < 0)
		return -1;
	live_woken_by(m->reader->live, m->wake);
	return 0;
}

static int begin(struct fanout *x, struct reader *reader, struct error *err)
{
	x->members = calloc(x->n, sizeof(*x->members));
	x->outlets = calloc(x->n, sizeof(*x->outlets));
	x->merge = merge_new(x->n, &x->options->outlet);
	if (!x->members || !x->outlets || !x->merge)
		return error_set(err, "out of memory");
	for (unsigned i = 0; i < x->n; i++) {
		x->members[i].wake = -1;
		x->outlets[i] = merge_lane(x->merge, i);
	}
	/* first what takes long, so that they begin soon after they have joined */
	if (shards_new(x->options->policy, x->outlets, x->n, &x->shards, err) < 0)
		return -1;
	for (unsigned i = 0; i < x->n; i++)
		if (member_init(x, i, reader, err) < 0)
			return -1;
	return 0;
}

static void member_done(struct member *m, unsigned n)
{
	for (unsigned i = 0; m->from && i < n; i++)
		ring_free(m->from[i]);
	free(m->from);
	if (m->wake >= 0)
		close(m->wake);
	policy_free(atomic_load(&m->fresh));
	if (m->index > 0)
		reader_done(&m->own);
}

static void end(struct fanout *x, struct reader *reader)
{
	shards_done(&x->shards);
	live_woken_by(reader->live, -1);
	live_alone(reader->live);
	for (unsigned i = 0; x->members && i < x->n; i++)
		member_done(&x->members[i], x->n);
	policy_free(x->before);
	policy_free(x->current);
	merge_free(x->merge);
	free(x->outlets);
	free(x->members);
}

/* The calling thread is the first worker. */
static void run_all(struct fanout *x)
{
	atomic_store(&x->reading, x->n);
	if (thread_start(&x->merger, "egret-output", SANDBOX_OUTPUT, merger_main,
	                 x->merge) < 0)
		abort(); /* a machine without room for threads */
	for (unsigned i = 1; i < x->n; i++)
		if (thread_start(&x->members[i].thread, "egret-worker", SANDBOX_READER,
		                 member_main, &x->members[i]) < 0)
			abort();
	sandbox_enter(SANDBOX_READER);
	member_main(&x->members[0]);
	for (unsigned i = 1; i < x->n; i++)
		pthread_join(x->members[i].thread, NULL);
	pthread_join(x->merger, NULL);
}

/* The kernel divides packets among so many; -1: err says why not. */
static int share(struct fanout *x, struct reader *reader, struct error *err)
{
	if (x->n == 1)
		return error_set(err, "there is one worker");
	if (!x->options->policy->config->live_fanout)
		return error_set(err, "live.fanout is off");
	x->share.members = x->n;
	x->share.shards = (unsigned)x->options->policy->config->shards;
	return live_shared(reader->live, &x->share, err);
}

int fanout_run(const struct pipeline_options *options, struct reader *reader,
               struct error *err)
{
	struct fanout x = { .options = options,
		            .n = options->workers,
		            .current = policy_keep(options->policy) };
	int result = 1;

	if (share(&x, reader, err) == 0 && begin(&x, reader, err) == 0) {
		run_all(&x);
		fanout_sum_up(&x);
		reader->packets = x.total.packets;
		reader->bytes = x.total.bytes;
		result = 0;
	} else {
		log_notice("one thread reads all interfaces: %s", err->text);
	}
	end(&x, reader);
	return result;
}
