// SPDX-License-Identifier: Apache-2.0
/*
 * complaints.c - a bounded list of sentences, printed with the lines that they are about.
 *
 * The line is read from its file when it is printed: what was parsed is gone by then.
 * Cold.
 */
#include "policy/complaints.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { LINE_SHOWN = 160 };

struct complaints *complaints_new(void)
{
	return calloc(1, sizeof(struct complaints));
}

void complaints_forget(struct complaints *c, size_t n)
{
	while (c->n > n) {
		struct complaint *last = &c->at[--c->n];

		c->errors -= !last->warning;
		free(last->file);
		free(last->text);
	}
}

void complaints_free(struct complaints *c)
{
	if (!c)
		return;
	complaints_forget(c, 0);
	free(c);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What people wrote is in the sentences: nothing of it breaks a line or drives a
 * terminal.
 */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

static void add(struct complaints *c, const struct complaint *new)
{
	make_plain(new->text);
	for (size_t i = 0; i < c->n; i++) {
		const struct complaint *old = &c->at[i];

		if (old->line == new->line &&
		    old->column == new->column &&same(old->file, new->file) &&
		    same(old->text, new->text))
			return;
	}
	if (c->n == COMPLAINTS_MAX) {
		c->left_out += !new->warning;
		c->errors += !new->warning;
		return;
	}
	c->at[c->n] = *new;
	c->at[c->n].file = new->file ? strdup(new->file) : NULL;
	c->at[c->n].text = strdup(new->text);
	if (!c->at[c->n].text || (new->file && !c->at[c->n].file))
		abort(); /* before anything has begun, a few hundred bytes */
	c->n++;
	c->errors += !new->warning;
}

int complaints_add(struct complaints *c, const char *file, unsigned line, unsigned column,
                   const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add(c, &(struct complaint){ (char *)file, line, column, false, text });
	return -1;
}

void complaints_warn(struct complaints *c, const char *file, unsigned line,
                     unsigned column, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add(c, &(struct complaint){ (char *)file, line, column, true, text });
}

/* "file:12:3: sentence": the place is taken off again. */
int complaints_add_error(struct complaints *c, const struct error *err)
{
	unsigned line = 0, column = 0;
	char file[512];
	int used = 0;

	for (const char *colon = strchr(err->text, ':'); colon;
	     colon = strchr(colon + 1, ':')) {
		size_t n = (size_t)(colon - err->text);

		if (sscanf(colon, ":%u:%u: %n", &line, &column, &used) < 2 || !used)
			continue;
		memcpy(file, err->text, n);
		file[n] = '\0';
		return complaints_add(c, file, line, column, "%s", colon + used);
	}
	return complaints_add(c, NULL, 0, 0, "%s", err->text);
}

static int say(const struct complaint *one, char *text, size_t room)
{
	int n = 0;

	if (one->file)
		n = snprintf(text, room, "%s:", one->file);
	if (one->line && n >= 0 && (size_t)n < room)
		n += snprintf(text + n, room - (size_t)n, "%u:", one->line);
	if (one->line && one->column && n >= 0 && (size_t)n < room)
		n += snprintf(text + n, room - (size_t)n, "%u:", one->column);
	if (n >= 0 && (size_t)n < room)
		n += snprintf(text + n, room - (size_t)n, "%s%s%s", n ? " " : "",
		              one->warning ? "warning: " : "", one->text);
	return n;
}

void complaints_first(const struct complaints *c, struct error *err)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->at[i].warning)
			continue;
		say(&c->at[i], err->text, sizeof(err->text));
		return;
	}
}

static int skip_lines(FILE *f, unsigned lines)
{
	int c = 0;

	while (lines && (c = fgetc(f)) != EOF)
		lines -= c == '\n';
	return c;
}

/*
 * The line of the file, and a caret below the column: without what could do things to a
 * terminal, tabs as one space, so that the caret stands where the column is, and of a
 * long line what is around it.  Columns count characters, and one of UTF-8 may be several
 * bytes.
 */
static void print_line(const struct complaint *one, FILE *to)
{
	FILE *f = one->file && one->line ? fopen(one->file, "rb") : NULL;
	unsigned first = one->column > LINE_SHOWN - 40 ? one->column - LINE_SHOWN / 2 : 1;
	char line[LINE_SHOWN + 1];
	unsigned column = 0, n = 0;
	int c;

	if (!f)
		return;
	c = skip_lines(f, one->line - 1);
	while (c != EOF && n < LINE_SHOWN && (c = fgetc(f)) != EOF && c != '\n' &&
	       c != '\r') {
		column += (c & 0xc0) != 0x80;
		if (column >= first)
			line[n++] = (char)(c < 0x20 || c == 0x7f ? ' ' : c);
	}
	fclose(f);
	line[n] = '\0';
	if (n == 0)
		return;
	fprintf(to, "    %s%s\n", first > 1 ? "..." : "", line);
	if (one->column == 0 || one->column > column + 1)
		return;
	fprintf(to, "    %*s^\n", (int)(one->column - first + (first > 1 ? 3 : 0)), "");
}

static size_t count_files(const struct complaints *c)
{
	size_t files = 0;

	for (size_t i = 0; i < c->n; i++) {
		bool seen = c->at[i].warning || !c->at[i].file;

		for (size_t k = 0; k < i && !seen; k++)
			seen = !c->at[k].warning && same(c->at[k].file, c->at[i].file);
		files += !seen;
	}
	return files;
}

/* Where the first one about the same file stands. */
static size_t file_rank(const struct complaints *c, size_t i)
{
	size_t first = 0;

	while (first < i && !same(c->at[first].file, c->at[i].file))
		first++;
	return first;
}

/* File by file, as they were read, and down each file: people read that way. */
static bool stands_before(const struct complaints *c, size_t a, size_t b)
{
	size_t a_file = file_rank(c, a), b_file = file_rank(c, b);

	if (a_file != b_file)
		return a_file < b_file;
	if (c->at[a].line != c->at[b].line)
		return c->at[a].line < c->at[b].line;
	return c->at[a].column < c->at[b].column;
}

static void put_in_order(const struct complaints *c, size_t *order)
{
	for (size_t i = 0; i < c->n; i++) {
		size_t at = i;

		for (; at > 0 && stands_before(c, i, order[at - 1]); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

void complaints_print(const struct complaints *c, FILE *to)
{
	size_t files = count_files(c), order[COMPLAINTS_MAX];
	char text[1400];

	put_in_order(c, order);
	for (size_t i = 0; i < c->n; i++) {
		const struct complaint *one = &c->at[order[i]];

		say(one, text, sizeof(text));
		fprintf(to, "%s\n", text);
		print_line(one, to);
	}
	if (c->left_out)
		fprintf(to, "and %zu more\n", c->left_out);
	if (c->errors == 0)
		return;
	fprintf(to, "%zu error%s", c->errors, c->errors == 1 ? "" : "s");
	if (files)
		fprintf(to, " in %zu file%s", files, files == 1 ? "" : "s");
	fputs("; nothing was loaded\n", to);
}
