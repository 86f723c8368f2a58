// SPDX-License-Identifier: Apache-2.0
/*
 * replay.c - egret replay: captures in, records and a summary out.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/instant.h"
#include "base/log.h"
#include "run/command.h"
#include "run/job.h"

enum {
	OPTION_PROTECT = 256,
	OPTION_EVE,
	OPTION_FAIL_ON,
	OPTION_FILTER,
	OPTION_SINCE,
	OPTION_FOLLOW,
	OPTION_NO_SANDBOX,
	OPTION_UNTIL
};

struct replay {
	struct job job;
	struct capture_options capture;
};

static int read_bound(const struct command *command, const char *option, const char *text,
                      struct capture_bound *bound)
{
	struct error err;

	bound->set = true;
	if (instant_parse(text, &bound->ns, &bound->relative, &err) < 0)
		return command_misuse(command, "%s: %s", option, err.text);
	return 0;
}

static int read_options(const struct command *command, int argc, char **argv,
                        struct replay *r)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "set", required_argument, NULL, 's' },
		{ "protect", required_argument, NULL, OPTION_PROTECT },
		{ "workers", required_argument, NULL, 'w' },
		{ "output", required_argument, NULL, 'o' },
		{ "eve", required_argument, NULL, OPTION_EVE },
		{ "fail-on", required_argument, NULL, OPTION_FAIL_ON },
		{ "filter", required_argument, NULL, OPTION_FILTER },
		{ "since", required_argument, NULL, OPTION_SINCE },
		{ "until", required_argument, NULL, OPTION_UNTIL },
		{ "follow", no_argument, NULL, OPTION_FOLLOW },
		{ "no-sandbox", no_argument, NULL, OPTION_NO_SANDBOX },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	enum level level;
	int c;

	while ((c = getopt_long(argc, argv, ":c:s:w:o:qh", options, NULL)) != -1) {
		switch (c) {
		case 'c': r->job.settings.config = optarg; break;
		case 's': settings_add(&r->job.settings, optarg); break;
		case OPTION_PROTECT:
			if (settings_protect(&r->job.settings, optarg) < 0)
				return EXIT_USAGE;
			break;
		case 'w':
			if (job_workers(command, optarg, &r->job))
				return EXIT_USAGE;
			break;
		case 'o': r->job.folder = optarg; break;
		case OPTION_EVE: r->job.eve = optarg; break;
		case OPTION_FAIL_ON:
			if (level_parse(optarg, &level) < 0)
				return command_misuse(
					command,
					"--fail-on %s: say informational, low, "
					"medium, high or critical",
					optarg);
			r->job.fail_on = (int)level;
			break;
		case OPTION_FILTER: r->capture.filter = optarg; break;
		case OPTION_SINCE:
			if (read_bound(command, "--since", optarg, &r->capture.since))
				return EXIT_USAGE;
			break;
		case OPTION_UNTIL:
			if (read_bound(command, "--until", optarg, &r->capture.until))
				return EXIT_USAGE;
			break;
		case OPTION_FOLLOW: r->capture.follow = true; break;
		case OPTION_NO_SANDBOX: r->job.unsandboxed = true; break;
		case 'q': r->job.quiet = true; break;
		case 'h': command_help(command, stdout); return EXIT_OK;
		default: return command_wrong_option(command, options, argv, c);
		}
	}
	if (optind == argc)
		return command_misuse(command, "no capture named");
	return -1;
}

static void complain(void *arg, const char *sentence)
{
	(void)arg;
	log_warning("%s", sentence);
}

static uint64_t name_bound(const struct capture_bound *bound, uint64_t h)
{
	int64_t what[] = { bound->set, bound->relative, bound->ns };

	return hash64(what, sizeof(what), h);
}

/* What is left out of the inputs; nothing changes nothing. */
static uint64_t name_options(const struct capture_options *o, uint64_t h)
{
	if (o->filter)
		h = hash64(o->filter, strlen(o->filter), h);
	if (o->since.set)
		h = name_bound(&o->since, h);
	if (o->until.set)
		h = name_bound(&o->until, ~h); /* is not the same as --since */
	return h;
}

/*
 * The name of a run is made from its inputs and its settings, so that the same run has
 * the same name; how many work at it is not part of that.
 */
static void name_run(struct replay *r)
{
	uint64_t h = name_options(&r->capture, r->job.policy->hash);

	for (uint32_t i = 0; i < capture_inputs(r->job.reader.capture); i++) {
		const char *path = capture_input_name(r->job.reader.capture, i);
		const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
		struct stat st;
		int64_t size = stat(path, &st) == 0 ? (int64_t)st.st_size : -1;

		h = hash64(name, strlen(name), h);
		h = hash64(&size, sizeof(size), h);
	}
	snprintf(r->job.run, sizeof(r->job.run), "%016llx", (unsigned long long)h);
}

static int begin(struct replay *r, char **paths, int count)
{
	struct error err = { "" };
	int opened;

	if (settings_load(&r->job.settings, NULL, &r->job.policy, NULL) < 0)
		return EXIT_USAGE;
	opened = reader_open(&r->job.reader, r->job.policy->config,
	                     (const char *const *)paths, (size_t)count, &r->capture,
	                     complain, NULL, &err);
	if (opened < 0) {
		log_error("%s", err.text);
		return opened == -2 ? EXIT_USAGE : EXIT_INPUT;
	}
	name_run(r);
	return job_begin(&r->job);
}

int command_replay(const struct command *command, int argc, char **argv)
{
	struct replay r = { .job.fail_on = -1 };
	int status = read_options(command, argc, argv, &r);

	/* a run that follows files may last as long as a live one */
	r.job.lasts = r.capture.follow;
	if (status < 0 && r.job.lasts)
		reload_expect();
	if (status < 0)
		status = begin(&r, argv + optind, argc - optind);
	if (status < 0)
		status = job_run(&r.job);
	job_done(&r.job);
	return status;
}
