// SPDX-License-Identifier: Apache-2.0
/*
 * errors.h - a row of a test table: what is written, and what is said of it, word for word.
 */
#ifndef TESTS_POLICY_ERRORS_H
#define TESTS_POLICY_ERRORS_H

#include <string.h>

#include "check.h"

static inline void check_text(const char *file, int line, const char *want, const char *got)
{
	if (strcmp(want, got) == 0)
		return;
	check_failures++;
	fprintf(stderr, "%s:%d: want \"%s\"\n    got  \"%s\"\n", file, line, want, got);
}

#define CHECK_TEXT(want, got) check_text(__FILE__, __LINE__, want, got)

#endif
