// SPDX-License-Identifier: Apache-2.0
/*
 * signature_file.h - the files in rules/signatures, read and checked.
 *
 * What comes out is still text: signatures.c compiles it.  Cold; the control thread.
 */
#ifndef POLICY_SIGNATURE_FILE_H
#define POLICY_SIGNATURE_FILE_H

#include "policy/frames.h"
#include "policy/signatures.h"

struct yaml_node;

enum { LEAD_MAX = 4 };

/* One way in which a file of this type may begin. */
struct draft_pattern {
	const char *path; /* where it stands, for sentences about it */
	const struct yaml_node *node;
	const struct yaml_node *confirm_node;
	const char *expression; /* anchored */
	const char *confirm;    /* likewise, or NULL */
	unsigned offset;
	uint8_t lead[LEAD_MAX]; /* the bytes at offset that every match has, */
	size_t lead_n;          /* so many of them */
	bool whole;             /* and nothing else */
	size_t reach;           /* how many bytes of a head the expression may look at */
	enum frames frames;     /* that must follow each other, from the front */
	unsigned strength;      /* bits */
	uint16_t type;          /* 1 to type_count */
};

struct draft {
	struct file_type *types; /* the first is id 1 */
	size_t type_count;
	struct draft_pattern *patterns; /* in the order of the files */
	size_t pattern_count;
};

int signature_files_read(struct arena *arena, const char *const *paths, size_t path_count,
                         struct draft *ret, struct error *err);

#endif
