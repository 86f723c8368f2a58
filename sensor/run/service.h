// SPDX-License-Identifier: Apache-2.0
/*
 * service.h - what a live run shows of itself, and what may be asked of it: the common
 * ground of control and web.
 *
 * Filled in before their threads are started and constant then; what it points to may be
 * asked by any thread.
 */
#ifndef RUN_SERVICE_H
#define RUN_SERVICE_H

#include "run/reload.h"
#include "run/status.h"

struct service {
	struct board *board;
	struct deliver *deliver;
	struct reload *reload;
	const char *const *interfaces;
	size_t interface_count;
	int64_t started; /* ns since 1970 */
	unsigned workers;
	atomic_bool *stop; /* set: the run ends in order */
};

/* ret is large: not on a stack. */
void service_look(const struct service *service, struct standing *ret);

#endif
