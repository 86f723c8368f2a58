// SPDX-License-Identifier: Apache-2.0
/*
 * control.c - one client after the other, each bounded in time and in bytes.
 */
#include "run/control.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "run/local.h"
#include "run/thread.h"

enum { PATIENCE = 5, /* s, with a client */ LOOK_AROUND = 500 /* ms */ };

struct control {
	int fd;
	char *path;
	pthread_t thread;
	bool running;
	atomic_bool over;
	const struct service *service;
	struct standing standing; /* the thread's */
};

int control_open(const char *path, const char *user, struct control **ret,
                 struct error *err)
{
	struct control *c = calloc(1, sizeof(*c));

	if (!c || !(c->path = strdup(path))) {
		free(c);
		return error_set(err, "out of memory");
	}
	c->fd = local_listen(path, user, err);
	if (c->fd < 0) {
		free(c->path);
		free(c);
		return 1;
	}
	*ret = c;
	return 0;
}

static void cmd_status(struct control *c, const char *arguments, FILE *to)
{
	service_look(c->service, &c->standing);
	fputs("ok\n", to);
	if (strcmp(arguments, "json") == 0)
		status_print_json(&c->standing, to);
	else
		status_print(&c->standing, to);
}

static void cmd_top(struct control *c, const char *arguments, FILE *to)
{
	unsigned long most = strtoul(arguments, NULL, 10);

	service_look(c->service, &c->standing);
	board_ask_top(c->service->board);
	fputs("ok\n", to);
	if (c->standing.view.top_before == 0 ||
	    c->standing.now - c->standing.view.top_time > INT64_C(10000000000))
		fputs("-\n", to); /* what there is, is old: ask again */
	else
		status_print_top(&c->standing, most ? (unsigned)most : 20, to);
}

static void cmd_reload(struct control *c, const char *arguments, FILE *to)
{
	char said[RELOAD_TEXT];
	bool good = reload_now(c->service->reload, said);

	(void)arguments;
	fprintf(to, "%s\n%s%s", good ? "ok" : "no", said,
	        good ? "" : "these rules are not taken, the old ones go on\n");
}

static void cmd_rotate(struct control *c, const char *arguments, FILE *to)
{
	(void)arguments;
	deliver_rotate(c->service->deliver);
	fputs("ok\n", to);
}

static void cmd_stop(struct control *c, const char *arguments, FILE *to)
{
	(void)arguments;
	atomic_store(c->service->stop, true);
	fputs("ok\n", to);
}

static const struct {
	const char *name;
	void (*run)(struct control *c, const char *arguments, FILE *to);
} requests[] = {
	{ "status", cmd_status }, { "top", cmd_top },   { "reload", cmd_reload },
	{ "rotate", cmd_rotate }, { "stop", cmd_stop },
};

static void answer(struct control *c, char *line, FILE *to)
{
	size_t n = strcspn(line, " \r\n");
	char *arguments = line + n + (line[n] == ' ');

	line[n] = '\0';
	arguments[strcspn(arguments, "\r\n")] = '\0';
	for (unsigned i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (strcmp(requests[i].name, line) == 0) {
			requests[i].run(c, arguments, to);
			return;
		}
	fprintf(to, "no\nno such request\n");
}

/* A line, within the patience that the socket has; false: none. */
static bool read_line(int fd, char line[CONTROL_LINE])
{
	size_t n = 0;

	while (n < CONTROL_LINE - 1) {
		ssize_t got = recv(fd, line + n, CONTROL_LINE - 1 - n, 0);

		if (got <= 0)
			return false;
		n += (size_t)got;
		line[n] = '\0';
		if (memchr(line, '\n', n))
			return true;
	}
	return false;
}

static void send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

static void serve(struct control *c, int fd)
{
	struct timeval patience = { .tv_sec = PATIENCE };
	char line[CONTROL_LINE], *text = NULL;
	size_t n = 0;
	FILE *to;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!read_line(fd, line))
		return;
	to = open_memstream(&text, &n);
	if (!to)
		return;
	answer(c, line, to);
	fclose(to);
	send_all(fd, text, n);
	free(text);
}

static void *main_of_thread(void *arg)
{
	struct control *c = arg;
	struct pollfd poll_of = { .fd = c->fd, .events = POLLIN };

	while (!atomic_load(&c->over)) {
		int fd;

		if (poll(&poll_of, 1, LOOK_AROUND) <= 0)
			continue;
		fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		serve(c, fd);
		close(fd);
	}
	return NULL;
}

int control_start(struct control *c, const struct service *service, struct error *err)
{
	c->service = service;
	c->running = thread_start(&c->thread, "egret-control", SANDBOX_CONTROL,
	                          main_of_thread, c) == 0;
	return c->running ? 0 : error_set(err, "cannot start a thread");
}

void control_end(struct control *c)
{
	if (!c)
		return;
	atomic_store(&c->over, true);
	if (c->running)
		pthread_join(c->thread, NULL);
	c->running = false;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	control_end(c);
	close(c->fd);
	unlink(c->path); /* where the folder is another's it stays, and is taken over */
	free(c->path);
	free(c);
}

static int unanswered(const char *path, int reason)
{
	log_error("%s: %s; is egret live running, with control.socket there?", path,
	          strerror(reason));
	return -1;
}

int control_ask(const char *path, const char *line, FILE *to)
{
	int fd = local_connect(path);
	char word[8] = "", *text = NULL;
	size_t room = 0;
	FILE *from;
	ssize_t n;

	if (fd < 0)
		return unanswered(path, errno);
	send_all(fd, line, strlen(line));
	from = fdopen(fd, "r");
	if (!from || !fgets(word, sizeof(word), from)) {
		if (from)
			fclose(from);
		else
			close(fd);
		return unanswered(path, ECONNRESET);
	}
	while ((n = getline(&text, &room, from)) > 0)
		fwrite(text, 1, (size_t)n, to);
	free(text);
	fclose(from);
	return strcmp(word, "ok\n") != 0;
}
