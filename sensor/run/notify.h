// SPDX-License-Identifier: Apache-2.0
/*
 * notify.h - tells the service manager how a run is; nothing where there is none.  The
 * door to libsystemd.
 */
#ifndef RUN_NOTIFY_H
#define RUN_NOTIFY_H

#include <stdint.h>

void notify_ready(void);    /* what was to be opened is open */
void notify_stopping(void); /* asked to end, and ending */

/* What was told; of zeros at first.  The reader's. */
struct notify {
	int64_t told; /* ns on a clock that nobody sets */
	uint64_t done;
};

/*
 * Still at work, where `done` has grown since the last time: it counts what comes out at
 * the far end, so that nobody says so for a run of which a part stands still.  Costs a
 * call of the system once in some seconds.
 */
void notify_alive(struct notify *notify, uint64_t done);

#endif
