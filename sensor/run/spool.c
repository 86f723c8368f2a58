// SPDX-License-Identifier: Apache-2.0
/*
 * spool.c - one line for each record: what it is, and then the record.
 *
 *	0 3 1764000000000000000 17 {"timestamp": ...
 *	kind, level, time, seq
 *
 * When the last one was taken the file is empty again, so it does not grow for ever.
 */
#include "run/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

enum { HEAD = 96, LINE = HEAD + RECORD_LINE + 2 };

struct spool {
	int fd;
	uint64_t size;    /* at most */
	uint64_t end, at; /* bytes written, and handed out */
	uint64_t unread;
	size_t n;        /* of the line at hand, with its newline; 0: none is */
	char line[LINE]; /* the one to be handed out */
};

struct spool *spool_open(const char *path, uint64_t size, struct error *err)
{
	struct spool *s = malloc(sizeof(*s));
	struct stat st;

	if (!s) {
		error_set(err, "out of memory");
		return NULL;
	}
	s->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (s->fd < 0 || fstat(s->fd, &st) < 0) {
		error_set(err, "%s: %s", path, strerror(errno));
		if (s->fd >= 0)
			close(s->fd);
		free(s);
		return NULL;
	}
	s->size = size;
	s->end = (uint64_t)st.st_size;
	s->at = s->unread = 0;
	s->n = 0;
	return s;
}

void spool_close(struct spool *s)
{
	if (!s)
		return;
	close(s->fd);
	free(s);
}

static bool write_all(struct spool *s, const char *p, size_t n)
{
	uint64_t to = s->end;

	while (n > 0) {
		ssize_t m = pwrite(s->fd, p, n, (off_t)to);

		if (m < 0 && errno == EINTR)
			continue;
		if (m <= 0)
			return false; /* what got out is written over by the next one */
		p += m;
		n -= (size_t)m;
		to += (uint64_t)m;
	}
	s->end = to;
	return true;
}

/* What was handed out makes room. */
static void compact(struct spool *s)
{
	char block[1 << 16];
	uint64_t to = 0;
	ssize_t n;

	while (s->at + to < s->end &&
	       (n = pread(s->fd, block, sizeof(block), (off_t)(s->at + to))) > 0 &&
	       pwrite(s->fd, block, (size_t)n, (off_t)to) == n)
		to += (uint64_t)n;
	if (s->at + to < s->end || ftruncate(s->fd, (off_t)to) < 0)
		return; /* the disk does not want to: nothing was gained */
	s->end = to;
	s->at = 0;
}

bool spool_put(struct spool *s, const struct record *r)
{
	char line[HEAD + 1 + RECORD_LINE];
	int head = snprintf(line, HEAD, "%u %u %" PRId64 " %" PRIu64 " ",
	                    (unsigned)r->kind, r->level, r->time, r->seq);
	size_t n = (size_t)head + r->n;

	if (r->n > RECORD_LINE)
		return false;
	if (s->end + n + 1 > s->size && s->at > s->size / 4)
		compact(s);
	if (s->end + n + 1 > s->size)
		return false;
	memcpy(line + head, r->line, r->n);
	line[n++] = '\n';
	return write_all(s, line, n);
}

/* Reads the line that begins at s->at; false where there is no whole one. */
static bool fill(struct spool *s)
{
	size_t want = s->end - s->at < LINE ? (size_t)(s->end - s->at) : LINE;
	ssize_t n = pread(s->fd, s->line, want, (off_t)s->at);
	const char *end = n > 0 ? memchr(s->line, '\n', (size_t)n) : NULL;

	s->n = end ? (size_t)(end - s->line) + 1 : 0;
	return end;
}

static bool parse(struct spool *s, struct record *r)
{
	unsigned kind, level;
	int head = 0;

	s->line[s->n - 1] = '\0';
	if (sscanf(s->line, "%u %u %" SCNd64 " %" SCNu64 " %n", &kind, &level, &r->time,
	           &r->seq, &head) != 4 ||
	    head == 0 || kind >= RECORD_KINDS || s->line[head] != '{')
		return false;
	r->kind = (enum record_kind)kind;
	r->level = (uint8_t)level;
	r->line = s->line + head;
	r->n = s->n - 1 - (size_t)head;
	return true;
}

static void clear(struct spool *s)
{
	s->at = s->end = 0;
	if (ftruncate(s->fd, 0) < 0)
		return; /* it is written over */
}

bool spool_peek(struct spool *s, struct record *ret)
{
	while (s->at < s->end) {
		if (s->n == 0 && !fill(s)) { /* half a line, of a program that ended */
			s->unread++;
			clear(s);
			return false;
		}
		if (parse(s, ret))
			return true;
		s->unread++;
		spool_next(s);
	}
	return false;
}

void spool_next(struct spool *s)
{
	s->at += s->n;
	s->n = 0;
	if (s->at >= s->end)
		clear(s);
}

uint64_t spool_waiting(const struct spool *s)
{
	return s ? s->end - s->at : 0;
}

uint64_t spool_unread(const struct spool *s)
{
	return s->unread;
}
