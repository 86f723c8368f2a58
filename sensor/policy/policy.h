// SPDX-License-Identifier: Apache-2.0
/*
 * policy.h - what the sensor looks for: settings, rules, signatures, compiled.
 *
 * A policy never changes once it is built, so any thread may read it.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdatomic.h>

#include "policy/complaints.h"
#include "policy/config.h"
#include "policy/program.h"
#include "policy/sigma.h"
#include "policy/signatures.h"

/*
 * What a reload leaves as it is: file types, which transfers under way are known by, and
 * how streams begin.  Shared by the policies of a run.
 */
struct policy_base;

struct policy {
	atomic_uint users;
	struct policy_base *base;
	struct arena *arena; /* holds all below */
	struct config *config;
	struct rules *rules;
	struct program *program; /* of the rules */
	struct signatures *signatures;
	bool trial;    /* rules are tried out: how near each came is told, too */
	uint64_t hash; /* of the settings and the rules: the same for the same files and
	                  options */
	struct patterns *starts; /* how streams begin; ids are START_ID(dissector index,
	                            from_client) */
};

#define START_ID(index, from_client) ((uint32_t)(index) << 1 | (from_client))

/* Where a policy is read from; see config_load.  All of it borrowed. */
struct policy_source {
	const char *config; /* NULL: only what is built in */
	const char *const *overrides;
	size_t override_count;
	const char *data_dir;
	struct prefixes inside; /* more of networks.protected */
};

/*
 * Gives 0 and a policy for the caller to free, or -1 and all that is wrong; complaints
 * may have warnings either way.
 */
int policy_load(const struct policy_source *from, struct policy **ret,
                struct complaints *complaints);
/*
 * The same files again, as they are now, for a run that goes on: rules and what belongs
 * to them are new, signatures and the sizes of tables are those of `running` (a warning
 * names what is another now).  One thread at a time; `running` is only read.
 */
int policy_reload(const struct policy *running, const struct policy_source *from,
                  struct policy **ret, struct complaints *complaints);
/*
 * Whoever uses a policy that another thread may replace keeps it; it is gone when the
 * last of them, and whoever loaded it, have freed it.  Any thread.
 */
const struct policy *policy_keep(const struct policy *policy);
void policy_free(const struct policy *policy); /* NULL is fine */

#endif
