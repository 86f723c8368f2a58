// SPDX-License-Identifier: Apache-2.0
/*
 * marker_test.c - a marker is found wherever the pieces are cut.
 */
#include <string.h>

#include "session/feed.h"
#include "tests/check.h"

/*
 * Runs text through marker_find in pieces of the sizes given by cuts (a bit for each
 * place), and gives how many content bytes came before the marker, or -1 where it was not
 * found.
 */
static long content_before(const struct marker *m, const char *text, uint64_t cuts)
{
	size_t n = strlen(text), from = 0;
	unsigned held = 0;
	long content = 0;

	for (size_t i = 1; i <= n; i++) {
		struct marker_hit hit;

		if (i < n && !(cuts >> (i - 1) & 1))
			continue;
		hit = marker_find(
			m, held,
			(struct bytes){ (const uint8_t *)text + from, i - from });
		content += (long)(hit.held + hit.content);
		if (hit.found) {
			/* what follows must be the marker, counted from where content
			 * ended */
			CHECK(memcmp(text + content, m->b, m->n) == 0);
			return content;
		}
		CHECK_EQ((uintmax_t)i, (uintmax_t)content + hit.matched);
		held = hit.matched;
		from = i;
	}
	return -1;
}

static void every_split(const struct marker *m, const char *text)
{
	const char *at = strstr(text, (const char *)m->b);
	long want = at ? at - text : -1;
	size_t n = strlen(text);

	for (uint64_t cuts = 0; cuts < UINT64_C(1) << (n - 1); cuts++)
		CHECK_EQ((uintmax_t)want, (uintmax_t)content_before(m, text, cuts));
}

static void a_marker_is_found_at_every_split(void)
{
	struct marker pk = { .n = 4, .b = "PKab" }, aab = { .n = 3, .b = "aab" };

	every_split(&pk, "xxPKabyyPKab");
	every_split(&pk, "PKPKabPK");
	every_split(&pk, "PPKaPKaPKa");
	every_split(&aab, "aaaaaabaab");
	every_split(&aab, "aaaaacaa");
	every_split(&pk, "PKab");
}

static void a_marker_that_overlaps_itself_is_found(void)
{
	struct marker m = { .n = 5, .b = "ababc" };

	every_split(&m, "abababcab");
	every_split(&m, "abaababab");
}

int main(void)
{
	TEST(a_marker_is_found_at_every_split);
	TEST(a_marker_that_overlaps_itself_is_found);
	return check_done();
}
