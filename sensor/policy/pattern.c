// SPDX-License-Identifier: Apache-2.0
/*
 * pattern.c - many patterns at once over a few bytes.  The door to Hyperscan.
 *
 * Compiling is cold and belongs to the control thread; scanning allocates nothing, and
 * any thread may do it with a scratch of its own.  Bytes mode throughout: Hyperscan's
 * UTF-8 mode is undefined on bytes that are not UTF-8, and wire data need not be.  Each
 * pattern is reported once a scan (SINGLEMATCH), so that a match costs one call, however
 * often it is there.
 */
#include "policy/pattern.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/hash.h"
#include "policy/cache.h"

struct patterns {
	hs_database_t *database; /* NULL: the set is empty, nothing matches */
};

/* A hs_scratch_t goes by this name outside, so that the pointer is the scratch. */
static hs_scratch_t *scratch_of(struct pattern_scratch *scratch)
{
	return (hs_scratch_t *)(void *)scratch;
}

static unsigned flags_of(const struct pattern *p)
{
	return (p->every ? 0u : HS_FLAG_SINGLEMATCH) | (p->fold ? HS_FLAG_CASELESS : 0u) |
	       (p->lines ? 0u : HS_FLAG_DOTALL) |
	       (p->multiline ? HS_FLAG_MULTILINE : 0u) |
	       (p->empty ? HS_FLAG_ALLOWEMPTY : 0u);
}

/* Hyperscan's sentence, without the full stop that it ends in. */
static int say(struct error *err, const char *words)
{
	size_t n = strlen(words);

	while (n && (words[n - 1] == '.' || words[n - 1] == '\n'))
		n--;
	return error_set(err, "%.*s", (int)n, words);
}

/* Takes the error of a call that failed for good. */
static int fail(hs_compile_error_t *e, int *expression, struct error *err)
{
	if (!e)
		return error_set(err, "out of memory");
	if (expression)
		*expression = e->expression;
	say(err, e->message);
	hs_free_compile_error(e);
	return -1;
}

/* The arguments of hs_compile_multi, which wants them side by side. */
struct columns {
	const char **expressions;
	unsigned *flags, *ids;
};

static int compile(const struct columns *c, size_t n, hs_database_t **ret, size_t *bad,
                   struct error *err)
{
	hs_compile_error_t *e = NULL;
	int expression = -1;

	if (hs_compile_multi(c->expressions, c->flags, c->ids, (unsigned)n, HS_MODE_BLOCK,
	                     NULL, ret, &e) == HS_SUCCESS)
		return 0;
	fail(e, &expression, err);
	if (bad && expression >= 0)
		*bad = (size_t)expression;
	return -1;
}

/* A name for what these columns compile to, with this library. */
static uint64_t key_of(const struct columns *c, size_t n)
{
	uint64_t h = hash64(hs_version(), strlen(hs_version()), n);

	for (size_t i = 0; i < n; i++)
		h = hash64(c->expressions[i], strlen(c->expressions[i]), h);
	h = hash64(c->flags, n * sizeof(*c->flags), h);
	return hash64(c->ids, n * sizeof(*c->ids), h);
}

/* The same as compile, but for what an earlier run has compiled. */
static int compile_or_find(struct cache *cache, const struct columns *c, size_t n,
                           hs_database_t **ret, size_t *bad, struct error *err)
{
	uint64_t key = key_of(c, n);
	struct bytes kept = cache_find(cache, key);
	char *bytes;
	size_t size;

	/* Hyperscan itself refuses what was made for another processor, or is damaged */
	if (kept.n &&
	    hs_deserialize_database((const char *)kept.p, kept.n, ret) == HS_SUCCESS)
		return 0;
	if (compile(c, n, ret, bad, err) < 0)
		return -1;
	if (hs_serialize_database(*ret, &bytes, &size) == HS_SUCCESS) {
		cache_add(cache, key, (struct bytes){ (const uint8_t *)bytes, size });
		free(bytes); /* hs_set_allocator is not used, so it is malloc's */
	}
	return 0;
}

int patterns_compile(const struct pattern *at, size_t n, struct patterns **ret,
                     size_t *bad, struct error *err)
{
	return patterns_compile_kept(NULL, at, n, ret, bad, err);
}

int patterns_compile_kept(struct cache *cache, const struct pattern *at, size_t n,
                          struct patterns **ret, size_t *bad, struct error *err)
{
	struct patterns *p = calloc(1, sizeof(*p));
	struct columns c = {
		.expressions = calloc(n + 1, sizeof(*c.expressions)),
		.flags = calloc(n + 1, sizeof(*c.flags)),
		.ids = calloc(n + 1, sizeof(*c.ids)),
	};
	int failed = 0;

	if (bad)
		*bad = 0;
	if (!p || !c.expressions || !c.flags || !c.ids) {
		failed = error_set(err, "out of memory");
	} else if (n) {
		for (size_t i = 0; i < n; i++) {
			c.expressions[i] = at[i].expression;
			c.flags[i] = flags_of(&at[i]);
			c.ids[i] = at[i].id;
		}
		failed = cache ? compile_or_find(cache, &c, n, &p->database, bad, err)
		               : compile(&c, n, &p->database, bad, err);
	}
	free(c.expressions);
	free(c.flags);
	free(c.ids);
	if (failed < 0) {
		patterns_free(p);
		return -1;
	}
	*ret = p;
	return 0;
}

void patterns_free(struct patterns *patterns)
{
	if (!patterns)
		return;
	hs_free_database(patterns->database);
	free(patterns);
}

int pattern_measure(const struct pattern *pattern, size_t *min, size_t *max,
                    struct error *err)
{
	hs_compile_error_t *e = NULL;
	hs_expr_info_t *info = NULL;

	if (hs_expression_info(pattern->expression, flags_of(pattern), &info, &e) !=
	    HS_SUCCESS)
		return fail(e, NULL, err);
	*min = info->min_width;
	*max = info->max_width == UINT32_MAX ? SIZE_MAX : info->max_width;
	free(info); /* hs_set_allocator is not used, so it is malloc's */
	return 0;
}

int pattern_scratch_grow(struct pattern_scratch **scratch,
                         const struct patterns *patterns, struct error *err)
{
	hs_scratch_t *s = scratch_of(*scratch);

	if (!patterns->database)
		return 0;
	switch (hs_alloc_scratch(patterns->database, &s)) {
	case HS_SUCCESS: *scratch = (struct pattern_scratch *)(void *)s; return 0;
	case HS_NOMEM: return error_set(err, "out of memory");
	default: return error_set(err, "Hyperscan refused its own database");
	}
}

void pattern_scratch_free(struct pattern_scratch *scratch)
{
	hs_free_scratch(scratch_of(scratch));
}

struct listener {
	bool (*matched)(void *arg, uint32_t id);
	bool (*matched_end)(void *arg, uint32_t id, size_t end);
	void *arg;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to,
                    unsigned flags, void *context)
{
	const struct listener *l = context;

	(void)from, (void)flags;
	return l->matched_end ? l->matched_end(l->arg, id, (size_t)to)
	                      : l->matched(l->arg, id);
}

static void scan(const struct patterns *patterns, struct pattern_scratch *scratch,
                 struct bytes in, struct listener *l)
{
	if (!patterns->database)
		return;
	if (in.n > UINT32_MAX)
		in.n = UINT32_MAX; /* a head never is */
	/* What else it can give: stopped by us, or arguments that only a defect makes. */
	hs_scan(patterns->database, in.n ? (const char *)in.p : "", (unsigned)in.n, 0,
	        scratch_of(scratch), on_match, l);
}

void patterns_scan(const struct patterns *patterns, struct pattern_scratch *scratch,
                   struct bytes in, bool (*matched)(void *arg, uint32_t id), void *arg)
{
	scan(patterns, scratch, in, &(struct listener){ .matched = matched, .arg = arg });
}

void patterns_scan_ends(const struct patterns *patterns, struct pattern_scratch *scratch,
                        struct bytes in,
                        bool (*matched)(void *arg, uint32_t id, size_t end), void *arg)
{
	scan(patterns, scratch, in,
	     &(struct listener){ .matched_end = matched, .arg = arg });
}

const char *pattern_library_version(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "Hyperscan %s", hs_version());
	return text;
}
