// SPDX-License-Identifier: Apache-2.0
/*
 * config_test.c - settings: what is read, what is refused in which words, and the shipped
 * file.
 */
#include "base/error.h"
#include "policy/config_keys.h"
#include "policy/yaml.h"
#include "tests/check.h"

static struct arena *arena;
static struct error err;

static const char *in_source(const char *path)
{
	static char text[4096];
	const char *srcdir = getenv("srcdir");

	snprintf(text, sizeof(text), "%s/%s", srcdir ? srcdir : ".", path);
	return text;
}

/* Loads `text` as a file of settings. */
static struct config *load(const char *text)
{
	struct config *config = NULL;
	FILE *f = fopen("config_test.yaml", "w");

	err.text[0] = '\0';
	if (!f)
		exit(99);
	fputs(text, f);
	fclose(f);
	if (config_load(arena, "config_test.yaml", NULL, 0, "/share/egret", &config,
	                &err) < 0)
		CHECK(!config);
	remove("config_test.yaml");
	return config;
}

static struct config *load_with(const char *const *overrides, size_t n)
{
	struct config *config = NULL;

	err.text[0] = '\0';
	config_load(arena, NULL, overrides, n, "/share/egret", &config, &err);
	return config;
}

static bool is_inside(const struct config *c, const char *text)
{
	struct addr a;

	return addr_parse(text, &a) == 0 && prefixes_have(&c->protected, &a);
}

static void the_defaults_are_what_the_table_says(void)
{
	struct config *c = load("");

	CHECK(c != NULL);
	if (!c)
		return;
	CHECK_EQ(128 << 20, c->flow_memory);
	CHECK_EQ(900000000000, (uint64_t)c->flow_established);
	CHECK_EQ(64 << 20, c->stream_memory);
	CHECK(c->appid && !c->sha256 && !c->flow_unanswered && !c->checksums);
	CHECK(c->eve.alert && c->eve.flow && c->eve.fileinfo && c->eve.stats);
	CHECK(c->workers >= 1 && c->workers <= c->shards);
	CHECK_EQ(1, c->rules.n);
	CHECK_TEXT("/share/egret/rules/egret", c->rules.at[0]);
	CHECK(is_inside(c, "10.1.2.3") && is_inside(c, "172.31.0.1") &&
	      is_inside(c, "100.64.1.1") && is_inside(c, "fd00::1") &&
	      is_inside(c, "169.254.0.9"));
	CHECK(!is_inside(c, "172.32.0.1") && !is_inside(c, "8.8.8.8") &&
	      !is_inside(c, "2001:db8::1"));
}

static void a_file_sets_what_it_names(void)
{
	struct config *c = load("flow:\n  memory: 4MiB\n  timeout: { new: 5s }\n"
	                        "stream.memory: 1GiB\n"
	                        "output: { eve: { types: [alert] } }\n"
	                        "rules: { paths: [mine, /etc/egret/rules, $data/x] }\n"
	                        "session:\n");

	CHECK(c != NULL);
	if (!c)
		return;
	CHECK_EQ(4 << 20, c->flow_memory);
	CHECK_EQ(5000000000, (uint64_t)c->flow_new);
	CHECK_EQ(1 << 30, c->stream_memory);
	CHECK(c->eve.alert && !c->eve.flow && !c->eve.fileinfo && !c->eve.stats);
	CHECK_EQ(3, c->rules.n);
	CHECK_TEXT("mine", c->rules.at[0]);
	CHECK_TEXT("/etc/egret/rules", c->rules.at[1]);
	CHECK_TEXT("/share/egret/x", c->rules.at[2]);
}

static void what_is_wrong_is_said_with_its_place(void)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "flow:\n  memry: 3\n",
		  "2:3: unknown key \"flow.memry\", did you mean \"flow.memory\"?" },
		{ "flw:\n  memory: 3\n",
		  "1:1: unknown key \"flw\", did you mean \"flow\"?" },
		{ "colour: red\n", "1:1: unknown key \"colour\"" },
		{ "session:\n  max: many\n",
		  "2:8: \"session.max\" takes a whole number, not \"many\"" },
		{ "session:\n  max: 5\n",
		  "2:8: \"session.max\" must be 64 to 16777216, not 5" },
		{ "session:\n  max: 99999999999999999999999\n",
		  "2:8: \"session.max\" must be 64 to 16777216, not "
		  "99999999999999999999999" },
		{ "session:\n  max: [1]\n",
		  "2:8: \"session.max\" takes a single value, not a list" },
		{ "session:\n  max:\n",
		  "2:7: \"session.max\" takes a single value, not nothing" },
		{ "flow: 3\n", "1:7: \"flow\" is a group of keys, not a value" },
		{ "session:\n  max: 4096\nsession.max: 5000\n",
		  "3:1: \"session.max\" stands here twice; first in line 2" },
		{ "stream:\n  memory: 1KiB\n",
		  "2:11: \"stream.memory\" must be 1MiB to 64GiB, not 1KiB" },
		{ "flow:\n  timeout:\n    new: 2h\n",
		  "3:10: \"flow.timeout.new\" must be 1s to 1h, not 2h" },
		{ "transfer:\n  sha256: perhaps\n",
		  "2:11: \"transfer.sha256\" takes true or false, not \"perhaps\"" },
		{ "output:\n  eve:\n    types: [alert, flows]\n",
		  "3:20: \"output.eve.types\": unknown word \"flows\", did you mean "
		  "\"flow\"?" },
		{ "- a\n", "1:1: settings are a map of keys, not a list" },
		{ "flow: {}\n---\nflow: {}\n", "3:1: a second document in the settings" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char want[512];

		CHECK(load(rows[i].text) == NULL);
		snprintf(want, sizeof(want), "config_test.yaml:%s", rows[i].error);
		CHECK_TEXT(want, err.text);
	}
}

static void a_bad_unit_or_network_names_key_and_place(void)
{
	static const char unit[] = "config_test.yaml:2:11: \"stream.memory\": ",
			  net[] = "config_test.yaml:2:16: \"networks.protected\": ";

	CHECK(load("stream:\n  memory: 3 bananas\n") == NULL);
	CHECK(strncmp(err.text, unit, sizeof(unit) - 1) == 0);
	CHECK(load("networks:\n  protected: [ 10.0.0.1/8 ]\n") == NULL);
	CHECK(strncmp(err.text, net, sizeof(net) - 1) == 0);
}

static void overrides_come_last_and_lists_are_divided_by_commas(void)
{
	static const char *const options[] = {
		"session.max=2048",
		"networks.protected=192.0.2.0/24, 198.51.100.0/24",
		"networks.protected=2001:db8::/32",
		"output.eve.types=alert",
		"session.max=4096",
		"rules.paths=",
	};
	struct config *c = load_with(options, 6);

	CHECK(c != NULL);
	if (!c)
		return;
	CHECK_EQ(4096, c->session_max);
	CHECK_EQ(3, c->protected.n);
	CHECK(is_inside(c, "198.51.100.7") && is_inside(c, "2001:db8::1"));
	CHECK(!is_inside(c, "10.0.0.1"));
	CHECK(c->eve.alert && !c->eve.stats);
	CHECK_EQ(0, c->rules.n);
}

static void a_wrong_override_names_the_option(void)
{
	static const struct {
		const char *option, *error;
	} rows[] = {
		{ "flow.memry=3",
		  "-s flow.memry: unknown key \"flow.memry\", did you mean "
		  "\"flow.memory\"?" },
		{ "flow.memory", "-s flow.memory: write key=value" },
		{ "flow=1", "-s flow: \"flow\" is a group of keys, not a value" },
		{ "appid.packets=65",
		  "-s appid.packets: \"appid.packets\" must be 1 to 64, not 65" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK(load_with(&rows[i].option, 1) == NULL);
		CHECK_TEXT(rows[i].error, err.text);
	}
}

/* The value of a dotted key in the tree, as -s would have it. */
static void value_in(const struct yaml_node *node, const char *name, char *text,
                     size_t cap)
{
	char word[64];
	size_t n = 0;

	while (node && *name) {
		size_t part = strcspn(name, ".");

		snprintf(word, sizeof(word), "%.*s", (int)part, name);
		node = yaml_get(node, word, NULL);
		name += part + (name[part] == '.');
	}
	text[0] = '\0';
	if (node && node->kind == KIND_SCALAR)
		snprintf(text, cap, "%s", node->text);
	for (uint32_t i = 0; node && node->kind == KIND_LIST && i < node->count; i++)
		n += (size_t)snprintf(text + n, cap - n, "%s%s", i ? "," : "",
		                      node->at[i].text);
}

static void one_of_several_words_is_a_setting_and_leaves_its_neighbours_alone(void)
{
	const char *const overrides[] = { "output.syslog.facility=local3",
		                          "output.syslog.to=udp:[::1]:514",
		                          "output.webhook.level=critical" };
	static const struct {
		const char *override, *said;
	} wrong[] = {
		{ "output.syslog.facility=locl3", "did you mean \"local3\"" },
		{ "output.syslog.level=9", "informational to critical" },
		{ "output.syslog.to=/dev/log", "no place of a system log" },
		{ "output.syslog.to=udp:host", "no place of a system log" },
		{ "output.syslog.to=tcp:::1:514", "no place of a system log" },
		{ "metrics.listen=127.0.0.1", "no address and port" },
		{ "metrics.listen=127.0.0.1:70000", "no address and port" },
		{ "output.webhook.url=ftp://host/", "no address of a web service" },
		{ "output.webhook.url=https://me:word@host/", "output.webhook.token" },
	};
	struct config *config;

	CHECK_MUST(config_load(arena, NULL, overrides, 3, "/share", &config, &err) == 0);
	CHECK_EQ(19, config->syslog_facility);
	CHECK_EQ(4, config->webhook_level);
	CHECK_EQ(0, config->syslog_level);
	CHECK_TEXT("", config->webhook_url);
	CHECK_TEXT("udp:[::1]:514", config->syslog_to);
	CHECK(config->syslog_types.alert && !config->syslog_types.flow);
	CHECK(config->eve.alert && config->eve.flow);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(config_load(arena, NULL, &wrong[i].override, 1, "/share", &config,
		                  &err) < 0);
		CHECK(strstr(err.text, wrong[i].said));
	}
}

static void the_shipped_file_has_every_key_with_its_default(void)
{
	struct yaml_file file = { 0 };
	struct config *config;
	char text[512];

	CHECK_EQ(0, yaml_load(arena, in_source("config/egret.yaml"), &file, &err));
	CHECK_EQ(1, file.n);
	for (const struct key *k = config_keys; k->name; k++) {
		value_in(&file.documents[0], k->name, text, sizeof(text));
		CHECK_TEXT(k->initial, text);
	}
	CHECK_EQ(0, config_load(arena, in_source("config/egret.yaml"), NULL, 0, "/share",
	                        &config, &err));
}

static void every_key_is_printed_with_its_default(void)
{
	static char text[16384];
	FILE *f = tmpfile();

	if (!f)
		exit(99);
	config_print_keys(f);
	rewind(f);
	CHECK(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	for (const struct key *k = config_keys; k->name; k++)
		CHECK(strstr(text, k->name) && strstr(text, k->initial));
	CHECK(!strstr(text, "(null)")); /* each type has a word */
	CHECK(strstr(text,
	             "appid.packets\n    packets of a flow, with payload, that nDPI is "
	             "shown at most\n    a number, 1 to 64; default 10\n"));
}

int main(void)
{
	arena = arena_new();
	TEST(the_defaults_are_what_the_table_says);
	TEST(a_file_sets_what_it_names);
	TEST(what_is_wrong_is_said_with_its_place);
	TEST(a_bad_unit_or_network_names_key_and_place);
	TEST(overrides_come_last_and_lists_are_divided_by_commas);
	TEST(a_wrong_override_names_the_option);
	TEST(one_of_several_words_is_a_setting_and_leaves_its_neighbours_alone);
	TEST(the_shipped_file_has_every_key_with_its_default);
	TEST(every_key_is_printed_with_its_default);
	arena_free(arena);
	return check_done();
}
