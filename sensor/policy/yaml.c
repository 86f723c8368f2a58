// SPDX-License-Identifier: Apache-2.0
/*
 * yaml.c - builds the tree from libyaml's events.
 *
 * Events, not libyaml's own documents: those lose the style of a scalar (so 'null' and
 * null would be one) and expand nothing within bounds.  An anchor is known only once its
 * node is complete, so that no alias can stand for something that contains it.
 */
#include "policy/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/error.h"

enum { ANCHORS_MAX = 256 };

struct anchor {
	const char *name;
	struct yaml_node node;
};

struct reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the one that is being looked at */
	bool event_there;
	struct arena *arena;
	struct bytes text;
	const char *name;
	struct error *err;
	uint32_t nodes;
	struct anchor anchors[ANCHORS_MAX];
	unsigned anchor_count;
};

/* A list in an arena that doubles: what it grew out of stays behind, which cold code may.
 */
struct growing {
	struct yaml_node *at;
	uint32_t count, cap;
};

static int out_of_memory(struct reader *r)
{
	return error_set(r->err, "out of memory");
}

static int fail_here(struct reader *r, const char *sentence)
{
	return error_at(r->err, r->name, (unsigned)r->event.start_mark.line + 1,
	                (unsigned)r->event.start_mark.column + 1, "%s", sentence);
}

static int grow(struct reader *r, struct growing *g, struct yaml_node **ret)
{
	if (g->count == g->cap) {
		uint32_t cap = g->cap ? g->cap * 2 : 8;
		struct yaml_node *at = arena_take(r->arena, cap * sizeof(*at));

		if (!at)
			return out_of_memory(r);
		if (g->count)
			memcpy(at, g->at, g->count * sizeof(*at));
		g->at = at;
		g->cap = cap;
	}
	*ret = &g->at[g->count++];
	return 0;
}

/* libyaml knows no line of bytes that are no text.  UTF-16 has none for us either. */
static int no_text(struct reader *r)
{
	size_t offset = r->parser.problem_offset;
	unsigned line = 1, column = 1;

	if (offset > r->text.n || r->parser.encoding != YAML_UTF8_ENCODING)
		return error_at(r->err, r->name, 0, 0, "%s (byte %zu)", r->parser.problem,
		                offset);
	for (size_t i = 0; i < offset; i++) {
		if (r->text.p[i] == '\n') {
			line++;
			column = 1;
		} else {
			column += (r->text.p[i] & 0xc0) != 0x80;
		}
	}
	return error_at(r->err, r->name, line, column, "%s", r->parser.problem);
}

static int syntax_error(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem ? p->problem : "this is not YAML";

	if (p->error == YAML_MEMORY_ERROR)
		return out_of_memory(r);
	if (p->error == YAML_READER_ERROR)
		return no_text(r);
	return error_at(r->err, r->name, (unsigned)p->problem_mark.line + 1,
	                (unsigned)p->problem_mark.column + 1, "%s%s", problem,
	                strstr(problem, "cannot start any token")
	                        ? " (no tabs to indent; *, &, @, %, ` and ! need quotes)"
	                        : "");
}

static int next_event(struct reader *r)
{
	if (r->event_there)
		yaml_event_delete(&r->event);
	r->event_there = yaml_parser_parse(&r->parser, &r->event) == 1;
	return r->event_there ? 0 : syntax_error(r);
}

/* Only !!str says something that we act on; what we would not act on is refused. */
static int take_tag(struct reader *r, const yaml_char_t *tag, const char *usual,
                    bool *text)
{
	const char *name = (const char *)tag;

	*text = false;
	if (!name || strcmp(name, usual) == 0) {
		*text = name && strcmp(name, YAML_STR_TAG) == 0;
		return 0;
	}
	return error_at(r->err, r->name, (unsigned)r->event.start_mark.line + 1,
	                (unsigned)r->event.start_mark.column + 1,
	                "the tag \"%s\" is not understood here", name);
}

static int read_scalar(struct reader *r, struct yaml_node *node)
{
	const yaml_event_t *e = &r->event;
	bool text;

	if (take_tag(r, e->data.scalar.tag, YAML_STR_TAG, &text) < 0)
		return -1;
	if (e->data.scalar.tag && strcmp((const char *)e->data.scalar.tag, "!") == 0)
		text = true;
	node->kind = KIND_SCALAR;
	node->quoted = text || e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node->n = e->data.scalar.length;
	node->text = arena_text(r->arena, (const char *)e->data.scalar.value, node->n);
	return node->text ? 0 : out_of_memory(r);
}

static int read_alias(struct reader *r, struct yaml_node *node, unsigned depth)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	unsigned line = node->line, column = node->column;

	for (unsigned i = r->anchor_count; i-- > 0;) {
		const struct anchor *a = &r->anchors[i];

		if (strcmp(a->name, name) != 0)
			continue;
		if (a->node.weight > YAML_NODES_MAX - r->nodes)
			return fail_here(r, "too much: aliases make this file too large");
		if (depth + a->node.height > YAML_DEPTH_MAX)
			return fail_here(r, "nested too deep");
		r->nodes += a->node.weight;
		*node = a->node;
		node->line = line;
		node->column = column;
		return 0;
	}
	return error_at(r->err, r->name, line, column,
	                "nothing complete before this is called \"&%s\"", name);
}

static int keep_anchor(struct reader *r, const char *name, const struct yaml_node *node)
{
	struct anchor *a;

	if (r->anchor_count == ANCHORS_MAX)
		return error_at(r->err, r->name, node->line, node->column,
		                "more than %d anchors", (int)ANCHORS_MAX);
	a = &r->anchors[r->anchor_count++];
	a->name = name;
	a->node = *node;
	return 0;
}

static int read_node(struct reader *r, struct yaml_node *node, unsigned depth);

static int read_list(struct reader *r, struct yaml_node *node, unsigned depth)
{
	struct growing g = { 0 };
	struct yaml_node *element;
	bool text;

	if (take_tag(r, r->event.data.sequence_start.tag, YAML_SEQ_TAG, &text) < 0)
		return -1;
	node->kind = KIND_LIST;
	for (;;) {
		if (next_event(r) < 0)
			return -1;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		if (grow(r, &g, &element) < 0 || read_node(r, element, depth + 1) < 0)
			return -1;
		node->weight += element->weight;
		if (element->height >= node->height)
			node->height = (uint8_t)(element->height + 1);
	}
	node->at = g.at;
	node->count = g.count;
	return 0;
}

static int check_key(struct reader *r, const struct growing *keys)
{
	const struct yaml_node *key = &keys->at[keys->count - 1];

	if (key->kind != KIND_SCALAR)
		return error_at(r->err, r->name, key->line, key->column,
		                "a key must be one word, not %s", yaml_kind_name(key));
	if (strlen(key->text) != key->n)
		return error_at(r->err, r->name, key->line, key->column,
		                "a key may not contain a zero byte");
	if (!key->quoted && strcmp(key->text, "<<") == 0)
		return error_at(r->err, r->name, key->line, key->column,
		                "merge keys (<<) are not understood here");
	if (keys->count > YAML_KEYS_MAX)
		return error_at(r->err, r->name, key->line, key->column,
		                "more than %d keys in one map", (int)YAML_KEYS_MAX);
	for (uint32_t i = 0; i + 1 < keys->count; i++)
		if (keys->at[i].n == key->n &&
		    memcmp(keys->at[i].text, key->text, key->n) == 0)
			return error_at(
				r->err, r->name, key->line, key->column,
				"the key \"%s\" stands here twice; first in line %u",
				key->text, keys->at[i].line);
	return 0;
}

static int read_map(struct reader *r, struct yaml_node *node, unsigned depth)
{
	struct growing keys = { 0 }, values = { 0 };
	struct yaml_node *key, *value;
	bool text;

	if (take_tag(r, r->event.data.mapping_start.tag, YAML_MAP_TAG, &text) < 0)
		return -1;
	node->kind = KIND_MAP;
	for (;;) {
		if (next_event(r) < 0)
			return -1;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			break;
		if (grow(r, &keys, &key) < 0 || read_node(r, key, depth + 1) < 0 ||
		    check_key(r, &keys) < 0 || next_event(r) < 0 ||
		    grow(r, &values, &value) < 0 || read_node(r, value, depth + 1) < 0)
			return -1;
		node->weight += keys.at[keys.count - 1].weight + value->weight;
		if (value->height >= node->height)
			node->height = (uint8_t)(value->height + 1);
	}
	node->keys = keys.at;
	node->at = values.at;
	node->count = keys.count;
	return 0;
}

/* The node that the current event begins.  Recursion is bounded by YAML_DEPTH_MAX. */
static int read_node(struct reader *r, struct yaml_node *node, unsigned depth)
{
	const yaml_char_t *anchor = NULL;
	const char *name = NULL;
	int failed;

	*node = (struct yaml_node){
		.weight = 1,
		.line = (unsigned)r->event.start_mark.line + 1,
		.column = (unsigned)r->event.start_mark.column + 1,
	};
	if (depth > YAML_DEPTH_MAX)
		return fail_here(r, "nested too deep");
	if (r->event.type == YAML_ALIAS_EVENT)
		return read_alias(r, node, depth);
	if (++r->nodes > YAML_NODES_MAX)
		return fail_here(r, "too much: this file has too many values");

	if (r->event.type == YAML_SCALAR_EVENT)
		anchor = r->event.data.scalar.anchor;
	else if (r->event.type == YAML_SEQUENCE_START_EVENT)
		anchor = r->event.data.sequence_start.anchor;
	else if (r->event.type == YAML_MAPPING_START_EVENT)
		anchor = r->event.data.mapping_start.anchor;
	if (anchor) {
		name = arena_text(r->arena, (const char *)anchor,
		                  strlen((const char *)anchor));
		if (!name)
			return out_of_memory(r);
	}
	switch (r->event.type) {
	case YAML_SCALAR_EVENT: failed = read_scalar(r, node); break;
	case YAML_SEQUENCE_START_EVENT: failed = read_list(r, node, depth); break;
	case YAML_MAPPING_START_EVENT: failed = read_map(r, node, depth); break;
	default: return fail_here(r, "this is not YAML");
	}
	if (failed < 0)
		return -1;
	return name ? keep_anchor(r, name, node) : 0;
}

static int read_documents(struct reader *r, struct yaml_file *ret)
{
	struct growing documents = { 0 };
	struct yaml_node *document;

	for (;;) {
		/* what is whole is given, even when the file breaks later on */
		ret->documents = documents.at;
		ret->n = documents.count;
		if (next_event(r) < 0)
			return -1;
		if (r->event.type == YAML_STREAM_END_EVENT)
			break;
		if (r->event.type != YAML_DOCUMENT_START_EVENT)
			continue;    /* the stream's start, a document's end */
		r->anchor_count = 0; /* they are the document's */
		if (next_event(r) < 0 || grow(r, &documents, &document) < 0 ||
		    read_node(r, document, 0) < 0)
			return -1;
	}
	return 0;
}

int yaml_parse(struct arena *arena, const char *name, struct bytes text,
               struct yaml_file *ret, struct error *err)
{
	struct reader *r;
	int failed;

	if (text.n > YAML_SIZE_MAX)
		return error_at(err, name, 0, 0, "larger than %d MiB",
		                (int)(YAML_SIZE_MAX >> 20));
	r = calloc(1, sizeof(*r));
	if (!r || !yaml_parser_initialize(&r->parser)) {
		free(r);
		return error_set(err, "out of memory");
	}
	r->arena = arena;
	r->text = text;
	r->name = name;
	r->err = err;
	yaml_parser_set_input_string(&r->parser, text.n ? text.p : (const uint8_t *)"",
	                             text.n);
	failed = read_documents(r, ret);
	if (r->event_there)
		yaml_event_delete(&r->event);
	yaml_parser_delete(&r->parser);
	free(r);
	return failed;
}

int yaml_load(struct arena *arena, const char *path, struct yaml_file *ret,
              struct error *err)
{
	FILE *f = fopen(path, "rb");
	uint8_t *text = NULL;
	size_t n = 0, cap = 0;
	int failed = 0;

	if (!f)
		return error_at(err, path, 0, 0, "%s", strerror(errno));
	while (!feof(f) && n <= YAML_SIZE_MAX) {
		if (n == cap) {
			uint8_t *more = realloc(text, cap = cap ? cap * 2 : 16384);

			if (!more) {
				failed = error_set(err, "out of memory");
				break;
			}
			text = more;
		}
		n += fread(text + n, 1, cap - n, f);
		if (ferror(f)) {
			failed = error_at(err, path, 0, 0, "%s", strerror(errno));
			break;
		}
	}
	fclose(f);
	if (!failed)
		failed = yaml_parse(arena, path, (struct bytes){ text, n }, ret, err);
	free(text);
	return failed;
}

const char *yaml_library_version(void)
{
	return yaml_get_version_string();
}
