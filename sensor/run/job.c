// SPDX-License-Identifier: Apache-2.0
/*
 * job.c - what a replay and a live run have in common, once their inputs are open.
 */
#include "run/job.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "run/pipeline.h"
#include "run/privilege.h"
#include "traffic/appid.h"

/* Set by signals and read by the reader at each close: SIGINT and SIGTERM; SIGUSR1. */
static atomic_bool stop, reopen;

static void on_signal(int number)
{
	atomic_store(number == SIGUSR1 ? &reopen : &stop, true);
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

static int open_output(struct job *j, struct error *err)
{
	bool eve_on_stdout = j->eve && strcmp(j->eve, "-") == 0;
	FILE *people = eve_on_stdout ? stderr : stdout;
	struct output_options options = {
		.config = j->policy->config,
		.rules = j->policy->rules,
		.wants = deliver_wants,
		.record = deliver_put,
		.write_sinks = deliver_write,
		.record_arg = &j->deliver,
		.summary = j->quiet ? NULL : people,
		.width = columns(people),
		.run = j->run,
		.board = j->doors.service.board,
	};

	if (!j->eve) {
		snprintf(j->eve_path, sizeof(j->eve_path), "%s/eve.json",
		         j->folder ? j->folder : ".");
		if (j->folder && mkdir(j->folder, 0777) < 0 && errno != EEXIST)
			return error_set(err, "%s: %s", j->folder, strerror(errno));
		j->eve = j->eve_path;
	}
	options.colour = options.width && !getenv("NO_COLOR");
	if (j->reader.live) {
		options.interfaces = true;
		options.input_names = live_names(j->reader.live, &options.input_count);
	} else {
		options.input_names =
			capture_input_names(j->reader.capture, &options.input_count);
	}
	if (deliver_open(&j->deliver, j->policy->config, j->eve, j->reader.live, err) < 0)
		return -1;
	return output_new(&options, &j->output, err);
}

/* Records have the time of the clock as it is set now; see live_offset. */
static void put_shifted(struct job *j, const struct event *event, int64_t by)
{
	memcpy(&j->shifted, event, event->size);
	event_shift(&j->shifted, by);
	output_put(j->output, &j->shifted);
}

static void put(void *arg, const struct event *event)
{
	struct job *j = arg;
	int64_t by = j->reader.live ? live_offset(j->reader.live) : 0;

	atomic_fetch_add_explicit(&j->put, 1, memory_order_relaxed);
	if (by)
		put_shifted(j, event, by);
	else
		output_put(j->output, event);
}

static unsigned worker_count(const struct job *j)
{
	const struct config *c = j->policy->config;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n = cores < 1 ? 1 : (uint64_t)cores;

	if (j->workers)
		n = j->workers;
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

static void count_refused(struct job *j)
{
	uint64_t refused = sandbox_tell();

	count_add(&j->reader.counters, COUNT_SANDBOX_REFUSED, refused - j->refused);
	j->refused = refused;
}

/* What the reader's thread does beside: at each close, and at least some times a second.
 */
static void tick(void *arg, const struct reader *reader)
{
	struct job *j = arg;

	progress_tick(&j->progress, reader);
	if (atomic_load_explicit(&reopen, memory_order_relaxed) &&
	    atomic_exchange(&reopen, false))
		deliver_reopen(&j->deliver);
	count_refused(j);
	/* a live run says how it stands each second; files may say nothing for long */
	notify_alive(&j->notify,
	             j->reader.live ? atomic_load(&j->put) : j->notify.done + 1);
}

int job_run(struct job *j)
{
	struct reader *s = &j->reader;
	struct pipeline_options options = {
		.policy = j->policy,
		.workers = worker_count(j),
		.outlet = { .put = put, .arg = j },
		.stop = &stop,
		.tick = tick,
		.tick_arg = j,
		.fresh = j->reload ? reload_take : NULL,
		.fresh_arg = j->reload,
	};
	struct timespec began;
	struct run_facts facts;
	struct error err = { "" };
	int level;

	clock_gettime(CLOCK_MONOTONIC, &began);
	notify_ready();
	progress_begin(&j->progress, !j->quiet && !s->live && isatty(STDERR_FILENO));
	if (pipeline_run(&options, s, &err) < 0) {
		progress_end(&j->progress);
		log_error("%s", err.text);
		return EXIT_USAGE;
	}
	notify_stopping();
	progress_end(&j->progress);
	facts = (struct run_facts){
		.packets = s->packets,
		.wire_bytes = s->bytes,
		.first = s->first,
		.last = s->last,
		.elapsed = seconds_since(&began),
		.inputs = s->live ? 0 : capture_inputs(s->capture),
		.inputs_broken = s->live ? 0 : capture_broken(s->capture),
		/* a live run has no other end */
		.stopped = !s->live && atomic_load(&stop),
		.followed = j->lasts,
	};
	doors_end(&j->doors);
	level = output_end(j->output);
	deliver_close(&j->deliver);
	facts.records = j->eve;
	facts.written = j->deliver.written;
	facts.lost = j->deliver.lost;
	output_summary(j->output, &facts);
	if (j->fail_on >= 0 && level >= j->fail_on)
		return EXIT_FAIL_ON;
	return facts.inputs_broken || facts.lost ? EXIT_INPUT : EXIT_OK;
}

static int start_doors(struct job *j, struct error *err)
{
	struct service *s = &j->doors.service;

	s->deliver = &j->deliver;
	s->reload = j->reload;
	s->interfaces = live_names(j->reader.live, &s->interface_count);
	s->workers = worker_count(j);
	s->stop = &stop;
	j->reader.asked = doors_top_asked;
	j->reader.asked_arg = &j->doors;
	return doors_start(&j->doors, err);
}

/* What root was needed for is open. */
static int drop(const struct job *j, struct error *err)
{
	char said[PRIVILEGE_TEXT];

	if (privilege_drop(j->policy->config->user, said, err) < 0)
		return -1;
	if (*said)
		log_warning("%s", said);
	return 0;
}

static void begin_sandbox(const struct job *j)
{
	struct error why = { "" };
	uint8_t nothing[20];

	/* what libraries read when they are first used, they read now */
	tzset();
	digest_sha1((struct bytes){ nothing, 0 }, nothing);
	if (j->policy->config->appid)
		appid_prepare();
	if (j->unsandboxed)
		log_warning("--no-sandbox: its threads may ask the kernel for anything");
	else if (!sandbox_begin(&why) && j->reader.live)
		log_warning("%s: its threads may ask the kernel for anything", why.text);
}

int job_begin(struct job *j)
{
	/* the first signal ends the run in order, a second one ends the program */
	struct sigaction action = { .sa_handler = on_signal,
		                    .sa_flags = (int)SA_RESETHAND };
	struct error err = { "" };

	if ((j->reader.live && doors_begin(&j->doors, &err) < 0) ||
	    open_output(j, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_USAGE;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_flags = SA_RESTART;
	if (j->lasts)
		sigaction(SIGUSR1, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	begin_sandbox(j);
	if (j->reader.live)
		doors_open(&j->doors, j->policy->config);
	if (j->reader.live && (drop(j, &err) < 0 ||
	                       deliver_start(&j->deliver, j->policy->config, &err) < 0)) {
		log_error("%s", err.text);
		return EXIT_USAGE;
	}
	if (!j->lasts)
		return -1;
	j->reload = reload_new(&j->settings, j->policy, &err);
	if (j->reload && (!j->reader.live || start_doors(j, &err) == 0))
		return -1;
	log_error("%s", err.text);
	return EXIT_USAGE;
}

void job_done(struct job *j)
{
	doors_end(&j->doors);
	reload_free(j->reload);
	deliver_close(&j->deliver);
	output_free(j->output);
	doors_close(&j->doors);
	appid_unprepare();
	reader_done(&j->reader);
	policy_free(j->policy);
	settings_done(&j->settings);
}

int job_workers(const struct command *command, const char *text, struct job *j)
{
	char *end;

	j->workers = (unsigned)strtoul(text, &end, 10);
	if (*end || j->workers < 1 || j->workers > 64)
		return command_misuse(command, "-w %s: 1 to 64 workers", text);
	return 0;
}
