// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_item.c - one line of a selection, "field|modifier: value", as nodes.
 *
 * Modifiers are a table: a word, what it turns the comparison into, and which types of
 * field it goes with.  Those of Sigma that this version does not have yet are in it, too,
 * so that they are told from misspelt ones.  Cold.
 */
#include "base/arena.h"
#include "base/error.h"
#include "policy/sigma_build.h"

#define ON(type) (1u << (type))

enum {
	TEXTUAL = ON(FIELD_BYTES) | ON(FIELD_IP),
	ANY = TEXTUAL | ON(FIELD_NUMBER) | ON(FIELD_BOOL)
};

enum effect { SETS_OP, NEGATES, ALL, CASED, LATER };

struct modifier {
	const char *word;
	enum effect effect;
	enum match_op op; /* SETS_OP */
	unsigned types;
};

static const struct modifier modifiers[] = {
	{ "contains", SETS_OP, MATCH_CONTAINS, TEXTUAL },
	{ "startswith", SETS_OP, MATCH_STARTS, TEXTUAL },
	{ "endswith", SETS_OP, MATCH_ENDS, TEXTUAL },
	{ "cidr", SETS_OP, MATCH_CIDR, ON(FIELD_IP) },
	{ "lt", SETS_OP, MATCH_LT, ON(FIELD_NUMBER) },
	{ "lte", SETS_OP, MATCH_LTE, ON(FIELD_NUMBER) },
	{ "gt", SETS_OP, MATCH_GT, ON(FIELD_NUMBER) },
	{ "gte", SETS_OP, MATCH_GTE, ON(FIELD_NUMBER) },
	{ "exists", SETS_OP, MATCH_EXISTS, ANY },
	{ "neq", NEGATES, MATCH_EQUAL, ANY },
	{ "all", ALL, MATCH_EQUAL, ANY },
	{ "cased", CASED, MATCH_EQUAL, TEXTUAL },
	{ "re", LATER, MATCH_EQUAL, 0 },
	{ "i", LATER, MATCH_EQUAL, 0 },
	{ "m", LATER, MATCH_EQUAL, 0 },
	{ "s", LATER, MATCH_EQUAL, 0 },
	{ "base64", LATER, MATCH_EQUAL, 0 },
	{ "base64offset", LATER, MATCH_EQUAL, 0 },
	{ "utf16", LATER, MATCH_EQUAL, 0 },
	{ "utf16le", LATER, MATCH_EQUAL, 0 },
	{ "utf16be", LATER, MATCH_EQUAL, 0 },
	{ "wide", LATER, MATCH_EQUAL, 0 },
	{ "windash", LATER, MATCH_EQUAL, 0 },
	{ "expand", LATER, MATCH_EQUAL, 0 },
	{ "fieldref", LATER, MATCH_EQUAL, 0 },
	{ "minute", LATER, MATCH_EQUAL, 0 },
	{ "hour", LATER, MATCH_EQUAL, 0 },
	{ "day", LATER, MATCH_EQUAL, 0 },
	{ "week", LATER, MATCH_EQUAL, 0 },
	{ "month", LATER, MATCH_EQUAL, 0 },
	{ "year", LATER, MATCH_EQUAL, 0 },
};

enum { MODIFIERS = sizeof(modifiers) / sizeof(modifiers[0]), FIELD_NAME_MAX = 128 };

static const char *type_words(enum field_type type)
{
	switch (type) {
	case FIELD_NUMBER: return "a number";
	case FIELD_BOOL: return "true or false";
	case FIELD_IP: return "an address";
	default: return "text";
	}
}

/* The place of a part of the key, for messages that point into it. */
static struct yaml_node inside_key(const struct yaml_node *key, const char *at)
{
	struct yaml_node place = *key;

	if (!key->quoted)
		place.column += (unsigned)(at - key->text);
	return place;
}

static int find_field(struct build *b, const struct yaml_node *key, const char *name,
                      const struct field **ret)
{
	const char *const *names, *near;

	*ret = field_find(name, b->category);
	if (*ret)
		return 0;
	for (int c = 0; c < CATEGORIES; c++)
		if (field_find(name, (enum category)c))
			return build_fail(
				b, key,
				"the field \"%s\" is of category %s, and this rule "
				"is of category %s",
				name, category_name((enum category)c),
				category_name(b->category));
	names = field_names(b->arena, b->category);
	if (!names)
		return build_out_of_memory(b);
	near = nearest_word(name, names);
	if (near)
		return build_fail(b, key, "unknown field \"%s\", did you mean \"%s\"?",
		                  name, near);
	return build_fail(b, key, "unknown field \"%s\"", name);
}

static int unknown_modifier(const struct build *b, const struct yaml_node *place,
                            const char *word)
{
	const char *words[MODIFIERS + 1], *near;

	for (size_t i = 0; i < MODIFIERS; i++)
		words[i] = modifiers[i].word;
	words[MODIFIERS] = NULL;
	near = nearest_word(word, words);
	if (near)
		return build_fail(b, place,
		                  "unknown modifier \"%s\", did you mean \"%s\"?", word,
		                  near);
	return build_fail(b, place, "unknown modifier \"%s\"", word);
}

static int apply_modifier(const struct build *b, const struct yaml_node *place,
                          const char *word, struct item *item,
                          const struct modifier **set_by)
{
	const struct modifier *m = NULL;
	bool twice = false;

	for (size_t i = 0; i < MODIFIERS && !m; i++)
		if (strcmp(modifiers[i].word, word) == 0)
			m = &modifiers[i];
	if (!m)
		return unknown_modifier(b, place, word);
	if (m->effect == LATER)
		return build_fail(b, place,
		                  "the modifier \"%s\" is not supported by this version",
		                  word);
	if (!(m->types & ON(item->field->type)))
		return build_fail(
			b, place,
			"the modifier \"%s\" does not go with \"%s\", which is %s", word,
			item->field->name, type_words(item->field->type));
	switch (m->effect) {
	case SETS_OP:
		if (*set_by && *set_by != m)
			return build_fail(
				b, place,
				"the modifiers \"%s\" and \"%s\" do not go together",
				(*set_by)->word, word);
		twice = *set_by != NULL;
		*set_by = m;
		item->op = m->op;
		break;
	case NEGATES:
		twice = item->negated;
		item->negated = true;
		break;
	case ALL:
		twice = item->all;
		item->all = true;
		break;
	default: twice = item->cased; item->cased = true;
	}
	return twice ? build_fail(b, place, "the modifier \"%s\" stands here twice", word)
	             : 0;
}

static int read_key(struct build *b, const struct yaml_node *key, struct item *item)
{
	const struct modifier *set_by = NULL;
	char word[FIELD_NAME_MAX];
	const char *at = key->text;
	size_t n = strcspn(at, "|");

	if (n == 0)
		return build_fail(
			b, key,
			"keywords (\"%.60s\") are not supported by this version: "
			"name the field they stand in",
			key->text);
	if (n >= sizeof(word))
		return build_fail(b, key, "unknown field \"%.60s...\"", at);
	memcpy(word, at, n);
	word[n] = '\0';
	item->written = key->text;
	if (find_field(b, key, word, &item->field) < 0)
		return -1;
	for (at += n; *at == '|'; at += n) {
		struct yaml_node place = inside_key(key, ++at);

		n = strcspn(at, "|");
		if (n >= sizeof(word))
			return build_fail(b, &place, "unknown modifier \"%.60s...\"", at);
		memcpy(word, at, n);
		word[n] = '\0';
		if (apply_modifier(b, &place, word, item, &set_by) < 0)
			return -1;
	}
	if (item->op == MATCH_EXISTS && (item->all || item->negated || item->cased))
		return build_fail(b, key, "\"exists\" goes with no other modifier");
	return 0;
}

static int exists_build(struct build *b, const struct item *item,
                        const struct yaml_node *value, uint32_t *ret)
{
	struct match_value *wanted = arena_take(b->arena, sizeof(*wanted));
	bool yes;

	if (!wanted)
		return build_out_of_memory(b);
	if (value->kind != KIND_SCALAR || !yaml_truth(value, &yes))
		return build_fail(b, value, "\"%s\" takes true or false", item->written);
	wanted->is_number = true;
	wanted->number = yes;
	return build_node(b, value,
	                  &(struct rule_node){
				  .kind = NODE_MATCH,
				  .field = item->field,
				  .op = MATCH_EXISTS,
				  .values = wanted,
				  .value_count = 1,
			  },
	                  ret);
}

static int null_build(struct build *b, const struct item *item,
                      const struct yaml_node *value, uint32_t *ret)
{
	if (item->op != MATCH_EQUAL || item->all)
		return build_fail(b, value,
		                  "null does not go with the modifiers of \"%s\"",
		                  item->written);
	return build_node(b, value,
	                  &(struct rule_node){
				  .kind = NODE_MATCH,
				  .field = item->field,
				  .op = MATCH_NULL,
			  },
	                  ret);
}

/* Every value that is not null goes into one node; null is a node of its own. */
static int values_build(struct build *b, const struct item *item,
                        const struct yaml_node *key, const struct yaml_node *at,
                        uint32_t n, uint32_t *ret)
{
	struct match_value *values = arena_take(b->arena, n * sizeof(*values));
	const struct yaml_node *null = NULL;
	uint32_t alternatives[2], count = 0, value_count = 0;

	if (!values)
		return build_out_of_memory(b);
	for (uint32_t i = 0; i < n; i++) {
		if (at[i].kind != KIND_SCALAR)
			return build_fail(b, &at[i], "\"%s\" takes single values, not %s",
			                  item->written, yaml_kind_name(&at[i]));
		if (yaml_is_null(&at[i]))
			null = &at[i];
		else if (value_build(b, item, &at[i], &values[value_count++]) < 0)
			return -1;
	}
	if (null && null_build(b, item, null, &alternatives[count++]) < 0)
		return -1;
	if (value_count && build_node(b, key,
	                              &(struct rule_node){
					      .kind = NODE_MATCH,
					      .field = item->field,
					      .op = item->op,
					      .all = item->all,
					      .cased = item->cased,
					      .values = values,
					      .value_count = value_count,
				      },
	                              &alternatives[count++]) < 0)
		return -1;
	return build_join(b, key, NODE_OR, alternatives, count, ret);
}

int item_build(struct build *b, const struct yaml_node *key,
               const struct yaml_node *value, uint32_t *ret)
{
	struct item item = { .op = MATCH_EQUAL };
	const struct yaml_node *at = value;
	uint32_t n = 1;

	if (read_key(b, key, &item) < 0)
		return -1;
	if (item.op == MATCH_EXISTS)
		return exists_build(b, &item, value, ret);
	if (value->kind == KIND_LIST) {
		at = value->at;
		n = value->count;
		if (n == 0)
			return build_fail(b, value, "\"%s\" has an empty list",
			                  item.written);
	}
	if (values_build(b, &item, key, at, n, ret) < 0)
		return -1;
	return item.negated ? build_not(b, key, *ret, ret) : 0;
}
