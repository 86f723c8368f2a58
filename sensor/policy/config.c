// SPDX-License-Identifier: Apache-2.0
/*
 * config.c - reads the settings: defaults, then the file, then what the command line
 * says.
 *
 * All three go through the same setters, so that a default cannot be what the file could
 * not say.  Cold; memory is the arena's, but for the tree of the file, which is dropped.
 */
#include "policy/config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "policy/config_set.h"
#include "policy/yaml.h"

/* Every key and every group of keys, for nearest_word. */
static int unknown_key(struct loader *l, const struct place *place, const char *name)
{
	const char *words[3 * KEYS_MAX + 1], *near;
	size_t n = 0;

	for (const struct key *k = config_keys; k->name; k++) {
		words[n++] = k->name;
		for (const char *dot = strchr(k->name, '.'); dot;
		     dot = strchr(dot + 1, '.')) {
			char *group =
				arena_text(l->arena, k->name, (size_t)(dot - k->name));

			if (!group)
				return error_set(l->err, "out of memory");
			if (n < 3 * KEYS_MAX)
				words[n++] = group;
		}
	}
	words[n] = NULL;
	near = nearest_word(name, words);
	if (near)
		return config_fail(l, place, "unknown key \"%s\", did you mean \"%s\"?",
		                   name, near);
	return config_fail(l, place, "unknown key \"%s\"", name);
}

static bool is_group(const char *name)
{
	size_t n = strlen(name);

	for (const struct key *k = config_keys; k->name; k++)
		if (strncmp(k->name, name, n) == 0 && k->name[n] == '.')
			return true;
	return false;
}

static struct place place_of(const struct yaml_node *node)
{
	return (struct place){ .line = node->line, .column = node->column };
}

static int set_scalar(struct loader *l, const struct key *k,
                      const struct yaml_node *value)
{
	struct element e = { value->text, place_of(value) };

	if (value->kind != KIND_SCALAR || yaml_is_null(value))
		return config_fail(l, &e.place, "\"%s\" takes %s, not %s", k->name,
		                   key_is_list(k) ? "single values" : "a single value",
		                   value->kind == KIND_SCALAR ? "nothing"
		                                              : yaml_kind_name(value));
	if (strlen(value->text) != value->n)
		return config_fail(l, &e.place, "\"%s\": a zero byte", k->name);
	return key_set_element(l, k, &e);
}

static int set_from_file(struct loader *l, const struct key *k,
                         const struct yaml_node *key, const struct yaml_node *value)
{
	struct place place = place_of(key);
	unsigned *line = &l->lines[k - config_keys];

	if (*line)
		return config_fail(l, &place,
		                   "\"%s\" stands here twice; first in line %u", k->name,
		                   *line);
	*line = key->line;
	if (!key_is_list(k))
		return set_scalar(l, k, value);
	key_clear(l, k);
	if (value->kind != KIND_LIST)
		return set_scalar(l, k, value);
	for (uint32_t i = 0; i < value->count; i++)
		if (set_scalar(l, k, &value->at[i]) < 0)
			return -1;
	return 0;
}

/* Recursion is bounded by the depth of the tree. */
static int read_group(struct loader *l, const struct yaml_node *map, const char *group)
{
	for (uint32_t i = 0; i < map->count; i++) {
		const struct yaml_node *key = &map->keys[i], *value = &map->at[i];
		struct place place = place_of(key), at = place_of(value);
		char name[NAME_MAX_BYTES];
		const struct key *k;

		if ((size_t)snprintf(name, sizeof(name), "%s%s%s", group,
		                     *group ? "." : "", key->text) >= sizeof(name))
			return config_fail(l, &place, "unknown key \"%.60s...\"", name);
		k = config_key(name);
		if (k) {
			if (set_from_file(l, k, key, value) < 0)
				return -1;
		} else if (!is_group(name)) {
			return unknown_key(l, &place, name);
		} else if (value->kind == KIND_MAP) {
			if (read_group(l, value, name) < 0)
				return -1;
		} else if (!yaml_is_null(value)) {
			return config_fail(
				l, &at, "\"%s\" is a group of keys, not a value", name);
		}
	}
	return 0;
}

static int read_file(struct loader *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct arena *arena = arena_new();
	struct yaml_file file;
	int failed;

	if (!arena)
		return error_set(l->err, "out of memory");
	l->file = path;
	l->folder = !slash ? NULL
	                   : arena_text(l->arena, path,
	                                (size_t)(slash - path) + (slash == path));
	failed = yaml_load(arena, path, &file, l->err);
	if (!failed && file.n > 1)
		failed = error_at(l->err, path, file.documents[1].line,
		                  file.documents[1].column,
		                  "a second document in the settings");
	if (!failed && file.n && file.documents[0].kind == KIND_MAP)
		failed = read_group(l, &file.documents[0], "");
	else if (!failed && file.n && !yaml_is_null(&file.documents[0]))
		failed = error_at(l->err, path, file.documents[0].line,
		                  file.documents[0].column,
		                  "settings are a map of keys, not %s",
		                  yaml_kind_name(&file.documents[0]));
	arena_free(arena);
	l->file = NULL;
	l->folder = NULL;
	return failed;
}

/* "key=value".  A key given twice sets again what is single, and adds to what is a list.
 */
static int read_override(struct loader *l, const char *text)
{
	const char *equals = strchr(text, '=');
	const struct key *k;
	struct element e = { 0 };
	char *name;

	if (!equals || equals == text)
		return error_set(l->err, "-s %s: write key=value", text);
	name = arena_text(l->arena, text, (size_t)(equals - text));
	if (!name)
		return error_set(l->err, "out of memory");
	e.text = equals + 1;
	e.place.option = name;
	k = config_key(name);
	if (!k && is_group(name))
		return config_fail(l, &e.place, "\"%s\" is a group of keys, not a value",
		                   name);
	if (!k)
		return unknown_key(l, &e.place, name);
	if (key_is_list(k) && !l->added[k - config_keys])
		key_clear(l, k);
	l->added[k - config_keys] = true;
	return key_set_text(l, k, e);
}

static void settle(struct config *c)
{
	if (c->workers == 0) {
		long cores = sysconf(_SC_NPROCESSORS_ONLN);

		c->workers = cores < 1 ? 1 : cores > 64 ? 64 : (uint64_t)cores;
	}
	if (c->workers > c->shards)
		c->workers = c->shards;
}

int config_load(struct arena *arena, const char *path, const char *const *overrides,
                size_t override_count, const char *data_dir, struct config **ret,
                struct error *err)
{
	struct config *config = arena_take(arena, sizeof(*config));
	struct loader l = {
		.arena = arena,
		.config = config,
		.err = err,
		.data_dir = data_dir,
	};

	if (!config)
		return error_set(err, "out of memory");
	for (const struct key *k = config_keys; k->name; k++)
		if (key_set_text(&l, k, (struct element){ .text = k->initial }) < 0)
			return -1;
	if (path) {
		config->path = arena_text(arena, path, strlen(path));
		if (!config->path)
			return error_set(err, "out of memory");
		if (read_file(&l, path) < 0)
			return -1;
	}
	for (size_t i = 0; i < override_count; i++)
		if (read_override(&l, overrides[i]) < 0)
			return -1;
	settle(config);
	*ret = config;
	return 0;
}
