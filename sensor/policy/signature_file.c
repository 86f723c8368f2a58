// SPDX-License-Identifier: Apache-2.0
/*
 * signature_file.c - the files in rules/signatures, read and checked.
 *
 * rules/signatures/README.md says what may stand in them.  Every sentence about a mistake
 * names file, line and column, for the people who write signatures do not read C.
 */
#include "policy/signature_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/pattern.h"
#include "policy/strength.h"
#include "policy/yaml.h"

enum {
	STRENGTH_MIN = 16, /* bits: one random head in 65,536 */
	TYPES_MAX = UINT16_MAX,
	PATTERN_TEXT =
		36, /* the most that a digit of hex takes in an expression, and some */
};

/* Where a type was said, for the one who says it again. */
struct origin {
	const char *path;
	const struct yaml_node *node;
	const struct yaml_node *read_as; /* or NULL */
};

struct loader {
	struct arena *arena;
	struct error *err;
	const char *path; /* the file that is being read */
	struct draft *draft;
	struct origin *origins; /* as draft->types */
};

static int out_of_memory(struct loader *l)
{
	return error_set(l->err, "out of memory");
}

#define FAIL_AT(l, node, ...) \
	error_at((l)->err, (l)->path, (node)->line, (node)->column, __VA_ARGS__)

/* An unknown word, and the one that was meant. */
static int unknown(struct loader *l, const struct yaml_node *node, const char *what,
                   const char *const *choices)
{
	const char *near = nearest_word(node->text, choices);

	if (near)
		return FAIL_AT(l, node, "unknown %s \"%s\", did you mean \"%s\"?", what,
		               node->text, near);
	return FAIL_AT(l, node, "unknown %s \"%s\"", what, node->text);
}

static int check_keys(struct loader *l, const struct yaml_node *map, const char *what,
                      const char *const *keys)
{
	if (map->kind != KIND_MAP)
		return FAIL_AT(l, map, "%s must be a map, not %s", what,
		               yaml_kind_name(map));
	for (uint32_t i = 0; i < map->count; i++) {
		size_t k = 0;

		while (keys[k] && strcmp(keys[k], map->keys[i].text) != 0)
			k++;
		if (!keys[k])
			return unknown(l, &map->keys[i], "key", keys);
	}
	return 0;
}

static int check_text(struct loader *l, const struct yaml_node *node, const char *key)
{
	if (node->kind != KIND_SCALAR)
		return FAIL_AT(l, node, "\"%s\" must be a single value, not %s", key,
		               yaml_kind_name(node));
	if (node->n == 0)
		return FAIL_AT(l, node, "\"%s\" is empty", key);
	if (strlen(node->text) != node->n)
		return FAIL_AT(l, node, "\"%s\" contains a zero byte; write \\x00", key);
	return 0;
}

/* The text of a key; NULL in *ret where it is not there and need not be. */
static int take_text(struct loader *l, const struct yaml_node *map, const char *key,
                     bool needed, const struct yaml_node **ret)
{
	const struct yaml_node *node = yaml_get(map, key, NULL);

	if (!node && needed)
		return FAIL_AT(l, map, "\"%s\" is missing here", key);
	if (node && check_text(l, node, key) < 0)
		return -1;
	*ret = node;
	return 0;
}

static int take_number(struct loader *l, const struct yaml_node *map, const char *key,
                       unsigned max, unsigned *ret)
{
	const struct yaml_node *node;
	unsigned long value;
	char *end;

	if (take_text(l, map, key, false, &node) < 0)
		return -1;
	if (!node)
		return 0;
	value = strtoul(node->text, &end, 10);
	if (*end || !isdigit((unsigned char)node->text[0]) || value > max)
		return FAIL_AT(l, node,
		               "\"%s\" must be a number from 0 to %u, not \"%s\"", key,
		               max, node->text);
	*ret = (unsigned)value;
	return 0;
}

/* Only these bytes, so that a type or an extension needs no quotes in a rule. */
static bool is_word(const char *text, const char *others)
{
	for (; *text; text++)
		if (!islower((unsigned char)*text) && !isdigit((unsigned char)*text) &&
		    !strchr(others, *text))
			return false;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int bad_byte(struct loader *l, const struct yaml_node *node, const char *at)
{
	/* the column is right where the text stands on one line */
	return error_at(l->err, l->path, node->line,
	                node->column + node->quoted + (unsigned)(at - node->text),
	                "\"%.2s\" is not a byte: two hexadecimal digits, where ? is any",
	                at);
}

/*
 * "52 4? ??": bytes in hexadecimal; ? is any digit.  Gives the same as an expression, and
 * how many bits it pins.
 */
static int read_hex(struct loader *l, const struct yaml_node *node, const char **ret,
                    unsigned *bits)
{
	const char *in = node->text;
	char *out = arena_take(l->arena, (node->n + 1) * PATTERN_TEXT), *at = out;

	if (!out)
		return out_of_memory(l);
	for (; *(in += strspn(in, " \t\n")); in += 2) {
		int high = hex_digit(in[0]), low = hex_digit(in[0] ? in[1] : 0);

		if ((high < 0 && in[0] != '?') || (low < 0 && in[1] != '?'))
			return bad_byte(l, node, in);
		*bits += (high < 0 ? 0u : 4u) + (low < 0 ? 0u : 4u);
		if (high >= 0 && low >= 0) {
			at += sprintf(at, "\\x%x%x", (unsigned)high, (unsigned)low);
		} else if (high >= 0) {
			at += sprintf(at, "[\\x%x0-\\x%xf]", (unsigned)high,
			              (unsigned)high);
		} else if (low >= 0) {
			at += sprintf(at, "[");
			for (unsigned h = 0; h < 16; h++)
				at += sprintf(at, "\\x%x%x", h, (unsigned)low);
			at += sprintf(at, "]");
		} else {
			at += sprintf(at, ".");
		}
	}
	*ret = out;
	return 0;
}

/*
 * Puts the anchor in front, and holds the result against what Hyperscan can do.  reach is
 * NULL for what may look at the whole head.
 */
static int anchor(struct loader *l, const struct yaml_node *node, const char *body,
                  unsigned offset, const char **ret, size_t *reach)
{
	size_t cap = strlen(body) + 32, min, max;
	char *text = arena_take(l->arena, cap);
	struct error why;

	if (!text)
		return out_of_memory(l);
	if (offset)
		snprintf(text, cap, "^.{%u}(?:%s)", offset, body);
	else
		snprintf(text, cap, "^(?:%s)", body);
	/* first as it was written, so that Hyperscan's indexes are the writer's */
	if (pattern_measure(&(struct pattern){ .expression = body }, &min, &max, &why) <
	            0 ||
	    pattern_measure(&(struct pattern){ .expression = text }, &min, &max, &why) <
	            0)
		return FAIL_AT(l, node, "Hyperscan refuses this: %s", why.text);
	if (max == SIZE_MAX && !reach) { /* of what there is of the head, then */
		*ret = text;
		return 0;
	}
	if (max == SIZE_MAX)
		return FAIL_AT(l, node,
		               "this may go on for ever; a head has %d bytes: bound what "
		               "repeats, as in {0,16}",
		               (int)SIGNATURE_HEAD_MAX);
	if (max > SIGNATURE_HEAD_MAX)
		return FAIL_AT(
			l, node,
			"this reaches to byte %zu; only the first %d are looked at", max,
			(int)SIGNATURE_HEAD_MAX);
	*ret = text;
	if (reach)
		*reach = max;
	return 0;
}

static int weigh(struct loader *l, const struct yaml_node *node, bool said,
                 unsigned *bits)
{
	if (expression_strength(node->text, bits) == 0 || said)
		return 0;
	return FAIL_AT(l, node,
	               "how much this pins down cannot be told; say it in bits, as in "
	               "\"strength: 40\"");
}

static int read_frames(struct loader *l, const struct yaml_node *map, unsigned offset,
                       enum frames *ret, unsigned *bits)
{
	const struct yaml_node *node;

	if (take_text(l, map, "frames", false, &node) < 0)
		return -1;
	if (!node)
		return 0;
	if (offset)
		return FAIL_AT(l, node,
		               "\"frames\" begin at the front: no \"offset\" here");
	for (int k = 1; k < FRAMES_KINDS; k++)
		if (strcmp(frames_names[k - 1], node->text) == 0) {
			*ret = (enum frames)k;
			*bits += FRAMES_BITS;
			return 0;
		}
	return unknown(l, node, "kind of frames", frames_names);
}

static int read_pattern(struct loader *l, const struct yaml_node *map)
{
	static const char *const keys[] = { "hex",    "expression", "offset", "confirm",
		                            "frames", "strength",   NULL };
	struct draft_pattern *p = &l->draft->patterns[l->draft->pattern_count];
	const struct yaml_node *hex, *expression, *confirm;
	unsigned offset = 0, bits = 0, more = 0;
	bool said;
	const char *body = NULL;

	if (check_keys(l, map, "a pattern", keys) < 0 ||
	    take_text(l, map, "hex", false, &hex) < 0 ||
	    take_text(l, map, "expression", false, &expression) < 0 ||
	    take_text(l, map, "confirm", false, &confirm) < 0 ||
	    take_number(l, map, "offset", SIGNATURE_HEAD_MAX - 1, &offset) < 0)
		return -1;
	said = yaml_get(map, "strength", NULL);
	if (!hex == !expression)
		return FAIL_AT(l, map, "a pattern has either \"hex\" or \"expression\"");
	p->node = hex ? hex : expression;
	if (hex) {
		if (read_hex(l, hex, &body, &bits) < 0)
			return -1;
	} else {
		body = expression->text;
	}
	if (anchor(l, p->node, body, offset, &p->expression, &p->reach) < 0 ||
	    (expression && weigh(l, expression, said, &bits) < 0))
		return -1;
	p->offset = offset;
	p->lead_n = expression_lead(body, p->lead, sizeof(p->lead), &p->whole);
	if (confirm) {
		if (anchor(l, confirm, confirm->text, 0, &p->confirm, NULL) < 0 ||
		    weigh(l, confirm, said, &more) < 0)
			return -1;
		bits += more;
	}
	if (read_frames(l, map, offset, &p->frames, &bits) < 0)
		return -1;
	if (!said && bits < STRENGTH_MIN)
		return FAIL_AT(l, p->node,
		               "this pins down only %u bits: one file in %lu would be "
		               "taken for it by chance; %d bits are the least",
		               bits, 1ul << bits, (int)STRENGTH_MIN);
	if (take_number(l, map, "strength", STRENGTH_MAX, &bits) < 0)
		return -1;
	p->path = l->path;
	p->confirm_node = confirm;
	p->strength = bits;
	p->type = (uint16_t)(l->draft->type_count + 1);
	l->draft->pattern_count++;
	return 0;
}

static int read_extensions(struct loader *l, const struct yaml_node *map,
                           const char *const **ret)
{
	const struct yaml_node *list = yaml_get(map, "extensions", NULL);
	const char **at;
	uint32_t n = list ? list->count : 0;

	if (list && list->kind != KIND_LIST)
		return FAIL_AT(l, list,
		               "\"extensions\" must be a list, as in [wav, wave], not %s",
		               yaml_kind_name(list));
	at = arena_take(l->arena, (n + 1) * sizeof(*at));
	if (!at)
		return out_of_memory(l);
	for (uint32_t i = 0; i < n; i++) {
		const struct yaml_node *e = &list->at[i];

		if (check_text(l, e, "extensions") < 0)
			return -1;
		if (!is_word(e->text, "_+-") || !strcmp(e->text, "-"))
			return FAIL_AT(l, e,
			               "\"%s\" is not an extension: small letters and "
			               "digits, without the dot",
			               e->text);
		at[i] = e->text;
	}
	*ret = at;
	return 0;
}

static int read_class(struct loader *l, const struct yaml_node *node,
                      enum file_class *ret)
{
	const char *names[CLASSES];

	for (int c = CLASS_UNKNOWN + 1; c < CLASSES; c++) {
		names[c - 1] = file_class_name((enum file_class)c);
		if (strcmp(node->text, names[c - 1]) == 0) {
			*ret = (enum file_class)c;
			return 0;
		}
	}
	names[CLASSES - 1] = NULL;
	return unknown(l, node, "class", names);
}

static int check_type(struct loader *l, const struct yaml_node *node)
{
	const struct draft *d = l->draft;

	if (!is_word(node->text, "._-"))
		return FAIL_AT(
			l, node,
			"\"%s\" is not a name for a type: small letters, digits and "
			"._-",
			node->text);
	for (size_t i = 0; i < d->type_count; i++)
		if (strcmp(d->types[i].type, node->text) == 0)
			return FAIL_AT(
				l, node, "the type \"%s\" stands already in %s, line %u",
				node->text, l->origins[i].path, l->origins[i].node->line);
	return 0;
}

static int read_type(struct loader *l, const struct yaml_node *map)
{
	static const char *const keys[] = { "type",       "name",    "class",    "mime",
		                            "extensions", "read_as", "patterns", NULL };
	struct draft *d = l->draft;
	struct file_type *t = &d->types[d->type_count];
	struct origin *o = &l->origins[d->type_count];
	const struct yaml_node *type, *name, *class, *mime, *patterns;
	const char *slash;

	if (check_keys(l, map, "a signature", keys) < 0 ||
	    take_text(l, map, "type", true, &type) < 0 || check_type(l, type) < 0 ||
	    take_text(l, map, "name", true, &name) < 0 ||
	    take_text(l, map, "class", true, &class) < 0 ||
	    read_class(l, class, &t->class) < 0 ||
	    take_text(l, map, "mime", true, &mime) < 0 ||
	    take_text(l, map, "read_as", false, &o->read_as) < 0 ||
	    read_extensions(l, map, &t->extensions) < 0)
		return -1;
	slash = strchr(mime->text, '/');
	if (!slash || !slash[1] || slash == mime->text || strpbrk(mime->text, " ;\t\n"))
		return FAIL_AT(l, mime, "\"%s\" is not a MIME type, such as audio/x-wav",
		               mime->text);
	patterns = yaml_get(map, "patterns", NULL);
	if (!patterns)
		return FAIL_AT(l, map, "\"patterns\" is missing here");
	if (patterns->kind != KIND_LIST || patterns->count == 0)
		return FAIL_AT(l, patterns,
		               "\"patterns\" must be a list of at least one");
	for (uint32_t i = 0; i < patterns->count; i++)
		if (read_pattern(l, &patterns->at[i]) < 0)
			return -1;
	o->path = l->path;
	o->node = type;
	t->id = (uint16_t)(d->type_count + 1);
	t->type = t->read_as = type->text;
	t->name = name->text;
	t->mime_type = mime->text;
	d->type_count++;
	return 0;
}

/* read_as may name a type of a later file, so it is looked up at the end. */
static int settle_read_as(struct loader *l)
{
	struct draft *d = l->draft;
	const char **names = arena_take(l->arena, (d->type_count + 1) * sizeof(*names));

	if (!names)
		return out_of_memory(l);
	for (size_t i = 0; i < d->type_count; i++)
		names[i] = d->types[i].type;
	for (size_t i = 0; i < d->type_count; i++) {
		const struct yaml_node *node = l->origins[i].read_as;
		size_t k = 0;

		if (!node)
			continue;
		while (k < d->type_count && strcmp(names[k], node->text) != 0)
			k++;
		l->path = l->origins[i].path;
		if (k == d->type_count)
			return unknown(l, node, "type", names);
		d->types[i].read_as = names[k];
	}
	return 0;
}

/* Room for all that the files can hold: counted first, so that nothing has to grow. */
static int make_room(struct loader *l, const struct yaml_file *files, size_t n)
{
	size_t types = 0, patterns = 0;

	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *list = files[i].n ? files[i].documents : NULL;

		for (uint32_t k = 0; list && list->kind == KIND_LIST && k < list->count;
		     k++) {
			const struct yaml_node *p =
				yaml_get(&list->at[k], "patterns", NULL);

			patterns += p ? p->count : 0;
			types++;
		}
	}
	if (types > TYPES_MAX)
		return error_set(l->err, "more than %d signatures", (int)TYPES_MAX);
	l->draft->types = arena_take(l->arena, (types + 1) * sizeof(struct file_type));
	l->draft->patterns =
		arena_take(l->arena, (patterns + 1) * sizeof(struct draft_pattern));
	l->origins = arena_take(l->arena, (types + 1) * sizeof(struct origin));
	if (!l->draft->types || !l->draft->patterns || !l->origins)
		return out_of_memory(l);
	return 0;
}

static int read_file(struct loader *l, const struct yaml_file *file)
{
	const struct yaml_node *list;

	if (file->n == 0)
		return 0; /* comments only */
	list = &file->documents[0];
	if (file->n > 1)
		return FAIL_AT(l, &file->documents[1],
		               "a second document (---): one file "
		               "holds one list of signatures");
	if (list->kind != KIND_LIST)
		return FAIL_AT(l, list,
		               "a signature file is a list (- type: ...), not %s",
		               yaml_kind_name(list));
	for (uint32_t i = 0; i < list->count; i++)
		if (read_type(l, &list->at[i]) < 0)
			return -1;
	return 0;
}

int signature_files_read(struct arena *arena, const char *const *paths, size_t path_count,
                         struct draft *ret, struct error *err)
{
	struct draft draft = { 0 };
	struct error ignored;
	struct loader l = { .arena = arena,
		            .err = err ? err : &ignored,
		            .draft = &draft };
	struct yaml_file *files = arena_take(arena, (path_count + 1) * sizeof(*files));

	if (!files)
		return out_of_memory(&l);
	for (size_t i = 0; i < path_count; i++)
		if (yaml_load(arena, paths[i], &files[i], l.err) < 0)
			return -1;
	if (make_room(&l, files, path_count) < 0)
		return -1;
	for (size_t i = 0; i < path_count; i++) {
		l.path = arena_text(arena, paths[i], strlen(paths[i]));
		if (!l.path)
			return out_of_memory(&l);
		if (read_file(&l, &files[i]) < 0)
			return -1;
	}
	if (settle_read_as(&l) < 0)
		return -1;
	*ret = draft;
	return 0;
}
