// SPDX-License-Identifier: Apache-2.0
/*
 * config_set.c - one setting gets one value, whoever says it.
 */
#include "policy/config_set.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/units.h"
#include "policy/yaml.h"

int config_fail(const struct loader *l, const struct place *place, const char *format,
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

static int set_number(struct loader *l, const struct key *k, const struct element *e)
{
	char range[RANGE_TEXT];
	struct error why = { "" };
	uint64_t number = 0;
	int64_t time = 0;
	char *end;

	if (k->type == KEY_SIZE && units_size(e->text, &number, &why) < 0)
		return config_fail(l, &e->place, "\"%s\": %s", k->name, why.text);
	if (k->type == KEY_TIME) {
		if (units_duration(e->text, &time, &why) < 0)
			return config_fail(l, &e->place, "\"%s\": %s", k->name, why.text);
		number = time < 0 ? 0 : (uint64_t)time;
	}
	if (k->type == KEY_NUMBER) {
		errno = 0;
		number = strtoull(e->text, &end, 10);
		if (e->text[0] < '0' || e->text[0] > '9' || *end != '\0')
			return config_fail(l, &e->place,
			                   "\"%s\" takes a whole number, not \"%s\"",
			                   k->name, e->text);
		if (errno)
			number = UINT64_MAX;
	}
	if (number < k->min || number > k->max)
		return config_fail(l, &e->place, "\"%s\" must be %s, not %s", k->name,
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
		return config_fail(l, &e->place, "\"%s\" takes true or false, not \"%s\"",
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
			return config_fail(
				l, &e->place,
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
	const char *wrong = k->wrong ? k->wrong(e->text) : NULL;

	if (!text)
		return error_set(l->err, "out of memory");
	if (wrong)
		return config_fail(l, &e->place, "\"%s\": \"%s\" is %s", k->name, e->text,
		                   wrong);
	memcpy((char *)l->config + k->at, &text, sizeof(text));
	return 0;
}

static const char *last_word(const char *const *words)
{
	while (words[1])
		words++;
	return *words;
}

static int set_choice(struct loader *l, const struct key *k, const struct element *e)
{
	const char *near;

	for (uint64_t i = 0; k->words[i]; i++)
		if (strcmp(k->words[i], e->text) == 0) {
			memcpy((char *)l->config + k->at, &i, sizeof(i));
			return 0;
		}
	near = nearest_word(e->text, k->words);
	if (near)
		return config_fail(l, &e->place,
		                   "\"%s\": no \"%s\" there, did you mean \"%s\"?",
		                   k->name, e->text, near);
	return config_fail(l, &e->place, "\"%s\": no \"%s\" there: %s to %s", k->name,
	                   e->text, k->words[0], last_word(k->words));
}

static int add_word(struct loader *l, const struct key *k, const struct element *e)
{
	struct texts *set = (struct texts *)(void *)((char *)l->config + k->at);
	const char **at = arena_take(l->arena, (set->n + 1) * sizeof(*at));

	if (!at)
		return error_set(l->err, "out of memory");
	if (*e->text == '\0')
		return config_fail(l, &e->place, "\"%s\": an empty word", k->name);
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
		return config_fail(l, &e->place, "\"%s\": %s", k->name, why.text);
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
		return config_fail(l, &e->place, "\"%s\": an empty path", k->name);
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
			memcpy((char *)l->config + k->at + r->at, &yes, sizeof(yes));
			return 0;
		}
		words[n++] = r->word;
	}
	words[n] = NULL;
	near = nearest_word(e->text, words);
	if (near)
		return config_fail(l, &e->place,
		                   "\"%s\": unknown word \"%s\", did you mean \"%s\"?",
		                   k->name, e->text, near);
	return config_fail(
		l, &e->place,
		"\"%s\" knows alert, fileinfo, flow, flow_update and stats, not \"%s\"",
		k->name, e->text);
}

bool key_is_list(const struct key *k)
{
	return k->type >= KEY_PREFIXES;
}

void key_clear(struct loader *l, const struct key *k)
{
	const bool no = false;

	if (k->type == KEY_RECORDS) {
		for (const struct record_word *r = config_records; r->word; r++)
			memcpy((char *)l->config + k->at + r->at, &no, sizeof(no));
		return;
	}
	memset((char *)l->config + k->at, 0,
	       k->type == KEY_PREFIXES ? sizeof(struct prefixes) : sizeof(struct texts));
}

int key_set_element(struct loader *l, const struct key *k, const struct element *e)
{
	switch (k->type) {
	case KEY_BOOL: return set_bool(l, k, e);
	case KEY_ZONE: return set_zone(l, k, e);
	case KEY_TEXT: return set_line(l, k, e);
	case KEY_CHOICE: return set_choice(l, k, e);
	case KEY_WORDS: return add_word(l, k, e);
	case KEY_PREFIXES: return add_prefix(l, k, e);
	case KEY_PATHS: return add_path(l, k, e);
	case KEY_RECORDS: return add_record(l, k, e);
	default: return set_number(l, k, e);
	}
}

int key_set_text(struct loader *l, const struct key *k, struct element e)
{
	char *text = arena_text(l->arena, e.text, strlen(e.text)), *rest = text;

	if (!text)
		return error_set(l->err, "out of memory");
	if (!key_is_list(k))
		return key_set_element(l, k, &e);
	while (rest && *rest) {
		char *comma = strchr(rest, ',');

		if (comma)
			*comma = '\0';
		rest += strspn(rest, " ");
		for (size_t n = strlen(rest); n && rest[n - 1] == ' '; n--)
			rest[n - 1] = '\0';
		e.text = rest;
		if (key_set_element(l, k, &e) < 0)
			return -1;
		rest = comma ? comma + 1 : NULL;
	}
	return 0;
}
