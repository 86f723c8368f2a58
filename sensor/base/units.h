// SPDX-License-Identifier: Apache-2.0
/*
 * units.h - sizes, durations and rates as people write and read them.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

struct error;

/*
 * "2GiB", "1.5MB", "4096": bytes.  k M G T P E with B are powers of 1000, Ki Mi and on
 * with B of 1024 (the B may be left out); case is ignored.  A fraction has at most nine
 * digits, and what it leaves of a byte is dropped.
 * -1 and a sentence in err (without a place: the caller knows it) where it is not a size
 * or does not fit 64 bits.
 */
int units_size(const char *text, uint64_t *bytes, struct error *err);

/*
 * "15m", "1h30m", "250ms", "30d", "45": nanoseconds; a bare number is seconds.  Units are
 * ns us ms s m (or min) h d w, each once, the largest first.
 */
int units_duration(const char *text, int64_t *ns, struct error *err);

/* "100Mbit/s", "64kbit/s", "12MB/s", "5Mbps": bits a second, as is a bare number. */
int units_rate(const char *text, uint64_t *bits, struct error *err);

/* Room enough for whatever the writers below write. */
enum { UNITS_TEXT = 32 };

/* These write text for people and give their first argument back. */
char *units_say_size(char text[UNITS_TEXT], uint64_t bytes); /* "8.01 GB", "312 B" */
char *units_say_duration(char text[UNITS_TEXT],
                         int64_t ns); /* "1 h 47 min", "64 s", "0.3 s" */
char *units_say_rate(char text[UNITS_TEXT], uint64_t bits);   /* "1.02 Gbit/s" */
char *units_say_count(char text[UNITS_TEXT], uint64_t count); /* "1,234,567" */

/* "2026-11-23T15:04:05.000000+0000" of nanoseconds since 1970, in UTC, as EVE has it. */
char *units_say_time(char text[UNITS_TEXT + 8], int64_t ns);

#endif
