// SPDX-License-Identifier: Apache-2.0
/*
 * privilege.h - what a sensor may do once everything is open: listen, and no more.  The
 * door to libcap-ng.
 */
#ifndef RUN_PRIVILEGE_H
#define RUN_PRIVILEGE_H

#include <stdbool.h>

struct error;

/*
 * Started as root: becomes `user`, for good, with CAP_NET_RAW alone (an interface that
 * comes back must be opened again), no further groups, and nothing that an execve could
 * give back.  Started as somebody else: keeps of the capabilities that there are no other
 * than that one.  Before other threads are started, for each thread has its own.  -1: err
 * says why, and the program must end.  *said: a sentence about it in said, or "".
 *
 * "egret", the default, where there is no such user: nobody, which is said.  "root":
 * stays root, which is said.
 */
enum { PRIVILEGE_TEXT = 160 };
int privilege_drop(const char *user, char said[PRIVILEGE_TEXT], struct error *err);

#endif
