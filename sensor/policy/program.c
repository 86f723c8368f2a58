// SPDX-License-Identifier: Apache-2.0
/*
 * program.c - numbers the atoms of all rules, says which rules stand behind which, and
 * has them compiled, field by field.
 *
 * Cold, the control thread's.
 */
#include "policy/program.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"

struct builder {
	struct arena *arena;
	const struct rules *rules;
	struct program *program;
	const struct field **owner; /* of each atom; NULL: keywords, of every text */
	uint8_t *cover;             /* for one rule: which of its nodes are chosen */
};

/* What a scan's finding of the node, or of one of its values, is worth: how often it
 * happens by chance, in made-up units. */
static double chance(const struct rule_node *node)
{
	double sum = 0, least = 1e9;

	for (uint32_t i = 0; i < node->value_count; i++) {
		double one = 1.0 / (double)(1 + value_weight(node, &node->values[i]));

		sum += one;
		if (one < least)
			least = one;
	}
	return node->all ? least : sum;
}

/*
 * For each node, what choosing the best atoms below it costs, or less than nothing where
 * it may be true without any atom.  Children stand before their parents.
 */
static void weigh(const struct rule *rule, double *cost)
{
	for (uint32_t i = 0; i < rule->node_count; i++) {
		const struct rule_node *node = &rule->nodes[i];

		cost[i] = -1;
		if (node_has_atoms(node)) {
			cost[i] = chance(node);
		} else if (node->kind == NODE_AND) {
			for (uint32_t c = 0; c < node->child_count; c++) {
				double one = cost[node->children[c]];

				if (one >= 0 && (cost[i] < 0 || one < cost[i]))
					cost[i] = one;
			}
		} else if (node->kind == NODE_OR) {
			cost[i] = 0;
			for (uint32_t c = 0; c < node->child_count; c++) {
				double one = cost[node->children[c]];

				cost[i] = one < 0 || cost[i] < 0 ? -1 : cost[i] + one;
			}
		}
	}
}

/*
 * Marks the nodes whose atoms the rule stands behind.  False: it must always be asked.
 * What is under a `not` is never chosen: it may be true without being there.
 */
static bool choose(const struct rule *rule, uint8_t *chosen)
{
	double cost[RULE_NODES_MAX];

	weigh(rule, cost);
	memset(chosen, 0, rule->node_count);
	if (cost[rule->node_count - 1] < 0)
		return false;
	chosen[rule->node_count - 1] = 1;
	for (uint32_t i = rule->node_count; i-- > 0;) {
		const struct rule_node *node = &rule->nodes[i];
		uint32_t best = UINT32_MAX;

		if (!chosen[i] || node->kind == NODE_MATCH)
			continue;
		chosen[i] = 0;
		for (uint32_t c = 0; c < node->child_count; c++) {
			uint32_t child = node->children[c];

			if (node->kind == NODE_OR)
				chosen[child] = 1;
			else if (cost[child] >= 0 &&
			         (best == UINT32_MAX || cost[child] < cost[best]))
				best = child;
		}
		if (best != UINT32_MAX)
			chosen[best] = 1;
	}
	return true;
}

/* Of a node whose values must all be there, the one that is there least often. */
static uint32_t atom_chosen(const struct rule_node *node)
{
	uint32_t best = 0;

	for (uint32_t i = 1; node->all && i < node->value_count; i++)
		if (value_weight(node, &node->values[i]) >
		    value_weight(node, &node->values[best]))
			best = i;
	return node->atom + best;
}

/* Counts the rules behind each atom (rules NULL), or writes them. */
static void index_rules(struct builder *b, uint32_t *at, uint32_t *rules)
{
	for (uint32_t r = 0; r < b->rules->n; r++) {
		const struct rule *rule = &b->rules->at[r];

		if (!choose(rule, b->cover))
			continue;
		for (uint32_t i = 0; i < rule->node_count; i++) {
			uint32_t atom;

			if (!b->cover[i])
				continue;
			atom = atom_chosen(&rule->nodes[i]);
			if (rules)
				rules[at[atom]] = r;
			at[atom]++;
		}
	}
}

static int build_index(struct builder *b)
{
	uint32_t n = b->program->atoms, sum = 0;
	uint32_t *count = arena_take(b->arena, (n + 1) * sizeof(*count));
	uint32_t *first = arena_take(b->arena, (n + 1) * sizeof(*first));
	uint32_t *rules;

	if (!count || !first)
		return -1;
	index_rules(b, count, NULL);
	for (uint32_t i = 0; i < n; i++) {
		first[i] = sum;
		sum += count[i];
		count[i] = first[i];
	}
	first[n] = sum;
	rules = arena_take(b->arena, (sum + 1) * sizeof(*rules));
	if (!rules)
		return -1;
	index_rules(b, count, rules);
	b->program->first = first;
	b->program->rules = rules;
	return 0;
}

static int build_always(struct builder *b)
{
	for (int c = 0; c < CATEGORIES; c++) {
		uint32_t *at = arena_take(b->arena, (b->rules->n + 1) * sizeof(*at)),
			 n = 0;

		if (!at)
			return -1;
		for (uint32_t r = 0; r < b->rules->n; r++)
			if (b->rules->at[r].category == (enum category)c &&
			    !choose(&b->rules->at[r], b->cover))
				at[n++] = r;
		b->program->categories[c].always = at;
		b->program->categories[c].always_count = n;
	}
	return 0;
}

/* Notes whose atoms they are; a field is in the list once. */
static void own_atoms(struct builder *b, const struct rule_node *node)
{
	struct program *p = b->program;
	uint32_t i = 0;

	for (uint32_t a = 0; a < node_atoms(node); a++)
		b->owner[node->atom + a] = node->field;
	if (!node->field)
		return;
	while (i < p->field_count && p->fields[i].field != node->field)
		i++;
	if (i == p->field_count)
		p->fields[p->field_count++].field = node->field;
}

/* Keywords are looked for in every text that a rule of the category may name. */
static int keyword_fields(struct builder *b)
{
	bool any = false;

	for (size_t r = 0; r < b->rules->n; r++)
		for (uint32_t i = 0; i < b->rules->at[r].node_count; i++)
			any |= node_has_atoms(&b->rules->at[r].nodes[i]) &&
			       !b->rules->at[r].nodes[i].field;
	for (int c = 0; any && c < CATEGORIES; c++) {
		const char *const *names = field_names(b->arena, (enum category)c);

		if (!names)
			return -1;
		for (; *names; names++) {
			const struct field *field = field_find(*names, (enum category)c);
			struct rule_node node = { .field = field, .all = true };

			if (field && field->type == FIELD_BYTES)
				own_atoms(b, &node);
		}
	}
	return 0;
}

static int find_fields(struct builder *b)
{
	size_t room = 0;

	for (int c = 0; c < CATEGORIES; c++) {
		const char *const *names = field_names(b->arena, (enum category)c);

		if (!names)
			return -1;
		while (*names++)
			room++;
	}
	b->program->fields =
		arena_take(b->arena, (room + 1) * sizeof(*b->program->fields));
	b->owner = arena_take(b->arena, (b->program->atoms + 1) * sizeof(*b->owner));
	if (!b->program->fields || !b->owner)
		return -1;
	for (size_t r = 0; r < b->rules->n; r++)
		for (uint32_t i = 0; i < b->rules->at[r].node_count; i++)
			if (node_has_atoms(&b->rules->at[r].nodes[i]))
				own_atoms(b, &b->rules->at[r].nodes[i]);
	return keyword_fields(b);
}

/* Which fields to scan for a category: those of its rules. */
static int build_categories(struct builder *b)
{
	struct program *p = b->program;

	for (int c = 0; c < CATEGORIES; c++) {
		uint32_t *at = arena_take(b->arena, (p->field_count + 1) * sizeof(*at));
		uint8_t *named = arena_take(b->arena, p->field_count + 1);
		uint32_t n = 0;

		if (!at || !named)
			return -1;
		for (size_t r = 0; r < b->rules->n; r++) {
			const struct rule *rule = &b->rules->at[r];

			if (rule->category != (enum category)c)
				continue;
			for (uint32_t i = 0; i < rule->node_count; i++)
				for (uint32_t f = 0; f < p->field_count; f++)
					named[f] |= node_has_atoms(&rule->nodes[i]) &&
					            (!rule->nodes[i].field ||
					             rule->nodes[i].field ==
					                     p->fields[f].field);
		}
		for (uint32_t f = 0; f < p->field_count; f++)
			if (named[f] &&
			    field_find(p->fields[f].field->name, (enum category)c) ==
			            p->fields[f].field)
				at[n++] = f;
		p->categories[c].fields = at;
		p->categories[c].field_count = n;
	}
	return 0;
}

/* Appends the node's values to the patterns of one field; patterns NULL: counts. */
static int add_patterns(struct builder *b, const struct rule_node *node,
                        struct pattern *patterns, struct program_pattern *stands,
                        size_t *n)
{
	for (uint32_t v = 0; v < node->value_count; v++, (*n)++) {
		const struct match_value *value = &node->values[v];

		if (!patterns)
			continue;
		patterns[*n] = (struct pattern){
			.expression =
				value_expression(b->arena, node, value, &stands[*n]),
			.id = (uint32_t)*n,
			.fold = node->op == MATCH_RE ? value->fold : !node->cased,
			.multiline = value->multiline,
			.lines = node->op == MATCH_RE && !value->dotall,
			.empty = true,
			.every = node->op == MATCH_STARTS && !value->wild,
		};
		stands[*n].atom = node->atom + (node->all ? v : 0);
		if (!patterns[*n].expression)
			return -1;
	}
	return 0;
}

static int field_patterns(struct builder *b, const struct field *field,
                          struct pattern *patterns, struct program_pattern *stands,
                          size_t *n)
{
	*n = 0;
	for (size_t r = 0; r < b->rules->n; r++) {
		const struct rule *rule = &b->rules->at[r];

		for (uint32_t i = 0; i < rule->node_count; i++) {
			const struct rule_node *node = &rule->nodes[i];

			if (node_has_atoms(node) && !node->shares &&
			    (!node->field || node->field == field) &&
			    add_patterns(b, node, patterns, stands, n) < 0)
				return -1;
		}
	}
	return 0;
}

static int compile_field(struct builder *b, struct program_field *f, struct cache *cache,
                         struct error *err)
{
	struct error why = { "" };
	struct program_pattern *stands;
	struct pattern *patterns;
	size_t n, bad;

	field_patterns(b, f->field, NULL, NULL, &n);
	patterns = arena_take(b->arena, (n + 1) * sizeof(*patterns));
	f->stands = stands = arena_take(b->arena, (n + 1) * sizeof(*stands));
	if (!patterns || !stands || field_patterns(b, f->field, patterns, stands, &n) < 0)
		return error_set(err, "out of memory");
	if (patterns_compile_kept(cache, patterns, n, &f->patterns, &bad, &why) < 0)
		return error_set(err, "the texts that rules look for in %s: %s",
		                 f->field->name, why.text);
	return 0;
}

int program_build(struct arena *arena, struct cache *cache, const struct rules *rules,
                  struct program **ret, struct error *err)
{
	struct program *p = arena_take(arena, sizeof(*p));
	struct builder b = { .arena = arena, .rules = rules, .program = p };

	b.cover = arena_take(arena, RULE_NODES_MAX);
	if (!p || !b.cover)
		return error_set(err, "out of memory");
	*ret = p;
	for (size_t r = 0; r < rules->n; r++) /* the arena's own, which nobody sees yet */
		((struct rule *)&rules->at[r])->gate = program_gate(&rules->at[r]);
	if (program_number_atoms(arena, rules, &p->atoms) < 0 || find_fields(&b) < 0 ||
	    build_index(&b) < 0 || build_always(&b) < 0 || build_categories(&b) < 0)
		return error_set(err, "out of memory");
	for (uint32_t f = 0; f < p->field_count; f++)
		if (compile_field(&b, &p->fields[f], cache, err) < 0)
			return -1;
	return 0;
}

void program_free(struct program *program)
{
	for (uint32_t f = 0; program && f < program->field_count; f++)
		patterns_free(program->fields[f].patterns);
}
