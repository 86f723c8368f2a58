// SPDX-License-Identifier: Apache-2.0
/*
 * instant.h - moments as people write them.
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/*
 * "2024-05-01T10:00:00Z" (RFC 3339: fraction, zone, and a space for the T are fine;
 * without a zone it is UTC; the seconds, or all of the time, may be left out):
 * nanoseconds since 1970, from 1970 to 2261.  "+90s", "+5m": relative, as many
 * nanoseconds behind something.  -1 and a sentence in err (without a place).
 */
int instant_parse(const char *text, int64_t *ns, bool *relative, struct error *err);

#endif
