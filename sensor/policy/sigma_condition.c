// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_condition.c - "selection and not 1 of filter_*": a condition, read into nodes.
 *
 * Recursive descent, `not` before `and` before `or`, as Sigma has it; every level of
 * recursion is counted against DEPTH_MAX.  Words are lower case, as in pySigma.  Cold.
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/sigma_build.h"

enum { DEPTH_MAX = 64, WORD_MAX = 160 };

struct parser {
	struct build *b;
	const struct yaml_node *node; /* of the condition, for places */
	const char *at;               /* what is not yet read */
	const char *token;            /* where the current token begins */
	char word[WORD_MAX];          /* it: a word, "(", ")", or "" at the end */
	struct selection *selections;
	uint32_t n;
	unsigned depth;
	struct yaml_node place; /* of the current token */
};

/* The column is only known where the condition stands in one line, as written. */
static void set_place(struct parser *p)
{
	p->place = *p->node;
	if (!memchr(p->node->text, '\n', p->node->n))
		p->place.column += (unsigned)(p->token - p->node->text) + p->node->quoted;
}

static int next_token(struct parser *p)
{
	size_t n = 0;

	p->at += strspn(p->at, " \t\r\n");
	p->token = p->at;
	set_place(p);
	if (*p->at == '(' || *p->at == ')')
		n = 1;
	else
		while (isalnum((unsigned char)p->at[n]) ||
		       (p->at[n] && strchr("_-*.", p->at[n])))
			n++;
	if (n == 0 && *p->at == '|')
		return build_fail(p->b, &p->place,
		                  "aggregations (\"%.40s\") are of Sigma 1: "
		                  "use a correlation rule",
		                  p->at);
	if (*p->at && p->at[n] == '?') {
		p->token = p->at + n;
		set_place(p);
		return build_fail(p->b, &p->place,
		                  "unexpected \"?\" in the condition: only * stands for "
		                  "a part of a name");
	}
	if (n == 0 && *p->at)
		return build_fail(p->b, &p->place,
		                  "unexpected \"%.20s\" in the condition", p->at);
	if (n >= sizeof(p->word))
		return build_fail(p->b, &p->place, "unknown selection \"%.60s...\"",
		                  p->at);
	memcpy(p->word, p->at, n);
	p->word[n] = '\0';
	p->at += n;
	return 0;
}

static bool is(const struct parser *p, const char *word)
{
	return strcmp(p->word, word) == 0;
}

static const char *nearest_selection(const struct parser *p, const char *word)
{
	const char **names = arena_take(p->b->arena, (p->n + 1) * sizeof(*names));

	if (!names)
		return NULL;
	for (uint32_t i = 0; i < p->n; i++)
		names[i] = p->selections[i].name;
	return nearest_word(word, names);
}

/* In whatever case; NULL: it is none. */
static const char *operator_of(const char *word)
{
	static const char *const operators[] = { "and", "or", "not", "of", NULL };

	for (const char *const *o = operators; *o; o++)
		if (bytes_equal_fold(bytes_of(*o), bytes_of(word)))
			return *o;
	return NULL;
}

/* "AND" */
static bool is_upper_operator(const char *word)
{
	const char *operator= operator_of(word);

	return operator&& strcmp(operator, word) != 0;
}

static int not_lower(const struct parser *p)
{
	return build_fail(p->b, &p->place, "\"%s\" is written in lower case", p->word);
}

static int unknown_selection(const struct parser *p)
{
	const char *near = nearest_selection(p, p->word);

	if (is_upper_operator(p->word))
		return not_lower(p);
	if (operator_of(p->word))
		return build_fail(p->b, &p->place,
		                  "\"%s\" stands where a selection should", p->word);
	if (near)
		return build_fail(p->b, &p->place,
		                  "unknown selection \"%s\", did you mean \"%s\"?",
		                  p->word, near);
	return build_fail(p->b, &p->place, "unknown selection \"%s\"", p->word);
}

static bool name_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *back = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			back = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++back;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

/* Behind "1 of" or "all of": names that start with _ are meant only by a pattern that
 * does. */
static int parse_quantified(struct parser *p, enum rule_node_kind kind, uint32_t *ret)
{
	uint32_t children[RULE_NODES_MAX], count = 0;

	if (next_token(p) < 0)
		return -1;
	if (!*p->word || is(p, "(") || is(p, ")"))
		return build_fail(p->b, &p->place,
		                  "\"of\" needs \"them\" or the name of selections, "
		                  "as in \"1 of selection_*\"");
	for (uint32_t i = 0; i < p->n; i++) {
		struct selection *s = &p->selections[i];

		if (s->name[0] == '_' && p->word[0] != '_')
			continue;
		if (!is(p, "them") && !name_matches(p->word, s->name))
			continue;
		if (count == RULE_NODES_MAX)
			return build_fail(p->b, &p->place, "more than %d selections",
			                  (int)RULE_NODES_MAX);
		s->used = true;
		children[count++] = s->node;
	}
	if (count == 0 && strchr(p->word, '*')) {
		const char *near = nearest_selection(p, p->word);

		return build_fail(p->b, &p->place, "no selection is called \"%s\"%s%s%s",
		                  p->word, near ? ", did you mean \"" : "",
		                  near ? near : "", near ? "\"?" : "");
	}
	if (count == 0)
		return unknown_selection(p);
	if (build_join(p->b, &p->place, kind, children, count, ret) < 0)
		return -1;
	return next_token(p);
}

static int parse_or(struct parser *p, uint32_t *ret);

static int parse_parenthesis(struct parser *p, uint32_t *ret)
{
	struct yaml_node open = p->place;

	if (next_token(p) < 0 || parse_or(p, ret) < 0)
		return -1;
	if (is_upper_operator(p->word))
		return not_lower(p);
	if (!is(p, ")"))
		return *p->word ? build_fail(p->b, &p->place,
		                             "expected \"and\", \"or\" or \")\" before "
		                             "\"%s\"",
		                             p->word)
		                : build_fail(p->b, &open, "this \"(\" is never closed");
	return next_token(p);
}

static bool before_of(const struct parser *p)
{
	const char *rest = p->at + strspn(p->at, " \t\r\n");

	return strncmp(rest, "of", 2) == 0 &&
	       (rest[2] == '\0' || isspace((unsigned char)rest[2]));
}

static int parse_operand(struct parser *p, uint32_t *ret)
{
	if (!*p->word)
		return build_fail(p->b, &p->place,
		                  "the condition ends where a selection should stand");
	if (is(p, ")"))
		return build_fail(p->b, &p->place, "this \")\" closes nothing");
	if (is(p, "("))
		return parse_parenthesis(p, ret);
	if (before_of(p)) {
		bool any = is(p, "1") || is(p, "any");

		if (!any && !is(p, "all"))
			return build_fail(
				p->b, &p->place,
				"Sigma has \"1 of\", \"any of\" and \"all of\", "
				"not \"%s of\"%s",
				p->word,
				isdigit((unsigned char)p->word[0])
					? ": write out which may stand together"
					: "");
		if (next_token(p) < 0) /* of */
			return -1;
		return parse_quantified(p, any ? NODE_OR : NODE_AND, ret);
	}
	for (uint32_t i = 0; i < p->n; i++) {
		if (!is(p, p->selections[i].name))
			continue;
		p->selections[i].used = true;
		*ret = p->selections[i].node;
		return next_token(p);
	}
	return unknown_selection(p);
}

static int parse_not(struct parser *p, uint32_t *ret)
{
	struct yaml_node place = p->place;
	bool negated = false;
	uint32_t child;

	if (++p->depth > DEPTH_MAX)
		return build_fail(p->b, &p->place, "the condition is nested too deep");
	while (is(p, "not")) {
		p->b->negates = true;
		negated = !negated;
		if (next_token(p) < 0)
			return -1;
	}
	if (parse_operand(p, &child) < 0)
		return -1;
	p->depth--;
	*ret = child;
	return negated ? build_not(p->b, &place, child, ret) : 0;
}

/* A chain of one operator; its links are parsed by `link`. */
static int parse_chain(struct parser *p, enum rule_node_kind kind, const char *operator,
                       int (*link)(struct parser *p, uint32_t *ret), uint32_t *ret)
{
	struct yaml_node place = p->place;
	uint32_t *children = NULL, count = 0, room = 0, child;

	for (;;) {
		if (link(p, &child) < 0)
			return -1;
		if (count == room) {
			uint32_t *more;

			room = room ? room * 2 : 4;
			more = arena_take(p->b->arena, room * sizeof(*more));
			if (!more)
				return build_out_of_memory(p->b);
			if (count)
				memcpy(more, children, count * sizeof(*more));
			children = more;
		}
		children[count++] = child;
		if (!is(p, operator))
			break;
		if (next_token(p) < 0)
			return -1;
	}
	return build_join(p->b, &place, kind, children, count, ret);
}

static int parse_and(struct parser *p, uint32_t *ret)
{
	return parse_chain(p, NODE_AND, "and", parse_not, ret);
}

static int parse_or(struct parser *p, uint32_t *ret)
{
	return parse_chain(p, NODE_OR, "or", parse_and, ret);
}

static int condition_parse(struct build *b, const struct yaml_node *node,
                           struct selection *selections, uint32_t n, uint32_t *ret)
{
	struct parser p = { .b = b, .node = node, .selections = selections, .n = n };

	if (node->kind != KIND_SCALAR || node->n == 0 || strlen(node->text) != node->n)
		return build_fail(b, node, "a condition is a sentence, not %s",
		                  node->n                     ? "bytes"
		                  : node->kind == KIND_SCALAR ? "nothing"
		                                              : yaml_kind_name(node));
	p.at = node->text;
	if (next_token(&p) < 0 || parse_or(&p, ret) < 0)
		return -1;
	if (is(&p, ")"))
		return build_fail(b, &p.place, "this \")\" closes nothing");
	if (is_upper_operator(p.word))
		return not_lower(&p);
	if (*p.word)
		return build_fail(b, &p.place, "expected \"and\" or \"or\" before \"%s\"",
		                  p.word);
	return 0;
}

/* A list of conditions is true when any is. */
int condition_build(struct build *b, const struct yaml_node *condition,
                    struct selection *selections, uint32_t n, uint32_t *ret)
{
	uint32_t children[RULE_NODES_MAX];

	if (condition->kind != KIND_LIST)
		return condition_parse(b, condition, selections, n, ret);
	if (condition->count == 0 || condition->count > RULE_NODES_MAX)
		return build_fail(b, condition, "a list of %u conditions",
		                  condition->count);
	for (uint32_t i = 0; i < condition->count; i++)
		if (condition_parse(b, &condition->at[i], selections, n, &children[i]) <
		    0)
			return -1;
	return build_join(b, condition, NODE_OR, children, condition->count, ret);
}
