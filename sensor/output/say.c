// SPDX-License-Identifier: Apache-2.0
/*
 * say.c - words for a terminal.
 *
 * A file's name is chosen by who steals the file.  It must not clear the screen of who
 * reads about it, nor make "gpj.exe" of "exe.jpg".
 */
#include "output/say.h"

#include <stdio.h>

#include "base/units.h"

struct span {
	uint32_t first, last;
};

static bool spans_have(const struct span *spans, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= spans[i].first && c <= spans[i].last)
			return true;
	return false;
}

#define HAVE(spans, c) spans_have(spans, sizeof(spans) / sizeof((spans)[0]), c)

/* Controls, format characters (bidirectional ones among them), private use, no
 * characters. */
static bool unseen(uint32_t c)
{
	static const struct span spans[] = {
		{ 0x0, 0x1f },         { 0x7f, 0x9f },     { 0xad, 0xad },
		{ 0x34f, 0x34f },      { 0x600, 0x605 },   { 0x61c, 0x61c },
		{ 0x6dd, 0x6dd },      { 0x70f, 0x70f },   { 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 },    { 0x180b, 0x180f }, { 0x2000, 0x200f },
		{ 0x2028, 0x202f },    { 0x205f, 0x206f }, { 0x2800, 0x2800 },
		{ 0x3000, 0x3000 },    { 0x3164, 0x3164 }, { 0xe000, 0xf8ff },
		{ 0xfdd0, 0xfdef },    { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },    { 0xfff0, 0xffff }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0x10ffff },
	};

	return HAVE(spans, c);
}

static unsigned char_width(uint32_t c)
{
	static const struct span none[] = {
		{ 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },
		{ 0x610, 0x61a },   { 0x64b, 0x65f },   { 0x1ab0, 0x1aff },
		{ 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe20, 0xfe2f },
	};
	static const struct span wide[] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0xa4cf },   { 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
		{ 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f680, 0x1faff },
		{ 0x20000, 0x3fffd },
	};

	if (c < 0x300)
		return 1;
	return HAVE(none, c) ? 0 : HAVE(wide, c) ? 2 : 1;
}

/* How many bytes the UTF-8 character at p has (RFC 3629), or 0 where it is none. */
static size_t utf8_read(const uint8_t *p, size_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = p[0] < 0x80   ? 1
	                : p[0] < 0xc2 ? 0
	                : p[0] < 0xe0 ? 2
	                : p[0] < 0xf0 ? 3
	                : p[0] < 0xf5 ? 4
	                              : 0;

	if (length == 0 || length > n)
		return 0;
	*c = length == 1 ? p[0] : p[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3fu);
	}
	if (*c < least[length] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return length;
}

/* One character of the wire, as it is shown: gives bytes taken, and what to show. */
static size_t shown(const uint8_t *p, size_t n, char show[16], unsigned *width)
{
	uint32_t c = 0;
	size_t length = utf8_read(p, n, &c);

	if (length > 0 && !unseen(c)) {
		memcpy(show, p, length);
		show[length] = 0;
		*width = char_width(c);
		return length;
	}
	if (length <= 1)
		snprintf(show, 16, "\\x%02x", p[0]);
	else
		snprintf(show, 16, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
	*width = (unsigned)strlen(show);
	return length ? length : 1;
}

char *say_wire(char to[SAY_TEXT], struct bytes b, unsigned columns)
{
	size_t at = 0, n = 0, cut = 0; /* cut: where "..." would go */
	unsigned width = 0, wide;
	char show[16];

	while (at < b.n) {
		size_t used = shown(b.p + at, b.n - at, show, &wide);
		size_t length = strlen(show);

		if (width + wide > columns || n + length + 4 > SAY_TEXT) {
			n = cut;
			memcpy(to + n, "...", 3);
			n += 3;
			break;
		}
		memcpy(to + n, show, length);
		n += length;
		width += wide;
		at += used;
		if (width + 3 <= columns)
			cut = n;
	}
	to[n] = 0;
	return to;
}

unsigned say_width(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n = strlen(text);
	unsigned width = 0;

	while (n > 0) {
		uint32_t c = 0;
		size_t length = utf8_read(p, n, &c);

		width += char_width(c);
		length += !length;
		p += length;
		n -= length;
	}
	return width;
}

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

char *say_audio_about(char to[SAY_TEXT], uint64_t ms)
{
	if (ms >= 10 * (uint64_t)HOUR)
		snprintf(to, SAY_TEXT, "%.0f h", (double)ms / HOUR);
	else if (ms >= HOUR)
		snprintf(to, SAY_TEXT, "%.1f h", (double)ms / HOUR);
	else if (ms >= MINUTE)
		snprintf(to, SAY_TEXT, "%.0f min", (double)ms / MINUTE);
	else
		snprintf(to, SAY_TEXT, "%.0f s", (double)ms / SECOND);
	return to;
}

char *say_time(char *to, int64_t ns)
{
	units_say_time(to, ns);
	to[10] = ' ';
	to[19] = 0;
	return to;
}
