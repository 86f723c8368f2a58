// SPDX-License-Identifier: Apache-2.0
/*
 * yaml_test.c - what a tree of YAML keeps, and what is refused, and in which words.
 */
#include "base/arena.h"
#include "base/error.h"
#include "policy/yaml.h"
#include "tests/check.h"

static struct arena *arena;
static struct error err;

static int parse(const char *text, struct yaml_file *file)
{
	err.text[0] = '\0';
	return yaml_parse(arena, "a.yml", bytes_of(text), file, &err);
}

static void a_node_knows_line_and_column(void)
{
	struct yaml_file file = { 0 };
	const struct yaml_node *key, *list;

	CHECK_EQ(0, parse("# comment\nflow:\n  max: 3\n  list: [a, 'b']\n", &file));
	CHECK_EQ(1, file.n);
	list = yaml_get(yaml_get(&file.documents[0], "flow", NULL), "list", &key);
	CHECK(list && list->kind == KIND_LIST && list->count == 2);
	CHECK_EQ(4, key->line);
	CHECK_EQ(3, key->column);
	CHECK_EQ(4, list->at[1].line);
	CHECK_EQ(13, list->at[1].column);
	CHECK_TEXT("b", list->at[1].text);
	CHECK(!list->at[0].quoted && list->at[1].quoted);
}

static void quotes_make_text_of_null_and_of_numbers(void)
{
	struct yaml_file file = { 0 };
	const struct yaml_node *at;
	bool yes = false;

	CHECK_EQ(0, parse("[null, 'null', ~, '', 12, '12', true, 'true', !!str 12, 0x1f, "
	                  "1.2.3]",
	                  &file));
	at = file.documents[0].at;
	CHECK(yaml_is_null(&at[0]) && !yaml_is_null(&at[1]));
	CHECK(yaml_is_null(&at[2]) && !yaml_is_null(&at[3]));
	CHECK(yaml_is_number(&at[4]) && !yaml_is_number(&at[5]));
	CHECK(yaml_truth(&at[6], &yes) && yes && !yaml_truth(&at[7], &yes));
	CHECK(!yaml_is_number(&at[8]) && yaml_is_number(&at[9]) &&
	      !yaml_is_number(&at[10]));
}

static void a_file_may_hold_several_documents_or_none(void)
{
	struct yaml_file file = { 0 };

	CHECK_EQ(0, parse("a: 1\n---\nb: 2\n---\n# nothing\n", &file));
	CHECK_EQ(3, file.n);
	CHECK(yaml_is_null(&file.documents[2]));
	CHECK_EQ(0, parse("", &file));
	CHECK_EQ(0, file.n);
}

static void an_alias_stands_for_what_was_complete_before_it(void)
{
	struct yaml_file file = { 0 };
	const struct yaml_node *b;

	CHECK_EQ(0, parse("a: &x [1, 2]\nb: *x\n", &file));
	b = yaml_get(&file.documents[0], "b", NULL);
	CHECK(b->count == 2 && b->line == 2 && b->column == 4);
	CHECK_EQ(-1, parse("a: &x [1, *x]\n", &file));
	CHECK_TEXT("a.yml:1:11: nothing complete before this is called \"&x\"", err.text);
	CHECK_EQ(-1, parse("a: &x 1\n---\nb: *x\n", &file));
	CHECK_TEXT("a.yml:3:4: nothing complete before this is called \"&x\"", err.text);
}

static void a_bomb_of_aliases_is_only_a_sentence(void)
{
	char text[2048];
	size_t n = 0;
	struct yaml_file file = { 0 };

	n += (size_t)snprintf(text + n, sizeof(text) - n,
	                      "a0: &a0 [x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		                      "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n",
		                      i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	CHECK_EQ(-1, parse(text, &file));
	CHECK_TEXT("a.yml:7:15: too much: aliases make this file too large", err.text);
}

static void what_is_wrong_is_said_with_its_place(void)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "a: 1\nb: 2\na: 3\n",
		  "a.yml:3:1: the key \"a\" stands here twice; first in line 1" },
		{ "a: [1, 2\n", "a.yml:2:1: did not find expected ',' or ']'" },
		{ "a:\n\t- 1\n", "a.yml:2:1: found character that cannot start any token "
		                 "(no tabs to indent; "
		                 "*, &, @, %, ` and ! need quotes)" },
		{ "a: !secret x\n",
		  "a.yml:1:4: the tag \"!secret\" is not understood here" },
		{ "<<: x\n", "a.yml:1:1: merge keys (<<) are not understood here" },
		{ "[a]: x\n", "a.yml:1:1: a key must be one word, not a list" },
		{ "\"a\\0b\": x\n", "a.yml:1:1: a key may not contain a zero byte" },
		{ "a: x\nb: \"\xc3\xa9\x1b[0m\"\n",
		  "a.yml:2:6: control characters are not allowed" },
		{ "a: x\nb: caf\xe9 y\n", "a.yml:2:8: invalid trailing UTF-8 octet" },
		{ "\xef\xbb\xbf\xff", "a.yml:1:2: invalid leading UTF-8 octet" },
	};
	struct yaml_file file = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_EQ(-1, parse(rows[i].text, &file));
		CHECK_TEXT(rows[i].error, err.text);
	}
}

static void depth_is_bounded(void)
{
	char text[201];
	struct yaml_file file = { 0 };

	memset(text, '[', 100);
	memset(text + 100, ']', 100);
	text[200] = '\0';
	CHECK_EQ(-1, parse(text, &file));
	CHECK_TEXT("a.yml:1:34: nested too deep", err.text);
	memset(text, 0, sizeof(text));
	memset(text, '[', 30);
	memset(text + 30, ']', 30);
	CHECK_EQ(0, parse(text, &file));
}

static void a_file_that_is_not_there_is_named(void)
{
	struct yaml_file file;

	CHECK_EQ(-1, yaml_load(arena, "/nonexistent/a.yml", &file, &err));
	CHECK_TEXT("/nonexistent/a.yml: No such file or directory", err.text);
}

int main(void)
{
	arena = arena_new();
	TEST(a_node_knows_line_and_column);
	TEST(quotes_make_text_of_null_and_of_numbers);
	TEST(a_file_may_hold_several_documents_or_none);
	TEST(an_alias_stands_for_what_was_complete_before_it);
	TEST(a_bomb_of_aliases_is_only_a_sentence);
	TEST(what_is_wrong_is_said_with_its_place);
	TEST(depth_is_bounded);
	TEST(a_file_that_is_not_there_is_named);
	arena_free(arena);
	return check_done();
}
