// SPDX-License-Identifier: Apache-2.0
/*
 * job.h - one run from open inputs to its last record: what replay and live have in
 * common.
 *
 * The main thread's.  Of zeros but for fail_on, its options are filled in first, then the
 * policy and the reader, then job_begin and job_run; job_done takes any of it back.
 */
#ifndef RUN_JOB_H
#define RUN_JOB_H

#include <limits.h>

#include "output/output.h"
#include "policy/policy.h"
#include "run/command.h"
#include "run/deliver.h"
#include "run/doors.h"
#include "run/notify.h"
#include "run/progress.h"
#include "run/reload.h"
#include "run/reader.h"

struct job {
	/* options */
	struct settings settings;
	const char *eve;    /* where records go; NULL: eve.json in the folder */
	const char *folder; /* NULL: the working directory */
	unsigned workers;   /* 0: as the settings say */
	int fail_on;        /* enum level, or -1 */
	bool quiet;
	bool unsandboxed; /* --no-sandbox */
	bool lasts;       /* SIGHUP brings other rules, and does not end it */

	struct policy *policy;
	struct reader reader;
	struct output *output;
	struct deliver deliver;
	struct progress progress;
	struct doors doors;   /* a live run's */
	_Atomic uint64_t put; /* events: the output's thread adds */
	struct notify notify;
	uint64_t refused;     /* calls, by the sandbox; counted so far */
	struct event shifted; /* the output's thread's */
	struct reload *reload;
	char run[17]; /* its name */
	char eve_path[PATH_MAX];
};

/*
 * Opens the outputs, and takes the signals.  -1, or an exit status after saying on stderr
 * why.
 */
int job_begin(struct job *job);
/* To the end of what the reader gives, or until SIGINT or SIGTERM.  Gives an exit status.
 */
int job_run(struct job *job);
void job_done(struct job *job);

/* "-w 4": 0, or an exit status. */
int job_workers(const struct command *command, const char *text, struct job *job);

#endif
