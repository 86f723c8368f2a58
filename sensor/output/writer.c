// SPDX-License-Identifier: Apache-2.0
/*
 * writer.c - lines to a file or to stdout.
 *
 * A disk that is full may have room again later: what cannot be written is dropped in
 * whole lines, but for the rest of a line whose beginning got out, which waits for its
 * turn, so that a reader never sees half a record.  A pipe whose reader is gone stays
 * closed.
 */
#include "output/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "output/rotate.h"

/* Where the last line of the file ends; 0: none does. */
static off_t end_of_lines(int fd)
{
	char block[4096];
	off_t at = lseek(fd, 0, SEEK_END);

	while (at > 0) {
		size_t n = at < (off_t)sizeof(block) ? (size_t)at : sizeof(block);
		const char *end;

		at -= (off_t)n;
		if (pread(fd, block, n, at) != (ssize_t)n)
			return lseek(fd, 0, SEEK_END); /* it cannot be read: leave it */
		end = memrchr(block, '\n', n);
		if (end)
			return at + (end - block) + 1;
	}
	return 0;
}

/* A program that was killed may have left half a record. */
static void cut_last(int fd, const char *path)
{
	off_t whole = lseek(fd, 0, SEEK_END), end = whole > 0 ? end_of_lines(fd) : whole;

	if (end == whole || ftruncate(fd, end) < 0)
		return;
	log_warning("%s: %lld bytes of a record that was never finished are cut off",
	            path, (long long)(whole - end));
}

static int open_file(const char *path, bool add)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (add ? O_APPEND : O_TRUNC),
	              0640);

	if (fd < 0 && errno == EACCES) /* it may be written, but not read */
		fd = open(path,
		          O_WRONLY | O_CREAT | O_CLOEXEC | (add ? O_APPEND : O_TRUNC),
		          0640);
	else if (fd >= 0 && add)
		cut_last(fd, path);
	return fd;
}

static uint64_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

void writer_reopen(struct writer *w)
{
	int fd;

	if (w->fd < 0 || w->fd == STDOUT_FILENO)
		return;
	writer_flush(w);
	fd = open_file(w->path, true);
	if (fd < 0) {
		log_error("cannot write %s: %s; the file that is open goes on", w->path,
		          strerror(errno));
		return;
	}
	close(w->fd);
	w->fd = fd;
	w->size = size_of(fd);
	w->complained = false;
}

void writer_rotate(struct writer *w, uint64_t limit, unsigned keep)
{
	w->limit = limit;
	w->keep = keep;
}

/* The file is large enough, and ends with a whole line. */
static void rotate(struct writer *w)
{
	struct error err;

	w->size = 0; /* of the one to come */
	if (rotate_files(w->path, w->keep, &err) == 0) {
		writer_reopen(w);
		return;
	}
	log_error("%s; the file goes on", err.text);
	w->limit = 0;
}

int writer_open(struct writer *w, const char *path, bool add, struct error *err)
{
	*w = (struct writer){ .fd = -1, .path = path };
	w->buffer = malloc(WRITER_BUFFER);
	if (!w->buffer)
		return error_set(err, "out of memory");
	if (strcmp(path, "-") == 0) {
		w->fd = STDOUT_FILENO;
		return 0;
	}
	w->fd = open_file(path, add);
	if (w->fd >= 0) {
		w->size = size_of(w->fd);
		return 0;
	}
	error_set(err, "cannot write %s: %s", path, strerror(errno));
	free(w->buffer);
	w->buffer = NULL;
	return -1;
}

struct json writer_line(struct writer *w)
{
	if (WRITER_BUFFER - w->used <= WRITER_LINE)
		writer_flush(w);
	return json_over(w->buffer + w->used, WRITER_LINE);
}

void writer_take(struct writer *w, const struct json *j)
{
	w->used += j->n;
	w->buffer[w->used++] = '\n';
	w->written++;
}

void writer_drop(struct writer *w)
{
	w->lost++;
}

/* How many lines end in these bytes. */
static void lines_count(const char *p, size_t n, uint64_t *lines)
{
	const char *end = p + n;

	for (*lines = 0; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		++*lines;
}

/* Something went wrong after `done` bytes: keeps the rest of a line begun, and no more.
 */
static void writer_fail(struct writer *w, size_t done, int reason)
{
	size_t rest = 0;
	uint64_t lines;

	if (!w->complained)
		log_error("cannot write records to %s: %s",
		          w->fd == STDOUT_FILENO ? "stdout" : w->path, strerror(reason));
	w->complained = true;
	w->closed = reason == EPIPE; /* then nobody reads the rest of a line either */
	if (w->midline && !w->closed) {
		const char *end = memchr(w->buffer + done, '\n', w->used - done);

		rest = (size_t)(end - (w->buffer + done)) + 1;
	}
	lines_count(w->buffer + done + rest, w->used - done - rest, &lines);
	w->lost += lines;
	w->written -= lines;
	memmove(w->buffer, w->buffer + done, rest);
	w->used = rest;
}

void writer_flush(struct writer *w)
{
	size_t done = 0;

	if (w->closed) {
		uint64_t lines;

		lines_count(w->buffer, w->used, &lines);
		w->lost += lines;
		w->written -= lines;
		w->used = 0;
		return;
	}
	while (done < w->used) {
		ssize_t n = write(w->fd, w->buffer + done, w->used - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 &&
		    errno == EAGAIN) { /* somebody made our stdout non-blocking */
			poll(&(struct pollfd){ .fd = w->fd, .events = POLLOUT }, 1, -1);
			continue;
		}
		if (n <= 0) {
			writer_fail(w, done, n < 0 ? errno : ENOSPC);
			return;
		}
		done += (size_t)n;
		w->size += (uint64_t)n;
		w->midline = w->buffer[done - 1] != '\n';
	}
	w->used = 0;
	if (w->limit && w->size >= w->limit && w->fd != STDOUT_FILENO)
		rotate(w);
}

void writer_close(struct writer *w)
{
	if (w->fd < 0)
		return;
	w->limit = 0; /* nothing comes after it */
	writer_flush(w);
	if (w->used > 0) { /* the rest of a line is still waiting */
		w->lost++;
		w->written--;
		w->used = 0;
	}
	if (w->fd != STDOUT_FILENO && close(w->fd) < 0 && !w->complained) {
		log_error("cannot write records to %s: %s", w->path, strerror(errno));
		w->lost++;
	}
	w->fd = -1;
	free(w->buffer);
	w->buffer = NULL;
}
