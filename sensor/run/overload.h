// SPDX-License-Identifier: Apache-2.0
/*
 * overload.h - how much to leave out, by what was lost lately.
 */
#ifndef RUN_OVERLOAD_H
#define RUN_OVERLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "content/load.h"

/* All zeros to begin with.  One thread. */
struct overload {
	enum load load;
	int64_t changed; /* when it was */
	int64_t lost;    /* when something was, last; ns */
};

/*
 * Packets were lost since the last call, or none were; now: ns, never backwards.  A
 * second of losses after the last step is the next step up, ten without any the next one
 * down. True: load has changed.
 */
bool overload_step(struct overload *overload, bool lost, int64_t now);

/* What is left out at that load, for people: "members of archives are not listed". */
const char *overload_says(enum load load);

#endif
