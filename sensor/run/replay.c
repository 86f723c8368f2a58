// SPDX-License-Identifier: Apache-2.0
/*
 * replay.c - egret replay: captures in, records and a summary out.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/instant.h"
#include "base/log.h"
#include "output/output.h"
#include "policy/policy.h"
#include "run/command.h"
#include "run/pipeline.h"
#include "run/progress.h"
#include "run/reload.h"

enum {
	OPTION_PROTECT = 256,
	OPTION_EVE,
	OPTION_FAIL_ON,
	OPTION_FILTER,
	OPTION_SINCE,
	OPTION_FOLLOW,
	OPTION_UNTIL
};

struct replay {
	struct settings settings;
	const char *eve;
	const char *folder;
	unsigned workers; /* 0: as the settings say */
	int fail_on;      /* enum level, or -1 */
	bool quiet;
	struct capture_options capture;
	struct policy *policy;
	struct reader reader;
	struct output *output;
	struct reload *reload; /* NULL: SIGHUP ends the run, as it does others */
	char run[17];
	char eve_path[PATH_MAX];
};

/* Set by SIGINT and SIGTERM; read by the reader at each close. */
static atomic_bool stop;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&stop, true);
}

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
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	enum level level;
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, ":c:s:w:o:qh", options, NULL)) != -1) {
		switch (c) {
		case 'c': r->settings.config = optarg; break;
		case 's': settings_add(&r->settings, optarg); break;
		case OPTION_PROTECT:
			if (settings_protect(&r->settings, optarg) < 0)
				return EXIT_USAGE;
			break;
		case 'w':
			r->workers = (unsigned)strtoul(optarg, &end, 10);
			if (*end || r->workers < 1 || r->workers > 64)
				return command_misuse(command, "-w %s: 1 to 64 workers",
				                      optarg);
			break;
		case 'o': r->folder = optarg; break;
		case OPTION_EVE: r->eve = optarg; break;
		case OPTION_FAIL_ON:
			if (level_parse(optarg, &level) < 0)
				return command_misuse(
					command,
					"--fail-on %s: say informational, low, "
					"medium, high or critical",
					optarg);
			r->fail_on = (int)level;
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
		case 'q': r->quiet = true; break;
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
	uint64_t h = name_options(&r->capture, r->policy->hash);

	for (uint32_t i = 0; i < capture_inputs(r->reader.capture); i++) {
		const char *path = capture_input_name(r->reader.capture, i);
		const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
		struct stat st;
		int64_t size = stat(path, &st) == 0 ? (int64_t)st.st_size : -1;

		h = hash64(name, strlen(name), h);
		h = hash64(&size, sizeof(size), h);
	}
	snprintf(r->run, sizeof(r->run), "%016llx", (unsigned long long)h);
}

static unsigned columns(FILE *to)
{
	struct winsize size;

	if (!isatty(fileno(to)))
		return 0;
	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return 80;
}

static int open_output(struct replay *r, struct error *err)
{
	bool eve_on_stdout = r->eve && strcmp(r->eve, "-") == 0;
	FILE *people = eve_on_stdout ? stderr : stdout;
	struct output_options options = {
		.config = r->policy->config,
		.rules = r->policy->rules,
		.eve_path = r->eve,
		.summary = r->quiet ? NULL : people,
		.width = columns(people),
		.run = r->run,
	};

	if (!r->eve) {
		snprintf(r->eve_path, sizeof(r->eve_path), "%s/eve.json",
		         r->folder ? r->folder : ".");
		if (r->folder && mkdir(r->folder, 0777) < 0 && errno != EEXIST)
			return error_set(err, "%s: %s", r->folder, strerror(errno));
		options.eve_path = r->eve_path;
	}
	options.colour = options.width && !getenv("NO_COLOR");
	options.input_names =
		capture_input_names(r->reader.capture, &options.input_count);
	return output_new(&options, &r->output, err);
}

static void put(void *arg, const struct event *event)
{
	output_put(arg, event);
}

static unsigned worker_count(const struct replay *r)
{
	const struct config *c = r->policy->config;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n = cores < 1 ? 1 : (uint64_t)cores;

	if (r->workers)
		n = r->workers;
	else if (c->workers)
		n = c->workers;
	return (unsigned)(n < c->shards ? n : c->shards); /* more would have no work */
}

static double seconds_since(const struct timespec *began)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - began->tv_sec) +
	       (double)(now.tv_nsec - began->tv_nsec) / 1e9;
}

static int run(struct replay *r)
{
	struct reader *s = &r->reader;
	struct progress progress;
	struct pipeline_options options = {
		.policy = r->policy,
		.workers = worker_count(r),
		.outlet = { .put = put, .arg = r->output },
		.stop = &stop,
		.tick = progress_tick,
		.tick_arg = &progress,
		.fresh = r->reload ? reload_take : NULL,
		.fresh_arg = r->reload,
	};
	struct timespec began;
	struct run_facts facts;
	struct error err = { "" };
	bool failed = false;
	int level;

	clock_gettime(CLOCK_MONOTONIC, &began);
	progress_begin(&progress, !r->quiet && isatty(STDERR_FILENO));
	if (pipeline_run(&options, s, &err) < 0) {
		progress_end(&progress);
		log_error("%s", err.text);
		return EXIT_USAGE;
	}
	progress_end(&progress);
	facts = (struct run_facts){
		.packets = s->packets,
		.wire_bytes = s->bytes,
		.first = s->first,
		.last = s->last,
		.elapsed = seconds_since(&began),
		.inputs = capture_inputs(s->capture),
		.inputs_broken = capture_broken(s->capture),
		.stopped = atomic_load(&stop),
		.followed = r->capture.follow,
	};
	level = output_finish(r->output, &facts, &failed);
	if (r->fail_on >= 0 && level >= r->fail_on)
		return EXIT_FAIL_ON;
	return facts.inputs_broken || failed ? EXIT_INPUT : EXIT_OK;
}

static int begin(struct replay *r, char **paths, int count)
{
	struct error err = { "" };
	int opened;

	if (settings_load(&r->settings, NULL, &r->policy) < 0)
		return EXIT_USAGE;
	opened = reader_open(&r->reader, r->policy->config, (const char *const *)paths,
	                     (size_t)count, &r->capture, complain, NULL, &err);
	if (opened < 0) {
		log_error("%s", err.text);
		return opened == -2 ? EXIT_USAGE : EXIT_INPUT;
	}
	name_run(r);
	if (open_output(r, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_USAGE;
	}
	return -1;
}

/* A run that follows files may last as long as a live one. */
static int start_reload(struct replay *r)
{
	struct error err = { "" };

	if (!r->capture.follow)
		return -1;
	r->reload = reload_new(&r->settings, r->policy, &err);
	if (r->reload)
		return -1;
	log_error("%s", err.text);
	return EXIT_USAGE;
}

int command_replay(const struct command *command, int argc, char **argv)
{
	struct replay r = { .fail_on = -1 };
	struct sigaction action = { .sa_handler = on_signal,
		                    .sa_flags = (int)SA_RESETHAND };
	int status = read_options(command, argc, argv, &r);

	if (status < 0 && r.capture.follow)
		reload_expect();
	if (status < 0)
		status = begin(&r, argv + optind, argc - optind);
	if (status < 0) {
		/* the first signal ends the run in order, a second one ends the program
		 */
		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		signal(SIGPIPE, SIG_IGN);
		status = start_reload(&r);
	}
	if (status < 0)
		status = run(&r);
	reload_free(r.reload);
	output_free(r.output);
	reader_done(&r.reader);
	policy_free(r.policy);
	settings_done(&r.settings);
	return status;
}
