// SPDX-License-Identifier: Apache-2.0
/*
 * program_prefix.c - a rule's networks in an order in which one is found by halving.
 *
 * Prefixes either hold each other or have nothing in common.  So with those that stand
 * inside another left out, the only one that can hold an address is the last that does
 * not begin after it: a sorted array answers like a prefix tree, in a few cache lines.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "policy/program.h"

static bool is_network(const struct rule_node *node, const struct match_value *value)
{
	return node->op == MATCH_CIDR || value->is_address;
}

static bool wants_order(const struct rule_node *node)
{
	if (node->kind != NODE_MATCH || !node->field || node->field->type != FIELD_IP ||
	    node->all || node->value_count < 2)
		return false;
	for (uint32_t i = 0; i < node->value_count; i++)
		if (!is_network(node, &node->values[i]))
			return false;
	return true;
}

/* Those that begin at the same address: the largest network first. */
static int ascending(const void *left, const void *right)
{
	const struct match_value *a = left, *b = right;
	int order = memcmp(&a->prefix.addr, &b->prefix.addr, sizeof(a->prefix.addr));

	return order ? order : (int)a->prefix.bits - (int)b->prefix.bits;
}

int program_order_prefixes(struct arena *arena, struct rule_node *node)
{
	struct match_value *at;
	uint32_t n = 1;

	if (!wants_order(node))
		return 0;
	at = arena_take(arena, node->value_count * sizeof(*at));
	if (!at)
		return -1;
	memcpy(at, node->values, node->value_count * sizeof(*at));
	qsort(at, node->value_count, sizeof(*at), ascending);
	for (uint32_t i = 1; i < node->value_count; i++)
		if (!prefix_has(&at[n - 1].prefix, &at[i].prefix.addr))
			at[n++] = at[i];
	node->values = at;
	node->value_count = n;
	node->sorted = true;
	return 0;
}
