// SPDX-License-Identifier: Apache-2.0
/*
 * canary.c - egret canary: sends a small marked object out, so that a span port that has
 * gone blind is noticed.
 *
 * Plain HTTP alone, since what is encrypted says nothing to a sensor: one request, and
 * the first line of what is answered.
 */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "run/command.h"

enum { PATIENCE = 5 /* s, for each step */, HOST = 256, REQUEST = 2048 };

struct place {
	char host[HOST], port[8];
	const char *path;
};

static bool parse(const char *url, struct place *p)
{
	size_t n;
	const char *colon;

	if (strncmp(url, "http://", 7) != 0)
		return false;
	url += 7;
	n = strcspn(url, "/?#");
	if (n == 0 || n >= sizeof(p->host) || memchr(url, '@', n))
		return false;
	memcpy(p->host, url, n);
	p->host[n] = '\0';
	p->path = url[n] == '/' ? url + n : "/";
	strcpy(p->port, "80");
	colon = strrchr(p->host, ':');
	if (colon && colon > strrchr(p->host, ']') &&
	    strlen(colon + 1) < sizeof(p->port)) {
		strcpy(p->port, colon + 1);
		p->host[colon - p->host] = '\0';
	}
	if (p->host[0] == '[' && p->host[strlen(p->host) - 1] == ']') {
		p->host[strlen(p->host) - 1] = '\0';
		memmove(p->host, p->host + 1, strlen(p->host));
	}
	return strspn(p->port, "0123456789") == strlen(p->port) && *p->port &&
	       !strpbrk(p->path, " \r\n");
}

static int try_one(const struct addrinfo *to)
{
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC, to->ai_protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
		return fd;
	close(fd);
	return -1;
}

static int connect_to(const struct place *p, struct error *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
	int status = getaddrinfo(p->host, p->port, &hints, &found), fd = -1;

	if (status)
		return error_set(err, "%s: %s", p->host, gai_strerror(status));
	for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
		fd = try_one(at);
	if (fd < 0)
		error_set(err, "%s port %s: %s", p->host, p->port, strerror(errno));
	freeaddrinfo(found);
	return fd;
}

/* Sends it, and reads the first line of the answer. */
static int send_canary(int fd, const struct place *p, const char *url, uint64_t id,
                       char answer[128], struct error *err)
{
	char request[REQUEST], body[64];
	int size = snprintf(body, sizeof(body), "EGRET-CANARY/1 %016llx\n",
	                    (unsigned long long)id);
	size_t host = strcspn(url + 7, "/?#"), got = 0;
	int n = snprintf(request, sizeof(request),
	                 "POST %s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: egret-canary\r\n"
	                 "Content-Type: application/x-egret-canary\r\n"
	                 "Content-Length: %d\r\nConnection: close\r\n\r\n%s",
	                 p->path, (int)host, url + 7, size, body);

	if (n < 0 || n >= (int)sizeof(request))
		return error_set(err, "%s: too long", url);
	if (send(fd, request, (size_t)n, MSG_NOSIGNAL) != n)
		return error_set(err, "%s: %s", p->host, strerror(errno));
	while (got < 127) {
		ssize_t more = recv(fd, answer + got, 127 - got, 0);

		if (more <= 0)
			break;
		got += (size_t)more;
	}
	answer[got] = '\0';
	answer[strcspn(answer, "\r\n")] = '\0';
	return got ? 0 : error_set(err, "%s: no answer", p->host);
}

static int fly(const char *url, const struct place *p)
{
	struct error err;
	char answer[128];
	uint64_t id;
	int fd = connect_to(p, &err), status;

	if (fd < 0) {
		log_error("%s", err.text);
		return EXIT_INPUT;
	}
	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
		id = (uint64_t)time(NULL);
	status = send_canary(fd, p, url, id, answer, &err);
	close(fd);
	if (status < 0) {
		log_error("%s", err.text);
		return EXIT_INPUT;
	}
	for (char *c = answer; *c; c++) /* whatever answered */
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '.';
	printf("canary %016llx is out; %s answered: %s\n"
	       "a sensor that saw it says so in its log, and in egret ctl status\n",
	       (unsigned long long)id, p->host, answer);
	return EXIT_OK;
}

int command_canary(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = { { "help", no_argument, NULL, 'h' },
		                                 { 0 } };
	struct place place;
	int c = getopt_long(argc, argv, ":h", options, NULL);

	if (c == 'h') {
		command_help(command, stdout);
		return EXIT_OK;
	}
	if (c != -1)
		return command_wrong_option(command, options, argv, c);
	if (optind + 1 != argc)
		return command_misuse(command, "one address: http://host.outside/");
	if (!parse(argv[optind], &place))
		return command_misuse(command,
		                      "%s: http://HOST[:PORT][/PATH] is sent to; what is "
		                      "encrypted a sensor cannot see",
		                      argv[optind]);
	return fly(argv[optind], &place);
}
