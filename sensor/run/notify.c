// SPDX-License-Identifier: Apache-2.0
/*
 * notify.c - READY, WATCHDOG, STOPPING: the protocol of systemd's services.
 */
#include "run/notify.h"

#include <systemd/sd-daemon.h>
#include <time.h>

#define EVERY INT64_C(5000000000) /* ns */

void notify_ready(void)
{
	sd_notify(0, "READY=1");
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void notify_alive(struct notify *n, uint64_t done)
{
	struct timespec now;
	int64_t time;

	clock_gettime(CLOCK_MONOTONIC, &now);
	time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	if (done == n->done || (n->told && time - n->told < EVERY))
		return;
	n->told = time;
	n->done = done;
	sd_notify(0, "WATCHDOG=1");
}
