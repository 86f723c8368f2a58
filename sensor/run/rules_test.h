// SPDX-License-Identifier: Apache-2.0
/*
 * rules_test.h - egret rules test: rules tried out on captures.
 */
#ifndef RUN_RULES_TEST_H
#define RUN_RULES_TEST_H

#include "policy/policy.h"
#include "run/command.h"

/*
 * Prints what becomes of each rule of the policy on the captures; with `explain` (the
 * beginning of a rule's id) of that rule only, and what came nearest even where it fires.
 * Gives an exit status.
 */
int rules_test(struct policy *policy, const char *const *paths, size_t count,
               const char *explain);

#endif
