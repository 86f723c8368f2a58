// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_source.c - the log source of a rule: on what it is evaluated, and in whose names.
 *
 * A log source that no taxonomy speaks of is another sensor's: the rule is not
 * applicable, and what it says is not ours to judge.  Cold.
 */
#include "base/arena.h"
#include "base/error.h"
#include "policy/sigma_build.h"

/* Keys of people's own are no fault, but a misspelt one is. */
static int check_keys(struct build *b, const struct yaml_node *source)
{
	static const char *const keys[] = { "product", "category", "service",
		                            "definition", NULL };
	int failed = 0;

	for (uint32_t i = 0; i < source->count; i++) {
		const struct yaml_node *key = &source->keys[i];
		const char *near = nearest_word(key->text, keys);

		if (near && strcmp(near, key->text) != 0)
			failed = build_fail(b, key,
			                    "unknown key \"%s\", did you mean \"%s\"?",
			                    key->text, near);
	}
	return failed;
}

int log_source_read(struct build *b, const struct yaml_node *document,
                    struct log_source *ret)
{
	const struct yaml_node *source = yaml_get(document, "logsource", NULL);
	int failed = 0;

	if (!source)
		return build_fail(b, document, "the rule has no \"logsource\"");
	if (source->kind != KIND_MAP)
		return build_fail(b, source, "\"logsource\" takes a map, not %s",
		                  yaml_kind_name(source));
	failed |= check_keys(b, source);
	failed |= document_text(b, source, "product", &ret->product, NULL);
	failed |= document_text(b, source, "category", &ret->category, NULL);
	failed |= document_text(b, source, "service", &ret->service, NULL);
	return failed;
}

static int find_own(struct build *b, const struct yaml_node *source,
                    const struct log_source *said)
{
	static const char *const words[] = { "transfer", "flow", NULL };
	const struct yaml_node *at = yaml_get(source, "category", NULL);
	const char *near;

	b->taxonomy = taxonomy_own(b->around->taxonomies);
	/* a transfer has the most fields: so that what else is wrong is said, too */
	b->category = CATEGORY_TRANSFER;
	if (!said->category)
		return build_fail(b, source,
		                  "\"logsource\" has no \"category\": "
		                  "it is transfer or flow");
	for (int c = 0; c < CATEGORIES; c++) {
		if (strcmp(said->category, category_name((enum category)c)) != 0)
			continue;
		b->category = (enum category)c;
		return said->service ? build_fail(b, source,
		                                  "the product egret has no \"service\"")
		                     : 0;
	}
	near = nearest_word(said->category, words);
	return build_fail(
		b, at, "category \"%s\": this version evaluates transfer and flow%s%s%s",
		said->category, near ? "; did you mean \"" : "", near ? near : "",
		near ? "\"?" : "");
}

static int not_ours(struct build *b, const struct log_source *said, const char **why)
{
	char sentence[256];

	if (said->product)
		snprintf(sentence, sizeof(sentence), "for the product \"%s\"%s%s%s",
		         said->product, said->service ? ", service \"" : "",
		         said->service ? said->service : "", said->service ? "\"" : "");
	else
		snprintf(sentence, sizeof(sentence), "for the log source \"%s\"",
		         said->category  ? said->category
		         : said->service ? said->service
		                         : "none");
	*why = arena_text(b->arena, sentence, strlen(sentence));
	return *why ? 0 : build_out_of_memory(b);
}

int log_source_find(struct build *b, const struct yaml_node *document,
                    const struct log_source *said, const char **why)
{
	static const char *const ours[] = { "egret", NULL };
	const struct yaml_node *source = yaml_get(document, "logsource", NULL);
	const struct taxonomy *t;

	b->category = CATEGORIES;
	if (!source || source->kind != KIND_MAP)
		return -1; /* said when it was read */
	if (said->product && strcmp(said->product, "egret") == 0)
		return find_own(b, source, said);
	t = taxonomy_find(b->around->taxonomies, said->product, said->category,
	                  said->service);
	if (t && t->why) {
		*why = t->why;
		return 0;
	}
	if (t) {
		b->taxonomy = t;
		b->foreign = true;
		b->category = t->target;
		return 0;
	}
	if (said->product && nearest_word(said->product, ours))
		return build_fail(b, yaml_get(source, "product", NULL),
		                  "unknown product \"%s\", did you mean \"egret\"?",
		                  said->product);
	return not_ours(b, said, why);
}
