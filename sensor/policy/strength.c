// SPDX-License-Identifier: Apache-2.0
/*
 * strength.c - how much of a head does an expression pin down?
 *
 * A reader of expressions that yields one number, the chance that random bytes match at
 * one place.  It goes down by recursion, one function a rule of the grammar:
 *
 *     alternatives = sequence *( "|" sequence )     chances are added
 *     sequence     = *repeated                      chances are multiplied
 *     repeated     = atom [ "?" / "*" / "+" / "{n,m}" ]
 *     atom         = "(" alternatives ")" / "[" set "]" / "." / escape / byte
 *
 * Whether an expression is right is Hyperscan's to say; here a doubt only ends in -1.
 */
#include "policy/strength.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	DEPTH_MAX = 32,
	REPEAT_MAX = 32767, /* Hyperscan's own */
	UNBOUNDED = 4095,   /* .* leaves 4096 places open: no head is longer */
};

struct reader {
	const char *p;
	bool fold;     /* (?i) */
	bool extended; /* (?x): white space and comments mean nothing */
	bool ok;
	unsigned depth;
};

/* The bytes that one place may have. */
struct set {
	bool has[256];
};

static long double fail(struct reader *r)
{
	r->ok = false;
	return 1;
}

static void set_range(struct set *s, unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to && c < 256; c++)
		s->has[c] = true;
}

static void set_invert(struct set *s)
{
	for (unsigned c = 0; c < 256; c++)
		s->has[c] = !s->has[c];
}

static long double set_chance(struct reader *r, struct set *s)
{
	unsigned n = 0;

	for (unsigned c = 'A'; r->fold && c <= 'Z'; c++)
		s->has[c] = s->has[c + 32] = s->has[c] || s->has[c + 32];
	for (unsigned c = 0; c < 256; c++)
		n += s->has[c];
	return (long double)n / 256;
}

/* \d \s \w \h \v and, as capitals, what they are not. */
static bool named_set(char name, struct set *s)
{
	switch (tolower((unsigned char)name)) {
	case 'd': set_range(s, '0', '9'); break;
	case 's':
		set_range(s, '\t', '\r');
		set_range(s, ' ', ' ');
		break;
	case 'w':
		set_range(s, '0', '9');
		set_range(s, 'A', 'Z');
		set_range(s, 'a', 'z');
		set_range(s, '_', '_');
		break;
	case 'h':
		set_range(s, '\t', '\t');
		set_range(s, ' ', ' ');
		set_range(s, 0xa0, 0xa0);
		break;
	case 'v':
		set_range(s, '\n', '\r');
		set_range(s, 0x85, 0x85);
		break;
	default: return false;
	}
	if (isupper((unsigned char)name))
		set_invert(s);
	return true;
}

/* The digits of \xHH, \x{HH} or \0oo, whose x or 0 has been read. */
static unsigned read_digits(struct reader *r, int base, size_t most)
{
	char digits[8] = "", *end;
	bool braced = base == 16 && *r->p == '{';
	size_t n = 0;
	unsigned long value;

	r->p += braced;
	while (n < most && isxdigit((unsigned char)r->p[n])) {
		digits[n] = r->p[n];
		n++;
	}
	value = strtoul(digits, &end, base);
	r->p += end - digits;
	if (braced && *r->p++ != '}')
		fail(r);
	return value < 256 ? (unsigned)value : 0;
}

/* What follows a backslash, as a set; *one is the byte, where it is but one, else -1. */
static void read_escape(struct reader *r, struct set *s, int *one)
{
	static const char letters[] = "nrtfae", values[] = "\n\r\t\f\a\x1b";
	char c = *r->p;
	const char *letter;

	*one = -1;
	if (c == '\0') {
		fail(r);
		return;
	}
	r->p++;
	if (named_set(c, s))
		return;
	letter = strchr(letters, c);
	if (letter)
		*one = (uint8_t)values[letter - letters];
	else if (c == 'x')
		*one = (int)read_digits(r, 16, 2);
	else if (c == '0')
		*one = (int)read_digits(r, 8, 2);
	else if (!isalnum((unsigned char)c))
		*one = (uint8_t)c;
	else
		fail(r);
	if (*one >= 0)
		s->has[*one] = true;
}

/* One member of [...], or one end of a range. */
static int read_member(struct reader *r, struct set *s)
{
	int one;

	if (*r->p == '[' && (r->p[1] == ':' || r->p[1] == '.' || r->p[1] == '='))
		fail(r);
	if (*r->p == '\\') {
		r->p++;
		if (*r->p == 'b') { /* inside a set: backspace */
			r->p++;
			s->has['\b'] = true;
			return '\b';
		}
		read_escape(r, s, &one);
		return one;
	}
	one = (uint8_t)*r->p++;
	s->has[one] = true;
	return one;
}

static long double read_set(struct reader *r)
{
	struct set s = { { false } };
	bool invert = *r->p == '^';
	const char *first;
	int from, to;

	r->p += invert;
	for (first = r->p; *r->p && r->ok && (*r->p != ']' || r->p == first);) {
		from = read_member(r, &s);
		if (from < 0 || *r->p != '-' || r->p[1] == ']')
			continue;
		r->p++;
		if (!*r->p)
			break;
		to = read_member(r, &s);
		if (to < from)
			return fail(r);
		set_range(&s, (unsigned)from, (unsigned)to);
	}
	if (*r->p++ != ']') {
		r->p--;
		return fail(r);
	}
	if (invert) {
		long double out = 1 - set_chance(r, &s);

		return out > 0 ? out : 0;
	}
	return set_chance(r, &s);
}

static long double read_alternatives(struct reader *r);

/* What follows "(?": flags, then ")" or ":".  Gives false where the group has no body. */
static bool read_flags(struct reader *r)
{
	bool on = true;

	for (; *r->p && *r->p != ')' && *r->p != ':'; r->p++)
		switch (*r->p) {
		case '-': on = false; break;
		case 'i': r->fold = on; break;
		case 'x': r->extended = on; break;
		case 's':
		case 'm': break;
		default: fail(r); return false;
		}
	if (!*r->p) {
		fail(r);
		return false;
	}
	return *r->p++ == ':';
}

static long double read_group(struct reader *r)
{
	struct reader outer = *r;
	long double chance;

	if (*r->p == '?') {
		r->p++;
		if (!read_flags(r))
			return 1; /* they hold until the group around them ends */
	}
	if (++r->depth > DEPTH_MAX)
		return fail(r);
	chance = read_alternatives(r);
	if (*r->p != ')')
		return fail(r);
	r->p++;
	r->depth--;
	r->fold = outer.fold;
	r->extended = outer.extended;
	return chance;
}

static long double read_atom(struct reader *r)
{
	struct set s = { { false } };
	int one;

	switch (*r->p++) {
	case '(': return read_group(r);
	case '[': return read_set(r);
	case '.': return 1; /* DOTALL */
	case '^':
	case '$': return 1;
	case '*':
	case '+':
	case '?': return fail(r);
	case '\\':
		if (*r->p && strchr("AzZbB", *r->p)) {
			r->p++;
			return 1;
		}
		read_escape(r, &s, &one);
		return set_chance(r, &s);
	default: s.has[(uint8_t)r->p[-1]] = true; return set_chance(r, &s);
	}
}

/* The sum of the chances of min, min + 1, ... max in a row. */
static long double times(long double chance, unsigned long min, unsigned long max)
{
	long double power = 1, sum = 0;

	for (unsigned long i = 0; i <= max; i++) {
		if (i >= min)
			sum += power;
		power *= chance;
	}
	return sum;
}

static bool at_braces(const char *p)
{
	return p[0] == '{' && isdigit((unsigned char)p[1]);
}

static long double read_repeated(struct reader *r)
{
	long double chance = read_atom(r);
	unsigned long min = 1, max = 1;
	char *end;

	if (*r->p == '?' || *r->p == '*' || *r->p == '+') {
		min = *r->p == '+';
		max = *r->p == '?' ? 1 : UNBOUNDED;
		r->p++;
	} else if (at_braces(r->p)) {
		min = max = strtoul(r->p + 1, &end, 10);
		if (*end == ',') {
			max = isdigit((unsigned char)end[1]) ? strtoul(end + 1, &end, 10)
			                                     : (end++, min + UNBOUNDED);
		}
		if (*end != '}' || min > max || max > REPEAT_MAX)
			return fail(r);
		r->p = end + 1;
	} else {
		return chance;
	}
	if (*r->p == '?') /* as few as possible: the same chance */
		r->p++;
	return times(chance, min, max);
}

static void skip_space(struct reader *r)
{
	while (r->extended && *r->p) {
		if (*r->p == '#')
			r->p += strcspn(r->p, "\n");
		else if (isspace((unsigned char)*r->p))
			r->p++;
		else
			break;
	}
}

static long double read_sequence(struct reader *r)
{
	long double chance = 1;

	for (;;) {
		skip_space(r);
		if (!r->ok || !*r->p || *r->p == '|' || *r->p == ')')
			return chance;
		chance *= read_repeated(r);
	}
}

static long double read_alternatives(struct reader *r)
{
	long double chance = read_sequence(r);

	while (r->ok && *r->p == '|') {
		r->p++;
		chance += read_sequence(r);
	}
	return chance;
}

int expression_strength(const char *expression, unsigned *bits)
{
	struct reader r = { .p = expression, .ok = true };
	long double chance = read_alternatives(&r);
	unsigned n = 0;

	if (!r.ok || *r.p)
		return -1;
	while (n < STRENGTH_MAX && chance <= 0.5L) {
		chance *= 2;
		n++;
	}
	*bits = n;
	return 0;
}

static bool at_quantifier(const char *p)
{
	return *p == '?' || *p == '*' || *p == '+' || at_braces(p);
}

size_t expression_lead(const char *expression, uint8_t *lead, size_t max, bool *whole)
{
	struct reader r = { .p = expression, .ok = true };
	size_t n = 0;

	*whole = false;
	read_sequence(&r);
	if (!r.ok || *r.p)
		return 0; /* alternatives, or something that is not understood here */
	for (r.p = expression; *r.p && n < max; n++) {
		struct set s = { { false } };
		int one = (uint8_t)*r.p;

		if (strchr(".[(^$*+?", *r.p))
			break;
		r.p++;
		if (one == '\\') {
			if (strchr("AzZbB", *r.p))
				break;
			read_escape(&r, &s, &one);
		}
		if (!r.ok || one < 0 || at_quantifier(r.p))
			break;
		lead[n] = (uint8_t)one;
	}
	*whole = *r.p == '\0';
	return n;
}
