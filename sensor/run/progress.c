// SPDX-License-Identifier: Apache-2.0
/*
 * progress.c - one line, four times a second: share done, packets, bits, time left.
 */
#include "run/progress.h"

#include <stdio.h>

#include "base/log.h"
#include "base/units.h"

static double between(const struct timespec *a, const struct timespec *b)
{
	return (double)(b->tv_sec - a->tv_sec) + (double)(b->tv_nsec - a->tv_nsec) / 1e9;
}

void progress_begin(struct progress *p, bool shown)
{
	p->shown = shown;
	clock_gettime(CLOCK_MONOTONIC, &p->began);
	p->told = p->began;
}

void progress_tick(void *arg, const struct reader *reader)
{
	struct progress *p = arg;
	char share[32] = "", rate[UNITS_TEXT], left[UNITS_TEXT + 16] = "",
	     count[UNITS_TEXT], text[UNITS_TEXT], line[256];
	struct timespec now;
	double elapsed;
	uint64_t done, all;

	if (!p->shown)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (between(&p->told, &now) < 0.25)
		return;
	p->told = now;
	elapsed = between(&p->began, &now);
	capture_progress(reader->capture, &done, &all);
	if (all && done <= all) {
		double part = (double)done / (double)all;

		snprintf(share, sizeof(share), "%3.0f %%  ", part * 100);
		if (part > 0.001)
			snprintf(left, sizeof(left), "  %s left",
			         units_say_duration(text, (int64_t)(elapsed * (1 - part) /
			                                            part * 1e9)));
	}
	units_say_rate(rate, (uint64_t)((double)reader->bytes * 8 / elapsed));
	units_say_count(count, (uint64_t)((double)reader->packets / elapsed));
	snprintf(line, sizeof(line), "%s%s packets/s  %s%s", share, count, rate, left);
	log_progress(line);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		log_progress("");
}
