// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_marks.c - what follows from a rule's limits: when to look at a thing again.
 *
 * Every gt and gte on a counter of bytes or on the duration is a mark, kept as the first
 * value for which it is true.  A rate also falls, so that a rule which asks for one must
 * ask for a limit that holds for good beside it.  Cold.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "policy/sigma_build.h"

enum mark_kind { MARK_NONE, MARK_BYTES, MARK_DURATION };

static enum mark_kind mark_of(const struct rule_node *node)
{
	if (node->kind != NODE_MATCH || (node->op != MATCH_GT && node->op != MATCH_GTE))
		return MARK_NONE;
	switch (node->field ? field_engine_index(node->field) : -1) {
	case ENGINE_SOURCE_BYTES:
	case ENGINE_DESTINATION_BYTES:
	case ENGINE_LEAVING_BYTES:
	case ENGINE_ENTERING_BYTES:
	case ENGINE_FILE_SIZE:
	case ENGINE_FILE_SIZE_BOTH:
	case ENGINE_FILE_SEEN: return MARK_BYTES;
	case ENGINE_DURATION: return MARK_DURATION;
	default: return MARK_NONE;
	}
}

bool node_has_mark(const struct rule_node *node)
{
	return mark_of(node) != MARK_NONE;
}

static bool is_rate(const struct rule_node *node)
{
	return node->kind == NODE_MATCH && node->field &&
	       field_engine_index(node->field) == ENGINE_RATE_MEAN;
}

static bool is_limit(const struct rule_node *node)
{
	return mark_of(node) != MARK_NONE ||
	       (node->kind == NODE_MATCH &&
	        (node->op == MATCH_GT || node->op == MATCH_GTE) &&
	        field_engine_index(node->field) == ENGINE_AUDIO_SECONDS);
}

/*
 * For each node: does its truth imply that a limit was reached (limited), and does its
 * truth hang on a rate that no limit goes with (loose)?
 */
int rule_check_rates(struct build *b, const struct yaml_node *condition)
{
	bool limited[RULE_NODES_MAX], loose[RULE_NODES_MAX];

	for (uint32_t i = 0; i < b->node_count; i++) {
		const struct rule_node *node = &b->nodes[i];

		limited[i] =
			node->kind == NODE_MATCH ? is_limit(node) : node->kind == NODE_OR;
		loose[i] = is_rate(node);
		for (uint32_t c = 0; c < node->child_count; c++) {
			uint32_t child = node->children[c];

			loose[i] = loose[i] || loose[child];
			if (node->kind == NODE_AND)
				limited[i] = limited[i] || limited[child];
			else if (node->kind == NODE_OR)
				limited[i] = limited[i] && limited[child];
		}
		if (node->kind == NODE_AND && limited[i])
			loose[i] = false;
	}
	if (!loose[b->node_count - 1])
		return 0;
	return build_fail(b, condition,
	                  "\"%s\" may fall again: put a limit beside it that holds, "
	                  "such as egret.leaving.bytes|gte or event.duration|gte",
	                  engine_fields[ENGINE_RATE_MEAN].name);
}

static int compare(const void *left, const void *right)
{
	uint64_t a, b;

	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return a < b ? -1 : a > b;
}

/* Gives how many there are; writes them where at is not NULL. */
static size_t collect(const struct rules *rules, enum category category,
                      enum mark_kind kind, uint64_t *at)
{
	size_t n = 0;

	for (size_t r = 0; r < rules->n; r++) {
		const struct rule *rule = &rules->at[r];

		if (rule->category != category)
			continue;
		for (uint32_t i = 0; i < rule->node_count; i++) {
			const struct rule_node *node = &rule->nodes[i];

			if (mark_of(node) != kind)
				continue;
			for (uint32_t v = 0; v < node->value_count; v++) {
				uint64_t limit = node->values[v].number;

				if (node->op == MATCH_GT && limit == UINT64_MAX)
					continue; /* never true */
				if (at)
					at[n] = limit + (node->op == MATCH_GT);
				n++;
			}
		}
	}
	return n;
}

static int set_marks(struct arena *arena, const struct rules *rules,
                     enum category category, enum mark_kind kind, const uint64_t **ret,
                     size_t *ret_count)
{
	size_t n = collect(rules, category, kind, NULL), kept = 0;
	uint64_t *at = arena_take(arena, (n + 1) * sizeof(*at));

	if (!at)
		return -1;
	collect(rules, category, kind, at);
	qsort(at, n, sizeof(*at), compare);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || at[i] != at[kept - 1])
			at[kept++] = at[i];
	*ret = at;
	*ret_count = kept;
	return 0;
}

int rules_set_marks(struct arena *arena, struct rules *rules)
{
	for (int i = 0; i < CATEGORIES; i++) {
		enum category c = (enum category)i;

		if (set_marks(arena, rules, c, MARK_BYTES, &rules->marks[i].bytes,
		              &rules->marks[i].byte_count) < 0 ||
		    set_marks(arena, rules, c, MARK_DURATION, &rules->marks[i].durations,
		              &rules->marks[i].duration_count) < 0)
			return -1;
	}
	return 0;
}
