// SPDX-License-Identifier: Apache-2.0
/*
 * taxonomy.h - other people's names for what egret knows: the files in rules/taxonomy.
 *
 * A file is for one log source.  `fields` says which of our fields a name is, `absent`
 * which names a wire sensor cannot have, and why; a * at the end of such a name stands
 * for any rest.  The file without a log source is for our own rules.
 */
#ifndef POLICY_TAXONOMY_H
#define POLICY_TAXONOMY_H

#include "policy/config.h"
#include "policy/fields.h"

struct complaints;

struct taxonomy_name {
	const char *theirs;
	const char *ours; /* NULL: absent */
	const char
		*also;   /* another of ours that they may mean: either matches; or NULL */
	const char *why; /* where it is absent */
};

struct taxonomy {
	const char *name, *file;
	const char *product, *category, *service; /* NULL: the log source has none */
	bool own;                                 /* for the product egret */
	enum category target;
	const char *why; /* the whole log source is absent; else NULL */
	const struct taxonomy_name *names;
	size_t n;
};

struct taxonomies {
	const struct taxonomy *at;
	size_t n;
};

/* Reads all of them; what is wrong is complained of, and -1 given. */
int taxonomies_load(struct arena *arena, const struct texts *paths,
                    struct taxonomies *ret, struct complaints *complaints);

/* The one for our own rules, or NULL. */
const struct taxonomy *taxonomy_own(const struct taxonomies *all);
/* The one of just this log source, or NULL. */
const struct taxonomy *taxonomy_find(const struct taxonomies *all, const char *product,
                                     const char *category, const char *service);
const struct taxonomy_name *taxonomy_name(const struct taxonomy *t, const char *name);

#endif
