// SPDX-License-Identifier: Apache-2.0
/*
 * sigma.c - finds the files with rules, has each read, and holds the rules against each
 * other.
 *
 * Cold: the control thread's, at start and at a reload.
 */
#include "policy/sigma.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/sigma_build.h"

enum { FOLDERS_MAX = 16 };

struct loader {
	struct arena *arena;
	struct error *err;
	struct rule *rules;
	size_t n, room;
	const char **not_applicable;
	size_t not_applicable_count, not_applicable_room;
};

static int out_of_memory(const struct loader *l)
{
	return error_set(l->err, "out of memory");
}

/* Makes room for one more at *at, a table of `size` bytes a row. */
static int make_room(struct loader *l, void **at, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return 0;
	*room = *room ? *room * 2 : 64;
	more = arena_take(l->arena, *room * size);
	if (!more)
		return out_of_memory(l);
	if (n)
		memcpy(more, *at, n * size);
	*at = more;
	return 0;
}

static int add_document(struct loader *l, const char *file,
                        const struct yaml_node *document)
{
	const char *why;
	void *rules = l->rules, *sentences = l->not_applicable;

	if (make_room(l, &rules, l->n, &l->room, sizeof(*l->rules)) < 0 ||
	    make_room(l, &sentences, l->not_applicable_count, &l->not_applicable_room,
	              sizeof(*l->not_applicable)) < 0)
		return -1;
	l->rules = rules;
	l->not_applicable = sentences;
	if (rule_build(l->arena, file, document, &l->rules[l->n], &why, l->err) < 0)
		return -1;
	if (why)
		l->not_applicable[l->not_applicable_count++] = why;
	else
		l->n++;
	return 0;
}

/* text NULL: the file is read. */
static int add_file(struct loader *l, const char *path, const struct bytes *text)
{
	char *file = arena_text(l->arena, path, strlen(path));
	struct arena *arena = arena_new(); /* for the tree, which nothing keeps */
	struct yaml_file tree = { 0 };
	int failed;

	if (!file || !arena) {
		arena_free(arena);
		return out_of_memory(l);
	}
	failed = text ? yaml_parse(arena, file, *text, &tree, l->err)
	              : yaml_load(arena, file, &tree, l->err);
	for (size_t i = 0; !failed && i < tree.n; i++)
		if (!yaml_is_null(&tree.documents[i])) /* a comment between two --- */
			failed = add_document(l, file, &tree.documents[i]);
	arena_free(arena);
	return failed;
}

static bool is_rule_file(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (strcmp(dot, ".yml") == 0 || strcmp(dot, ".yaml") == 0);
}

static int compare_names(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* The names in a folder but for hidden ones, sorted. */
static int list_folder(struct loader *l, const char *path, const char ***ret,
                       size_t *ret_count)
{
	DIR *folder = opendir(path);
	const char **names = NULL;
	size_t n = 0, room = 0;
	struct dirent *entry;
	int failed = 0;

	if (!folder)
		return error_at(l->err, path, 0, 0, "%s", strerror(errno));
	while (!failed && (entry = readdir(folder))) {
		size_t size = strlen(path) + strlen(entry->d_name) + 2;
		void *at = names;
		char *name;

		if (entry->d_name[0] == '.')
			continue;
		name = arena_take(l->arena, size);
		failed = name ? make_room(l, &at, n, &room, sizeof(*names))
		              : out_of_memory(l);
		if (failed)
			break;
		names = at;
		snprintf(name, size, "%s/%s", path, entry->d_name);
		names[n++] = name;
	}
	closedir(folder);
	if (failed)
		return -1;
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	*ret = names;
	*ret_count = n;
	return 0;
}

/* Recursion is bounded by FOLDERS_MAX: a link may lead back to where it is. */
static int add_path(struct loader *l, const char *path, bool asked, unsigned depth)
{
	const char **names = NULL;
	size_t n = 0;
	struct stat st;

	if (stat(path, &st) < 0)
		return error_at(l->err, path, 0, 0, "%s", strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return asked || is_rule_file(path) ? add_file(l, path, NULL) : 0;
	if (depth == FOLDERS_MAX)
		return error_at(l->err, path, 0, 0, "folders are nested too deep");
	if (list_folder(l, path, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_path(l, names[i], false, depth + 1) < 0)
			return -1;
	return 0;
}

static int compare_signatures(const void *left, const void *right)
{
	const struct rule *const *a = left, *const *b = right;

	if ((*a)->signature_id != (*b)->signature_id)
		return (*a)->signature_id < (*b)->signature_id ? -1 : 1;
	return *a < *b ? -1 : *a > *b; /* as they were read */
}

static int check_clashes(struct loader *l)
{
	const struct rule **by_id = arena_take(l->arena, (l->n + 1) * sizeof(*by_id));

	if (!by_id)
		return out_of_memory(l);
	for (size_t i = 0; i < l->n; i++)
		by_id[i] = &l->rules[i];
	qsort(by_id, l->n, sizeof(*by_id), compare_signatures);
	for (size_t i = 1; i < l->n; i++) {
		const struct rule *a = by_id[i - 1], *b = by_id[i];

		if (a->signature_id != b->signature_id)
			continue;
		if (strcmp(a->id, b->id) == 0)
			return error_at(l->err, b->file, b->line, 0,
			                "two rules have the id %s; the other is %s:%u",
			                b->id, a->file, a->line);
		return error_at(
			l->err, b->file, b->line, 0,
			"the ids %s and %s (%s:%u) give the same signature_id %u: "
			"give one of them another",
			b->id, a->id, a->file, a->line, b->signature_id);
	}
	return 0;
}

static int finish(struct loader *l, struct rules **ret)
{
	struct rules *rules = arena_take(l->arena, sizeof(*rules));

	if (!rules)
		return out_of_memory(l);
	if (check_clashes(l) < 0)
		return -1;
	rules->at = l->rules;
	rules->n = l->n;
	rules->not_applicable = l->not_applicable;
	rules->not_applicable_count = l->not_applicable_count;
	if (rules_set_marks(l->arena, rules) < 0)
		return out_of_memory(l);
	*ret = rules;
	return 0;
}

int rules_load(struct arena *arena, const char *const *paths, size_t path_count,
               struct rules **ret, struct error *err)
{
	struct loader l = { .arena = arena, .err = err };

	for (size_t i = 0; i < path_count; i++)
		if (add_path(&l, paths[i], true, 0) < 0)
			return -1;
	return finish(&l, ret);
}

int rules_parse(struct arena *arena, const char *name, struct bytes text,
                struct rules **ret, struct error *err)
{
	struct loader l = { .arena = arena, .err = err };

	if (add_file(&l, name, &text) < 0)
		return -1;
	return finish(&l, ret);
}
