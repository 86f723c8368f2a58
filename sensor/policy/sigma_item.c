// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_item.c - one line of a selection, "field|modifier: value", as nodes.
 *
 * All values of a line are one node where they can be: null, a reference to another
 * field, and with `all` a value that became several are nodes of their own.  Cold.
 */
#include "base/arena.h"
#include "policy/config.h"
#include "policy/sigma_build.h"

static int exists_build(struct build *b, const struct item *item,
                        const struct yaml_node *value, uint32_t *ret)
{
	struct match_value *wanted = arena_take(b->arena, sizeof(*wanted));
	bool yes;

	if (!wanted)
		return build_out_of_memory(b);
	if (value->kind != KIND_SCALAR || !yaml_truth(value, &yes))
		return build_fail(b, value, "\"%s\" takes true or false", item->written);
	wanted->is_number = true;
	wanted->number = yes;
	return build_node(b, value,
	                  &(struct rule_node){
				  .kind = NODE_MATCH,
				  .field = item->field,
				  .op = MATCH_EXISTS,
				  .values = wanted,
				  .value_count = 1,
			  },
	                  ret);
}

static int null_build(struct build *b, const struct item *item,
                      const struct yaml_node *value, uint32_t *ret)
{
	if (!item->field)
		return build_fail(b, value, "a keyword cannot be null");
	if (item->op != MATCH_EQUAL || item->all || item->part || item->fieldref ||
	    item->transform_count)
		return build_fail(b, value,
		                  "null does not go with the modifiers of \"%s\"",
		                  item->written);
	return build_node(b, value,
	                  &(struct rule_node){
				  .kind = NODE_MATCH,
				  .field = item->field,
				  .op = MATCH_NULL,
			  },
	                  ret);
}

static struct rule_node node_of(const struct build *b, const struct item *item,
                                const struct match_values *values)
{
	struct rule_node node = {
		.kind = NODE_MATCH,
		.field = item->field,
		.op = item->op,
		.part = item->part,
		.cased = item->cased,
		.values = values->at,
		.value_count = values->n,
	};

	if (item->part && b->around->config)
		node.zone = (int32_t)b->around->config->zone;
	/* a keyword stands anywhere in a text */
	if (!item->field && item->op == MATCH_EQUAL)
		node.op = MATCH_CONTAINS;
	return node;
}

static bool is_textual(const struct field *field)
{
	return field->type == FIELD_BYTES || field->type == FIELD_IP;
}

static int reference_build(struct build *b, const struct item *item,
                           const struct yaml_node *value, uint32_t *ret)
{
	struct rule_node node = node_of(b, item, &(struct match_values){ 0 });

	if (strlen(value->text) != value->n)
		return build_fail(b, value, "\"%s\": a zero byte", item->written);
	if (field_build(b, value, value->text, &node.other) < 0)
		return -1;
	if (node.other->type != node.field->type &&
	    !(is_textual(node.field) && is_textual(node.other)))
		return build_fail(b, value,
		                  "\"%s\" and \"%s\" are of different types and never "
		                  "equal",
		                  item->name, value->text);
	return build_node(b, value, &node, ret);
}

/* What the values of a line become: alternatives, or with `all` nodes that must hold. */
struct gathering {
	struct match_values values; /* of the node that has them all */
	uint32_t room;
	uint32_t *nodes; /* others */
	uint32_t n;
};

static int gather_values(struct build *b, struct gathering *g,
                         const struct match_values *more)
{
	if (g->values.n + more->n > g->room) {
		uint32_t room = (g->values.n + more->n) * 2;
		struct match_value *at = arena_take(b->arena, room * sizeof(*at));

		if (!at)
			return build_out_of_memory(b);
		if (g->values.n)
			memcpy(at, g->values.at, g->values.n * sizeof(*at));
		g->values.at = at;
		g->room = room;
	}
	if (more->n)
		memcpy(g->values.at + g->values.n, more->at, more->n * sizeof(*more->at));
	g->values.n += more->n;
	return 0;
}

static int gather(struct build *b, const struct item *item, const struct yaml_node *at,
                  struct gathering *g)
{
	struct match_values more = { 0 };
	struct rule_node node;

	if (at->kind != KIND_SCALAR)
		return build_fail(b, at, "\"%s\" takes single values, not %s",
		                  item->written, yaml_kind_name(at));
	if (yaml_is_null(at))
		return null_build(b, item, at, &g->nodes[g->n++]);
	if (item->fieldref)
		return reference_build(b, item, at, &g->nodes[g->n++]);
	if (value_build(b, item, at, &more) < 0)
		return -1;
	if (!item->all || more.n == 1)
		return gather_values(b, g, &more);
	node = node_of(b, item, &more);
	return build_node(b, at, &node, &g->nodes[g->n++]);
}

/* Reads every value, however many are wrong. */
static int values_build(struct build *b, const struct item *item,
                        const struct yaml_node *key, const struct yaml_node *at,
                        uint32_t n, uint32_t *ret)
{
	struct gathering g = { .nodes =
		                       arena_take(b->arena, (n + 1) * sizeof(*g.nodes)) };
	bool null = false;
	int failed = 0;

	if (!g.nodes)
		return build_out_of_memory(b);
	for (uint32_t i = 0; i < n; i++) {
		bool again = at[i].kind == KIND_SCALAR && yaml_is_null(&at[i]) && null;

		null = null || (at[i].kind == KIND_SCALAR && yaml_is_null(&at[i]));
		if (!again && gather(b, item, &at[i], &g) < 0)
			failed = -1;
	}
	if (failed < 0)
		return -1;
	if (g.values.n) {
		struct rule_node node = node_of(b, item, &g.values);

		node.all = item->all;
		if (build_node(b, key, &node, &g.nodes[g.n++]) < 0)
			return -1;
	}
	if (g.n == 0)
		return -1; /* an empty list of a placeholder, of which was said */
	return build_join(b, key, item->all ? NODE_AND : NODE_OR, g.nodes, g.n, ret);
}

/* The same of the other field that the name may mean. */
static int also_build(struct build *b, const struct item *item,
                      const struct yaml_node *key, const struct yaml_node *at, uint32_t n,
                      uint32_t *ret)
{
	struct item other = *item;
	uint32_t either[2] = { *ret, 0 };

	other.field = item->also;
	if (values_build(b, &other, key, at, n, &either[1]) < 0)
		return -1;
	return build_join(b, key, NODE_OR, either, 2, ret);
}

int item_build(struct build *b, const struct yaml_node *key,
               const struct yaml_node *value, uint32_t *ret)
{
	struct item item = { .op = MATCH_EQUAL };
	const struct yaml_node *at = value;
	uint32_t n = 1;

	if (item_read_key(b, key, &item) < 0)
		return -1;
	if (item.op == MATCH_EXISTS)
		return exists_build(b, &item, value, ret);
	if (value->kind == KIND_LIST) {
		at = value->at;
		n = value->count;
		if (n == 0)
			return build_fail(b, value, "\"%s\" has an empty list",
			                  item.written);
	}
	if (values_build(b, &item, key, at, n, ret) < 0 ||
	    (item.also && also_build(b, &item, key, at, n, ret) < 0))
		return -1;
	return item.negated ? build_not(b, key, *ret, ret) : 0;
}

int keywords_build(struct build *b, const struct yaml_node *at, uint32_t n, uint32_t *ret)
{
	struct item item = { .op = MATCH_EQUAL,
		             .type = FIELD_BYTES,
		             .written = "a keyword" };

	return values_build(b, &item, at, at, n, ret);
}
