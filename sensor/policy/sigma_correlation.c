// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_correlation.c - correlation documents, checked whole.
 *
 * They are listed and do not run: what is loaded of them is that they are right.  Cold.
 */
#include <ctype.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/sigma_build.h"

static const char *const types[] = {
	"event_count",      "value_count", "value_sum",        "value_avg",
	"value_percentile", "temporal",    "temporal_ordered", NULL,
};

static const char *const operators[] = { "gt", "gte", "lt", "lte", "eq", "neq", NULL };

static int unknown_word(struct build *b, const struct yaml_node *at, const char *what,
                        const char *word, const char *const *words)
{
	const char *near = nearest_word(word, words);

	return build_fail(b, at, "unknown %s \"%s\"%s%s%s", what, word,
	                  near ? ", did you mean \"" : "", near ? near : "",
	                  near ? "\"?" : "");
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static int check_type(struct build *b, const struct yaml_node *map, const char **ret)
{
	const struct yaml_node *at = NULL;

	if (document_text(b, map, "type", ret, &at) < 0)
		return -1;
	if (!*ret)
		return build_fail(b, map, "the correlation has no \"type\"");
	return is_one_of(*ret, types)
	               ? 0
	               : unknown_word(b, at, "type of correlation", *ret, types);
}

static int check_timespan(struct build *b, const struct yaml_node *map)
{
	const struct yaml_node *at = NULL;
	const char *text = NULL;
	size_t digits;

	if (document_text(b, map, "timespan", &text, &at) < 0)
		return -1;
	if (!text)
		return build_fail(b, map, "the correlation has no \"timespan\"");
	digits = strspn(text, "0123456789");
	if (digits && digits < 10 && text[digits] && strchr("smhdwMy", text[digits]) &&
	    !text[digits + 1] && strspn(text, "0") < digits)
		return 0;
	return build_fail(b, at,
	                  "\"timespan\" is a number and one of s m h d w M y, as in 15m, "
	                  "not \"%s\"",
	                  text);
}

/* "condition: { gte: 10, field: user }" */
static int check_condition(struct build *b, const struct yaml_node *map, const char *type)
{
	const struct yaml_node *c = yaml_get(map, "condition", NULL);
	bool value = type && strncmp(type, "value_", 6) == 0, field = false;
	bool temporal = type && strncmp(type, "temporal", 8) == 0;
	uint32_t limits = 0;
	int failed = 0;

	if (!c)
		return temporal ? 0
		                : build_fail(b, map,
		                             "the correlation has no \"condition\"");
	if (temporal && c->kind == KIND_SCALAR && !yaml_is_null(c))
		return 0;
	if (c->kind != KIND_MAP)
		return build_fail(b, c, "\"condition\" takes a map, as in { gte: 10 }");
	for (uint32_t i = 0; i < c->count; i++) {
		const char *word = c->keys[i].text;
		const struct yaml_node *at = &c->at[i];

		if (strcmp(word, "field") == 0) {
			field = true;
		} else if (strcmp(word, "percentile") == 0) {
			if (!yaml_is_number(at))
				failed = build_fail(b, at, "\"percentile\" is a number");
		} else if (!is_one_of(word, operators)) {
			failed = unknown_word(b, &c->keys[i], "comparison", word,
			                      operators);
		} else {
			limits++;
			if (!yaml_is_number(at))
				failed = build_fail(b, at, "\"%s\" takes a number", word);
		}
	}
	if (value && !field)
		failed = build_fail(
			b, c, "\"%s\" needs the \"field\" whose values it takes", type);
	if (limits == 0 && !failed)
		failed = build_fail(b, c, "the condition has no limit, such as gte: 10");
	return failed;
}

/* "aliases: { who: { rule_a: source.ip, rule_b: destination.ip } }" */
static int check_aliases(struct build *b, const struct yaml_node *map,
                         const char *const *names)
{
	const struct yaml_node *aliases = yaml_get(map, "aliases", NULL);
	int failed = 0;

	if (!aliases)
		return 0;
	if (aliases->kind != KIND_MAP)
		return build_fail(b, aliases, "\"aliases\" takes a map, not %s",
		                  yaml_kind_name(aliases));
	for (uint32_t i = 0; i < aliases->count; i++) {
		const struct yaml_node *alias = &aliases->at[i];

		if (alias->kind != KIND_MAP) {
			failed = build_fail(
				b, alias, "an alias is a map of rules and their fields");
			continue;
		}
		for (uint32_t k = 0; k < alias->count; k++)
			if (names && !is_one_of(alias->keys[k].text, names))
				failed = unknown_word(b, &alias->keys[k],
				                      "rule in an alias",
				                      alias->keys[k].text, names);
	}
	return failed;
}

static int check_words(struct build *b, const struct yaml_node *map)
{
	static const char *const words[] = { "type",     "rules",   "group-by",
		                             "timespan", "aliases", "condition",
		                             "generate", NULL };
	int failed = 0;

	for (uint32_t i = 0; i < map->count; i++)
		if (!is_one_of(map->keys[i].text, words))
			failed = unknown_word(b, &map->keys[i], "key", map->keys[i].text,
			                      words);
	return failed;
}

int correlation_read(struct build *b, const struct yaml_node *document,
                     struct correlation *ret, const char *const **names)
{
	const struct yaml_node *map = yaml_get(document, "correlation", NULL), *generate;
	const char *const *groups;
	int failed = document_keys(b, document);
	bool yes;

	ret->file = b->file;
	failed |= document_text(b, document, "title", &ret->title, NULL);
	failed |= document_id(b, document, &ret->id, &ret->line, NULL);
	if (!yaml_get(document, "title", NULL))
		failed = build_fail(b, document, "the correlation has no \"title\"");
	if (map->kind != KIND_MAP)
		return build_fail(b, map, "\"correlation\" takes a map, not %s",
		                  yaml_kind_name(map));
	failed |= check_words(b, map);
	failed |= check_type(b, map, &ret->type);
	if (document_texts(b, map, "rules", names) < 0)
		return -1;
	if (!(*names)[0])
		failed = build_fail(b, map, "the correlation names no \"rules\"");
	failed |= document_texts(b, map, "group-by", &groups);
	failed |= check_timespan(b, map);
	failed |= check_condition(b, map, ret->type);
	failed |= check_aliases(b, map, *names);
	generate = yaml_get(map, "generate", NULL);
	if (!generate)
		generate = yaml_get(document, "generate", NULL);
	if (generate && (generate->kind != KIND_SCALAR || !yaml_truth(generate, &yes)))
		failed = build_fail(b, generate, "\"generate\" is true or false");
	return failed;
}
