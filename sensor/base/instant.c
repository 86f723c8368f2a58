// SPDX-License-Identifier: Apache-2.0
/*
 * instant.c - reads moments front to back, digit by digit: no locale, no zone of the
 * machine's.
 */
#include "base/instant.h"

#include "base/error.h"
#include "base/units.h"

#define SECOND INT64_C(1000000000)

enum { YEAR_MIN = 1970, YEAR_MAX = 2261 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly n digits, at most `most`. */
static bool take_number(const char **at, unsigned n, int most, int *value)
{
	*value = 0;
	for (unsigned i = 0; i < n; i++, (*at)++) {
		if (!is_digit(**at))
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return *value <= most;
}

static bool take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* Behind a point; what is finer than a nanosecond is dropped. */
static bool take_fraction(const char **at, int64_t *ns)
{
	int64_t unit = SECOND / 10;

	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); (*at)++, unit /= 10)
		*ns += (**at - '0') * unit;
	return true;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The day since 1970. */
static bool take_day(const char **at, int64_t *day)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, of_month;

	if (!take_number(at, 4, YEAR_MAX, &year) || year < YEAR_MIN ||
	    !take_char(at, '-') || !take_number(at, 2, 12, &month) || month < 1 ||
	    !take_char(at, '-') || !take_number(at, 2, 31, &of_month) || of_month < 1 ||
	    of_month > days[month - 1] + (month == 2 && is_leap(year)))
		return false;
	*day = of_month - 1;
	for (int y = YEAR_MIN; y < year; y++)
		*day += is_leap(y) ? 366 : 365;
	for (int m = 1; m < month; m++)
		*day += days[m - 1] + (m == 2 && is_leap(year));
	return true;
}

static bool take_time(const char **at, int64_t *ns)
{
	int hour, minute, second = 0;

	if (!take_number(at, 2, 23, &hour) || !take_char(at, ':') ||
	    !take_number(at, 2, 59, &minute))
		return false;
	if (take_char(at, ':') && !take_number(at, 2, 60, &second))
		return false;
	*ns += ((hour * 60 + minute) * INT64_C(60) + second) * SECOND;
	return !take_char(at, '.') || take_fraction(at, ns);
}

/* Z, +02:00, or nothing. */
static bool take_zone(const char **at, int64_t *ns)
{
	int sign = **at == '-' ? -1 : 1, hour, minute;

	if (take_char(at, 'Z') || take_char(at, 'z') || **at == '\0')
		return true;
	if (!take_char(at, '+') && !take_char(at, '-'))
		return false;
	if (!take_number(at, 2, 23, &hour) || !take_char(at, ':') ||
	    !take_number(at, 2, 59, &minute))
		return false;
	*ns -= sign * (hour * 60 + minute) * 60 * SECOND;
	return true;
}

int instant_parse(const char *text, int64_t *ns, bool *relative, struct error *err)
{
	const char *at = text;
	int64_t day, time = 0;
	bool good;

	*relative = *text == '+';
	if (*relative)
		return units_duration(text + 1, ns, err);
	good = take_day(&at, &day);
	if (good && (take_char(&at, 'T') || take_char(&at, 't') || take_char(&at, ' ')))
		good = take_time(&at, &time) && take_zone(&at, &time);
	if (!good || *at)
		return error_set(err,
		                 "\"%s\" is no moment: say 2024-05-01T10:00:00Z, "
		                 "2024-05-01 or +90s",
		                 text);
	*ns = day * 86400 * SECOND + time;
	return 0;
}
