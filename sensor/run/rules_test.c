// SPDX-License-Identifier: Apache-2.0
/*
 * rules_test.c - egret rules test: which rules fire on these captures, on what, and what
 * the others lacked.
 *
 * The captures go the way that they go in a replay; only what becomes of the events is
 * another thing.  One worker: nothing here is in a hurry.
 */
#include "run/rules_test.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/log.h"
#include "base/units.h"
#include "output/say.h"
#include "run/pipeline.h"

enum { SHOWN = 5, COLUMNS = 60 }; /* things that are shown for a rule */

/* What became of one rule. */
struct outcome {
	uint64_t alerts, suppressed;
	struct event *first[SHOWN]; /* of the alerts */
	const struct filter *filter;
	struct event *near; /* what came nearest to firing it; NULL: nothing */
};

struct report {
	const struct rules *rules;
	struct outcome *at; /* by rule */
};

/* NULL when out of memory: then it is not shown. */
static struct event *copy(const struct event *event)
{
	struct event *to = calloc(1, sizeof(*to));

	if (to)
		memcpy(to, event, event->size);
	return to;
}

static void take(void *arg, const struct event *event)
{
	struct report *r = arg;
	struct outcome *o;

	if (event->kind != EVENT_ALERT && event->kind != EVENT_SUPPRESSED &&
	    event->kind != EVENT_TRIAL)
		return;
	o = &r->at[event->alert.rule - r->rules->at];
	if (event->kind == EVENT_ALERT) {
		if (o->alerts < SHOWN)
			o->first[o->alerts] = copy(event);
		o->alerts++;
	} else if (event->kind == EVENT_SUPPRESSED) {
		o->suppressed++;
		o->filter = event->alert.filter;
	} else if (!o->near || event->trial.score > o->near->trial.score) {
		free(o->near); /* shards do not know each other */
		o->near = copy(event);
	}
}

/* "10.0.0.1:40000 to 192.0.2.1:80" */
static void say_ends(const struct flow_event *f, bool from_client)
{
	char a[ADDR_TEXT], b[ADDR_TEXT];
	const struct addr *from = from_client ? &f->client : &f->server;
	const struct addr *to = from_client ? &f->server : &f->client;

	printf("%s to %s", addr_say(a, from), addr_say(b, to));
	if (f->server_port)
		printf(", port %u", f->server_port);
}

static void say_thing(const struct event *e)
{
	const struct transfer_event *t = &e->transfer;
	char name[SAY_TEXT], size[UNITS_TEXT];

	if (e->alert.about_transfer) {
		printf("%s, %s (%s), ",
		       t->name.n ? say_wire(name,
		                            (struct bytes){ (const uint8_t *)t->name.b,
		                                            t->name.n },
		                            40)
		                 : "a transfer without a name",
		       units_say_size(size,
		                      t->declared == SIZE_UNKNOWN || t->seen > t->declared
		                              ? t->seen
		                              : t->declared),
		       t->type->type);
		say_ends(&e->flow, t->from_client);
	} else {
		say_ends(&e->flow, true);
		printf(", %s leaving", units_say_size(size, e->flow.leaving));
	}
}

static const char *op_words(const struct rule_node *node)
{
	static const char *const words[] = {
		[MATCH_EQUAL] = "is",           [MATCH_CONTAINS] = "contains",
		[MATCH_STARTS] = "starts with", [MATCH_ENDS] = "ends with",
		[MATCH_CIDR] = "is in",         [MATCH_LT] = "is below",
		[MATCH_LTE] = "is at most",     [MATCH_GT] = "is above",
		[MATCH_GTE] = "is at least",    [MATCH_EXISTS] = "is there",
		[MATCH_NULL] = "is not there",  [MATCH_RE] = "matches",
	};

	return words[node->op];
}

static void say_wanted(const struct rule_node *node)
{
	char text[SAY_TEXT], address[ADDR_TEXT];
	const struct match_value *v = node->values;

	printf("%s %s", node->field ? node->field->name : "any text", op_words(node));
	if (node->other)
		printf(" that of %s", node->other->name);
	if (node->op == MATCH_EXISTS || node->op == MATCH_NULL || node->other)
		return;
	if (v->is_number && node->field->type == FIELD_BOOL)
		printf(" %s", v->number ? "true" : "false");
	else if (v->is_number)
		printf(" %" PRIu64, v->number);
	else if (v->is_address || node->op == MATCH_CIDR)
		printf(" %s%s", addr_say(address, &v->prefix.addr),
		       v->is_address ? "" : "/...");
	else
		printf(" \"%s\"", say_wire(text, v->text, COLUMNS / 2));
	if (node->value_count > 1)
		printf(" or another of %u values", node->value_count);
}

static void say_shortfall(const struct shortfall *s)
{
	char text[SAY_TEXT];
	struct bytes b = { (const uint8_t *)s->text, s->text_n };

	printf("      %s", s->negated ? "not wanted: " : "lacks: ");
	say_wanted(s->node);
	if (s->negated)
		printf(", and it does");
	else if (s->known == KNOWN_NOT_YET)
		printf("; nothing was known of it");
	else if (s->known == KNOWN_ABSENT)
		printf("; it has none");
	else if (s->node->field && s->node->field->type == FIELD_BOOL)
		printf("; it is %s", s->number ? "true" : "false");
	else if (s->node->field && s->node->field->type == FIELD_NUMBER)
		printf("; it is %" PRIu64, s->number);
	else
		printf("; it is \"%s\"", say_wire(text, b, COLUMNS));
	putchar('\n');
}

static void say_near(const struct outcome *o)
{
	printf("  nearest (%u %% of it true): ",
	       o->near->trial.score * 100 / TRIAL_WHOLE);
	say_thing(o->near);
	putchar('\n');
	for (unsigned i = 0; i < o->near->trial.count; i++)
		say_shortfall(&o->near->trial.at[i]);
}

static void say_rule(const struct rule *rule, const struct outcome *o)
{
	printf("%s: ", rule->title);
	if (o->alerts)
		printf("%" PRIu64 " alert%s\n", o->alerts, o->alerts == 1 ? "" : "s");
	else
		puts(o->suppressed ? "left out by a filter" : "does not fire");
	for (uint64_t i = 0; i < o->alerts && i < SHOWN; i++) {
		if (!o->first[i])
			continue;
		printf("  packet %" PRIu64 ": ", o->first[i]->alert.raised_packet);
		say_thing(o->first[i]);
		putchar('\n');
	}
	if (o->alerts > SHOWN)
		printf("  and %" PRIu64 " more\n", o->alerts - SHOWN);
	if (o->suppressed)
		printf("  the filter \"%s\" left out %" PRIu64 "\n",
		       o->filter->title ? o->filter->title : o->filter->id,
		       o->suppressed);
}

static void complain(void *arg, const char *sentence)
{
	(void)arg;
	log_warning("%s", sentence);
}

/* Which of the rules are meant by `explain`, the beginning of an id; NULL: none. */
static bool meant(const struct rule *rule, const char *explain)
{
	return explain && strncmp(rule->id, explain, strlen(explain)) == 0;
}

static void say_report(const struct report *r, const char *explain, uint32_t captures)
{
	size_t fired = 0;

	for (size_t i = 0; i < r->rules->n; i++) {
		const struct outcome *o = &r->at[i];

		fired += o->alerts > 0;
		if (explain && !meant(&r->rules->at[i], explain))
			continue;
		say_rule(&r->rules->at[i], o);
		if (o->near && ((!o->alerts && !o->suppressed) || explain))
			say_near(o);
	}
	printf("%zu of %zu rules fire%s on %u capture%s\n", fired, r->rules->n,
	       r->rules->n == 1 && fired ? "s" : "", captures, captures == 1 ? "" : "s");
}

static void report_done(struct report *r)
{
	for (size_t i = 0; i < r->rules->n; i++) {
		for (unsigned k = 0; k < SHOWN; k++)
			free(r->at[i].first[k]);
		free(r->at[i].near);
	}
	free(r->at);
}

int rules_test(struct policy *policy, const char *const *paths, size_t count,
               const char *explain)
{
	static atomic_bool stop;
	struct reader reader = { 0 };
	struct report report = { .rules = policy->rules };
	struct pipeline_options options = {
		.policy = policy,
		.workers = 1,
		.outlet = { .put = take, .arg = &report },
		.stop = &stop,
	};
	struct error err = { "" };
	int status = EXIT_OK;

	policy->trial = true;
	report.at = calloc(policy->rules->n + 1, sizeof(*report.at));
	if (!report.at) {
		log_error("out of memory");
		return EXIT_USAGE;
	}
	if (reader_open(&reader, policy->config, paths, count, NULL, complain, NULL,
	                &err) < 0 ||
	    pipeline_run(&options, &reader, &err) < 0) {
		log_error("%s", err.text);
		status = EXIT_INPUT;
	} else {
		say_report(&report, explain, capture_inputs(reader.capture));
		if (capture_broken(reader.capture))
			status = EXIT_INPUT;
	}
	reader_done(&reader);
	report_done(&report);
	return status;
}
