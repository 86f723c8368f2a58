// SPDX-License-Identifier: Apache-2.0
/*
 * sight.h - how well a sensor sees, and what is probably wrong where it does not.
 *
 * By counters alone, of a whole run or of a part of one.
 */
#ifndef OUTPUT_SIGHT_H
#define OUTPUT_SIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/counters.h"

enum sight {
	SIGHT_DOUBLED,   /* packets come twice */
	SIGHT_ONE_SIDED, /* connections are seen in one direction only */
	SIGHT_LOSSY,     /* bytes were acknowledged that never came by */
	SIGHTS
};

enum { SIGHT_TEXT = 384 };

/*
 * Whether that is so, of what was counted from one moment to another (all zeros: from the
 * beginning); then text is a sentence or two for people.
 */
bool sight_of(enum sight sight, const struct counters *from, const struct counters *to,
              char text[SIGHT_TEXT]);

/* For a run that lasts: looks at it part by part, and says what begins and what is over.
 */
struct sight_watch {
	struct counters from; /* when the part began */
	int64_t began;        /* packet time, ns; 0: it has not */
	bool so[SIGHTS];
	bool first; /* the first part, which is shorter, is over */
};

/* now: packet time.  say is called for each sentence. */
void sight_watch(struct sight_watch *watch, const struct counters *now, int64_t time,
                 void (*say)(const char *sentence));

#endif
