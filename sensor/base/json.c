// SPDX-License-Identifier: Apache-2.0
/*
 * json.c - writes JSON, append-only.
 *
 * Text is scanned for runs that need no escape, which are copied as one; numbers are
 * written two digits at a time.
 */
#include "base/json.h"

/* What a byte is inside a string. */
enum { PLAIN = 0, CONTROL = 1, HIGH = 2 /* else: the letter of its escape */ };

static const uint8_t kinds[256] = {
	[0 ... 7] = CONTROL, ['\b'] = 'b',  ['\t'] = 't',     ['\n'] = 'n',
	[0x0b] = CONTROL,    ['\f'] = 'f',  ['\r'] = 'r',     [0x0e ... 0x1f] = CONTROL,
	['"'] = '"',         ['\\'] = '\\', [0x7f] = CONTROL, [0x80 ... 0xff] = HIGH,
};

static const char hex[] = "0123456789abcdef";

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

static void put(struct json *j, const void *p, size_t n)
{
	if (j->full || n > j->cap - j->n) {
		j->full = true;
		return;
	}
	memcpy(j->p + j->n, p, n);
	j->n += n;
}

static void put_char(struct json *j, char c)
{
	if (j->full || j->n == j->cap) {
		j->full = true;
		return;
	}
	j->p[j->n++] = c;
}

/*
 * The comma before a value, and its key: most of what a record is made of, so there is
 * one look at the room for all of it.
 */
static void begin(struct json *j, const char *key)
{
	size_t n = key ? strlen(key) : 0;
	size_t need = (j->comma ? 1 : 0) + (key ? n + 3 : 0);
	char *to = j->p + j->n;

	if (j->full || need > j->cap - j->n) {
		j->full = true;
		return;
	}
	if (j->comma)
		*to++ = ',';
	j->comma = true;
	j->n += need;
	if (!key)
		return;
	*to++ = '"';
	memcpy(to, key, n);
	to[n] = '"';
	to[n + 1] = ':';
}

/* The length of the UTF-8 sequence at p (RFC 3629: no overlong, no surrogate), or 0. */
static size_t utf8_length(const uint8_t *p, size_t n)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t length;

	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		length = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		length = 3;
		if (p[0] == 0xe0)
			low = 0xa0;
		else if (p[0] == 0xed)
			high = 0x9f;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		length = 4;
		if (p[0] == 0xf0)
			low = 0x90;
		else if (p[0] == 0xf4)
			high = 0x8f;
	} else {
		return 0;
	}
	if (n < length || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* One byte as \u00HH, or as the four characters \xHH. */
static void put_code(struct json *j, uint8_t c)
{
	const char code[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	put(j, code, sizeof(code));
}

static void put_not_utf8(struct json *j, uint8_t c)
{
	const char code[] = { '\\', '\\', 'x', hex[c >> 4], hex[c & 15] };

	put(j, code, sizeof(code));
}

enum { SHORT = 32 }; /* texts that a copy of their own would cost more than their bytes */

static void put_string(struct json *j, struct bytes b)
{
	size_t at = 0, run = 0; /* b.p[run..at) needs no escape */

	put_char(j, '"');
	if (!j->full && b.n <= SHORT && j->cap - j->n > SHORT) {
		char *to = j->p + j->n;

		for (; at < b.n && kinds[b.p[at]] == PLAIN; at++)
			to[at] = (char)b.p[at];
		run = at;
		j->n += at;
	}
	while (at < b.n) {
		uint8_t c = b.p[at], kind = kinds[c];

		if (kind == PLAIN) {
			at++;
			continue;
		}
		if (kind == HIGH) {
			size_t length = utf8_length(b.p + at, b.n - at);

			/* U+0080 to U+009F move the cursor of some terminals */
			if (length > 0 && !(c == 0xc2 && b.p[at + 1] < 0xa0)) {
				at += length;
				continue;
			}
			put(j, b.p + run, at - run);
			if (length > 0)
				put_code(j, b.p[++at]);
			else
				put_not_utf8(j, c);
		} else {
			put(j, b.p + run, at - run);
			if (kind == CONTROL)
				put_code(j, c);
			else
				put(j, (const char[]){ '\\', (char)kind }, 2);
		}
		run = ++at;
	}
	if (at > run)
		put(j, b.p + run, at - run);
	put_char(j, '"');
}

void json_object(struct json *j, const char *key)
{
	begin(j, key);
	put_char(j, '{');
	j->comma = false;
}

void json_object_end(struct json *j)
{
	put_char(j, '}');
	j->comma = true;
}

void json_array(struct json *j, const char *key)
{
	begin(j, key);
	put_char(j, '[');
	j->comma = false;
}

void json_array_end(struct json *j)
{
	put_char(j, ']');
	j->comma = true;
}

void json_text(struct json *j, const char *key, const char *text)
{
	if (!text)
		return;
	begin(j, key);
	put_string(j, bytes_of(text));
}

void json_bytes(struct json *j, const char *key, struct bytes b)
{
	begin(j, key);
	put_string(j, b);
}

enum { DIGITS = 20 }; /* of the largest 64-bit number */

/* The digits of value, at the end of text[DIGITS]; gives where they begin. */
static const char *digits_of(char text[DIGITS], uint64_t value)
{
	char *at = text + DIGITS;

	for (; value >= 100; value /= 100) {
		at -= 2;
		memcpy(at, pairs + 2 * (value % 100), 2);
	}
	if (value >= 10) {
		at -= 2;
		memcpy(at, pairs + 2 * value, 2);
	} else {
		*--at = (char)('0' + value);
	}
	return at;
}

static void put_u64(struct json *j, uint64_t value)
{
	char text[DIGITS];
	const char *at = digits_of(text, value);

	put(j, at, (size_t)(text + DIGITS - at));
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	put_u64(j, value);
}

void json_i64(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	if (value < 0)
		put_char(j, '-');
	put_u64(j, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	if (value)
		put(j, "true", 4);
	else
		put(j, "false", 5);
}

void json_decimal(struct json *j, const char *key, double value, int digits)
{
	static const uint64_t scales[] = { 1,         10,        100,     1000,
		                           10000,     100000,    1000000, 10000000,
		                           100000000, 1000000000 };
	const double most = 18446744073709549568.0; /* the last double below 2^64 */
	double size = value < 0 ? -value : value;
	char text[DIGITS];
	uint64_t scaled;

	begin(j, key);
	if (!(size <= most)) { /* not a number either */
		put(j, "null", 4);
		return;
	}
	while (digits > 0 && size * (double)scales[digits] + 0.5 > most)
		digits--;
	scaled = (uint64_t)(size * (double)scales[digits]);
	if (size * (double)scales[digits] - (double)scaled >= 0.5)
		scaled++;
	if (value < 0 && scaled > 0)
		put_char(j, '-');
	put_u64(j, scaled / scales[digits]);
	if (digits == 0)
		return;
	put_char(j, '.');
	memset(text, '0', sizeof(text));
	digits_of(text, scaled % scales[digits]);
	put(j, text + DIGITS - digits, (size_t)digits);
}

void json_raw(struct json *j, const char *key, struct bytes value)
{
	begin(j, key);
	put(j, value.p, value.n);
}
