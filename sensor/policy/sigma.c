// SPDX-License-Identifier: Apache-2.0
/*
 * sigma.c - finds the files with rules, has each read, and holds the rules against each
 * other.
 *
 * All files are read whatever is wrong in one of them; filters are applied when every
 * rule is known.  Cold: the control thread's, at start and at a reload.
 */
#include "policy/sigma.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/config.h"
#include "policy/files.h"
#include "policy/sigma_load.h"

static int out_of_memory(const struct loader *l)
{
	return complaints_add(l->around.complaints, NULL, 0, 0, "out of memory");
}

/* Makes room for one more at *at, a table of n rows of `size` bytes. */
static int make_room(const struct loader *l, void *at, size_t n, size_t *room,
                     size_t size)
{
	void *more, *before;

	if (n < *room)
		return 0;
	*room = *room ? *room * 2 : 64;
	more = arena_take(l->arena, *room * size);
	if (!more)
		return out_of_memory(l);
	memcpy(&before, at, sizeof(before));
	if (n)
		memcpy(more, before, n * size);
	memcpy(at, &more, sizeof(more));
	return 0;
}

#define ROOM(l, table, n, room) make_room(l, &(table), n, &(room), sizeof(*(table)))

static int skip(struct loader *l, const char *file, const struct rule *rule,
                const char *why)
{
	char sentence[640];

	if (ROOM(l, l->not_applicable, l->not_applicable_count, l->not_applicable_room) <
	            0 ||
	    ROOM(l, l->not_applicable_why, l->not_applicable_count,
	         l->not_applicable_why_room) < 0)
		return -1;
	snprintf(sentence, sizeof(sentence), "%s: \"%s\"%s %s", file,
	         rule->title ? rule->title : "a rule",
	         strncmp(why, "for ", 4) == 0 ? " is" : " asks for", why);
	l->not_applicable[l->not_applicable_count] =
		arena_text(l->arena, sentence, strlen(sentence));
	l->not_applicable_why[l->not_applicable_count++] = why;
	return 0;
}

/* Is it one of those that rules.off says? */
static bool is_off(struct loader *l, const struct rule *rule)
{
	bool off = false;

	for (size_t i = 0; l->config && i < l->config->rules_off.n; i++) {
		const char *word = l->config->rules_off.at[i];
		bool hit;

		if (strncmp(word, "level:", 6) == 0)
			hit = strcmp(word + 6, level_name(rule->level)) == 0;
		else if (strncmp(word, "tag:", 4) == 0)
			hit = rule_has_tag(rule, word + 4);
		else
			hit = rule->id &&
			      bytes_equal_fold(bytes_of(word), bytes_of(rule->id));
		if (hit)
			l->off_used[i] = off = true;
	}
	return off;
}

static void override_level(struct loader *l, struct rule *rule)
{
	for (size_t i = 0; l->config && rule->id && i < l->config->levels.n; i++) {
		const char *word = l->config->levels.at[i], *equals = strchr(word, '=');
		size_t n = equals ? (size_t)(equals - word) : 0;

		if (!equals || n != strlen(rule->id) ||
		    !bytes_equal_fold((struct bytes){ (const uint8_t *)word, n },
		                      bytes_of(rule->id)))
			continue;
		l->level_used[i] = true;
		level_parse(equals + 1, &rule->level);
	}
}

/* Whatever became of a rule, filters and correlations may name it. */
static int remember(struct loader *l, const struct rule *rule,
                    const struct log_source *source, const struct build *b, bool loaded)
{
	if (ROOM(l, l->known, l->known_count, l->known_room) < 0)
		return -1;
	l->known[l->known_count++] = (struct known_rule){
		.id = rule->id,
		.name = rule->name,
		.source = *source,
		.taxonomy = b->taxonomy,
		.foreign = b->foreign,
		.loaded = loaded,
		.index = l->n,
	};
	return 0;
}

static int add_rule(struct loader *l, struct build *b, const struct yaml_node *document)
{
	size_t before = l->around.complaints->n;
	struct log_source source = { 0 };
	struct rule rule = { 0 };
	const char *why = NULL;
	int failed;

	if (ROOM(l, l->rules, l->n, l->room) < 0)
		return -1;
	failed = log_source_read(b, document, &source);
	failed |= rule_build(b, document, &source, &rule, &why);
	if (why) {
		complaints_forget(l->around.complaints, before);
		return remember(l, &rule, &source, b, false) < 0
		               ? -1
		               : skip(l, b->file, &rule, why);
	}
	override_level(l, &rule);
	if (is_off(l, &rule)) {
		complaints_forget(l->around.complaints, before);
		l->off++;
		return remember(l, &rule, &source, b, false);
	}
	if (remember(l, &rule, &source, b, !failed) < 0)
		return -1;
	if (!failed)
		l->rules[l->n++] = rule;
	return failed;
}

static int add_filter(struct loader *l, struct build *b, const struct yaml_node *document)
{
	struct filter_document *f;

	if (ROOM(l, l->filters, l->filter_count, l->filter_room) < 0)
		return -1;
	f = &l->filters[l->filter_count];
	*f = (struct filter_document){ 0 };
	if (filter_read(b, document, f) < 0)
		return -1;
	f->filter->index = (uint32_t)l->filter_count++;
	return 0;
}

static int add_correlation(struct loader *l, struct build *b,
                           const struct yaml_node *document)
{
	const char *const *names = NULL;
	struct correlation c = { 0 };

	if (ROOM(l, l->correlations, l->correlation_count, l->correlation_room) < 0 ||
	    ROOM(l, l->correlated, l->correlation_count, l->correlated_room) < 0 ||
	    correlation_read(b, document, &c, &names) < 0)
		return -1;
	l->correlated[l->correlation_count].names = names;
	l->correlated[l->correlation_count].document = document;
	l->correlated[l->correlation_count].own_name = NULL;
	document_text(b, document, "name", &l->correlated[l->correlation_count].own_name,
	              NULL);
	l->correlations[l->correlation_count++] = c;
	return 0;
}

static int action(struct build *b, const struct yaml_node *key)
{
	return build_fail(b, key,
	                  "\"action\" is of Sigma 1: write every rule in full, in "
	                  "documents divided by ---");
}

static int add_document(struct loader *l, const char *file,
                        const struct yaml_node *document)
{
	struct build b = { .arena = l->arena, .file = file, .around = &l->around };
	const struct yaml_node *key;

	if (document->kind != KIND_MAP)
		return build_fail(&b, document, "a rule is a map of keys, not %s",
		                  yaml_kind_name(document));
	if (yaml_get(document, "action", &key))
		return action(&b, key);
	if (yaml_get(document, "correlation", NULL))
		return add_correlation(l, &b, document);
	if (yaml_get(document, "filter", NULL))
		return add_filter(l, &b, document);
	return add_rule(l, &b, document);
}

/* text NULL: the file is read.  What stands before a break in the file is read, too. */
static void add_file(struct loader *l, const char *path, const struct bytes *text)
{
	char *file = arena_text(l->arena, path, strlen(path));
	struct yaml_file tree = { 0 };
	struct error err = { "" };
	int failed;

	if (!file) {
		out_of_memory(l);
		return;
	}
	failed = text ? yaml_parse(l->trees, file, *text, &tree, &err)
	              : yaml_load(l->trees, file, &tree, &err);
	for (size_t i = 0; i < tree.n; i++)
		if (!yaml_is_null(&tree.documents[i])) /* a comment between two --- */
			add_document(l, file, &tree.documents[i]);
	if (failed)
		complaints_add_error(l->around.complaints, &err);
}

static int compare_signatures(const void *left, const void *right)
{
	const struct rule *const *a = left, *const *b = right;

	if ((*a)->signature_id != (*b)->signature_id)
		return (*a)->signature_id < (*b)->signature_id ? -1 : 1;
	return *a < *b ? -1 : *a > *b; /* as they were read */
}

static int check_clashes(struct loader *l)
{
	const struct rule **by_id = arena_take(l->arena, (l->n + 1) * sizeof(*by_id));

	if (!by_id)
		return out_of_memory(l);
	for (size_t i = 0; i < l->n; i++)
		by_id[i] = &l->rules[i];
	qsort(by_id, l->n, sizeof(*by_id), compare_signatures);
	for (size_t i = 1; i < l->n; i++) {
		const struct rule *a = by_id[i - 1], *b = by_id[i];

		if (a->signature_id != b->signature_id)
			continue;
		if (strcmp(a->id, b->id) == 0)
			complaints_add(l->around.complaints, b->file, b->line, b->column,
			               "two rules have the id %s; the other is %s:%u",
			               b->id, a->file, a->line);
		else
			complaints_add(
				l->around.complaints, b->file, b->line, b->column,
				"the ids %s and %s (%s:%u) give the same signature_id "
				"%u: give one of them another",
				b->id, a->id, a->file, a->line, b->signature_id);
	}
	return 0;
}

static int finish(struct loader *l, struct rules **ret)
{
	struct rules *rules = arena_take(l->arena, sizeof(*rules));
	const char **sources;
	size_t lists;

	if (!rules)
		return out_of_memory(l);
	if (check_clashes(l) < 0 || loader_join(l, rules) < 0)
		return -1;
	loader_check_settings(l);
	lists = lists_count(l->around.lists);
	sources = arena_take(l->arena, (lists + l->filter_count + 1) * sizeof(*sources));
	if (!sources)
		return out_of_memory(l);
	rules->source_count = lists_files(l->around.lists, sources, lists);
	for (size_t i = 0; i < l->filter_count; i++)
		sources[rules->source_count++] = l->filters[i].filter->file;
	rules->sources = sources;
	rules->at = l->rules;
	rules->n = l->n;
	rules->not_applicable = l->not_applicable;
	rules->not_applicable_why = l->not_applicable_why;
	rules->not_applicable_count = l->not_applicable_count;
	rules->correlations = l->correlations;
	rules->correlation_count = l->correlation_count;
	rules->off = l->off;
	if (l->around.complaints->errors)
		return -1;
	if (rules_set_marks(l->arena, rules) < 0)
		return out_of_memory(l);
	*ret = rules;
	return 0;
}

static int begin(struct loader *l, struct arena *arena, const struct config *config,
                 struct complaints *complaints)
{
	size_t off = config ? config->rules_off.n : 0,
	       levels = config ? config->levels.n : 0;

	*l = (struct loader){ .arena = arena, .trees = arena_new(), .config = config };
	l->around.config = config;
	l->around.complaints = complaints;
	l->around.taxonomies = &l->taxonomies;
	l->around.lists = lists_new(arena, config ? &config->lists : NULL,
	                            config ? &config->vars : NULL, complaints);
	l->off_used = arena_take(arena, off + 1);
	l->level_used = arena_take(arena, levels + 1);
	if (!l->trees || !l->around.lists || !l->off_used || !l->level_used)
		return out_of_memory(l);
	if (config && config->taxonomy.n)
		taxonomies_load(arena, &config->taxonomy, &l->taxonomies, complaints);
	return 0;
}

int rules_load(struct arena *arena, const struct config *config, struct rules **ret,
               struct complaints *complaints)
{
	struct error err = { "" };
	struct files files = { 0 };
	struct loader l;
	int failed = begin(&l, arena, config, complaints);

	if (!failed &&
	    files_find(arena, config->rules.at, config->rules.n, &files, &err) < 0)
		complaints_add_error(complaints, &err);
	for (size_t i = 0; !failed && i < files.n; i++)
		add_file(&l, files.at[i], NULL);
	if (!failed)
		failed = finish(&l, ret);
	arena_free(l.trees);
	return failed;
}

int rules_read(struct arena *arena, const struct config *config, const char *name,
               struct bytes text, struct rules **ret, struct complaints *complaints)
{
	struct loader l;
	int failed = begin(&l, arena, config, complaints);

	if (!failed) {
		add_file(&l, name, &text);
		failed = finish(&l, ret);
	}
	arena_free(l.trees);
	return failed;
}

int rules_parse(struct arena *arena, const char *name, struct bytes text,
                struct rules **ret, struct error *err)
{
	struct complaints *complaints = complaints_new();
	int failed;

	if (!complaints)
		return error_set(err, "out of memory");
	failed = rules_read(arena, NULL, name, text, ret, complaints);
	if (failed && err)
		complaints_first(complaints, err);
	complaints_free(complaints);
	return failed;
}
