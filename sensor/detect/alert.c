// SPDX-License-Identifier: Apache-2.0
/*
 * alert.c - once for a rule and a thing, then updates.
 */
#include "detect/alert.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "detect/scan.h"

#define UPDATE_FIRST (UINT64_C(64) << 20)

/* What was said of a thing. */
struct said {
	struct said *next;
	struct alert_event alert;
	uint64_t rule;       /* its hash, which a reload does not change */
	uint32_t generation; /* of the policy that alert.rule belongs to */
	bool suppressed; /* a filter kept it from being said; alert has only its rule */
	uint64_t update; /* bytes at which the next update is due */
};

struct detector {
	const struct policy *policy;
	uint32_t generation; /* how many policies there were before */
	struct counters *counters;
	struct outlet outlet;
	struct pool said;
	struct scan *scan;
	uint16_t *nearest; /* of each rule: its best score and one, where rules are
	                      tried; else NULL */
	struct event_order order;
	struct event event; /* the one being filled */
};

struct detector *detector_new(const struct policy *policy, uint32_t most,
                              const struct outlet *outlet, struct counters *counters,
                              struct error *err)
{
	struct detector *d = calloc(1, sizeof(*d));

	if (!d || pool_init(&d->said, sizeof(struct said), most) < 0) {
		detector_free(d);
		error_set(err, "out of memory for %u alerts", most);
		return NULL;
	}
	d->scan = scan_new(policy->program, policy->rules->n, err);
	if (!d->scan) {
		detector_free(d);
		return NULL;
	}
	if (policy->trial) {
		d->nearest = calloc(policy->rules->n + 1, sizeof(*d->nearest));
		if (!d->nearest) {
			detector_free(d);
			error_set(err, "out of memory");
			return NULL;
		}
	}
	d->policy = policy;
	d->counters = counters;
	d->outlet = *outlet;
	return d;
}

void detector_free(struct detector *detector)
{
	if (!detector)
		return;
	pool_done(&detector->said);
	scan_free(detector->scan);
	free(detector->nearest);
	free(detector);
}

uint32_t detector_used(const struct detector *detector)
{
	return pool_used(&detector->said);
}

struct fill detector_fill(const struct detector *d)
{
	return (struct fill){ pool_used(&d->said), d->said.count };
}

bool detector_adopt(struct detector *d, const struct policy *policy, struct error *err)
{
	struct scan *scan = scan_new(policy->program, policy->rules->n, err);

	if (!scan)
		return false;
	scan_free(d->scan);
	d->scan = scan;
	d->policy = policy;
	d->generation++;
	return true;
}

static const struct rule *rule_of(const struct rules *rules, uint64_t hash)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rules->at[i].hash == hash)
			return &rules->at[i];
	return NULL;
}

/* Alerts on a thing whose rules belong to a policy that is gone: finds them in this one.
 */
static void renew(struct detector *d, void **list)
{
	struct said *said = *list, *after, *kept = NULL;

	if (!said || said->generation == d->generation)
		return;
	for (; said; said = after) {
		after = said->next;
		said->generation = d->generation;
		said->alert.rule = rule_of(d->policy->rules, said->rule);
		/* filters may be others */
		if (!said->alert.rule || said->suppressed) {
			if (!said->suppressed)
				count_one(d->counters, COUNT_ALERTS_GONE);
			pool_put(&d->said, said);
			continue;
		}
		said->next = kept;
		kept = said;
	}
	/* in the order in which they were */
	for (*list = NULL; kept; kept = after) {
		after = kept->next;
		kept->next = *list;
		*list = kept;
	}
}

void detector_at(struct detector *detector, const struct event_order *order)
{
	detector->order = *order;
}

static void put(struct detector *d, enum event_kind kind, bool transfer, int64_t time)
{
	struct event *e = &d->event;

	e->kind = kind;
	e->size = event_size(kind, transfer);
	e->order = d->order;
	e->time = time;
	d->order.index++;
	d->outlet.put(d->outlet.arg, e);
}

static void say(struct detector *d, const struct scene *scene, const struct said *said,
                enum alert_state state)
{
	struct event *e = &d->event;

	e->alert = said->alert;
	e->alert.state = state;
	scene_fill_flow(scene, &e->flow);
	if (scene->transfer)
		scene_fill_transfer(scene, &e->transfer);
	context_reset(&e->context, NULL);
	if (scene->context)
		e->context = *scene->context;
	put(d, state == ALERT_NEW ? EVENT_ALERT : EVENT_ALERT_UPDATE,
	    scene->transfer != NULL, scene->now.time);
}

static uint64_t bytes_of_thing(const struct scene *scene)
{
	uint64_t there, back;

	if (scene->transfer)
		return scene->transfer->seen;
	there = scene_payload(scene->flow, TO_SERVER);
	back = scene_payload(scene->flow, TO_CLIENT);
	return there > back ? there : back;
}

static uint64_t next_doubling(uint64_t bytes)
{
	uint64_t next = UPDATE_FIRST;

	while (next <= bytes && next < UINT64_C(1) << 63)
		next <<= 1;
	return next;
}

static void raise_alert(struct detector *d, const struct scene *scene, void **list,
                        const struct rule *rule, const struct reasons *why)
{
	struct said *said = pool_get(&d->said);
	uint64_t thing[3] = {
		rule->hash,
		scene->transfer ? scene->transfer->id : flow_id(scene->flow),
		(uint64_t)(scene->transfer ? scene->transfer->first : scene->flow->first),
	};

	if (!said) {
		count_one(d->counters, COUNT_ALERTS_FULL);
		return;
	}
	*said = (struct said){
		.next = *list,
		.rule = rule->hash,
		.generation = d->generation,
		.update = next_doubling(bytes_of_thing(scene)),
		.alert = {
			.rule = rule,
			.id = hash64(thing, sizeof(thing), 0),
			.about_transfer = scene->transfer != NULL,
			.raised_packet = scene->now.packet,
			.raised = scene->now.time,
			.why = *why,
		},
	};
	*list = said;
	count_one(d->counters, COUNT_ALERTS);
	say(d, scene, said, ALERT_NEW);
}

/* What a filter has left out stays left out, and is counted once. */
static void keep_quiet(struct detector *d, const struct scene *scene, void **list,
                       const struct rule *rule, const struct filter *filter)
{
	struct said *said = pool_get(&d->said);

	if (!said) {
		count_one(d->counters, COUNT_ALERTS_FULL);
		return;
	}
	*said = (struct said){ .next = *list,
		               .rule = rule->hash,
		               .generation = d->generation,
		               .alert.rule = rule,
		               .suppressed = true,
		               .update = UINT64_MAX };
	*list = said;
	count_one(d->counters, COUNT_ALERTS_FILTERED);
	d->event.alert = (struct alert_event){ .rule = rule, .filter = filter };
	put(d, EVENT_SUPPRESSED, false, scene->now.time);
}

static bool was_said(const struct said *said, const struct rule *rule)
{
	for (; said; said = said->next)
		if (said->alert.rule == rule)
			return true;
	return false;
}

/* The thing is over: which of the rules that did not fire came nearer than ever? */
static void try_rules(struct detector *d, const struct scene *scene,
                      const struct said *list, const struct subject *subject)
{
	enum category category = scene->transfer ? CATEGORY_TRANSFER : CATEGORY_FLOW;
	struct event *e = &d->event;
	struct trial trial;

	for (size_t i = 0; i < d->policy->rules->n; i++) {
		const struct rule *rule = &d->policy->rules->at[i];

		if (rule->category != category || was_said(list, rule))
			continue;
		trial_of(rule, subject, &trial);
		if (trial.score + 1 <= d->nearest[i])
			continue;
		d->nearest[i] = (uint16_t)(trial.score + 1);
		e->alert =
			(struct alert_event){ .rule = rule,
			                      .about_transfer = scene->transfer != NULL };
		scene_fill_flow(scene, &e->flow);
		if (scene->transfer)
			scene_fill_transfer(scene, &e->transfer);
		e->trial = trial;
		put(d, EVENT_TRIAL, scene->transfer != NULL, scene->now.time);
	}
}

static void ask_rules(struct detector *d, const struct scene *scene, void **list)
{
	enum category category = scene->transfer ? CATEGORY_TRANSFER : CATEGORY_FLOW;
	struct subject subject = scene_subject(scene);
	const struct filter *filter;
	const uint32_t *asked;
	struct reasons why;
	uint32_t n;

	asked = scan_thing(d->scan, category, &subject, &n);
	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &d->policy->rules->at[asked[i]];

		if (rule->category != category || !match_may(rule, &subject) ||
		    was_said(*list, rule))
			continue;
		if (match_rule(rule, &subject, &why, &filter) == TRUTH_TRUE)
			raise_alert(d, scene, list, rule, &why);
		else if (filter)
			keep_quiet(d, scene, list, rule, filter);
	}
	if (d->nearest && scene->over)
		try_rules(d, scene, *list, &subject);
}

/* The smallest of ascending marks that is above n. */
static uint64_t mark_above(const uint64_t *marks, size_t count, uint64_t n)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (marks[middle] > n)
			high = middle;
		else
			low = middle + 1;
	}
	return low < count ? marks[low] : UINT64_MAX;
}

void detector_edge(struct detector *d, const struct scene *scene, void **list)
{
	uint64_t bytes = bytes_of_thing(scene);

	renew(d, list);
	ask_rules(d, scene, list);
	for (struct said *said = *list, *after; said; said = after) {
		after = said->next;
		if (scene->over) {
			if (!said->suppressed)
				say(d, scene, said, ALERT_END);
			pool_put(&d->said, said);
		} else if (bytes >= said->update) {
			said->update = next_doubling(bytes);
			say(d, scene, said, ALERT_PROGRESS);
		}
	}
	if (scene->over)
		*list = NULL;
}

uint64_t detector_next_mark(const struct detector *d, enum category category,
                            const void *list, uint64_t bytes)
{
	const struct rules *rules = d->policy->rules;
	uint64_t next = mark_above(rules->marks[category].bytes,
	                           rules->marks[category].byte_count, bytes);

	for (const struct said *said = list; said; said = said->next)
		if (said->update > bytes && said->update < next)
			next = said->update;
	return next;
}

int64_t detector_next_time(const struct detector *d, const struct flow *flow)
{
	const struct rules *rules = d->policy->rules;
	uint64_t next = mark_above(rules->marks[CATEGORY_FLOW].durations,
	                           rules->marks[CATEGORY_FLOW].duration_count,
	                           (uint64_t)(flow->last - flow->first));

	return next >= (uint64_t)(INT64_MAX - flow->first) ? INT64_MAX
	                                                   : flow->first + (int64_t)next;
}

void detector_record(struct detector *d, const struct scene *scene, enum event_kind kind,
                     int64_t time)
{
	struct event *e = &d->event;

	scene_fill_flow(scene, &e->flow);
	if (kind == EVENT_FILEINFO) {
		scene_fill_transfer(scene, &e->transfer);
		context_reset(&e->context, NULL);
		if (scene->context)
			e->context = *scene->context;
	}
	put(d, kind, scene->transfer != NULL, time);
}

void detector_naming(struct detector *d, const struct naming *naming,
                     const struct addr *receiver, int64_t time)
{
	struct naming_event *e = &d->event.naming;
	size_t n =
		naming->name.n < sizeof(e->name.b) ? naming->name.n : sizeof(e->name.b);

	e->by = naming->by;
	e->has_addr = naming->has_addr;
	e->has_mac = naming->has_mac;
	e->addr = naming->addr;
	e->asker = *receiver;
	memcpy(e->mac, naming->mac, sizeof(e->mac));
	e->seconds = naming->seconds;
	e->name.n = (uint16_t)n;
	e->name.cut = n < naming->name.n;
	if (n)
		memcpy(e->name.b, naming->name.p, n);
	put(d, EVENT_NAMING, false, time);
}

void detector_stats(struct detector *d, int64_t time, uint32_t parts,
                    const struct fills *fills, bool record, bool final)
{
	struct event *e = &d->event;

	e->stats.counters = *d->counters;
	e->stats.parts = parts;
	e->stats.fills = *fills;
	e->stats.began = 0; /* the reader knows */
	e->stats.reader = 0;
	e->stats.record = record;
	e->stats.top = false; /* the reader knows, as for when it began */
	e->stats.final = final;
	put(d, EVENT_STATS, false, time);
}
