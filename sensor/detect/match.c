// SPDX-License-Identifier: Apache-2.0
/*
 * match.c - evaluates a rule in Kleene's three values, children first, in one pass.
 *
 * A number that still grows has made a gt or gte true for good once it is reached; a list
 * that still grows has what it has.  All else about them waits until they have settled.
 * What is absent for good matches nothing, so that `not` of it is true.  Any thread.
 */
#include "detect/match.h"

#include <assert.h>

#include "detect/match_value.h"
#include "policy/program.h"

static bool was_found(const struct subject *subject, uint32_t atom)
{
	return subject->found[atom / 64] >> atom % 64 & 1;
}

/* The same as values_match says, from what was found already. */
static bool atoms_match(const struct rule_node *node, const struct subject *subject)
{
	uint32_t n = node->all ? node->value_count : 1;

	for (uint32_t i = 0; i < n; i++)
		if (!was_found(subject, node->atom + i))
			return false;
	return true;
}

static enum truth truth_of(bool yes)
{
	return yes ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth match_presence(const struct rule_node *node, enum known known)
{
	bool wants_it = node->op == MATCH_EXISTS && node->values[0].number;

	if (known == KNOWN_NOT_YET || (known == KNOWN_GROWING && !wants_it))
		return TRUTH_NOT_YET;
	return truth_of(wants_it == (known != KNOWN_ABSENT));
}

/* Does the node hold of the value? */
static bool node_holds(const struct rule_node *node, const struct subject *subject,
                       const struct value *value)
{
	const struct match_value *first;
	unsigned which;

	if (subject->found && node_has_atoms(node))
		return atoms_match(node, subject);
	return values_match(node, value, &first, &which);
}

/* What a value that is there, and holds or not, makes of the comparison. */
static enum truth settle(const struct rule_node *node, const struct value *value,
                         bool holds)
{
	if (value->known == KNOWN_SETTLED)
		return truth_of(holds);
	/* what grows: reached is reached; a list keeps what it has; the rest waits */
	if (holds && (node->op == MATCH_GT || node->op == MATCH_GTE ||
	              (node->field && node->field->type == FIELD_BYTES)))
		return TRUTH_TRUE;
	return TRUTH_NOT_YET;
}

/*
 * Keywords stand in any text that the thing has.  With `all` each of them must, and not
 * all in the same one.
 */
static enum truth match_keywords(const struct rule_node *node,
                                 const struct subject *subject)
{
	const struct field *field;
	uint32_t want = node->all ? node->value_count : 1, have = 0;
	bool waits = false;

	for (uint32_t i = 0; i < want; i++) {
		struct rule_node one = *node;
		bool found = subject->found && was_found(subject, node->atom + i);

		if (node->all) {
			one.values = &node->values[i];
			one.value_count = 1;
			one.all = false;
		}
		for (size_t at = 0; !found && (field = text_field(at++));) {
			struct rule_node in = one;
			struct value value;

			in.field = field;
			value_get(field, subject, &value);
			waits |= value.known == KNOWN_NOT_YET ||
			         value.known == KNOWN_GROWING;
			found = !subject->found && value.text_count &&
			        node_holds(&in, subject, &value);
		}
		have += found;
	}
	if (have == want)
		return TRUTH_TRUE;
	return waits ? TRUTH_NOT_YET : TRUTH_FALSE;
}

/* |fieldref: one field of the thing against another. */
static enum truth match_fields(const struct rule_node *node,
                               const struct subject *subject)
{
	struct value a, b;

	value_get(node->field, subject, &a);
	value_get(node->other, subject, &b);
	if (a.known == KNOWN_ABSENT || b.known == KNOWN_ABSENT)
		return TRUTH_FALSE;
	if (a.known == KNOWN_NOT_YET || b.known == KNOWN_NOT_YET)
		return TRUTH_NOT_YET;
	if (b.known == KNOWN_GROWING && node->field->type != FIELD_BYTES)
		return TRUTH_NOT_YET;
	return settle(node, b.known == KNOWN_GROWING ? &b : &a,
	              values_agree(node, &a, &b));
}

static enum truth match_node(const struct rule_node *node, const struct subject *subject)
{
	struct value value;

	if (!node->field)
		return match_keywords(node, subject);
	if (node->other)
		return match_fields(node, subject);
	value_get(node->field, subject, &value);
	if (node->part != PART_NONE)
		value.number = time_part_of(node->part, value.number, node->zone);
	if (node->op == MATCH_EXISTS || node->op == MATCH_NULL)
		return match_presence(node, value.known);
	if (value.known == KNOWN_NOT_YET)
		return TRUTH_NOT_YET;
	if (value.known == KNOWN_ABSENT)
		return TRUTH_FALSE;
	return settle(node, &value, node_holds(node, subject, &value));
}

/* AND: false wins, then not yet.  OR: true wins, then not yet. */
static enum truth join(const struct rule_node *node, const uint8_t *truth)
{
	enum truth winner = node->kind == NODE_AND ? TRUTH_FALSE : TRUTH_TRUE;
	bool waits = false;

	for (uint32_t i = 0; i < node->child_count; i++) {
		enum truth t = (enum truth)truth[node->children[i]];

		if (t == winner)
			return winner;
		waits = waits || t == TRUTH_NOT_YET;
	}
	if (waits)
		return TRUTH_NOT_YET;
	return winner == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth negate(enum truth t)
{
	return t == TRUTH_NOT_YET ? t : truth_of(t == TRUTH_FALSE);
}

/* The filter for which a rule that is true in itself is false, if there is one. */
static const struct filter *suppressor(const struct rule *rule, const uint8_t *truth)
{
	if (rule->filter_count == 0 || truth[rule->own] != TRUTH_TRUE)
		return NULL;
	for (uint32_t i = 0; i < rule->filter_count; i++)
		if (truth[rule->filters[i].node] == TRUTH_FALSE)
			return rule->filters[i].filter;
	return NULL;
}

enum truth match_nodes(const struct rule *rule, const struct subject *subject,
                       uint8_t *truth)
{
	enum truth last = TRUTH_FALSE;

	assert(rule->node_count > 0 && rule->node_count <= RULE_NODES_MAX);
	for (uint32_t i = 0; i < rule->node_count; i++) {
		const struct rule_node *node = &rule->nodes[i];

		switch (node->kind) {
		case NODE_MATCH: last = match_node(node, subject); break;
		case NODE_NOT: last = negate((enum truth)truth[node->children[0]]); break;
		default: last = join(node, truth);
		}
		truth[i] = (uint8_t)last;
	}
	return last;
}

bool match_may(const struct rule *rule, const struct subject *subject)
{
	return rule->gate == NO_GATE ||
	       match_node(&rule->nodes[rule->gate], subject) == TRUTH_TRUE;
}

enum truth match_rule(const struct rule *rule, const struct subject *subject,
                      struct reasons *why, const struct filter **suppressed)
{
	uint8_t truth[RULE_NODES_MAX];
	enum truth last = match_nodes(rule, subject, truth);

	if (last == TRUTH_TRUE && why)
		match_explain(rule, subject, truth, why);
	if (suppressed)
		*suppressed = last == TRUTH_FALSE ? suppressor(rule, truth) : NULL;
	return last;
}
