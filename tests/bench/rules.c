// SPDX-License-Identifier: Apache-2.0
/*
 * rules.c - what an event costs when thousands of rules are asked of it.
 *
 * The events are web requests as an office makes them: most rules look for something in
 * them, and next to none find it.  Prints nanoseconds for an event, the fields of text
 * that rules name, and how many rules were asked of an event in the mean.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "detect/scan.h"
#include "policy/policy.h"

enum { EVENTS = 1000, ROUNDS = 100, WORDS = 24, ROOM = 160, FIELDS = 6 };

static const char *const names[FIELDS] = {
	"url.original",        "url.path",
	"url.domain",          "user_agent.original",
	"http.request.method", "tls.client.server_name"
};

static const char *const words[WORDS] = {
	"login",  "admin", "upload", "backup", "image",  "shell",  "token", "archive",
	"report", "index", "drive",  "static", "update", "assets", "cloud", "share",
	"proxy",  "gate",  "api",    "main",   "setup",  "data",   "v2",    "users",
};

struct request {
	char text[FIELDS][ROOM];
};

static uint64_t seed = 1;

static unsigned roll(unsigned sides)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((seed >> 33) % sides);
}

static const char *word(void)
{
	return words[roll(WORDS)];
}

static void make(struct request *r)
{
	snprintf(r->text[1], ROOM, "/%s/%s/%s%x.php", word(), word(), word(),
	         roll(1 << 20));
	snprintf(r->text[2], ROOM, "%s.%s%x.com", word(), word(), roll(1 << 20));
	snprintf(r->text[0], ROOM, "http://%.40s%.60s?%s=%x&%s=%x", r->text[2],
	         r->text[1], word(), roll(1 << 30), word(), roll(1 << 30));
	snprintf(r->text[3], ROOM,
	         "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
	         "(KHTML, like Gecko) Chrome/%u.0.0.0 Safari/537.36",
	         roll(140));
	snprintf(r->text[4], ROOM, "%s", roll(4) ? "GET" : "POST");
	snprintf(r->text[5], ROOM, "%.80s", r->text[2]);
}

static void get(const struct subject *subject, const struct field *field,
                struct value *value)
{
	const struct request *r = subject->thing;

	for (unsigned f = 0; f < FIELDS; f++) {
		if (strcmp(names[f], field->name) != 0)
			continue;
		value->known = KNOWN_SETTLED;
		value->texts[value->text_count++] = bytes_of(r->text[f]);
	}
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static struct policy *load(const char *rules, const char *source)
{
	struct policy *policy = NULL;
	struct complaints *complaints = complaints_new();
	char paths[4096];
	const char *settings[] = { paths };
	struct policy_source from = { .overrides = settings,
		                      .override_count = 1,
		                      .data_dir = source };

	snprintf(paths, sizeof(paths), "rules.paths=%s", rules);
	if (complaints && policy_load(&from, &policy, complaints) < 0)
		complaints_print(complaints, stderr);
	complaints_free(complaints);
	return policy;
}

int main(int argc, char **argv)
{
	struct policy *policy = argc == 3 ? load(argv[1], argv[2]) : NULL;
	struct request *requests = calloc(EVENTS, sizeof(*requests));
	uint64_t asked = 0, fired = 0;
	struct error err;
	struct scan *scan;
	int64_t begun;

	if (!policy || !requests) {
		fputs("usage: rules RULES SOURCETREE\n", stderr);
		return 2;
	}
	scan = scan_new(policy->program, policy->rules->n, &err);
	if (!scan)
		return 2;
	for (unsigned i = 0; i < EVENTS; i++)
		make(&requests[i]);
	begun = now();
	for (unsigned i = 0; i < EVENTS * ROUNDS; i++) {
		struct subject subject = { .get = get, .thing = &requests[i % EVENTS] };
		uint32_t n;
		const uint32_t *which = scan_thing(scan, CATEGORY_FLOW, &subject, &n);

		asked += n;
		for (uint32_t k = 0; k < n; k++)
			fired += match_rule(&policy->rules->at[which[k]], &subject, NULL,
			                    NULL) == TRUTH_TRUE;
	}
	printf("%.0f %u %.2f %.2f\n", (double)(now() - begun) / (EVENTS * ROUNDS),
	       (unsigned)policy->program->categories[CATEGORY_FLOW].field_count,
	       (double)asked / (EVENTS * ROUNDS), (double)fired / (EVENTS * ROUNDS));
	scan_free(scan);
	free(requests);
	policy_free(policy);
	return 0;
}
