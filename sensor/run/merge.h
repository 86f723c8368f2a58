// SPDX-License-Identifier: Apache-2.0
/*
 * merge.h - events of several workers in one order.
 *
 * Each lane (a worker, or the reader) sends events through a ring of its own, and a close
 * mark after each batch.  When every lane has closed a batch, its events go out, sorted.
 */
#ifndef RUN_MERGE_H
#define RUN_MERGE_H

#include "base/ring.h"
#include "detect/event.h"

struct merge;

/* outlet gets every event, in order, from the thread that calls merge_run. */
struct merge *merge_new(unsigned lanes, const struct outlet *outlet);
void merge_free(struct merge *merge);

/* For the thread of a lane: what it puts there goes to the merge; then the mark. */
struct outlet merge_lane(struct merge *merge, unsigned lane);
void merge_close(struct merge *merge, unsigned lane);
void merge_end(struct merge *merge, unsigned lane); /* nothing more comes */

/* Until every lane has ended. */
void merge_run(struct merge *merge);

#endif
