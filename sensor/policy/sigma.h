// SPDX-License-Identifier: Apache-2.0
/*
 * sigma.h - detection rules in Sigma (specification 2.1), parsed and compiled.
 *
 * A rule's condition becomes a tree in an array: children stand before their parent, so
 * that it is evaluated in one pass without recursion.  Immutable once loaded.
 */
#ifndef POLICY_SIGMA_H
#define POLICY_SIGMA_H

#include <stdio.h>

#include "base/prefix.h"
#include "policy/fields.h"

struct arena;
struct complaints;
struct config;
struct error;

enum match_op {
	MATCH_EQUAL, /* text with * and ? wildcards, or a number, or a bool */
	MATCH_CONTAINS,
	MATCH_STARTS,
	MATCH_ENDS,
	MATCH_CIDR,
	MATCH_LT,
	MATCH_LTE,
	MATCH_GT,
	MATCH_GTE,
	MATCH_EXISTS, /* number: 1 or 0 */
	MATCH_NULL,
	MATCH_RE, /* text is an expression as Hyperscan has it, found anywhere */
};

/* What of a time a number is compared with: Sigma's |hour and its kin, in time.zone. */
enum time_part {
	PART_NONE,
	PART_MINUTE,
	PART_HOUR,
	PART_DAY,
	PART_WEEK,
	PART_MONTH,
	PART_YEAR
};

struct match_value {
	uint64_t number;
	struct bytes text; /* as compared: escapes undone where there are no wildcards */
	struct prefix prefix; /* MATCH_CIDR; and MATCH_EQUAL with is_address */
	bool is_number;
	bool is_address;
	/*
	 * text is a pattern for the whole value, whatever the operation: unescaped * and
	 * ? (any one byte) are wildcards; *, ? and backslash themselves stand behind a
	 * backslash.
	 */
	bool wild;
	bool fold, multiline, dotall; /* MATCH_RE: |i, |m, |s */
};

enum rule_node_kind { NODE_MATCH, NODE_AND, NODE_OR, NODE_NOT };

struct rule_node {
	enum rule_node_kind kind;
	/* NODE_MATCH */
	const struct field *field; /* NULL: keywords, in any text that the thing has */
	const struct field *other; /* |fieldref: compared with this one's value; has no
	                              values */
	enum time_part part;
	int32_t zone; /* with a part: time.zone, seconds east of UTC */
	enum match_op op;
	bool all;   /* every value must match, not any */
	bool cased; /* text is compared with its case */
	/* program.c: values are prefixes, ascending, none inside another */
	bool sorted;
	const struct match_value *values;
	uint32_t value_count;
	/* program.c: the number of what is looked for in a text, where it is a text: one
	   for all values, or, with `all`, one for each value from here on */
	uint32_t atom;
	bool shares; /* they are those of a node before it, which asks the same */
	/* AND, OR, NOT: the indexes of the children, each smaller than this node's own */
	const uint32_t *children;
	uint32_t child_count;
};

/* A rule has at most so many nodes: the evaluator keeps their truth on its stack. */
enum { RULE_NODES_MAX = 1024 };

enum level { LEVEL_INFORMATIONAL, LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH, LEVEL_CRITICAL };

/* A Sigma filter: a condition that is ANDed to those of other rules. */
struct filter {
	const char *id, *title, *file;
	unsigned line;
	uint32_t index; /* among all filters */
	bool keeps; /* its condition is purely positive: it keeps, and leaves nothing out
	             */
	bool any;   /* of all rules of its log source */
};

/* A Sigma correlation: understood, but not run. */
struct correlation {
	const char *id, *title, *file; /* id and title may be NULL */
	unsigned line;
	const char *type; /* "event_count" */
};

/* A filter in a rule: its condition stands among the rule's nodes. */
struct rule_filter {
	const struct filter *filter;
	uint32_t node;
};

#define NO_GATE UINT32_MAX

struct rule {
	const char *id;        /* the Sigma id, a UUID */
	uint64_t hash;         /* of it: what flows and records keep */
	uint32_t signature_id; /* between 2^30 and 2^31 - 1, from the id; a clash is an
	                          error at load */
	uint32_t rev; /* 1, or what custom field egret.rev... says; 1 to begin with */
	const char *title;
	const char *name;        /* may be NULL; what filters and correlations say */
	const char *author;      /* may be NULL */
	const char *date;        /* may be NULL */
	const char *description; /* may be NULL */
	const char *status;      /* may be NULL */
	const char *file;        /* and where its id stands there */
	unsigned line, column;
	enum level level;
	enum category category;
	const char *const *tags; /* ends with NULL */
	const char *const
		*techniques; /* "T1048.003" from attack.t1048.003; ends with NULL */
	const char *const *false_positives; /* ends with NULL */
	const struct rule_node *nodes;
	uint32_t node_count; /* the last node is the condition, filters and all */
	/* its own condition, and what filters add to it: all must be true */
	uint32_t own;
	/* program.c: a node, a limit on a number, without which it cannot be true */
	uint32_t gate;
	const struct rule_filter *filters; /* those that apply */
	uint32_t filter_count;
};

struct rules {
	const struct rule *at; /* in order of file path, then of place in the file */
	size_t n;
	const struct filter *filters;
	size_t filter_count;
	/* rules of the right language that a wire sensor cannot have; one sentence each
	 */
	const char *const *not_applicable;
	const char *const *not_applicable_why; /* of each, the reason alone */
	size_t not_applicable_count;
	const struct correlation *correlations;
	size_t correlation_count;
	size_t off;                 /* rules that the settings switch off */
	const char *const *sources; /* files that were read beside the rules' own: lists,
	                               taxonomies, filters */
	size_t source_count;
	/*
	 * For each category: every limit that a gt or gte sets on bytes (as the first
	 * value for which it is true), ascending, each once; and on event.duration in
	 * nanoseconds.
	 */
	struct {
		const uint64_t *bytes;
		size_t byte_count;
		const uint64_t *durations;
		size_t duration_count;
	} marks[CATEGORIES];
};

/*
 * Reads every rule that the settings name (config->rules: files; folders are searched for
 * *.yml and *.yaml, sorted), with their taxonomies, lists and filters.  Memory is
 * arena's.  -1 where anything is not understood; complaints then has all of it.
 */
int rules_load(struct arena *arena, const struct config *config, struct rules **ret,
               struct complaints *complaints);

/* The same of one file's text; `name` is for messages; config NULL: as if it said
 * nothing. */
int rules_read(struct arena *arena, const struct config *config, const char *name,
               struct bytes text, struct rules **ret, struct complaints *complaints);
/* The same for one who wants only the first sentence. */
int rules_parse(struct arena *arena, const char *name, struct bytes text,
                struct rules **ret, struct error *err);

/* What the part of a time is: ns since 1970, seconds east of UTC; weeks are ISO 8601's.
 */
uint64_t time_part_of(enum time_part part, uint64_t ns, int32_t zone);

const char *level_name(enum level level); /* "high" */
int level_parse(const char *name, enum level *ret);
const char *category_name(enum category category); /* "transfer" */

/* The rule in words and as it was understood, for `egret rules show`. */
void rule_print(const struct rule *rule, FILE *to);
void rules_print_list(const struct rules *rules,
                      FILE *to); /* level, category, title, id */

#endif
