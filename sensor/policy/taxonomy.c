// SPDX-License-Identifier: Apache-2.0
/*
 * taxonomy.c - reads the tables of names.  Cold; memory is the arena's.
 */
#include "policy/taxonomy.h"

#include <string.h>

#include "base/error.h"
#include "policy/complaints.h"
#include "policy/files.h"
#include "policy/sigma.h"
#include "policy/yaml.h"

struct reader {
	struct arena *arena;
	struct complaints *complaints;
	const char *file;
};

static int fail(struct reader *r, const struct yaml_node *at, const char *sentence,
                const char *word)
{
	return complaints_add(r->complaints, r->file, at->line, at->column, sentence,
	                      word);
}

static const char *text_of(struct reader *r, const struct yaml_node *map, const char *key,
                           int *failed)
{
	const struct yaml_node *value = yaml_get(map, key, NULL);

	if (!value)
		return NULL;
	if (value->kind != KIND_SCALAR || yaml_is_null(value)) {
		*failed = fail(r, value, "\"%s\" takes text", key);
		return NULL;
	}
	return arena_text(r->arena, value->text, value->n);
}

static int check_keys(struct reader *r, const struct yaml_node *map,
                      const char *const *keys)
{
	int failed = 0;

	for (uint32_t i = 0; i < map->count; i++) {
		const char *word = map->keys[i].text, *near;
		bool known = false;

		for (const char *const *k = keys; *k; k++)
			known = known || strcmp(*k, word) == 0;
		if (known)
			continue;
		near = nearest_word(word, keys);
		failed = complaints_add(r->complaints, r->file, map->keys[i].line,
		                        map->keys[i].column, "unknown key \"%s\"%s%s%s",
		                        word, near ? ", did you mean \"" : "",
		                        near ? near : "", near ? "\"?" : "");
	}
	return failed;
}

static int add_names(struct reader *r, const struct yaml_node *map, bool absent,
                     struct taxonomy_name *at, size_t *n)
{
	int failed = 0;

	if (!map)
		return 0;
	if (map->kind != KIND_MAP)
		return fail(r, map, "this takes a map, not %s", yaml_kind_name(map));
	for (uint32_t i = 0; i < map->count; i++) {
		const struct yaml_node *value = &map->at[i], *second = NULL;
		struct taxonomy_name *name = &at[*n];
		const char *text;

		if (!absent && value->kind == KIND_LIST && value->count == 2) {
			second = &value->at[1];
			value = &value->at[0];
		}
		if (second && (second->kind != KIND_SCALAR || yaml_is_null(second)))
			value = second; /* neither is right */
		if (value->kind != KIND_SCALAR || yaml_is_null(value)) {
			failed = fail(r, value, "\"%s\" takes text", map->keys[i].text);
			continue;
		}
		text = arena_text(r->arena, value->text, value->n);
		name->theirs = arena_text(r->arena, map->keys[i].text, map->keys[i].n);
		if (second)
			name->also = arena_text(r->arena, second->text, second->n);
		if (!text || !name->theirs || (second && !name->also))
			return -1;
		if (absent)
			name->why = text;
		else
			name->ours = text;
		for (size_t k = 0; k < *n; k++)
			if (strcmp(at[k].theirs, name->theirs) == 0)
				failed = fail(r, &map->keys[i], "\"%s\" is in both lists",
				              name->theirs);
		++*n;
	}
	return failed;
}

static int find_target(struct reader *r, const struct yaml_node *document,
                       struct taxonomy *t)
{
	const struct yaml_node *node = yaml_get(document, "category", NULL);

	if (t->own || t->why)
		return node ? fail(r, node, "\"%s\" does not belong here", "category")
		            : 0;
	if (!node)
		return fail(r, document, "the taxonomy has no \"%s\"", "category");
	for (int c = 0; c < CATEGORIES; c++) {
		if (!yaml_is(node, category_name((enum category)c)))
			continue;
		t->target = (enum category)c;
		return 0;
	}
	return fail(r, node, "\"%s\" is none of egret's categories",
	            node->kind == KIND_SCALAR ? node->text : "this");
}

static int read_document(struct reader *r, const struct yaml_node *document,
                         struct taxonomy *t)
{
	static const char *const keys[] = { "name",   "logsource", "category", "fields",
		                            "absent", "why",       NULL };
	static const char *const source_keys[] = { "product", "category", "service",
		                                   NULL };
	const struct yaml_node *source, *fields, *absent;
	struct taxonomy_name *names;
	int failed = 0;

	if (document->kind != KIND_MAP)
		return fail(r, document, "a taxonomy is a map of keys, not %s",
		            yaml_kind_name(document));
	failed = check_keys(r, document, keys);
	*t = (struct taxonomy){ .file = r->file }; /* what a wrong one left is gone */
	t->name = text_of(r, document, "name", &failed);
	t->why = text_of(r, document, "why", &failed);
	if (!t->name)
		failed = fail(r, document, "the taxonomy has no \"%s\"", "name");
	source = yaml_get(document, "logsource", NULL);
	t->own = !source;
	if (source && source->kind != KIND_MAP)
		return fail(r, source, "\"%s\" takes a map", "logsource");
	if (source) {
		failed |= check_keys(r, source, source_keys);
		t->product = text_of(r, source, "product", &failed);
		t->category = text_of(r, source, "category", &failed);
		t->service = text_of(r, source, "service", &failed);
	}
	failed |= find_target(r, document, t);
	fields = yaml_get(document, "fields", NULL);
	absent = yaml_get(document, "absent", NULL);
	names = arena_take(r->arena,
	                   ((fields ? fields->count : 0) + (absent ? absent->count : 0) +
	                    1) * sizeof(*names));
	if (!names)
		return complaints_add(r->complaints, NULL, 0, 0, "out of memory");
	failed |= add_names(r, fields, false, names, &t->n);
	failed |= add_names(r, absent, true, names, &t->n);
	t->names = names;
	return failed;
}

enum { TAXONOMIES_MAX = 256 };

static int read_file(struct reader *r, struct taxonomy *at, size_t *n)
{
	struct arena *arena = arena_new();
	struct yaml_file tree = { 0 };
	struct error err = { "" };
	int failed = 0;

	if (!arena)
		return complaints_add(r->complaints, NULL, 0, 0, "out of memory");
	if (yaml_load(arena, r->file, &tree, &err) < 0)
		failed = complaints_add_error(r->complaints, &err);
	for (size_t i = 0; i < tree.n; i++) {
		struct taxonomy *t = &at[*n];

		if (*n == TAXONOMIES_MAX)
			break;
		if (read_document(r, &tree.documents[i], t) < 0)
			failed = -1;
		else
			++*n;
	}
	arena_free(arena);
	return failed;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

int taxonomies_load(struct arena *arena, const struct texts *paths,
                    struct taxonomies *ret, struct complaints *complaints)
{
	struct reader r = { .arena = arena, .complaints = complaints };
	struct taxonomy *at = arena_take(arena, TAXONOMIES_MAX * sizeof(*at));
	struct error err = { "" };
	struct files files;
	int failed = 0;

	if (!at)
		return complaints_add(complaints, NULL, 0, 0, "out of memory");
	if (files_find(arena, paths->at, paths->n, &files, &err) < 0)
		return complaints_add_error(complaints, &err);
	ret->at = at;
	for (size_t i = 0; i < files.n; i++) {
		r.file = files.at[i];
		failed |= read_file(&r, at, &ret->n);
	}
	for (size_t i = 0; i < ret->n; i++)
		for (size_t k = 0; k < i; k++)
			if (at[i].own == at[k].own &&
			    same(at[i].product, at[k].product) &&
			    same(at[i].category, at[k].category) &&
			    same(at[i].service, at[k].service))
				failed = complaints_add(
					complaints, at[i].file, 0, 0,
					"the log source of \"%s\" is that of "
					"\"%s\", too (%s)",
					at[i].name, at[k].name, at[k].file);
	return failed;
}

const struct taxonomy *taxonomy_own(const struct taxonomies *all)
{
	for (size_t i = 0; all && i < all->n; i++)
		if (all->at[i].own)
			return &all->at[i];
	return NULL;
}

const struct taxonomy *taxonomy_find(const struct taxonomies *all, const char *product,
                                     const char *category, const char *service)
{
	for (size_t i = 0; all && i < all->n; i++) {
		const struct taxonomy *t = &all->at[i];

		if (!t->own && same(t->product, product) && same(t->category, category) &&
		    same(t->service, service))
			return t;
	}
	return NULL;
}

const struct taxonomy_name *taxonomy_name(const struct taxonomy *t, const char *name)
{
	for (size_t i = 0; t && i < t->n; i++) {
		const char *theirs = t->names[i].theirs;
		size_t n = strlen(theirs);

		if (strcmp(theirs, name) == 0 ||
		    (!t->names[i].ours && n && theirs[n - 1] == '*' &&
		     strncmp(theirs, name, n - 1) == 0))
			return &t->names[i];
	}
	return NULL;
}
