// SPDX-License-Identifier: Apache-2.0
/*
 * output.c - hands each event to whom it concerns: the records, the summary.
 *
 * One thread.
 */
#include "output/output.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/log.h"
#include "ledger/names.h"
#include "output/board.h"
#include "output/eve.h"
#include "output/ids.h"
#include "output/sight.h"
#include "output/stats.h"
#include "output/summary.h"
#include "output/tally.h"
#include "policy/policy.h"

struct output {
	const struct config *config;
	const struct policy *policy; /* whose config it is, once it was replaced */
	struct eve eve;
	bool (*wants)(void *arg, enum record_kind kind, uint8_t level);
	void (*record)(void *arg, const struct record *record);
	void *record_arg;
	char *line; /* RECORD_LINE bytes, for the record at hand; NULL: none are made */
	struct summary *summary;
	struct stats stats;
	struct board *board;       /* borrowed; NULL: nobody looks */
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
	o->wants = options->wants;
	o->record = options->record;
	o->record_arg = options->record_arg;
	o->board = options->board;
	o->eve = (struct eve){
		.run = options->run,
		.input_names = options->input_names,
		.input_count = options->input_count,
		.interfaces = options->interfaces,
		.write_sinks = options->write_sinks,
		.sinks = options->record_arg,
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
	if ((o->record && !(o->line = malloc(RECORD_LINE))) ||
	    (options->interfaces && !(o->watch = calloc(1, sizeof(*o->watch))))) {
		output_free(o);
		return error_set(err, "out of memory");
	}
	if (options->summary && summary_new(options, &o->summary, err) < 0) {
		output_free(o);
		return -1;
	}
	*ret = o;
	return 0;
}

void output_free(struct output *o)
{
	if (!o)
		return;
	free(o->line);
	summary_free(o->summary);
	ids_done(&o->alerted);
	free(o->watch);
	names_free(o->names);
	tally_done(&o->tally);
	policy_free(o->policy);
	free(o);
}

static enum record_kind record_kind(enum event_kind kind)
{
	switch (kind) {
	case EVENT_ALERT: return RECORD_ALERT;
	case EVENT_ALERT_UPDATE: return RECORD_ALERT_UPDATE;
	case EVENT_FILEINFO: return RECORD_FILEINFO;
	case EVENT_FLOW: return RECORD_FLOW;
	case EVENT_FLOW_UPDATE: return RECORD_FLOW_UPDATE;
	default: return RECORD_STATS;
	}
}

static void give_record(struct output *o, const struct record *facts,
                        const struct json *j)
{
	struct record record = *facts;

	record.seq = o->seq;
	record.line = o->line;
	record.n = j->n;
	o->record(o->record_arg, &record);
}

static bool wanted(const struct output *o, enum record_kind kind, uint8_t level)
{
	return o->line && o->wants(o->record_arg, kind, level);
}

/* What does not fit a line is tried again without what can be long, which always does. */
static void put_record(struct output *o, const struct event *event)
{
	struct json j = json_over(o->line, RECORD_LINE);
	struct record record = { .kind = record_kind(event->kind), .time = event->time };

	if (event->kind == EVENT_ALERT || event->kind == EVENT_ALERT_UPDATE)
		record.level = (uint8_t)event->alert.rule->level;
	if (!wanted(o, record.kind, record.level))
		return;
	o->seq++;
	eve_write(&j, &o->eve, event, o->seq, false);
	if (j.full) {
		o->shortened++;
		j = json_over(o->line, RECORD_LINE);
		eve_write(&j, &o->eve, event, o->seq, true);
	}
	if (!j.full)
		give_record(o, &record, &j);
}

static void say_sight(const char *sentence)
{
	log_warning("%s", sentence);
}

static void put_stats_record(struct output *o)
{
	struct record record = { .kind = RECORD_STATS, .time = o->stats.time };
	struct json j = json_over(o->line, RECORD_LINE);

	eve_write_stats(&j, &o->eve, &o->stats, &o->tally, ++o->seq);
	give_record(o, &record, &j);
}

/* All parts are in: of a record, or of a look at how it stands. */
static void put_stats(struct output *o)
{
	const struct names_counts *names = names_counts(o->names);
	struct stats *s = &o->stats;

	count_add(&s->sums, COUNT_NAMES_LEARNT, names->learnt);
	count_add(&s->sums, COUNT_NAMES_EVICTED, names->evicted);
	count_add(&s->sums, COUNT_NAMES_MOVED, names->moved);
	count_add(&s->sums, COUNT_RECORDS_TOO_LONG, o->shortened);
	s->fills.at[FILL_NAMES] = names_fill(o->names);
	if (s->record && wanted(o, RECORD_STATS, 0))
		put_stats_record(o);
	if (o->board)
		board_put(o->board, s, &o->tally, o->seq);
	if (o->watch)
		sight_watch(o->watch, &s->sums, s->time, say_sight);
	if (o->summary)
		summary_put_stats(o->summary, &s->sums);
	stats_clear(s);
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

/* A small marked object that somebody sent out to see whether it is seen. */
static void watch_canary(struct output *o, const struct event *event)
{
	const struct transfer_event *t = &event->transfer;
	char from[ADDR_TEXT], to[ADDR_TEXT];

	if (strcmp(t->type->type, CANARY_TYPE) != 0 || t->heading != HEADING_OUTBOUND)
		return;
	log_notice(
		"canary seen, from %s to %s",
		addr_say(from,
	                 t->from_client ? &event->flow.client : &event->flow.server),
		addr_say(to, t->from_client ? &event->flow.server : &event->flow.client));
	board_canary(o->board, event->time);
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
	if (event->kind == EVENT_OPEN_FLOW) {
		if (o->board)
			board_open_flow(o->board, &event->flow, &o->eve.ends);
		return;
	}
	if (event->kind == EVENT_ALERT) {
		ids_add(&o->alerted, event->flow.id);
		if ((int)event->alert.rule->level > o->highest)
			o->highest = (int)event->alert.rule->level;
	}
	if (event->kind == EVENT_FILEINFO && o->board)
		watch_canary(o, event);
	if (event->kind == EVENT_FLOW)
		o->eve.alerted = ids_take(&o->alerted, event->flow.id);
	if (event->kind == EVENT_FLOW_UPDATE)
		o->eve.alerted = ids_have(&o->alerted, event->flow.id);
	if (event->kind != EVENT_SUPPRESSED && event->kind != EVENT_TRIAL)
		put_record(o, event);
	tally_take(&o->tally, event);
	if (o->summary && event->kind != EVENT_SUPPRESSED)
		summary_put(o->summary, event, &o->eve.ends);
}

int output_end(struct output *o)
{
	if (o->stats.parts) /* a part is missing: better some numbers than none */
		put_stats(o);
	return o->highest;
}

void output_summary(struct output *o, const struct run_facts *facts)
{
	if (o->summary)
		summary_print(o->summary, facts, &o->tally);
}
