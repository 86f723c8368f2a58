// SPDX-License-Identifier: Apache-2.0
/*
 * sigma.c - finds the files with rules, has each read, and holds the rules against each
 * other.
 *
 * Cold: the control thread's, at start and at a reload.
 */
#include "policy/sigma.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/files.h"
#include "policy/sigma_build.h"

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
	struct files files;

	if (files_find(arena, paths, path_count, &files, err) < 0)
		return -1;
	for (size_t i = 0; i < files.n; i++)
		if (add_file(&l, files.at[i], NULL) < 0)
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
