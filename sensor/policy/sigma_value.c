// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_value.c - what stands behind the colon, turned into what is compared.
 *
 * A value that cannot be of its field's type is an error: a rule that can never match is
 * worse than none.  Cold.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/units.h"
#include "policy/pattern.h"
#include "policy/sigma_build.h"

#define NS_PER_SECOND 1000000000

/* Hyperscan takes more than twice as long for one of twice the length: seconds for this.
 */
enum { EXPRESSION_MAX = 2048 };

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

bool field_is_size(const struct field *field)
{
	switch (field_engine_index(field)) {
	case ENGINE_FILE_SIZE:
	case ENGINE_FILE_SIZE_BOTH:
	case ENGINE_FILE_DECLARED:
	case ENGINE_FILE_SEEN:
	case ENGINE_FILE_MISSING: return true;
	default: return field->type == FIELD_NUMBER && ends_with(field->name, ".bytes");
	}
}

/* A number with a unit, where the field has one. */
static int unit_value(const struct field *field, const char *text, uint64_t *ret,
                      struct error *why)
{
	int64_t ns = 0;

	if (field_is_size(field))
		return units_size(text, ret, why);
	switch (field_engine_index(field)) {
	case ENGINE_RATE_MEAN: return units_rate(text, ret, why);
	case ENGINE_DURATION:
	case ENGINE_AUDIO_SECONDS:
		if (units_duration(text, &ns, why) < 0)
			return -1;
		if (ns < 0)
			return error_set(why, "\"%s\" is less than nothing", text);
		*ret = (uint64_t)ns;
		if (field_engine_index(field) == ENGINE_AUDIO_SECONDS)
			*ret /= NS_PER_SECOND;
		return 0;
	default: return error_set(why, "\"%s\" is not a whole number", text);
	}
}

static int number_value(struct build *b, const struct item *item,
                        const struct yaml_node *node, struct match_value *ret)
{
	struct error why = { "" };
	char *end;

	ret->is_number = true;
	if (node->text[0] >= '0' && node->text[0] <= '9') {
		errno = 0;
		ret->number = strtoull(node->text, &end, 10);
		if (*end == '\0' && errno)
			return build_fail(b, node, "\"%s\" is more than 64 bits hold",
			                  node->text);
		/* a zero in front would be octal to some, and decimal to others */
		if (*end == '\0' && (node->text[0] != '0' || node->n == 1))
			return 0;
	}
	if (strpbrk(node->text, "*?"))
		return build_fail(b, node,
		                  "wildcards do not go with \"%s\", which is a number; "
		                  "to ask whether it is there, write \"%s|exists: true\"",
		                  item->name, item->name);
	if (node->text[0] == '-')
		return build_fail(b, node, "\"%s\" is never below zero", item->name);
	if (unit_value(item->field, node->text, &ret->number, &why) < 0)
		return build_fail(b, node, "\"%s\": %s", item->name, why.text);
	return 0;
}

static int bool_value(struct build *b, const struct item *item,
                      const struct yaml_node *node, struct match_value *ret)
{
	bool yes = false;

	if (!yaml_truth(node, &yes) && !(yes = yaml_is(node, "true")) &&
	    !yaml_is(node, "false"))
		return build_fail(b, node, "\"%s\" is true or false, not \"%s\"",
		                  item->name, node->text);
	ret->is_number = true;
	ret->number = yes;
	return 0;
}

static int cidr_value(struct build *b, const struct item *item,
                      const struct yaml_node *node, struct match_value *ret)
{
	struct error why = { "" };

	if (prefix_parse(node->text, &ret->prefix, &why) < 0)
		return build_fail(b, node, "\"%s\": %s", item->written, why.text);
	return 0;
}

static int ip_value(struct build *b, const struct item *item,
                    const struct yaml_node *node, struct match_value *ret)
{
	struct prefix prefix;
	struct addr addr;

	if (addr_parse(node->text, &addr) == 0) {
		ret->is_address = true;
		ret->prefix = (struct prefix){ addr, 128 };
		return 0;
	}
	if (prefix_parse(node->text, &prefix, NULL) == 0)
		return build_fail(b, node, "for a network write \"%s|cidr: %s\"",
		                  item->name, node->text);
	return build_fail(b, node, "\"%s\" is an address, and \"%s\" is not", item->name,
	                  node->text);
}

/* YAML takes 001 for 1 and yes for true, and Sigma's tools follow it: let nobody guess.
 */
static int check_text(struct build *b, const struct item *item,
                      const struct yaml_node *node)
{
	const char *name = item->field ? item->name : "a keyword";
	bool yes;

	if (yaml_truth(node, &yes))
		return build_fail(
			b, node,
			"%s is a truth value to YAML, and \"%s\" is text: write '%s'",
			node->text, name, node->text);
	if (yaml_is_number(node) && (strspn(node->text, "0123456789") != node->n ||
	                             (node->text[0] == '0' && node->n > 1)))
		return build_fail(
			b, node, "%s is a number to YAML, and \"%s\" is text: write '%s'",
			node->text, name, node->text);
	return 0;
}

/* A word that the field never has: a rule that asks for it never fires. */
static int check_word(struct build *b, const struct item *item,
                      const struct yaml_node *node)
{
	const char *const *words = item->field ? field_words(item->field) : NULL;
	char all[256] = "";
	const char *near;
	size_t n = 0;

	if (!words || item->op != MATCH_EQUAL || item->transform_count ||
	    strpbrk(node->text, "*?\\"))
		return 0;
	for (const char *const *w = words; *w; w++) {
		if (strcasecmp(*w, node->text) == 0)
			return 0;
		n += (size_t)snprintf(all + n, sizeof(all) - n, " %s", *w);
	}
	near = nearest_word(node->text, words);
	if (near)
		return build_fail(b, node, "\"%s\" is never \"%s\", did you mean \"%s\"?",
		                  item->name, node->text, near);
	return build_fail(b, node, "\"%s\" is never \"%s\"; it is one of%s", item->name,
	                  node->text, all);
}

/* What Hyperscan cannot have is told in words; its own where we know no better. */
static int expression_value(struct build *b, const struct item *item,
                            const struct yaml_node *node, struct match_value *ret)
{
	static const char *const around[] = { "(?=", "(?!", "(?<=", "(?<!", NULL };
	struct pattern pattern = { .expression = node->text, .fold = item->fold };
	struct error why = { "" };
	size_t min, max;

	if (strlen(node->text) != node->n)
		return build_fail(b, node, "\"%s\": a zero byte", item->written);
	if (node->n > EXPRESSION_MAX)
		return build_fail(b, node,
		                  "the expression is too big: more than %d bytes",
		                  (int)EXPRESSION_MAX);
	for (const char *const *a = around; *a; a++)
		if (strstr(node->text, *a))
			return build_fail(
				b, node,
				"look-around (\"%s\") is not to be had: what is "
				"compared on the wire is read once, forwards",
				*a);
	if (pattern_measure(&pattern, &min, &max, &why) < 0)
		return build_fail(b, node, "the expression cannot be had: %s", why.text);
	if (node->n == 0)
		return build_fail(b, node, "an empty expression");
	ret->text.p = (const uint8_t *)arena_text(b->arena, node->text, node->n);
	ret->text.n = node->n;
	ret->fold = item->fold;
	ret->multiline = item->multiline;
	ret->dotall = item->dotall;
	return ret->text.p ? 0 : build_out_of_memory(b);
}

/* A part of a time can only be so much: a rule for the 25th hour never fires. */
static int check_part(struct build *b, const struct item *item,
                      const struct yaml_node *node, uint64_t number)
{
	static const struct {
		const char *word;
		uint64_t min, max;
	} ranges[] = {
		[PART_MINUTE] = { "minute", 0, 59 }, [PART_HOUR] = { "hour", 0, 23 },
		[PART_DAY] = { "day", 1, 31 },       [PART_WEEK] = { "week", 1, 53 },
		[PART_MONTH] = { "month", 1, 12 },   [PART_YEAR] = { "year", 1970, 9999 },
	};

	if (!item->part ||
	    (number >= ranges[item->part].min && number <= ranges[item->part].max))
		return 0;
	return build_fail(b, node, "the %s of a time is %d to %d, never %s",
	                  ranges[item->part].word, (int)ranges[item->part].min,
	                  (int)ranges[item->part].max, node->text);
}

/* Of one text: what a field of that type is compared with. */
static int typed_value(struct build *b, const struct item *item,
                       const struct yaml_node *node, struct match_value *ret)
{
	if (strlen(node->text) != node->n)
		return build_fail(b, node, "\"%s\": a zero byte", item->written);
	switch (item->type) {
	case FIELD_NUMBER:
		return number_value(b, item, node, ret) < 0
		               ? -1
		               : check_part(b, item, node, ret->number);
	case FIELD_BOOL: return bool_value(b, item, node, ret);
	default:
		return item->op == MATCH_CIDR ? cidr_value(b, item, node, ret)
		                              : ip_value(b, item, node, ret);
	}
}

static bool is_expanded(const struct item *item)
{
	return item->transform_count && item->transforms[0] == TRANSFORM_EXPAND;
}

/* "%name%" and nothing else, in a field that is no text: each value of the list. */
static int expanded_values(struct build *b, const struct item *item,
                           const struct yaml_node *node, struct match_values *ret)
{
	struct yaml_node one = *node;
	const struct texts *values;
	int failed = 0;

	if (placeholder_find(b, node, &values) < 0)
		return -1;
	ret->at = arena_take(b->arena, (values->n + 1) * sizeof(*ret->at));
	if (!ret->at)
		return build_out_of_memory(b);
	for (size_t i = 0; i < values->n; i++) {
		one.text = values->at[i];
		one.n = strlen(one.text);
		failed |= typed_value(b, item, &one, &ret->at[ret->n++]);
	}
	return failed;
}

static int one_value(struct build *b, struct match_values *ret)
{
	ret->at = arena_take(b->arena, sizeof(*ret->at));
	ret->n = 1;
	return ret->at ? 0 : build_out_of_memory(b);
}

int value_build(struct build *b, const struct item *item, const struct yaml_node *node,
                struct match_values *ret)
{
	bool text = item->type == FIELD_BYTES ||
	            (item->type == FIELD_IP && item->op != MATCH_CIDR &&
	             (item->op != MATCH_EQUAL || strpbrk(node->text, "*?")));

	if (item->op == MATCH_RE)
		return one_value(b, ret) < 0 ? -1
		                             : expression_value(b, item, node, ret->at);
	if (text)
		return item->type == FIELD_BYTES && (check_text(b, item, node) < 0 ||
		                                     check_word(b, item, node) < 0)
		               ? -1
		               : text_value_build(b, item, node, ret);
	if (is_expanded(item))
		return expanded_values(b, item, node, ret);
	return one_value(b, ret) < 0 ? -1 : typed_value(b, item, node, ret->at);
}
