// SPDX-License-Identifier: Apache-2.0
/*
 * tally.c - counts alerts and what was kept back, by rule and by filter.
 *
 * The output's thread.  A filter that has never left anything out is shown as such: a
 * suppression that silently does nothing is what people complain of most.
 */
#include "output/tally.h"

#include <stdlib.h>

#include "base/hash.h"
#include "output/eve.h"

enum { WRITTEN_MAX = 256 }; /* of each kind, in one record */

static uint64_t filter_hash(const struct filter *f)
{
	/* one without an id is known by its place */
	const char *name = f->id ? f->id : f->file;

	return hash64(name, strlen(name), f->id ? 0 : f->line);
}

int tally_begin(struct tally *t, const struct rules *rules)
{
	*t = (struct tally){ 0 };
	t->at = calloc(rules->n + rules->filter_count + 1, sizeof(*t->at));
	if (!t->at)
		return -1;
	for (size_t i = 0; i < rules->n; i++)
		t->at[t->n++] = (struct tally_entry){
			.hash = rules->at[i].hash,
			.id = rules->at[i].id,
			.title = rules->at[i].title,
		};
	for (size_t i = 0; i < rules->filter_count; i++)
		t->at[t->n++] = (struct tally_entry){
			.hash = filter_hash(&rules->filters[i]),
			.id = rules->filters[i].id,
			.title = rules->filters[i].title,
			.filter = true,
		};
	return 0;
}

void tally_done(struct tally *t)
{
	free(t->at);
	*t = (struct tally){ 0 };
}

/* In order: alerts are few, and a search costs less than writing one. */
static struct tally_entry *find(struct tally *t, uint64_t hash, bool filter)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].hash == hash && t->at[i].filter == filter)
			return &t->at[i];
	return NULL;
}

/* The texts of an entry belong to the policy that the rules are of. */
static void carry(struct tally *to, const struct tally *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct tally_entry *e = &from->at[i];
		struct tally_entry *now = find(to, e->hash, e->filter);

		if (!now || (e->matched == 0 && e->suppressed == 0))
			continue;
		now->matched = e->matched;
		now->suppressed = e->suppressed;
		now->last = e->last;
	}
}

void tally_adopt(struct tally *t, const struct rules *rules)
{
	struct tally fresh = { 0 };

	if (tally_begin(&fresh, rules) == 0)
		carry(&fresh, t);
	tally_done(t);
	*t = fresh;
}

void tally_take(struct tally *t, const struct event *event)
{
	struct tally_entry *rule, *filter;

	if (event->kind != EVENT_ALERT && event->kind != EVENT_SUPPRESSED)
		return;
	rule = find(t, event->alert.rule->hash, false);
	if (!rule)
		return;
	rule->last = event->time;
	if (event->kind == EVENT_ALERT) {
		rule->matched++;
		return;
	}
	rule->suppressed++;
	filter = find(t, filter_hash(event->alert.filter), true);
	if (!filter)
		return;
	filter->matched++;
	filter->last = event->time;
}

static void write_entry(struct json *j, const struct tally_entry *e)
{
	json_object(j, NULL);
	if (e->id)
		json_text(j, "id", e->id);
	json_bytes(j, "title", bytes_of(e->title ? e->title : ""));
	json_u64(j, "matched", e->matched);
	if (!e->filter)
		json_u64(j, "suppressed", e->suppressed);
	if (e->last)
		eve_time(j, "last", e->last);
	json_object_end(j);
}

void tally_write(const struct tally *t, struct json *j)
{
	size_t written = 0, more = 0;

	json_array(j, "rules");
	for (size_t i = 0; i < t->n; i++) {
		if (t->at[i].filter || !t->at[i].last)
			continue;
		if (written == WRITTEN_MAX)
			more++;
		else if (++written)
			write_entry(j, &t->at[i]);
	}
	json_array_end(j);
	if (more)
		json_u64(j, "rules_left_out", more);
	json_array(j, "filters");
	for (size_t i = 0, filters = 0; i < t->n; i++)
		if (t->at[i].filter && filters++ < WRITTEN_MAX)
			write_entry(j, &t->at[i]);
	json_array_end(j);
}
