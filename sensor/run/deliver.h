// SPDX-License-Identifier: Apache-2.0
/*
 * deliver.h - records on their way from the output to every sink that the settings name.
 *
 * A replay has one sink, which is waited for; a live run has an outbox before each, and
 * waits for none.
 */
#ifndef RUN_DELIVER_H
#define RUN_DELIVER_H

#include "policy/config.h"
#include "run/outbox.h"

enum { DELIVER_SINKS = 3 };

struct deliver {
	struct sink sinks[DELIVER_SINKS];          /* the first is the file's */
	struct outbox *boxes[DELIVER_SINKS];       /* NULL: there are none, or not yet */
	struct outbox_counts ended[DELIVER_SINKS]; /* when they were closed */
	unsigned n;
	uint64_t written, lost; /* of the file; good once it is closed */
};

/*
 * Opens the file (eve_path is borrowed), and with `live` the other sinks, too.  Of zeros
 * before; deliver_close is needed also where it fails.
 */
int deliver_open(struct deliver *d, const struct config *config, const char *eve_path,
                 bool live, struct error *err);
/* A live run's threads, once it is who it goes on as. */
int deliver_start(struct deliver *d, const struct config *config, struct error *err);

/* The output's thread; for output_options, with a struct deliver. */
bool deliver_wants(void *deliver, enum record_kind kind, uint8_t level);
void deliver_put(void *deliver, const struct record *record);
/* "sinks" of a stats record: what became of the records before it; nothing in a replay.
 */
void deliver_write(void *deliver, struct json *j);

/* Any thread. */
void deliver_reopen(struct deliver *d);
void deliver_rotate(struct deliver *d);

/* Nothing more is put: after it `written` and `lost` (of the file) hold for the whole
 * run.  Again is fine. */
void deliver_close(struct deliver *d);

#endif
