// SPDX-License-Identifier: Apache-2.0
/*
 * thread.c - begins each thread the same way.
 */
#include "run/thread.h"

#include <signal.h>
#include <stdlib.h>

struct start {
	const char *name;
	enum sandbox_role role;
	void *(*run)(void *arg);
	void *arg;
};

static void *begin(void *arg)
{
	struct start start = *(struct start *)arg;

	free(arg);
	pthread_setname_np(pthread_self(), start.name);
	sandbox_enter(start.role);
	return start.run(start.arg);
}

int thread_start(pthread_t *thread, const char *name, enum sandbox_role role,
                 void *(*run)(void *arg), void *arg)
{
	struct start *start = malloc(sizeof(*start));
	sigset_t all, before;
	int status;

	if (!start)
		return -1;
	*start = (struct start){ name, role, run, arg };
	/* SIGHUP stays blocked for whoever waits for it; SIGSYS is the sandbox's */
	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	status = pthread_create(thread, NULL, begin, start);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status == 0)
		return 0;
	free(start);
	return -1;
}
