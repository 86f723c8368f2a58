// SPDX-License-Identifier: Apache-2.0
/*
 * window.h - the plain bytes of an input, a piece at a time: the room's own.
 *
 * A reader asks for as many bytes as a record has, looks at them where they lie, and
 * takes them.  What was handed out as a packet stays where it is for CAPTURE_AHEAD
 * further packets, also when the window moves on: it goes from chunk to chunk, and takes
 * an old one again only when none of its packets is in use.  One thread.
 */
#ifndef TRAFFIC_WINDOW_H
#define TRAFFIC_WINDOW_H

#include "base/bytes.h"
#include "traffic/capture.h"

struct inflate;

enum {
	WINDOW_NEED_MAX = 320 << 10, /* bytes that can be asked for at once */
	WINDOW_CHUNKS = CAPTURE_AHEAD + 2,
};

struct window {
	struct inflate *input; /* borrowed */
	uint8_t *p;            /* the chunk under way */
	size_t at, end;        /* p[at..end) is at hand */
	uint64_t skip;         /* bytes behind those that nobody wants */
	uint64_t before;       /* plain bytes of the input before p[0] */
	uint64_t given;        /* packets handed out */
	int failed;            /* errno of the read that failed last, or 0 */

	/* when nobody reads it any more: the capture's */
	struct window *next;
	uint64_t retired;

	unsigned current, chunks;
	struct window_chunk {
		uint8_t *p;
		uint64_t last; /* `given` after its last packet; 0: has none */
	} chunk[WINDOW_CHUNKS];
};

struct window *window_new(struct inflate *input); /* NULL: out of memory */
void window_free(struct window *w);               /* NULL is fine */

/* Reads until there are n (<= WINDOW_NEED_MAX).  False: the input has no more yet. */
bool window_fill(struct window *w, size_t n);

static inline bool window_need(struct window *w, size_t n)
{
	return (w->skip == 0 && w->end - w->at >= n) || window_fill(w, n);
}

/* What is at hand; good until the next need, or as long as a packet of it is. */
static inline struct bytes window_look(const struct window *w, size_t n)
{
	return (struct bytes){ w->p + w->at, n };
}

/* Goes n bytes on: also beyond what is at hand, which is then passed over unseen. */
static inline void window_take(struct window *w, uint64_t n)
{
	uint64_t left = w->end - w->at;

	w->at += n < left ? (size_t)n : (size_t)left;
	w->skip += n < left ? 0 : n - left;
}

/* A packet of the bytes just taken was handed out. */
static inline void window_given(struct window *w)
{
	w->chunk[w->current].last = ++w->given;
}

/* True where nothing is left, and nothing is missing. */
static inline bool window_done(const struct window *w)
{
	return w->at == w->end && w->skip == 0;
}

/* Plain bytes up to the next one... */
static inline uint64_t window_position(const struct window *w)
{
	return w->before + w->at;
}

/* ...and up to the last one that was read. */
static inline uint64_t window_read(const struct window *w)
{
	return w->before + w->end;
}

#endif
