// SPDX-License-Identifier: Apache-2.0
/*
 * member.h - one of several workers that read for themselves (room-private).
 */
#ifndef RUN_MEMBER_H
#define RUN_MEMBER_H

#include <pthread.h>

#include "base/ring.h"
#include "run/merge.h"
#include "run/parallel.h"

struct fanout;

struct member {
	pthread_t thread;
	unsigned index;
	struct fanout *fanout;
	struct reader *reader;
	struct reader own; /* that is the reader, of all but the first */
	struct outlet lane;
	uint64_t number; /* of what was worked on last */
	int64_t now;     /* and its time */
	int64_t closed;
	struct ring **from; /* by who hands over; NULL: itself */
	int wake;
	atomic_bool sleeping;
	_Atomic uint64_t refused; /* by its full rings */
	uint64_t refused_told;
	_Atomic(const struct policy *) fresh; /* to go on with at fanout.fresh_at */
	/* what others may know of it */
	_Atomic uint64_t packets, bytes;
	_Atomic int64_t last;
};

struct fanout {
	const struct pipeline_options *options;
	struct live_share share;
	struct shards shards;
	struct merge *merge;
	struct member *members;
	struct outlet *outlets;
	unsigned n;
	pthread_t merger;
	const struct policy *current, *before; /* the first one's */
	int64_t fresh_at;                      /* written before the offer */
	_Atomic int64_t top_at; /* the look that says which flows are busy */
	_Atomic unsigned reading;
	_Atomic int64_t end; /* the last time that anybody has worked on */
	struct reader total; /* of the first: what all have read */
};

/* A thread: reads and works until it is stopped, and then until none is left. */
void *member_main(void *member);

/* All that the workers have told; how far they are is how far the last one is. */
void fanout_sum_up(struct fanout *fanout);

#endif
