// SPDX-License-Identifier: Apache-2.0
/*
 * trial.c - scores a rule that did not fire, and finds what it lacked.
 *
 * A comparison counts as all or nothing, but a limit by how much of it was reached; `and`
 * as the mean of its parts, `or` as its best part.  What was lacking is looked for from
 * the condition down: every part of an `and` that is not true, the nearest part of an
 * `or`.
 */
#include "detect/trial.h"

#include "detect/match_value.h"

/* How much of the smallest limit the value reached; 0 of any other comparison. */
static uint16_t reached(const struct rule_node *node, const struct subject *subject)
{
	struct value value = { .known = KNOWN_ABSENT };
	uint64_t limit = UINT64_MAX;

	if (node->kind != NODE_MATCH || (node->op != MATCH_GT && node->op != MATCH_GTE))
		return 0;
	for (uint32_t i = 0; i < node->value_count; i++)
		if (node->values[i].number < limit)
			limit = node->values[i].number;
	value_get(node->field, subject, &value);
	if (value.number >= limit) /* and yet not true */
		return 0;
	return (uint16_t)((double)value.number / (double)limit * (TRIAL_WHOLE - 1));
}

static void weigh(const struct rule *rule, const struct subject *subject,
                  const uint8_t *truth, uint16_t *score)
{
	for (uint32_t i = 0; i < rule->node_count; i++) {
		const struct rule_node *node = &rule->nodes[i];
		uint32_t sum = 0, most = 0;

		for (uint32_t c = 0; c < node->child_count; c++) {
			uint16_t one = score[node->children[c]];

			sum += one;
			most = one > most ? one : most;
		}
		if (truth[i] == TRUTH_TRUE)
			score[i] = TRIAL_WHOLE;
		else if (node->kind == NODE_AND && node->child_count)
			score[i] = (uint16_t)(sum / node->child_count);
		else if (node->kind == NODE_OR)
			score[i] = (uint16_t)most;
		else
			score[i] = reached(node, subject);
	}
}

static void add(struct trial *t, const struct rule_node *node, bool negated,
                const struct subject *subject)
{
	struct shortfall *s = &t->at[t->count];
	struct value value = { .known = KNOWN_ABSENT };
	char text[ADDR_TEXT];
	struct bytes b = { NULL, 0 };

	if (t->count == SHORTFALLS_MAX)
		return;
	t->count++;
	if (node->field)
		value_get(node->field, subject, &value);
	*s = (struct shortfall){ .node = node,
		                 .negated = negated,
		                 .known = value.known,
		                 .number = value.number };
	if (node->field && node->field->type == FIELD_IP)
		b = bytes_of(addr_say(text, &value.ip));
	else if (value.text_count)
		b = value.texts[0];
	s->cut = b.n > sizeof(s->text);
	s->text_n = (uint8_t)(s->cut ? sizeof(s->text) : b.n);
	if (s->text_n)
		memcpy(s->text, b.p, s->text_n);
}

/* What node i wants of its children if it lacks something itself. */
static void descend(const struct rule_node *node, const uint16_t *score,
                    const uint8_t *truth, uint8_t lacks, uint8_t *marks)
{
	uint32_t best = 0;

	for (uint32_t c = 1; c < node->child_count; c++)
		if (score[node->children[c]] > score[node->children[best]])
			best = c;
	for (uint32_t c = 0; c < node->child_count; c++) {
		uint32_t child = node->children[c];

		if (node->kind == NODE_NOT)
			marks[child] = lacks == 1 ? 2 : 1;
		else if (lacks == 2)
			marks[child] = truth[child] == TRUTH_FALSE ? 0 : 2;
		else if (node->kind == NODE_AND ? truth[child] != TRUTH_TRUE : c == best)
			marks[child] = 1;
	}
}

void trial_of(const struct rule *rule, const struct subject *subject, struct trial *ret)
{
	uint8_t truth[RULE_NODES_MAX],
		marks[RULE_NODES_MAX] = { 0 }; /* 1: should be true,
	                                          2: should not */
	uint16_t score[RULE_NODES_MAX];

	*ret = (struct trial){ 0 };
	match_nodes(rule, subject, truth);
	weigh(rule, subject, truth, score);
	ret->score = score[rule->node_count - 1];
	marks[rule->node_count - 1] = 1;
	for (uint32_t i = rule->node_count; i-- > 0;) {
		const struct rule_node *node = &rule->nodes[i];

		if (!marks[i])
			continue;
		if (node->kind == NODE_MATCH)
			add(ret, node, marks[i] == 2, subject);
		else
			descend(node, score, truth, marks[i], marks);
	}
}
