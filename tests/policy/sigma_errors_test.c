// SPDX-License-Identifier: Apache-2.0
/*
 * sigma_errors_test.c - what is said of a rule that is wrong: file, line, column, the
 * text at fault and the nearest right word, word for word.
 */
#include "base/arena.h"
#include "base/error.h"
#include "policy/complaints.h"
#include "policy/sigma.h"
#include "tests/check.h"

const struct dissector *const dissectors[] = { NULL };

static struct arena *arena;
static struct error err;

struct row {
	const char *text, *error;
};

static void check_rule(const char *text, const char *want)
{
	struct rules *rules = NULL;

	err.text[0] = '\0';
	CHECK_EQ(-1, rules_parse(arena, "a.yml", bytes_of(text), &rules, &err));
	CHECK_TEXT(want, err.text);
}

#define HEAD                                         \
	"title: t\n"                                 \
	"id: 7a8631d3-76e5-480b-8eb3-83bfa22d5413\n" \
	"logsource: { product: egret, category: transfer }\n"
#define TAIL "detection:\n  a:\n    file.name: x\n  condition: a\n"

static void a_document_that_is_no_whole_rule_says_what_it_lacks(void)
{
	static const struct row rows[] = {
		{ "- a\n", "a.yml:1:1: a rule is a map of keys, not a list" },
		{ "title: t\n", "a.yml:1:1: the rule has no \"logsource\"" },
		{ "logsource: { product: egret, category: flow }\n" TAIL,
		  "a.yml:1:1: the rule has no \"title\"" },
		{ "title: t\nlogsource: { product: egret, category: flow }\n" TAIL,
		  "a.yml:1:1: the rule has no \"id\"; uuidgen makes one" },
		{ HEAD, "a.yml:1:1: the rule has no \"detection\"" },
		{ HEAD "detection: [a]\n",
		  "a.yml:4:12: \"detection\" takes a map, not a list" },
		{ HEAD "detection: { a: { file.name: x } }\n",
		  "a.yml:4:12: the detection has no \"condition\"" },
		{ HEAD "detection: { condition: a }\n",
		  "a.yml:4:12: the detection has no selection" },
		{ "title: t\nid: 7a8631d3\nlogsource: { product: egret, category: flow "
		  "}\n" TAIL,
		  "a.yml:2:5: \"id\" must be a UUID "
		  "(xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx; uuidgen "
		  "makes one), not \"7a8631d3\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_rule(rows[i].text, rows[i].error);
}

static void what_is_said_about_a_rule_is_checked(void)
{
	static const struct row rows[] = {
		{ HEAD "level: hihg\n" TAIL,
		  "a.yml:4:8: unknown level \"hihg\", did you mean \"high\"?" },
		{ HEAD "level: 5\n" TAIL, "a.yml:4:8: unknown level \"5\": it is one of "
		                          "informational, low, medium, high "
		                          "and critical" },
		{ HEAD "status: stabel\n" TAIL,
		  "a.yml:4:9: unknown status \"stabel\", did you mean \"stable\"?" },
		{ HEAD "lvel: high\n" TAIL,
		  "a.yml:4:1: unknown key \"lvel\", did you mean \"level\"?" },
		{ HEAD "description: [a]\n" TAIL,
		  "a.yml:4:14: \"description\" takes text, not a list" },
		{ "title: t\nlogsource: { product: egrte, category: flow }\n" TAIL,
		  "a.yml:2:23: unknown product \"egrte\", did you mean \"egret\"?" },
		{ "title: t\nlogsource: { product: egret, category: http }\n" TAIL,
		  "a.yml:2:40: category \"http\": this version evaluates transfer and "
		  "flow" },
		{ "title: t\nlogsource: { product: egret, category: flows }\n" TAIL,
		  "a.yml:2:40: category \"flows\": this version evaluates transfer and "
		  "flow; did "
		  "you mean \"flow\"?" },
		{ "title: t\nlogsource: { product: egret }\n" TAIL,
		  "a.yml:2:12: \"logsource\" has no \"category\": it is transfer or "
		  "flow" },
		{ "action: global\ntitle: t\n",
		  "a.yml:1:1: \"action\" is of Sigma 1: write every rule in full, in "
		  "documents divided by ---" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_rule(rows[i].text, rows[i].error);
}

static void a_line_of_a_selection_says_what_is_wrong_with_it(void)
{
	static const struct row rows[] = {
		{ "file.nam: x",
		  "5: unknown field \"file.nam\", did you mean \"file.name\"?" },
		{ "CommandLine: x", "5: unknown field \"CommandLine\"" },
		{ "file.name|: x", "15: a modifier is missing behind the |" },
		{ "file.name||contains: x", "15: a modifier is missing behind the |" },
		{ "file.size|gt: 1.5",
		  "19: \"file.size\": \"1.5\" has a part of a byte" },
		{ "file.name|contians: x",
		  "15: unknown modifier \"contians\", did you mean \"contains\"?" },
		{ "file.name|re: '(?<!a)x'",
		  "19: look-around (\"(?<!\") is not to be had: what is compared on the "
		  "wire is read once, forwards" },
		{ "file.name|re: '(a'",
		  "19: the expression cannot be had: Missing close parenthesis for group "
		  "started at index 0" },
		{ "file.name|re: ''", "19: an empty expression" },
		{ "file.name|re|cased: x",
		  "5: \"re\" goes with i, m, s, all and neq alone" },
		{ "file.name|i: x", "15: the modifier \"i\" stands behind \"re\"" },
		{ "file.name|re|contains: x",
		  "18: the modifiers \"re\" and \"contains\" do not go together" },
		{ "file.name|contains|base64: x",
		  "24: the modifier \"base64\" stands before those that say how to "
		  "compare, as in base64offset|contains" },
		{ "file.name|base64: 'a*'", "23: wildcards do not go with base64" },
		{ "file.name|windash: '-a -b -c -d'",
		  "24: windash takes at most 3 dashes in a value" },
		{ "file.size|base64: 3", "15: the modifier \"base64\" does not go with "
		                         "\"file.size\", which is a number" },
		{ "egret.direction: outbond", "22: \"egret.direction\" is never "
		                              "\"outbond\", did you mean \"outbound\"?" },
		{ "egret.direction: leaving",
		  "22: \"egret.direction\" is never \"leaving\"; it is one of outbound "
		  "inbound internal external" },
		{ "egret.file.class: [audio, zip]",
		  "31: \"egret.file.class\" is never \"zip\"; it is one of archive audio "
		  "video image document database mailbox disk_image encrypted executable "
		  "text" },
		{ "file.name|expand: x",
		  "23: \"expand\" needs a %placeholder%, and \"x\" has none" },
		{ "file.name|expand: '%x%'",
		  "23: no list is called \"x\"; lists are files in rules.lists, or stand "
		  "in rules.vars" },
		{ "file.name|fieldref: file.nam",
		  "25: unknown field \"file.nam\", did you mean \"file.name\"?" },
		{ "file.name|fieldref: file.size",
		  "25: \"file.name\" and \"file.size\" are of different types and never "
		  "equal" },
		{ "file.size|fieldref|gt: file.size",
		  "5: \"fieldref\" goes with startswith, endswith, contains, cased, all "
		  "and neq alone" },
		{ "file.size|hour: 3", "15: the modifier \"hour\" goes with a time, and "
		                       "\"file.size\" is a number" },
		{ "'@timestamp|hour': 24",
		  "24: the hour of a time is 0 to 23, never 24" },
		{ "'@timestamp': 24", "5: \"@timestamp\" is asked for its parts: "
		                      "@timestamp|hour, |day, |week..." },
		{ "file.name|contains|endswith: x",
		  "24: the modifiers \"contains\" and \"endswith\" do not go together" },
		{ "file.name|all|all: x", "19: the modifier \"all\" stands here twice" },
		{ "file.name|exists|all: true",
		  "5: \"exists\" goes with no other modifier" },
		{ "file.name|exists: maybe",
		  "23: \"file.name|exists\" takes true or false" },
		{ "file.name|gte: 3", "15: the modifier \"gte\" does not go with "
		                      "\"file.name\", which is text" },
		{ "file.size|contains: 3", "15: the modifier \"contains\" does not go "
		                           "with \"file.size\", which is a "
		                           "number" },
		{ "file.name|cidr: 10.0.0.0/8", "15: the modifier \"cidr\" does not go "
		                                "with \"file.name\", which is text" },
		{ "file.name|contains: null",
		  "25: null does not go with the modifiers of \"file.name|contains\"" },
		{ "file.name: []", "16: \"file.name\" has an empty list" },
		{ "file.name: [[a]]",
		  "17: \"file.name\" takes single values, not a list" },
		{ "file.name: { a: b }",
		  "16: \"file.name\" takes single values, not a map" },
		{ "file.name: 007",
		  "16: 007 is a number to YAML, and \"file.name\" is text: write '007'" },
		{ "file.name: 1.5",
		  "16: 1.5 is a number to YAML, and \"file.name\" is text: write '1.5'" },
		{ "file.name: yes", "16: yes is a truth value to YAML, and \"file.name\" "
		                    "is text: write 'yes'" },
		{ "destination.port: http",
		  "23: \"destination.port\": \"http\" is not a whole number" },
		{ "destination.port: 2KiB",
		  "23: \"destination.port\": \"2KiB\" is not a whole number" },
		{ "destination.port: '4*'",
		  "23: wildcards do not go with \"destination.port\", which is a number; "
		  "to ask "
		  "whether it is there, write \"destination.port|exists: true\"" },
		{ "file.size|gt: -1", "19: \"file.size\" is never below zero" },
		{ "file.size|gt: 18446744073709551616",
		  "19: \"18446744073709551616\" is more than 64 bits hold" },
		{ "source.ip: 10.0.0.0/8",
		  "16: for a network write \"source.ip|cidr: 10.0.0.0/8\"" },
		{ "source.ip: here",
		  "16: \"source.ip\" is an address, and \"here\" is not" },
		{ "egret.file.encrypted: maybe",
		  "27: \"egret.file.encrypted\" is true or false, not \"maybe\"" },
		{ "'|cidr': x", "7: the modifier \"cidr\" does not go with a keyword, "
		                "which is text" },
		{ "'|exists': true", "5: \"exists\" needs a field" },
		{ "'': null", "9: a keyword cannot be null" },
		{ "{}", "3: an empty selection" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512], want[512];

		snprintf(text, sizeof(text),
		         HEAD "detection:\n  a:\n    %s\n  condition: a\n", rows[i].text);
		snprintf(want, sizeof(want), "a.yml:%d:%s",
		         rows[i].text[0] == '{' ? 5 : 6, rows[i].error);
		check_rule(text, want);
	}
}

static void a_field_of_another_category_is_told_from_an_unknown_one(void)
{
	check_rule("title: t\nid: 7a8631d3-76e5-480b-8eb3-83bfa22d5413\n"
	           "logsource: { product: egret, category: flow }\n" TAIL,
	           "a.yml:6:5: the field \"file.name\" is of category transfer, and this "
	           "rule is "
	           "of category flow");
}

static void selections_say_what_is_wrong_with_them(void)
{
	static const struct row rows[] = {
		{ "  a: [word, null]\n  condition: a\n",
		  "5:13: a keyword cannot be null" },
		{ "  a:\n  condition: a\n", "5:3: an empty selection" },
		{ "  a: []\n  condition: a\n", "5:3: an empty selection" },
		{ "  a: [[x]]\n  condition: a\n", "5:7: a list within a list" },
		{ "  not: { file.name: x }\n  condition: a\n",
		  "5:3: a selection cannot be called \"not\"" },
		{ "  a b: { file.name: x }\n  condition: a\n",
		  "5:3: a selection's name is of letters, digits, _ and -, not \"a b\"" },
		{ "  timeframe: 5m\n  condition: a\n",
		  "5:3: \"timeframe\" is of Sigma 1: use a correlation rule" },
		{ "  a: { egret.rate.mean|gt: 1000 }\n  condition: a\n",
		  "6:14: \"egret.rate.mean\" may fall again: put a limit beside it that "
		  "holds, "
		  "such as egret.leaving.bytes|gte or event.duration|gte" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512], want[512];

		snprintf(text, sizeof(text), HEAD "detection:\n%s", rows[i].text);
		snprintf(want, sizeof(want), "a.yml:%s", rows[i].error);
		check_rule(text, want);
	}
}

/* The log source is wrong, and what hangs on it is said all the same, in order of lines.
 */
static void all_that_is_wrong_is_said_at_once_down_the_file(void)
{
	static const char text[] = "title: Big zip\n"
				   "id: 0e6b7d4c-51a1-4b0f-9a39-6a5b2f1f7c11\n"
				   "logsource:\n"
				   "  product: egret\n"
				   "  categroy: transfer\n"
				   "detection:\n"
				   "  sel:\n"
				   "    egret.file.clas: archive\n"
				   "    egret.file.size|gt: lots\n"
				   "    file.name|endwith: .zip\n"
				   "  condition: sel and not backup\n"
				   "level: hgih\n";
	static const char *const want[] = {
		"b.yml:4:3: \"logsource\" has no \"category\"",
		"b.yml:5:3: unknown key \"categroy\", did you mean \"category\"?",
		"b.yml:8:5: unknown field \"egret.file.clas\", did you mean \"",
		"b.yml:9:25: \"egret.file.size\": \"lots\" is not a size",
		"b.yml:10:15: unknown modifier \"endwith\", did you mean \"endswith\"?",
		"b.yml:11:26: unknown selection \"backup\"",
		"b.yml:12:8: unknown level \"hgih\", did you mean \"high\"?",
		"7 errors in 1 file; nothing was loaded",
	};
	struct complaints *complaints = complaints_new();
	struct rules *rules = NULL;
	char *said, *at;
	size_t size;
	FILE *to = open_memstream(&said, &size);

	CHECK_MUST(complaints && to);
	CHECK_EQ(-1,
	         rules_read(arena, NULL, "b.yml", bytes_of(text), &rules, complaints));
	complaints_print(complaints, to);
	fclose(to);
	at = said;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		at = strstr(at, want[i]);
		CHECK_MUST(at);
	}
	free(said);
	complaints_free(complaints);
}

static void a_condition_says_what_is_wrong_with_it(void)
{
	static const struct row rows[] = {
		{ "sel1 and slel1",
		  "23: unknown selection \"slel1\", did you mean \"sel1\"?" },
		{ "sel1 and elephant", "23: unknown selection \"elephant\"" },
		{ "sel1 AND sel2", "19: \"AND\" is written in lower case" },
		{ "(sel1 OR sel2)", "20: \"OR\" is written in lower case" },
		{ "1 of sel?", "22: unexpected \"?\" in the condition: only * stands for "
		               "a part of a name" },
		{ "sel1 and (sel2", "23: this \"(\" is never closed" },
		{ "(sel1 sel2)",
		  "20: expected \"and\", \"or\" or \")\" before \"sel2\"" },
		{ "sel1 and sel2)", "27: this \")\" closes nothing" },
		{ "sel1 and", "22: the condition ends where a selection should stand" },
		{ "sel1 sel2", "19: expected \"and\" or \"or\" before \"sel2\"" },
		{ "and sel1", "14: \"and\" stands where a selection should" },
		{ "sel1 or NOT sel2", "22: \"NOT\" is written in lower case" },
		{ "1 of selx*",
		  "19: no selection is called \"selx*\", did you mean \"sel1\"?" },
		{ "all of", "20: \"of\" needs \"them\" or the name of selections, as in "
		            "\"1 of selection_*\"" },
		{ "2 of sel*",
		  "14: Sigma has \"1 of\", \"any of\" and \"all of\", not \"2 of\": "
		  "write out which may stand together" },
		{ "1 of slel1",
		  "19: unknown selection \"slel1\", did you mean \"sel1\"?" },
		{ "sel1 | count() > 5", "19: aggregations (\"| count() > 5\") are of "
		                        "Sigma 1: use a correlation rule" },
		{ "sel1 & sel2", "19: unexpected \"& sel2\" in the condition" },
		{ "{ a: b }", "14: a condition is a sentence, not a map" },
		{ "[]", "14: a list of 0 conditions" },
		{ "", "13: a condition is a sentence, not nothing" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512], want[512];

		snprintf(text, sizeof(text),
		         HEAD "detection:\n  sel1: { file.name: x }\n"
		              "  sel2: { file.name: y }\n  condition: %s\n",
		         rows[i].text);
		snprintf(want, sizeof(want), "a.yml:7:%s", rows[i].error);
		check_rule(text, want);
	}
}

static void a_limit_beside_a_rate_must_hold_on_every_way(void)
{
	static const struct {
		const char *condition;
		bool loads;
	} rows[] = {
		{ "rate and bytes", true },
		{ "rate and (bytes or time)", true },
		{ "(rate or name) and time", true },
		{ "not rate and bytes", true },
		{ "rate and (bytes or time or name)", false },
		{ "rate and bytes or rate", false },
		{ "rate and not bytes", false },
		{ "not rate", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rules *rules = NULL;
		char text[512];

		snprintf(text, sizeof(text),
		         HEAD "detection:\n  rate: { egret.rate.mean|gte: 8000 }\n"
		              "  bytes: { egret.file.seen|gte: 9 }\n"
		              "  time: { event.duration|gt: 1m }\n"
		              "  name: { file.name: y }\n"
		              "  condition: [%s, all of them]\n",
		         rows[i].condition);
		CHECK_EQ(rows[i].loads,
		         rules_parse(arena, "a.yml", bytes_of(text), &rules, &err) == 0);
	}
}

static void a_condition_cannot_be_nested_without_end(void)
{
	char text[2048];
	size_t n =
		(size_t)snprintf(text, sizeof(text),
	                         HEAD "detection:\n  a: { file.name: x }\n  condition: ");

	memset(text + n, '(', 500);
	snprintf(text + n + 500, sizeof(text) - n - 500, "a\n");
	check_rule(text, "a.yml:6:78: the condition is nested too deep");
}

static void a_rule_cannot_have_more_nodes_than_are_evaluated(void)
{
	size_t room = 1 << 20, n;
	char *text = malloc(room);

	if (!text)
		exit(99);
	n = (size_t)snprintf(text, room, HEAD "detection:\n  a:\n");
	for (int i = 0; i < 900; i++)
		n += (size_t)snprintf(text + n, room - n,
		                      "    - { file.name: x, file.extension: y }\n");
	snprintf(text + n, room - n, "  condition: a\n");
	check_rule(text,
	           "a.yml:347:23: the rule is too large: more than 1024 comparisons and "
	           "operators");
	free(text);
}

static void a_text_cannot_be_longer_than_hyperscan_takes(void)
{
	char text[2400];
	int n = snprintf(text, sizeof(text), HEAD "detection:\n  a: { file.name: ");

	memset(text + n, 'x', 2049);
	strcpy(text + n + 2049, " }\n  condition: a\n");
	check_rule(text, "a.yml:5:19: this is, or stands for, more than 2048 bytes");
}

/* Sentences of one text, one in each line. */
static void check_all(const char *text, const char *want)
{
	struct complaints *c = complaints_new();
	struct rules *rules = NULL;
	static char got[8192];
	FILE *f = fmemopen(got, sizeof(got), "w");

	if (!c || !f)
		exit(99);
	got[0] = '\0';
	rules_read(arena, NULL, "a.yml", bytes_of(text), &rules, c);
	CHECK((c->errors == 0) == (rules != NULL));
	complaints_print(c, f);
	fclose(f);
	complaints_free(c);
	CHECK_TEXT(want, got);
}

static void everything_that_is_wrong_is_said_at_once(void)
{
	check_all("title: t\nid: x\nlevel: hihg\n"
	          "logsource: { product: egret, category: transfer }\n"
	          "detection:\n  a:\n    file.nam: x\n    file.size|gt: -1\n"
	          "    file.name|re: [ok, '(?=a)', '(']\n  condition: a an b\n"
	          "---\n" HEAD "detection: { a: { file.name: x }, condition: b }\n"
	          "---\n[\n",
	          "a.yml:2:5: \"id\" must be a UUID "
	          "(xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx; uuidgen makes one), not "
	          "\"x\"\n"
	          "a.yml:3:8: unknown level \"hihg\", did you mean \"high\"?\n"
	          "a.yml:7:5: unknown field \"file.nam\", did you mean "
	          "\"file.name\"?\n"
	          "a.yml:8:19: \"file.size\" is never below zero\n"
	          "a.yml:9:24: look-around (\"(?=\") is not to be had: what is compared "
	          "on the wire is read once, forwards\n"
	          "a.yml:9:33: the expression cannot be had: Missing close parenthesis "
	          "for group started at index 0\n"
	          "a.yml:10:16: expected \"and\" or \"or\" before \"an\"\n"
	          "a.yml:15:46: unknown selection \"b\", did you mean \"a\"?\n"
	          "a.yml:18:1: did not find expected node content\n"
	          "9 errors in 1 file; nothing was loaded\n");
}

#define RULE HEAD "name: n\ndetection: { a: { file.name: x }, condition: a }\n---\n"
#define FILTER(rules, condition)                                            \
	"title: f\nlogsource: { product: egret }\nfilter:\n  rules: " rules \
	"\n  s: { file.extension: y }\n  condition: " condition "\n"

static void what_is_never_used_is_warned_of(void)
{
	check_all(HEAD "detection:\n  a: { file.name: x }\n  b: { file.name: y }\n"
	               "  condition: a\n",
	          "a.yml:6:3: warning: the condition never uses the selection \"b\"\n");
}

static void what_people_wrote_does_nothing_to_a_terminal(void)
{
	check_all(HEAD
	          "detection:\n  a: { \"file.\\e[31mn\\name\": x }\n  condition: a\n",
	          "a.yml:5:8: unknown field \"file.?[31mn?ame\", did you mean "
	          "\"file.name\"?\n"
	          "1 error in 1 file; nothing was loaded\n");
}

static void filters_say_what_is_wrong_with_them(void)
{
	check_all(RULE FILTER("[n]", "not s"), "");
	check_all(RULE FILTER("7A8631D3-76e5-480b-8eb3-83bfa22d5413", "not s"), "");
	check_all(
		RULE FILTER("any", "s"),
		"a.yml:7: warning: the filter \"f\" keeps only what its condition says; "
		"to leave that out, write \"condition: not selection\"\n");
	check_all(RULE FILTER("[m]", "not s"),
	          "a.yml:10:11: the filter names a rule that is not there: \"m\", did "
	          "you mean "
	          "\"n\"?\n1 error in 1 file; nothing was loaded\n");
	check_all(RULE FILTER("", "not s"),
	          "a.yml:10:9: the filter has no \"rules\": ids or names of rules, or "
	          "any\n1 error in 1 file; nothing was loaded\n");
	check_all(RULE FILTER("[n]", "not z"),
	          "a.yml:12:18: unknown selection \"z\", did you mean \"s\"?\n"
	          "1 error in 1 file; nothing was loaded\n");
	check_all(
		RULE "title: f\nlogsource: { category: flow }\nfilter:\n  rules: n\n"
		     "  s: { source.port: 3 }\n  condition: not s\n",
		"a.yml:7: the log source of the filter \"f\" fits none of the rules that "
		"it names\n1 error in 1 file; nothing was loaded\n");
}

#define CORRELATION(name, rules)                                                 \
	"title: c\nname: " name "\ncorrelation: { type: temporal, rules: " rules \
	", timespan: 5m }\n---\n"

static void correlations_that_wait_for_themselves_are_refused(void)
{
	static const char loop[] =
		"the correlation names itself, or others that lead back to "
		"it, or a chain of more than 16\n";
	char want[512];

	check_all(RULE CORRELATION("c", "[b, n]") CORRELATION("b", "[a]")
	                  CORRELATION("a", "[n]"),
	          "");
	snprintf(want, sizeof(want),
	         "a.yml:9:39: %sa.yml:13:39: %s2 errors in 1 file; nothing was loaded\n",
	         loop, loop);
	check_all(RULE CORRELATION("a", "[n, b]") CORRELATION("b", "[a]"), want);
	snprintf(want, sizeof(want),
	         "a.yml:3:39: %s1 error in 1 file; nothing was loaded\n", loop);
	check_all(CORRELATION("a", "a"), want);
}

static void correlations_are_checked_whole(void)
{
	check_all(RULE "title: c\ncorrelation:\n  type: event_cuont\n  rules: [n, o]\n"
	               "  timespan: 5x\n  group-by: [source.ip]\n"
	               "  condition: { gte: many }\n  generate: perhaps\n",
	          "a.yml:9:9: unknown type of correlation \"event_cuont\", did you mean "
	          "\"event_count\"?\n"
	          "a.yml:11:13: \"timespan\" is a number and one of s m h d w M y, as in "
	          "15m, not \"5x\"\n"
	          "a.yml:13:21: \"gte\" takes a number\n"
	          "a.yml:14:13: \"generate\" is true or false\n"
	          "4 errors in 1 file; nothing was loaded\n");
	check_all(RULE "title: c\ncorrelation:\n  type: value_sum\n  rules: [m]\n"
	               "  timespan: 5m\n  condition: { gte: 3, field: x }\n",
	          "a.yml:10:11: the correlation names a rule that is not there: \"m\", "
	          "did you "
	          "mean \"n\"?\n1 error in 1 file; nothing was loaded\n");
	check_all(RULE "title: c\ncorrelation:\n  type: value_sum\n  rules: [n]\n"
	               "  timespan: 5m\n  condition: { gte: 3, field: x }\n",
	          "");
}

int main(void)
{
	arena = arena_new();
	TEST(a_document_that_is_no_whole_rule_says_what_it_lacks);
	TEST(what_is_said_about_a_rule_is_checked);
	TEST(a_line_of_a_selection_says_what_is_wrong_with_it);
	TEST(a_field_of_another_category_is_told_from_an_unknown_one);
	TEST(selections_say_what_is_wrong_with_them);
	TEST(all_that_is_wrong_is_said_at_once_down_the_file);
	TEST(a_condition_says_what_is_wrong_with_it);
	TEST(a_limit_beside_a_rate_must_hold_on_every_way);
	TEST(a_condition_cannot_be_nested_without_end);
	TEST(a_rule_cannot_have_more_nodes_than_are_evaluated);
	TEST(a_text_cannot_be_longer_than_hyperscan_takes);
	TEST(everything_that_is_wrong_is_said_at_once);
	TEST(what_is_never_used_is_warned_of);
	TEST(what_people_wrote_does_nothing_to_a_terminal);
	TEST(filters_say_what_is_wrong_with_them);
	TEST(correlations_are_checked_whole);
	TEST(correlations_that_wait_for_themselves_are_refused);
	arena_free(arena);
	return check_done();
}
