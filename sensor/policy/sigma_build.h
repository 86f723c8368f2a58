// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_build.h - a rule under construction, for the files sigma_*.c alone.
 *
 * sigma.c has files read, sigma_rule.c reads a document, sigma_detection.c its
 * selections, sigma_modifier.c and sigma_item.c one line of a selection, sigma_value.c
 * what stands behind the colon, sigma_text.c texts and what becomes of them,
 * sigma_condition.c the condition, sigma_marks.c what follows from the result,
 * sigma_filter.c and sigma_correlation.c the other kinds of documents. The YAML tree is
 * dropped when a file has been read: what a rule keeps is copied.
 */
#ifndef POLICY_SIGMA_BUILD_H
#define POLICY_SIGMA_BUILD_H

#include "policy/complaints.h"
#include "policy/lists.h"
#include "policy/sigma.h"
#include "policy/taxonomy.h"
#include "policy/yaml.h"

/* What all rules of a run have in common. */
struct surroundings {
	const struct config *config; /* NULL: none of what it could say */
	const struct taxonomies *taxonomies;
	struct lists *lists;
	struct complaints *complaints;
};

struct build {
	struct arena *arena; /* the rules' own */
	const char *file;
	const struct surroundings *around;
	const struct taxonomy *taxonomy; /* whose names the rule uses; NULL: only ours */
	bool foreign;                    /* it is not ours */
	enum category category;
	struct rule_node *nodes;
	uint32_t node_count, node_room;
	bool full;          /* it was said that the rule is too large */
	bool negates;       /* the condition has a `not` */
	const char *absent; /* why the rule is not applicable: what it asks for that no
	                       wire sensor has */
};

struct selection {
	const char *name;
	unsigned line, column;
	uint32_t node;
	bool used;
};

/* "file:line:column: sentence" of where node stands.  Gives -1. */
int build_fail(struct build *b, const struct yaml_node *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int build_out_of_memory(struct build *b);

/* A node whose children are there already; *ret is its index.  `at` is for messages. */
int build_node(struct build *b, const struct yaml_node *at, const struct rule_node *node,
               uint32_t *ret);
/* All of, or any of, n children; where there is one, that one itself. */
int build_join(struct build *b, const struct yaml_node *at, enum rule_node_kind kind,
               const uint32_t *children, uint32_t n, uint32_t *ret);
int build_not(struct build *b, const struct yaml_node *at, uint32_t child, uint32_t *ret);

/* The `detection` map: its nodes, the condition last. */
int detection_build(struct build *b, const struct yaml_node *detection);
/* The same of a filter: without making the condition the last node. */
int selections_build(struct build *b, const struct yaml_node *detection, bool is_filter,
                     uint32_t *ret);
int condition_build(struct build *b, const struct yaml_node *condition,
                    struct selection *selections, uint32_t n, uint32_t *ret);

/* What makes other texts of a text, in the order in which it is written. */
enum transform {
	TRANSFORM_WIDE,
	TRANSFORM_UTF16,
	TRANSFORM_UTF16BE,
	TRANSFORM_BASE64,
	TRANSFORM_BASE64OFFSET,
	TRANSFORM_WINDASH,
	TRANSFORM_EXPAND
};

enum { TRANSFORMS_MAX = 8 };

/* What one line of a selection asks for. */
struct item {
	const struct field *field; /* NULL: keywords */
	const struct field *also;  /* of its type: either matches; may be NULL */
	enum field_type type;      /* of the field; keywords are text */
	const char *name;          /* of the field, as it is written */
	const char *written;       /* "egret.leaving.bytes|gte" */
	enum match_op op;
	enum time_part part;
	bool negated, all, cased, fieldref;
	bool fold, multiline, dotall; /* with MATCH_RE */
	enum transform transforms[TRANSFORMS_MAX];
	unsigned transform_count;
};

/* "field|modifier|modifier" into item; key's text is "" for keywords without modifiers.
 */
int item_read_key(struct build *b, const struct yaml_node *key, struct item *item);
int item_build(struct build *b, const struct yaml_node *key,
               const struct yaml_node *value, uint32_t *ret);
/* The n keywords at `at`, of which any is looked for. */
int keywords_build(struct build *b, const struct yaml_node *at, uint32_t n,
                   uint32_t *ret);
/* The field of a name as the rule's taxonomy has it.  -1: it was said, or the rule is not
 * applicable. */
int field_build(struct build *b, const struct yaml_node *at, const char *name,
                const struct field **ret);

/* A value becomes one or more: what transforms make of it. */
struct match_values {
	struct match_value *at;
	uint32_t n;
};
int value_build(struct build *b, const struct item *item, const struct yaml_node *node,
                struct match_values *ret);
int text_value_build(struct build *b, const struct item *item,
                     const struct yaml_node *node, struct match_values *ret);
/* The list that the whole value, "%name%", stands for. */
int placeholder_find(struct build *b, const struct yaml_node *node,
                     const struct texts **ret);

/* A field that counts bytes, whose limits become marks, or whose values may be written
 * 2GiB. */
bool field_is_size(const struct field *field);

/* Where a rule's events come from, as Sigma says it; what is not said is NULL. */
struct log_source {
	const char *product, *category, *service;
};

/* -1: it was said.  Texts are the arena's. */
int log_source_read(struct build *b, const struct yaml_node *document,
                    struct log_source *ret);
/* Finds category and taxonomy of the log source.  -1: it was said, or *why is the reason
 * why the rule is not applicable. */
int log_source_find(struct build *b, const struct yaml_node *document,
                    const struct log_source *source, const char **why);

/* The text of a key in a document; *ret stays NULL where the key is not there. */
int document_text(struct build *b, const struct yaml_node *document, const char *key,
                  const char **ret, const struct yaml_node **node);
/* The texts of a list (or a single one), ending with NULL. */
int document_texts(struct build *b, const struct yaml_node *document, const char *key,
                   const char *const **ret);
/* And where it stands, or the document: column may be NULL. */
int document_id(struct build *b, const struct yaml_node *document, const char **ret,
                unsigned *line, unsigned *column);
int document_keys(struct build *b, const struct yaml_node *document);
bool is_uuid(const char *text);

/*
 * A rule from a document.  Where a wire sensor cannot have it, *why is the reason, and of
 * ret only what is said about the rule is written.
 */
int rule_build(struct build *b, const struct yaml_node *document,
               const struct log_source *source, struct rule *ret, const char **why);

/* A filter: its document stays for as long as rules are read. */
struct filter_document {
	struct filter *filter;
	const struct yaml_node *document, *detection; /* the latter is `filter` */
	struct log_source source;
	const char *const *names; /* of rules: ids, names; ends with NULL */
};

int filter_read(struct build *b, const struct yaml_node *document,
                struct filter_document *ret);
/* Its condition, with the nodes it needs, behind those that b has; *ret is its node. */
int filter_build(struct build *b, const struct filter_document *filter, uint32_t *ret);

/* Checks a correlation whole; rules it names are checked by the caller. */
int correlation_read(struct build *b, const struct yaml_node *document,
                     struct correlation *ret, const char *const **names);

/* Refuses a rate that no limit on bytes or time goes with. */
int rule_check_rates(struct build *b, const struct yaml_node *condition);
/* A limit that is pulled out, to be looked at when it is reached. */
bool node_has_mark(const struct rule_node *node);
/* Fills rules->marks. */
int rules_set_marks(struct arena *arena, struct rules *rules);

#endif
