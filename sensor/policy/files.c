// SPDX-License-Identifier: Apache-2.0
/*
 * files.c - finds files of rules and signatures.  Cold.
 */
#include "policy/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"

enum { FOLDERS_MAX = 16 };

struct search {
	struct arena *arena;
	struct error *err;
	struct files found;
	size_t room;
	bool failed; /* err has the first reason */
};

static int out_of_memory(const struct search *s)
{
	return error_set(s->err, "out of memory");
}

/* The first reason is kept, and the search goes on. */
static int fail(struct search *s, const char *path, const char *why)
{
	if (!s->failed)
		error_at(s->err, path, 0, 0, "%s", why);
	s->failed = true;
	return 0;
}

static int add_name(struct search *s, struct files *files, size_t *room, const char *name)
{
	if (files->n == *room) {
		size_t more = *room ? *room * 2 : 16;
		const char **at = arena_take(s->arena, more * sizeof(*at));

		if (!at)
			return out_of_memory(s);
		if (files->n)
			memcpy(at, files->at, files->n * sizeof(*at));
		files->at = at;
		*room = more;
	}
	files->at[files->n++] = name;
	return 0;
}

static int compare_names(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* What is in a folder but for hidden things, sorted. */
static int list_folder(struct search *s, const char *path, struct files *ret)
{
	size_t room = 0, folder_n = strlen(path);
	DIR *folder = opendir(path);
	struct dirent *entry;
	int failed = 0;

	if (!folder)
		return fail(s, path, strerror(errno));
	while (!failed && (entry = readdir(folder))) {
		size_t size = folder_n + strlen(entry->d_name) + 2;
		char *name;

		if (entry->d_name[0] == '.')
			continue;
		name = arena_take(s->arena, size);
		if (!name) {
			failed = out_of_memory(s);
			break;
		}
		snprintf(name, size, "%s%s%s", path,
		         folder_n && path[folder_n - 1] == '/' ? "" : "/", entry->d_name);
		failed = add_name(s, ret, &room, name);
	}
	closedir(folder);
	if (!failed && ret->n)
		qsort(ret->at, ret->n, sizeof(*ret->at), compare_names);
	return failed;
}

static bool is_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (strcmp(dot, ".yml") == 0 || strcmp(dot, ".yaml") == 0);
}

bool file_is_plain(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Recursion is bounded by FOLDERS_MAX: a link may lead back to where it is. */
static int search(struct search *s, const char *path, bool asked, unsigned depth)
{
	struct files inside = { 0 };
	struct stat st;

	if (stat(path, &st) < 0)
		return asked || is_yaml(path) ? fail(s, path, strerror(errno)) : 0;
	if (!S_ISDIR(st.st_mode)) {
		if (!asked && !is_yaml(path))
			return 0;
		/* a pipe that somebody asks for is meant */
		return asked || S_ISREG(st.st_mode)
		               ? add_name(s, &s->found, &s->room, path)
		               : fail(s, path, NOT_PLAIN);
	}
	if (depth == FOLDERS_MAX) {
		fail(s, path, "folders are nested too deep");
		return -1;
	}
	if (list_folder(s, path, &inside) < 0)
		return -1;
	for (size_t i = 0; i < inside.n; i++)
		if (search(s, inside.at[i], false, depth + 1) < 0)
			return -1;
	return 0;
}

int files_find(struct arena *arena, const char *const *paths, size_t n, struct files *ret,
               struct error *err)
{
	struct search s = { .arena = arena, .err = err };

	for (size_t i = 0; i < n; i++)
		if (search(&s, paths[i], true, 0) < 0)
			s.failed = true;
	*ret = s.found;
	return s.failed ? -1 : 0;
}
