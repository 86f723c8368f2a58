// SPDX-License-Identifier: Apache-2.0
/*
 * program_atoms.c - gives every comparison with text its atoms.
 *
 * Rules that ask the same of a field share them: "http.request.method: POST" stands in
 * hundreds, and is one finding.  Cold.
 */
#include "base/arena.h"
#include "base/hash.h"
#include "policy/program.h"

/* By hash: of nodes that ask the same, the first. */
struct table {
	const struct rule_node **first;
	size_t room; /* a power of two */
};

bool node_has_atoms(const struct rule_node *node)
{
	if (node->kind != NODE_MATCH || node->value_count == 0 || node->other ||
	    node->op == MATCH_EXISTS || node->op == MATCH_NULL)
		return false;
	return !node->field || node->field->type == FIELD_BYTES ||
	       (node->field->type == FIELD_IP && node->op == MATCH_RE);
}

uint32_t node_atoms(const struct rule_node *node)
{
	return node->all ? node->value_count : 1;
}

static bool same_value(const struct match_value *a, const struct match_value *b)
{
	return bytes_equal(a->text, b->text) && a->wild == b->wild &&
	       a->fold == b->fold && a->multiline == b->multiline &&
	       a->dotall == b->dotall;
}

static bool same_node(const struct rule_node *a, const struct rule_node *b)
{
	if (a->field != b->field || a->op != b->op || a->all != b->all ||
	    a->cased != b->cased || a->value_count != b->value_count)
		return false;
	for (uint32_t i = 0; i < a->value_count; i++)
		if (!same_value(&a->values[i], &b->values[i]))
			return false;
	return true;
}

static uint64_t node_hash(const struct rule_node *node)
{
	uint64_t h = hash64(&node->field, sizeof(node->field), node->op);

	for (uint32_t i = 0; i < node->value_count; i++)
		h = hash64(node->values[i].text.p, node->values[i].text.n, h);
	return h;
}

/* The first node that asks the same; the node itself, where it is the first. */
static const struct rule_node *first_same(struct table *t, const struct rule_node *node)
{
	size_t at = node_hash(node) & (t->room - 1);

	while (t->first[at] && !same_node(t->first[at], node))
		at = (at + 1) & (t->room - 1);
	if (!t->first[at])
		t->first[at] = node;
	return t->first[at];
}

static int make_room(struct table *t, struct arena *arena, const struct rules *rules)
{
	size_t n = 0;

	for (size_t r = 0; r < rules->n; r++)
		n += rules->at[r].node_count;
	for (t->room = 16; t->room < 2 * n;)
		t->room *= 2;
	t->first = arena_take(arena, t->room * sizeof(const struct rule_node *));
	return t->first ? 0 : -1;
}

static int number(struct table *t, struct arena *arena, struct rule_node *node,
                  uint32_t *count)
{
	const struct rule_node *first;

	if (program_order_prefixes(arena, node) < 0)
		return -1;
	if (!node_has_atoms(node))
		return 0;
	first = first_same(t, node);
	node->shares = first != node;
	node->atom = node->shares ? first->atom : *count;
	*count += node->shares ? 0 : node_atoms(node);
	return 0;
}

int program_number_atoms(struct arena *arena, const struct rules *rules, uint32_t *count)
{
	struct table t;

	*count = 0;
	if (make_room(&t, arena, rules) < 0)
		return -1;
	for (size_t r = 0; r < rules->n; r++) {
		const struct rule *rule = &rules->at[r];

		/* rules are the arena's own, which nobody else sees yet */
		for (uint32_t i = 0; i < rule->node_count; i++)
			if (number(&t, arena, (struct rule_node *)&rule->nodes[i],
			           count) < 0)
				return -1;
	}
	return 0;
}
