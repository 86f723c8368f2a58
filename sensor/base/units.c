// SPDX-License-Identifier: Apache-2.0
/*
 * units.c - sizes, durations and rates as people write and read them.
 *
 * All in integers: what is written here decides where a rule's limit lies, and a limit
 * must not depend on how a machine rounds.
 */
#include "base/units.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/error.h"

#define NS_S  INT64_C(1000000000)
#define NS_MS INT64_C(1000000)
#define NS_US INT64_C(1000)
#define MIN_S 60
#define H_S   3600
#define DAY_S 86400

__extension__ typedef unsigned __int128 wide;

/* whole + fraction / scale */
struct number {
	uint64_t whole;
	uint64_t fraction;
	uint64_t scale;
};

enum { FRACTION_DIGITS = 9 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits, and a point and up to nine digits more.  Gives what follows, or NULL. */
static const char *number_parse(const char *text, struct number *ret)
{
	struct number n = { .scale = 1 };

	if (!is_digit(*text))
		return NULL;
	for (; is_digit(*text); text++)
		if (__builtin_mul_overflow(n.whole, 10, &n.whole) ||
		    __builtin_add_overflow(n.whole, (uint64_t)(*text - '0'), &n.whole))
			return NULL;
	if (*text == '.') {
		if (!is_digit(*++text))
			return NULL;
		for (unsigned i = 0; is_digit(*text); text++, i++) {
			if (i == FRACTION_DIGITS)
				return NULL;
			n.fraction = n.fraction * 10 + (uint64_t)(*text - '0');
			n.scale *= 10;
		}
	}
	*ret = n;
	return text;
}

/* n times unit, rounded down; false where it is more than most. */
static bool number_times(struct number n, uint64_t unit, uint64_t most, uint64_t *ret)
{
	wide product = (wide)n.whole * unit + (wide)n.fraction * unit / n.scale;

	if (product > most)
		return false;
	*ret = (uint64_t)product;
	return true;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* "k", "Mi", ...: gives the factor and moves on; 1 where there is none. */
static uint64_t prefix_parse_si(const char **text)
{
	static const char letters[] = "kmgtpe";
	uint8_t letter = byte_lower((uint8_t) * *text);
	const char *at = letter ? strchr(letters, letter) : NULL;
	uint64_t base = 1000, factor = 1;

	if (!at)
		return 1;
	++*text;
	if (byte_lower((uint8_t) * *text) == 'i') {
		++*text;
		base = 1024;
	}
	for (long i = 0; i <= at - letters; i++)
		factor *= base;
	return factor;
}

static int too_much(const char *text, struct error *err)
{
	return error_set(err, "\"%s\" is more than fits 64 bits", text);
}

int units_size(const char *text, uint64_t *bytes, struct error *err)
{
	struct number n;
	const char *rest = number_parse(skip_blanks(text), &n);
	uint64_t unit = 1, value;

	if (rest) {
		rest = skip_blanks(rest);
		unit = prefix_parse_si(&rest);
		if (byte_lower((uint8_t)*rest) == 'b')
			rest++;
		rest = skip_blanks(rest);
	}
	if (!rest || *rest)
		return error_set(err, "\"%s\" is not a size: write 4096, 500kB or 2GiB",
		                 text);
	if (unit == 1 && n.fraction)
		return error_set(err, "\"%s\" has a part of a byte", text);
	if (!number_times(n, unit, UINT64_MAX, &value))
		return too_much(text, err);
	*bytes = value;
	return 0;
}

static const struct {
	const char *name;
	int64_t ns;
} durations[] = {
	{ "ns", 1 },        { "us", NS_US },      { "ms", NS_MS },
	{ "s", NS_S },      { "m", MIN_S *NS_S }, { "min", MIN_S *NS_S },
	{ "h", H_S *NS_S }, { "d", DAY_S *NS_S }, { "w", 7 * DAY_S *NS_S },
};

/* The unit that text begins with, in nanoseconds; 0 where it is none. */
static int64_t duration_unit(const char **text)
{
	size_t n = strspn(*text, "abcdefghijklmnopqrstuvwxyz");

	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		if (strlen(durations[i].name) == n &&
		    memcmp(*text, durations[i].name, n) == 0) {
			*text += n;
			return durations[i].ns;
		}
	}
	return 0;
}

int units_duration(const char *text, int64_t *ns, struct error *err)
{
	const char *rest = skip_blanks(text);
	int64_t smallest = INT64_MAX; /* "1h30m", but not "30m1h" or "1h1h" */
	uint64_t sum = 0;

	do {
		struct number n;
		uint64_t part;
		int64_t unit;
		bool first = smallest == INT64_MAX;

		rest = number_parse(rest, &n);
		if (!rest)
			goto wrong;
		rest = skip_blanks(rest);
		if (first && !*rest)
			unit = NS_S;
		else
			unit = duration_unit(&rest);
		if (unit == 0 || unit >= smallest)
			goto wrong;
		smallest = unit;
		if (!number_times(n, (uint64_t)unit, INT64_MAX - sum, &part))
			return too_much(text, err);
		sum += part;
		rest = skip_blanks(rest);
	} while (*rest);
	*ns = (int64_t)sum;
	return 0;
wrong:
	return error_set(err, "\"%s\" is not a duration: write 250ms, 15m, 1h30m or 30d",
	                 text);
}

int units_rate(const char *text, uint64_t *bits, struct error *err)
{
	struct number n;
	const char *rest = number_parse(skip_blanks(text), &n);
	uint64_t unit = 1, value;

	if (rest && *skip_blanks(rest)) {
		rest = skip_blanks(rest);
		unit = prefix_parse_si(&rest);
		if (strncasecmp(rest, "bit/s", 5) == 0) {
			rest += 5;
		} else if (strncmp(rest, "bps", 3) == 0) {
			rest += 3;
		} else if (strncmp(rest, "B/s", 3) == 0) { /* only the case tells bytes */
			rest += 3;
			unit *= 8;
		} else {
			rest = NULL;
		}
	}
	if (!rest || *skip_blanks(rest))
		return error_set(
			err, "\"%s\" is not a rate: write 64kbit/s, 100Mbit/s or 12MB/s",
			text);
	if (!number_times(n, unit, UINT64_MAX, &value))
		return too_much(text, err);
	*bits = value;
	return 0;
}

/* Three digits that count, and the prefix: "8.01 G", "80.1 M", "312 ". */
static void say_scaled(char *text, uint64_t value, const char *unit)
{
	static const char *const prefixes[] = { "", "k", "M", "G", "T", "P", "E" };
	wide step = 1;
	size_t i = 0;

	if (value < 1000) {
		snprintf(text, UNITS_TEXT, "%u %s", (unsigned)value, unit);
		return;
	}
	/* up to where the rounded value has at most three digits before the point */
	while (value + step / 2 >= step * 1000) {
		step *= 1000;
		i++;
	}

	unsigned hundredths = (unsigned)(((wide)value * 100 + step / 2) / step);
	unsigned tenths = (unsigned)(((wide)value * 10 + step / 2) / step);
	unsigned ones = (unsigned)(((wide)value + step / 2) / step);

	if (hundredths < 1000)
		snprintf(text, UNITS_TEXT, "%u.%02u %s%s", hundredths / 100,
		         hundredths % 100, prefixes[i], unit);
	else if (tenths < 1000)
		snprintf(text, UNITS_TEXT, "%u.%u %s%s", tenths / 10, tenths % 10,
		         prefixes[i], unit);
	else
		snprintf(text, UNITS_TEXT, "%u %s%s", ones, prefixes[i], unit);
}

char *units_say_size(char text[UNITS_TEXT], uint64_t bytes)
{
	say_scaled(text, bytes, "B");
	return text;
}

char *units_say_rate(char text[UNITS_TEXT], uint64_t bits)
{
	say_scaled(text, bits, "bit/s");
	return text;
}

char *units_say_count(char text[UNITS_TEXT], uint64_t count)
{
	char digits[UNITS_TEXT];
	int n = snprintf(digits, sizeof(digits), "%ju", (uintmax_t)count);
	char *to = text;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return text;
}

/* "1 h 47 min", or "2 h" where the smaller part is nothing. */
static void say_pair(char *text, const char *sign, uint64_t s, unsigned large,
                     const char *large_name, unsigned small, const char *small_name)
{
	uint64_t rounded = (s + small / 2) / small;
	uint64_t per = large / small;

	if (rounded % per)
		snprintf(text, UNITS_TEXT, "%s%ju %s %ju %s", sign,
		         (uintmax_t)(rounded / per), large_name,
		         (uintmax_t)(rounded % per), small_name);
	else
		snprintf(text, UNITS_TEXT, "%s%ju %s", sign, (uintmax_t)(rounded / per),
		         large_name);
}

char *units_say_duration(char text[UNITS_TEXT], int64_t ns)
{
	const char *sign = ns < 0 ? "-" : "";
	uint64_t n = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	uint64_t s = (n + NS_S / 2) / NS_S;
	unsigned tenths = (unsigned)((n + NS_S / 20) / (NS_S / 10) % 1000);

	if (n == 0)
		snprintf(text, UNITS_TEXT, "0 s");
	else if (n < NS_US)
		snprintf(text, UNITS_TEXT, "%s%u ns", sign, (unsigned)n);
	else if (n < NS_MS)
		snprintf(text, UNITS_TEXT, "%s%u us", sign, (unsigned)(n / NS_US));
	else if (n < NS_S / 10)
		snprintf(text, UNITS_TEXT, "%s%u ms", sign, (unsigned)(n / NS_MS));
	else if (n < 10 * NS_S && tenths % 10)
		snprintf(text, UNITS_TEXT, "%s%u.%u s", sign, tenths / 10, tenths % 10);
	else if (s < 2 * MIN_S)
		snprintf(text, UNITS_TEXT, "%s%u s", sign, (unsigned)s);
	else if (s < H_S)
		say_pair(text, sign, s, MIN_S, "min", 1, "s");
	else if (s < 10 * DAY_S) /* hours of recordings are thought of as hours */
		say_pair(text, sign, s, H_S, "h", MIN_S, "min");
	else
		say_pair(text, sign, s, DAY_S, "d", H_S, "h");
	return text;
}

static char *put_digits(char *to, uint64_t value, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; value /= 10)
		to[i] = (char)('0' + value % 10);
	return to + digits;
}

char *units_say_time(char text[UNITS_TEXT + 8], int64_t ns)
{
	int64_t s = ns / NS_S, fraction = ns % NS_S, days, second;
	char *to = text;

	if (fraction < 0) {
		fraction += NS_S;
		s--;
	}
	days = s / DAY_S;
	second = s % DAY_S;
	if (second < 0) {
		second += DAY_S;
		days--;
	}

	/*
	 * The date of a day, as H. Hinnant's "chrono-compatible low-level date
	 * algorithms" has it: years begin in March, so that the leap day is the last.
	 * 64 bits of nanoseconds reach from 1677 to 2262.
	 */
	uint64_t z = (uint64_t)(days + 719468);
	uint64_t era = z / 146097, day_of_era = z % 146097;
	uint64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	                        day_of_era / 146096) /
	                       365;
	uint64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint64_t m = (5 * day_of_year + 2) / 153;
	uint64_t day = day_of_year - (153 * m + 2) / 5 + 1;
	uint64_t month = m < 10 ? m + 3 : m - 9;
	uint64_t year = era * 400 + year_of_era + (month <= 2);

	to = put_digits(to, year, 4);
	*to++ = '-';
	to = put_digits(to, month, 2);
	*to++ = '-';
	to = put_digits(to, day, 2);
	*to++ = 'T';
	to = put_digits(to, (uint64_t)(second / H_S), 2);
	*to++ = ':';
	to = put_digits(to, (uint64_t)(second / MIN_S % 60), 2);
	*to++ = ':';
	to = put_digits(to, (uint64_t)(second % 60), 2);
	*to++ = '.';
	to = put_digits(to, (uint64_t)(fraction / NS_US), 6);
	memcpy(to, "+0000", sizeof("+0000"));
	return text;
}
