// SPDX-License-Identifier: Apache-2.0
/*
 * control.h - the unix socket through which `egret ctl` asks a running sensor.
 *
 * One line asks: a command and its arguments, divided by blanks.  The answer's first line
 * is "ok" or "no", what follows is for people (or JSON), and the end of the stream ends
 * it.  Who may: whoever may open the socket, mode 0660.
 */
#ifndef RUN_CONTROL_H
#define RUN_CONTROL_H

#include "run/service.h"

struct control;
struct error;

enum { CONTROL_LINE = 256 };

/*
 * Makes the socket, in a folder that is made if it is not there, for `user` as its owner
 * where this is root.  1: another sensor listens there, or it cannot be made, which err
 * says: a run goes on without.
 */
int control_open(const char *path, const char *user, struct control **ret,
                 struct error *err);
/* Its thread; service is borrowed. */
int control_start(struct control *control, const struct service *service,
                  struct error *err);
/* Ends the thread; the socket still stands, so that who waits for the end sees it. */
void control_end(struct control *control);   /* NULL is fine */
void control_close(struct control *control); /* NULL is fine */

/* The other end: sends the line, copies the answer to `to`.  0: "ok", 1: "no", -1:
 * nobody answers (said on stderr). */
int control_ask(const char *path, const char *line, FILE *to);

#endif
