// SPDX-License-Identifier: Apache-2.0
/*
 * web.c - what Prometheus and a load balancer's probe ask for.
 */
#include "run/web.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "run/local.h"
#include "run/thread.h"

enum { CONNECTIONS = 16, PATIENCE = 5, BACKLOG = 16, LOOK_AROUND = 500 /* ms */ };

struct web {
	int fd;
	char *path; /* of its socket; NULL: a port */
	struct MHD_Daemon *daemon;
	pthread_t thread;
	bool running;
	atomic_bool over;
	const struct service *service;
	struct standing standing; /* the thread's */
};

static int listen_unix(struct web *w, const char *path, const char *user,
                       struct error *err)
{
	w->path = strdup(path);
	if (!w->path)
		return error_set(err, "out of memory");
	w->fd = local_listen(path, user, err);
	return w->fd < 0 ? -1 : 0;
}

/* "127.0.0.1:9642", "[::1]:9642": an address, never a name. */
static struct addrinfo *address_of(const char *at)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		                  .ai_flags =
		                          AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *found = NULL;
	char host[64];
	const char *port = strrchr(at, ':');
	size_t n = port ? (size_t)(port - at) : 0;

	if (n == 0 || n >= sizeof(host))
		return NULL;
	memcpy(host, at, n);
	host[n] = '\0';
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		memmove(host, host + 1, n - 1);
	}
	return getaddrinfo(host, port + 1, &hints, &found) == 0 ? found : NULL;
}

static int listen_port(struct web *w, const char *at, struct error *err)
{
	struct addrinfo *address = address_of(at);
	int status = 0, yes = 1;

	if (!address)
		return error_set(err,
		                 "\"%s\" is no address and port: 127.0.0.1:9642, "
		                 "[::1]:9642 or unix:/PATH",
		                 at);
	w->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0 ||
	    setsockopt(w->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
	    bind(w->fd, address->ai_addr, address->ai_addrlen) < 0 ||
	    listen(w->fd, BACKLOG) < 0)
		status = error_set(err, "%s: %s", at, strerror(errno));
	freeaddrinfo(address);
	return status;
}

int web_open(const char *at, const char *user, struct web **ret, struct error *err)
{
	struct web *w = calloc(1, sizeof(*w));

	if (!w)
		return error_set(err, "out of memory");
	w->fd = -1;
	if ((strncmp(at, "unix:", 5) == 0 ? listen_unix(w, at + 5, user, err)
	                                  : listen_port(w, at, err)) == 0) {
		*ret = w;
		return 0;
	}
	if (w->fd >= 0)
		close(w->fd);
	free(w->path);
	free(w);
	return 1;
}

static enum MHD_Result say(struct MHD_Connection *to, unsigned status, const char *type,
                           char *text, size_t n)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(n, text, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (!response) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, "Content-Type", type);
	result = MHD_queue_response(to, status, response);
	MHD_destroy_response(response);
	return result;
}

static unsigned health(const struct standing *s, FILE *to)
{
	char why[STATUS_TEXT];
	bool well = status_healthy(s, why);

	fprintf(to, "%s\n", well ? "ok" : why);
	return well ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static enum MHD_Result answer(void *arg, struct MHD_Connection *to, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_n, void **state)
{
	static const char plain[] = "text/plain; charset=utf-8";
	struct web *w = arg;
	const char *type = plain;
	char *text = NULL;
	size_t n = 0;
	unsigned status;
	FILE *page;

	(void)version;
	(void)upload;
	(void)state;
	if (*upload_n)
		return MHD_NO;
	page = open_memstream(&text, &n);
	if (!page)
		return MHD_NO;
	service_look(w->service, &w->standing);
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
		fputs("only GET\n", page);
	} else if (strcmp(url, "/metrics") == 0) {
		status = MHD_HTTP_OK;
		type = "text/plain; version=0.0.4; charset=utf-8";
		status_print_metrics(&w->standing, page);
	} else if (strcmp(url, "/healthz") == 0) {
		status = health(&w->standing, page);
	} else {
		status = MHD_HTTP_NOT_FOUND;
		fputs("/metrics and /healthz are here\n", page);
	}
	fclose(page);
	return say(to, status, type, text, n);
}

static void *main_of_thread(void *arg)
{
	struct web *w = arg;

	while (!atomic_load(&w->over))
		MHD_run_wait(w->daemon, LOOK_AROUND);
	return NULL;
}

int web_start(struct web *w, const struct service *service, struct error *err)
{
	w->service = service;
	w->daemon = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, answer, w, MHD_OPTION_LISTEN_SOCKET, w->fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PATIENCE, MHD_OPTION_END);
	if (!w->daemon)
		return error_set(err, "cannot serve metrics");
	w->fd = -1; /* the daemon's */
	w->running = thread_start(&w->thread, "egret-metrics", SANDBOX_WEB,
	                          main_of_thread, w) == 0;
	return w->running ? 0 : error_set(err, "cannot start a thread");
}

void web_close(struct web *w)
{
	if (!w)
		return;
	atomic_store(&w->over, true);
	if (w->running)
		pthread_join(w->thread, NULL);
	if (w->daemon)
		MHD_stop_daemon(w->daemon);
	if (w->fd >= 0)
		close(w->fd);
	if (w->path)
		unlink(w->path);
	free(w->path);
	free(w);
}

const char *web_library_version(void)
{
	return MHD_get_version();
}
