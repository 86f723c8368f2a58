// SPDX-License-Identifier: Apache-2.0
/*
 * error.h - one sentence about what is wrong with the user's file or machine.
 *
 * The place that knows most writes it; only main and control print it.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	char text[512]; /* one clear sentence, no newline, no full stop; "" when none */
};

/* Writes the sentence into err (NULL is fine).  Gives -1, always, so that it can be
 * returned. */
int error_set(struct error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with "file:line:column: " in front; line and column count from 1, 0 leaves
 * them out. */
int error_at(struct error *err, const char *file, unsigned line, unsigned column,
             const char *format, ...) __attribute__((format(printf, 5, 6)));

/*
 * The choice most like word (edit distance, case folded), or NULL where none is near
 * enough to be what was meant.  choices ends with NULL.
 */
const char *nearest_word(const char *word, const char *const *choices);

#endif
