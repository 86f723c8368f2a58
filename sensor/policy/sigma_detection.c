// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_detection.c - the `detection` part of a rule: its selections, then its condition.
 *
 * A selection is a map (every line must match) or a list of maps (any of them).  Cold.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/sigma_build.h"

static int map_build(struct build *b, const struct yaml_node *at,
                     const struct yaml_node *map, uint32_t *ret)
{
	uint32_t children[RULE_NODES_MAX];

	if (map->count == 0)
		return build_fail(b, at, "an empty selection");
	if (map->count > RULE_NODES_MAX)
		return build_fail(b, at, "a selection of more than %d lines",
		                  (int)RULE_NODES_MAX);
	for (uint32_t i = 0; i < map->count; i++)
		if (item_build(b, &map->keys[i], &map->at[i], &children[i]) < 0)
			return -1;
	return build_join(b, at, NODE_AND, children, map->count, ret);
}

static int keywords_fail(const struct build *b, const struct yaml_node *at)
{
	return build_fail(b, at,
	                  "keywords (\"%.60s\") are not supported by this version: "
	                  "name the field they stand in",
	                  at->kind == KIND_SCALAR ? at->text : "");
}

static int selection_build(struct build *b, const struct yaml_node *key,
                           const struct yaml_node *value, uint32_t *ret)
{
	uint32_t children[RULE_NODES_MAX];

	if (value->kind == KIND_MAP)
		return map_build(b, key, value, ret);
	if (value->kind == KIND_SCALAR)
		return yaml_is_null(value) ? build_fail(b, key, "an empty selection")
		                           : keywords_fail(b, value);
	if (value->count == 0)
		return build_fail(b, key, "an empty selection");
	if (value->count > RULE_NODES_MAX)
		return build_fail(b, key, "a selection of more than %d maps",
		                  (int)RULE_NODES_MAX);
	for (uint32_t i = 0; i < value->count; i++) {
		const struct yaml_node *element = &value->at[i];

		if (element->kind == KIND_SCALAR)
			return keywords_fail(b, element);
		if (element->kind != KIND_MAP)
			return build_fail(b, element, "a list within a list");
		if (map_build(b, element, element, &children[i]) < 0)
			return -1;
	}
	return build_join(b, key, NODE_OR, children, value->count, ret);
}

static int check_name(const struct build *b, const struct yaml_node *key)
{
	static const char *const reserved[] = { "and", "or", "not", "of", "them", NULL };
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-";

	if (strcmp(key->text, "timeframe") == 0)
		return build_fail(b, key,
		                  "\"timeframe\" is of Sigma 1: use a correlation rule, "
		                  "which this version does not support");
	for (const char *const *word = reserved; *word; word++)
		if (strcmp(key->text, *word) == 0)
			return build_fail(b, key, "a selection cannot be called \"%s\"",
			                  *word);
	if (key->n == 0 || key->n > 128 || strspn(key->text, allowed) != key->n)
		return build_fail(b, key,
		                  "a selection's name is of letters, digits, _ and -, "
		                  "not \"%.60s\"",
		                  key->text);
	return 0;
}

/* A condition as short as a name may stand for a node in the middle: the last is the
 * condition. */
static int finish(struct build *b, const struct yaml_node *at, uint32_t root)
{
	uint32_t *child;

	if (root + 1 == b->node_count)
		return 0;
	child = arena_take(b->arena, sizeof(*child));
	if (!child)
		return build_out_of_memory(b);
	*child = root;
	return build_node(b, at,
	                  &(struct rule_node){
				  .kind = NODE_AND, .children = child, .child_count = 1 },
	                  &root);
}

int detection_build(struct build *b, const struct yaml_node *detection)
{
	const struct yaml_node *condition_key = NULL, *condition;
	struct selection *selections;
	uint32_t n = 0, root;

	condition = yaml_get(detection, "condition", &condition_key);
	if (!condition)
		return build_fail(b, detection, "the detection has no \"condition\"");
	selections = arena_take(b->arena, detection->count * sizeof(*selections));
	if (!selections)
		return build_out_of_memory(b);
	for (uint32_t i = 0; i < detection->count; i++) {
		const struct yaml_node *key = &detection->keys[i];
		struct selection *s = &selections[n];

		if (key == condition_key)
			continue;
		s->name = key->text;
		s->line = key->line;
		s->column = key->column;
		n++;
		if (check_name(b, key) < 0 ||
		    selection_build(b, key, &detection->at[i], &s->node) < 0)
			return -1;
	}
	if (n == 0)
		return build_fail(b, detection, "the detection has no selection");
	if (condition_build(b, condition, selections, n, &root) < 0)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		if (!selections[i].used && selections[i].name[0] != '_')
			return error_at(b->err, b->file, selections[i].line,
			                selections[i].column,
			                "the condition never uses the selection \"%s\"",
			                selections[i].name);
	if (finish(b, condition, root) < 0)
		return -1;
	return rule_check_rates(b, condition);
}
