// SPDX-License-Identifier: Apache-2.0
/*
 * policy.h - what the sensor looks for: settings, rules, signatures, compiled.
 *
 * A policy never changes once it is built, so any thread may read it.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "policy/complaints.h"
#include "policy/config.h"
#include "policy/program.h"
#include "policy/sigma.h"
#include "policy/signatures.h"

struct policy {
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

/*
 * See config_load for the arguments.  Gives 0 and a policy for the caller to free, or -1
 * and all that is wrong; complaints may have warnings either way.
 */
int policy_load(const char *path, const char *const *overrides, size_t override_count,
                const char *data_dir, struct policy **ret, struct complaints *complaints);
void policy_free(struct policy *policy); /* NULL is fine */

#endif
