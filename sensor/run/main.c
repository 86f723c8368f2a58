// SPDX-License-Identifier: Apache-2.0
/*
 * main.c - the front end: one table of commands.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "run/command.h"

static const char replay_help[] =
	"  -c, --config CONFIG   settings (default: the installed egret.yaml, else "
	"built-in ones)\n"
	"  -s, --set KEY=VALUE   one setting; `egret check --keys` lists them\n"
	"      --protect CIDR    a network that is inside; may be given again (replaces "
	"the\n"
	"                        default: private addresses)\n"
	"  -w, --workers N       threads that work on packets (default: one for each "
	"core)\n"
	"  -o, --output DIR      where eve.json is written (default: here)\n"
	"      --eve FILE|-      where the JSON records are written; - puts them on "
	"standard\n"
	"                        output and the summary on standard error\n"
	"      --fail-on LEVEL   exit with 3 when an alert of that level or above was "
	"raised:\n"
	"                        informational, low, medium, high or critical\n"
	"      --filter BPF      only packets that this lets pass, as tcpdump has it: "
	"'net 10.0.0.0/8'\n"
	"      --since TIME      only packets from then on: 2024-05-01T10:00:00Z (UTC "
	"where "
	"no\n"
	"                        zone is said), 2024-05-01, or +90s behind the first "
	"one\n"
	"      --until TIME      only packets before then; what is behind it is not "
	"read\n"
	"      --follow          files that are still being written, and folders that "
	"get "
	"more of\n"
	"                        them: waits at their end, until SIGINT or SIGTERM\n"
	"      --no-sandbox      threads may ask the kernel for anything\n"
	"  -q, --quiet           no summary, no progress\n";

static const char live_help[] =
	"  -c, --config CONFIG   settings (default: the installed egret.yaml, else "
	"built-in ones)\n"
	"  -s, --set KEY=VALUE   one setting; `egret check --keys` lists them\n"
	"  -i, --interface NAME  what to listen to; may be given again (replaces "
	"live.interfaces)\n"
	"      --protect CIDR    a network that is inside; may be given again\n"
	"  -w, --workers N       threads that work on packets (default: one for each "
	"core)\n"
	"  -o, --output DIR      where eve.json is written (default: here)\n"
	"      --eve FILE|-      where the JSON records are written\n"
	"      --no-sandbox      threads may ask the kernel for anything\n"
	"  -q, --quiet           no summary at the end\n"
	"\n"
	"SIGHUP reads settings and rules anew; SIGINT and SIGTERM end it in order.\n";

static const char ctl_help[] =
	"  status                how it stands: traffic, losses, memory, records, "
	"alerts\n"
	"  top                   who sends now, to where; on a terminal again and again\n"
	"  reload                reads settings and rules anew, and says what is wrong\n"
	"  rotate                the file of records makes way for a new one\n"
	"  stop                  ends it in order, and waits until it has ended\n"
	"      --json            status as JSON\n"
	"  -n, --lines N         of top; default: 20\n"
	"      --once            top: once, on a terminal too\n"
	"      --socket PATH     the sensor's socket (default: control.socket of the "
	"settings)\n"
	"  -c, --config CONFIG   settings\n"
	"  -s, --set KEY=VALUE   one setting\n";

static const char check_help[] =
	"  -c, --config CONFIG   settings to check (default: the installed egret.yaml)\n"
	"  -s, --set KEY=VALUE   one setting\n"
	"      --strict          a rule that is not applicable is an error\n"
	"      --keys            list every setting with its type, range, default and "
	"meaning\n";

static const char rules_help[] =
	"  list                  every rule: level, category, title, id\n"
	"  show ID               one rule as it was understood; the beginning of an id "
	"will do\n"
	"  test RULES CAPTURE... which of these rules fire on these captures, on what, "
	"and\n"
	"                        what the others lacked\n"
	"      --explain ID      with test: of one rule only, and what came nearest to "
	"firing it\n"
	"      --protect CIDR    with test: what is inside, as in a replay\n"
	"  fields                every field that a rule may name\n"
	"  -c, --config CONFIG   settings (they name the rules)\n"
	"  -s, --set KEY=VALUE   one setting\n";

const struct command commands[] = {
	{ "replay", "[OPTION]... FILE|DIR|-...",
	  "read captures, say what left the network", replay_help, command_replay },
	{ "live", "[OPTION]... -i INTERFACE...",
	  "listen to interfaces, say what leaves the network", live_help, command_live },
	{ "ctl", "status|top|reload|rotate|stop [OPTION]...", "ask a sensor that runs",
	  ctl_help, command_ctl },
	{ "canary", "http://HOST[:PORT][/PATH]",
	  "send a small marked object out, which a sensor that sees says", NULL,
	  command_canary },
	{ "check", "[OPTION]... [RULEFILE...]",
	  "load settings, rules and signatures, say what is wrong", check_help,
	  command_check },
	{ "rules", "list|show ID|test RULES CAPTURE...|fields [OPTION]...",
	  "what rules there are, what they may name, what they would have said",
	  rules_help, command_rules },
	{ "version", "", "its own version, and that of every library it runs with", NULL,
	  command_version },
	{ "help", "[COMMAND]", "this text, or a command's", NULL, command_help_main },
	{ 0 },
};

static const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

void command_help(const struct command *c, FILE *to)
{
	fprintf(to, "usage: egret %s %s\n\n%s\n", c->name, c->arguments, c->summary);
	if (c->help)
		fprintf(to, "\n%s", c->help);
}

int command_misuse(const struct command *c, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_error("%s; `egret help %s` says more", text, c->name);
	return EXIT_USAGE;
}

/* The long option that was meant, or NULL. */
static const char *option_near(const struct option *options, const char *word)
{
	const char *names[32];
	char name[32];
	size_t n = 0;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	for (; options->name && n < sizeof(names) / sizeof(names[0]) - 1; options++)
		names[n++] = options->name;
	names[n] = NULL;
	return nearest_word(name, names);
}

int command_wrong_option(const struct command *c, const struct option *options,
                         char **argv, int got)
{
	const char *word = argv[optind - 1], *near;
	bool is_long = strncmp(word, "--", 2) == 0;

	if (got == ':')
		return command_misuse(c, "%s needs a value", word);
	if (optopt && is_long)
		return command_misuse(c, "%s: takes no value", word);
	if (optopt)
		return command_misuse(c, "no option -%c", optopt);
	near = option_near(options, word + (is_long ? 2 : 0));
	if (near)
		return command_misuse(c, "no option %s, did you mean --%s?", word, near);
	return command_misuse(c, "no option %s", word);
}

static void overview(FILE *to)
{
	fprintf(to, "egret tells that data is leaving a network, while it is still "
	            "leaving.\n\n"
	            "usage: egret COMMAND ...\n\n");
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "  %-8s %s\n", c->name, c->summary);
	fprintf(to, "\nTry: egret replay capture.pcap\n");
}

static int unknown(const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0])], *near;
	size_t n = 0;

	for (const struct command *c = commands; c->name; c++)
		names[n++] = c->name;
	names[n] = NULL;
	near = nearest_word(name, names);
	if (near)
		log_error("no command \"%s\", did you mean \"%s\"?", name, near);
	else
		log_error("no command \"%s\"; `egret help` lists them", name);
	return EXIT_USAGE;
}

int command_help_main(const struct command *command, int argc, char **argv)
{
	const struct command *about;

	(void)command;
	if (argc < 2) {
		overview(stdout);
		return EXIT_OK;
	}
	about = command_find(argv[1]);
	if (!about)
		return unknown(argv[1]);
	command_help(about, stdout);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct command *command;

	log_init(LOG_TO_STDERR, LOG_LEVEL_NOTICE);
	if (argc < 2) {
		overview(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		argv[1] = "help";
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		argv[1] = "version";
	command = command_find(argv[1]);
	if (!command)
		return unknown(argv[1]);
	return command->run(command, argc - 1, argv + 1);
}
