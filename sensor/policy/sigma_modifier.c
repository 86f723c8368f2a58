// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_modifier.c - the left side of a line, "field|modifier|modifier".
 *
 * Modifiers are a table: a word, what it does to the comparison, and which types of field
 * it goes with.  Cold.
 */
#include "base/arena.h"
#include "base/error.h"
#include "policy/sigma_build.h"

#define ON(type) (1u << (type))

enum {
	TEXT = ON(FIELD_BYTES),
	TEXTUAL = ON(FIELD_BYTES) | ON(FIELD_IP),
	ANY = TEXTUAL | ON(FIELD_NUMBER) | ON(FIELD_BOOL)
};

enum effect { SETS_OP, NEGATES, ALL, CASED, FLAG, TRANSFORMS, REFERS, TAKES_PART };

struct modifier {
	const char *word;
	enum effect effect;
	int what; /* SETS_OP: match_op; TRANSFORMS: transform; TAKES_PART: time_part */
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
	{ "re", SETS_OP, MATCH_RE, TEXTUAL },
	{ "i", FLAG, 0, TEXTUAL },
	{ "m", FLAG, 0, TEXTUAL },
	{ "s", FLAG, 0, TEXTUAL },
	{ "neq", NEGATES, 0, ANY },
	{ "all", ALL, 0, ANY },
	{ "cased", CASED, 0, TEXTUAL },
	{ "base64", TRANSFORMS, TRANSFORM_BASE64, TEXT },
	{ "base64offset", TRANSFORMS, TRANSFORM_BASE64OFFSET, TEXT },
	{ "wide", TRANSFORMS, TRANSFORM_WIDE, TEXT },
	{ "utf16le", TRANSFORMS, TRANSFORM_WIDE, TEXT },
	{ "utf16", TRANSFORMS, TRANSFORM_UTF16, TEXT },
	{ "utf16be", TRANSFORMS, TRANSFORM_UTF16BE, TEXT },
	{ "windash", TRANSFORMS, TRANSFORM_WINDASH, TEXT },
	{ "expand", TRANSFORMS, TRANSFORM_EXPAND, ANY },
	{ "fieldref", REFERS, 0, ANY },
	{ "minute", TAKES_PART, PART_MINUTE, ON(FIELD_NUMBER) },
	{ "hour", TAKES_PART, PART_HOUR, ON(FIELD_NUMBER) },
	{ "day", TAKES_PART, PART_DAY, ON(FIELD_NUMBER) },
	{ "week", TAKES_PART, PART_WEEK, ON(FIELD_NUMBER) },
	{ "month", TAKES_PART, PART_MONTH, ON(FIELD_NUMBER) },
	{ "year", TAKES_PART, PART_YEAR, ON(FIELD_NUMBER) },
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

	place.column += (unsigned)(at - key->text) + key->quoted;
	return place;
}

static int unknown_field(struct build *b, const struct yaml_node *at, const char *name)
{
	const char *const *names, *near;

	for (int c = 0; c < CATEGORIES; c++)
		if (field_find(name, (enum category)c))
			return build_fail(
				b, at,
				"the field \"%s\" is of category %s, and this rule "
				"is of category %s",
				name, category_name((enum category)c),
				category_name(b->category));
	names = field_names(b->arena, b->category);
	if (!names)
		return build_out_of_memory(b);
	near = nearest_word(name, names);
	return build_fail(b, at, "unknown field \"%s\"%s%s%s", name,
	                  near ? ", did you mean \"" : "", near ? near : "",
	                  near ? "\"?" : "");
}

/* The rule asks for what is not there: the first such reason is kept. */
static int absent(struct build *b, const char *name, const char *why)
{
	char sentence[400];

	if (!why)
		return build_out_of_memory(b);
	if (!b->absent) {
		snprintf(sentence, sizeof(sentence), "the field \"%s\": %s", name, why);
		b->absent = arena_text(b->arena, sentence, strlen(sentence));
		if (!b->absent)
			return build_out_of_memory(b);
	}
	return -1;
}

static const char *not_yet(const struct build *b, const char *ours)
{
	char why[160];

	snprintf(why, sizeof(why), "%.100s is not read by this version", ours);
	return arena_text(b->arena, why, strlen(why));
}

int field_build(struct build *b, const struct yaml_node *at, const char *name,
                const struct field **ret)
{
	const struct taxonomy_name *known = taxonomy_name(b->taxonomy, name);

	if (known && !known->ours)
		return absent(b, name, known->why);
	*ret = field_find(known ? known->ours : name, b->category);
	/* those who write for others' log sources use the names of ECS, too */
	if (b->foreign && !known && !*ret)
		return absent(b, name, "not a field that egret knows of its log source");
	if (*ret)
		return 0;
	return known ? absent(b, name, not_yet(b, known->ours))
	             : unknown_field(b, at, name);
}

/* What the name may mean beside that, where it is told of as the same. */
static const struct field *field_also(const struct build *b, const struct item *item)
{
	const struct taxonomy_name *known = taxonomy_name(b->taxonomy, item->name);
	const struct field *also =
		known && known->also ? field_find(known->also, b->category) : NULL;

	return also && also->type == item->field->type ? also : NULL;
}

static int unknown_modifier(struct build *b, const struct yaml_node *place,
                            const char *word)
{
	const char *words[MODIFIERS + 1], *near;

	for (size_t i = 0; i < MODIFIERS; i++)
		words[i] = modifiers[i].word;
	words[MODIFIERS] = NULL;
	if (!*word)
		return build_fail(b, place, "a modifier is missing behind the |");
	near = nearest_word(word, words);
	return build_fail(b, place, "unknown modifier \"%s\"%s%s%s", word,
	                  near ? ", did you mean \"" : "", near ? near : "",
	                  near ? "\"?" : "");
}

static bool set(bool *flag)
{
	bool before = *flag;

	*flag = true;
	return before;
}

static bool set_flag(struct item *item, char letter)
{
	return set(letter == 'i'   ? &item->fold
	           : letter == 'm' ? &item->multiline
	                           : &item->dotall);
}

static int apply_op(struct build *b, const struct yaml_node *place,
                    const struct modifier *m, struct item *item,
                    const struct modifier **set_by)
{
	if (*set_by == m)
		return build_fail(b, place, "the modifier \"%s\" stands here twice",
		                  m->word);
	if (*set_by)
		return build_fail(b, place,
		                  "the modifiers \"%s\" and \"%s\" do not go together",
		                  (*set_by)->word, m->word);
	*set_by = m;
	item->op = (enum match_op)m->what;
	return 0;
}

static int apply_transform(struct build *b, const struct yaml_node *place,
                           const struct modifier *m, struct item *item)
{
	if (item->op != MATCH_EQUAL)
		return build_fail(
			b, place,
			"the modifier \"%s\" stands before those that say how to "
			"compare, as in base64offset|contains",
			m->word);
	if (item->transform_count == TRANSFORMS_MAX)
		return build_fail(b, place, "more than %d modifiers that change the text",
		                  (int)TRANSFORMS_MAX);
	item->transforms[item->transform_count++] = (enum transform)m->what;
	return 0;
}

static int apply_modifier(struct build *b, const struct yaml_node *place,
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
	if (!(m->types & ON(item->type)) || (m->effect == REFERS && !item->field))
		return build_fail(
			b, place,
			"the modifier \"%s\" does not go with %s%s%s, which is %s", word,
			item->field ? "\"" : "", item->field ? item->name : "a keyword",
			item->field ? "\"" : "", type_words(item->type));
	switch (m->effect) {
	case SETS_OP: return apply_op(b, place, m, item, set_by);
	case TRANSFORMS: return apply_transform(b, place, m, item);
	case TAKES_PART:
		if (field_engine_index(item->field) != ENGINE_TIMESTAMP)
			return build_fail(b, place,
			                  "the modifier \"%s\" goes with a time, and "
			                  "\"%s\" is a number",
			                  word, item->name);
		twice = item->part != PART_NONE;
		item->part = (enum time_part)m->what;
		break;
	case FLAG:
		if (item->op != MATCH_RE)
			return build_fail(b, place,
			                  "the modifier \"%s\" stands behind \"re\"",
			                  word);
		twice = set_flag(item, word[0]);
		break;
	case NEGATES: twice = set(&item->negated); break;
	case ALL: twice = set(&item->all); break;
	case REFERS: twice = set(&item->fieldref); break;
	default: twice = set(&item->cased);
	}
	return twice ? build_fail(b, place, "the modifier \"%s\" stands here twice", word)
	             : 0;
}

/* What goes with which only shows when all are read. */
static int check_together(struct build *b, const struct yaml_node *key,
                          const struct item *item)
{
	bool is_time = item->field && field_engine_index(item->field) == ENGINE_TIMESTAMP;

	if (item->op == MATCH_EXISTS &&
	    (item->all || item->negated || item->cased || item->fieldref ||
	     item->transform_count || item->part))
		return build_fail(b, key, "\"exists\" goes with no other modifier");
	if (item->op == MATCH_EXISTS && !item->field)
		return build_fail(b, key, "\"exists\" needs a field");
	if (item->op == MATCH_RE && (item->cased || item->transform_count))
		return build_fail(b, key, "\"re\" goes with i, m, s, all and neq alone");
	if (item->fieldref &&
	    (item->transform_count || item->op == MATCH_RE || item->op == MATCH_CIDR ||
	     item->op == MATCH_LT || item->op == MATCH_LTE || item->op == MATCH_GT ||
	     item->op == MATCH_GTE || item->part))
		return build_fail(
			b, key,
			"\"fieldref\" goes with startswith, endswith, contains, "
			"cased, all and neq alone");
	if (is_time && !item->part && item->op != MATCH_EXISTS)
		return build_fail(
			b, key, "\"%s\" is asked for its parts: %s|hour, |day, |week...",
			item->name, item->name);
	return 0;
}

int item_read_key(struct build *b, const struct yaml_node *key, struct item *item)
{
	const struct modifier *set_by = NULL;
	char word[FIELD_NAME_MAX];
	const char *at = key->text;
	size_t n = strcspn(at, "|");

	if (n >= sizeof(word))
		return build_fail(b, key, "unknown field \"%.60s...\"", at);
	item->written = key->text;
	item->type = FIELD_BYTES;
	item->name = arena_text(b->arena, at, n);
	if (!item->name)
		return build_out_of_memory(b);
	if (n) {
		if (field_build(b, key, item->name, &item->field) < 0)
			return -1;
		item->type = item->field->type;
		item->also = field_also(b, item);
	}
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
	return check_together(b, key, item);
}
