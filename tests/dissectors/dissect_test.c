// SPDX-License-Identifier: Apache-2.0
/*
 * dissect_test.c - every dissector against its vectors, tests/dissectors/<name>.t.
 *
 * Each vector runs as it is, at every shorter length, cut in two at every byte, and byte
 *by byte.  Shorter ones need only end well; all others must leave the same trace.  A
 * dissector without vectors fails.  Of datagrams, each step is one and is never cut in
 * two; the sentence may say on which "port 5353" they are.
 *
 *	dissect_test		tries them all
 *	dissect_test NAME	prints NAME's vectors with the traces they leave now
 *	dissect_test -s FOLDER	writes them all as seeds for tests/fuzz/fuzz_dissect
 */
#include "tests/check.h"

#include "tests/dissectors/drive.h"
#include "tests/dissectors/seeds.h"
#include "tests/dissectors/vectors.h"

enum {
	SIZE_FULL = 3000, /* vectors up to this size are cut at every byte... */
	STEP_LONG = 149,  /* ...and longer ones at each of the first 1024, and then so far
	                     apart */
};

/* Which bytes of a vector are given, and how. */
struct cut {
	size_t most; /* no more than so many */
	size_t at;   /* in two pieces */
	bool singly;
};

/* Lines that are the same in a row become one: "... (40 times)". */
static char *folded(char *trace)
{
	char *text = NULL, *line, *rest = trace, *last = NULL;
	size_t n, times = 0;
	FILE *to = open_memstream(&text, &n);

	if (!to)
		abort();
	do {
		line = strsep(&rest, "\n");
		if (last && rest && strcmp(line, last) == 0) {
			times++;
			continue;
		}
		if (times > 1)
			fprintf(to, "%s (%zu times)\n", last, times);
		else if (times)
			fprintf(to, "%s\n", last);
		last = line;
		times = 1;
	} while (rest);
	fclose(to);
	return text;
}

static char *trace_of(const struct dissector *dissector, const struct vector *v,
                      struct cut cut)
{
	struct drive drive;
	const char *port = dissector->ports ? strstr(v->sentence, "port ") : NULL;
	size_t before = 0;
	char *trace;

	drive_init(&drive, dissector);
	if (port)
		drive.port = (uint16_t)atoi(port + strlen("port "));
	for (size_t i = 0; i < v->step_count && before <= cut.most; i++) {
		const struct step *step = &v->steps[i];
		struct bytes b = { step->b, step->n };
		size_t first;

		if (step->lost) {
			drive_lose(&drive, step->from_client, step->lost);
			continue;
		}
		if (step->n == 0)
			continue;
		if (b.n > cut.most - before)
			b.n = cut.most - before;
		first = cut.singly ? 1 : cut.at > before ? cut.at - before : 0;
		before += step->n;
		do {
			if (first > b.n || first == 0)
				first = b.n;
			drive_push(&drive, step->from_client,
			           (struct bytes){ b.p, first });
			b.p += first;
			b.n -= first;
			first = cut.singly ? 1 : b.n;
		} while (b.n);
	}
	drive_end(&drive);
	trace = folded(drive.trace);
	drive_done(&drive);
	return trace;
}

static bool same(const struct vector *v, const char *want, const char *got,
                 const char *how, size_t at)
{
	if (strcmp(want, got) == 0)
		return true;
	fprintf(stderr, "line %u: %s, %s %zu\n", v->line, v->sentence, how, at);
	fprintf(stderr, "--- want\n%s--- got\n%s---\n", want, got);
	return false;
}

static size_t next(size_t at, size_t size)
{
	return size <= SIZE_FULL || at < 1024 ? at + 1 : at + STEP_LONG;
}

static bool passes(const struct dissector *dissector, const struct vector *v)
{
	size_t size = vector_size(v);
	const char *want = v->want ? v->want : "";
	char *trace = trace_of(dissector, v, (struct cut){ .most = SIZE_MAX });
	bool good = same(v, want, trace, "whole", size);

	free(trace);
	for (size_t n = 0; good && n < size; n = next(n, size))
		free(trace_of(dissector, v, (struct cut){ .most = n }));
	if (dissector->ports)
		return good;
	for (size_t at = 1; good && at < size; at = next(at, size)) {
		trace = trace_of(dissector, v,
		                 (struct cut){ .most = SIZE_MAX, .at = at });
		good = same(v, want, trace, "cut at", at);
		free(trace);
	}
	if (good) {
		trace = trace_of(dissector, v,
		                 (struct cut){ .most = SIZE_MAX, .singly = true });
		good = same(v, want, trace, "byte by byte, of", size);
		free(trace);
	}
	return good;
}

static struct vectors vectors_of(const struct dissector *dissector)
{
	char name[64], *path;
	struct vectors vectors;

	snprintf(name, sizeof(name), "dissectors/%s.t", dissector->name);
	path = check_path(name);
	vectors = vectors_read(path);
	free(path);
	return vectors;
}

static bool try(const struct dissector *dissector)
{
	struct vectors vectors = vectors_of(dissector);
	bool all = vectors.count > 0;

	printf("%s - %s has vectors\n", all ? "ok" : "not ok", dissector->name);
	for (size_t i = 0; i < vectors.count; i++) {
		bool good = passes(dissector, &vectors.at[i]);

		printf("%s - %s: %s\n", good ? "ok" : "not ok", dissector->name,
		       vectors.at[i].sentence);
		fflush(stdout);
		all = all && good;
	}
	vectors_free(&vectors);
	return all;
}

static void show(const struct dissector *dissector)
{
	struct vectors vectors = vectors_of(dissector);

	for (size_t i = 0; i < vectors.count; i++) {
		char *trace = trace_of(dissector, &vectors.at[i],
		                       (struct cut){ .most = SIZE_MAX });
		char *rest = trace;

		printf("%s\n", vectors.at[i].sentence);
		for (char *line; (line = strsep(&rest, "\n")) && rest;)
			printf("= %s\n", line);
		printf("\n");
		free(trace);
	}
	vectors_free(&vectors);
}

static int write_seeds(const char *folder)
{
	struct seed seed = { 0 };

	while (seed_next(&seed)) {
		char path[4096];
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s-%u", folder, seed.dissector,
		         seed.line);
		file = fopen(path, "w");
		if (!file || fwrite(seed.b, 1, seed.n, file) != seed.n ||
		    fclose(file) != 0) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool good = true;

	if (argc == 3 && strcmp(argv[1], "-s") == 0)
		return write_seeds(argv[2]);
	for (const struct dissector *const *d = dissectors; *d; d++) {
		if (argc > 1) {
			if (strcmp(argv[1], (*d)->name) == 0)
				show(*d);
		} else if (!try(*d)) {
			good = false;
		}
	}
	return !good;
}
