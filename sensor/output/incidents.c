// SPDX-License-Identifier: Apache-2.0
/*
 * incidents.c - alerts by the thing they are about.
 *
 * The output's thread.  Bounded: when there is no room, a worse alert takes the place of
 * the mildest incident, and all others are only counted.
 */
#include "output/incidents.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "output/eve.h"

enum { INDEX_SLOTS = 4 * INCIDENTS_MAX };

void incidents_init(struct incidents *in)
{
	*in = (struct incidents){ 0 };
}

void incidents_done(struct incidents *in)
{
	free(in->at);
	free(in->index);
	*in = (struct incidents){ 0 };
}

static uint32_t *slot_find(const struct incidents *in, uint64_t thing)
{
	size_t i = hash64(&thing, sizeof(thing), 0) % INDEX_SLOTS;

	while (in->index[i] && in->at[in->index[i] - 1].thing != thing)
		i = (i + 1) % INDEX_SLOTS;
	return &in->index[i];
}

static void index_build(struct incidents *in)
{
	memset(in->index, 0, INDEX_SLOTS * sizeof(*in->index));
	for (size_t i = 0; i < in->n; i++)
		*slot_find(in, in->at[i].thing) = (uint32_t)i + 1;
}

static struct incident *incident_find(const struct incidents *in, uint64_t thing)
{
	uint32_t i = in->index ? *slot_find(in, thing) : 0;

	return i ? &in->at[i - 1] : NULL;
}

/* The incident that a worse one may take the place of. */
static struct incident *incident_mildest(const struct incidents *in, enum level worse)
{
	struct incident *mildest = NULL;

	for (size_t i = 0; i < in->n; i++)
		if (in->at[i].level < worse &&
		    (!mildest || in->at[i].level < mildest->level))
			mildest = &in->at[i];
	return mildest;
}

static bool incidents_grow(struct incidents *in)
{
	size_t room = in->room ? 2 * in->room : 16;
	struct incident *at;

	if (!in->index)
		in->index = calloc(INDEX_SLOTS, sizeof(*in->index));
	at = in->index ? realloc(in->at, room * sizeof(*at)) : NULL;
	if (!at)
		return false;
	in->at = at;
	in->room = room;
	return true;
}

static struct incident *incident_add(struct incidents *in, uint64_t thing,
                                     enum level level)
{
	struct incident *i;

	if (in->n < INCIDENTS_MAX && (in->n < in->room || incidents_grow(in))) {
		i = &in->at[in->n++];
		*i = (struct incident){ .thing = thing, .ordinal = in->next_ordinal++ };
		*slot_find(in, thing) = (uint32_t)in->n;
		return i;
	}
	i = incident_mildest(in, level);
	if (!i)
		return NULL;
	in->left_out += i->alerts;
	*i = (struct incident){ .thing = thing, .ordinal = in->next_ordinal++ };
	index_build(in);
	return i;
}

/* "WAV" once, however many members have it. */
static void member_type(struct incident_file *file, const struct file_type *type)
{
	char word[16];
	size_t n = 0, used = strlen(file->member_types);
	const char *at;

	if (!type->id)
		return;
	for (; type->type[n] && n + 1 < sizeof(word); n++) {
		char c = type->type[n];

		word[n] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	word[n] = 0;
	for (at = file->member_types; (at = strstr(at, word)); at += n)
		if ((at == file->member_types || at[-1] == ' ') &&
		    (at[n] == 0 || at[n] == ','))
			return;
	snprintf(file->member_types + used, sizeof(file->member_types) - used, "%s%s",
	         used ? ", " : "", word);
}

/* A ZIP of 4 GiB and more can only be a ZIP64 (APPNOTE 4.3.9.2), which people ask about.
 */
static const char *type_name(const struct transfer_event *t)
{
	bool large = t->seen > UINT32_MAX ||
	             (t->declared != SIZE_UNKNOWN && t->declared > UINT32_MAX);

	return large && strcmp(t->type->type, "zip") == 0 ? "ZIP64 archive"
	                                                  : t->type->name;
}

static void file_take(struct incident_file *file, const struct transfer_event *t)
{
	*file = (struct incident_file){
		.known = true,
		.member = t->parent != 0,
		.encrypted = t->encrypted,
		.closed = t->closed,
		.over = t->over,
		.name = t->name,
		.class = file_class_name(t->type->class),
		.declared_by = t->declared_by,
		.declared = t->declared,
		.seen = t->seen,
		.missing = t->missing,
		.members_seen = t->members_seen,
		.members_total = t->members_total,
		.member_classes = t->member_classes,
		.audio = t->audio,
		.first = t->first,
		.last = t->last,
		.rate = t->rate,
		.seconds_left = t->seconds_left,
	};
	if (t->type->id)
		snprintf(file->type, sizeof(file->type), "%s", type_name(t));
	for (unsigned i = 0; i < t->member_count && i < EVENT_MEMBERS; i++) {
		member_type(file, t->members[i].type);
		if (file->member_names < INCIDENT_NAMES && t->members[i].name.n)
			file->members[file->member_names++] = t->members[i].name;
	}
}

static void rule_take(struct incident *i, const struct alert_event *a)
{
	struct incident_rule *r;

	i->alerts++;
	if (i->rule_count == 0 || a->rule->level > i->level)
		i->level = a->rule->level;
	if (i->rule_count == INCIDENT_RULES)
		return;
	r = &i->rules[i->rule_count++];
	*r = (struct incident_rule){
		.alert_id = a->id,
		.level = a->rule->level,
		.packet = a->raised_packet,
		.time = a->raised,
	};
	snprintf(r->title, sizeof(r->title), "%s", a->rule->title ? a->rule->title : "");
}

static bool about_file(const struct event *event)
{
	return event->kind == EVENT_FILEINFO ||
	       (!event_of_flow(event->kind) && event->alert.about_transfer);
}

/* A member's alert is shown with its archive. */
static uint64_t thing_of(const struct event *event)
{
	if (!about_file(event))
		return event->flow.id;
	return event->transfer.parent ? event->transfer.parent : event->transfer.id;
}

/* A name that is known once stays. */
static void name_take(char to[NAMES_TEXT], const struct end_name *end)
{
	size_t n = end->name ? strlen(end->name) : 0;

	if (n == 0)
		return;
	n = n < NAMES_TEXT ? n : NAMES_TEXT - 1;
	memcpy(to, end->name, n);
	to[n] = 0;
}

void incidents_take(struct incidents *in, const struct event *event,
                    const struct end_names *ends)
{
	uint64_t thing = thing_of(event);
	struct incident *i = incident_find(in, thing);

	if (event->kind == EVENT_ALERT) {
		in->by_level[event->alert.rule->level]++;
		if (!i)
			i = incident_add(in, thing, event->alert.rule->level);
		if (!i)
			in->left_out++;
		else
			rule_take(i, &event->alert);
	}
	if (!i)
		return;
	i->flow = event->flow;
	name_take(i->outside, &ends->outside);
	name_take(i->inside, &ends->inside);
	if (!event_of_flow(event->kind))
		i->from_client = event_from_client(event);
	if (about_file(event) &&
	    (!event->transfer.parent || !i->file.known || i->file.member))
		file_take(&i->file, &event->transfer);
}

uint64_t incident_bytes(const struct incident *i)
{
	unsigned d = i->from_client ? 0 : 1;

	if (!i->file.known)
		return i->flow.dir[d].payload + i->flow.dir[d].missing;
	if (i->file.declared != SIZE_UNKNOWN && i->file.declared > i->file.seen)
		return i->file.declared;
	return i->file.seen;
}

int64_t incident_last(const struct incident *i)
{
	return i->file.known ? i->file.last : i->flow.last;
}

static int incident_order(const void *left, const void *right)
{
	const struct incident *a = left, *b = right;

	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (incident_bytes(a) != incident_bytes(b))
		return incident_bytes(a) > incident_bytes(b) ? -1 : 1;
	return a->ordinal < b->ordinal ? -1 : a->ordinal > b->ordinal;
}

static int rule_order(const void *left, const void *right)
{
	const struct incident_rule *a = left, *b = right;

	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (a->packet != b->packet)
		return a->packet < b->packet ? -1 : 1;
	return strcmp(a->title, b->title);
}

void incidents_sort(struct incidents *in)
{
	for (size_t i = 0; i < in->n; i++)
		qsort(in->at[i].rules, in->at[i].rule_count, sizeof(struct incident_rule),
		      rule_order);
	if (in->n > 0)
		qsort(in->at, in->n, sizeof(*in->at), incident_order);
}
