// SPDX-License-Identifier: Apache-2.0
/*
 * check.h - what a unit test needs, and no more.
 *
 * A test is a function whose name is a sentence that is true when it passes.  main runs
 * each with TEST and ends with `return check_done();`.  tests/run.sh reads what is
 * printed: "ok - sentence", "not ok - sentence" or "skip - sentence: reason", one line a
 * test.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned check_failures;   /* of the whole program */
static unsigned check_here;       /* failed checks of this test */
static const char *check_skipped; /* why this test could not be tried */

#define CHECK_FAIL_(...)                                        \
	do {                                                    \
		check_here++;                                   \
		fprintf(stderr, "%s:%d: ", __FILE__, __LINE__); \
		fprintf(stderr, __VA_ARGS__);                   \
		fputc('\n', stderr);                            \
	} while (0)

#define CHECK(what)                                       \
	do {                                              \
		if (!(what))                              \
			CHECK_FAIL_("not so: %s", #what); \
	} while (0)

/* Numbers: what is wanted first. */
#define CHECK_EQ(want, got)                                                      \
	do {                                                                     \
		intmax_t want_ = (intmax_t)(want), got_ = (intmax_t)(got);       \
		if (want_ != got_)                                               \
			CHECK_FAIL_("%s: want %jd, got %jd", #got, want_, got_); \
	} while (0)

#define CHECK_TEXT(want, got)                                                   \
	do {                                                                    \
		const char *want_ = (want), *got_ = (got);                      \
		if (!got_ || strcmp(want_, got_) != 0)                          \
			CHECK_FAIL_("%s: want \"%s\", got \"%s\"", #got, want_, \
			            got_ ? got_ : "(null)");                    \
	} while (0)

/* For what the rest of the test cannot do without: says so and ends the program. */
#define CHECK_MUST(what)                                        \
	do {                                                    \
		if (!(what)) {                                  \
			CHECK_FAIL_("cannot go on: %s", #what); \
			exit(1);                                \
		}                                               \
	} while (0)

/* Leaves the test: it could not be tried here. */
#define SKIP(reason)                      \
	do {                              \
		check_skipped = (reason); \
		return;                   \
	} while (0)

static inline void check_run(const char *name, void (*test)(void))
{
	check_here = 0;
	check_skipped = NULL;
	test();
	if (check_here > 0)
		printf("not ok - ");
	else
		printf(check_skipped ? "skip - " : "ok - ");
	for (; *name; name++)
		putchar(*name == '_' ? ' ' : *name);
	if (check_here == 0 && check_skipped)
		printf(": %s", check_skipped);
	putchar('\n');
	fflush(stdout); /* what comes next may crash */
	check_failures += check_here;
}

#define TEST(name) check_run(#name, name)

static inline int check_done(void)
{
	return check_failures != 0;
}

/* A file of the tests' folder in the source tree, for the caller to free. */
static inline char *check_path(const char *below_tests)
{
	const char *srcdir = getenv("srcdir");
	char *path;

	if (asprintf(&path, "%s/tests/%s", srcdir ? srcdir : ".", below_tests) < 0)
		abort();
	return path;
}

#endif
