// SPDX-License-Identifier: Apache-2.0
/*
 * ctl.c - egret ctl: asks a sensor that runs.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "policy/config.h"
#include "run/control.h"

enum { OPTION_SOCKET = 256, OPTION_JSON, OPTION_ONCE, EVERY = 2, STOP_WAIT = 60 };

struct ctl {
	struct settings settings;
	const char *socket;
	char path[256]; /* of the settings */
	bool json, once;
	const char *lines; /* top */
};

static int read_options(const struct command *command, int argc, char **argv,
                        struct ctl *ctl)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "set", required_argument, NULL, 's' },
		{ "socket", required_argument, NULL, OPTION_SOCKET },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "once", no_argument, NULL, OPTION_ONCE },
		{ "lines", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, ":c:s:n:h", options, NULL)) != -1) {
		switch (c) {
		case 'c': ctl->settings.config = optarg; break;
		case 's': settings_add(&ctl->settings, optarg); break;
		case 'n':
			if (strtoul(optarg, NULL, 10) < 1 || strlen(optarg) > 3)
				return command_misuse(command, "-n %s: 1 to 999 lines",
				                      optarg);
			ctl->lines = optarg;
			break;
		case OPTION_SOCKET: ctl->socket = optarg; break;
		case OPTION_JSON: ctl->json = true; break;
		case OPTION_ONCE: ctl->once = true; break;
		case 'h': command_help(command, stdout); return EXIT_OK;
		default: return command_wrong_option(command, options, argv, c);
		}
	}
	return -1;
}

static int find_socket(const struct command *command, struct ctl *ctl)
{
	struct arena *arena = arena_new();
	struct config *config;
	struct error err;
	int status = -1;

	if (ctl->socket)
		return arena_free(arena), -1;
	if (!arena ||
	    config_load(arena,
	                ctl->settings.config ? ctl->settings.config : default_config(),
	                ctl->settings.overrides, ctl->settings.n, data_dir(), &config,
	                &err) < 0) {
		log_error("%s", arena ? err.text : "out of memory");
		status = EXIT_USAGE;
	} else if (!*config->control_socket) {
		status =
			command_misuse(command, "control.socket is empty: there is none");
	} else {
		snprintf(ctl->path, sizeof(ctl->path), "%s", config->control_socket);
		ctl->socket = ctl->path;
	}
	arena_free(arena);
	return status;
}

static int ask(const struct ctl *ctl, const char *line, FILE *to)
{
	int said = control_ask(ctl->socket, line, to);

	return said < 0 ? EXIT_INPUT : said ? EXIT_USAGE : EXIT_OK;
}

/* One screen of senders.  The sensor looks at its flows when it is asked, and what they
 * sent meanwhile is known at the second look. */
static int top_once(const struct ctl *ctl, char **text)
{
	char line[CONTROL_LINE];
	int status = EXIT_INPUT;

	snprintf(line, sizeof(line), "top %s\n", ctl->lines ? ctl->lines : "20");
	for (unsigned i = 0; i < 20; i++) {
		size_t n = 0;
		FILE *to;

		free(*text);
		*text = NULL;
		to = open_memstream(text, &n);
		if (!to)
			return EXIT_INPUT;
		status = ask(ctl, line, to);
		fclose(to);
		if (status || strcmp(*text, "-\n") != 0)
			return status;
		nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
	}
	log_error("%s: no numbers came", ctl->socket);
	return status;
}

static int top(const struct ctl *ctl)
{
	bool screen = isatty(STDOUT_FILENO) && !ctl->once;
	char *text = NULL;
	int status;

	do {
		status = top_once(ctl, &text);
		if (status == EXIT_OK && screen)
			fputs("\033[H\033[2J", stdout);
		if (status == EXIT_OK)
			fputs(text, stdout);
		fflush(stdout);
		if (screen && status == EXIT_OK)
			sleep(EVERY);
	} while (screen && status == EXIT_OK);
	free(text);
	return status;
}

/* Until it has ended: what it had to write is written then. */
static int stop(const struct ctl *ctl)
{
	int status = ask(ctl, "stop\n", stdout);

	for (unsigned i = 0; status == EXIT_OK && i < STOP_WAIT * 10; i++) {
		if (access(ctl->socket, F_OK) < 0)
			return EXIT_OK;
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	if (status == EXIT_OK)
		log_error("it has not ended within %d s", STOP_WAIT);
	return EXIT_INPUT;
}

static int run(const struct command *command, const struct ctl *ctl, const char *word)
{
	static const char *const words[] = { "status", "reload", "rotate",
		                             "top",    "stop",   NULL };
	const char *near;

	if (strcmp(word, "status") == 0)
		return ask(ctl, ctl->json ? "status json\n" : "status\n", stdout);
	if (strcmp(word, "reload") == 0)
		return ask(ctl, "reload\n", stdout);
	if (strcmp(word, "rotate") == 0)
		return ask(ctl, "rotate\n", stdout);
	if (strcmp(word, "top") == 0)
		return top(ctl);
	if (strcmp(word, "stop") == 0)
		return stop(ctl);
	near = nearest_word(word, words);
	return command_misuse(command, "no request \"%s\"%s%s%s", word,
	                      near ? ", did you mean \"" : "", near ? near : "",
	                      near ? "\"?" : "");
}

int command_ctl(const struct command *command, int argc, char **argv)
{
	struct ctl ctl = { 0 };
	int status = read_options(command, argc, argv, &ctl);

	if (status < 0 && optind + 1 != argc)
		status = command_misuse(command,
		                        "one request: status, top, reload, rotate "
		                        "or stop");
	if (status < 0)
		status = find_socket(command, &ctl);
	if (status < 0)
		status = run(command, &ctl, argv[optind]);
	settings_done(&ctl.settings);
	return status;
}
