// SPDX-License-Identifier: Apache-2.0
/*
 * cache_test.c - what is kept is found again, and what is damaged is not used.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "policy/cache.h"
#include "policy/pattern.h"
#include "tests/check.h"

static char path[4096];

static void keep(uint64_t key, const char *text)
{
	struct cache *c = cache_open(path);

	cache_add(c, key, bytes_of(text));
	cache_close(c);
}

static void what_is_kept_is_found_in_the_next_run(void)
{
	struct cache *c;

	unlink(path);
	keep(1, "one");
	keep(2, "two");
	keep(1, "another");
	c = cache_open(path);
	CHECK(bytes_equal(cache_find(c, 1), BYTES("another")));
	CHECK(bytes_equal(cache_find(c, 2), BYTES("two")));
	CHECK_EQ(0, cache_find(c, 3).n);
	cache_close(c);
}

/* Every byte of the file is changed in turn: nothing false ever comes out of it. */
static void a_damaged_file_gives_nothing_false(void)
{
	uint8_t whole[4096];
	size_t n;
	FILE *file;

	unlink(path);
	keep(7, "seven");
	file = fopen(path, "rb");
	n = fread(whole, 1, sizeof(whole), file);
	fclose(file);
	for (size_t i = 0; i < n; i++) {
		struct cache *c;

		whole[i] ^= 0x40;
		file = fopen(path, "wb");
		fwrite(whole, 1, n, file);
		fclose(file);
		whole[i] ^= 0x40;
		c = cache_open(path);
		CHECK(cache_find(c, 7).n == 0 ||
		      bytes_equal(cache_find(c, 7), BYTES("seven")));
		cache_close(c);
	}
}

static void a_folder_that_cannot_be_made_is_no_error(void)
{
	struct cache *c = cache_open("/proc/no/such/folder/patterns");

	cache_add(c, 1, BYTES("x"));
	cache_close(c);
}

static bool matched(void *arg, uint32_t id)
{
	*(uint32_t *)arg = id;
	return true;
}

static void patterns_from_the_cache_match_as_compiled_ones_do(void)
{
	const struct pattern at[] = { { .expression = "^RIFF....WAVE", .id = 42 } };

	unlink(path);
	for (unsigned run = 0; run < 2; run++) {
		struct cache *c = cache_open(path);
		struct pattern_scratch *scratch = NULL;
		struct patterns *set = NULL;
		uint32_t found = 0;

		CHECK_EQ(0, patterns_compile_kept(c, at, 1, &set, NULL, NULL));
		CHECK_EQ(0, pattern_scratch_grow(&scratch, set, NULL));
		patterns_scan(set, scratch, BYTES("RIFF\1\2\3\4WAVEfmt "), matched,
		              &found);
		CHECK_EQ(42, found);
		patterns_free(set);
		pattern_scratch_free(scratch);
		cache_close(c);
	}
	CHECK(access(path, R_OK) == 0);
}

/* Six of these fill it. */
static void what_was_not_used_for_longest_makes_room(void)
{
	enum { LARGE = 10 << 20 };
	uint8_t *bytes = calloc(1, LARGE);
	struct cache *c;

	CHECK_MUST(bytes);
	unlink(path);
	for (uint64_t key = 1; key <= 6; key++) {
		c = cache_open(path);
		cache_add(c, key, (struct bytes){ bytes, LARGE });
		cache_close(c);
	}
	c = cache_open(path);
	CHECK_EQ(LARGE, cache_find(c, 1).n);
	cache_add(c, 7, (struct bytes){ bytes, LARGE });
	cache_close(c);
	c = cache_open(path);
	CHECK_EQ(LARGE, cache_find(c, 7).n);
	CHECK_EQ(LARGE, cache_find(c, 1).n);
	CHECK_EQ(0, cache_find(c, 2).n);
	CHECK_EQ(LARGE, cache_find(c, 6).n);
	cache_close(c);
	unlink(path);
	free(bytes);
}

int main(void)
{
	const char *scratch = getenv("scratch");

	snprintf(path, sizeof(path), "%s/cache/patterns", scratch ? scratch : "/tmp");
	TEST(what_is_kept_is_found_in_the_next_run);
	TEST(what_was_not_used_for_longest_makes_room);
	TEST(a_damaged_file_gives_nothing_false);
	TEST(a_folder_that_cannot_be_made_is_no_error);
	TEST(patterns_from_the_cache_match_as_compiled_ones_do);
	return check_done();
}
