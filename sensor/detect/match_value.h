// SPDX-License-Identifier: Apache-2.0
/*
 * match_value.h - does this value match what a rule wants?  One comparison at a time,
 * read plainly: the room's own, behind match.h.
 */
#ifndef DETECT_MATCH_VALUE_H
#define DETECT_MATCH_VALUE_H

#include "detect/match.h"

/* What is known of the field; an empty list that stays empty is as good as absent. */
void value_get(const struct field *field, const struct subject *subject,
               struct value *value);

/*
 * Any of the node's values, or all of them.  *first is the first that matched, *which the
 * text that it matched.  Expressions (MATCH_RE) are only known by scan.c: they match
 * nothing here.
 */
bool values_match(const struct rule_node *node, const struct value *value,
                  const struct match_value **first, unsigned *which);

/* |fieldref: a against b, by the node's operation. */
bool values_agree(const struct rule_node *node, const struct value *a,
                  const struct value *b);

/* The text field that comes i-th, of the engine's and the dissectors'; NULL after the
 * last. */
const struct field *text_field(size_t i);

/* Fills why with what made the rule true; truth is that of its nodes. */
void match_explain(const struct rule *rule, const struct subject *subject,
                   const uint8_t *truth, struct reasons *why);

#endif
