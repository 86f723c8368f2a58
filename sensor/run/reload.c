// SPDX-License-Identifier: Apache-2.0
/*
 * reload.c - waits for SIGHUP, loads, and leaves what it has loaded where the reader
 * looks.
 */
#include "run/reload.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/log.h"
#include "run/thread.h"

struct reload {
	pthread_t thread;
	struct settings *settings;
	const struct policy *running;         /* the newest */
	_Atomic(const struct policy *) fresh; /* left for the reader */
	_Atomic uint64_t refused;
	_Atomic int64_t time; /* when `running` was loaded */
	atomic_bool over;
	/* for who waits for the end of a load: */
	pthread_mutex_t lock;
	pthread_cond_t loaded;
	uint64_t asked, answered; /* loads */
	bool good;                /* the last one */
	char said[RELOAD_TEXT];
	uint64_t refused_told; /* the reader's */
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void plural(char *to, size_t room, size_t n, const char *what)
{
	snprintf(to, room, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static bool load(struct reload *r, FILE *said)
{
	char rules[32], filters[32];
	struct policy *policy;

	if (settings_load(r->settings, r->running, &policy, said) < 0) {
		log_error("these rules are not taken, the old ones go on");
		atomic_fetch_add(&r->refused, 1);
		return false;
	}
	plural(rules, sizeof(rules), policy->rules->n, "rule");
	plural(filters, sizeof(filters), policy->rules->filter_count, "filter");
	log_notice("%s and %s from now on", rules, filters);
	fprintf(said, "%s and %s from now on\n", rules, filters);
	policy_free(r->running);
	r->running = policy;
	atomic_store(&r->time, now());
	/* one that nobody has taken yet is of no use any more */
	policy_free(atomic_exchange(&r->fresh, policy_keep(policy)));
	return true;
}

/* Loads, and tells who waits. */
static void answer(struct reload *r)
{
	char *text = NULL;
	size_t n = 0;
	FILE *said = open_memstream(&text, &n);
	uint64_t asked;
	bool good = false;

	pthread_mutex_lock(&r->lock);
	asked = r->asked;
	pthread_mutex_unlock(&r->lock);
	if (said) {
		good = load(r, said);
		fclose(said);
	}
	pthread_mutex_lock(&r->lock);
	r->good = good;
	snprintf(r->said, sizeof(r->said), "%s", text ? text : "out of memory\n");
	r->answered = asked;
	pthread_cond_broadcast(&r->loaded);
	pthread_mutex_unlock(&r->lock);
	free(text);
}

bool reload_now(struct reload *r, char said[RELOAD_TEXT])
{
	uint64_t mine;
	bool good;

	pthread_mutex_lock(&r->lock);
	mine = ++r->asked;
	pthread_kill(r->thread, SIGHUP);
	while (r->answered < mine)
		pthread_cond_wait(&r->loaded, &r->lock);
	good = r->good;
	memcpy(said, r->said, sizeof(r->said));
	pthread_mutex_unlock(&r->lock);
	return good;
}

int64_t reload_time(const struct reload *r)
{
	return atomic_load(&r->time);
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
		answer(r);
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

	if (!r) {
		error_set(err, "out of memory");
		return NULL;
	}
	r->settings = settings;
	r->running = policy_keep(running);
	r->time = now();
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->loaded, NULL);
	if (thread_start(&r->thread, "egret-reload", SANDBOX_LOADER, main_of_thread, r) <
	    0) {
		error_set(err, "cannot start a thread");
		policy_free(r->running);
		free(r);
		r = NULL;
	}
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
	pthread_cond_destroy(&r->loaded);
	pthread_mutex_destroy(&r->lock);
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
