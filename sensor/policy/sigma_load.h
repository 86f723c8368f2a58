// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_load.h - a load of rules under way, for sigma.c and sigma_load.c alone.
 */
#ifndef POLICY_SIGMA_LOAD_H
#define POLICY_SIGMA_LOAD_H

#include "policy/sigma_build.h"

/* A rule that was seen, whether or not it is loaded. */
struct known_rule {
	const char *id, *name; /* may be NULL */
	struct log_source source;
	const struct taxonomy *taxonomy;
	bool foreign, loaded;
	size_t index; /* among the rules, where it is loaded */
};

/* What a correlation says of other documents, checked when all are known. */
struct correlated {
	const char *own_name; /* may be NULL */
	const char *const *names;
	const struct yaml_node *document;
};

struct loader {
	struct arena *arena;
	struct arena *trees; /* of YAML, until all is read: filters are built from them */
	const struct config *config; /* NULL: none */
	struct surroundings around;
	struct taxonomies taxonomies;
	struct rule *rules;
	size_t n, room;
	struct known_rule *known;
	size_t known_count, known_room;
	struct filter_document *filters;
	size_t filter_count, filter_room;
	struct correlation *correlations;
	struct correlated *correlated;
	size_t correlation_count, correlation_room, correlated_room;
	const char **not_applicable, **not_applicable_why;
	size_t not_applicable_count, not_applicable_room, not_applicable_why_room;
	size_t off;
	bool *off_used, *level_used; /* by place in rules.off, rules.levels */
};

bool rule_has_tag(const struct rule *rule, const char *tag);

/* Filters into rules, and the names that filters and correlations say.  -1: out of
 * memory; all else is complained of. */
int loader_join(struct loader *l, struct rules *ret);
/* What rules.off, rules.levels and rules.vars say in vain, or wrongly. */
void loader_check_settings(struct loader *l);

#endif
