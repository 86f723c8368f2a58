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

/* Does pattern, escapes and all, match the whole of text?  Goes back to the last star
 * only. */
static bool wild_match(struct bytes pattern, struct bytes text, bool cased)
{
	size_t p = 0, t = 0, star = SIZE_MAX, back = 0;

	for (;;) {
		bool escaped, one;
		uint8_t want, have;

		if (p < pattern.n && pattern.p[p] == '*') {
			star = ++p;
			back = t;
			continue;
		}
		if (t == text.n)
			return p == pattern.n;
		if (p < pattern.n) {
			escaped = pattern.p[p] == '\\' && p + 1 < pattern.n;
			one = pattern.p[p] == '?';
			want = pattern.p[p + escaped];
			have = text.p[t];
			if (!cased) {
				want = byte_lower(want);
				have = byte_lower(have);
			}
			if (one || want == have) {
				p += 1 + (size_t)escaped;
				t++;
				continue;
			}
		}
		if (star == SIZE_MAX)
			return false;
		p = star;
		t = ++back;
	}
}

static bool same(struct bytes a, struct bytes b, bool cased)
{
	return cased ? bytes_equal(a, b) : bytes_equal_fold(a, b);
}

static bool contains(struct bytes text, struct bytes part, bool cased)
{
	for (size_t i = 0; part.n <= text.n && i <= text.n - part.n; i++)
		if (same((struct bytes){ text.p + i, part.n }, part, cased))
			return true;
	return false;
}

static bool text_matches(const struct rule_node *node, const struct match_value *wanted,
                         struct bytes text)
{
	struct bytes part = wanted->text;

	if (wanted->wild)
		return wild_match(part, text, node->cased);
	switch (node->op) {
	case MATCH_EQUAL: return same(text, part, node->cased);
	case MATCH_CONTAINS: return contains(text, part, node->cased);
	case MATCH_STARTS:
		return text.n >= part.n &&
		       same((struct bytes){ text.p, part.n }, part, node->cased);
	case MATCH_ENDS:
		return text.n >= part.n &&
		       same((struct bytes){ text.p + text.n - part.n, part.n }, part,
		            node->cased);
	default: return false;
	}
}

static bool number_matches(enum match_op op, uint64_t number, uint64_t limit)
{
	switch (op) {
	case MATCH_EQUAL: return number == limit;
	case MATCH_LT: return number < limit;
	case MATCH_LTE: return number <= limit;
	case MATCH_GT: return number > limit;
	case MATCH_GTE: return number >= limit;
	default: return false;
	}
}

static bool ip_matches(const struct rule_node *node, const struct match_value *wanted,
                       const struct addr *ip)
{
	char text[ADDR_TEXT];

	if (node->op == MATCH_CIDR || wanted->is_address)
		return prefix_has(&wanted->prefix, ip);
	return text_matches(node, wanted, bytes_of(addr_say(text, ip)));
}

/* One value of the rule against what is there.  *which is the text that matched. */
static bool value_matches(const struct rule_node *node, const struct match_value *wanted,
                          const struct value *value, unsigned *which)
{
	switch (node->field->type) {
	case FIELD_NUMBER:
	case FIELD_BOOL: return number_matches(node->op, value->number, wanted->number);
	case FIELD_IP: return ip_matches(node, wanted, &value->ip);
	default:
		for (unsigned i = 0; i < value->text_count; i++) {
			if (!text_matches(node, wanted, value->texts[i]))
				continue;
			*which = i;
			return true;
		}
		return false;
	}
}

/* Any of the rule's values, or all of them; *first is the first that matched. */
static bool values_match(const struct rule_node *node, const struct value *value,
                         const struct match_value **first, unsigned *which)
{
	unsigned text = 0;

	*first = NULL;
	for (uint32_t i = 0; i < node->value_count; i++) {
		if (value_matches(node, &node->values[i], value, &text)) {
			if (!*first) {
				*first = &node->values[i];
				*which = text;
			}
			if (!node->all)
				return true;
		} else if (node->all) {
			return false;
		}
	}
	return node->all && node->value_count;
}

static enum truth truth_of(bool yes)
{
	return yes ? TRUTH_TRUE : TRUTH_FALSE;
}

/* An empty list that stays empty is as good as absent. */
static void get_value(const struct rule_node *node, const struct subject *subject,
                      struct value *value)
{
	memset(value, 0, sizeof(*value));
	subject->get(subject, node->field, value);
	if (node->field->type == FIELD_BYTES && value->text_count == 0) {
		if (value->known == KNOWN_SETTLED)
			value->known = KNOWN_ABSENT;
		else if (value->known == KNOWN_GROWING)
			value->known = KNOWN_NOT_YET;
	}
}

static enum truth match_presence(const struct rule_node *node, enum known known)
{
	bool wants_it = node->op == MATCH_EXISTS && node->values[0].number;

	if (known == KNOWN_NOT_YET || (known == KNOWN_GROWING && !wants_it))
		return TRUTH_NOT_YET;
	return truth_of(wants_it == (known != KNOWN_ABSENT));
}

static enum truth match_node(const struct rule_node *node, const struct subject *subject)
{
	const struct match_value *first;
	struct value value;
	unsigned which;
	bool holds;

	get_value(node, subject, &value);
	if (node->op == MATCH_EXISTS || node->op == MATCH_NULL)
		return match_presence(node, value.known);
	if (value.known == KNOWN_NOT_YET)
		return TRUTH_NOT_YET;
	if (value.known == KNOWN_ABSENT)
		return TRUTH_FALSE;
	holds = values_match(node, &value, &first, &which);
	if (value.known == KNOWN_SETTLED)
		return truth_of(holds);
	/* what grows: reached is reached; a list keeps what it has; the rest waits */
	if (holds && (node->op == MATCH_GT || node->op == MATCH_GTE ||
	              node->field->type == FIELD_BYTES))
		return TRUTH_TRUE;
	return TRUTH_NOT_YET;
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

static void add_reason(struct reasons *why, const struct rule_node *node,
                       const struct subject *subject)
{
	const struct match_value *first = NULL;
	struct reason *r = &why->at[why->count];
	struct value value;
	unsigned which = 0;

	get_value(node, subject, &value);
	*r = (struct reason){ .field = node->field, .op = node->op };
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
static void explain(const struct rule *rule, const struct subject *subject,
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

enum truth match_rule(const struct rule *rule, const struct subject *subject,
                      struct reasons *why)
{
	uint8_t truth[RULE_NODES_MAX];
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
	if (last == TRUTH_TRUE && why)
		explain(rule, subject, truth, why);
	return last;
}
