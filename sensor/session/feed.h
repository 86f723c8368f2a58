// SPDX-License-Identifier: Apache-2.0
/*
 * feed.h - the loop that drives one dissector over one run of bytes (room-private).
 *
 * The same loop serves a direction of a connection and the content of a container.
 */
#ifndef SESSION_FEED_H
#define SESSION_FEED_H

#include "session/session.h"

enum { BUFFER_SIZE = 32768 };

/* The part of a message that came before the rest of it. */
struct buffer {
	uint32_t n;
	uint8_t b[BUFFER_SIZE];
};

/* What the directions of a flow share, or a container has: a dissector at work. */
struct reading {
	const struct dissector *dissector;
	struct transfer *slots[SLOTS];
	struct transfer *self;   /* the container that is read; NULL: a flow */
	struct session *session; /* whose flow it is, at any depth */
	uint8_t state[DISSECTOR_STATE_MAX];
};

struct feed {
	struct reading *reading;
	struct buffer *pending;
	uint64_t content_left; /* of the content that goes by; 0: framing is next */
	uint64_t content_offset;
	uint64_t content_seen; /* bytes that the last content came to */
	uint8_t slot;
	bool last;
	bool from_client;
	bool after_gap;
	uint64_t gap_lost; /* bytes of the gap that were never seen... */
	uint64_t gap_cut;  /* ...and that were, but cannot be read */
	bool dead;         /* nobody reads on */
	uint8_t matched; /* bytes of the marker that stood at the end of what was seen */
	struct marker until;
};

/* A container in a transfer's content. */
struct container {
	struct reading reading;
	struct feed feed;
};

struct session {
	struct reading reading;
	struct feed dir[2];
	struct flow *flow;
	uint32_t transfers; /* opened so far: their ordinals */
	bool swapped;
	bool learnt; /* something inside the top-level transfer at hand was learnt */
	uint8_t start_n[2]; /* bytes of the beginning, while too few to choose by */
	uint8_t start[2][16];
	struct context context;
};

struct session_table {
	const struct policy *policy;
	struct transfer_table *transfers;
	struct counters *counters;
	struct session_hooks hooks;
	struct pattern_scratch *scratch;
	struct pool sessions, containers, buffers;
	enum load load;
	uint32_t hand; /* which session is looked at next when one must give way */
	struct moment now;
	struct dissect_out out[TRANSFER_DEPTH + 2]; /* one for each depth of nesting */
};

void feed_init(struct feed *feed, struct reading *reading, bool from_client);
/* `length` bytes, the first seen.n at hand; or lost. */
void feed_push(struct session_table *table, struct feed *feed, struct bytes seen,
               uint64_t length, bool lost);
/* No more comes. */
void feed_finish(struct session_table *table, struct feed *feed, bool complete);
/* Closes every slot of a reading that still stands open. */
void reading_close(struct session_table *table, struct reading *reading);

/* slots.c: what notes and content mean for transfers. */
void slot_note(struct session_table *table, struct feed *feed, const struct note *note);
void slot_content(struct session_table *table, struct reading *reading, unsigned slot,
                  uint64_t offset, struct bytes seen, uint64_t length, bool lost);
void slot_close(struct session_table *table, struct reading *reading, unsigned slot,
                bool complete);

/* marker.c */
struct marker_hit {
	bool found;
	size_t held; /* bytes of what was held back before that are content after all */
	size_t content;  /* bytes of `in` that are content */
	size_t rest;     /* found: bytes of the marker that were held and start the next
	                    message */
	uint8_t matched; /* not found: bytes at the end of `in` that may begin a marker */
};

/* Looks for the marker in what was held back (a beginning of it) and in. */
struct marker_hit marker_find(const struct marker *marker, unsigned matched,
                              struct bytes in);

#endif
