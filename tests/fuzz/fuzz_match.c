// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_match.c - any bytes as rules, compiled, and held against things made of those
 * bytes: what is found with Hyperscan must say the same of every rule as comparing one
 * value after another does, and no rule is passed over that is true.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/error.h"
#include "detect/scan.h"
#include "tests/fuzz/thing.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Compared plainly, expressions match nothing. */
static bool has_expressions(const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->node_count; i++)
		if (rule->nodes[i].kind == NODE_MATCH && rule->nodes[i].op == MATCH_RE)
			return true;
	return false;
}

static void try_thing(const struct rules *rules, struct scan *scan,
                      const struct thing *thing)
{
	struct subject plain = thing_subject(thing), scanned = plain;
	uint32_t count, at = 0;
	const uint32_t *asked = scan_thing(scan, thing->category, &scanned, &count);

	for (uint32_t i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->at[i];
		bool is_asked = at < count && asked[at] == i;
		enum truth truth;

		at += is_asked;
		if (rule->category != thing->category)
			continue;
		truth = match_rule(rule, &scanned, NULL, NULL);
		assert(is_asked || truth != TRUTH_TRUE);
		assert(has_expressions(rule) ||
		       truth == match_rule(rule, &plain, NULL, NULL));
	}
	assert(at == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes rest = { p, n }, text = thing_part(&rest);
	struct arena *arena = arena_new();
	struct program *program = NULL;
	struct rules *rules = NULL;
	struct error err = { "" };
	struct scan *scan;

	if (rules_parse(arena, "fuzz", text, &rules, &err) < 0 ||
	    program_build(arena, NULL, rules, &program, &err) < 0) {
		assert(err.text[0]);
		arena_free(arena);
		return 0;
	}
	scan = scan_new(program, rules->n, &err);
	assert(scan);
	for (unsigned i = 0; i < 6 * CATEGORIES; i++) {
		enum category category = (enum category)(i % CATEGORIES);

		try_thing(rules, scan,
		          &(struct thing){ { p, n }, category, i / CATEGORIES });
		try_thing(rules, scan, &(struct thing){ rest, category, i / CATEGORIES });
	}
	scan_free(scan);
	program_free(program);
	arena_free(arena);
	return 0;
}
