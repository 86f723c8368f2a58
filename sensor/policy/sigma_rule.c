// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_rule.c - a Sigma document: who it is, what it speaks of, what it looks for.
 *
 * The log source is read first: a rule for another product is not read further, since
 * what it says is not ours to judge.  Cold.
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "policy/sigma_build.h"

static const char *const rule_keys[] = {
	"title",          "id",          "related",   "name",      "taxonomy",
	"status",         "description", "license",   "author",    "references",
	"date",           "modified",    "logsource", "detection", "fields",
	"falsepositives", "level",       "tags",      "scope",     "action",
	"correlation",    "filter",      NULL,
};

static int out_of_memory(struct build *b)
{
	return build_out_of_memory(b);
}

/* The text of a key; *ret stays NULL where the key is not there. */
static int get_text(struct build *b, const struct yaml_node *rule, const char *key,
                    const char **ret, const struct yaml_node **node)
{
	const struct yaml_node *value = yaml_get(rule, key, NULL);

	if (!value)
		return 0;
	if (value->kind != KIND_SCALAR || yaml_is_null(value) ||
	    strlen(value->text) != value->n)
		return build_fail(b, value, "\"%s\" takes text, not %s", key,
		                  value->kind != KIND_SCALAR ? yaml_kind_name(value)
		                  : yaml_is_null(value)      ? "nothing"
		                                             : "a zero byte");
	*ret = arena_text(b->arena, value->text, value->n);
	if (node)
		*node = value;
	return *ret ? 0 : out_of_memory(b);
}

/* The texts of a list (or a single one), ending with NULL. */
static int get_texts(struct build *b, const struct yaml_node *rule, const char *key,
                     const char *const **ret)
{
	const struct yaml_node *value = yaml_get(rule, key, NULL), *at = value;
	uint32_t n = value && !yaml_is_null(value) ? 1 : 0;
	const char **texts;

	if (value && value->kind == KIND_LIST) {
		at = value->at;
		n = value->count;
	}
	texts = arena_take(b->arena, (n + 1) * sizeof(*texts));
	if (!texts)
		return out_of_memory(b);
	for (uint32_t i = 0; i < n; i++) {
		if (at[i].kind != KIND_SCALAR)
			return build_fail(b, &at[i], "\"%s\" takes texts, not %s", key,
			                  yaml_kind_name(&at[i]));
		texts[i] = arena_text(b->arena, at[i].text, at[i].n);
		if (!texts[i])
			return out_of_memory(b);
	}
	*ret = texts;
	return 0;
}

/* Sigma lets people add keys of their own: only what looks misspelt is an error. */
static int check_keys(struct build *b, const struct yaml_node *rule)
{
	for (uint32_t i = 0; i < rule->count; i++) {
		const char *near, *word = rule->keys[i].text;
		bool known = false;

		for (const char *const *k = rule_keys; *k && !known; k++)
			known = strcmp(*k, word) == 0;
		if (known)
			continue;
		near = nearest_word(word, rule_keys);
		if (near)
			return build_fail(b, &rule->keys[i],
			                  "unknown key \"%s\", did you mean \"%s\"?",
			                  word, near);
	}
	return 0;
}

static int check_kind(struct build *b, const struct yaml_node *rule)
{
	const struct yaml_node *key;

	if (rule->kind != KIND_MAP)
		return build_fail(b, rule, "a rule is a map of keys, not %s",
		                  yaml_kind_name(rule));
	if (yaml_get(rule, "action", &key))
		return build_fail(b, key,
		                  "\"action\" is not supported by this version: "
		                  "write every rule in full");
	if (yaml_get(rule, "correlation", &key))
		return build_fail(b, key,
		                  "correlation rules are not supported by this version");
	if (yaml_get(rule, "filter", &key))
		return build_fail(b, key, "filters are not supported by this version");
	return 0;
}

static int read_id(struct build *b, const struct yaml_node *document, struct rule *rule)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const struct yaml_node *at = document;
	const char *written = NULL;
	bool right;
	char *id;

	if (get_text(b, document, "id", &written, &at) < 0)
		return -1;
	if (!written)
		return build_fail(b, document,
		                  "the rule has no \"id\"; uuidgen makes one");
	right = strlen(written) == sizeof(form) - 1;
	for (size_t i = 0; right && form[i]; i++)
		right = form[i] == '-' ? written[i] == '-'
		                       : isxdigit((unsigned char)written[i]) != 0;
	if (!right)
		return build_fail(
			b, at,
			"\"id\" must be a UUID (%s; uuidgen makes one), not \"%s\"", form,
			written);
	id = arena_text(b->arena, written, strlen(written));
	if (!id)
		return out_of_memory(b);
	for (char *c = id; *c; c++)
		*c = (char)byte_lower((uint8_t)*c);
	rule->id = id;
	rule->line = at->line;
	rule->hash = hash64(id, strlen(id), 0);
	rule->signature_id = (1u << 30) + (uint32_t)(rule->hash & ((1u << 30) - 1));
	return 0;
}

static int read_level(struct build *b, const struct yaml_node *document,
                      struct rule *rule)
{
	static const char *const levels[] = { "informational", "low",      "medium",
		                              "high",          "critical", NULL };
	const struct yaml_node *at = NULL;
	const char *word = NULL, *near;

	rule->level = LEVEL_MEDIUM;
	if (get_text(b, document, "level", &word, &at) < 0)
		return -1;
	if (!word || level_parse(word, &rule->level) == 0)
		return 0;
	near = nearest_word(word, levels);
	if (near)
		return build_fail(b, at, "unknown level \"%s\", did you mean \"%s\"?",
		                  word, near);
	return build_fail(
		b, at,
		"unknown level \"%s\": it is one of informational, low, medium, "
		"high and critical",
		word);
}

static int read_status(struct build *b, const struct yaml_node *document,
                       struct rule *rule)
{
	static const char *const words[] = { "stable",     "test",        "experimental",
		                             "deprecated", "unsupported", NULL };
	const struct yaml_node *at = NULL;
	const char *near;

	if (get_text(b, document, "status", &rule->status, &at) < 0)
		return -1;
	if (!rule->status)
		return 0;
	for (const char *const *w = words; *w; w++)
		if (strcmp(*w, rule->status) == 0)
			return 0;
	near = nearest_word(rule->status, words);
	return build_fail(b, at, "unknown status \"%s\", did you mean \"%s\"?",
	                  rule->status, near ? near : "experimental");
}

/* "attack.t1048.003" is technique T1048.003. */
static int read_techniques(struct build *b, struct rule *rule)
{
	const char **techniques;
	size_t n = 0, count = 0;

	while (rule->tags[n])
		n++;
	techniques = arena_take(b->arena, (n + 1) * sizeof(*techniques));
	if (!techniques)
		return out_of_memory(b);
	for (size_t i = 0; i < n; i++) {
		const char *tag = rule->tags[i];
		char *name;

		if (strncmp(tag, "attack.t", 8) != 0 || !isdigit((unsigned char)tag[8]))
			continue;
		name = arena_text(b->arena, tag + 7, strlen(tag + 7));
		if (!name)
			return out_of_memory(b);
		name[0] = 'T';
		techniques[count++] = name;
	}
	rule->techniques = techniques;
	return 0;
}

static int describe(struct build *b, const char *format, const char *id, const char *word,
                    const char **ret)
{
	char sentence[512];

	snprintf(sentence, sizeof(sentence), format, b->file, id, word);
	*ret = arena_text(b->arena, sentence, strlen(sentence));
	return *ret ? 0 : out_of_memory(b);
}

static int read_logsource(struct build *b, const struct yaml_node *document,
                          const char **not_applicable)
{
	static const char *const ours[] = { "egret", NULL };
	static const char *const words[] = { "transfer", "flow", NULL };
	const struct yaml_node *source = yaml_get(document, "logsource", NULL),
			       *at = NULL;
	const char *product = NULL, *category = NULL, *service = NULL, *title = NULL,
		   *near;

	if (!source)
		return build_fail(b, document, "the rule has no \"logsource\"");
	if (source->kind != KIND_MAP)
		return build_fail(b, source, "\"logsource\" takes a map, not %s",
		                  yaml_kind_name(source));
	if (get_text(b, source, "product", &product, &at) < 0 ||
	    get_text(b, source, "service", &service, NULL) < 0 ||
	    get_text(b, document, "title", &title, NULL) < 0)
		return -1;
	if (!product || strcmp(product, "egret") != 0) {
		if (product && nearest_word(product, ours))
			return build_fail(
				b, at, "unknown product \"%s\", did you mean \"egret\"?",
				product);
		if (get_text(b, source, "category", &category, NULL) < 0)
			return -1;
		if (product)
			return describe(b, "%s: \"%s\" is for the product \"%s\"",
			                title ? title : "a rule", product,
			                not_applicable);
		return describe(b,
		                "%s: \"%s\" is for the log source \"%s\", "
		                "which this version does not evaluate",
		                title ? title : "a rule",
		                category  ? category
		                : service ? service
		                          : "none",
		                not_applicable);
	}
	if (get_text(b, source, "category", &category, &at) < 0)
		return -1;
	if (!category)
		return build_fail(b, source,
		                  "\"logsource\" has no \"category\": "
		                  "it is transfer or flow");
	for (int c = 0; c < CATEGORIES; c++) {
		b->category = (enum category)c;
		if (strcmp(category, category_name(b->category)) == 0)
			return service ? build_fail(
						 b, source,
						 "the product egret has no \"service\"")
			               : 0;
	}
	near = nearest_word(category, words);
	return build_fail(
		b, at, "category \"%s\": this version evaluates transfer and flow%s%s%s",
		category, near ? "; did you mean \"" : "", near ? near : "",
		near ? "\"?" : "");
}

static int read_about(struct build *b, const struct yaml_node *document,
                      struct rule *rule)
{
	if (check_keys(b, document) < 0 ||
	    get_text(b, document, "title", &rule->title, NULL) < 0)
		return -1;
	if (!rule->title)
		return build_fail(b, document, "the rule has no \"title\"");
	if (read_id(b, document, rule) < 0 || read_status(b, document, rule) < 0 ||
	    read_level(b, document, rule) < 0 ||
	    get_text(b, document, "description", &rule->description, NULL) < 0 ||
	    get_text(b, document, "author", &rule->author, NULL) < 0 ||
	    get_text(b, document, "date", &rule->date, NULL) < 0 ||
	    get_texts(b, document, "tags", &rule->tags) < 0 ||
	    get_texts(b, document, "falsepositives", &rule->false_positives) < 0)
		return -1;
	return read_techniques(b, rule);
}

int rule_build(struct arena *arena, const char *file, const struct yaml_node *document,
               struct rule *ret, const char **not_applicable, struct error *err)
{
	struct build b = { .arena = arena, .file = file, .err = err };
	struct rule rule = { .file = file, .rev = 1 };
	const struct yaml_node *detection;

	*not_applicable = NULL;
	if (check_kind(&b, document) < 0 ||
	    read_logsource(&b, document, not_applicable) < 0)
		return -1;
	if (*not_applicable)
		return 0;
	if (read_about(&b, document, &rule) < 0)
		return -1;
	detection = yaml_get(document, "detection", NULL);
	if (!detection)
		return build_fail(&b, document, "the rule has no \"detection\"");
	if (detection->kind != KIND_MAP)
		return build_fail(&b, detection, "\"detection\" takes a map, not %s",
		                  yaml_kind_name(detection));
	if (detection_build(&b, detection) < 0)
		return -1;
	rule.category = b.category;
	rule.nodes = b.nodes;
	rule.node_count = b.node_count;
	*ret = rule;
	return 0;
}
