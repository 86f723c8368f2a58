// SPDX-License-Identifier: Apache-2.0
/*
 * files.h - the YAML files that paths name: themselves, and what is in folders.
 */
#ifndef POLICY_FILES_H
#define POLICY_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;

struct files {
	const char **at; /* in the order of the paths, within a folder sorted by name */
	size_t n;
};

/*
 * A path that is a file is taken whatever its name; a folder is searched, and the folders
 * in it, for *.yml and *.yaml that are not hidden.  Memory is the arena's.  -1: something
 * is not there or cannot be read; err says the first, and *ret has all the others.
 */
int files_find(struct arena *arena, const char *const *paths, size_t n, struct files *ret,
               struct error *err);

/* What can be read to its end: no folder, pipe or device. */
bool file_is_plain(const char *path);
#define NOT_PLAIN "this is no file"

#endif
