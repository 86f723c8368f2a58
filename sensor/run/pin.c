// SPDX-License-Identifier: Apache-2.0
/*
 * pin.c - words that are numbers of cores, and the call.
 */
#include "run/pin.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"

/* -1: it is none. */
static int core_of(const char *word)
{
	char *end;
	unsigned long core = strtoul(word, &end, 10);

	return *word < '0' || *word > '9' || *end || core >= CPU_SETSIZE ? -1 : (int)core;
}

int pin_check(const struct texts *cores, struct error *err)
{
	for (size_t i = 0; i < cores->n; i++)
		if (core_of(cores->at[i]) < 0)
			return error_set(err,
			                 "live.pin: \"%s\" is not the number of a core",
			                 cores->at[i]);
	return 0;
}

void pin_worker(const struct texts *cores, unsigned worker)
{
	cpu_set_t set;
	int core;

	if (cores->n == 0)
		return;
	core = core_of(cores->at[worker % cores->n]);
	CPU_ZERO(&set);
	CPU_SET(core, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		log_warning("worker %u is not kept on core %d (live.pin): %s", worker + 1,
		            core, strerror(errno));
}
