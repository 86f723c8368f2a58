// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_print.c - rules for people: the list, and one rule as it was understood.
 *
 * What is printed comes from the compiled rule, never from the file, so that a reader
 * sees what will be evaluated.  Cold.
 */
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "policy/sigma_build.h"

static const char *const level_names[] = {
	[LEVEL_INFORMATIONAL] = "informational",
	[LEVEL_LOW] = "low",
	[LEVEL_MEDIUM] = "medium",
	[LEVEL_HIGH] = "high",
	[LEVEL_CRITICAL] = "critical",
};

const char *level_name(enum level level)
{
	return level_names[level];
}

int level_parse(const char *name, enum level *ret)
{
	for (int i = LEVEL_INFORMATIONAL; i <= LEVEL_CRITICAL; i++) {
		if (strcmp(level_names[i], name) != 0)
			continue;
		*ret = (enum level)i;
		return 0;
	}
	return -1;
}

const char *category_name(enum category category)
{
	static const char *const names[] = {
		[CATEGORY_TRANSFER] = "transfer",
		[CATEGORY_FLOW] = "flow",
	};

	return names[category];
}

static void print_text(struct bytes text, FILE *to)
{
	fputc('"', to);
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c < 0x20 || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

static void print_number(const struct field *field, uint64_t number, FILE *to)
{
	char text[UNITS_TEXT];

	if (field->type == FIELD_BOOL) {
		fputs(number ? "true" : "false", to);
		return;
	}
	fprintf(to, "%" PRIu64, number);
	if (field_is_size(field) && number >= 1024)
		fprintf(to, " (%s)", units_say_size(text, number));
	else if (field_engine_index(field) == ENGINE_DURATION && number <= INT64_MAX)
		fprintf(to, " (%s)", units_say_duration(text, (int64_t)number));
	else if (field_engine_index(field) == ENGINE_RATE_MEAN)
		fprintf(to, " (%s)", units_say_rate(text, number));
}

static void print_value(const struct rule_node *node, const struct match_value *value,
                        FILE *to)
{
	char text[ADDR_TEXT];

	if (value->is_number)
		print_number(node->field, value->number, to);
	else if (value->is_address)
		fputs(addr_say(text, &value->prefix.addr), to);
	else if (node->op == MATCH_CIDR)
		fprintf(to, "%s/%d", addr_say(text, &value->prefix.addr),
		        value->prefix.bits - (addr_is_v4(&value->prefix.addr) &&
		                                              value->prefix.bits >= 96
		                                      ? 96
		                                      : 0));
	else
		print_text(value->text, to);
	if (value->wild)
		fputs(" (pattern)", to);
	if (value->fold)
		fputs(" (any case)", to);
}

static const char *part_name(enum time_part part)
{
	static const char *const names[] = {
		[PART_NONE] = "",        [PART_MINUTE] = " (minute)",
		[PART_HOUR] = " (hour)", [PART_DAY] = " (day)",
		[PART_WEEK] = " (week)", [PART_MONTH] = " (month)",
		[PART_YEAR] = " (year)",
	};

	return names[part];
}

static void print_match(const struct rule_node *node, unsigned indent, FILE *to)
{
	static const char *const words[] = {
		[MATCH_EQUAL] = "is",
		[MATCH_CONTAINS] = "contains",
		[MATCH_STARTS] = "starts with",
		[MATCH_ENDS] = "ends with",
		[MATCH_CIDR] = "is in",
		[MATCH_LT] = "<",
		[MATCH_LTE] = "<=",
		[MATCH_GT] = ">",
		[MATCH_GTE] = ">=",
		[MATCH_EXISTS] = "is there",
		[MATCH_NULL] = "is not there",
		[MATCH_RE] = "matches",
	};

	fprintf(to, "%*s%s%s %s", (int)indent, "",
	        node->field ? node->field->name : "any text", part_name(node->part),
	        node->op == MATCH_EXISTS && !node->values[0].number ? "is not there"
	                                                            : words[node->op]);
	if (node->other)
		fprintf(to, " what %s is", node->other->name);
	else if (node->op != MATCH_EXISTS && node->op != MATCH_NULL) {
		if (node->value_count > 1)
			fputs(node->all ? " all of" : " any of", to);
		for (uint32_t i = 0; i < node->value_count; i++) {
			fputs(i ? ", " : " ", to);
			print_value(node, &node->values[i], to);
		}
	}
	fputs(node->cased ? " (case counts)\n" : "\n", to);
}

/* Depth is bounded by the parser: a selection is three levels, a condition 3 * 64. */
static void print_node(const struct rule *rule, uint32_t i, unsigned indent, FILE *to)
{
	static const char *const words[] = {
		[NODE_AND] = "all of",
		[NODE_OR] = "any of",
		[NODE_NOT] = "not",
	};
	const struct rule_node *node = &rule->nodes[i];

	if (node->kind == NODE_MATCH) {
		print_match(node, indent, to);
		return;
	}
	if (node->kind == NODE_AND && node->child_count == 1) {
		print_node(rule, node->children[0], indent, to);
		return;
	}
	fprintf(to, "%*s%s\n", (int)indent, "", words[node->kind]);
	for (uint32_t c = 0; c < node->child_count; c++)
		print_node(rule, node->children[c], indent + 2, to);
}

static void print_list(const char *label, const char *const *texts, FILE *to)
{
	if (!texts || !texts[0])
		return;
	fprintf(to, "%-14s%s", label, texts[0]);
	for (size_t i = 1; texts[i]; i++)
		fprintf(to, ", %s", texts[i]);
	fputc('\n', to);
}

/* Lines of a description, each indented like the first. */
static void print_lines(const char *label, const char *text, FILE *to)
{
	size_t n;

	for (; text && *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		fprintf(to, "%-14s%.*s\n", label, (int)n, text);
		label = "";
	}
}

/* Every field once, in the order in which they stand. */
static void print_fields(const struct rule *rule, FILE *to)
{
	const char *before = "fields";

	for (uint32_t i = 0; i < rule->node_count; i++) {
		const struct field *field = rule->nodes[i].field;
		bool again = !field;

		for (uint32_t k = 0; k < i && !again; k++)
			again = rule->nodes[k].field == field;
		if (again)
			continue;
		if (*before)
			fprintf(to, "%-14s%s", before, field->name);
		else
			fprintf(to, ", %s", field->name);
		before = "";
	}
	if (!*before)
		fputc('\n', to);
}

static void print_marks(const struct rule *rule, FILE *to)
{
	for (uint32_t i = 0; i < rule->node_count; i++) {
		const struct rule_node *node = &rule->nodes[i];

		for (uint32_t v = 0; node_has_mark(node) && v < node->value_count; v++) {
			fprintf(to, "%-14s%s %s ", "decided at", node->field->name,
			        node->op == MATCH_GT ? ">" : ">=");
			print_number(node->field, node->values[v].number, to);
			fputc('\n', to);
		}
	}
}

void rule_print(const struct rule *rule, FILE *to)
{
	fprintf(to, "%-14s%s\n", "title", rule->title);
	fprintf(to, "%-14s%s\n", "id", rule->id);
	fprintf(to, "%-14s%u\n", "signature_id", rule->signature_id);
	fprintf(to, "%-14s%s:%u\n", "from", rule->file, rule->line);
	fprintf(to, "%-14s%s\n", "level", level_name(rule->level));
	if (rule->status)
		fprintf(to, "%-14s%s\n", "status", rule->status);
	fprintf(to, "%-14s%s\n", "category", category_name(rule->category));
	print_list("tags", rule->tags, to);
	print_lines("description", rule->description, to);
	print_list("mistaken for", rule->false_positives, to);
	fputs("fires when\n", to);
	print_node(rule, rule->own, 2, to);
	for (uint32_t i = 0; i < rule->filter_count; i++) {
		const struct filter *f = rule->filters[i].filter;

		fprintf(to, "and, as the filter \"%s\" (%s:%u) %s, when\n", f->title,
		        f->file, f->line,
		        f->keeps ? "keeps only these" : "leaves others out");
		print_node(rule, rule->filters[i].node, 2, to);
	}
	print_fields(rule, to);
	print_marks(rule, to);
}

void rules_print_list(const struct rules *rules, FILE *to)
{
	size_t filtered = 0;
	int width = 5;

	for (size_t i = 0; i < rules->n; i++)
		if (strlen(rules->at[i].title) > (size_t)width)
			width = (int)strlen(rules->at[i].title);
	if (width > 72)
		width = 72;
	for (size_t i = 0; i < rules->n; i++)
		filtered += rules->at[i].filter_count > 0;
	fprintf(to, "%-13s  %-8s  %-7s  %-*s  id\n", "level", "category", "filters",
	        width, "title");
	for (size_t i = 0; i < rules->n; i++)
		fprintf(to, "%-13s  %-8s  %7u  %-*s  %s\n",
		        level_name(rules->at[i].level),
		        category_name(rules->at[i].category), rules->at[i].filter_count,
		        width, rules->at[i].title, rules->at[i].id);
	fprintf(to,
	        "%zu rule%s, %zu of them filtered; %zu filter%s; %zu switched off; "
	        "%zu not applicable\n",
	        rules->n, rules->n == 1 ? "" : "s", filtered, rules->filter_count,
	        rules->filter_count == 1 ? "" : "s", rules->off,
	        rules->not_applicable_count);
}
