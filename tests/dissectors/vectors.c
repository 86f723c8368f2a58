// SPDX-License-Identifier: Apache-2.0
/*
 * vectors.c - the reader of tests/dissectors/<name>.t.
 */
#include "tests/dissectors/vectors.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

struct reader {
	const char *path;
	unsigned line;
};

_Noreturn static void wrong(const struct reader *r, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", r->path, r->line, what);
	exit(2);
}

static void *grown(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		abort();
	return p;
}

static void append(struct step *step, const uint8_t *b, size_t n)
{
	if (n == 0)
		return;
	step->b = grown(step->b, step->n + n);
	memcpy(step->b + step->n, b, n);
	step->n += n;
}

static uint8_t hex_pair(const struct reader *r, const char *text)
{
	char pair[3] = { text[0], text[0] ? text[1] : '\0', '\0' };

	if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]))
		wrong(r, "two hexadecimal digits are wanted");
	return (uint8_t)strtoul(pair, NULL, 16);
}

/* text is behind the opening quote; gives what is behind the closing one. */
static const char *quoted(const struct reader *r, const char *text, struct step *to)
{
	for (; *text != '"'; text++) {
		uint8_t c = (uint8_t)*text;

		if (c == '\0')
			wrong(r, "a closing quote is wanted");
		if (c == '\\') {
			c = (uint8_t) * ++text;
			if (c == 'x') {
				c = hex_pair(r, text + 1);
				text += 2;
			} else if (c == 'r' || c == 'n' || c == 't') {
				c = c == 'r' ? '\r' : c == 'n' ? '\n' : '\t';
			} else if (c != '"' && c != '\\') {
				wrong(r, "an escape that there is not");
			}
		}
		append(to, &c, 1);
	}
	return text + 1;
}

/* One run of bytes; gives what is behind it. */
static const char *bytes_read(const struct reader *r, const char *text, struct step *to)
{
	uint8_t b[8];
	char *end;

	if (*text == '"')
		return quoted(r, text + 1, to);
	if (*text == 'u') {
		unsigned long bits = strtoul(text + 1, &end, 10);
		unsigned long long value;

		if (*end != '=' || bits % 8 || bits < 8 || bits > 64)
			wrong(r, "u8=, u16=, u32= or u64= is wanted");
		value = strtoull(end + 1, &end, 0);
		for (size_t i = 0; i < sizeof(b); i++)
			b[i] = (uint8_t)(value >> 8 * i);
		append(to, b, bits / 8);
		return end;
	}
	for (; *text && !isspace((unsigned char)*text); text += 2) {
		b[0] = hex_pair(r, text);
		append(to, b, 1);
	}
	return text;
}

static struct step *step_add(struct vector *v, bool from_client)
{
	v->steps = grown(v->steps, (v->step_count + 1) * sizeof(*v->steps));
	v->steps[v->step_count] = (struct step){ .from_client = from_client };
	return &v->steps[v->step_count++];
}

static void step_read(const struct reader *r, struct vector *v, const char *text)
{
	bool from_client = *text++ == '>';
	struct step *step = v->step_count ? &v->steps[v->step_count - 1] : NULL;

	if (!step || step->from_client != from_client || step->lost)
		step = step_add(v, from_client);
	for (;;) {
		unsigned long long n = 1;
		struct step one = { 0 };
		char *end;

		while (isspace((unsigned char)*text))
			text++;
		if (*text == '\0')
			return;
		if (*text == '~') {
			step = step_add(v, from_client);
			step->lost = strtoull(text + 1, &end, 0);
			text = end;
			step = step_add(v, from_client);
			continue;
		}
		if (*text == '*') {
			n = strtoull(text + 1, &end, 0);
			for (text = end; *text == ' '; text++)
				;
		}
		text = bytes_read(r, text, &one);
		for (; n > 0; n--)
			append(step, one.b, one.n);
		free(one.b);
	}
}

static void want_add(struct vector *v, const char *line)
{
	size_t old = v->want ? strlen(v->want) : 0, n = strlen(line);

	v->want = grown(v->want, old + n + 2);
	memcpy(v->want + old, line, n);
	memcpy(v->want + old + n, "\n", 2);
}

static struct vector *vector_add(const struct reader *r, struct vectors *all,
                                 const char *line)
{
	struct vector *v;

	all->at = grown(all->at, (all->count + 1) * sizeof(*all->at));
	v = &all->at[all->count++];
	*v = (struct vector){ .sentence = strdup(line), .line = r->line };
	return v;
}

struct vectors vectors_read(const char *path)
{
	struct reader r = { .path = path };
	struct vectors all = { 0 };
	struct vector *v = NULL;
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		wrong(&r, "cannot be read");
	while (getline(&line, &room, file) >= 0) {
		r.line++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (!strchr("><=", line[0])) {
			v = vector_add(&r, &all, line);
			continue;
		}
		if (!v)
			wrong(&r, "a sentence is wanted first");
		if (line[0] != '=')
			step_read(&r, v, line);
		else
			want_add(v, line + (line[1] == ' ' ? 2 : 1));
	}
	free(line);
	fclose(file);
	return all;
}

void vectors_free(struct vectors *vectors)
{
	for (size_t i = 0; i < vectors->count; i++) {
		struct vector *v = &vectors->at[i];

		for (size_t j = 0; j < v->step_count; j++)
			free(v->steps[j].b);
		free(v->steps);
		free(v->sentence);
		free(v->want);
	}
	free(vectors->at);
}

size_t vector_size(const struct vector *vector)
{
	size_t n = 0;

	for (size_t i = 0; i < vector->step_count; i++)
		n += vector->steps[i].n;
	return n;
}
