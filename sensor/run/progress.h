// SPDX-License-Identifier: Apache-2.0
/*
 * progress.h - how far a long replay has come, on a terminal's stderr.
 */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include <time.h>

#include "run/reader.h"

struct progress {
	bool shown; /* there is a terminal to show it on */
	struct timespec began, told;
};

void progress_begin(struct progress *progress, bool shown);
/* At each close, by the reader: arg is the struct progress. */
void progress_tick(void *arg, const struct reader *reader);
void progress_end(struct progress *progress);

#endif
