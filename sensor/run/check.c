// SPDX-License-Identifier: Apache-2.0
/*
 * check.c - egret check and version: they load, print, and change nothing.
 */
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "base/digest.h"
#include "base/hash.h"
#include "base/inflate.h"
#include "policy/pattern.h"
#include "policy/policy.h"
#include "policy/yaml.h"
#include "run/command.h"
#include "output/webhook.h"
#include "run/sandbox.h"
#include "run/web.h"
#include "traffic/appid.h"
#include "traffic/capture.h"
#include "traffic/flow.h"

enum { OPTION_KEYS = 256, OPTION_STRICT };

/* -1 to go on, else an exit status. */
static int read_options(const struct command *command, int argc, char **argv,
                        struct settings *settings, bool *strict)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "set", required_argument, NULL, 's' },
		{ "strict", no_argument, NULL, OPTION_STRICT },
		{ "keys", no_argument, NULL, OPTION_KEYS },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, ":c:s:h", options, NULL)) != -1) {
		switch (c) {
		case 'c': settings->config = optarg; break;
		case 's': settings_add(settings, optarg); break;
		case OPTION_STRICT: *strict = true; break;
		case OPTION_KEYS: config_print_keys(stdout); return EXIT_OK;
		case 'h': command_help(command, stdout); return EXIT_OK;
		default: return command_wrong_option(command, options, argv, c);
		}
	}
	return -1;
}

/* The reasons why rules are not applicable, each once, with how many rules it keeps out.
 */
static void say_reasons(const struct rules *rules)
{
	const char *const *why = rules->not_applicable_why;

	if (rules->not_applicable_count)
		printf("not applicable: %zu\n", rules->not_applicable_count);
	for (size_t i = 0; i < rules->not_applicable_count; i++) {
		size_t n = 0;
		bool said = false;

		for (size_t k = 0; k < i && !said; k++)
			said = strcmp(why[k], why[i]) == 0;
		for (size_t k = i; k < rules->not_applicable_count && !said; k++)
			n += strcmp(why[k], why[i]) == 0;
		if (!said)
			printf("%8zu  %s\n", n, why[i]);
	}
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
	if (rules->filter_count)
		printf("filters: %zu\n", rules->filter_count);
	if (rules->off)
		printf("switched off: %zu\n", rules->off);
	for (size_t i = 0; i < rules->correlation_count; i++)
		printf("does not run yet: %s: \"%s\" (%s)\n", rules->correlations[i].file,
		       rules->correlations[i].title, rules->correlations[i].type);
	for (size_t i = 0; i < rules->not_applicable_count; i++)
		printf("not applicable: %s\n", rules->not_applicable[i]);
	say_reasons(rules);
	printf("file types: %zu\n", signatures_count(policy->signatures));
}

int command_check(const struct command *command, int argc, char **argv)
{
	struct settings settings = { 0 };
	struct policy *policy = NULL;
	bool strict = false;
	int status = read_options(command, argc, argv, &settings, &strict);

	if (status < 0) {
		settings_rules(&settings, argv + optind, argc - optind);
		status = settings_load(&settings, NULL, &policy, NULL) < 0 ? EXIT_USAGE
		                                                           : EXIT_OK;
		if (status == EXIT_OK)
			say_loaded(policy);
		if (status == EXIT_OK && strict && policy->rules->not_applicable_count)
			status = EXIT_USAGE;
	}
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
	printf("  %s\n", webhook_library_version());
	printf("  %s\n", sandbox_library_version());
	printf("  libmicrohttpd %s\n", web_library_version());
	printf("  %s\n", inflate_versions(text, sizeof(text)));
	return EXIT_OK;
}
