// SPDX-License-Identifier: Apache-2.0
/*
 * capture.c - many captures as one, in order of time.
 *
 * Every input is opened once at the start, for its first packet's time, and closed again,
 * so that any number of them costs no descriptors; it is opened for good when the time of
 * its first packet has come.  Those that are open form a heap by the time of the packet
 * that each has ready.  Nothing is copied: a packet lies in its source's own window,
 * which lives on for a while when the source is at its end.  With one source open the
 * heap is a single element, and a packet costs a few comparisons.
 *
 * One thread, the reader's (with one worker, the worker's).  No allocation per packet.
 */
#include "traffic/capture_state.h"

#include <stdlib.h>

#include "traffic/decode.h"

enum { OPEN_MAX = 256 }; /* inputs that can be open at once */

static void heap_down(struct capture *c)
{
	struct source *moving = c->heap[0];
	uint32_t at = 0;

	for (uint32_t child = 1; child < c->heap_n; child = at * 2 + 1) {
		if (child + 1 < c->heap_n &&
		    source_before(c->heap[child + 1], c->heap[child]))
			child++;
		if (!source_before(c->heap[child], moving))
			break;
		c->heap[at] = c->heap[child];
		at = child;
	}
	c->heap[at] = moving;
}

void heap_add(struct capture *c, struct source *s)
{
	uint32_t at = c->heap_n++;

	for (; at > 0 && source_before(s, c->heap[(at - 1) / 2]); at = (at - 1) / 2)
		c->heap[at] = c->heap[(at - 1) / 2];
	c->heap[at] = s;
}

void source_complain(struct capture *c, struct source *s, const struct error *why)
{
	if (!s->broken) {
		s->broken = true;
		c->broken++;
		count_one(c->counters, COUNT_CAPTURE_BROKEN);
	}
	c->complaint(c->arg, why->text);
}

void source_retire(struct capture *c, struct source *s)
{
	struct window *w = source_end(s);

	if (w->given == 0) {
		window_free(w);
		return;
	}
	w->retired = c->calls;
	*c->retired_end = w;
	c->retired_end = &w->next;
}

void retired_free(struct capture *c, bool all)
{
	while (c->retired && (all || c->calls - c->retired->retired >= CAPTURE_AHEAD)) {
		struct window *w = c->retired;

		c->retired = w->next;
		if (!c->retired)
			c->retired_end = &c->retired;
		window_free(w);
	}
}

/* A link type that comes for the first time in an input. */
static void link_look(struct capture *c, struct source *s)
{
	int link = s->records.link;
	struct error why;

	if (!decode_knows(link)) {
		error_set(&why,
		          "%s: link type %d (%s) is not known: its packets are only "
		          "counted",
		          s->input->name, link, link_name(link));
		source_complain(c, s, &why);
	}
	if (c->filter && filter_prepare(c->filter, link, &why) < 0) {
		if (c->opening)
			c->wrong = why;
		else
			source_complain(c, s, &why);
	}
}

bool source_next(struct capture *c, struct source *s, int64_t floor)
{
	struct error why;
	enum source_got got;

	while ((got = source_read(s, &why)) == SOURCE_DAMAGED) {
		count_one(c->counters, COUNT_CAPTURE_DAMAGED);
		if (!s->damaged)
			source_complain(c, s, &why);
		s->damaged = true;
	}
	if (got == SOURCE_WAITS) {
		dry_add(c, s);
		return false;
	}
	if (got != SOURCE_PACKET) {
		if (got == SOURCE_BROKEN)
			source_complain(c, s, &why);
		if (s->input->size > 0)
			c->done += (uint64_t)s->input->size;
		source_retire(c, s);
		return false;
	}
	if (source_link_new(s))
		link_look(c, s);
	if (s->time < floor) {
		s->time = floor;
		count_one(c->counters, COUNT_CAPTURE_BACKWARDS);
	}
	return true;
}

/* Takes the first of the waiting among those being read. */
static void waiting_start(struct capture *c)
{
	struct source *s = c->waiting[c->waiting_at++];
	struct error why;

	if (!s->window) {
		if (source_open(s, &why) != SOURCE_OPEN) { /* it could be, a moment ago */
			source_complain(c, s, &why);
			return;
		}
		if (!source_next(c, s, c->time))
			return;
	}
	heap_add(c, s);
}

/* Starts those whose first packet's turn has come. */
static void waiting_look(struct capture *c)
{
	while (c->waiting_at < c->waiting_end) {
		if (c->heap_n > 0 && source_before(c->heap[0], c->waiting[c->waiting_at]))
			return;
		if (c->heap_n == OPEN_MAX) {
			if (!c->crowded) {
				struct error why;
				error_set(&why,
				          "more than %d captures overlap: some are read "
				          "late, and their "
				          "packets' times moved",
				          OPEN_MAX);
				c->complaint(c->arg, why.text);
			}
			c->crowded = true;
			return;
		}
		waiting_start(c);
	}
}

/* Where a bound is, by the first packet of all. */
static int64_t bound_of(const struct capture *c, const struct capture_bound *bound,
                        int64_t none)
{
	if (!bound->set)
		return none;
	if (!bound->relative)
		return bound->ns;
	return bound->ns > INT64_MAX - c->time ? INT64_MAX : c->time + bound->ns;
}

/* Makes the next packet the first one's.  False: there is none. */
static bool capture_step(struct capture *c)
{
	if (c->used) {
		if (!source_next(c, c->heap[0], c->time))
			c->heap[0] = c->heap[--c->heap_n];
		if (c->heap_n > 1)
			heap_down(c);
	}
	if (c->waiting_at < c->waiting_end)
		waiting_look(c);
	if (c->follow && c->heap_n == 0)
		follow_look(c);
	c->used = c->heap_n > 0;
	if (!c->used)
		return false;
	c->time = c->heap[0]->time;
	if (c->number++ == 0) {
		c->since = bound_of(c, &c->bounds[0], INT64_MIN);
		c->until = bound_of(c, &c->bounds[1], INT64_MAX);
	}
	count_one(c->counters, COUNT_CAPTURE_PACKETS);
	return true;
}

/* Whether the first one's packet is to be given. */
static bool capture_wants(struct capture *c)
{
	const struct records *r = &c->heap[0]->records;

	if (c->time >= c->since && c->time < c->until &&
	    (!c->filter ||
	     filter_passes(c->filter, r->link, r->data, r->caplen, r->wirelen)))
		return true;
	c->over = c->time >= c->until;
	count_one(c->counters, COUNT_CAPTURE_PASSED);
	return false;
}

bool capture_next(struct capture *c, struct packet *p, int *link)
{
	c->calls++;
	retired_free(c, false);
	do
		if (c->over || !capture_step(c))
			return false;
	while (!capture_wants(c));

	const struct source *s = c->heap[0];
	p->number = c->number;
	p->time = s->time;
	p->input = s->index;
	p->caplen = s->records.caplen;
	p->wirelen = s->records.wirelen;
	p->verify = false;
	p->data = s->records.data;
	*link = s->records.link;
	window_given(s->window);
	return true;
}

const char *capture_input_name(const struct capture *c, uint32_t input)
{
	return c->names[input];
}

uint32_t capture_inputs(const struct capture *c)
{
	return (uint32_t)c->source_n;
}

const char *const *capture_input_names(const struct capture *c, size_t *room)
{
	*room = c->follow ? c->source_room : c->source_n;
	return c->names;
}

bool capture_waits(const struct capture *c)
{
	return c->follow && !c->over;
}

uint32_t capture_broken(const struct capture *c)
{
	return c->broken;
}

void capture_progress(const struct capture *c, uint64_t *done, uint64_t *all)
{
	*done = c->done;
	for (uint32_t i = 0; i < c->heap_n; i++)
		*done += source_position(c->heap[i]);
	*all = c->all;
}
