// SPDX-License-Identifier: Apache-2.0
/*
 * base_test.c - arenas, pools, hashes and digests.
 */
#include "base/arena.h"
#include "base/digest.h"
#include "base/hash.h"
#include "tests/check.h"

static void an_arena_gives_zeroed_aligned_memory_of_any_size(void)
{
	static const size_t sizes[] = { 0, 1, 7, 100, 5000, 70000, 3, 1 << 20, 16 };
	struct arena *arena = arena_new();
	uint8_t *got[9];

	for (size_t i = 0; i < 9; i++) {
		got[i] = arena_take(arena, sizes[i]);
		CHECK_MUST(got[i]);
		CHECK_EQ(0, (uintptr_t)got[i] % 16);
		for (size_t j = 0; j < sizes[i]; j++)
			if (got[i][j] != 0) {
				CHECK_EQ(0, got[i][j]);
				break;
			}
		memset(got[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < 9; i++) /* none lies in another */
		for (size_t j = 0; j < sizes[i]; j++)
			if (got[i][j] != i + 1) {
				CHECK_EQ(i + 1, got[i][j]);
				break;
			}
	CHECK(!arena_take(arena, SIZE_MAX - 4));
	arena_free(arena);
}

static void an_arena_copies_text_with_a_final_zero(void)
{
	struct arena *arena = arena_new();

	CHECK_TEXT("egr", arena_text(arena, "egret", 3));
	CHECK_TEXT("", arena_text(arena, NULL, 0));
	arena_free(arena);
}

static void a_pool_gives_each_object_once_and_then_none(void)
{
	struct pool pool;
	uint8_t *a, *b, *c;

	CHECK_MUST(pool_init(&pool, 64, 3) == 0);
	a = pool_get(&pool);
	b = pool_get(&pool);
	c = pool_get(&pool);
	CHECK_EQ(0, (uintptr_t)a % 64);
	CHECK_EQ(64, b - a);
	CHECK_EQ(64, c - b);
	CHECK(!pool_get(&pool));
	CHECK_EQ(3, pool_used(&pool));
	pool_put(&pool, b);
	CHECK_EQ(2, pool_used(&pool));
	CHECK(pool_get(&pool) == b);
	pool_done(&pool);
}

static void a_pool_too_large_for_memory_is_refused(void)
{
	struct pool pool;

	CHECK_EQ(-1, pool_init(&pool, SIZE_MAX / 2, 3));
}

static void a_pool_of_nothing_gives_nothing(void)
{
	struct pool pool;

	CHECK_EQ(0, pool_init(&pool, 64, 0));
	CHECK(!pool_get(&pool));
	pool_done(&pool);
}

static void a_hash_is_the_same_on_every_machine(void)
{
	/* XXH3_64bits of nothing, from its reference */
	CHECK(hash64("", 0, 0) == UINT64_C(0x2d06800538d394c2));
	CHECK(hash64("a", 1, 0) != hash64("a", 1, 1));
}

static void hex_of(struct bytes b, char *text)
{
	digest_hex(b, text);
}

static void sha256_gives_the_value_of_its_standard(void)
{
	struct digest *digest = digest_new();
	uint8_t sha256[32];
	char text[65];

	CHECK_MUST(digest);
	for (int i = 0; i < 2; i++) { /* the second time: it was reset */
		digest_add(digest, BYTES("a"));
		digest_add(digest, (struct bytes){ 0 });
		digest_add(digest, BYTES("bc"));
		digest_result(digest, sha256);
		hex_of((struct bytes){ sha256, 32 }, text);
		CHECK_TEXT("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2001"
		           "5ad",
		           text);
	}
	digest_add(digest, BYTES("x"));
	digest_reset(digest);
	digest_result(digest, sha256);
	hex_of((struct bytes){ sha256, 32 }, text);
	CHECK_TEXT("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	           text);
	digest_free(digest);
}

static void sha1_gives_the_value_of_its_standard(void)
{
	uint8_t sha1[20];
	char text[41];

	for (int i = 0; i < 3; i++) {
		CHECK_EQ(0, digest_sha1(BYTES("abc"), sha1));
		hex_of((struct bytes){ sha1, 20 }, text);
		CHECK_TEXT("a9993e364706816aba3e25717850c26c9cd0d89d", text);
	}
}

static void base64_pads_as_rfc_4648_has_it(void)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xef\xbe", "/+++" },
	};
	char text[16];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		digest_base64(bytes_of(cases[i][0]), text);
		CHECK_TEXT(cases[i][1], text);
	}
}

int main(void)
{
	TEST(an_arena_gives_zeroed_aligned_memory_of_any_size);
	TEST(an_arena_copies_text_with_a_final_zero);
	TEST(a_pool_gives_each_object_once_and_then_none);
	TEST(a_pool_too_large_for_memory_is_refused);
	TEST(a_pool_of_nothing_gives_nothing);
	TEST(a_hash_is_the_same_on_every_machine);
	TEST(sha256_gives_the_value_of_its_standard);
	TEST(sha1_gives_the_value_of_its_standard);
	TEST(base64_pads_as_rfc_4648_has_it);
	return check_done();
}
