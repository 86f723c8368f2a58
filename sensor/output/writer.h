// SPDX-License-Identifier: Apache-2.0
/*
 * writer.h - lines to a file or to stdout, through one large buffer.
 *
 * Lines that cannot be written stay in the buffer and go first when there is room again;
 * every line that does get out is whole.  One thread.  The program ignores SIGPIPE.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

enum { WRITER_BUFFER = 1 << 20 };

struct writer {
	char *buffer;
	size_t used;
	uint64_t lines; /* that were taken */
	const char *path;
	int fd;
	uint64_t size;  /* bytes in the file */
	uint64_t limit; /* at which the file makes way for a new one; 0: never */
	unsigned keep;  /* old ones */
	int failed;     /* errno of the last try; 0: it went well */
	bool midline;   /* the last byte that got out was not the end of a line */
	bool closed;    /* whoever read it is gone: nothing more is tried */
};

/*
 * path "-": stdout.  Borrowed for as long as the writer lives.  add: behind what stands
 * in the file, from which a line that was never finished is cut off (that is said); else
 * it is written anew.
 */
int writer_open(struct writer *w, const char *path, bool add, struct error *err);

/* The file makes way for a new one when it has so many bytes; so many old ones stay. */
void writer_limit(struct writer *w, uint64_t limit, unsigned keep);
/* It makes way now: its lines are all written. */
void writer_rotate(struct writer *w);
/* Somebody has moved the file away: goes on in a new one of that name.  Where it cannot
 * be opened that is said, and the old one goes on. */
void writer_reopen(struct writer *w);

/* One line of less than WRITER_BUFFER bytes, without its newline.  False: it was not
 * taken, since there is no room for it, and `failed` says why there is none. */
bool writer_put(struct writer *w, const char *line, size_t n);
/* False: not all of it is written yet. */
bool writer_flush(struct writer *w);

/* Flushes and closes; gives how many lines that were taken are lost.  A writer with fd -1
 * is fine. */
uint64_t writer_close(struct writer *w);

#endif
