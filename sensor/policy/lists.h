// SPDX-License-Identifier: Apache-2.0
/*
 * lists.h - what stands for %name% in a rule: files in rules/lists, and rules.vars.
 *
 * A list is a file: name.txt has a value in each line (# begins a comment), name.yaml is
 * a list.  Those of one name are added up.  Read when a rule first asks for it.  Cold.
 */
#ifndef POLICY_LISTS_H
#define POLICY_LISTS_H

#include "policy/config.h"

struct complaints;
struct lists;

enum { LIST_VALUES_MAX = 10000 };

/* folders: where list files are; vars: "name=value", of a name any number.  NULL: out of
 * memory, or a folder cannot be read, which was said. */
struct lists *lists_new(struct arena *arena, const struct texts *folders,
                        const struct texts *vars, struct complaints *complaints);

/*
 * The values of a name; NULL: there is no such list.  An empty one, or one that cannot be
 * read, was complained of, and has no values.
 */
const struct texts *lists_find(struct lists *lists, const char *name);
/* The name most like it, or NULL. */
const char *lists_nearest(struct lists *lists, const char *name);
/* The files that were read so far, ending with NULL at n. */
size_t lists_files(const struct lists *lists, const char **at, size_t room);
size_t lists_count(const struct lists *lists);
/* Warns of variables that no rule asked for. */
void lists_warn_unused(const struct lists *lists);

#endif
