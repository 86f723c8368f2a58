// SPDX-License-Identifier: Apache-2.0
/*
 * webhook.c - one request after the other, over one connection where it is kept.
 *
 * What will be taken later (nobody there, 408, 429, 5xx) is tried again; what will never
 * be (another 4xx, a redirect) is refused.
 */
#include "output/webhook.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"
#include "base/log.h"

enum { TOKEN = 1024, ANSWER = 1 << 16, SECOND = 1000 /* ms */, BURST = 10 * SECOND };

struct webhook {
	const struct config *config;
	CURL *curl;
	struct curl_slist *headers;
	char said[CURL_ERROR_SIZE];
	char place[256];    /* the address without what may be secret in it */
	size_t answered;    /* bytes of the answer */
	double saved;       /* requests that may be sent at once */
	int64_t counted;    /* ms on the clock: up to then */
	int64_t not_before; /* ms on the clock: nothing is sent until then */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The answer is of no use; one that does not end is. */
static size_t pass_over(char *p, size_t size, size_t n, void *arg)
{
	struct webhook *w = arg;

	(void)p;
	w->answered += size * n;
	return w->answered > ANSWER ? 0 : size * n;
}

static bool add_header(struct webhook *w, const char *line)
{
	struct curl_slist *more = curl_slist_append(w->headers, line);

	if (more)
		w->headers = more;
	return more;
}

static int add_token(struct webhook *w, struct error *err)
{
	static const char bearer[] = "Authorization: Bearer ";
	const char *path = w->config->webhook_token;
	char line[sizeof(bearer) + TOKEN] = "";
	size_t n = sizeof(bearer) - 1;
	struct stat st;
	FILE *file;

	if (!*path)
		return 0;
	file = fopen(path, "re");
	if (!file)
		return error_set(err, "output.webhook.token: %s: %s", path,
		                 strerror(errno));
	if (fstat(fileno(file), &st) == 0 && (st.st_mode & S_IROTH))
		log_warning("output.webhook.token: %s may be read by everybody", path);
	memcpy(line, bearer, n);
	if (!fgets(line + n, TOKEN, file))
		line[n] = '\0';
	fclose(file);
	line[n + strcspn(line + n, "\r\n")] = '\0';
	if (!line[n])
		return error_set(err, "output.webhook.token: %s: nothing is in it", path);
	n = add_header(w, line) ? 0 : 1;
	explicit_bzero(line, sizeof(line));
	return n ? error_set(err, "out of memory") : 0;
}

static int set_up(struct webhook *w, struct error *err)
{
	const struct config *c = w->config;
	CURL *curl = w->curl;

	if (!add_header(w, "Content-Type: application/json") || !add_header(w, "Expect:"))
		return error_set(err, "out of memory");
	if (add_token(w, err) < 0)
		return -1;
	curl_easy_setopt(curl, CURLOPT_URL, c->webhook_url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, w->headers);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "egret/" EGRET_VERSION);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(c->webhook_timeout / 1000000));
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, w->said);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, pass_over);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, w);
	if (*c->webhook_ca && curl_easy_setopt(curl, CURLOPT_CAINFO, c->webhook_ca))
		return error_set(err, "output.webhook.ca: %s: not to be used",
		                 c->webhook_ca);
	return 0;
}

/* Retry-After, five minutes at most. */
static void respect(struct webhook *w)
{
	curl_off_t seconds = 0;

	if (curl_easy_getinfo(w->curl, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK &&
	    seconds > 0)
		w->not_before = now_ms() + (seconds < 300 ? seconds : 300) * SECOND;
}

static enum sink_put judge(struct webhook *w, struct error *why)
{
	long status = 0;

	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300)
		return SINK_TAKEN;
	error_set(why, "%s answered %ld", w->place, status);
	if (status != 408 && status != 429 && status < 500)
		return SINK_REFUSED;
	respect(w);
	return SINK_LATER;
}

/* Ten seconds' worth may be saved up. */
static bool may_send(struct webhook *w, int64_t now)
{
	double rate = (double)w->config->webhook_rate / 60000; /* a millisecond */
	double most = rate * BURST > 1 ? rate * BURST : 1;

	w->saved += rate * (double)(now - w->counted);
	w->counted = now;
	if (w->saved > most)
		w->saved = most;
	if (w->saved < 1)
		return false;
	w->saved -= 1;
	return true;
}

static enum sink_put put(void *state, const struct record *r, struct error *why)
{
	struct webhook *w = state;
	int64_t now = now_ms();
	CURLcode code;

	if (now < w->not_before) {
		error_set(why, "%s asked for a pause", w->place);
		return SINK_LATER;
	}
	if (!may_send(w, now))
		return SINK_WAIT;
	w->answered = 0;
	w->said[0] = '\0';
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDSIZE, (long)r->n);
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS, r->line);
	code = curl_easy_perform(w->curl);
	if (code == CURLE_OK)
		return judge(w, why);
	error_set(why, "%s: %s", w->place, *w->said ? w->said : curl_easy_strerror(code));
	return SINK_LATER;
}

static bool wants(void *state, enum record_kind kind, uint8_t level)
{
	const struct config *c = ((struct webhook *)state)->config;

	return (kind == RECORD_ALERT ||
	        (kind == RECORD_ALERT_UPDATE && c->webhook_updates)) &&
	       level >= c->webhook_level;
}

static uint64_t finish(void *state)
{
	struct webhook *w = state;

	curl_slist_free_all(w->headers);
	curl_easy_cleanup(w->curl);
	free(w);
	return 0;
}

int webhook_sink_open(const struct config *config, struct sink *ret, struct error *err)
{
	struct webhook *w;

	if (!*config->webhook_url)
		return 1;
	w = calloc(1, sizeof(*w));
	if (!w || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    !(w->curl = curl_easy_init())) {
		free(w);
		return error_set(err, "out of memory for a webhook");
	}
	w->config = config;
	w->saved = 1;
	w->counted = now_ms();
	snprintf(w->place, sizeof(w->place), "%.*s",
	         (int)strcspn(config->webhook_url, "?#"), config->webhook_url);
	if (set_up(w, err) < 0) {
		finish(w);
		return -1;
	}
	*ret = (struct sink){
		.name = "webhook",
		.state = w,
		.wants = wants,
		.put = put,
		.close = finish,
	};
	return 0;
}

const char *webhook_library_version(void)
{
	return curl_version();
}
