// SPDX-License-Identifier: Apache-2.0
/*
 * pattern.h - many patterns at once over a few bytes.  The door to Hyperscan.
 *
 * A pattern set is immutable and shared; a scratch belongs to one thread.
 */
#ifndef POLICY_PATTERN_H
#define POLICY_PATTERN_H

#include "base/bytes.h"

struct error;
struct patterns; /* a compiled set */
struct pattern_scratch;

struct pattern {
	const char *expression; /* Hyperscan's syntax, bytes (no UTF-8 mode), dot matches
	                           all but where `lines`; anchored by ^ itself */
	uint32_t id;            /* reported when it matches */
	bool fold;              /* ignore the case of ASCII letters */
	bool lines;             /* dot stops at the end of a line */
	bool multiline;         /* ^ and $ are those of a line, too */
	bool empty;             /* it may match nothing at all, and is reported then */
	bool every;             /* every match is reported, not one for each scan */
};

/*
 * Compiles them into one block-mode database.  -1: *bad (NULL is fine) is the index of
 * the one at fault, and err has Hyperscan's words.
 */
int patterns_compile(const struct pattern *at, size_t n, struct patterns **ret,
                     size_t *bad, struct error *err);
/* The same, but what an earlier run compiled is read from the cache (cache.h; NULL: there
 * is none). */
struct cache;
int patterns_compile_kept(struct cache *cache, const struct pattern *at, size_t n,
                          struct patterns **ret, size_t *bad, struct error *err);
void patterns_free(struct patterns *patterns);

/*
 * How many bytes a match of one pattern takes, counted from its anchor; *max is SIZE_MAX
 * where nothing bounds it.  -1: err has Hyperscan's words.
 */
int pattern_measure(const struct pattern *pattern, size_t *min, size_t *max,
                    struct error *err);

/* One scratch serves any number of sets: grow it for each before use. */
int pattern_scratch_grow(struct pattern_scratch **scratch,
                         const struct patterns *patterns, struct error *err);
void pattern_scratch_free(struct pattern_scratch *scratch);

/*
 * Calls matched for each pattern that is found (each at least once, maybe for several
 * ends); it gives true to stop.
 */
void patterns_scan(const struct patterns *patterns, struct pattern_scratch *scratch,
                   struct bytes in, bool (*matched)(void *arg, uint32_t id), void *arg);

/* The same, told also where the match ends: how many bytes stand before it. */
void patterns_scan_ends(const struct patterns *patterns, struct pattern_scratch *scratch,
                        struct bytes in,
                        bool (*matched)(void *arg, uint32_t id, size_t end), void *arg);

/* "Hyperscan 5.4.0 ..."; one thread at a time. */
const char *pattern_library_version(void);

#endif
