// SPDX-License-Identifier: Apache-2.0
/*
 * fields_test.c - the names that rules may use, of the engine and of dissectors.
 */
#include "base/arena.h"
#include "base/error.h"
#include "policy/fields.h"
#include "policy/signatures.h"
#include "tests/check.h"

static const struct field rpc_fields[] = {
	{ "rpc.method", FIELD_BYTES, "what is called", "method", false },
	{ "rpc.body.bytes", FIELD_NUMBER, "how long it is", NULL, true },
	{ 0 },
};

static const struct dissector rpc_dissector = { .name = "rpc", .fields = rpc_fields };
static const struct dissector bare_dissector = { .name = "bare" };

const struct dissector *const dissectors[] = { &bare_dissector, &rpc_dissector, NULL };

static void a_field_is_found_in_the_categories_that_have_it(void)
{
	CHECK(field_find("egret.file.size", CATEGORY_TRANSFER) ==
	      &engine_fields[ENGINE_FILE_SIZE_BOTH]);
	CHECK(field_find("egret.file.size", CATEGORY_FLOW) == NULL);
	CHECK(field_find("source.ip", CATEGORY_FLOW) == &engine_fields[ENGINE_SOURCE_IP]);
	CHECK(field_find("rpc.method", CATEGORY_FLOW) == &rpc_fields[0]);
	CHECK(field_find("rpc.method", CATEGORY_TRANSFER) == &rpc_fields[0]);
	CHECK(field_find("rpc", CATEGORY_TRANSFER) == NULL);
}

static void the_engines_fields_are_told_from_dissectors(void)
{
	CHECK(field_engine_index(&engine_fields[ENGINE_RATE_MEAN]) == ENGINE_RATE_MEAN);
	CHECK(field_engine_index(&rpc_fields[0]) == -1);
}

static void no_two_of_the_engines_fields_share_a_name(void)
{
	for (int i = 0; i < ENGINE_FIELD_COUNT; i++)
		for (int j = 0; j < i; j++)
			CHECK(strcmp(engine_fields[i].name, engine_fields[j].name) != 0);
	CHECK(engine_fields[ENGINE_FIELD_COUNT].name == NULL);
}

static void the_nearest_name_is_one_that_the_category_has(void)
{
	struct arena *arena = arena_new();

	CHECK_TEXT("egret.leaving.bytes",
	           nearest_word("egret.leaving.byte", field_names(arena, CATEGORY_FLOW)));
	CHECK_TEXT("rpc.method",
	           nearest_word("rpc.metod", field_names(arena, CATEGORY_FLOW)));
	for (const char *const *name = field_names(arena, CATEGORY_FLOW); *name; name++)
		CHECK(field_find(*name, CATEGORY_FLOW) != NULL);
	arena_free(arena);
}

static void the_words_of_a_class_are_those_of_signatures(void)
{
	const char *const *words = field_words(&engine_fields[ENGINE_FILE_CLASS]);
	unsigned n = 0;

	for (; words[n]; n++) {
		bool there = false;

		for (unsigned c = 1; c < CLASSES; c++)
			there |= strcmp(words[n], file_class_name((enum file_class)c)) ==
			         0;
		CHECK(there);
	}
	CHECK_EQ(CLASSES - 1, n);
	CHECK(field_words(&engine_fields[ENGINE_MEMBERS_CLASS]) == words);
	CHECK(!field_words(&engine_fields[ENGINE_FILE_NAME]));
	CHECK(!field_words(&rpc_fields[0]));
}

static void every_field_is_printed(void)
{
	static char text[32768];
	FILE *f = tmpfile();

	if (!f)
		exit(99);
	fields_print(f);
	rewind(f);
	CHECK(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	for (int i = 0; i < ENGINE_FIELD_COUNT; i++)
		CHECK(strstr(text, engine_fields[i].name) != NULL);
	CHECK(strstr(text, "rpc.body.bytes                number      transfer, flow  "
	                   "how long it is "
	                   "(only grows)\n"));
	CHECK(strstr(
		text,
		"file.name                     text        transfer        as the wire "
		"names it\n"));
}

int main(void)
{
	TEST(a_field_is_found_in_the_categories_that_have_it);
	TEST(the_engines_fields_are_told_from_dissectors);
	TEST(no_two_of_the_engines_fields_share_a_name);
	TEST(the_nearest_name_is_one_that_the_category_has);
	TEST(the_words_of_a_class_are_those_of_signatures);
	TEST(every_field_is_printed);
	return check_done();
}
