// SPDX-License-Identifier: Apache-2.0
/*
 * thread.h - a thread of the program: it has a name, a role in the sandbox, and gets no
 * signals, which are for the main thread.
 */
#ifndef RUN_THREAD_H
#define RUN_THREAD_H

#include <pthread.h>

#include "run/sandbox.h"

/* name: at most 15 characters, as ps -L shows it; a text that stays.  -1: it cannot be
 * started. */
int thread_start(pthread_t *thread, const char *name, enum sandbox_role role,
                 void *(*run)(void *arg), void *arg);

#endif
