// SPDX-License-Identifier: Apache-2.0
/*
 * fields.c - the names that rules may use, from the tables of the engine and the
 * dissectors.
 *
 * Searched in order: it is done once for each name in a rule, at load.  Any thread.
 */
#include "policy/fields.h"

#include <string.h>

#include "base/arena.h"

enum { T = 1 << CATEGORY_TRANSFER, F = 1 << CATEGORY_FLOW };

const struct field engine_fields[ENGINE_FIELD_COUNT + 1] = {
#define ENGINE_FIELD_ROW(id, name, type, grows, categories, help) \
	[ENGINE_##id] = { name, type, help, NULL, grows },
	ENGINE_FIELDS(ENGINE_FIELD_ROW)
#undef ENGINE_FIELD_ROW
};

static const unsigned engine_categories[ENGINE_FIELD_COUNT] = {
#define ENGINE_FIELD_CATEGORIES(id, name, type, grows, categories, help) \
	[ENGINE_##id] = (categories),
	ENGINE_FIELDS(ENGINE_FIELD_CATEGORIES)
#undef ENGINE_FIELD_CATEGORIES
};

int field_engine_index(const struct field *field)
{
	uintptr_t at = (uintptr_t)field - (uintptr_t)engine_fields;

	return at < ENGINE_FIELD_COUNT * sizeof(*field) ? (int)(at / sizeof(*field)) : -1;
}

const struct field *field_find(const char *name, enum category category)
{
	for (int i = 0; i < ENGINE_FIELD_COUNT; i++)
		if (engine_categories[i] & 1u << category &&
		    strcmp(engine_fields[i].name, name) == 0)
			return &engine_fields[i];
	for (const struct dissector *const *d = dissectors; *d; d++)
		for (const struct field *f = (*d)->fields; f && f->name; f++)
			if (strcmp(f->name, name) == 0)
				return f;
	return NULL;
}

const char *const *field_words(const struct field *field)
{
	static const char *const headings[] = { "outbound", "inbound", "internal",
		                                "external", NULL };
	static const char *const classes[] = { "archive",    "audio",      "video",
		                               "image",      "document",   "database",
		                               "mailbox",    "disk_image", "encrypted",
		                               "executable", "text",       NULL };

	switch (field_engine_index(field)) {
	case ENGINE_DIRECTION:
	case ENGINE_NETWORK_DIRECTION: return headings;
	case ENGINE_FILE_CLASS:
	case ENGINE_MEMBERS_CLASS: return classes;
	default: return NULL;
	}
}

const char *const *field_names(struct arena *arena, enum category category)
{
	size_t count = ENGINE_FIELD_COUNT, n = 0;
	const char **names;

	for (const struct dissector *const *d = dissectors; *d; d++)
		for (const struct field *f = (*d)->fields; f && f->name; f++)
			count++;
	names = arena_take(arena, (count + 1) * sizeof(*names));
	if (!names)
		return NULL;
	for (int i = 0; i < ENGINE_FIELD_COUNT; i++)
		if (engine_categories[i] & 1u << category)
			names[n++] = engine_fields[i].name;
	for (const struct dissector *const *d = dissectors; *d; d++)
		for (const struct field *f = (*d)->fields; f && f->name; f++)
			names[n++] = f->name;
	return names; /* the arena's zeros end it */
}

static const char *type_name(enum field_type type)
{
	static const char *const names[] = {
		[FIELD_NONE] = "none",  [FIELD_NUMBER] = "number",
		[FIELD_BYTES] = "text", [FIELD_BOOL] = "true/false",
		[FIELD_IP] = "address",
	};

	return names[type];
}

static void field_print(const struct field *field, const char *categories, FILE *to)
{
	fprintf(to, "%-28s  %-10s  %-14s  %s%s\n", field->name, type_name(field->type),
	        categories, field->help, field->grows ? " (only grows)" : "");
}

void fields_print(FILE *to)
{
	static const char *const categories[] = {
		[T] = "transfer",
		[F] = "flow",
		[T | F] = "transfer, flow",
	};

	fprintf(to, "%-28s  %-10s  %-14s  %s\n", "field", "type", "category",
	        "what it is");
	for (int i = 0; i < ENGINE_FIELD_COUNT; i++)
		field_print(&engine_fields[i], categories[engine_categories[i]], to);
	for (const struct dissector *const *d = dissectors; *d; d++)
		for (const struct field *f = (*d)->fields; f && f->name; f++)
			field_print(f, categories[T | F], to);
}
