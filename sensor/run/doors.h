// SPDX-License-Identifier: Apache-2.0
/*
 * doors.h - where others ask a live run how it stands: the board they look at, the
 * control socket, the metrics.
 *
 * The main thread's.  Of zeros before; doors_end and doors_close are fine at any time.
 */
#ifndef RUN_DOORS_H
#define RUN_DOORS_H

#include "run/control.h"
#include "run/web.h"

struct doors {
	struct service service; /* the caller fills in the rest before doors_start */
	struct control *control;
	struct web *web;
};

int doors_begin(struct doors *doors, struct error *err); /* makes the board */
/* What may need root.  A door that cannot be had is said, and the run goes on without. */
void doors_open(struct doors *doors, const struct config *config);
/* Their threads. */
int doors_start(struct doors *doors, struct error *err);
/* Nobody is answered any more; the control socket's file still stands. */
void doors_end(struct doors *doors);
void doors_close(struct doors *doors);

/* For reader.asked, with the struct doors. */
bool doors_top_asked(void *doors);

#endif
