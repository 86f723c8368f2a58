// SPDX-License-Identifier: Apache-2.0
/*
 * policy.c - builds a policy: settings first, then the rules and signatures they name.
 *
 * The control thread's.  Nothing is shared until all of it stands.
 */
#include "policy/policy.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "dissectors/dissector.h"
#include "policy/cache.h"
#include "policy/files.h"
#include "policy/pattern.h"

/*
 * How the streams of every protocol begin, as one set of patterns.  A pattern that does
 * not compile is a fault of its dissector, not of a user's file.
 */
static int starts_build(struct policy *p, struct error *err)
{
	struct pattern *patterns;
	struct error why = { "" };
	size_t n = 0, bad = 0;

	for (size_t i = 0; dissectors[i]; i++)
		for (const struct start *s = dissectors[i]->starts; s && s->pattern; s++)
			n++;
	if (n == 0)
		return 0;
	patterns = arena_take(p->arena, n * sizeof(*patterns));
	if (!patterns)
		return error_set(err, "out of memory");
	n = 0;
	for (size_t i = 0; dissectors[i]; i++) {
		for (const struct start *s = dissectors[i]->starts; s && s->pattern;
		     s++) {
			size_t room = strlen(s->pattern) + sizeof("^(?:)");
			char *expression = arena_take(p->arena, room);

			if (!expression)
				return error_set(err, "out of memory");
			snprintf(expression, room, "^(?:%s)", s->pattern);
			patterns[n].expression = expression;
			patterns[n].id = START_ID(i, s->from_client);
			n++;
		}
	}
	if (patterns_compile(patterns, n, &p->starts, &bad, &why) < 0)
		return error_set(err, "the dissector %s: %s",
		                 bad < n ? dissectors[patterns[bad].id >> 1]->name
		                         : "table",
		                 why.text);
	return 0;
}

static int signatures_find(struct policy *p, struct cache *cache, struct error *err)
{
	struct files files;

	if (files_find(p->arena, p->config->signatures.at, p->config->signatures.n,
	               &files, err) < 0)
		return -1;
	return signatures_load(p->arena, cache, files.at, files.n, &p->signatures, err);
}

/* The bytes of a file, on top of what was hashed before; a file that is gone adds
 * nothing. */
static uint64_t file_hash(const char *path, uint64_t h)
{
	FILE *file = fopen(path, "rb");
	uint8_t block[4096];
	size_t n;

	while (file && (n = fread(block, 1, sizeof(block), file)) > 0)
		h = hash64(block, n, h);
	if (file)
		fclose(file);
	return h;
}

/* How many work at it does not change what is found, so it is left out. */
static uint64_t hash_of(const struct policy *p, const char *const *overrides,
                        size_t override_count)
{
	static const char workers[] = "engine.workers=";
	uint64_t h = 0;

	for (size_t i = 0; i < override_count; i++)
		if (strncmp(overrides[i], workers, sizeof(workers) - 1) != 0)
			h = hash64(overrides[i], strlen(overrides[i]), h);
	if (p->config->path)
		h = file_hash(p->config->path, h);
	for (size_t i = 0; i < p->rules->n;
	     i++) /* each file once: its rules stand together */
		if (i == 0 || p->rules->at[i].file != p->rules->at[i - 1].file)
			h = file_hash(p->rules->at[i].file, h);
	for (size_t i = 0; i < p->rules->source_count; i++)
		h = file_hash(p->rules->sources[i], h);
	return h;
}

/*
 * Rules and signatures are both read, so that what is wrong with both is said.  What
 * Hyperscan compiles is taken from the cache where an earlier run has put it.
 */
static int load(struct policy *p, struct complaints *complaints)
{
	struct cache *cache = NULL;
	struct error err = { "" };
	char path[4096];
	int failed = rules_load(p->arena, p->config, &p->rules, complaints);

	if (p->config->cache && cache_path(path, sizeof(path)))
		cache = cache_open(path);
	if (!failed && program_build(p->arena, cache, p->rules, &p->program, &err) < 0)
		failed = complaints_add_error(complaints, &err);
	if (signatures_find(p, cache, &err) < 0 || starts_build(p, &err) < 0)
		failed = complaints_add_error(complaints, &err);
	cache_close(cache);
	return failed;
}

int policy_load(const char *path, const char *const *overrides, size_t override_count,
                const char *data_dir, struct policy **ret, struct complaints *complaints)
{
	struct policy *p = calloc(1, sizeof(*p));
	struct error err = { "" };
	int failed;

	if (p)
		p->arena = arena_new();
	if (!p || !p->arena) {
		policy_free(p);
		return complaints_add(complaints, NULL, 0, 0, "out of memory");
	}
	failed = config_load(p->arena, path, overrides, override_count, data_dir,
	                     &p->config, &err);
	if (failed)
		complaints_add_error(complaints, &err);
	if (failed || load(p, complaints) < 0) {
		policy_free(p);
		return -1;
	}
	p->hash = hash_of(p, overrides, override_count);
	*ret = p;
	return 0;
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	if (policy->starts)
		patterns_free(policy->starts);
	program_free(policy->program);
	if (policy->signatures)
		signatures_free(policy->signatures);
	arena_free(policy->arena);
	free(policy);
}
