// SPDX-License-Identifier: Apache-2.0
/*
 * yaml_node.c - what a node of a YAML tree says.  Cold; any thread.
 */
#include "policy/yaml.h"

#include <ctype.h>

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key,
                                 const struct yaml_node **key_node)
{
	for (uint32_t i = 0; map->kind == KIND_MAP && i < map->count; i++) {
		if (strcmp(map->keys[i].text, key) != 0)
			continue;
		if (key_node)
			*key_node = &map->keys[i];
		return &map->at[i];
	}
	return NULL;
}

bool yaml_is(const struct yaml_node *node, const char *text)
{
	return node->kind == KIND_SCALAR && node->n == strlen(text) &&
	       memcmp(node->text, text, node->n) == 0;
}

static bool is_one_of(const struct yaml_node *node, const char *const *words)
{
	if (node->kind != KIND_SCALAR || node->quoted)
		return false;
	for (; *words; words++)
		if (yaml_is(node, *words))
			return true;
	return false;
}

bool yaml_is_null(const struct yaml_node *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL", NULL };

	return is_one_of(node, words);
}

bool yaml_truth(const struct yaml_node *node, bool *ret)
{
	static const char *const yes[] = { "true", "True", "TRUE", "yes", "Yes",
		                           "YES",  "on",   "On",   "ON",  NULL };
	static const char *const no[] = { "false", "False", "FALSE", "no",  "No",
		                          "NO",    "off",   "Off",   "OFF", NULL };

	if (is_one_of(node, yes))
		*ret = true;
	else if (is_one_of(node, no))
		*ret = false;
	else
		return false;
	return true;
}

static size_t digits(const char *p)
{
	size_t n = 0;

	while (isdigit((unsigned char)p[n]) || (n && p[n] == '_'))
		n++;
	return n;
}

bool yaml_is_number(const struct yaml_node *node)
{
	const char *p = node->text;
	size_t whole, part = 0;

	if (node->kind != KIND_SCALAR || node->quoted || strlen(p) != node->n)
		return false;
	if (*p == '-' || *p == '+')
		p++;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'o' || p[1] == 'b') && p[2])
		return p[2 + strspn(p + 2, "0123456789abcdefABCDEF_")] == '\0';
	if (strcmp(p, ".inf") == 0 || strcmp(p, ".nan") == 0)
		return true;
	whole = digits(p);
	p += whole;
	if (*p == '.') {
		part = digits(++p);
		p += part;
	}
	if (whole + part == 0)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '-' || *p == '+')
			p++;
		part = digits(p);
		if (part == 0)
			return false;
		p += part;
	}
	return *p == '\0';
}

const char *yaml_kind_name(const struct yaml_node *node)
{
	switch (node->kind) {
	case KIND_LIST: return "a list";
	case KIND_MAP: return "a map";
	default: return "a single value";
	}
}
