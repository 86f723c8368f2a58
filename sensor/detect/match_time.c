// SPDX-License-Identifier: Apache-2.0
/*
 * match_time.c - days into years, months and weeks, in the Gregorian calendar.
 */
#include "detect/match_time.h"

#include <time.h>

/* The week of a day belongs to the year in which its Thursday lies (ISO 8601). */
static unsigned week_of(const struct tm *tm)
{
	int from_monday = (tm->tm_wday + 6) % 7;
	int thursday = tm->tm_yday - from_monday + 3;
	int year = tm->tm_year + 1900;
	bool leap;

	if (thursday < 0) {
		year--;
		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		thursday += leap ? 366 : 365;
	} else {
		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		if (thursday >= (leap ? 366 : 365))
			thursday = 0;
	}
	return (unsigned)thursday / 7 + 1;
}

uint64_t time_part(enum time_part part, uint64_t ns, int32_t zone)
{
	time_t seconds = (time_t)(ns / 1000000000) + zone;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return 0;
	switch (part) {
	case PART_MINUTE: return (uint64_t)tm.tm_min;
	case PART_HOUR: return (uint64_t)tm.tm_hour;
	case PART_DAY: return (uint64_t)tm.tm_mday;
	case PART_WEEK: return week_of(&tm);
	case PART_MONTH: return (uint64_t)tm.tm_mon + 1;
	case PART_YEAR: return (uint64_t)tm.tm_year + 1900;
	default: return ns;
	}
}
