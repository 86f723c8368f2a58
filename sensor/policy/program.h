// SPDX-License-Identifier: Apache-2.0
/*
 * program.h - all rules together, compiled: what to look for in which field, and which
 * rules to ask when it is there.
 *
 * Every comparison with text, of all rules, is an atom: a number under which one
 * Hyperscan set for each field reports it.  A field's value is scanned once, however many
 * rules name it.  A rule that can only be true if one of some atoms is stands behind
 * those atoms and is not looked at without them; a rule for which nothing such can be
 * said is always asked.  Immutable once built; any thread.
 */
#ifndef POLICY_PROGRAM_H
#define POLICY_PROGRAM_H

#include "policy/pattern.h"
#include "policy/sigma.h"

struct cache;

/*
 * What a pattern stands for.  Hyperscan takes seconds to compile a few thousand literals
 * that are anchored at the beginning, and next to nothing without anchors; so the plain
 * ones are looked for anywhere, and whoever scans sees by its end where a match began.
 */
struct program_pattern {
	uint32_t atom;
	uint32_t end; /* it counts only if it ends there; ANYWHERE */
};

#define ANYWHERE UINT32_MAX

struct program_field {
	const struct field *field;
	struct patterns *patterns;            /* ids are indexes of what follows */
	const struct program_pattern *stands; /* for what */
};

struct program {
	uint32_t atoms;
	struct program_field *fields; /* those that some rule looks for text in */
	uint32_t field_count;
	struct {
		const uint32_t *fields; /* indexes of those that its rules name */
		uint32_t field_count;
		const uint32_t *always; /* indexes of rules that are always asked */
		uint32_t always_count;
	} categories[CATEGORIES];
	/* the rules behind atom a: rules[first[a]] up to rules[first[a + 1]] */
	const uint32_t *first;
	const uint32_t *rules;
};

/*
 * Numbers the atoms in rules' nodes and compiles them.  Memory is the arena's, but for
 * the pattern sets, which program_free frees.  -1: err has one sentence.
 */
int program_build(struct arena *arena, struct cache *cache, const struct rules *rules,
                  struct program **ret, struct error *err);
void program_free(struct program *program); /* NULL is fine */

/* The index of a node without which the rule cannot be true, a single gt or gte; NO_GATE:
 * there is none.  program_gate.c. */
uint32_t program_gate(const struct rule *rule);
/* Whether the node compares text (of an address: by an expression), and so has atoms. */
bool node_has_atoms(const struct rule_node *node);
/* How many: one, or with `all` one for each value. */
uint32_t node_atoms(const struct rule_node *node);
/* Numbers the atoms of all rules, and puts their networks into order.  -1: out of memory.
 * program_atoms.c. */
int program_number_atoms(struct arena *arena, const struct rules *rules, uint32_t *count);

/*
 * The value as an expression that, with what is written to `stands` beside its atom,
 * matches what the node means by it; the arena's.  NULL: out of memory.  program_text.c.
 */
const char *value_expression(struct arena *arena, const struct rule_node *node,
                             const struct match_value *value,
                             struct program_pattern *stands);
/* Puts the values of a node that compares an address with networks into order. -1: out of
 * memory.  program_prefix.c. */
int program_order_prefixes(struct arena *arena, struct rule_node *node);
/* Bytes that must stand in whatever it matches: the fewer, the more it matches. */
size_t value_weight(const struct rule_node *node, const struct match_value *value);

#endif
