// SPDX-License-Identifier: Apache-2.0
/*
 * service.c - gathers how a live run stands.
 */
#include "run/service.h"

#include <time.h>
#include <unistd.h>

static uint64_t resident(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	if (file && fscanf(file, "%*u %lu", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void service_look(const struct service *s, struct standing *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	board_look(s->board, &ret->view);
	for (unsigned i = 0; i < s->deliver->n; i++) {
		ret->sinks[i].name = s->deliver->sinks[i].name;
		outbox_counts(s->deliver->boxes[i], &ret->sinks[i].counts);
	}
	ret->sink_count = s->deliver->n;
	ret->interfaces = s->interfaces;
	ret->interface_count = s->interface_count;
	ret->now = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	ret->started = s->started;
	ret->policy_loaded = reload_time(s->reload);
	ret->resident = resident();
	ret->workers = s->workers;
}
