// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_detection.c - the `detection` part of a rule: its selections, then its condition.
 *
 * A selection is a map (every line must match), a list of maps (any of them), or
 * keywords; a list may have both.  Cold.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "policy/sigma_build.h"

/* Every line is read, however many are wrong. */
static int map_build(struct build *b, const struct yaml_node *at,
                     const struct yaml_node *map, uint32_t *ret)
{
	uint32_t children[RULE_NODES_MAX];
	int failed = 0;

	if (map->count == 0)
		return build_fail(b, at, "an empty selection");
	if (map->count > RULE_NODES_MAX)
		return build_fail(b, at, "a selection of more than %d lines",
		                  (int)RULE_NODES_MAX);
	for (uint32_t i = 0; i < map->count; i++)
		failed |= item_build(b, &map->keys[i], &map->at[i], &children[i]);
	if (failed)
		return -1;
	return build_join(b, at, NODE_AND, children, map->count, ret);
}

/* A run of keywords is one comparison; maps between them are one each. */
static int list_build(struct build *b, const struct yaml_node *key,
                      const struct yaml_node *list, uint32_t *ret)
{
	uint32_t children[RULE_NODES_MAX], count = 0, run;
	int failed = 0;

	for (uint32_t i = 0; i < list->count; i += run) {
		const struct yaml_node *element = &list->at[i];

		run = 1;
		if (element->kind == KIND_LIST) {
			failed = build_fail(b, element, "a list within a list");
			continue;
		}
		if (count == RULE_NODES_MAX)
			return build_fail(b, key, "a selection of more than %d maps",
			                  (int)RULE_NODES_MAX);
		if (element->kind == KIND_MAP) {
			failed |= map_build(b, element, element, &children[count++]);
			continue;
		}
		while (i + run < list->count && list->at[i + run].kind == KIND_SCALAR)
			run++;
		failed |= keywords_build(b, element, run, &children[count++]);
	}
	return failed ? -1 : build_join(b, key, NODE_OR, children, count, ret);
}

static int selection_build(struct build *b, const struct yaml_node *key,
                           const struct yaml_node *value, uint32_t *ret)
{
	if (value->kind == KIND_MAP)
		return map_build(b, key, value, ret);
	if (value->kind == KIND_SCALAR)
		return yaml_is_null(value) ? build_fail(b, key, "an empty selection")
		                           : keywords_build(b, value, 1, ret);
	if (value->count == 0)
		return build_fail(b, key, "an empty selection");
	return list_build(b, key, value, ret);
}

static int check_name(struct build *b, const struct yaml_node *key)
{
	static const char *const reserved[] = { "and", "or", "not", "of", "them", NULL };
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-";

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

/* Names and what stands under them; *n is how many.  Gives whether all of it is right. */
static int read_selections(struct build *b, const struct yaml_node *detection,
                           const struct yaml_node *condition_key, bool is_filter,
                           struct selection *selections, uint32_t *n)
{
	int failed = 0;

	for (uint32_t i = 0; i < detection->count; i++) {
		const struct yaml_node *key = &detection->keys[i];
		struct selection *s = &selections[*n];

		if (key == condition_key ||
		    (is_filter && strcmp(key->text, "rules") == 0))
			continue;
		if (strcmp(key->text, "timeframe") == 0) {
			failed = build_fail(b, key,
			                    "\"timeframe\" is of Sigma 1: use a "
			                    "correlation rule");
			continue;
		}
		s->name = key->text;
		s->line = key->line;
		s->column = key->column;
		++*n;
		failed |= check_name(b, key) < 0 ||
		          selection_build(b, key, &detection->at[i], &s->node) < 0;
	}
	return failed ? -1 : 0;
}

/* The condition is read even where a selection is wrong: it names them all the same. */
int selections_build(struct build *b, const struct yaml_node *detection, bool is_filter,
                     uint32_t *ret)
{
	const char *what = is_filter ? "filter" : "detection";
	const struct yaml_node *condition_key = NULL, *condition;
	struct selection *selections;
	uint32_t n = 0;
	int failed;

	selections = arena_take(b->arena, (detection->count + 1) * sizeof(*selections));
	if (!selections)
		return build_out_of_memory(b);
	condition = yaml_get(detection, "condition", &condition_key);
	if (!condition)
		build_fail(b, detection, "the %s has no \"condition\"", what);
	failed = read_selections(b, detection, condition_key, is_filter, selections, &n);
	if (!condition)
		return -1;
	if (n == 0)
		return build_fail(b, detection, "the %s has no selection", what);
	if (condition_build(b, condition, selections, n, ret) < 0)
		return -1;
	for (uint32_t i = 0; i < n; i++)
		if (!selections[i].used && selections[i].name[0] != '_')
			complaints_warn(b->around->complaints, b->file,
			                selections[i].line, selections[i].column,
			                "the condition never uses the selection \"%s\"",
			                selections[i].name);
	return failed;
}

int detection_build(struct build *b, const struct yaml_node *detection)
{
	const struct yaml_node *condition = yaml_get(detection, "condition", NULL);
	uint32_t root;

	if (selections_build(b, detection, false, &root) < 0 ||
	    finish(b, condition, root) < 0)
		return -1;
	return rule_check_rates(b, condition);
}
