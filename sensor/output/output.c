// SPDX-License-Identifier: Apache-2.0
/*
 * output.c - hands each event to whom it concerns: the records, the summary.
 *
 * One thread.  Alerts and stats are flushed at once, so that who follows the file sees
 * them when they happen; all else waits for a full buffer.
 */
#include "output/output.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/log.h"
#include "ledger/names.h"
#include "output/eve.h"
#include "output/ids.h"
#include "output/sight.h"
#include "output/stats.h"
#include "output/summary.h"
#include "output/tally.h"
#include "output/writer.h"
#include "policy/policy.h"

struct output {
	const struct config *config;
	const struct policy *policy; /* whose config it is, once it was replaced */
	struct eve eve;
	struct writer writer; /* fd -1: no records are asked for */
	struct summary *summary;
	struct stats stats;
	struct sight_watch *watch; /* NULL: it is said at the end */
	struct tally tally;
	struct names *names;
	struct ids alerted; /* flows that have had an alert and are not over */
	uint64_t seq;
	uint64_t shortened;
	int highest; /* level of an alert; -1 */
};

int output_new(const struct output_options *options, struct output **ret,
               struct error *err)
{
	struct output *o = calloc(1, sizeof(*o));

	if (!o)
		return error_set(err, "out of memory");
	o->config = options->config;
	o->highest = -1;
	o->writer.fd = -1;
	o->eve = (struct eve){
		.run = options->run,
		.input_names = options->input_names,
		.input_count = options->input_count,
		.interfaces = options->interfaces,
	};
	o->names = names_new((uint32_t)options->config->names_max);
	if (!o->names) {
		output_free(o);
		return error_set(err, "out of memory for names");
	}
	if (options->rules && tally_begin(&o->tally, options->rules) < 0) {
		output_free(o);
		return error_set(err, "out of memory");
	}
	if (options->interfaces && !(o->watch = calloc(1, sizeof(*o->watch)))) {
		output_free(o);
		return error_set(err, "out of memory");
	}
	if (options->summary && summary_new(options, &o->summary, err) < 0) {
		output_free(o);
		return -1;
	}
	if (options->eve_path &&
	    writer_open(&o->writer, options->eve_path, options->add, err) < 0) {
		output_free(o);
		return -1;
	}
	if (options->add)
		writer_rotate(&o->writer, options->config->rotate_size,
		              (unsigned)options->config->rotate_keep);
	*ret = o;
	return 0;
}

void output_free(struct output *o)
{
	if (!o)
		return;
	writer_close(&o->writer);
	summary_free(o->summary);
	ids_done(&o->alerted);
	free(o->watch);
	names_free(o->names);
	tally_done(&o->tally);
	policy_free(o->policy);
	free(o);
}

static bool wanted(const struct config *config, enum event_kind kind)
{
	switch (kind) {
	case EVENT_ALERT:
	case EVENT_ALERT_UPDATE: return config->eve_alert;
	case EVENT_FILEINFO: return config->eve_fileinfo;
	case EVENT_FLOW: return config->eve_flow;
	case EVENT_FLOW_UPDATE: return config->eve_flow_update;
	case EVENT_STATS: return config->eve_stats;
	case EVENT_POLICY:
	case EVENT_TRIAL:
	case EVENT_NAMING:
	case EVENT_SUPPRESSED: return false;
	}
	return false;
}

/* What does not fit a line is tried again without what can be long. */
static void put_record(struct output *o, const struct event *event)
{
	struct json j = writer_line(&o->writer);

	o->seq++;
	eve_write(&j, &o->eve, event, o->seq, false);
	if (j.full) {
		o->shortened++;
		j = writer_line(&o->writer);
		eve_write(&j, &o->eve, event, o->seq, true);
	}
	if (j.full)
		writer_drop(&o->writer);
	else
		writer_take(&o->writer, &j);
	if (event->kind == EVENT_ALERT || event->kind == EVENT_ALERT_UPDATE)
		writer_flush(&o->writer);
}

static void say_sight(const char *sentence)
{
	log_warning("%s", sentence);
}

static void put_stats(struct output *o)
{
	const struct names_counts *names = names_counts(o->names);
	struct stats *s = &o->stats;

	count_add(&s->sums, COUNT_NAMES_LEARNT, names->learnt);
	count_add(&s->sums, COUNT_NAMES_EVICTED, names->evicted);
	count_add(&s->sums, COUNT_NAMES_MOVED, names->moved);
	count_add(&s->sums, COUNT_RECORDS_TOO_LONG, o->shortened);
	if (o->writer.fd >= 0 && o->config->eve_stats) {
		struct json j = writer_line(&o->writer);

		eve_write_stats(&j, &o->eve, s->time, s->began, &s->sums, s->active_flows,
		                &o->tally, ++o->seq);
		writer_take(&o->writer, &j);
		writer_flush(&o->writer);
	}
	if (o->watch)
		sight_watch(o->watch, &s->sums, s->time, say_sight);
	if (o->summary)
		summary_put_stats(o->summary, &s->sums);
	stats_clear(s);
}

void output_reopen(struct output *o)
{
	writer_reopen(&o->writer);
}

/* Rules are known by other pointers from here on. */
static void adopt(struct output *o, const struct policy *policy)
{
	tally_adopt(&o->tally, policy->rules);
	o->config = policy->config;
	if (o->summary)
		summary_adopt(o->summary, policy->config);
	policy_free(o->policy);
	o->policy = policy;
}

void output_put(struct output *o, const struct event *event)
{
	if (event->kind == EVENT_STATS) {
		if (stats_add(&o->stats, event))
			put_stats(o);
		return;
	}
	if (event->kind == EVENT_POLICY) {
		adopt(o, event->policy);
		return;
	}
	if (event->kind == EVENT_NAMING) {
		names_learn(o->names, event);
		return;
	}
	o->eve.ends = names_of(o->names, &event->flow);
	if (event->kind == EVENT_ALERT) {
		ids_add(&o->alerted, event->flow.id);
		if ((int)event->alert.rule->level > o->highest)
			o->highest = (int)event->alert.rule->level;
	}
	if (event->kind == EVENT_FLOW)
		o->eve.alerted = ids_take(&o->alerted, event->flow.id);
	if (event->kind == EVENT_FLOW_UPDATE)
		o->eve.alerted = ids_have(&o->alerted, event->flow.id);
	if (o->writer.fd >= 0 && wanted(o->config, event->kind))
		put_record(o, event);
	tally_take(&o->tally, event);
	if (o->summary && event->kind != EVENT_SUPPRESSED)
		summary_put(o->summary, event, &o->eve.ends);
}

int output_finish(struct output *o, const struct run_facts *facts, bool *failed)
{
	if (o->stats.parts) /* a part is missing: better some numbers than none */
		put_stats(o);
	writer_close(&o->writer);
	if (o->summary)
		summary_print(o->summary, facts, &o->tally, o->writer.written,
		              o->writer.lost);
	if (failed)
		*failed = o->writer.lost > 0;
	return o->highest;
}
