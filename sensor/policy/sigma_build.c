// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_build.c - the array of nodes that a rule becomes, and what is said of its faults.
 *
 * Children are made before their parent, so the order in which nodes are made is the
 * order in which they can be evaluated.  Cold.
 */
#include "policy/sigma_build.h"

#include <stdarg.h>

#include "base/arena.h"

int build_fail(struct build *b, const struct yaml_node *at, const char *format, ...)
{
	char sentence[400];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return complaints_add(b->around->complaints, b->file, at->line, at->column, "%s",
	                      sentence);
}

int build_out_of_memory(struct build *b)
{
	return complaints_add(b->around->complaints, NULL, 0, 0, "out of memory");
}

int build_node(struct build *b, const struct yaml_node *at, const struct rule_node *node,
               uint32_t *ret)
{
	if (b->node_count == RULE_NODES_MAX && b->full)
		return -1; /* said before */
	if (b->node_count == RULE_NODES_MAX) {
		b->full = true;
		return build_fail(
			b, at,
			"the rule is too large: more than %d comparisons and operators",
			(int)RULE_NODES_MAX);
	}
	if (b->node_count == b->node_room) {
		uint32_t room = b->node_room ? b->node_room * 2 : 8;
		struct rule_node *nodes = arena_take(b->arena, room * sizeof(*nodes));

		if (!nodes)
			return build_out_of_memory(b);
		if (b->node_count)
			memcpy(nodes, b->nodes, b->node_count * sizeof(*nodes));
		b->nodes = nodes;
		b->node_room = room;
	}
	b->nodes[b->node_count] = *node;
	*ret = b->node_count++;
	return 0;
}

int build_join(struct build *b, const struct yaml_node *at, enum rule_node_kind kind,
               const uint32_t *children, uint32_t n, uint32_t *ret)
{
	uint32_t *copy;

	if (n == 1) {
		*ret = children[0];
		return 0;
	}
	copy = arena_take(b->arena, n * sizeof(*copy));
	if (!copy)
		return build_out_of_memory(b);
	memcpy(copy, children, n * sizeof(*copy));
	return build_node(
		b, at,
		&(struct rule_node){ .kind = kind, .children = copy, .child_count = n },
		ret);
}

int build_not(struct build *b, const struct yaml_node *at, uint32_t child, uint32_t *ret)
{
	uint32_t *copy = arena_take(b->arena, sizeof(*copy));

	if (!copy)
		return build_out_of_memory(b);
	*copy = child;
	return build_node(b, at,
	                  &(struct rule_node){
				  .kind = NODE_NOT, .children = copy, .child_count = 1 },
	                  ret);
}
