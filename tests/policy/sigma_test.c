// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_test.c - what becomes of a rule, and what is said of one that is wrong, word for
 * word.
 */
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "policy/complaints.h"
#include "policy/config.h"
#include "policy/sigma.h"
#include "tests/check.h"

static const struct field rpc_fields[] = {
	{ "rpc.method", FIELD_BYTES, "what is called", "method", false },
	{ "rpc.body.bytes", FIELD_NUMBER, "how long it is", NULL, false },
	{ 0 },
};

static const struct dissector rpc_dissector = { .name = "rpc", .fields = rpc_fields };

const struct dissector *const dissectors[] = { &rpc_dissector, NULL };

static struct arena *arena;
static struct error err;

#define ID "id: 7a8631d3-76e5-480b-8eb3-83bfa22d5413\n"

static const char about[] = "title: t\n" ID "logsource: { product: egret, category: ";

static struct rules *parse(const char *text)
{
	struct rules *rules = NULL;

	err.text[0] = '\0';
	if (rules_parse(arena, "a.yml", bytes_of(text), &rules, &err) < 0)
		CHECK(!rules);
	return rules;
}

/* A rule of the category with that detection, whose first line is line 4. */
static struct rules *parse_detection(const char *category, const char *detection)
{
	char text[4096];

	snprintf(text, sizeof(text), "%s%s }\n%s", about, category, detection);
	return parse(text);
}

static const struct rule_node *last_node(const struct rules *rules)
{
	return &rules->at[0].nodes[rules->at[0].node_count - 1];
}

/* The only comparison of "detection: { a: { ITEM }, condition: a }". */
static const struct rule_node *item(const char *line)
{
	char text[512];
	struct rules *rules;

	snprintf(text, sizeof(text), "detection:\n  a:\n    %s\n  condition: a\n", line);
	rules = parse_detection("transfer", text);
	if (!rules) {
		CHECK_FAIL_("%s: %s", line, err.text);
		return NULL;
	}
	CHECK_EQ(1, rules->at[0].node_count);
	return last_node(rules);
}

static void a_rule_keeps_what_is_said_about_it(void)
{
	struct rules *rules =
		parse("title: A title\nid: 7A8631D3-76E5-480B-8EB3-83BFA22D5413\n"
	              "status: test\nlevel: critical\nauthor: me\ndate: 2026-01-02\n"
	              "description: |\n    two\n    lines\n"
	              "tags: [attack.exfiltration, attack.t1048.003, attack.t1567]\n"
	              "falsepositives: [Backups]\nruletype: our own key\n"
	              "logsource: { product: egret, category: flow }\n"
	              "detection: { a: { network.protocol: tls }, condition: a }\n");
	const struct rule *r = rules ? &rules->at[0] : NULL;

	CHECK(r != NULL);
	if (!r)
		return;
	CHECK_EQ(1, rules->n);
	CHECK_TEXT("A title", r->title);
	CHECK_TEXT("7a8631d3-76e5-480b-8eb3-83bfa22d5413", r->id);
	CHECK_TEXT("two\nlines\n", r->description);
	CHECK_TEXT("a.yml", r->file);
	CHECK_EQ(2, r->line);
	CHECK_EQ(LEVEL_CRITICAL, r->level);
	CHECK_EQ(CATEGORY_FLOW, r->category);
	CHECK_TEXT("attack.t1048.003", r->tags[1]);
	CHECK_TEXT("T1048.003", r->techniques[0]);
	CHECK_TEXT("T1567", r->techniques[1]);
	CHECK(r->techniques[2] == NULL && r->tags[3] == NULL);
	CHECK(r->signature_id >= 1u << 30 && r->signature_id < 1u << 31);
	CHECK_EQ(hash64(r->id, 36, 0), r->hash);
}

static void check_value(const char *line, enum match_op op, bool wild, const char *want)
{
	const struct rule_node *node = item(line);

	if (!node)
		return;
	CHECK_EQ(op, node->op);
	CHECK_EQ(wild, node->values[0].wild);
	CHECK_TEXT(want, (const char *)node->values[0].text.p);
	CHECK_EQ(strlen(want), node->values[0].text.n);
}

static void text_keeps_wildcards_and_loses_escapes(void)
{
	check_value("file.name: abc", MATCH_EQUAL, false, "abc");
	check_value("file.name: 'a*b?c'", MATCH_EQUAL, true, "a*b?c");
	check_value("file.name: 'a\\*b'", MATCH_EQUAL, false, "a*b");
	check_value("file.name: 'a\\?b'", MATCH_EQUAL, false, "a?b");
	check_value("file.name: 'a\\\\b'", MATCH_EQUAL, false, "a\\b");
	check_value("file.name: 'a\\b'", MATCH_EQUAL, false, "a\\b");
	check_value("file.name: 'a\\'", MATCH_EQUAL, false, "a\\");
	check_value("file.name: 'a\\\\*'", MATCH_EQUAL, true, "a\\\\*");
	check_value("file.name: 'C:\\x\\*y*'", MATCH_EQUAL, true, "C:\\\\x\\*y*");
	check_value("file.name: 'a***b'", MATCH_EQUAL, true, "a*b");
	check_value("file.name|contains: 'a*b'", MATCH_CONTAINS, true, "*a*b*");
	check_value("file.name|startswith: 'a?b'", MATCH_STARTS, true, "a?b*");
	check_value("file.name|endswith: '.z?p'", MATCH_ENDS, true, "*.z?p");
	check_value("file.name|endswith: .zip", MATCH_ENDS, false, ".zip");
	check_value("file.name: 12", MATCH_EQUAL, false, "12");
	check_value("file.name: '007'", MATCH_EQUAL, false, "007");
	check_value("file.name: ''", MATCH_EQUAL, false, "");
}

static void check_number(const char *line, enum match_op op, uint64_t want)
{
	const struct rule_node *node = item(line);

	if (!node)
		return;
	CHECK_EQ(op, node->op);
	CHECK(node->values[0].is_number);
	CHECK_EQ(want, node->values[0].number);
}

static void numbers_may_have_units_where_the_field_has(void)
{
	check_number("egret.file.size|gte: 1073741824", MATCH_GTE, 1 << 30);
	check_number("egret.file.size|gte: 1GiB", MATCH_GTE, 1 << 30);
	check_number("egret.leaving.bytes|gt: '64MiB'", MATCH_GT, 64 << 20);
	check_number("rpc.body.bytes|lt: 1KiB", MATCH_LT, 1024);
	check_number("event.duration|gte: 15m", MATCH_GTE, 900000000000);
	check_number("event.duration|gte: 15", MATCH_GTE, 15);
	check_number("egret.file.audio_seconds|gte: 2h", MATCH_GTE, 7200);
	check_number("destination.port: 443", MATCH_EQUAL, 443);
	check_number("destination.port: '443'", MATCH_EQUAL, 443);
	check_number("destination.port|lte: 1023", MATCH_LTE, 1023);
	check_number("egret.file.encrypted: true", MATCH_EQUAL, 1);
	check_number("egret.file.encrypted: false", MATCH_EQUAL, 0);
	check_number("file.name|exists: true", MATCH_EXISTS, 1);
	check_number("file.name|exists: false", MATCH_EXISTS, 0);
}

static void addresses_compare_as_addresses_and_as_text(void)
{
	const struct rule_node *node = item("source.ip: 192.0.2.1");
	struct addr addr;

	addr_parse("192.0.2.1", &addr);
	CHECK(node && node->values[0].is_address &&
	      memcmp(&addr, &node->values[0].prefix.addr, sizeof(addr)) == 0);
	node = item("source.ip|cidr: [10.0.0.0/8, 'fe80::/10']");
	CHECK(node && node->op == MATCH_CIDR && node->value_count == 2);
	CHECK(node && node->values[0].prefix.bits == 104 &&
	      node->values[1].prefix.bits == 10);
	check_value("source.ip|startswith: '10.'", MATCH_STARTS, false, "10.");
	check_value("source.ip: '10.*'", MATCH_EQUAL, true, "10.*");
}

static void modifiers_combine(void)
{
	const struct rule_node *node = item("file.name|contains|all|cased: [a, b]");

	CHECK(node && node->op == MATCH_CONTAINS && node->all && node->cased);
	CHECK(node && node->value_count == 2);
	node = item("file.name: null");
	CHECK(node && node->op == MATCH_NULL);
}

static void null_in_a_list_and_neq_become_nodes_of_their_own(void)
{
	struct rules *rules = parse_detection(
		"transfer", "detection: { a: { file.name: [null, x] }, condition: a }\n");

	CHECK(rules && rules->at[0].node_count == 3 && last_node(rules)->kind == NODE_OR);
	rules = parse_detection("transfer",
	                        "detection: { a: { file.name|neq: x }, condition: a }\n");
	CHECK(rules && rules->at[0].node_count == 2 &&
	      last_node(rules)->kind == NODE_NOT);
}

static void children_stand_before_their_parents(void)
{
	struct rules *rules = parse_detection(
		"transfer", "detection:\n"
			    "  a: { file.name: x, file.extension: zip }\n"
			    "  b: [ { file.name: y }, { file.name: z } ]\n"
			    "  c: { destination.port: 80 }\n"
			    "  condition: (a or not b) and not (a and c) or 1 of them\n");

	CHECK(rules != NULL);
	for (uint32_t i = 0; rules && i < rules->at[0].node_count; i++)
		for (uint32_t c = 0; c < rules->at[0].nodes[i].child_count; c++)
			CHECK(rules->at[0].nodes[i].children[c] < i);
}

static void the_condition_is_the_last_node(void)
{
	struct rules *rules = parse_detection(
		"transfer", "detection:\n  a: { file.name: x }\n  _b: { file.name: y }\n"
			    "  condition: a\n");

	CHECK(rules && rules->at[0].node_count == 3);
	CHECK(rules && last_node(rules)->kind == NODE_AND &&
	      last_node(rules)->child_count == 1 && last_node(rules)->children[0] == 0);
}

static void limits_become_marks(void)
{
	struct rules *rules = parse_detection(
		"flow",
		"detection:\n"
		"  a: { egret.leaving.bytes|gte: [100, 50], event.duration|gt: 9 }\n"
		"  b: { source.bytes|gt: 99, egret.entering.bytes|lt: 7 }\n"
		"  c: { egret.leaving.bytes|gt: 18446744073709551615 }\n"
		"  condition: 1 of them\n");

	CHECK(rules != NULL);
	if (!rules)
		return;
	CHECK_EQ(2, rules->marks[CATEGORY_FLOW].byte_count);
	CHECK_EQ(50, rules->marks[CATEGORY_FLOW].bytes[0]);
	CHECK_EQ(100, rules->marks[CATEGORY_FLOW].bytes[1]);
	CHECK_EQ(1, rules->marks[CATEGORY_FLOW].duration_count);
	CHECK_EQ(10, rules->marks[CATEGORY_FLOW].durations[0]);
	CHECK_EQ(0, rules->marks[CATEGORY_TRANSFER].byte_count);
}

static void what_a_wire_cannot_have_is_told_and_the_rest_loads(void)
{
	struct rules *rules = parse(
		"title: W\nlogsource: { product: windows, category: process_creation }\n"
		"detection: { whatever }\n---\n"
		"title: P\nlogsource: { category: proxy }\n---\n"
		"title: t\n" ID "logsource: { product: egret, category: flow }\n"
		"detection: { a: { network.protocol: tls }, condition: a }\n");

	CHECK(rules && rules->n == 1 && rules->not_applicable_count == 2);
	if (!rules || rules->not_applicable_count != 2)
		return;
	CHECK_TEXT("a.yml: \"W\" is for the product \"windows\"",
	           rules->not_applicable[0]);
	CHECK_TEXT("a.yml: \"P\" is for the log source \"proxy\"",
	           rules->not_applicable[1]);
}

static void two_rules_cannot_share_an_id(void)
{
	char text[1024];

	snprintf(text, sizeof(text),
	         "%sflow }\ndetection: { a: { network.protocol: tls }, condition: a "
	         "}\n---\n"
	         "%sflow }\ndetection: { a: { network.protocol: tls }, condition: a }\n",
	         about, about);
	CHECK(!parse(text));
	CHECK_TEXT(
		"a.yml:7:5: two rules have the id 7a8631d3-76e5-480b-8eb3-83bfa22d5413; "
		"the other is a.yml:2",
		err.text);
}

static void id_number(char id[40], uint32_t i)
{
	snprintf(id, 40, "00000000-0000-4000-8000-0000%08x", i);
}

/* Finds two ids with one signature_id, as there must be some among 2^17 of 30 bits. */
static bool find_clash(char a[40], char b[40])
{
	enum { TRIES = 1 << 18, SLOTS_ = 1 << 20 };
	uint32_t *slots = calloc(SLOTS_, sizeof(*slots)), mask = (1u << 30) - 1;
	bool found = false;

	if (!slots)
		exit(99);
	for (uint32_t i = 1; i < TRIES && !found; i++) {
		uint32_t at, h;

		id_number(a, i);
		h = (uint32_t)hash64(a, 36, 0) & mask;
		for (at = h % SLOTS_; slots[at] && !found; at = (at + 1) % SLOTS_) {
			id_number(b, slots[at]);
			found = ((uint32_t)hash64(b, 36, 0) & mask) == h;
		}
		slots[at] = i;
	}
	free(slots);
	return found;
}

static void two_ids_that_give_one_signature_id_clash(void)
{
	static const char form[] =
		"title: t\nid: %s\nlogsource: { product: egret, category: flow }\n"
		"detection: { a: { network.protocol: tls }, condition: a }\n";
	char a[40], b[40], text[1024], want[512];
	size_t n;

	CHECK(find_clash(a, b));
	n = (size_t)snprintf(text, sizeof(text), form, a);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "---\n");
	snprintf(text + n, sizeof(text) - n, form, b);
	CHECK(!parse(text));
	snprintf(want, sizeof(want),
	         "a.yml:7:5: the ids %s and %s (a.yml:2) give the same signature_id %u: "
	         "give one "
	         "of them another",
	         b, a, (1u << 30) + ((uint32_t)hash64(a, 36, 0) & ((1u << 30) - 1)));
	CHECK_TEXT(want, err.text);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f)
		exit(99);
	fputs(text, f);
	fclose(f);
}

static int load_paths(const char *const *path, struct rules **ret)
{
	const char *at[] = { path[0] };
	struct config config = { .rules = { at, 1 } };
	struct complaints *complaints = complaints_new();
	int failed;

	if (!complaints)
		exit(99);
	failed = rules_load(arena, &config, ret, complaints);
	complaints_first(complaints, &err);
	complaints_free(complaints);
	return failed;
}

static void folders_are_searched_in_order_and_deep(void)
{
	static const char *const paths[] = { "sigma_test.d" };
	static const char form[] =
		"title: %s\nid: 00000000-0000-4000-8000-00000000000%d\n"
		"logsource: { product: egret, category: flow }\n"
		"detection: { a: { network.protocol: tls }, condition: a }\n";
	struct rules *rules = NULL;
	char text[512];

	mkdir("sigma_test.d", 0777);
	mkdir("sigma_test.d/b", 0777);
	snprintf(text, sizeof(text), form, "last", 1);
	write_file("sigma_test.d/c.yml", text);
	snprintf(text, sizeof(text), form, "middle", 2);
	write_file("sigma_test.d/b/x.yaml", text);
	snprintf(text, sizeof(text), form, "first", 3);
	write_file("sigma_test.d/a.yml", text);
	write_file("sigma_test.d/a.txt", "not a rule");
	CHECK_EQ(0, load_paths(paths, &rules));
	CHECK(rules && rules->n == 3);
	for (int i = 0; rules && rules->n == 3 && i < 3; i++) {
		static const char *const titles[] = { "first", "middle", "last" };

		CHECK_TEXT(titles[i], rules->at[i].title);
	}
	remove("sigma_test.d/a.txt");
	remove("sigma_test.d/a.yml");
	remove("sigma_test.d/b/x.yaml");
	remove("sigma_test.d/c.yml");
	remove("sigma_test.d/b");
	remove("sigma_test.d");
	CHECK_EQ(-1, load_paths(paths, &rules));
	CHECK_TEXT("sigma_test.d: No such file or directory", err.text);
}

static void a_shipped_rule_loads(void)
{
	const char *srcdir = getenv("srcdir");
	struct rules *rules = NULL;
	const char *path;
	char text[4096];

	snprintf(text, sizeof(text), "%s/rules/egret/large-archive-or-audio.yml",
	         srcdir ? srcdir : ".");
	path = text;
	err.text[0] = '\0';
	CHECK_EQ(0, load_paths(&path, &rules));
	CHECK_TEXT("", err.text);
	CHECK(rules && rules->n == 1 && rules->not_applicable_count == 0);
	CHECK(rules && rules->marks[CATEGORY_TRANSFER].byte_count == 1 &&
	      rules->marks[CATEGORY_TRANSFER].bytes[0] == 1 << 30);
	CHECK(rules && rules->at[0].description && rules->at[0].false_positives[0] &&
	      rules->at[0].techniques[0]);
}

/* The block of four spaces that follows the heading, without them. */
static void manual_example(char *text, size_t room)
{
	const char *srcdir = getenv("srcdir");
	char line[512], path[4096];
	bool there = false;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/rules/README.md", srcdir ? srcdir : ".");
	f = fopen(path, "r");
	if (!f)
		exit(99);
	while (fgets(line, sizeof(line), f)) {
		if (strcmp(line, "## A rule, line by line\n") == 0)
			there = true;
		if (there && strncmp(line, "    ", 4) == 0)
			n += (size_t)snprintf(text + n, room - n, "%s", line + 4);
		else if (n)
			break;
	}
	fclose(f);
}

static void the_manuals_first_rule_loads(void)
{
	char text[4096] = "";
	struct rules *rules;

	manual_example(text, sizeof(text));
	rules = parse(text);
	CHECK_TEXT("", err.text);
	CHECK(rules && rules->n == 1 && rules->at[0].level == LEVEL_HIGH);
}

static void a_rule_is_printed_as_it_was_understood(void)
{
	struct rules *rules = parse_detection(
		"flow",
		"detection:\n"
		"  a: { network.protocol: [tls, ssh], destination.port|lt: 1024 }\n"
		"  b: { source.ip|cidr: 10.0.0.0/8 }\n"
		"  condition: a and not b\n");
	static char text[4096];
	FILE *f = tmpfile();

	CHECK(rules != NULL);
	if (!rules || !f)
		exit(99);
	rule_print(&rules->at[0], f);
	rewind(f);
	CHECK(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	CHECK(strstr(text, "fires when\n"
	                   "  all of\n"
	                   "    all of\n"
	                   "      network.protocol is any of \"tls\", \"ssh\"\n"
	                   "      destination.port < 1024\n"
	                   "    not\n"
	                   "      source.ip is in 10.0.0.0/8\n"));
}

int main(void)
{
	arena = arena_new();
	TEST(a_rule_keeps_what_is_said_about_it);
	TEST(text_keeps_wildcards_and_loses_escapes);
	TEST(numbers_may_have_units_where_the_field_has);
	TEST(addresses_compare_as_addresses_and_as_text);
	TEST(modifiers_combine);
	TEST(null_in_a_list_and_neq_become_nodes_of_their_own);
	TEST(children_stand_before_their_parents);
	TEST(the_condition_is_the_last_node);
	TEST(limits_become_marks);
	TEST(what_a_wire_cannot_have_is_told_and_the_rest_loads);
	TEST(two_rules_cannot_share_an_id);
	TEST(two_ids_that_give_one_signature_id_clash);
	TEST(folders_are_searched_in_order_and_deep);
	TEST(a_shipped_rule_loads);
	TEST(the_manuals_first_rule_loads);
	TEST(a_rule_is_printed_as_it_was_understood);
	arena_free(arena);
	return check_done();
}
