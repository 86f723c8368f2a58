// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_sigma.c - any bytes as files of a policy: rules with filters and correlations,
 * and, each behind a line "%%%", a taxonomy, a list of lines and a list in YAML.  What
 * loads is evaluated and printed.
 *
 * Rules are tried on a thing made of the input: first what will be known of each field in
 * the end, then less of it.  What a rule says of less, if it says true or false at all,
 * it must say in the end: nothing fires that would have to be taken back.
 */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/complaints.h"
#include "policy/config.h"
#include "tests/fuzz/thing.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static FILE *nowhere;
static char folder[] = "/tmp/fuzz_sigma.XXXXXX";
static char taxonomy[64], lines[64], yaml[64];
static const char *const lists[] = { folder }, *const taxonomies[] = { taxonomy };
static const char *vars[] = { "three=3", "three=drei" };

static void remove_files(void)
{
	unlink(taxonomy);
	unlink(lines);
	unlink(yaml);
	rmdir(folder);
}

static void begin(void)
{
	if (nowhere)
		return;
	nowhere = fopen("/dev/null", "w");
	if (!nowhere || !mkdtemp(folder))
		abort();
	snprintf(taxonomy, sizeof(taxonomy), "%s/taxonomy", folder);
	snprintf(lines, sizeof(lines), "%s/one.txt", folder);
	snprintf(yaml, sizeof(yaml), "%s/two.yaml", folder);
	atexit(remove_files);
}

static void write_part(const char *path, struct bytes *rest)
{
	struct bytes part = thing_part(rest);
	FILE *to = fopen(path, "w");

	if (!to || (part.n && fwrite(part.p, 1, part.n, to) != part.n))
		abort();
	fclose(to);
}

static void try_rule(const struct rule *rule, struct bytes bytes)
{
	struct thing thing = { .bytes = bytes, .category = rule->category };
	struct subject subject = thing_subject(&thing);
	struct reasons why = { 0 };
	enum truth last = match_rule(rule, &subject, &why, NULL);

	assert(last != TRUTH_NOT_YET);
	assert((last == TRUTH_TRUE || why.count == 0) && why.count <= REASONS_MAX);
	for (thing.turn = 1; thing.turn < 6; thing.turn++) {
		enum truth t = match_rule(rule, &subject, NULL, NULL);

		assert(t == TRUTH_NOT_YET || t == last);
	}
}

static void try_rules(const struct rules *rules, struct bytes bytes)
{
	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->at[i];

		for (uint32_t k = 0; k < rule->node_count; k++)
			for (uint32_t c = 0; c < rule->nodes[k].child_count; c++)
				assert(rule->nodes[k].children[c] < k);
		try_rule(rule, bytes);
		rule_print(rule, nowhere);
	}
	rules_print_list(rules, nowhere);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct config config = {
		.taxonomy = { (const char **)taxonomies, 1 },
		.lists = { (const char **)lists, 1 },
		.vars = { vars, 2 },
	};
	struct bytes rest = { p, n }, text = thing_part(&rest);
	struct complaints *complaints = complaints_new();
	struct arena *arena = arena_new();
	struct rules *rules = NULL;

	begin();
	assert(complaints && arena);
	write_part(taxonomy, &rest);
	write_part(lines, &rest);
	write_part(yaml, &rest);
	if (rules_read(arena, &config, "fuzz", text, &rules, complaints) < 0) {
		assert(complaints->errors && !rules);
	} else {
		assert(complaints->errors == 0);
		try_rules(rules, (struct bytes){ p, n });
	}
	for (size_t i = 0; i < complaints->n; i++)
		assert(complaints->at[i].text[0] &&
		       !strchr(complaints->at[i].text, '\n'));
	complaints_print(complaints, nowhere);
	complaints_free(complaints);
	arena_free(arena);
	return 0;
}
