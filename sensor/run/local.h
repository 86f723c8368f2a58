// SPDX-License-Identifier: Apache-2.0
/*
 * local.h - unix sockets at which others of this machine ask a sensor.
 */
#ifndef RUN_LOCAL_H
#define RUN_LOCAL_H

struct error;

/*
 * A stream socket that listens at path, mode 0660, whose folder is made where it is not
 * there; both are `user`'s where this is root.  One that a killed run left is taken over.
 * -1: err says why, for instance that another sensor listens there.  accept does not
 * wait.
 */
int local_listen(const char *path, const char *user, struct error *err);
/* The other end; -1 and errno. */
int local_connect(const char *path);

#endif
