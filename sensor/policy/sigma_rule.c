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
	"correlation",    "filter",      "generate",  NULL,
};

static int out_of_memory(struct build *b)
{
	return build_out_of_memory(b);
}

/* The text of a key; *ret stays NULL where the key is not there. */
int document_text(struct build *b, const struct yaml_node *rule, const char *key,
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
int document_texts(struct build *b, const struct yaml_node *rule, const char *key,
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
int document_keys(struct build *b, const struct yaml_node *rule)
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

bool is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == '-' ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* In lower case; *ret stays NULL where there is none. */
int document_id(struct build *b, const struct yaml_node *document, const char **ret,
                unsigned *line, unsigned *column)
{
	const struct yaml_node *at = document;
	const char *written = NULL;
	char *id;

	*line = document->line;
	if (document_text(b, document, "id", &written, &at) < 0)
		return -1;
	if (!written)
		return 0;
	if (!is_uuid(written))
		return build_fail(b, at,
		                  "\"id\" must be a UUID "
		                  "(xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx; uuidgen makes "
		                  "one), not \"%s\"",
		                  written);
	id = arena_text(b->arena, written, strlen(written));
	if (!id)
		return out_of_memory(b);
	for (char *c = id; *c; c++)
		*c = (char)byte_lower((uint8_t)*c);
	*ret = id;
	*line = at->line;
	if (column)
		*column = at->column;
	return 0;
}

static int read_id(struct build *b, const struct yaml_node *document, struct rule *rule)
{
	if (document_id(b, document, &rule->id, &rule->line, &rule->column) < 0)
		return -1;
	if (!rule->id)
		return build_fail(b, document,
		                  "the rule has no \"id\"; uuidgen makes one");
	rule->hash = hash64(rule->id, strlen(rule->id), 0);
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
	if (document_text(b, document, "level", &word, &at) < 0)
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

	if (document_text(b, document, "status", &rule->status, &at) < 0)
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

/* All of it is read, however much is wrong. */
static int read_about(struct build *b, const struct yaml_node *document,
                      struct rule *rule)
{
	int failed = document_keys(b, document);

	failed |= document_text(b, document, "title", &rule->title, NULL);
	if (!rule->title && !yaml_get(document, "title", NULL))
		failed = build_fail(b, document, "the rule has no \"title\"");
	failed |= read_id(b, document, rule);
	failed |= document_text(b, document, "name", &rule->name, NULL);
	failed |= read_status(b, document, rule);
	failed |= read_level(b, document, rule);
	failed |= document_text(b, document, "description", &rule->description, NULL);
	failed |= document_text(b, document, "author", &rule->author, NULL);
	failed |= document_text(b, document, "date", &rule->date, NULL);
	failed |= document_texts(b, document, "falsepositives", &rule->false_positives);
	if (document_texts(b, document, "tags", &rule->tags) < 0)
		return -1;
	return read_techniques(b, rule) < 0 ? -1 : failed;
}

int rule_build(struct build *b, const struct yaml_node *document,
               const struct log_source *source, struct rule *ret, const char **why)
{
	struct rule rule = { .file = b->file, .rev = 1 };
	const struct yaml_node *detection;
	int failed;

	*why = NULL;
	failed = log_source_find(b, document, source, why);
	if (*why) {
		rule.title = rule.name = NULL;
		document_text(b, document, "title", &rule.title, NULL);
		document_text(b, document, "name", &rule.name, NULL);
		document_id(b, document, &rule.id, &rule.line, &rule.column);
		*ret = rule;
		return 0;
	}
	failed |= read_about(b, document, &rule);
	*ret = rule;
	detection = yaml_get(document, "detection", NULL);
	if (!detection)
		return build_fail(b, document, "the rule has no \"detection\"");
	if (detection->kind != KIND_MAP)
		return build_fail(b, detection, "\"detection\" takes a map, not %s",
		                  yaml_kind_name(detection));
	if (failed && b->category == CATEGORIES)
		return -1; /* the log source is wrong: its fields cannot be judged */
	failed |= detection_build(b, detection);
	*why = b->absent;
	if (b->absent)
		return 0;
	ret->category = b->category;
	ret->nodes = b->nodes;
	ret->node_count = b->node_count;
	ret->own = b->node_count - 1;
	return failed;
}
