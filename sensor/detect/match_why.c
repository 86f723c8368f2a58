// SPDX-License-Identifier: Apache-2.0
/*
 * match_why.c - why a rule is true: the comparisons that carried it, worked out only
 * then.
 */
#include "detect/match_value.h"

static uint8_t copy_text(char *to, size_t room, const void *from, size_t n)
{
	if (n > room)
		n = room;
	if (n)
		memcpy(to, from, n);
	return (uint8_t)n;
}

static void fill_value(struct reason *r, const struct rule_node *node,
                       const struct value *value, unsigned which)
{
	char text[ADDR_TEXT];

	if (node->field->type == FIELD_IP) {
		addr_say(text, &value->ip);
		r->text_n = copy_text(r->text, sizeof(r->text), text, strlen(text));
	} else if (node->field->type == FIELD_BYTES) {
		r->text_n = copy_text(r->text, sizeof(r->text), value->texts[which].p,
		                      value->texts[which].n);
	} else {
		r->is_number = true;
		r->value = value->number;
	}
}

static void fill_wanted(struct reason *r, const struct rule_node *node,
                        const struct match_value *wanted)
{
	char text[ADDR_TEXT + 8];
	unsigned bits;

	if (wanted->is_number) {
		r->limit = wanted->number;
	} else if (node->op == MATCH_CIDR || wanted->is_address) {
		addr_say(text, &wanted->prefix.addr);
		bits = wanted->prefix.bits;
		if (addr_is_v4(&wanted->prefix.addr) && bits >= 96)
			bits -= 96;
		if (node->op == MATCH_CIDR) {
			size_t n = strlen(text);

			text[n++] = '/';
			if (bits >= 100)
				text[n++] = '1';
			if (bits >= 10)
				text[n++] = (char)('0' + bits / 10 % 10);
			text[n++] = (char)('0' + bits % 10);
			text[n] = '\0';
		}
		r->match_n = copy_text(r->match, sizeof(r->match), text, strlen(text));
	} else {
		r->match_n = copy_text(r->match, sizeof(r->match), wanted->text.p,
		                       wanted->text.n);
	}
}

/* Keywords: the field in which one stands. */
static const struct field *keyword_field(const struct rule_node *node,
                                         const struct subject *subject)
{
	const struct match_value *first;
	const struct field *field;
	struct value value;
	unsigned which;

	for (size_t i = 0; (field = text_field(i)); i++) {
		struct rule_node in = *node;

		in.field = field;
		in.all = false;
		value_get(field, subject, &value);
		if (values_match(&in, &value, &first, &which))
			return field;
	}
	return NULL;
}

static void add_reason(struct reasons *why, const struct rule_node *asked,
                       const struct subject *subject)
{
	const struct match_value *first = NULL;
	struct reason *r = &why->at[why->count];
	struct rule_node in = *asked;
	const struct rule_node *node = &in;
	struct value value;
	unsigned which = 0;

	if (!in.field) {
		in.field = keyword_field(asked, subject);
		in.all = false;
	}
	if (!in.field)
		return;
	value_get(in.field, subject, &value);
	*r = (struct reason){ .field = node->field, .op = node->op };
	if (node->other) {
		fill_value(r, node, &value, 0);
		r->match_n = copy_text(r->match, sizeof(r->match), node->other->name,
		                       strlen(node->other->name));
		why->count++;
		return;
	}
	if (node->part != PART_NONE)
		value.number = time_part_of(node->part, value.number, node->zone);
	if (node->op == MATCH_RE && value.text_count) {
		fill_value(r, node, &value, 0);
		fill_wanted(r, node, &node->values[0]);
		why->count++;
		return;
	}
	if (node->op == MATCH_EXISTS || node->op == MATCH_NULL) {
		r->is_number = true;
		r->limit = node->op == MATCH_EXISTS && node->values[0].number;
		r->value = r->limit;
	} else if (values_match(node, &value, &first, &which)) {
		fill_value(r, node, &value, which);
		fill_wanted(r, node, first);
	} else {
		return;
	}
	why->count++;
}

/* 0: a limit on a number; 1: another comparison of something there; 2: presence. */
static unsigned rank(const struct rule_node *node)
{
	if (node->op == MATCH_GT || node->op == MATCH_GTE || node->op == MATCH_LT ||
	    node->op == MATCH_LTE)
		return 0;
	return node->op == MATCH_EXISTS || node->op == MATCH_NULL ? 2 : 1;
}

/*
 * Goes down from the condition by what made it true, never into a `not`: what is absent
 * is no reason that could be shown.
 */
void match_explain(const struct rule *rule, const struct subject *subject,
                   const uint8_t *truth, struct reasons *why)
{
	uint8_t carries[RULE_NODES_MAX] = { 0 };

	carries[rule->node_count - 1] = 1;
	for (uint32_t i = rule->node_count; i-- > 0;) {
		const struct rule_node *node = &rule->nodes[i];

		if (!carries[i] || (node->kind != NODE_AND && node->kind != NODE_OR))
			continue;
		for (uint32_t c = 0; c < node->child_count; c++)
			if (truth[node->children[c]] == TRUTH_TRUE)
				carries[node->children[c]] = 1;
	}
	why->count = 0;
	for (unsigned r = 0; r <= 2; r++)
		for (uint32_t i = 0; i < rule->node_count; i++)
			if (carries[i] && rule->nodes[i].kind == NODE_MATCH &&
			    rank(&rule->nodes[i]) == r && why->count < REASONS_MAX)
				add_reason(why, &rule->nodes[i], subject);
}
