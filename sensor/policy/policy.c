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

struct policy_base {
	atomic_uint users; /* policies */
	struct arena *arena;
	struct signatures *signatures;
	struct patterns *starts;
	uint64_t hash; /* of the files of signatures */
};

static struct policy_base *base_keep(struct policy_base *base)
{
	atomic_fetch_add(&base->users, 1);
	return base;
}

static void base_leave(struct policy_base *base)
{
	if (!base || atomic_fetch_sub(&base->users, 1) > 1)
		return;
	if (base->starts)
		patterns_free(base->starts);
	if (base->signatures)
		signatures_free(base->signatures);
	arena_free(base->arena);
	free(base);
}

/*
 * How the streams of every protocol begin, as one set of patterns.  A pattern that does
 * not compile is a fault of its dissector, not of a user's file.
 */
static int starts_build(struct policy_base *p, struct error *err)
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

static int signature_files(const struct policy *p, struct files *files, struct error *err)
{
	return files_find(p->arena, p->config->signatures.at, p->config->signatures.n,
	                  files, err);
}

static uint64_t files_hash(const struct files *files)
{
	uint64_t h = 0;

	for (size_t i = 0; i < files->n; i++)
		h = file_hash(files->at[i], h);
	return h;
}

static int base_build(struct policy *p, struct cache *cache, struct error *err)
{
	struct policy_base *base = calloc(1, sizeof(*base));
	struct files files;

	if (base)
		base->arena = arena_new();
	if (!base || !base->arena) {
		free(base);
		return error_set(err, "out of memory");
	}
	p->base = base_keep(base);
	if (signature_files(p, &files, err) < 0 ||
	    signatures_load(base->arena, cache, files.at, files.n, &base->signatures,
	                    err) < 0)
		return -1;
	base->hash = files_hash(&files);
	return starts_build(base, err);
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
 * Hyperscan compiles is taken from the cache where an earlier run has put it.  running:
 * whose base stays; NULL: there is none.
 */
static int build(struct policy *p, const struct policy *running,
                 struct complaints *complaints)
{
	struct cache *cache = NULL;
	struct error err = { "" };
	char path[4096];
	int failed = rules_load(p->arena, p->config, &p->rules, complaints);

	if (p->config->cache && cache_path(path, sizeof(path)))
		cache = cache_open(path);
	if (!failed && program_build(p->arena, cache, p->rules, &p->program, &err) < 0)
		failed = complaints_add_error(complaints, &err);
	if (running)
		p->base = base_keep(running->base);
	else if (base_build(p, cache, &err) < 0)
		failed = complaints_add_error(complaints, &err);
	cache_close(cache);
	if (!failed) {
		p->signatures = p->base->signatures;
		p->starts = p->base->starts;
	}
	return failed;
}

static int load(const struct policy *running, const struct policy_source *from,
                struct policy **ret, struct complaints *complaints)
{
	struct policy *p = calloc(1, sizeof(*p));
	struct error err = { "" };
	int failed;

	if (p) {
		p->users = 1;
		p->arena = arena_new();
	}
	if (!p || !p->arena) {
		policy_free(p);
		return complaints_add(complaints, NULL, 0, 0, "out of memory");
	}
	failed = config_load(p->arena, from->config, from->overrides,
	                     from->override_count, from->data_dir, &p->config, &err);
	if (failed)
		complaints_add_error(complaints, &err);
	for (size_t i = 0; !failed && i < from->inside.n; i++)
		if (config_protect(p->arena, p->config, &from->inside.at[i]) < 0)
			failed = complaints_add(complaints, NULL, 0, 0, "out of memory");
	if (failed || build(p, running, complaints) < 0) {
		policy_free(p);
		return -1;
	}
	p->hash = hash_of(p, from->overrides, from->override_count);
	*ret = p;
	return 0;
}

int policy_load(const struct policy_source *from, struct policy **ret,
                struct complaints *complaints)
{
	return load(NULL, from, ret, complaints);
}

int policy_reload(const struct policy *running, const struct policy_source *from,
                  struct policy **ret, struct complaints *complaints)
{
	struct error err = { "" };
	struct files files;
	const char *stale;

	if (load(running, from, ret, complaints) < 0)
		return -1;
	stale = config_carry(running->config, (*ret)->config);
	if (stale)
		complaints_warn(complaints, NULL, 0, 0,
		                "%s is another now, which takes effect at the next start",
		                stale);
	if (signature_files(*ret, &files, &err) < 0 ||
	    files_hash(&files) != running->base->hash)
		complaints_warn(
			complaints, NULL, 0, 0,
			"the signatures are others now, which takes effect at the "
			"next start");
	return 0;
}

/* Nothing that a user sees ever changes; that it is used does. */
static struct policy *users_of(const struct policy *policy)
{
	return (struct policy *)(uintptr_t)policy;
}

const struct policy *policy_keep(const struct policy *policy)
{
	atomic_fetch_add(&users_of(policy)->users, 1);
	return policy;
}

void policy_free(const struct policy *policy)
{
	struct policy *p = users_of(policy);

	if (!p || atomic_fetch_sub(&p->users, 1) > 1)
		return;
	program_free(p->program);
	base_leave(p->base);
	arena_free(p->arena);
	free(p);
}
