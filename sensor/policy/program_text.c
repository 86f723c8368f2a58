// SPDX-License-Identifier: Apache-2.0
/*
 * program_text.c - a value of a rule as an expression for Hyperscan.
 *
 * Every byte that is not a letter or a digit is written as \xHH, so nothing that a rule's
 * author wrote can be taken for syntax.  Cold.
 */
#include <ctype.h>

#include "base/arena.h"
#include "policy/program.h"

static char *byte_put(char *to, uint8_t c)
{
	static const char digits[] = "0123456789abcdef";

	if (isalnum(c)) {
		*to++ = (char)c;
		return to;
	}
	*to++ = '\\';
	*to++ = 'x';
	*to++ = digits[c >> 4];
	*to++ = digits[c & 15];
	return to;
}

static char *anchor_put(char *to, const char *anchor)
{
	while (*anchor)
		*to++ = *anchor++;
	return to;
}

/* A star at either end only says that it is not anchored there. */
static char *wild_put(char *to, struct bytes pattern)
{
	size_t from = 0, end = pattern.n;

	if (end && pattern.p[0] == '*')
		from++;
	else
		to = anchor_put(to, "^");
	bool open = end > from && pattern.p[end - 1] == '*' &&
	            !(end > from + 1 && pattern.p[end - 2] == '\\');
	if (open)
		end--;
	for (size_t i = from; i < end; i++) {
		uint8_t c = pattern.p[i];

		if (c == '*') {
			to = anchor_put(to, ".*");
		} else if (c == '?') {
			*to++ = '.';
		} else {
			if (c == '\\' && i + 1 < end)
				c = pattern.p[++i];
			to = byte_put(to, c);
		}
	}
	return open ? to : anchor_put(to, "\\z");
}

const char *value_expression(struct arena *arena, const struct rule_node *node,
                             const struct match_value *value,
                             struct program_pattern *stands)
{
	struct bytes text = value->text;
	char *expression, *to;

	stands->end = ANYWHERE;
	if (node->op == MATCH_RE)
		return (const char *)
		        text.p; /* ends in a zero, as all texts of rules do */
	expression = to = arena_take(arena, text.n * 4 + 16);
	if (!expression)
		return NULL;
	if (value->wild) {
		wild_put(to, text);
		return expression;
	}
	for (size_t i = 0; i < text.n; i++)
		to = byte_put(to, text.p[i]);
	if (node->op == MATCH_EQUAL || node->op == MATCH_STARTS)
		stands->end = (uint32_t)text.n;
	if (node->op == MATCH_EQUAL || node->op == MATCH_ENDS)
		anchor_put(to, "\\z");
	return expression;
}

size_t value_weight(const struct rule_node *node, const struct match_value *value)
{
	size_t n = 0;

	if (node->op == MATCH_RE)
		return 1; /* it may be anything */
	for (size_t i = 0; i < value->text.n; i++)
		n += !value->wild ||
		     (value->text.p[i] != '*' && value->text.p[i] != '?' &&
		      value->text.p[i] != '\\');
	return n;
}
