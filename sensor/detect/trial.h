// SPDX-License-Identifier: Apache-2.0
/*
 * trial.h - how near a rule came to being true of a thing, and what was missing: for
 * whoever tries a rule out.
 */
#ifndef DETECT_TRIAL_H
#define DETECT_TRIAL_H

#include "detect/match.h"

enum { TRIAL_WHOLE = 1000, SHORTFALLS_MAX = 6 };

/* One comparison that did not go as the rule wants it. */
struct shortfall {
	const struct rule_node *node; /* the policy's */
	bool negated;                 /* it stands under a `not`, and was true */
	enum known known;             /* what was known of the field at the end */
	uint64_t number;              /* its value, where it is a number */
	uint8_t text_n;
	bool cut;
	char text[64]; /* or as text: the first of a list */
};

struct trial {
	uint16_t score; /* of TRIAL_WHOLE: how much of the condition was true */
	uint8_t count;
	struct shortfall at[SHORTFALLS_MAX];
};

/* Of a rule that is not true of the thing. */
void trial_of(const struct rule *rule, const struct subject *subject, struct trial *ret);

#endif
