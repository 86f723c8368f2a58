// SPDX-License-Identifier: Apache-2.0
/*
 * writer.h - lines to a file or to stdout, through one large buffer.
 *
 * What cannot be written is reported once and counted in whole lines; every line that
 * does get out is whole.  One thread.  The program ignores SIGPIPE.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include "base/json.h"

struct error;

enum { WRITER_BUFFER = 1 << 20, WRITER_LINE = 1 << 17 };

struct writer {
	char *buffer;
	size_t used;
	uint64_t written, lost; /* lines */
	const char *path;
	int fd;
	uint64_t size;  /* bytes in the file */
	uint64_t limit; /* at which the file makes way for a new one; 0: never */
	unsigned keep;  /* old ones */
	bool midline;   /* the last byte that got out was not the end of a line */
	bool complained;
	bool closed; /* whoever read it is gone: nothing more is tried */
};

/*
 * path "-": stdout.  Borrowed for as long as the writer lives.  add: behind what stands
 * in the file, from which a line that was never finished is cut off (that is said); else
 * it is written anew.
 */
int writer_open(struct writer *w, const char *path, bool add, struct error *err);

/* The file makes way for a new one when it has so many bytes; so many old ones stay. */
void writer_rotate(struct writer *w, uint64_t limit, unsigned keep);
/* Somebody has moved the file away: goes on in a new one of that name.  Where it cannot
 * be opened that is said, and the old one goes on. */
void writer_reopen(struct writer *w);

/* At least WRITER_LINE bytes to write one line over, without its newline. */
struct json writer_line(struct writer *w);
/* Takes the line: j is the same as writer_line gave, with the line in it. */
void writer_take(struct writer *w, const struct json *j);
void writer_drop(struct writer *w); /* or counts it as lost */
void writer_flush(struct writer *w);

/* Flushes and closes.  A writer of zeros with fd -1 is fine. */
void writer_close(struct writer *w);

#endif
