// SPDX-License-Identifier: Apache-2.0
/*
 * complaints.h - everything that is wrong with the files of a run, said in one go.
 *
 * Whoever finds a fault adds a sentence and goes on with what does not hang on it; who
 * asked for the files prints them all.  Cold; the control thread's.
 */
#ifndef POLICY_COMPLAINTS_H
#define POLICY_COMPLAINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct error;

/* So many are kept; what comes after is only counted. */
enum { COMPLAINTS_MAX = 200 };

struct complaint {
	char *file;            /* NULL: of no file */
	unsigned line, column; /* from 1; 0: not known */
	bool warning;          /* it does not keep anything from being loaded */
	char *text;            /* one sentence, no newline, no full stop */
};

struct complaints {
	struct complaint at[COMPLAINTS_MAX];
	size_t n;        /* kept */
	size_t left_out; /* errors beyond them */
	size_t errors;   /* all of them, warnings not counted */
};

/* An empty list, which complaints_free takes; NULL: out of memory. */
struct complaints *complaints_new(void);
void complaints_free(struct complaints *c); /* NULL is fine */

/*
 * Adds an error.  The same sentence of the same place is kept once.  Gives -1, always, so
 * that it can be returned.
 */
int complaints_add(struct complaints *c, const char *file, unsigned line, unsigned column,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
void complaints_warn(struct complaints *c, const char *file, unsigned line,
                     unsigned column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Adds what a struct error says: "file:line:column: sentence", or a sentence.  Gives -1.
 */
int complaints_add_error(struct complaints *c, const struct error *err);

/* Forgets what was added since there were n; a rule turned out not to be ours to judge.
 */
void complaints_forget(struct complaints *c, size_t n);

/* The first error as a sentence with its place, into err; nothing where there is none. */
void complaints_first(const struct complaints *c, struct error *err);

/*
 * All of them, each with its line and a caret below the column where the file can be
 * read, and a last line that counts: "3 errors in 2 files; nothing was loaded".
 */
void complaints_print(const struct complaints *c, FILE *to);

#endif
