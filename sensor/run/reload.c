// SPDX-License-Identifier: Apache-2.0
/*
 * reload.c - waits for SIGHUP, loads, and leaves what it has loaded where the reader
 * looks.
 */
#include "run/reload.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/log.h"

struct reload {
	pthread_t thread;
	struct settings *settings;
	const struct policy *running;         /* the newest */
	_Atomic(const struct policy *) fresh; /* left for the reader */
	_Atomic uint64_t refused;
	atomic_bool over;
	uint64_t refused_told; /* the reader's */
};

static void load(struct reload *r)
{
	struct policy *policy;

	if (settings_load(r->settings, r->running, &policy) < 0) {
		log_error("these rules are not taken, the old ones go on");
		atomic_fetch_add(&r->refused, 1);
		return;
	}
	log_notice("%zu rule%s and %zu filter%s from now on", policy->rules->n,
	           policy->rules->n == 1 ? "" : "s", policy->rules->filter_count,
	           policy->rules->filter_count == 1 ? "" : "s");
	policy_free(r->running);
	r->running = policy;
	/* one that nobody has taken yet is of no use any more */
	policy_free(atomic_exchange(&r->fresh, policy_keep(policy)));
}

static void set_of_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGHUP);
}

static void *main_of_thread(void *arg)
{
	struct reload *r = arg;
	sigset_t set;
	int number;

	set_of_signals(&set);
	while (sigwait(&set, &number) == 0 && !atomic_load(&r->over))
		load(r);
	return NULL;
}

void reload_expect(void)
{
	sigset_t set;

	set_of_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

struct reload *reload_new(struct settings *settings, const struct policy *running,
                          struct error *err)
{
	struct reload *r = calloc(1, sizeof(*r));
	sigset_t all, before;

	if (!r) {
		error_set(err, "out of memory");
		return NULL;
	}
	r->settings = settings;
	r->running = policy_keep(running);
	/* other signals are for the thread that reads */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	if (pthread_create(&r->thread, NULL, main_of_thread, r) != 0) {
		error_set(err, "cannot start a thread");
		policy_free(r->running);
		free(r);
		r = NULL;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

void reload_free(struct reload *r)
{
	if (!r)
		return;
	atomic_store(&r->over, true);
	pthread_kill(r->thread, SIGHUP);
	pthread_join(r->thread, NULL);
	policy_free(atomic_load(&r->fresh));
	policy_free(r->running);
	free(r);
}

const struct policy *reload_take(void *reload, struct counters *counters)
{
	struct reload *r = reload;
	uint64_t refused = atomic_load_explicit(&r->refused, memory_order_relaxed);
	const struct policy *policy;

	count_add(counters, COUNT_POLICY_REFUSED, refused - r->refused_told);
	r->refused_told = refused;
	if (!atomic_load_explicit(&r->fresh, memory_order_relaxed))
		return NULL;
	policy = atomic_exchange(&r->fresh, NULL);
	if (policy)
		count_one(counters, COUNT_POLICY_RELOADS);
	return policy;
}
