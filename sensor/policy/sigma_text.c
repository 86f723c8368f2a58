// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_text.c - texts of rules: wildcards, escapes, and the modifiers that make other
 * texts of them.
 *
 * While it is changed a text is an array of letters, each a byte or a wildcard, so that
 * nothing has to be escaped and read again.  Modifiers work in the order in which they
 * are written, as in pySigma.  Cold; memory is the arena's.
 */
#include "base/arena.h"
#include "policy/sigma_build.h"

enum {
	ANY_BYTES = 0x100,
	ONE_BYTE = 0x101,
	TEXT_MAX = 2048, /* nothing on the wire is told to rules that long */
	ALTERNATIVES_MAX = 20000,
	DASHES_MAX = 3,
	PLACEHOLDERS_MAX = 8
};

struct letters {
	uint16_t *at;
	size_t n;
};

struct alternatives {
	struct letters *at;
	size_t n, room;
};

static int add(struct build *b, const struct yaml_node *node, struct alternatives *to,
               struct letters one)
{
	if (one.n > TEXT_MAX)
		return build_fail(b, node, "this is, or stands for, more than %d bytes",
		                  (int)TEXT_MAX);
	if (to->n == ALTERNATIVES_MAX)
		return build_fail(b, node, "this value stands for more than %d texts",
		                  (int)ALTERNATIVES_MAX);
	if (to->n == to->room) {
		size_t room = to->room ? to->room * 2 : 4;
		struct letters *more = arena_take(b->arena, room * sizeof(*more));

		if (!more)
			return build_out_of_memory(b);
		if (to->n)
			memcpy(more, to->at, to->n * sizeof(*more));
		to->at = more;
		to->room = room;
	}
	to->at[to->n++] = one;
	return 0;
}

/*
 * Sigma's escapes: a backslash before *, ? or a backslash makes it itself; before
 * anything else, or at the end, it is a backslash.
 */
static int read_text(struct build *b, const char *text, size_t n, struct letters *ret)
{
	ret->at = arena_take(b->arena, (n + 1) * sizeof(*ret->at));
	if (!ret->at)
		return build_out_of_memory(b);
	for (size_t i = 0; i < n; i++) {
		uint16_t c = (uint8_t)text[i];

		if (c == '*' || c == '?')
			c = c == '*' ? ANY_BYTES : ONE_BYTE;
		else if (c == '\\' && i + 1 < n && text[i + 1] &&
		         strchr("*?\\", text[i + 1]))
			c = (uint8_t)text[++i];
		ret->at[ret->n++] = c;
	}
	return 0;
}

static bool has_wildcard(const struct letters *text)
{
	for (size_t i = 0; i < text->n; i++)
		if (text->at[i] >= ANY_BYTES)
			return true;
	return false;
}

/* One character of UTF-8, or a byte that is none as Latin has it; gives its length. */
static size_t character(const uint16_t *at, size_t n, uint32_t *ret)
{
	size_t more = at[0] < 0xc2   ? 0
	              : at[0] < 0xe0 ? 1
	              : at[0] < 0xf0 ? 2
	              : at[0] < 0xf5 ? 3
	                             : 0;

	*ret = at[0];
	if (more == 0 || more >= n)
		return 1;
	*ret = at[0] & (0x3fu >> more);
	for (size_t i = 1; i <= more; i++) {
		if (at[i] >= ANY_BYTES || (at[i] & 0xc0) != 0x80) {
			*ret = at[0];
			return 1;
		}
		*ret = *ret << 6 | (at[i] & 0x3fu);
	}
	return more + 1;
}

static void put_16(struct letters *to, uint32_t unit, bool big)
{
	to->at[to->n++] = (uint16_t)(big ? unit >> 8 : unit & 0xff);
	to->at[to->n++] = (uint16_t)(big ? unit & 0xff : unit >> 8);
}

/* UTF-16, with a byte order mark before it for |utf16. */
static int widen(struct build *b, enum transform transform, const struct letters *text,
                 struct letters *ret)
{
	bool big = transform == TRANSFORM_UTF16BE;

	ret->at = arena_take(b->arena, (text->n * 2 + 2) * sizeof(*ret->at));
	if (!ret->at)
		return build_out_of_memory(b);
	if (transform == TRANSFORM_UTF16)
		put_16(ret, 0xfeff, false);
	for (size_t i = 0; i < text->n;) {
		uint32_t c;

		if (text->at[i] >= ANY_BYTES) {
			ret->at[ret->n++] = text->at[i++];
			continue;
		}
		i += character(text->at + i, text->n - i, &c);
		if (c > 0xffff) {
			put_16(ret, 0xd800 + ((c - 0x10000) >> 10), big);
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_16(ret, c, big);
	}
	return 0;
}

/* RFC 4648, 4.  `offset` bytes stand before the text, and what depends on them, or on
 * what follows, is cut off. */
static int encode(struct build *b, const struct letters *text, size_t offset, bool cut,
                  struct letters *ret)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static const size_t begins[] = { 0, 2, 3 }, ends[] = { 0, 3, 2 };
	size_t n = text->n + offset, skip = cut ? begins[offset] : 0;
	size_t all = (n + 2) / 3 * 4, keep = all - (cut ? ends[n % 3] : 0);

	ret->at = arena_take(b->arena, (all + 1) * sizeof(*ret->at));
	if (!ret->at)
		return build_out_of_memory(b);
	for (size_t i = skip; i < keep; i++) {
		uint32_t group = 0;

		for (size_t k = 0; k < 3; k++) {
			size_t at = i / 4 * 3 + k;

			group = group << 8 |
			        (at >= offset && at < n ? text->at[at - offset] : 0u);
		}
		if (i / 4 * 3 + i % 4 > n) /* past the last byte */
			ret->at[ret->n++] = '=';
		else
			ret->at[ret->n++] =
				(uint8_t)digits[group >> (18 - 6 * (i % 4)) & 0x3f];
	}
	return 0;
}

static int base64(struct build *b, const struct yaml_node *node,
                  const struct letters *text, bool offsets, struct alternatives *to)
{
	if (has_wildcard(text))
		return build_fail(b, node, "wildcards do not go with base64");
	for (size_t offset = 0; offset < (offsets ? 3 : 1); offset++) {
		struct letters one = { 0 };

		if (encode(b, text, offset, offsets, &one) < 0)
			return -1;
		if (one.n == 0)
			return build_fail(b, node, "\"%s\" is too short for base64offset",
			                  node->text);
		if (add(b, node, to, one) < 0)
			return -1;
	}
	return 0;
}

static bool is_word(const struct letters *text, size_t i)
{
	uint16_t c = i < text->n ? text->at[i] : 0;

	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || (c >= 0x80 && c < ANY_BYTES);
}

/* Every dash, or slash, that begins a word: as each of the five that Windows takes. */
static int windash(struct build *b, const struct yaml_node *node,
                   const struct letters *text, struct alternatives *to)
{
	static const char *const dashes[] = { "-", "/", "\xe2\x80\x93", "\xe2\x80\x94",
		                              "\xe2\x80\x95" };
	size_t places[DASHES_MAX], n = 0, ways = 1;

	for (size_t i = 0; i < text->n; i++) {
		if ((text->at[i] != '-' && text->at[i] != '/') || !is_word(text, i + 1) ||
		    (i && is_word(text, i - 1)))
			continue;
		if (n == DASHES_MAX)
			return build_fail(b, node,
			                  "windash takes at most %d dashes in a value",
			                  (int)DASHES_MAX);
		places[n++] = i;
		ways *= 5;
	}
	for (size_t way = 0; way < ways; way++) {
		struct letters one = {
			arena_take(b->arena, (text->n + 2 * n + 1) * sizeof(*one.at)), 0
		};
		size_t rest = way, next = 0;

		if (!one.at)
			return build_out_of_memory(b);
		for (size_t i = 0; i < text->n; i++) {
			if (next == n || places[next] != i) {
				one.at[one.n++] = text->at[i];
				continue;
			}
			for (const char *d = dashes[rest % 5]; *d; d++)
				one.at[one.n++] = (uint8_t)*d;
			rest /= 5;
			next++;
		}
		if (add(b, node, to, one) < 0)
			return -1;
	}
	return 0;
}

/* Where %name% begins and ends, from i on; false: there is none. */
static bool find_placeholder(const struct letters *text, size_t i, size_t *begin,
                             size_t *end)
{
	for (; i < text->n; i++) {
		size_t k = i + 1;

		if (text->at[i] != '%')
			continue;
		while (k < text->n && text->at[k] < ANY_BYTES && text->at[k] != '%' &&
		       text->at[k] != '\\')
			k++;
		if (k == text->n || text->at[k] != '%' || k == i + 1)
			continue;
		*begin = i;
		*end = k + 1;
		return true;
	}
	return false;
}

static int find_list(struct build *b, const struct yaml_node *node, const char *name,
                     const struct texts **ret)
{
	const char *near;

	*ret = lists_find(b->around->lists, name);
	if (*ret)
		return (*ret)->n ? 0 : -1; /* of which was said */
	near = lists_nearest(b->around->lists, name);
	return build_fail(
		b, node,
		"no list is called \"%s\"%s%s%s; lists are files in rules.lists, "
		"or stand in rules.vars",
		name, near ? ", did you mean \"" : "", near ? near : "",
		near ? "\"?" : "");
}

int placeholder_find(struct build *b, const struct yaml_node *node,
                     const struct texts **ret)
{
	char name[128];

	if (node->n < 3 || node->text[0] != '%' || node->text[node->n - 1] != '%' ||
	    node->n > sizeof(name) || memchr(node->text + 1, '%', node->n - 2))
		return build_fail(b, node, "\"expand\" takes %%name%% here, not \"%s\"",
		                  node->text);
	snprintf(name, sizeof(name), "%.*s", (int)(node->n - 2), node->text + 1);
	return find_list(b, node, name, ret);
}

/* The first placeholder of a text; what it becomes is looked at again from behind it. */
static int expand_one(struct build *b, const struct yaml_node *node,
                      const struct letters *text, size_t from, struct alternatives *to,
                      unsigned depth)
{
	const struct texts *values;
	size_t begin, end, n = 0;
	char name[128];

	if (!find_placeholder(text, from, &begin, &end))
		return add(b, node, to, *text);
	if (depth == PLACEHOLDERS_MAX)
		return build_fail(b, node, "more than %d placeholders in a value",
		                  (int)PLACEHOLDERS_MAX);
	for (size_t i = begin + 1; i + 1 < end && n + 1 < sizeof(name); i++)
		name[n++] = (char)text->at[i];
	name[n] = '\0';
	if (find_list(b, node, name, &values) < 0)
		return -1;
	for (size_t v = 0; v < values->n; v++) {
		struct letters value = { 0 }, one;

		if (read_text(b, values->at[v], strlen(values->at[v]), &value) < 0)
			return -1;
		one.n = text->n - (end - begin) + value.n;
		one.at = arena_take(b->arena, (one.n + 1) * sizeof(*one.at));
		if (!one.at)
			return build_out_of_memory(b);
		memcpy(one.at, text->at, begin * sizeof(*one.at));
		memcpy(one.at + begin, value.at, value.n * sizeof(*one.at));
		memcpy(one.at + begin + value.n, text->at + end,
		       (text->n - end) * sizeof(*one.at));
		if (expand_one(b, node, &one, begin + value.n, to, depth + 1) < 0)
			return -1;
	}
	return 0;
}

static int expand(struct build *b, const struct yaml_node *node,
                  const struct letters *text, struct alternatives *to)
{
	size_t begin, end;

	if (!find_placeholder(text, 0, &begin, &end))
		return build_fail(
			b, node,
			"\"expand\" needs a %%placeholder%%, and \"%s\" has none",
			node->text);
	return expand_one(b, node, text, 0, to, 0);
}

static int apply(struct build *b, const struct yaml_node *node, enum transform transform,
                 const struct letters *text, struct alternatives *to)
{
	struct letters one = { 0 };

	switch (transform) {
	case TRANSFORM_EXPAND: return expand(b, node, text, to);
	case TRANSFORM_WINDASH: return windash(b, node, text, to);
	case TRANSFORM_BASE64: return base64(b, node, text, false, to);
	case TRANSFORM_BASE64OFFSET: return base64(b, node, text, true, to);
	default: return widen(b, transform, text, &one) < 0 ? -1 : add(b, node, to, one);
	}
}

/* Without wildcards the result is the text; with them it is a pattern for the whole
 * value, in which every literal *, ? and backslash is escaped. */
static int finish(struct build *b, enum match_op op, const struct letters *text,
                  struct match_value *ret)
{
	uint8_t *out = arena_take(b->arena, 2 * text->n + 3);
	size_t n = 0;

	if (!out)
		return build_out_of_memory(b);
	ret->wild = has_wildcard(text);
	if (ret->wild && (op == MATCH_CONTAINS || op == MATCH_ENDS))
		out[n++] = '*';
	for (size_t i = 0; i < text->n; i++) {
		uint16_t c = text->at[i];
		bool again = n && c == ANY_BYTES && out[n - 1] == '*' &&
		             (i == 0 || text->at[i - 1] == ANY_BYTES);

		if (again)
			continue;
		if (ret->wild && (c == '*' || c == '?' || c == '\\'))
			out[n++] = '\\';
		out[n++] = (uint8_t)(c == ANY_BYTES ? '*' : c == ONE_BYTE ? '?' : c);
	}
	if (ret->wild && (op == MATCH_CONTAINS || op == MATCH_STARTS) &&
	    !(text->n && text->at[text->n - 1] == ANY_BYTES))
		out[n++] = '*';
	ret->text = (struct bytes){ out, n };
	return 0;
}

int text_value_build(struct build *b, const struct item *item,
                     const struct yaml_node *node, struct match_values *ret)
{
	enum match_op op =
		!item->field && item->op == MATCH_EQUAL ? MATCH_CONTAINS : item->op;
	struct alternatives now = { 0 };
	struct letters text = { 0 };

	if (read_text(b, node->text, node->n, &text) < 0 || add(b, node, &now, text) < 0)
		return -1;
	for (unsigned t = 0; t < item->transform_count; t++) {
		struct alternatives next = { 0 };

		for (size_t i = 0; i < now.n; i++)
			if (apply(b, node, item->transforms[t], &now.at[i], &next) < 0)
				return -1;
		now = next;
	}
	ret->at = arena_take(b->arena, (now.n + 1) * sizeof(*ret->at));
	if (!ret->at)
		return build_out_of_memory(b);
	for (size_t i = 0; i < now.n; i++)
		if (finish(b, op, &now.at[i], &ret->at[ret->n++]) < 0)
			return -1;
	return 0;
}
