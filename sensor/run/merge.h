// SPDX-License-Identifier: Apache-2.0
/*
 * merge.h - events of several workers in one order.
 *
 * Each lane (a worker, or the reader) sends events through a ring of its own, and a close
 * mark after each batch.  When every lane has closed a batch, its events go out, sorted.
 * Lanes that read for themselves have no batches in common: what they say goes out, by
 * time, when every lane is past it.
 */
#ifndef RUN_MERGE_H
#define RUN_MERGE_H

#include "base/ring.h"
#include "detect/event.h"

struct merge;

/* outlet gets every event, in order, from the thread that calls merge_run. */
struct merge *merge_new(unsigned lanes, const struct outlet *outlet);
void merge_free(struct merge *merge);

/*
 * For the thread of a lane: what it puts there goes to the merge; then the mark.  time:
 * nothing comes that stands before it in the order; 0 where batches are meant.
 */
struct outlet merge_lane(struct merge *merge, unsigned lane);
void merge_close(struct merge *merge, unsigned lane, int64_t time);
void merge_end(struct merge *merge, unsigned lane); /* nothing more comes */

/* Until every lane has ended: batch by batch, or by time. */
void merge_run(struct merge *merge);
void merge_run_by_time(struct merge *merge);

#endif
