// SPDX-License-Identifier: Apache-2.0
/*
 * check.c - egret check, rules and version: they load, print, and change nothing.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/hash.h"
#include "base/inflate.h"
#include "base/log.h"
#include "policy/pattern.h"
#include "policy/policy.h"
#include "policy/yaml.h"
#include "run/command.h"
#include "run/rules_test.h"
#include "traffic/appid.h"
#include "traffic/capture.h"
#include "traffic/flow.h"

enum { OPTION_KEYS = 256, OPTION_EXPLAIN };

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "set", required_argument, NULL, 's' },
	{ "keys", no_argument, NULL, OPTION_KEYS },
	{ "explain", required_argument, NULL, OPTION_EXPLAIN },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Reads the options that these commands share; -1 to go on, else an exit status. */
static int read_options(const struct command *command, int argc, char **argv,
                        struct settings *settings, const char **explain)
{
	int c;

	while ((c = getopt_long(argc, argv, ":c:s:h", options, NULL)) != -1) {
		switch (c) {
		case 'c': settings->config = optarg; break;
		case 's': settings_add(settings, optarg); break;
		case OPTION_EXPLAIN: *explain = optarg; break;
		case OPTION_KEYS: config_print_keys(stdout); return EXIT_OK;
		case 'h': command_help(command, stdout); return EXIT_OK;
		default: return command_wrong_option(command, options, argv, c);
		}
	}
	return -1;
}

static void say_loaded(const struct policy *policy)
{
	const struct rules *rules = policy->rules;

	printf("settings: %s\n",
	       policy->config->path ? policy->config->path : "built in");
	printf("flows: room for %" PRIu64 "\n",
	       policy->config->shards * flow_capacity(policy->config->flow_memory /
	                                              policy->config->shards));
	printf("rules: %zu\n", rules->n);
	for (size_t i = 0; i < rules->not_applicable_count; i++)
		printf("not applicable: %s\n", rules->not_applicable[i]);
	printf("file types: %zu\n", signatures_count(policy->signatures));
}

int command_check(const struct command *command, int argc, char **argv)
{
	struct settings settings = { 0 };
	struct policy *policy = NULL;
	char *rules = NULL;
	size_t room = 0;
	const char *explain = NULL;
	int status = read_options(command, argc, argv, &settings, &explain);

	if (status < 0 && explain)
		status = command_misuse(command, "--explain goes with rules test");
	if (status < 0) {
		/* rule files that are named are checked instead of those that the
		 * settings name */
		FILE *list = optind < argc ? open_memstream(&rules, &room) : NULL;

		for (int i = optind; list && i < argc; i++)
			fprintf(list, "%s%s", i == optind ? "rules.paths=" : ",",
			        argv[i]);
		if (list)
			fclose(list);
		if (rules)
			settings_add(&settings, rules);
		status = settings_load(&settings, &policy) < 0 ? EXIT_USAGE : EXIT_OK;
		if (status == EXIT_OK)
			say_loaded(policy);
	}
	policy_free(policy);
	settings_done(&settings);
	free(rules);
	return status;
}

static int show(const struct command *command, const struct rules *rules, const char *id)
{
	const struct rule *found = NULL;

	for (size_t i = 0; i < rules->n; i++) {
		if (strncmp(rules->at[i].id, id, strlen(id)) != 0)
			continue;
		if (found)
			return command_misuse(
				command, "more than one rule's id begins with \"%s\"",
				id);
		found = &rules->at[i];
	}
	if (!found)
		return command_misuse(command, "no rule has the id \"%s\"", id);
	rule_print(found, stdout);
	return EXIT_OK;
}

/* The rules of a file or folder, instead of those that the settings name. */
static int test(const struct command *command, struct settings *settings, char **paths,
                int count, const char *explain)
{
	struct policy *policy = NULL;
	char *rules;
	int status;

	if (count < 2)
		return command_misuse(
			command, "test needs a file or folder of rules, and captures");
	if (asprintf(&rules, "rules.paths=%s", paths[0]) < 0)
		return EXIT_USAGE;
	settings_add(settings, rules);
	status = settings_load(settings, &policy) < 0
	                 ? EXIT_USAGE
	                 : rules_test(policy, (const char *const *)paths + 1,
	                              (size_t)count - 1, explain);
	policy_free(policy);
	free(rules);
	return status;
}

int command_rules(const struct command *command, int argc, char **argv)
{
	struct settings settings = { 0 };
	struct policy *policy = NULL;
	const char *explain = NULL;
	int status = read_options(command, argc, argv, &settings, &explain);
	const char *what = optind < argc ? argv[optind] : "";

	if (status < 0 && strcmp(what, "fields") == 0) {
		fields_print(stdout);
		status = EXIT_OK;
	}
	if (status < 0 && strcmp(what, "test") == 0)
		status = test(command, &settings, argv + optind + 1, argc - optind - 1,
		              explain);
	if (status < 0 && explain)
		status = command_misuse(command, "--explain goes with test");
	if (status < 0 && strcmp(what, "list") != 0 && strcmp(what, "show") != 0)
		status = command_misuse(command, "say list, show, test or fields");
	if (status < 0 && strcmp(what, "show") == 0 && optind + 1 >= argc)
		status = command_misuse(command, "show needs a rule's id");
	if (status < 0 && settings_load(&settings, &policy) < 0)
		status = EXIT_USAGE;
	if (status < 0 && strcmp(what, "list") == 0) {
		rules_print_list(policy->rules, stdout);
		status = EXIT_OK;
	}
	if (status < 0)
		status = show(command, policy->rules, argv[optind + 1]);
	policy_free(policy);
	settings_done(&settings);
	return status;
}

int command_version(const struct command *command, int argc, char **argv)
{
	char text[256];

	(void)command;
	(void)argc;
	(void)argv;
	printf("egret %s\n", EGRET_VERSION);
	printf("  %s\n", capture_library_version());
	printf("  %s\n", appid_library_version());
	printf("  %s\n", pattern_library_version());
	printf("  libyaml %s\n", yaml_library_version());
	printf("  xxHash %s\n", hash_version());
	printf("  OpenSSL %s\n", digest_version());
	printf("  %s\n", inflate_versions(text, sizeof(text)));
	return EXIT_OK;
}
