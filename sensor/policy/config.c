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
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "policy/config_keys.h"
#include "policy/yaml.h"

enum { KEYS_MAX = 64, NAME_MAX_BYTES = 128 };

struct loader {
	struct arena *arena;
	struct config *config;
	struct error *err;
	const char *file;         /* what is being read, or NULL */
	const char *folder;       /* relative paths begin there, or NULL: leave them */
	const char *data_dir;     /* or NULL */
	unsigned lines[KEYS_MAX]; /* by key: where the file set it, 0 where it did not */
	bool added[KEYS_MAX];     /* by key: an override has begun its list */
};

/* Where a value stands: in the file, or in an option. */
struct place {
	const char *option; /* "flow.mx" of -s flow.mx=3, or NULL */
	unsigned line, column;
};

/* One element of a value: bytes, with the place for messages. */
struct element {
	const char *text;
	struct place place;
};

static int fail(const struct loader *l, const struct place *place, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

static int fail(const struct loader *l, const struct place *place, const char *format,
                ...)
{
	char sentence[400];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	if (place->option)
		return error_set(l->err, "-s %s: %s", place->option, sentence);
	return error_at(l->err, l->file ? l->file : "built-in defaults", place->line,
	                place->column, "%s", sentence);
}

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
		return fail(l, place, "unknown key \"%s\", did you mean \"%s\"?", name,
		            near);
	return fail(l, place, "unknown key \"%s\"", name);
}

static bool is_group(const char *name)
{
	size_t n = strlen(name);

	for (const struct key *k = config_keys; k->name; k++)
		if (strncmp(k->name, name, n) == 0 && k->name[n] == '.')
			return true;
	return false;
}

static int set_number(struct loader *l, const struct key *k, const struct element *e)
{
	char range[RANGE_TEXT];
	struct error why = { "" };
	uint64_t number = 0;
	int64_t time = 0;
	char *end;

	if (k->type == KEY_SIZE && units_size(e->text, &number, &why) < 0)
		return fail(l, &e->place, "\"%s\": %s", k->name, why.text);
	if (k->type == KEY_TIME) {
		if (units_duration(e->text, &time, &why) < 0)
			return fail(l, &e->place, "\"%s\": %s", k->name, why.text);
		number = time < 0 ? 0 : (uint64_t)time;
	}
	if (k->type == KEY_NUMBER) {
		errno = 0;
		number = strtoull(e->text, &end, 10);
		if (e->text[0] < '0' || e->text[0] > '9' || *end != '\0')
			return fail(l, &e->place,
			            "\"%s\" takes a whole number, not \"%s\"", k->name,
			            e->text);
		if (errno)
			number = UINT64_MAX;
	}
	if (number < k->min || number > k->max)
		return fail(l, &e->place, "\"%s\" must be %s, not %s", k->name,
		            config_range(range, k), e->text);
	if (k->type == KEY_TIME)
		memcpy((char *)l->config + k->at, &time, sizeof(time));
	else
		memcpy((char *)l->config + k->at, &number, sizeof(number));
	return 0;
}

static int set_bool(struct loader *l, const struct key *k, const struct element *e)
{
	struct yaml_node node = { .text = e->text, .n = strlen(e->text) };
	bool value;

	if (!yaml_truth(&node, &value))
		return fail(l, &e->place, "\"%s\" takes true or false, not \"%s\"",
		            k->name, e->text);
	memcpy((char *)l->config + k->at, &value, sizeof(value));
	return 0;
}

/* "UTC", "+02:00", "-0330" */
static int set_zone(struct loader *l, const struct key *k, const struct element *e)
{
	const char *text = e->text;
	int64_t zone = 0;
	unsigned hours, minutes;
	int n = 0;

	if (strcmp(text, "UTC") != 0 && strcmp(text, "Z") != 0) {
		if ((*text != '+' && *text != '-') ||
		    strspn(text + 1, "0123456789:") != strlen(text + 1) ||
		    (sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &n) != 2 &&
		     sscanf(text + 1, "%2u%2u%n", &hours, &minutes, &n) != 2) ||
		    text[1 + n] || hours > 14 || minutes > 59)
			return fail(l, &e->place,
			            "\"%s\" takes UTC or an offset such as +02:00, not "
			            "\"%s\" (names of zones are not known here)",
			            k->name, text);
		zone = (int64_t)hours * 3600 + minutes * 60;
		if (*text == '-')
			zone = -zone;
	}
	memcpy((char *)l->config + k->at, &zone, sizeof(zone));
	return 0;
}

static int set_line(struct loader *l, const struct key *k, const struct element *e)
{
	const char *text = arena_text(l->arena, e->text, strlen(e->text));

	if (!text)
		return error_set(l->err, "out of memory");
	memcpy((char *)l->config + k->at, &text, sizeof(text));
	return 0;
}

static int add_word(struct loader *l, const struct key *k, const struct element *e)
{
	struct texts *set = (struct texts *)(void *)((char *)l->config + k->at);
	const char **at = arena_take(l->arena, (set->n + 1) * sizeof(*at));

	if (!at)
		return error_set(l->err, "out of memory");
	if (*e->text == '\0')
		return fail(l, &e->place, "\"%s\": an empty word", k->name);
	if (set->n)
		memcpy(at, set->at, set->n * sizeof(*at));
	at[set->n] = arena_text(l->arena, e->text, strlen(e->text));
	if (!at[set->n])
		return error_set(l->err, "out of memory");
	set->at = at;
	set->n++;
	return 0;
}

static int add_prefix(struct loader *l, const struct key *k, const struct element *e)
{
	struct prefixes *set = (struct prefixes *)(void *)((char *)l->config + k->at);
	struct prefix *at = arena_take(l->arena, (set->n + 1) * sizeof(*at));
	struct error why = { "" };

	if (!at)
		return error_set(l->err, "out of memory");
	if (set->n)
		memcpy(at, set->at, set->n * sizeof(*at));
	if (prefix_parse(e->text, &at[set->n], &why) < 0)
		return fail(l, &e->place, "\"%s\": %s", k->name, why.text);
	set->at = at;
	set->n++;
	return 0;
}

/* "$data/x" is in the folder of what egret brings; "x" beside the file that says so. */
static int add_path(struct loader *l, const struct key *k, const struct element *e)
{
	struct texts *set = (struct texts *)(void *)((char *)l->config + k->at);
	const char **at = arena_take(l->arena, (set->n + 1) * sizeof(*at));
	const char *folder = l->folder, *text = e->text;
	size_t n;
	char *path;

	if (strncmp(text, "$data/", 6) == 0) {
		folder = l->data_dir ? l->data_dir : ".";
		text += 6;
	}
	if (*text == '\0')
		return fail(l, &e->place, "\"%s\": an empty path", k->name);
	if (!folder || *text == '/')
		folder = "";
	n = strlen(folder) + 1 + strlen(text) + 1;
	path = arena_take(l->arena, n);
	if (!at || !path)
		return error_set(l->err, "out of memory");
	snprintf(path, n, "%s%s%s", folder, *folder ? "/" : "", text);
	if (set->n)
		memcpy(at, set->at, set->n * sizeof(*at));
	at[set->n] = path;
	set->at = at;
	set->n++;
	return 0;
}

static int add_record(struct loader *l, const struct key *k, const struct element *e)
{
	const char *words[8], *near;
	const bool yes = true;
	size_t n = 0;

	for (const struct record_word *r = config_records; r->word; r++) {
		if (strcmp(r->word, e->text) == 0) {
			memcpy((char *)l->config + r->at, &yes, sizeof(yes));
			return 0;
		}
		words[n++] = r->word;
	}
	words[n] = NULL;
	near = nearest_word(e->text, words);
	if (near)
		return fail(l, &e->place,
		            "\"%s\": unknown word \"%s\", did you mean \"%s\"?", k->name,
		            e->text, near);
	return fail(
		l, &e->place,
		"\"%s\" knows alert, fileinfo, flow, flow_update and stats, not \"%s\"",
		k->name, e->text);
}

static bool is_list(const struct key *k)
{
	return k->type >= KEY_PREFIXES;
}

static void list_clear(struct loader *l, const struct key *k)
{
	const bool no = false;

	if (k->type == KEY_RECORDS) {
		for (const struct record_word *r = config_records; r->word; r++)
			memcpy((char *)l->config + r->at, &no, sizeof(no));
		return;
	}
	memset((char *)l->config + k->at, 0,
	       k->type == KEY_PREFIXES ? sizeof(struct prefixes) : sizeof(struct texts));
}

static int set_element(struct loader *l, const struct key *k, const struct element *e)
{
	switch (k->type) {
	case KEY_BOOL: return set_bool(l, k, e);
	case KEY_ZONE: return set_zone(l, k, e);
	case KEY_TEXT: return set_line(l, k, e);
	case KEY_WORDS: return add_word(l, k, e);
	case KEY_PREFIXES: return add_prefix(l, k, e);
	case KEY_PATHS: return add_path(l, k, e);
	case KEY_RECORDS: return add_record(l, k, e);
	default: return set_number(l, k, e);
	}
}

/* "a, b" as an option and a default have it. */
static int set_text(struct loader *l, const struct key *k, struct element e)
{
	char *text = arena_text(l->arena, e.text, strlen(e.text)), *rest = text;

	if (!text)
		return error_set(l->err, "out of memory");
	if (!is_list(k))
		return set_element(l, k, &e);
	while (rest && *rest) {
		char *comma = strchr(rest, ',');

		if (comma)
			*comma = '\0';
		rest += strspn(rest, " ");
		for (size_t n = strlen(rest); n && rest[n - 1] == ' '; n--)
			rest[n - 1] = '\0';
		e.text = rest;
		if (set_element(l, k, &e) < 0)
			return -1;
		rest = comma ? comma + 1 : NULL;
	}
	return 0;
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
		return fail(l, &e.place, "\"%s\" takes %s, not %s", k->name,
		            is_list(k) ? "single values" : "a single value",
		            value->kind == KIND_SCALAR ? "nothing"
		                                       : yaml_kind_name(value));
	if (strlen(value->text) != value->n)
		return fail(l, &e.place, "\"%s\": a zero byte", k->name);
	return set_element(l, k, &e);
}

static int set_from_file(struct loader *l, const struct key *k,
                         const struct yaml_node *key, const struct yaml_node *value)
{
	struct place place = place_of(key);
	unsigned *line = &l->lines[k - config_keys];

	if (*line)
		return fail(l, &place, "\"%s\" stands here twice; first in line %u",
		            k->name, *line);
	*line = key->line;
	if (!is_list(k))
		return set_scalar(l, k, value);
	list_clear(l, k);
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
			return fail(l, &place, "unknown key \"%.60s...\"", name);
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
			return fail(l, &at, "\"%s\" is a group of keys, not a value",
			            name);
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
		return fail(l, &e.place, "\"%s\" is a group of keys, not a value", name);
	if (!k)
		return unknown_key(l, &e.place, name);
	if (is_list(k) && !l->added[k - config_keys])
		list_clear(l, k);
	l->added[k - config_keys] = true;
	return set_text(l, k, e);
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
		if (set_text(&l, k, (struct element){ .text = k->initial }) < 0)
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

int config_protect(struct arena *arena, struct config *config,
                   const struct prefix *inside)
{
	struct prefixes *set = &config->protected;
	struct prefix *at;

	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].bits <= inside->bits &&
		    prefix_has(&set->at[i], &inside->addr))
			return 0;
	at = arena_take(arena, (set->n + 1) * sizeof(*at));
	if (!at)
		return -1;
	if (set->n)
		memcpy(at, set->at, set->n * sizeof(*at));
	at[set->n] = *inside;
	set->at = at;
	set->n++;
	return 0;
}

/* Settings that are looked at whenever they are needed, so that a reload changes them. */
static bool taken_at_once(const struct key *key)
{
	static const char *const names[] = { "rules.",         "time.zone",
		                             "flow.update",    "flow.unanswered",
		                             "stats.interval", NULL };

	for (const char *const *n = names; *n; n++)
		if (strncmp(key->name, *n, strlen(*n)) == 0)
			return true;
	return false;
}

/* Of lists, and of what has no place of its own: 0; a reload takes them. */
static size_t scalar_size(enum key_type type)
{
	switch (type) {
	case KEY_NUMBER:
	case KEY_SIZE: return sizeof(uint64_t);
	case KEY_TIME: return sizeof(int64_t);
	case KEY_BOOL: return sizeof(bool);
	default: return 0;
	}
}

const char *config_carry(const struct config *running, struct config *fresh)
{
	const char *changed = NULL;

	for (const struct key *k = config_keys; k->name; k++) {
		const char *from = (const char *)running + k->at;
		char *to = (char *)fresh + k->at;
		size_t n = taken_at_once(k) ? 0 : scalar_size(k->type);

		if (n == 0 || memcmp(from, to, n) == 0)
			continue;
		memcpy(to, from, n);
		changed = changed ? changed : k->name;
	}
	return changed;
}
