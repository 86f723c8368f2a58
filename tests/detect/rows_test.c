// SPDX-License-Identifier: Apache-2.0
/*
 * rows_test.c - what rules mean: rows.txt, held against the sensor and against a plain,
 * slow reading of the rule that knows nothing of how the sensor evaluates: it goes down
 * the tree, asks for values and compares byte by byte.
 */
#include <ctype.h>

#include "base/arena.h"
#include "base/error.h"
#include "detect/scan.h"
#include "policy/complaints.h"
#include "policy/config.h"
#include "policy/pattern.h"
#include "tests/check.h"

const struct dissector *const dissectors[] = { NULL };

static struct arena *arena;

enum answer { NO, YES, WAIT };

enum { GIVEN_MAX = 6, TEXT_MAX = 128 };

struct given {
	char name[32], text[TEXT_MAX];
	size_t n;
	char state; /* = ! ~ */
};

struct thing {
	struct given at[GIVEN_MAX];
	unsigned n;
};

static const struct given *given_of(const struct thing *thing, const char *name)
{
	for (unsigned i = 0; i < thing->n; i++)
		if (strcmp(thing->at[i].name, name) == 0)
			return &thing->at[i];
	return NULL;
}

static bool same(uint8_t a, uint8_t b, bool cased)
{
	return cased ? a == b : byte_lower(a) == byte_lower(b);
}

/* Recursion is as deep as the texts of rows.txt are long. */
static bool like(struct bytes p, struct bytes t, bool wild, bool cased)
{
	struct bytes rest = { p.p + 1, p.n - 1 }, behind = { t.p + 1, t.n - 1 };

	if (p.n == 0)
		return t.n == 0;
	if (wild && *p.p == '*')
		return like(rest, t, wild, cased) ||
		       (t.n && like(p, behind, wild, cased));
	if (t.n == 0)
		return false;
	if (wild && *p.p == '?')
		return like(rest, behind, wild, cased);
	if (wild && *p.p == '\\') {
		rest.p++;
		rest.n--;
		p.p++;
	}
	return same(*p.p, *t.p, cased) && like(rest, behind, wild, cased);
}

static bool found(void *arg, uint32_t id)
{
	*(bool *)arg = id == 0;
	return true;
}

/* Flags are written into the expression: the compiler of patterns has none for them. */
static bool expression_matches(const struct match_value *v, struct bytes text)
{
	struct pattern_scratch *scratch = NULL;
	struct patterns *patterns = NULL;
	struct pattern pattern = { 0 };
	struct error err = { "" };
	char expression[512];
	bool yes = false;

	snprintf(expression, sizeof(expression), "(?%s%s%s-%s)%.*s", v->fold ? "i" : "",
	         v->multiline ? "m" : "", v->dotall ? "s" : "", v->dotall ? "x" : "s",
	         (int)v->text.n, (const char *)v->text.p);
	pattern.expression = expression;
	if (patterns_compile(&pattern, 1, &patterns, NULL, &err) < 0 ||
	    pattern_scratch_grow(&scratch, patterns, &err) < 0) {
		CHECK_FAIL_("%s: %s", expression, err.text);
		return false;
	}
	patterns_scan(patterns, scratch, text, found, &yes);
	pattern_scratch_free(scratch);
	patterns_free(patterns);
	return yes;
}

static bool text_matches(const struct rule_node *node, const struct match_value *v,
                         struct bytes text)
{
	if (node->op == MATCH_RE)
		return expression_matches(v, text);
	for (size_t from = 0; from <= text.n; from++) {
		for (size_t to = from; to <= text.n; to++) {
			bool head = from == 0, tail = to == text.n;

			if ((!head && (v->wild || node->op == MATCH_EQUAL ||
			               node->op == MATCH_STARTS)) ||
			    (!tail && (v->wild || node->op == MATCH_EQUAL ||
			               node->op == MATCH_ENDS)))
				continue;
			if (like(v->text, (struct bytes){ text.p + from, to - from },
			         v->wild, node->cased))
				return true;
		}
	}
	return false;
}

static bool number_matches(const struct rule_node *node, uint64_t limit, uint64_t n)
{
	switch (node->op) {
	case MATCH_LT: return n < limit;
	case MATCH_LTE: return n <= limit;
	case MATCH_GT: return n > limit;
	case MATCH_GTE: return n >= limit;
	default: return n == limit;
	}
}

static bool value_matches(const struct rule_node *node, const struct match_value *v,
                          const struct given *known)
{
	struct bytes text = { (const uint8_t *)known->text, known->n };
	struct addr addr;
	uint64_t n;

	if (!v->is_number && !v->is_address && node->op != MATCH_CIDR)
		return text_matches(node, v, text);
	if (!v->is_number)
		return addr_parse(known->text, &addr) == 0 &&
		       prefix_has(&v->prefix, &addr);
	n = strtoull(known->text, NULL, 10);
	if (node->part)
		n = time_part_of(node->part, n * 1000000000, node->zone);
	return number_matches(node, v->number, n);
}

static enum answer ask_other(const struct rule_node *node, const struct thing *thing,
                             const struct given *known)
{
	const struct given *other = given_of(thing, node->other->name);
	struct match_value v = { 0 };

	if (!other)
		return WAIT;
	if (other->state == '!')
		return NO;
	v.text = (struct bytes){ (const uint8_t *)other->text, other->n };
	return value_matches(node, &v, known) ? YES : NO;
}

static enum answer ask_field(const struct rule_node *node, const struct thing *thing,
                             const struct given *known)
{
	bool all = node->all, any = false;

	if (!known)
		return WAIT;
	if (node->op == MATCH_NULL)
		return known->state == '!' ? YES : NO;
	if (node->op == MATCH_EXISTS)
		return (known->state != '!') == node->values[0].number ? YES : NO;
	if (known->state == '!')
		return NO;
	if (node->other)
		return ask_other(node, thing, known);
	for (uint32_t i = 0; i < node->value_count; i++) {
		bool yes = value_matches(node, &node->values[i], known);

		any = any || yes;
		all = all && yes;
	}
	if (known->state == '~' &&
	    (!(all || any) || (node->op != MATCH_GT && node->op != MATCH_GTE)))
		return WAIT;
	return (node->all ? all : any) ? YES : NO;
}

/* Of keywords: each in any text, with `all` maybe in another one. */
static enum answer ask_texts(const struct rule_node *node, const struct thing *thing)
{
	static const char *const texts[] = { "file.name", "file.extension",
		                             "file.mime_type" };
	bool waits = false;
	uint32_t hits = 0;

	for (uint32_t v = 0; v < node->value_count; v++) {
		bool hit = false;

		for (unsigned i = 0; i < 3; i++) {
			const struct given *known = given_of(thing, texts[i]);

			waits = waits || !known;
			hit = hit || (known && known->state == '=' &&
			              value_matches(node, &node->values[v], known));
		}
		hits += hit;
	}
	if (node->all ? hits == node->value_count : hits > 0)
		return YES;
	return waits ? WAIT : NO;
}

static enum answer ask(const struct rule *rule, uint32_t i, const struct thing *thing)
{
	const struct rule_node *node = &rule->nodes[i];
	enum answer a = node->kind == NODE_OR ? NO : YES, child;

	if (node->kind == NODE_MATCH)
		return node->field ? ask_field(node, thing,
		                               given_of(thing, node->field->name))
		                   : ask_texts(node, thing);
	for (uint32_t c = 0; c < node->child_count; c++) {
		child = ask(rule, node->children[c], thing);
		if (node->kind == NODE_NOT)
			return child == WAIT ? WAIT : child == YES ? NO : YES;
		if (child == (node->kind == NODE_OR ? YES : NO))
			return child;
		if (child == WAIT)
			a = WAIT;
	}
	return a;
}

static void get(const struct subject *subject, const struct field *field,
                struct value *value)
{
	const struct given *known = given_of(subject->thing, field->name);

	if (!known) { /* no row knows of other texts, where keywords could be */
		if (field->type == FIELD_BYTES && strncmp(field->name, "file.", 5) != 0)
			value->known = KNOWN_ABSENT;
		if (strcmp(field->name, "file.hash.sha256") == 0)
			value->known = KNOWN_ABSENT;
		return;
	}
	value->known = known->state == '!'   ? KNOWN_ABSENT
	               : known->state == '~' ? KNOWN_GROWING
	                                     : KNOWN_SETTLED;
	if (known->state == '!')
		return;
	value->number = strtoull(known->text, NULL, 10);
	if (strcmp(field->name, "@timestamp") == 0)
		value->number *= 1000000000;
	if (field->type == FIELD_IP && addr_parse(known->text, &value->ip) < 0)
		CHECK_FAIL_("%s: no address", known->text);
	if (field->type == FIELD_BYTES)
		value->texts[value->text_count++] =
			(struct bytes){ (const uint8_t *)known->text, known->n };
}

/* What the sensor answers, which need not ask a rule that cannot be true. */
static enum answer ask_sensor(const struct rules *rules, const struct thing *thing,
                              bool *asked)
{
	static const enum answer answers[] = {
		[TRUTH_FALSE] = NO, [TRUTH_TRUE] = YES, [TRUTH_NOT_YET] = WAIT
	};
	struct subject subject = { .get = get, .thing = thing };
	struct program *program = NULL;
	struct error err = { "" };
	struct scan *scan;
	enum answer answer;
	uint32_t n;

	if (program_build(arena, NULL, rules, &program, &err) < 0)
		CHECK_FAIL_("%s", err.text);
	scan = scan_new(program, rules->n, &err);
	CHECK_MUST(scan);
	scan_thing(scan, CATEGORY_TRANSFER, &subject, &n);
	*asked = n == 1 && match_may(&rules->at[0], &subject);
	answer = answers[match_rule(&rules->at[0], &subject, NULL, NULL)];
	scan_free(scan);
	program_free(program);
	return answer;
}

/* "name=text name! name~3": a text goes on to the next word that has a sign. */
static void read_thing(char *words, struct thing *thing)
{
	thing->n = 0;
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		size_t n = strcspn(word, "=!~");
		const char *text = word;
		struct given *k;

		if (!word[n] || n < 5) { /* " b": the text goes on */
			k = &thing->at[thing->n - 1];
			k->text[k->n++] = ' ';
		} else {
			k = &thing->at[thing->n++];
			*k = (struct given){ .state = word[n] };
			memcpy(k->name, word, n);
			text = word + n + 1;
		}
		for (const char *c = text; *c; c++) {
			unsigned byte = (uint8_t)*c;

			if (c[0] == '\\' && c[1] == 'x' &&
			    sscanf(c + 2, "%2x", &byte) == 1)
				c += 3;
			k->text[k->n++] = (char)byte;
		}
	}
}

static struct rules *read_rule(const char *detection, const char *line)
{
	static const char *vars[] = { "one=first", "two=zwei", "two=due", "size=10",
		                      "net=10.0.0.0/8" };
	const struct config config = { .vars = { vars, 5 } };
	struct complaints *complaints = complaints_new();
	struct rules *rules = NULL;
	struct error err = { "" };
	char text[2048];

	snprintf(text, sizeof(text),
	         "title: t\nid: 7a8631d3-76e5-480b-8eb3-83bfa22d5413\n"
	         "logsource: { product: egret, category: transfer }\ndetection: %s%s%s\n",
	         *detection == '{' ? "" : "{ a: { ", detection,
	         *detection == '{' ? "" : " }, condition: a }");
	if (!complaints ||
	    rules_read(arena, &config, "row", bytes_of(text), &rules, complaints) < 0) {
		complaints_first(complaints, &err);
		CHECK_FAIL_("%s: %s", line, err.text);
	}
	complaints_free(complaints);
	return rules;
}

static void every_row_means_what_it_says(void)
{
	static const char *const answers[] = { "no", "yes", "wait" };
	const char *srcdir = getenv("srcdir");
	char path[4096], line[1024];
	unsigned rows = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/detect/rows.txt", srcdir ? srcdir : ".");
	f = fopen(path, "r");
	CHECK_MUST(f);
	while (fgets(line, sizeof(line), f)) {
		char copy[1024], *known, *answer;
		struct thing thing = { 0 };
		struct rules *rules;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		strcpy(copy, line);
		answer = strrchr(copy, '|');
		CHECK_MUST(answer);
		*answer = '\0';
		answer += 2;
		known = strrchr(copy, '|');
		CHECK_MUST(known);
		*known++ = '\0';
		read_thing(known, &thing);
		for (size_t n = strlen(copy); n && copy[n - 1] == ' '; n--)
			copy[n - 1] = '\0';
		rules = read_rule(copy, line);
		if (rules) {
			const struct rule *rule = &rules->at[0];
			enum answer a = ask(rule, rule->node_count - 1, &thing);
			bool asked;
			enum answer s = ask_sensor(rules, &thing, &asked);

			if (strcmp(answers[a], answer) != 0)
				CHECK_FAIL_("%s: got %s", line, answers[a]);
			if (s != a)
				CHECK_FAIL_("%s: the sensor says %s", line, answers[s]);
			if (a == YES && !asked)
				CHECK_FAIL_("%s: the sensor does not ask", line);
		}
		rows++;
	}
	fclose(f);
	CHECK(rows > 190);
}

int main(void)
{
	arena = arena_new();
	TEST(every_row_means_what_it_says);
	arena_free(arena);
	return check_done();
}
