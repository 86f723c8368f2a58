// SPDX-License-Identifier: Apache-2.0
/*
 * rotate.c - from the oldest to the newest, so that at no moment two have one name.
 */
#include "output/rotate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* 0: the file itself. */
static void name_of(char to[PATH_MAX], const char *path, unsigned n)
{
	if (n)
		snprintf(to, PATH_MAX, "%s.%u", path, n);
	else
		snprintf(to, PATH_MAX, "%s", path);
}

int rotate_files(const char *path, unsigned keep, struct error *err)
{
	char from[PATH_MAX], to[PATH_MAX];

	for (unsigned n = keep; n > 0; n--) {
		name_of(from, path, n - 1);
		name_of(to, path, n);
		if (rename(from, to) < 0 && errno != ENOENT)
			return error_set(err, "cannot rename %s to %s: %s", from, to,
			                 strerror(errno));
	}
	return 0;
}
