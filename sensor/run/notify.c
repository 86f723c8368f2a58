// SPDX-License-Identifier: Apache-2.0
/*
 * notify.c - READY, WATCHDOG, STOPPING: the protocol of systemd's services.
 */
#include "run/notify.h"

#include <systemd/sd-daemon.h>

#define EVERY INT64_C(5000000000) /* ns */

void notify_ready(void)
{
	sd_notify(0, "READY=1");
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void notify_alive(int64_t time)
{
	static int64_t told;

	if (time - told < EVERY)
		return;
	told = time;
	sd_notify(0, "WATCHDOG=1");
}
