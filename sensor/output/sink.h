// SPDX-License-Identifier: Apache-2.0
/*
 * sink.h - where finished records go: a file, a system log, a web service.
 *
 * Each sink has a thread of its own and a bounded queue before it (run/outbox.h), so it
 * may wait for whoever takes what it writes: nothing else waits with it.  Only that
 * thread calls it after it was opened.
 */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

enum record_kind {
	RECORD_ALERT,        /* the first word of it */
	RECORD_ALERT_UPDATE, /* more of it, and its end */
	RECORD_FILEINFO,
	RECORD_FLOW,
	RECORD_FLOW_UPDATE,
	RECORD_STATS,
	RECORD_KINDS
};

enum { RECORD_LINE = 1 << 17 }; /* no line is longer */

/* A record as it stands in eve.json. */
struct record {
	enum record_kind kind;
	uint8_t level;    /* of an alert: enum level of its rule */
	int64_t time;     /* ns since 1970 */
	uint64_t seq;     /* egret.seq */
	const char *line; /* one JSON object, without a newline; no byte of it is 0 */
	size_t n;
};

enum sink_put {
	SINK_TAKEN,
	SINK_WAIT,  /* in a moment: nothing is wrong, it is not to be faster than this */
	SINK_LATER, /* not now (nobody there, disk full): the same one is tried again */
	SINK_REFUSED, /* this one never: it is counted, and the next one comes */
};

struct sink {
	const char *name; /* "syslog": of its settings, and in what is said of it */
	void *state;
	/* Records of this kind (and, of alerts, this level) are for it. */
	bool (*wants)(void *state, enum record_kind kind, uint8_t level);
	/* May take some time, not for ever: a few seconds.  why: one sentence, when it is
	 * SINK_LATER or SINK_REFUSED. */
	enum sink_put (*put)(void *state, const struct record *record, struct error *why);
	/* Nothing waits at the moment: what is kept in a buffer is written now.  NULL:
	 * nothing is ever kept. */
	enum sink_put (*flush)(void *state, struct error *why);
	/* Its file was moved away, or is to make way for a new one.  NULL: it has none.
	 */
	void (*reopen)(void *state);
	void (*rotate)(void *state);
	/* Writes what it still has, and is gone; gives how many records that it took are
	 * lost.
	 */
	uint64_t (*close)(void *state);
};

#endif
