// SPDX-License-Identifier: Apache-2.0
/*
 * identify_tool.c - what signatures make of real files: one line of text each.
 *
 *     identify_tool [-n BYTES] DIRECTORY FILE...   path, type, class and MIME type, with
 * tabs identify_tool [-n BYTES] DIRECTORY -         the same for the paths on standard
 * input identify_tool -r COUNT DIRECTORY             so many heads of random bytes: how
 * many of which type, then how many in all identify_tool -b DIRECTORY FILE... nanoseconds
 * that a head of 4 KiB takes
 *
 * DIRECTORY holds the *.yaml files.  A path that is no regular file or cannot be read is
 * passed over.  -n looks at fewer bytes than there are.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/pattern.h"
#include "policy/signatures.h"

struct tool {
	struct signatures *signatures;
	struct pattern_scratch *scratch;
	size_t most; /* bytes of a head */
};

static uint8_t head[SIGNATURE_HEAD_MAX];

static bool read_head(const char *path, struct bytes *ret, size_t most)
{
	struct stat st;
	FILE *f;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || !(f = fopen(path, "rb")))
		return false;
	*ret = (struct bytes){ head, fread(head, 1, most, f) };
	fclose(f);
	return true;
}

static void say_file(const struct tool *t, const char *path)
{
	const struct file_type *type;
	struct bytes b;

	if (!read_head(path, &b, t->most))
		return;
	type = signatures_type(t->signatures,
	                       signatures_identify(t->signatures, t->scratch, b));
	printf("%s\t%s\t%s\t%s\n", path, type->type, file_class_name(type->class),
	       type->mime_type);
}

/* Marsaglia's xorshift64*: the same heads in every run. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static void say_random(const struct tool *t, unsigned long count)
{
	size_t types = signatures_count(t->signatures), all = 0;
	size_t *found = calloc(types + 1, sizeof(*found));
	uint64_t state = 20261123;

	if (!found)
		return;
	for (unsigned long i = 0; i < count; i++) {
		/* fresh bytes where signatures look; the rest of the head may stay */
		for (size_t k = 0; k < 1536; k += 8) {
			uint64_t r = next_random(&state);

			memcpy(head + k, &r, sizeof(r));
		}
		found[signatures_identify(t->signatures, t->scratch,
		                          (struct bytes){ head, sizeof(head) })]++;
	}
	for (size_t id = 1; id <= types; id++) {
		const struct file_type *type =
			signatures_type(t->signatures, (uint16_t)id);

		if (found[id])
			printf("%s\t%s\t%zu\n", type->type, file_class_name(type->class),
			       found[id]);
		all += found[id];
	}
	printf("random\t%lu\t%zu\n", count, all);
	free(found);
}

static void say_time(const struct tool *t, const char *path)
{
	enum { ROUNDS = 100, TURNS = 2000 };
	struct timespec from, to;
	double best = 1e9;
	uint16_t id = 0;
	struct bytes b;

	if (!read_head(path, &b, t->most))
		return;
	/* the best of many rounds: the machine has other things to do */
	for (unsigned i = 0; i < ROUNDS; i++) {
		double ns;

		clock_gettime(CLOCK_MONOTONIC, &from);
		for (unsigned k = 0; k < TURNS; k++)
			id = signatures_identify(t->signatures, t->scratch, b);
		clock_gettime(CLOCK_MONOTONIC, &to);
		ns = ((double)(to.tv_sec - from.tv_sec) * 1e9 +
		      (double)(to.tv_nsec - from.tv_nsec)) /
		     TURNS;
		best = ns < best ? ns : best;
	}
	printf("%s\t%.0f ns\t%s\n", path, best, signatures_type(t->signatures, id)->type);
}

static int load(struct tool *t, struct arena *arena, const char *directory)
{
	struct error err = { "" };
	char pattern[4096];
	glob_t files;
	int failed;

	snprintf(pattern, sizeof(pattern), "%s/*.yaml", directory);
	if (glob(pattern, 0, NULL, &files) != 0) {
		fprintf(stderr, "identify_tool: %s: no signature files\n", pattern);
		return -1;
	}
	failed = signatures_load(arena, NULL, (const char *const *)files.gl_pathv,
	                         files.gl_pathc, &t->signatures, &err) < 0 ||
	         signatures_scratch(t->signatures, &t->scratch, &err) < 0;
	globfree(&files);
	if (failed)
		fprintf(stderr, "identify_tool: %s\n", err.text);
	return failed ? -1 : 0;
}

static void say_paths(const struct tool *t)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		say_file(t, line);
	}
	free(line);
}

int main(int argc, char **argv)
{
	struct tool t = { .most = sizeof(head) };
	struct arena *arena = arena_new();
	unsigned long random = 0;
	bool bench = false;
	int option;

	while ((option = getopt(argc, argv, "bn:r:")) != -1)
		switch (option) {
		case 'b': bench = true; break;
		case 'n': t.most = strtoul(optarg, NULL, 10); break;
		case 'r': random = strtoul(optarg, NULL, 10); break;
		default: return 2;
		}
	if (t.most > sizeof(head))
		t.most = sizeof(head);
	if (optind == argc || !arena || load(&t, arena, argv[optind]) < 0)
		return 2;
	if (random)
		say_random(&t, random);
	for (int i = optind + 1; i < argc; i++)
		if (bench)
			say_time(&t, argv[i]);
		else if (strcmp(argv[i], "-") == 0)
			say_paths(&t);
		else
			say_file(&t, argv[i]);
	pattern_scratch_free(t.scratch);
	signatures_free(t.signatures);
	arena_free(arena);
	return 0;
}
