// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_build.h - a rule under construction, for the files sigma_*.c alone.
 *
 * sigma.c has files read, sigma_rule.c reads a document, sigma_detection.c its
 * selections, sigma_item.c one line of a selection, sigma_value.c what stands behind the
 * colon, sigma_condition.c the condition, sigma_marks.c what follows from the result.
 * The YAML tree is dropped when a file has been read: what a rule keeps is copied.
 */
#ifndef POLICY_SIGMA_BUILD_H
#define POLICY_SIGMA_BUILD_H

#include "policy/sigma.h"
#include "policy/yaml.h"

struct build {
	struct arena *arena; /* the rules' own */
	const char *file;
	struct error *err;
	enum category category;
	struct rule_node *nodes;
	uint32_t node_count, node_room;
};

struct selection {
	const char *name;
	unsigned line, column;
	uint32_t node;
	bool used;
};

/* "file:line:column: sentence" of where node stands.  Gives -1. */
int build_fail(const struct build *b, const struct yaml_node *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int build_out_of_memory(const struct build *b);

/* A node whose children are there already; *ret is its index.  `at` is for messages. */
int build_node(struct build *b, const struct yaml_node *at, const struct rule_node *node,
               uint32_t *ret);
/* All of, or any of, n children; where there is one, that one itself. */
int build_join(struct build *b, const struct yaml_node *at, enum rule_node_kind kind,
               const uint32_t *children, uint32_t n, uint32_t *ret);
int build_not(struct build *b, const struct yaml_node *at, uint32_t child, uint32_t *ret);

/* The `detection` map: its nodes, the condition last. */
int detection_build(struct build *b, const struct yaml_node *detection);
int condition_build(struct build *b, const struct yaml_node *condition,
                    struct selection *selections, uint32_t n, uint32_t *ret);

/* What one line of a selection asks for. */
struct item {
	const struct field *field;
	const char *written; /* "egret.leaving.bytes|gte" */
	enum match_op op;
	bool negated, all, cased;
};

int item_build(struct build *b, const struct yaml_node *key,
               const struct yaml_node *value, uint32_t *ret);
int value_build(struct build *b, const struct item *item, const struct yaml_node *node,
                struct match_value *ret);

/* A field that counts bytes, whose limits become marks, or whose values may be written
 * 2GiB. */
bool field_is_size(const struct field *field);

/*
 * A rule from a document.  Where a wire sensor cannot have it, *not_applicable is the
 * sentence that says why, and ret is not written.
 */
int rule_build(struct arena *arena, const char *file, const struct yaml_node *document,
               struct rule *ret, const char **not_applicable, struct error *err);

/* Refuses a rate that no limit on bytes or time goes with. */
int rule_check_rates(const struct build *b, const struct yaml_node *condition);
/* Fills rules->marks. */
int rules_set_marks(struct arena *arena, struct rules *rules);

#endif
