// SPDX-License-Identifier: Apache-2.0
/*
 * syslog.c - connects when there is something to say, and again when nobody is there.
 *
 * A message that got out by half is never gone on with: the connection is closed, so that
 * no receiver puts two of them together, and the whole of it is tried again.
 */
#include "output/syslog.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "policy/sigma.h"

enum { PATIENCE = 3000 /* ms, for each step */, HEAD = 512, HOST = 256 };

struct syslog {
	const struct config *config;
	int fd;      /* -1: not connected */
	bool stream; /* messages follow each other */
	bool lengths;
	char host[HOST], port[8]; /* host "": a unix socket */
	const char *path;
	char here[HOST]; /* our own name */
	char message[HEAD + RECORD_LINE + 2];
};

static const char *const kinds[RECORD_KINDS] = {
	[RECORD_ALERT] = "alert",       [RECORD_ALERT_UPDATE] = "alert_update",
	[RECORD_FILEINFO] = "fileinfo", [RECORD_FLOW] = "flow",
	[RECORD_STATS] = "stats",       [RECORD_FLOW_UPDATE] = "flow_update",
};

/* RFC 5424, table 2: critical 2, error 3, warning 4, notice 5, informational 6. */
static unsigned severity(const struct record *r)
{
	static const unsigned of[] = { [LEVEL_INFORMATIONAL] = 6,
		                       [LEVEL_LOW] = 5,
		                       [LEVEL_MEDIUM] = 4,
		                       [LEVEL_HIGH] = 3,
		                       [LEVEL_CRITICAL] = 2 };

	if (r->kind != RECORD_ALERT && r->kind != RECORD_ALERT_UPDATE)
		return 6;
	return of[r->level <= LEVEL_CRITICAL ? r->level : LEVEL_CRITICAL];
}

/* "2026-11-24T03:00:00.000000Z" */
static void say_time(char to[40], int64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	size_t n;

	gmtime_r(&seconds, &tm);
	n = strftime(to, 24, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(to + n, 40 - n, ".%06uZ", (unsigned)(ns % 1000000000 / 1000));
}

/* Where the message begins in s->message; its length with what frames it. */
static const char *format(struct syslog *s, const struct record *r, size_t *n)
{
	char head[HEAD - 16], when[40], length[16];
	char *message = s->message + 16, *at;
	int head_n, length_n;

	say_time(when, r->time);
	head_n = snprintf(head, sizeof(head), "<%u>1 %s %s egret %ld %s - ",
	                  (unsigned)s->config->syslog_facility * 8 + severity(r), when,
	                  s->here, (long)getpid(), kinds[r->kind]);
	memcpy(message, head, (size_t)head_n);
	memcpy(message + head_n, r->line, r->n);
	*n = (size_t)head_n + r->n;
	if (!s->stream)
		return message;
	if (!s->lengths) { /* a unix stream: by lines, as its readers have it */
		message[(*n)++] = '\n';
		return message;
	}
	length_n = snprintf(length, sizeof(length), "%zu ", *n);
	at = message - length_n;
	memcpy(at, length, (size_t)length_n);
	*n += (size_t)length_n;
	return at;
}

static void hang_up(struct syslog *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static bool ready(int fd, short what)
{
	struct pollfd wait = { .fd = fd, .events = what };

	return poll(&wait, 1, PATIENCE) > 0;
}

/* A socket connected to there, within patience; -1 and errno. */
static int try_address(int family, int type, const struct sockaddr *to, socklen_t n)
{
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), why = 0;
	socklen_t size = sizeof(why);

	if (fd < 0)
		return -1;
	if (connect(fd, to, n) == 0)
		return fd;
	why = errno;
	if (why == EINPROGRESS) {
		why = ETIMEDOUT;
		if (ready(fd, POLLOUT))
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size);
		if (why == 0)
			return fd;
	}
	close(fd);
	errno = why;
	return -1;
}

static int connect_unix(struct syslog *s)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const struct sockaddr *at = (const struct sockaddr *)&to;

	if (strlen(s->path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(to.sun_path, s->path);
	s->stream = false;
	s->fd = try_address(AF_UNIX, SOCK_DGRAM, at, sizeof(to));
	if (s->fd < 0 && errno == EPROTOTYPE) {
		s->stream = true;
		s->fd = try_address(AF_UNIX, SOCK_STREAM, at, sizeof(to));
	}
	return s->fd;
}

static int connect_host(struct syslog *s, struct error *why)
{
	struct addrinfo hints = { .ai_socktype = s->stream ? SOCK_STREAM : SOCK_DGRAM };
	struct addrinfo *found;
	int status = getaddrinfo(s->host, s->port, &hints, &found);

	if (status)
		return error_set(why, "%s: %s", s->host, gai_strerror(status));
	for (const struct addrinfo *at = found; at && s->fd < 0; at = at->ai_next)
		s->fd = try_address(at->ai_family, at->ai_socktype, at->ai_addr,
		                    at->ai_addrlen);
	freeaddrinfo(found);
	return s->fd;
}

static int call(struct syslog *s, struct error *why)
{
	error_set(why, "%s", "");
	if ((*s->host ? connect_host(s, why) : connect_unix(s)) >= 0)
		return 0;
	if (!*why->text)
		error_set(why, "%s: %s", s->config->syslog_to, strerror(errno));
	return -1;
}

/* Who went while nothing was said is noticed before anything more is. */
static bool gone(const struct syslog *s)
{
	char byte;

	return s->stream && recv(s->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static enum sink_put fail(struct syslog *s, int reason, struct error *why)
{
	if (reason == EMSGSIZE) {
		error_set(why, "too long for one datagram");
		return SINK_REFUSED;
	}
	hang_up(s);
	error_set(why, "%s: %s", s->config->syslog_to, strerror(reason));
	return SINK_LATER;
}

static enum sink_put send_all(struct syslog *s, const char *p, size_t n,
                              struct error *why)
{
	while (n > 0) {
		ssize_t sent = send(s->fd, p, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS) &&
		    ready(s->fd, POLLOUT))
			continue;
		if (sent < 0)
			return fail(s, errno == EAGAIN ? ETIMEDOUT : errno, why);
		p += sent;
		n -= (size_t)sent;
	}
	return SINK_TAKEN;
}

static enum sink_put put(void *state, const struct record *r, struct error *why)
{
	struct syslog *s = state;
	const char *message;
	size_t n;

	if (s->fd >= 0 && gone(s))
		hang_up(s);
	if (s->fd < 0 && call(s, why) < 0)
		return SINK_LATER;
	message = format(s, r, &n);
	return send_all(s, message, n, why);
}

static bool wants(void *state, enum record_kind kind, uint8_t level)
{
	const struct config *c = ((struct syslog *)state)->config;
	const struct record_types *types = &c->syslog_types;

	switch (kind) {
	case RECORD_ALERT:
	case RECORD_ALERT_UPDATE: return types->alert && level >= c->syslog_level;
	case RECORD_FILEINFO: return types->fileinfo;
	case RECORD_FLOW: return types->flow;
	case RECORD_FLOW_UPDATE: return types->flow_update;
	default: return types->stats;
	}
}

static uint64_t finish(void *state)
{
	struct syslog *s = state;

	hang_up(s);
	free(s);
	return 0;
}

/* "udp:HOST:PORT", "tcp:[::1]:601": the settings have seen to its form. */
static void parse(struct syslog *s, const char *to)
{
	const char *host = to + 4, *colon = strrchr(to, ':');
	size_t n = (size_t)(colon - host);

	s->stream = s->lengths = to[0] == 't';
	if (host[0] == '[') {
		host++;
		n -= 2;
	}
	snprintf(s->host, sizeof(s->host), "%.*s", (int)n, host);
	snprintf(s->port, sizeof(s->port), "%s", colon + 1);
}

int syslog_sink_open(const struct config *config, struct sink *ret, struct error *err)
{
	struct syslog *s;

	if (!*config->syslog_to)
		return 1;
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_set(err, "out of memory");
	s->config = config;
	s->fd = -1;
	if (strncmp(config->syslog_to, "unix:", 5) == 0)
		s->path = config->syslog_to + 5;
	else
		parse(s, config->syslog_to);
	if (gethostname(s->here, sizeof(s->here) - 1) < 0 || !*s->here)
		strcpy(s->here, "-");
	*ret = (struct sink){
		.name = "syslog",
		.state = s,
		.wants = wants,
		.put = put,
		.close = finish,
	};
	return 0;
}
