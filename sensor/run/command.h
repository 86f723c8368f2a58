// SPDX-License-Identifier: Apache-2.0
/*
 * command.h - the subcommands of egret: one row each in main.c.
 */
#ifndef RUN_COMMAND_H
#define RUN_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "base/prefix.h"

/* Exit statuses: a contract. */
enum {
	EXIT_OK = 0,      /* did what was asked, alerts or not */
	EXIT_INPUT = 1,   /* ran, but some input could not be read */
	EXIT_USAGE = 2,   /* wrong usage, configuration or rules */
	EXIT_FAIL_ON = 3, /* --fail-on: such an alert was raised */
};

struct command {
	const char *name;
	const char *arguments; /* behind the name */
	const char *summary;   /* one line */
	const char *help;      /* options, a line each; NULL: none */
	int (*run)(const struct command *command, int argc,
	           char **argv); /* argv[0] is its name */
};

/* Ends with a row of zeros. */
extern const struct command commands[];

void command_help(const struct command *command, FILE *to);
/* Says on stderr what is wrong with the usage, and how to get help.  Gives EXIT_USAGE. */
int command_misuse(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

struct option;
/* The same for what getopt_long answered with `got`, '?' or ':' (its list of short
 * options begins with a colon, so that it says nothing itself). */
int command_wrong_option(const struct command *command, const struct option *options,
                         char **argv, int got);

int command_replay(const struct command *command, int argc, char **argv);
int command_live(const struct command *command, int argc, char **argv);
int command_canary(const struct command *command, int argc, char **argv);
int command_ctl(const struct command *command, int argc, char **argv);
int command_check(const struct command *command, int argc, char **argv);
int command_rules(const struct command *command, int argc, char **argv);
int command_version(const struct command *command, int argc, char **argv);
int command_help_main(const struct command *command, int argc, char **argv);

/*
 * Options that several commands share: -c CONFIG, -s key=value, --protect CIDR.  A list
 * of overrides for config_load.
 */
struct settings {
	const char *config;
	const char **overrides; /* owned; each text is owned too where made_up says so */
	size_t n, room;
	char *protect;          /* "networks.protected=..." gathered from --protect */
	bool protect_added;     /* to the overrides */
	char *rules;            /* "rules.paths=..." */
	struct prefixes inside; /* the interfaces' own networks; owned */
};

void settings_add(struct settings *settings, const char *override);
int settings_protect(struct settings *settings,
                     const char *cidr); /* -1: not a prefix (said on stderr) */
/* These files and folders instead of those that the settings name; none: no change. */
void settings_rules(struct settings *settings, char **paths, int count);
/* One more network that is inside, in what is loaded from now on. */
void settings_inside(struct settings *settings, const struct prefix *inside);
void settings_done(struct settings *settings);

struct policy;
/* Loads what the settings name; -1 after saying on stderr, and to `said` where there is
 * one, what is wrong.  running: see policy_reload; NULL: none. */
int settings_load(struct settings *settings, const struct policy *running,
                  struct policy **ret, FILE *said);

/* Where rules/ is: beside the program in its build tree, else where it was installed. */
const char *data_dir(void);
/* The configuration read when none is named, or NULL where there is none. */
const char *default_config(void);

#endif
