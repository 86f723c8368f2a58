// SPDX-License-Identifier: Apache-2.0
/*
 * pipeline.h - the threads of a replay: a reader, workers, and whoever takes the events.
 *
 * With one worker all is done by the calling thread, and nothing is copied.  With more,
 * the calling thread reads, workers run the shards, and one thread puts their events into
 * order. Either way the same events come out in the same order.
 */
#ifndef RUN_PIPELINE_H
#define RUN_PIPELINE_H

#include <stdatomic.h>

#include "run/reader.h"

struct pipeline_options {
	const struct policy *policy;
	unsigned workers;
	struct outlet outlet;    /* gets every event, in order; one thread calls it */
	const atomic_bool *stop; /* set by a signal: end the run with what there is */
	void (*tick)(void *arg,
	             const struct reader *reader); /* at each close, by the reader */
	void *tick_arg;
	/*
	 * Asked by the reader after each close, and while it waits: another policy to go
	 * on with, which is the pipeline's from then on, or NULL; counted in the reader's
	 * counters.  NULL: there never is one.
	 */
	const struct policy *(*fresh)(void *arg, struct counters *counters);
	void *fresh_arg;
};

/* Runs to the end of what the reader gives.  0, or -1 where it could not begin. */
int pipeline_run(const struct pipeline_options *options, struct reader *reader,
                 struct error *err);

#endif
