// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_time.c - the minute, hour, day... of a time.  Any thread.
 */
#include <stdlib.h>
#include <time.h>

#include "policy/sigma.h"

/* The week of a day belongs to the year in which its Thursday lies (ISO 8601). */
static uint64_t week_of(const struct tm *tm)
{
	char text[4];

	return strftime(text, sizeof(text), "%V", tm) ? strtoul(text, NULL, 10) : 0;
}

uint64_t time_part_of(enum time_part part, uint64_t ns, int32_t zone)
{
	time_t seconds = (time_t)(ns / 1000000000) + zone;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return 0; /* a year that no int holds */
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
