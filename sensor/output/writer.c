// SPDX-License-Identifier: Apache-2.0
/*
 * writer.c - lines to a file or to stdout.
 *
 * A disk that is full may have room again later, so what could not be written waits.  A
 * pipe whose reader is gone stays closed.
 */
#include "output/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
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
}

void writer_limit(struct writer *w, uint64_t limit, unsigned keep)
{
	w->limit = limit;
	w->keep = keep;
}

/* The file ends with a whole line. */
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

void writer_rotate(struct writer *w)
{
	if (w->fd >= 0 && w->fd != STDOUT_FILENO && w->keep && writer_flush(w) && w->size)
		rotate(w);
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

bool writer_put(struct writer *w, const char *line, size_t n)
{
	if (w->closed || (w->used + n + 1 > WRITER_BUFFER && !writer_flush(w) &&
	                  w->used + n + 1 > WRITER_BUFFER))
		return false;
	memcpy(w->buffer + w->used, line, n);
	w->used += n;
	w->buffer[w->used++] = '\n';
	w->lines++;
	return true;
}

static const char *name_of(const struct writer *w)
{
	return w->fd == STDOUT_FILENO ? "stdout" : w->path;
}

/* Nothing more got out after the first `done` bytes; said when it begins. */
static bool writer_fail(struct writer *w, size_t done, int reason)
{
	if (!w->failed)
		log_error("cannot write records to %s: %s", name_of(w), strerror(reason));
	w->failed = reason;
	w->closed = reason == EPIPE;
	w->used -= done;
	memmove(w->buffer, w->buffer + done, w->used);
	return false;
}

bool writer_flush(struct writer *w)
{
	size_t done = 0;

	while (done < w->used && !w->closed) {
		ssize_t n = write(w->fd, w->buffer + done, w->used - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 &&
		    errno == EAGAIN) { /* somebody made our stdout non-blocking */
			poll(&(struct pollfd){ .fd = w->fd, .events = POLLOUT }, 1, -1);
			continue;
		}
		if (n <= 0)
			return writer_fail(w, done, n < 0 ? errno : ENOSPC);
		done += (size_t)n;
		w->size += (uint64_t)n;
		w->midline = w->buffer[done - 1] != '\n';
	}
	if (w->closed)
		return false;
	w->used = 0;
	if (w->failed)
		log_notice("records are written to %s again", name_of(w));
	w->failed = 0;
	if (w->limit && w->size >= w->limit && w->fd != STDOUT_FILENO)
		rotate(w);
	return true;
}

static uint64_t lines_in(const char *p, size_t n)
{
	const char *end = p + n;
	uint64_t lines = 0;

	for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	return lines;
}

uint64_t writer_close(struct writer *w)
{
	uint64_t lost;

	if (w->fd < 0)
		return 0;
	w->limit = 0; /* nothing comes after it */
	writer_flush(w);
	lost = lines_in(w->buffer, w->used);
	if (w->midline && w->fd != STDOUT_FILENO)
		cut_last(w->fd, w->path);
	if (w->fd != STDOUT_FILENO && close(w->fd) < 0 && !lost && w->lines) {
		log_error("cannot write records to %s: %s", w->path, strerror(errno));
		lost++;
	}
	w->fd = -1;
	free(w->buffer);
	w->buffer = NULL;
	return lost;
}
