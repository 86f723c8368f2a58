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
/* Still at work; costs a call of the system once in a few seconds of `time`, which is
 * packet time (ns). */
void notify_alive(int64_t time);

#endif
