// SPDX-License-Identifier: Apache-2.0
/*
 * error.c - sentences about what is wrong, and the word that was meant.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

int error_set(struct error *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int error_at(struct error *err, const char *file, unsigned line, unsigned column,
             const char *format, ...)
{
	va_list args;
	int used;

	if (!err)
		return -1;
	if (line && column)
		used = snprintf(err->text, sizeof(err->text), "%s:%u:%u: ", file, line,
		                column);
	else if (line)
		used = snprintf(err->text, sizeof(err->text), "%s:%u: ", file, line);
	else
		used = snprintf(err->text, sizeof(err->text), "%s: ", file);
	if (used < 0 || (size_t)used >= sizeof(err->text))
		return -1;
	va_start(args, format);
	vsnprintf(err->text + used, sizeof(err->text) - (size_t)used, format, args);
	va_end(args);
	return -1;
}

enum { WORD_MAX = 64 };

/* Levenshtein distance with ASCII case folded; words beyond WORD_MAX are never near. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], n = strlen(b), m = strlen(a);

	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t cost = corner + (byte_lower((uint8_t)a[i - 1]) !=
			                        byte_lower((uint8_t)b[j - 1]));

			corner = row[j];
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
		}
	}
	return row[n];
}

const char *nearest_word(const char *word, const char *const *choices)
{
	size_t best = strlen(word) / 3 + 2; /* further than this is another word */
	const char *found = NULL;

	for (; *choices; choices++) {
		size_t d = distance(word, *choices);

		if (d < best) {
			best = d;
			found = *choices;
		}
	}
	return found;
}
