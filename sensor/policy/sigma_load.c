// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_load.c - what documents say of each other: filters of rules, correlations of
 * rules, settings of rules.  Cold.
 */
#include "policy/sigma_load.h"

#include "base/arena.h"
#include "base/error.h"
#include "policy/config.h"

enum { CHAIN_MAX = 16 }; /* correlations of correlations */

bool rule_has_tag(const struct rule *rule, const char *tag)
{
	for (const char *const *t = rule->tags; t && *t; t++)
		if (bytes_equal_fold(bytes_of(*t), bytes_of(tag)))
			return true;
	return false;
}

static int out_of_memory(const struct loader *l)
{
	return complaints_add(l->around.complaints, NULL, 0, 0, "out of memory");
}

static bool is_called(const struct known_rule *rule, const char *name)
{
	return (rule->id && bytes_equal_fold(bytes_of(rule->id), bytes_of(name))) ||
	       (rule->name && strcmp(rule->name, name) == 0);
}

static const struct known_rule *find(const struct loader *l, const char *name)
{
	for (size_t i = 0; i < l->known_count; i++)
		if (is_called(&l->known[i], name))
			return &l->known[i];
	return NULL;
}

/* The id or the name most like it, or NULL. */
static const char *nearest(const struct loader *l, const char *name)
{
	const char **words =
		arena_take(l->arena, (2 * l->known_count + 1) * sizeof(*words));
	size_t n = 0;

	for (size_t i = 0; words && i < l->known_count; i++) {
		if (l->known[i].id && is_uuid(name))
			words[n++] = l->known[i].id;
		if (l->known[i].name)
			words[n++] = l->known[i].name;
	}
	return words ? nearest_word(name, words) : NULL;
}

static bool part_fits(const char *filter, const char *rule)
{
	return !filter || (rule && strcmp(filter, rule) == 0);
}

static bool source_fits(const struct log_source *filter, const struct log_source *rule)
{
	return part_fits(filter->product, rule->product) &&
	       part_fits(filter->category, rule->category) &&
	       part_fits(filter->service, rule->service);
}

static bool is_named(const struct filter_document *f, const struct known_rule *rule)
{
	if (f->filter->any)
		return true;
	for (const char *const *name = f->names; *name; name++)
		if (is_called(rule, *name))
			return true;
	return false;
}

/* `rules` is the node with the names, of which this is the i-th. */
static void unknown_rule(struct loader *l, const char *what, const char *file,
                         const struct yaml_node *rules, size_t i, const char *name)
{
	const struct yaml_node *at = rules->kind == KIND_LIST ? &rules->at[i] : rules;
	const char *near = nearest(l, name);

	complaints_add(l->around.complaints, file, at->line, at->column,
	               "the %s names a rule that is not there: \"%s\"%s%s%s", what, name,
	               near ? ", did you mean \"" : "", near ? near : "",
	               near ? "\"?" : "");
}

/* Every rule that it names is there, and it fits one of them. */
static void check_filter(struct loader *l, const struct filter_document *f)
{
	const struct filter *filter = f->filter;
	size_t named = 0, fits = 0;

	for (size_t i = 0; !filter->any && f->names[i]; i++)
		if (!find(l, f->names[i]))
			unknown_rule(l, "filter", filter->file,
			             yaml_get(f->detection, "rules", NULL), i,
			             f->names[i]);
	for (size_t i = 0; i < l->known_count; i++) {
		if (!is_named(f, &l->known[i]))
			continue;
		named++;
		fits += source_fits(&f->source, &l->known[i].source);
	}
	if (named && !fits && !filter->any)
		complaints_add(
			l->around.complaints, filter->file, filter->line, 0,
			"the log source of the filter \"%s\" fits none of the rules that "
			"it names",
			filter->title);
	if (filter->any && !fits)
		complaints_warn(l->around.complaints, filter->file, filter->line, 0,
		                "the filter \"%s\" applies to no rule", filter->title);
}

/* One that applies to nothing is read all the same, where it says of what it speaks. */
static int check_unused_filter(struct loader *l, const struct filter_document *f)
{
	struct build b = { .arena = l->arena,
		           .file = f->filter->file,
		           .around = &l->around };
	const char *why = NULL;
	uint32_t node;

	if (!f->source.category && !f->source.service)
		return 0;
	if (log_source_find(&b, f->document, &f->source, &why) < 0 || why)
		return 0;
	return filter_build(&b, f, &node);
}

static struct build build_of(const struct loader *l, const struct known_rule *known)
{
	const struct rule *rule = &l->rules[known->index];

	return (struct build){
		.arena = l->arena,
		.around = &l->around,
		.taxonomy = known->taxonomy,
		.foreign = known->foreign,
		.category = rule->category,
		.nodes = (struct rule_node *)rule->nodes,
		.node_count = rule->node_count,
		.node_room = rule->node_count, /* the next one makes a copy */
	};
}

/* All filters of one rule; the last node is the AND of its condition and theirs. */
static int apply_filters(struct loader *l, const struct known_rule *known, bool *used)
{
	struct rule *rule = &l->rules[known->index];
	struct build b = build_of(l, known);
	struct rule_filter *at = NULL;
	uint32_t *children = NULL, n = 0;

	for (size_t i = 0; i < l->filter_count; i++) {
		const struct filter_document *f = &l->filters[i];
		uint32_t node;

		if (!is_named(f, known) || !source_fits(&f->source, &known->source))
			continue;
		used[i] = true;
		if (!at) {
			at = arena_take(l->arena, l->filter_count * sizeof(*at));
			children = arena_take(l->arena,
			                      (l->filter_count + 1) * sizeof(*children));
		}
		if (!at || !children)
			return out_of_memory(l);
		b.file = f->filter->file;
		b.absent = NULL;
		if (filter_build(&b, f, &node) < 0) {
			if (b.absent)
				complaints_add(l->around.complaints, f->filter->file,
				               f->filter->line, 0,
				               "the filter asks for what its rules never "
				               "have: %s",
				               b.absent);
			continue;
		}
		at[n] = (struct rule_filter){ f->filter, node };
		children[++n] = node;
	}
	if (n == 0)
		return 0;
	children[0] = rule->own;
	b.file = rule->file;
	if (build_node(&b, &(struct yaml_node){ .line = rule->line },
	               &(struct rule_node){ .kind = NODE_AND,
	                                    .children = children,
	                                    .child_count = n + 1 },
	               &(uint32_t){ 0 }) < 0)
		return 0; /* said */
	rule->nodes = b.nodes;
	rule->node_count = b.node_count;
	rule->filters = at;
	rule->filter_count = n;
	return 0;
}

static bool is_called_so(const struct loader *l, size_t i, const char *name)
{
	const char *id = l->correlations[i].id, *own = l->correlated[i].own_name;

	return (id && bytes_equal_fold(bytes_of(id), bytes_of(name))) ||
	       (own && strcmp(own, name) == 0);
}

/* The correlation of that name; their count where there is none. */
static size_t find_correlation(const struct loader *l, const char *name)
{
	size_t i = 0;

	while (i < l->correlation_count && !is_called_so(l, i, name))
		i++;
	return i;
}

static const struct yaml_node *names_node(const struct loader *l, size_t i)
{
	return yaml_get(yaml_get(l->correlated[i].document, "correlation", NULL), "rules",
	                NULL);
}

/*
 * One that names only what is known to lead to rules is known to do so, too: once for
 * each link of a chain.  The rest wait for each other.
 */
static void check_loops(struct loader *l, bool *right)
{
	bool more = true;

	for (unsigned links = 0; more && links < CHAIN_MAX; links++) {
		more = false;
		for (size_t i = 0; i < l->correlation_count; i++) {
			const char *const *name = l->correlated[i].names;
			size_t other = l->correlation_count;

			while (!right[i] && *name &&
			       ((other = find_correlation(l, *name)) ==
			                l->correlation_count ||
			        right[other]))
				name++;
			if (right[i] || *name)
				continue;
			right[i] = more = true;
		}
	}
	for (size_t i = 0; i < l->correlation_count; i++)
		if (!right[i])
			complaints_add(
				l->around.complaints, l->correlations[i].file,
				names_node(l, i)->line, names_node(l, i)->column,
				"the correlation names itself, or others that lead "
				"back to it, or a chain of more than %d",
				(int)CHAIN_MAX);
}

static int check_correlations(struct loader *l)
{
	bool *right = arena_take(l->arena, l->correlation_count + 1);

	if (!right)
		return out_of_memory(l);
	for (size_t i = 0; i < l->correlation_count; i++) {
		const char *const *names = l->correlated[i].names;

		for (size_t k = 0; names[k]; k++)
			if (!find(l, names[k]) &&
			    find_correlation(l, names[k]) == l->correlation_count)
				unknown_rule(l, "correlation", l->correlations[i].file,
				             names_node(l, i), k, names[k]);
	}
	check_loops(l, right);
	return 0;
}

int loader_join(struct loader *l, struct rules *ret)
{
	bool *used = arena_take(l->arena, l->filter_count + 1);
	struct filter *filters =
		arena_take(l->arena, (l->filter_count + 1) * sizeof(*filters));

	if (!used || !filters)
		return out_of_memory(l);
	for (size_t i = 0; i < l->filter_count; i++) {
		check_filter(l, &l->filters[i]);
		/* rules point to where it stays */
		filters[i] = *l->filters[i].filter;
		l->filters[i].filter = &filters[i];
	}
	for (size_t i = 0; i < l->known_count; i++)
		if (l->known[i].loaded && apply_filters(l, &l->known[i], used) < 0)
			return -1;
	for (size_t i = 0; i < l->filter_count; i++)
		if (!used[i])
			check_unused_filter(l, &l->filters[i]);
	if (check_correlations(l) < 0)
		return -1;
	ret->filters = filters;
	ret->filter_count = l->filter_count;
	return 0;
}

void loader_check_settings(struct loader *l)
{
	const struct config *c = l->config;
	enum level level;

	for (size_t i = 0; c && i < c->rules_off.n; i++)
		if (!l->off_used[i])
			complaints_warn(l->around.complaints, c->path, 0, 0,
			                "rules.off: no rule is meant by \"%s\"",
			                c->rules_off.at[i]);
	for (size_t i = 0; c && i < c->levels.n; i++) {
		const char *word = c->levels.at[i], *equals = strchr(word, '=');

		if (!equals || level_parse(equals + 1, &level) < 0)
			complaints_add(l->around.complaints, c->path, 0, 0,
			               "rules.levels: write id=level (informational, "
			               "low, medium, "
			               "high, critical), not \"%s\"",
			               word);
		else if (!l->level_used[i])
			complaints_warn(l->around.complaints, c->path, 0, 0,
			                "rules.levels: no rule has the id in \"%s\"",
			                word);
	}
	lists_warn_unused(l->around.lists);
}
