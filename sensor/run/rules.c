// SPDX-License-Identifier: Apache-2.0
/*
 * rules.c - egret rules: what was loaded, how it was understood, and what it does.
 */
#include <getopt.h>
#include <string.h>

#include "policy/policy.h"
#include "run/command.h"
#include "run/rules_test.h"

enum { OPTION_EXPLAIN = 256, OPTION_PROTECT };

/* -1 to go on, else an exit status. */
static int read_options(const struct command *command, int argc, char **argv,
                        struct settings *settings, const char **explain)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "set", required_argument, NULL, 's' },
		{ "protect", required_argument, NULL, OPTION_PROTECT },
		{ "explain", required_argument, NULL, OPTION_EXPLAIN },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, ":c:s:h", options, NULL)) != -1) {
		switch (c) {
		case 'c': settings->config = optarg; break;
		case 's': settings_add(settings, optarg); break;
		case OPTION_PROTECT:
			if (settings_protect(settings, optarg) < 0)
				return EXIT_USAGE;
			break;
		case OPTION_EXPLAIN: *explain = optarg; break;
		case 'h': command_help(command, stdout); return EXIT_OK;
		default: return command_wrong_option(command, options, argv, c);
		}
	}
	return -1;
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

/* What the words behind `egret rules` are not, said; -1: nothing. */
static int misuse(const struct command *command, const char *what, int count,
                  const char *explain)
{
	bool test = strcmp(what, "test") == 0;

	if (!test && strcmp(what, "list") != 0 && strcmp(what, "show") != 0)
		return command_misuse(command, "say list, show, test or fields");
	if (explain && !test)
		return command_misuse(command, "--explain goes with test");
	if (test && count < 2)
		return command_misuse(
			command, "test needs a file or folder of rules, and captures");
	if (strcmp(what, "show") == 0 && count < 1)
		return command_misuse(command, "show needs a rule's id");
	return -1;
}

/* Does a rule's id begin so? */
static bool is_rule(const struct rules *rules, const char *id)
{
	for (size_t i = 0; i < rules->n; i++)
		if (strncmp(rules->at[i].id, id, strlen(id)) == 0)
			return true;
	return false;
}

int command_rules(const struct command *command, int argc, char **argv)
{
	struct settings settings = { 0 };
	struct policy *policy = NULL;
	const char *explain = NULL;
	int status = read_options(command, argc, argv, &settings, &explain);
	const char *what = optind < argc ? argv[optind] : "";
	char **args = argv + optind + 1;
	int count = argc - optind - 1;

	if (status < 0 && strcmp(what, "fields") == 0) {
		fields_print(stdout);
		status = EXIT_OK;
	}
	if (status < 0)
		status = misuse(command, what, count, explain);
	if (status < 0 && strcmp(what, "test") == 0)
		settings_rules(&settings, args, 1);
	if (status < 0 && settings_load(&settings, NULL, &policy, NULL) < 0)
		status = EXIT_USAGE;
	if (status < 0 && strcmp(what, "list") == 0) {
		rules_print_list(policy->rules, stdout);
		status = EXIT_OK;
	}
	if (status < 0 && explain && !is_rule(policy->rules, explain))
		status = command_misuse(command, "no rule has the id \"%s\"", explain);
	if (status < 0 && strcmp(what, "test") == 0)
		status = rules_test(policy, (const char *const *)args + 1,
		                    (size_t)count - 1, explain);
	if (status < 0)
		status = show(command, policy->rules, args[0]);
	policy_free(policy);
	settings_done(&settings);
	return status;
}
