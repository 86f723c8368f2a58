// SPDX-License-Identifier: Apache-2.0
/*
 * sandbox.h - what each thread may ask of the kernel: the door to libseccomp.
 *
 * A thread takes on its role when it begins and cannot leave it; threads that it starts
 * have it, too.  A call that its role does not have fails with EPERM, is counted and
 * said, and kills nobody: what was broken into can do little, and an error of ours is no
 * outage. Nobody may start a program, trace, mount, load modules or get other rights.
 */
#ifndef RUN_SANDBOX_H
#define RUN_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

struct error;

enum sandbox_role {
	SANDBOX_NONE,    /* whoever has none */
	SANDBOX_READER,  /* takes packets, opens an interface that comes back; and workers
	                    that read for themselves */
	SANDBOX_WORKER,  /* works on them: opens nothing, connects nowhere, writes to the
	                    log alone */
	SANDBOX_OUTPUT,  /* makes records: the same */
	SANDBOX_FILE,    /* writes files */
	SANDBOX_NET,     /* connects to others, and spools */
	SANDBOX_LOADER,  /* reads settings and rules, keeps compiled patterns */
	SANDBOX_CONTROL, /* answers on a socket that is open */
	SANDBOX_WEB,     /* the same, over HTTP */
	SANDBOX_ROLES
};

const char *sandbox_role_name(enum sandbox_role role); /* "a worker" */

/*
 * Before any thread takes on a role.  False, and why is one sentence: it cannot be had
 * here (a build with sanitizers, an old kernel), and everybody may do everything.
 */
bool sandbox_begin(struct error *why);
/* The calling thread has that role from now on.  Nothing happens where sandbox_begin was
 * not called, or could not be had. */
void sandbox_enter(enum sandbox_role role);

/* Any one thread: says in the log what was refused since the last time, each call of each
 * role once; gives how many calls were refused in all. */
uint64_t sandbox_tell(void);

const char *sandbox_library_version(void);

#endif
