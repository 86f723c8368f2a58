// SPDX-License-Identifier: Apache-2.0
/*
 * yaml.h - a YAML file as a tree of nodes that know where they stand.  The door to
 * libyaml.
 *
 * Everything that a user writes for egret is read through it, so the bounds are here:
 * size, depth and number of nodes (an alias counts as much as what it stands for, so a
 * bomb of aliases is only a sentence), and no key twice in one map.  Cold; memory is the
 * arena's.
 */
#ifndef POLICY_YAML_H
#define POLICY_YAML_H

#include "base/bytes.h"

struct arena;
struct error;

enum {
	YAML_SIZE_MAX = 8 << 20,
	YAML_NODES_MAX = 200000,
	YAML_DEPTH_MAX = 32,
	YAML_KEYS_MAX = 4096
};

enum yaml_kind { KIND_SCALAR, KIND_LIST, KIND_MAP };

struct yaml_node {
	enum yaml_kind kind;
	bool quoted; /* in quotes, a block, or tagged !!str: text whatever it looks like
	              */
	uint8_t height;        /* levels of nodes below this one */
	uint32_t weight;       /* nodes from here down, aliases counted in full */
	unsigned line, column; /* from 1; of an alias, where the alias is */
	const char *text;      /* scalar: n bytes and a final zero */
	size_t n;
	uint32_t count;               /* list: elements; map: pairs */
	const struct yaml_node *keys; /* map: scalars, no two alike */
	const struct yaml_node *at;   /* elements; the values of keys, in their order */
};

struct yaml_file {
	const struct yaml_node *documents;
	size_t n; /* an empty file has none */
};

/*
 * -1: err has file, line and column, and ret the documents that were whole before that.
 * `name` is for messages.
 */
int yaml_load(struct arena *arena, const char *path, struct yaml_file *ret,
              struct error *err);
int yaml_parse(struct arena *arena, const char *name, struct bytes text,
               struct yaml_file *ret, struct error *err);

/* The value of a key of a map, or NULL; also where the key stands, unless that is NULL.
 */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key,
                                 const struct yaml_node **key_node);

bool yaml_is(const struct yaml_node *node, const char *text); /* a scalar of that text */
bool yaml_is_null(const struct yaml_node *node); /* null, ~ or nothing, not in quotes */
/* true, false, yes, no, on, off, not in quotes.  Gives whether it is one. */
bool yaml_truth(const struct yaml_node *node, bool *ret);
/* Would YAML read it as a number?  Decimal, 0x, 0o, a fraction... but not in quotes. */
bool yaml_is_number(const struct yaml_node *node);

const char *
yaml_kind_name(const struct yaml_node *node); /* "a list", "a map", "a single value" */

const char *yaml_library_version(void); /* of libyaml: "0.2.5" */

#endif
