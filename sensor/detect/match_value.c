// SPDX-License-Identifier: Apache-2.0
/*
 * match_value.c - one comparison of a rule against one value, read plainly.
 *
 * Any thread.  Wildcards go back to the last star only, so a comparison costs at most
 * pattern times text.
 */
#include "detect/match_value.h"

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

/* The one network that can hold the address; NULL: it does not. */
static const struct match_value *network_of(const struct rule_node *node,
                                            const struct addr *ip)
{
	uint32_t low = 0, high = node->value_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memcmp(&node->values[middle].prefix.addr, ip, sizeof(*ip)) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || !prefix_has(&node->values[low - 1].prefix, ip))
		return NULL;
	return &node->values[low - 1];
}

bool values_match(const struct rule_node *node, const struct value *value,
                  const struct match_value **first, unsigned *which)
{
	unsigned text = 0;

	*first = NULL;
	if (node->sorted) {
		*which = 0;
		*first = network_of(node, &value->ip);
		return *first != NULL;
	}
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

bool values_agree(const struct rule_node *node, const struct value *a,
                  const struct value *b)
{
	switch (node->field->type) {
	case FIELD_NUMBER:
	case FIELD_BOOL: return number_matches(node->op, a->number, b->number);
	case FIELD_IP: return memcmp(&a->ip, &b->ip, sizeof(a->ip)) == 0;
	default:
		for (unsigned i = 0; i < a->text_count; i++)
			for (unsigned k = 0; k < b->text_count; k++)
				if (text_matches(
					    node,
					    &(struct match_value){ .text = b->texts[k] },
					    a->texts[i]))
					return true;
		return false;
	}
}

const struct field *text_field(size_t i)
{
	size_t n = 0;

	for (int e = 0; e < ENGINE_FIELD_COUNT; e++)
		if (engine_fields[e].type == FIELD_BYTES && n++ == i)
			return &engine_fields[e];
	for (const struct dissector *const *d = dissectors; *d; d++)
		for (const struct field *f = (*d)->fields; f && f->name; f++)
			if (f->type == FIELD_BYTES && n++ == i)
				return f;
	return NULL;
}

void value_get(const struct field *field, const struct subject *subject,
               struct value *value)
{
	memset(value, 0, offsetof(struct value, made));
	subject->get(subject, field, value);
	if (field->type == FIELD_BYTES && value->text_count == 0) {
		if (value->known == KNOWN_SETTLED)
			value->known = KNOWN_ABSENT;
		else if (value->known == KNOWN_GROWING)
			value->known = KNOWN_NOT_YET;
	}
}
