// SPDX-License-Identifier: Apache-2.0
/*
 * outbox.h - the queue before a sink, and the thread that empties it.
 *
 * Whoever puts a record never waits.  Alerts have a queue of their own, so that nothing
 * else can take their room; where they find none they go to the spool, a file, if there
 * is one.  What finds no room at all is counted.
 */
#ifndef RUN_OUTBOX_H
#define RUN_OUTBOX_H

#include "output/sink.h"
#include "run/sandbox.h"

struct outbox;
struct error;
struct json;

enum { OUTBOX_WHY = 160 };

/* What became of the records so far. */
struct outbox_counts {
	uint64_t taken;         /* by the sink */
	uint64_t lost_full;     /* no room: other records than alerts */
	uint64_t lost_alerts;   /* the same, of alerts */
	uint64_t lost_refused;  /* the sink will not have them */
	uint64_t spooled_bytes; /* that wait in the spool */
	bool failing;           /* at the moment */
	char why[OUTBOX_WHY];   /* it is, or was the last time; "" */
};

struct outbox_options {
	uint64_t queue;    /* bytes of memory */
	const char *spool; /* a file, borrowed; NULL: none */
	uint64_t spool_size;
	enum sandbox_role role; /* its thread's */
};

/* The sink is the outbox's from then on.  NULL: err says why; the sink is still the
 * caller's. */
struct outbox *outbox_new(const struct sink *sink, const struct outbox_options *options,
                          struct error *err);

/* One thread, always the same. */
void outbox_put(struct outbox *outbox, const struct record *record);

/* Any thread. */
void outbox_reopen(struct outbox *outbox);
void outbox_rotate(struct outbox *outbox);
void outbox_counts(struct outbox *outbox, struct outbox_counts *ret);

/* As an object of an array. */
void outbox_write(const char *name, const struct outbox_counts *counts, struct json *j);

/*
 * Nothing more is put: what waits is handed over, for some seconds where the sink does
 * not take it; what it then still has not is spooled, or counted as lost.  Gives the
 * final counts.  NULL is fine.
 */
void outbox_close(struct outbox *outbox, struct outbox_counts *ret);

#endif
