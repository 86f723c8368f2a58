// SPDX-License-Identifier: Apache-2.0
/*
 * window.c - reads an input in pieces large enough that a packet costs no call, small
 * enough to stay in a core's own cache.
 */
#include "traffic/window.h"

#include <errno.h>
#include <stdlib.h>

#include "base/inflate.h"

enum {
	PIECE = 192 << 10, /* a chunk that holds as much is left for another */
	CHUNK = PIECE + WINDOW_NEED_MAX,
};

struct window *window_new(struct inflate *input)
{
	struct window *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->input = input;
	w->chunk[0].p = malloc(CHUNK); /* the system gives what is written to */
	w->p = w->chunk[0].p;
	w->chunks = 1;
	if (!w->p) {
		free(w);
		return NULL;
	}
	return w;
}

void window_free(struct window *w)
{
	if (!w)
		return;
	for (unsigned i = 0; i < w->chunks; i++)
		free(w->chunk[i].p);
	free(w);
}

/*
 * A chunk that nobody looks at any more, or a new one.  There are enough: each that is in
 * use holds another of the last packets.  WINDOW_CHUNKS: out of memory.
 */
static unsigned chunk_find(struct window *w)
{
	for (unsigned i = 0; i < w->chunks; i++) {
		uint64_t last = w->chunk[i].last;

		if (i != w->current && (last == 0 || w->given - last >= CAPTURE_AHEAD))
			return i;
	}
	if (w->chunks == WINDOW_CHUNKS || !(w->chunk[w->chunks].p = malloc(CHUNK)))
		return WINDOW_CHUNKS;
	return w->chunks++;
}

/* Goes on in another chunk, with what is left of this one. */
static bool window_move(struct window *w)
{
	unsigned to = chunk_find(w);

	if (to == WINDOW_CHUNKS) {
		w->failed = ENOMEM;
		return false;
	}
	memcpy(w->chunk[to].p, w->p + w->at, w->end - w->at);
	w->chunk[to].last = 0;
	w->current = to;
	w->p = w->chunk[to].p;
	w->before += w->at;
	w->end -= w->at;
	w->at = 0;
	return true;
}

/* Reads once, up to where a chunk ends or n are at hand.  False: nothing came. */
static bool window_more(struct window *w, size_t n)
{
	size_t to = w->at + n > PIECE ? w->at + n : PIECE;
	ssize_t got = inflate_read(w->input, w->p + w->end, to - w->end);

	w->failed = got < 0 ? errno : 0;
	w->end += got > 0 ? (size_t)got : 0;
	return got > 0;
}

/* Passes over what nobody wants, of what is at hand. */
static void window_pass(struct window *w)
{
	uint64_t skip = w->skip;

	w->skip = 0;
	window_take(w, skip);
}

bool window_fill(struct window *w, size_t n)
{
	window_pass(w);
	while (w->skip > 0 || w->end - w->at < n) {
		if (w->end >= PIECE && w->at > 0 && !window_move(w))
			return false;
		if (!window_more(w, n))
			return false;
		window_pass(w);
	}
	return true;
}
