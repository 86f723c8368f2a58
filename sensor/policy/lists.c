// SPDX-License-Identifier: Apache-2.0
/*
 * lists.c - finds the lists when rules are read, and reads those that a rule asks for.
 *
 * Those of one name are added up, so that an administrator's own folder adds to a list
 * that ships.
 *
 * Cold; memory is the arena's.
 */
#include "policy/lists.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "policy/complaints.h"
#include "policy/files.h"
#include "policy/yaml.h"

enum { LISTS_MAX = 1024, LINE_MAX_BYTES = 4096 };

struct list {
	const char *name;
	const char *path;  /* NULL: from rules.vars */
	struct list *more; /* the next of that name; values are those of the first */
	struct texts values;
	size_t room;
	bool asked; /* by a rule; then it has been read */
};

struct lists {
	struct arena *arena;
	struct complaints *complaints;
	struct list at[LISTS_MAX];
	size_t n;
};

/* The first of that name. */
static struct list *find(struct lists *lists, const char *name)
{
	for (size_t i = 0; i < lists->n; i++)
		if (strcmp(lists->at[i].name, name) == 0)
			return &lists->at[i];
	return NULL;
}

static int add_value(struct lists *lists, struct list *list, const char *text, size_t n)
{
	if (list->values.n == LIST_VALUES_MAX)
		return complaints_add(lists->complaints, list->path, 0, 0,
		                      "the list \"%s\" has more than %d values",
		                      list->name, (int)LIST_VALUES_MAX);
	if (list->values.n == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		const char **at = arena_take(lists->arena, room * sizeof(*at));

		if (!at)
			return -1;
		if (list->values.n)
			memcpy(at, list->values.at, list->values.n * sizeof(*at));
		list->values.at = at;
		list->room = room;
	}
	list->values.at[list->values.n] = arena_text(lists->arena, text, n);
	return list->values.at[list->values.n++] ? 0 : -1;
}

static struct list *add_list(struct lists *lists, const char *name, size_t n,
                             const char *path)
{
	struct list *list = &lists->at[lists->n], *other;

	if (lists->n == LISTS_MAX) {
		complaints_add(lists->complaints, path, 0, 0, "more than %d lists",
		               (int)LISTS_MAX);
		return NULL;
	}
	list->name = arena_text(lists->arena, name, n);
	list->path = path ? arena_text(lists->arena, path, strlen(path)) : NULL;
	if (!list->name || (path && !list->path))
		return NULL;
	other = find(lists, list->name);
	lists->n++;
	while (other && other->more)
		other = other->more;
	if (other)
		other->more = list;
	return list;
}

static bool is_list_file(const char *name, size_t *stem)
{
	const char *dot = strrchr(name, '.');

	if (name[0] == '.' || !dot)
		return false;
	*stem = (size_t)(dot - name);
	return strcmp(dot, ".txt") == 0 || strcmp(dot, ".yaml") == 0 ||
	       strcmp(dot, ".yml") == 0;
}

static void add_folder(struct lists *lists, const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char file[4096];
	size_t stem;

	if (!folder) {
		complaints_add(lists->complaints, path, 0, 0, "%s", strerror(errno));
		return;
	}
	while ((entry = readdir(folder))) {
		if (!is_list_file(entry->d_name, &stem))
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (file_is_plain(file))
			add_list(lists, entry->d_name, stem, file);
		else
			complaints_add(lists->complaints, file, 0, 0, NOT_PLAIN);
	}
	closedir(folder);
}

static void add_var(struct lists *lists, const char *text)
{
	const char *equals = strchr(text, '=');
	char name[128];
	struct list *list;

	if (!equals || equals == text || (size_t)(equals - text) >= sizeof(name)) {
		complaints_add(lists->complaints, NULL, 0, 0,
		               "rules.vars: write name=value, not \"%s\"", text);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(equals - text), text);
	list = find(lists, name);
	if (!list)
		list = add_list(lists, name, strlen(name), NULL);
	if (list)
		add_value(lists, list, equals + 1, strlen(equals + 1));
}

struct lists *lists_new(struct arena *arena, const struct texts *folders,
                        const struct texts *vars, struct complaints *complaints)
{
	struct lists *lists = arena_take(arena, sizeof(*lists));

	if (!lists)
		return NULL;
	lists->arena = arena;
	lists->complaints = complaints;
	for (size_t i = 0; folders && i < folders->n; i++)
		add_folder(lists, folders->at[i]);
	for (size_t i = 0; vars && i < vars->n; i++)
		add_var(lists, vars->at[i]);
	return lists;
}

/* The next line without its end, but at most room bytes of it; false behind the last. */
static bool read_line(FILE *f, char *line, size_t room, size_t *n)
{
	int c = EOF;

	for (*n = 0; *n < room && (c = getc(f)) != EOF && c != '\n'; ++*n)
		line[*n] = (char)c;
	return c != EOF || *n;
}

static struct bytes trim(struct bytes b)
{
	static const char blanks[] = " \t\r";

	while (b.n && memchr(blanks, *b.p, 3)) {
		b.p++;
		b.n--;
	}
	while (b.n && memchr(blanks, b.p[b.n - 1], 3))
		b.n--;
	return b;
}

static int add_line(struct lists *lists, const struct list *part, struct list *to,
                    unsigned number, struct bytes line)
{
	static const uint8_t mark[] = { 0xef, 0xbb, 0xbf }; /* of byte order, for UTF-8 */

	if (line.n == LINE_MAX_BYTES)
		return complaints_add(lists->complaints, part->path, number, 0,
		                      "a line of more than %d bytes", LINE_MAX_BYTES - 1);
	if (memchr(line.p, '\0', line.n))
		return complaints_add(lists->complaints, part->path, number, 0,
		                      "a zero byte: this is no list");
	if (number == 1 && line.n >= sizeof(mark) &&
	    memcmp(line.p, mark, sizeof(mark)) == 0) {
		line.p += sizeof(mark);
		line.n -= sizeof(mark);
	}
	line = trim(line);
	if (line.n == 0 || *line.p == '#')
		return 0;
	return add_value(lists, to, (const char *)line.p, line.n);
}

/* Adds what the file of part has to the list. */
static void read_lines(struct lists *lists, const struct list *part, struct list *to)
{
	FILE *f = fopen(part->path, "r");
	char line[LINE_MAX_BYTES];
	unsigned number = 0;
	size_t n;

	while (f && read_line(f, line, sizeof(line), &n) &&
	       add_line(lists, part, to, ++number,
	                (struct bytes){ (const uint8_t *)line, n }) == 0)
		;
	if (!f || ferror(f))
		complaints_add(lists->complaints, part->path, 0, 0, "%s",
		               strerror(errno));
	if (f)
		fclose(f);
}

static void read_yaml(struct lists *lists, const struct list *part, struct list *to)
{
	struct arena *arena = arena_new();
	struct yaml_file tree = { 0 };
	struct error err = { "" };
	const struct yaml_node *node;

	if (!arena)
		return;
	if (yaml_load(arena, part->path, &tree, &err) < 0)
		complaints_add_error(lists->complaints, &err);
	node = tree.n ? &tree.documents[0] : NULL;
	if (node && node->kind != KIND_LIST)
		complaints_add(lists->complaints, part->path, node->line, node->column,
		               "a list is written with a - before each value, not as %s",
		               yaml_kind_name(node));
	for (uint32_t i = 0; node && node->kind == KIND_LIST && i < node->count; i++) {
		const struct yaml_node *value = &node->at[i];

		if (value->kind != KIND_SCALAR || yaml_is_null(value))
			complaints_add(lists->complaints, part->path, value->line,
			               value->column, "a list has single values");
		else if (add_value(lists, to, value->text, value->n) < 0)
			break;
	}
	arena_free(arena);
}

const struct texts *lists_find(struct lists *lists, const char *name)
{
	struct list *list = lists ? find(lists, name) : NULL;
	size_t before;

	if (!list)
		return NULL;
	if (list->asked)
		return &list->values;
	before = lists->complaints->errors;
	for (struct list *part = list; part; part = part->more) {
		part->asked = true;
		if (!part->path)
			continue;
		if (strcmp(strrchr(part->path, '.'), ".txt") == 0)
			read_lines(lists, part, list);
		else
			read_yaml(lists, part, list);
	}
	if (list->values.n == 0 && lists->complaints->errors == before)
		complaints_add(lists->complaints, list->path, 0, 0,
		               "the list \"%s\" has no values", list->name);
	return &list->values;
}

const char *lists_nearest(struct lists *lists, const char *name)
{
	const char *names[LISTS_MAX + 1];

	if (!lists)
		return NULL;
	for (size_t i = 0; i < lists->n; i++)
		names[i] = lists->at[i].name;
	names[lists->n] = NULL;
	return nearest_word(name, names);
}

size_t lists_count(const struct lists *lists)
{
	return lists->n;
}

size_t lists_files(const struct lists *lists, const char **at, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < lists->n && n < room; i++)
		if (lists->at[i].asked && lists->at[i].path)
			at[n++] = lists->at[i].path;
	return n;
}

void lists_warn_unused(const struct lists *lists)
{
	for (size_t i = 0; i < lists->n; i++)
		if (!lists->at[i].asked && !lists->at[i].path)
			complaints_warn(lists->complaints, NULL, 0, 0,
			                "rules.vars: no rule asks for %%%s%%",
			                lists->at[i].name);
}
