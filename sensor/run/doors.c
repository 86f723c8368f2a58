// SPDX-License-Identifier: Apache-2.0
/*
 * doors.c - opens, starts and ends what others ask a live run by.
 */
#include "run/doors.h"

#include <time.h>

#include "base/error.h"
#include "base/log.h"

int doors_begin(struct doors *d, struct error *err)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	d->service.started = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	d->service.board = board_new();
	return d->service.board ? 0 : error_set(err, "out of memory");
}

void doors_open(struct doors *d, const struct config *c)
{
	struct error err;

	if (*c->control_socket &&
	    control_open(c->control_socket, c->user, &d->control, &err) != 0)
		log_warning("%s: egret ctl cannot ask it", err.text);
	if (*c->metrics_listen &&
	    web_open(c->metrics_listen, c->user, &d->web, &err) != 0)
		log_warning("metrics.listen: %s: it goes on without", err.text);
}

int doors_start(struct doors *d, struct error *err)
{
	if (d->control && control_start(d->control, &d->service, err) < 0)
		return -1;
	return d->web ? web_start(d->web, &d->service, err) : 0;
}

void doors_end(struct doors *d)
{
	control_end(d->control);
	web_close(d->web);
	d->web = NULL;
}

void doors_close(struct doors *d)
{
	doors_end(d);
	control_close(d->control);
	board_free(d->service.board);
}

bool doors_top_asked(void *doors)
{
	return board_top_asked(((struct doors *)doors)->service.board);
}
