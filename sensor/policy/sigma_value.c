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

#include "base/arena.h"
#include "base/error.h"
#include "base/units.h"
#include "policy/sigma_build.h"

#define NS_PER_SECOND 1000000000

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
		                  item->field->name, item->field->name);
	if (node->text[0] == '-')
		return build_fail(b, node, "\"%s\" is never below zero",
		                  item->field->name);
	if (unit_value(item->field, node->text, &ret->number, &why) < 0)
		return build_fail(b, node, "\"%s\": %s", item->field->name, why.text);
	return 0;
}

static int bool_value(struct build *b, const struct item *item,
                      const struct yaml_node *node, struct match_value *ret)
{
	bool yes = false;

	if (!yaml_truth(node, &yes) && !(yes = yaml_is(node, "true")) &&
	    !yaml_is(node, "false"))
		return build_fail(b, node, "\"%s\" is true or false, not \"%s\"",
		                  item->field->name, node->text);
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

/*
 * Sigma's escapes: a backslash before *, ? or a backslash makes it itself; before
 * anything else, or at the end, it is a backslash.  Without wildcards the result is the
 * text; with them it is a pattern in which every literal *, ? and backslash is escaped.
 */
static int text_value(struct build *b, const struct item *item,
                      const struct yaml_node *node, struct match_value *ret)
{
	char *out = arena_take(b->arena, 2 * node->n + 3);
	const char *in = node->text;
	size_t n = 0;
	bool wild = false;

	if (!out)
		return build_out_of_memory(b);
	for (size_t i = 0; i < node->n; i++) {
		if (in[i] == '*' || in[i] == '?')
			wild = true;
		else if (in[i] == '\\' && i + 1 < node->n && strchr("*?\\", in[i + 1]) &&
		         in[i + 1])
			i++;
	}
	if (wild && (item->op == MATCH_CONTAINS || item->op == MATCH_ENDS))
		out[n++] = '*';
	for (size_t i = 0; i < node->n; i++) {
		char c = in[i];

		if (c == '*' || c == '?') {
			if (c == '?' || n == 0 || out[n - 1] != '*' ||
			    (n > 1 && out[n - 2] == '\\'))
				out[n++] = c;
			continue;
		}
		if (c == '\\' && i + 1 < node->n && in[i + 1] &&
		    strchr("*?\\", in[i + 1]))
			c = in[++i];
		if (wild && strchr("*?\\", c) && c)
			out[n++] = '\\';
		out[n++] = c;
	}
	if (wild && (item->op == MATCH_CONTAINS || item->op == MATCH_STARTS))
		out[n++] = '*';
	ret->text = (struct bytes){ (const uint8_t *)out, n };
	ret->wild = wild;
	return 0;
}

static int ip_value(struct build *b, const struct item *item,
                    const struct yaml_node *node, struct match_value *ret)
{
	struct prefix prefix;
	struct addr addr;

	if (item->op == MATCH_CIDR)
		return cidr_value(b, item, node, ret);
	if (item->op != MATCH_EQUAL || strpbrk(node->text, "*?"))
		return text_value(b, item, node, ret);
	if (addr_parse(node->text, &addr) == 0) {
		ret->is_address = true;
		ret->prefix = (struct prefix){ addr, 128 };
		return 0;
	}
	if (prefix_parse(node->text, &prefix, NULL) == 0)
		return build_fail(b, node, "for a network write \"%s|cidr: %s\"",
		                  item->field->name, node->text);
	return build_fail(b, node, "\"%s\" is an address, and \"%s\" is not",
	                  item->field->name, node->text);
}

/* YAML takes 001 for 1 and yes for true, and Sigma's tools follow it: let nobody guess.
 */
static int bytes_value(struct build *b, const struct item *item,
                       const struct yaml_node *node, struct match_value *ret)
{
	bool yes;

	if (yaml_truth(node, &yes))
		return build_fail(
			b, node,
			"%s is a truth value to YAML, and \"%s\" is text: write '%s'",
			node->text, item->field->name, node->text);
	if (yaml_is_number(node) && (strspn(node->text, "0123456789") != node->n ||
	                             (node->text[0] == '0' && node->n > 1)))
		return build_fail(
			b, node, "%s is a number to YAML, and \"%s\" is text: write '%s'",
			node->text, item->field->name, node->text);
	return text_value(b, item, node, ret);
}

int value_build(struct build *b, const struct item *item, const struct yaml_node *node,
                struct match_value *ret)
{
	if (item->field->type != FIELD_BYTES && strlen(node->text) != node->n)
		return build_fail(b, node, "\"%s\": a zero byte", item->written);
	switch (item->field->type) {
	case FIELD_NUMBER: return number_value(b, item, node, ret);
	case FIELD_BOOL: return bool_value(b, item, node, ret);
	case FIELD_IP: return ip_value(b, item, node, ret);
	default: return bytes_value(b, item, node, ret);
	}
}
