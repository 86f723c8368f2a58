// SPDX-License-Identifier: Apache-2.0
/*
 * reload.h - other rules for a run that goes on, when SIGHUP asks for them.
 *
 * A thread of its own waits for the signal and loads, so that packets do not wait for
 * Hyperscan.  What is wrong is said in the log and counted, and changes nothing.
 */
#ifndef RUN_RELOAD_H
#define RUN_RELOAD_H

#include "base/counters.h"
#include "policy/policy.h"
#include "run/command.h"

struct reload;

/* From now on SIGHUP waits for reload_new.  Called by the thread that starts all others.
 */
void reload_expect(void);

/*
 * After reload_expect, and before other threads are started.  settings: borrowed, until
 * reload_free, and nobody else's meanwhile.  NULL: err says why.
 */
struct reload *reload_new(struct settings *settings, const struct policy *running,
                          struct error *err);
void reload_free(struct reload *reload); /* NULL is fine */

/*
 * Loads now, and waits until it has; said gets what is wrong, or what is in force, in
 * lines.  False: nothing has changed.  Any thread but that one.
 */
enum { RELOAD_TEXT = 1 << 14 };
bool reload_now(struct reload *reload, char said[RELOAD_TEXT]);
/* When the newest policy was loaded: ns since 1970.  Any thread. */
int64_t reload_time(const struct reload *reload);

/*
 * The newest policy that nobody has taken yet, which is the caller's then, or NULL; what
 * happened since the last call is counted.  One thread.  For pipeline_options.fresh.
 */
const struct policy *reload_take(void *reload, struct counters *counters);

#endif
