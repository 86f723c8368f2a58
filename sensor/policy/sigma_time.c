// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_time.c - the minute, hour, day... of a time.  Any thread; no call of the system.
 */
#include "policy/sigma.h"

#define NS_PER_SECOND 1000000000

struct date {
	int64_t year;
	unsigned month, day;
};

/* Days since 1970-01-01 as a date of the Gregorian calendar, with years that begin in
 * March, so that the day that leap years add is the last. */
static struct date date_of(int64_t days)
{
	int64_t since_0 = days + 719468, era = since_0 / 146097;
	unsigned of_era = (unsigned)(since_0 - era * 146097);
	unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned month = (5 * of_year + 2) / 153;

	return (struct date){
		.year = era * 400 + year + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = of_year - (153 * month + 2) / 5 + 1,
	};
}

/* ISO 8601: a week belongs to the year that its Thursday is in. */
static unsigned week_of(int64_t days)
{
	int64_t thursday = days - (days + 3) % 7 + 3;
	int64_t year = date_of(thursday).year;
	unsigned n = 0;

	while (date_of(thursday - 7 * (int64_t)n).year == year)
		n++;
	return n;
}

uint64_t time_part_of(enum time_part part, uint64_t ns, int32_t zone)
{
	int64_t seconds = (int64_t)(ns / NS_PER_SECOND) + zone;
	int64_t days = seconds / 86400;

	if (seconds < 0)
		return 0; /* 1970, west of Greenwich */
	switch (part) {
	case PART_MINUTE: return (uint64_t)(seconds / 60 % 60);
	case PART_HOUR: return (uint64_t)(seconds / 3600 % 24);
	case PART_DAY: return date_of(days).day;
	case PART_WEEK: return week_of(days);
	case PART_MONTH: return date_of(days).month;
	case PART_YEAR: return (uint64_t)date_of(days).year;
	default: return ns;
	}
}
