// SPDX-License-Identifier: Apache-2.0
/*
 * match_time.h - the parts of a time that rules compare: the room's own, behind match.h.
 */
#ifndef DETECT_MATCH_TIME_H
#define DETECT_MATCH_TIME_H

#include "policy/sigma.h"

/*
 * The minute (0 to 59), hour (0 to 23), day of the month (1 to 31), week of the year (ISO
 * 8601, 1 to 53), month (1 to 12) or year of `ns` since 1970, `zone` seconds east of UTC.
 */
uint64_t time_part(enum time_part part, uint64_t ns, int32_t zone);

#endif
