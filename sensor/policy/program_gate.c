// SPDX-License-Identifier: Apache-2.0
/*
 * program_gate.c - the limit without which a rule cannot be true.
 *
 * "100 MiB or more, and..." is most of the shipped rules, and most flows never get there:
 * one comparison says so, before all others are made.
 */
#include "policy/program.h"

static bool is_limit(const struct rule_node *node)
{
	return node->kind == NODE_MATCH && node->field && !node->other &&
	       node->part == PART_NONE && node->field->type == FIELD_NUMBER &&
	       node->value_count == 1 && (node->op == MATCH_GTE || node->op == MATCH_GT);
}

/*
 * Down from the condition through what must be true with it; children stand before their
 * parents.
 */
uint32_t program_gate(const struct rule *rule)
{
	uint8_t needed[RULE_NODES_MAX] = { 0 };

	needed[rule->node_count - 1] = 1;
	for (uint32_t i = rule->node_count; i-- > 0;) {
		const struct rule_node *node = &rule->nodes[i];

		if (!needed[i])
			continue;
		if (is_limit(node))
			return i;
		if (node->kind != NODE_AND && node->child_count != 1)
			continue;
		for (uint32_t c = 0; node->kind != NODE_NOT && c < node->child_count; c++)
			needed[node->children[c]] = 1;
	}
	return NO_GATE;
}
