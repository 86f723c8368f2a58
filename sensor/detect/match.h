// SPDX-License-Identifier: Apache-2.0
/*
 * match.h - is this rule true of this thing?  True, false, or not yet.
 *
 * The evaluator knows no worker and no ledger: it asks a subject for the values of
 * fields. No allocation, no recursion; any thread.
 */
#ifndef DETECT_MATCH_H
#define DETECT_MATCH_H

#include "policy/sigma.h"

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_NOT_YET };

enum known {
	KNOWN_NOT_YET, /* may still come */
	KNOWN_ABSENT,  /* will never come */
	KNOWN_GROWING, /* a number, which may still grow (or a list, which may) */
	KNOWN_SETTLED, /* and that is what it stays */
};

enum { VALUE_TEXTS = 16, VALUE_MADE = 1280 };

struct value {
	enum known known;
	uint64_t number;     /* FIELD_NUMBER, FIELD_BOOL */
	struct addr ip;      /* FIELD_IP */
	unsigned text_count; /* FIELD_BYTES: usually one; a list matches when any of it
	                        does */
	struct bytes texts[VALUE_TEXTS];
	/* where a text stands that is made for the rule: put together, or in lower case;
	 * not zeroed */
	char made[VALUE_MADE];
};

struct subject {
	/* Fills value (zeroed before, but for `made`) with what is known of the field
	 * now. */
	void (*get)(const struct subject *subject, const struct field *field,
	            struct value *value);
	const void *thing;
	const void *arg;
	/*
	 * One bit for each atom (policy/program.h): what scan.c found in the thing's
	 * texts.  NULL: texts are compared one by one, which is slow and knows no
	 * expressions.
	 */
	const uint64_t *found;
};

/* Why it is true: the comparisons that carried it, those with numbers first. */
struct reason {
	const struct field *field;
	enum match_op op;
	uint64_t value, limit; /* numbers */
	bool is_number;
	uint8_t text_n, match_n;
	char text[56],
		match[56]; /* what was seen, what the rule asked for; cut if longer */
};

enum { REASONS_MAX = 4 };

struct reasons {
	unsigned count;
	struct reason at[REASONS_MAX];
};

/*
 * The truth (enum truth) of each of the rule's nodes is written to truth, which has room
 * for RULE_NODES_MAX; gives that of the last one, the rule's own.
 */
enum truth match_nodes(const struct rule *rule, const struct subject *subject,
                       uint8_t *truth);

/* False: the rule cannot be true of the subject now, which costs one comparison to say.
 */
bool match_may(const struct rule *rule, const struct subject *subject);

/*
 * why may be NULL; it is written only when the answer is TRUTH_TRUE.  suppressed may be
 * NULL, too: it gets the first filter that alone made a rule false which is true in
 * itself, or NULL.
 */
enum truth match_rule(const struct rule *rule, const struct subject *subject,
                      struct reasons *why, const struct filter **suppressed);

#endif
