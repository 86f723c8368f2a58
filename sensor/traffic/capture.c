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
#include "traffic/capture.h"

#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "traffic/decode.h"
#include "traffic/filter.h"
#include "traffic/inputs.h"
#include "traffic/source.h"

enum { FOLLOW_MAX = 1024 /* files that may join a folder */, DRY_MAX = 128 };
enum { OPEN_MAX = 256 }; /* inputs that can be open at once */

struct capture {
	struct inputs inputs;
	struct source *sources; /* by input */
	const char **names;     /* of theirs */
	size_t source_n, source_room;
	struct source **dry; /* followed, without a packet; closed: not begun */
	uint32_t dry_n;
	bool follow, full;
	time_t searched; /* when folders were, last */
	const char *const *paths;
	size_t path_n;
	struct source **waiting; /* not yet read, by the time of their first packet */
	uint32_t waiting_at, waiting_end;
	struct source **heap; /* being read, the next packet's first */
	uint32_t heap_n;
	struct window *retired, **retired_end; /* of sources that were closed */
	struct filter *filter;                 /* NULL: none */
	struct capture_bound bounds[2];
	int64_t since, until;
	uint64_t calls;     /* of capture_next */
	bool used;          /* the first one's packet was given or passed over */
	bool over;          /* options.until was reached */
	bool opening;       /* no packet was asked for yet */
	bool crowded;       /* said that too many overlap */
	int64_t time;       /* of the last packet */
	uint64_t number;    /* of the last packet */
	struct error wrong; /* with the filter, while opening */
	uint32_t broken;
	uint64_t done; /* bytes of the inputs that have been read */
	uint64_t all;  /* of all; 0 where one has no size */
	struct counters *counters;
	void (*complaint)(void *arg, const char *sentence);
	void *arg;
};

/* Whether a's packet comes before b's; with equal times, in the order of the inputs. */
static bool source_before(const struct source *a, const struct source *b)
{
	return a->time != b->time ? a->time < b->time : a->index < b->index;
}

static int by_time(const void *a, const void *b)
{
	return source_before(*(struct source *const *)a, *(struct source *const *)b) ? -1
	                                                                             : 1;
}

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

static void heap_add(struct capture *c, struct source *s)
{
	uint32_t at = c->heap_n++;

	for (; at > 0 && source_before(s, c->heap[(at - 1) / 2]); at = (at - 1) / 2)
		c->heap[at] = c->heap[(at - 1) / 2];
	c->heap[at] = s;
}

static void source_complain(struct capture *c, struct source *s, const struct error *why)
{
	if (!s->broken) {
		s->broken = true;
		c->broken++;
		count_one(c->counters, COUNT_CAPTURE_BROKEN);
	}
	c->complaint(c->arg, why->text);
}

/* Closes s; its packets may be looked at still. */
static void source_retire(struct capture *c, struct source *s)
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

/* Frees the windows in which nobody looks at a packet any more. */
static void retired_free(struct capture *c, bool all)
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

/* The next packet of s, not before `floor`.  False at its end: it is closed. */
static bool source_next(struct capture *c, struct source *s, int64_t floor)
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
		c->dry[c->dry_n++] = s;
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

/* Opens one that could not be begun yet, or again.  True where it can be read. */
static bool dry_open(struct capture *c, struct source *s)
{
	struct error why;

	if (s->window && source_replaced(s)) {
		error_set(
			&why,
			"%s: was replaced or cut: reading goes on with what is there now",
			s->input->name);
		c->complaint(c->arg, why.text);
		source_retire(c, s);
	}
	if (s->window)
		return true;
	switch (source_open(s, &why)) {
	case SOURCE_OPEN: return true;
	case SOURCE_SHORT: c->dry[c->dry_n++] = s; return false;
	case SOURCE_OTHER:
		if (s->input->folder) {
			c->dry[c->dry_n++] = s;
			return false;
		}
		break;
	case SOURCE_FAILED: break;
	}
	source_complain(c, s, &why);
	return false;
}

/* Asks every dry one for more. */
static void dry_look(struct capture *c)
{
	uint32_t n = c->dry_n;

	c->dry_n = 0; /* those that stay dry are put back, behind the one looked at */
	for (uint32_t i = 0; i < n; i++) {
		struct source *s = c->dry[i];

		if (dry_open(c, s) && source_next(c, s, c->time))
			heap_add(c, s);
	}
	if (c->dry_n > DRY_MAX) { /* the first has been silent since that many came */
		source_close(c->dry[0]);
		memmove(c->dry, c->dry + 1, --c->dry_n * sizeof(struct source *));
	}
}

static bool is_known(const struct capture *c, const char *name)
{
	for (size_t i = 0; i < c->source_n; i++)
		if (strcmp(c->names[i], name) == 0)
			return true;
	return false;
}

/* Takes one that was found in a folder among the dry ones. */
static void join(struct capture *c, const struct input *found)
{
	struct input *input = malloc(sizeof(*input));

	if (c->source_n == c->source_room || !input) {
		if (!c->full)
			c->complaint(c->arg, "too many new files: no more are followed");
		c->full = true;
		free(input);
		return;
	}
	*input = *found;
	input->name = strdup(found->name);
	struct source *s = &c->sources[c->source_n];
	*s = (struct source){ .input = input,
		              .index = (uint32_t)c->source_n,
		              .follow = true };
	c->names[c->source_n++] = input->name;
	c->dry[c->dry_n++] = s;
}

/* Looks for new files in folders, at most once a second. */
static void folders_look(struct capture *c)
{
	time_t now = time(NULL);

	if (now == c->searched)
		return;
	c->searched = now;
	for (size_t i = 0; i < c->path_n; i++) {
		struct inputs found = { 0 };

		inputs_add(&found, c->paths[i], c->complaint, c->arg, NULL);
		for (size_t j = 0; j < found.n; j++)
			if (found.at[j].folder && !is_known(c, found.at[j].name))
				join(c, &found.at[j]);
		inputs_done(&found);
	}
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
	if (c->follow && c->heap_n == 0) {
		folders_look(c);
		dry_look(c);
	}
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

/*
 * Tries a source for its first packet, and leaves it open only where it could not be
 * opened again, or is alone.  Gives what source_open gave.
 */
static enum source_opened source_try(struct capture *c, struct source *s, bool alone)
{
	uint64_t damaged = c->counters->at[COUNT_CAPTURE_DAMAGED];
	struct error why;
	enum source_opened opened = source_open(s, &why);

	if (opened == SOURCE_OTHER && s->input->folder)
		return opened; /* nobody said that it was one */
	if (opened == SOURCE_SHORT) {
		c->dry[c->dry_n++] = s;
		return opened;
	}
	if (opened != SOURCE_OPEN) {
		source_complain(c, s, &why);
		return opened;
	}
	if (c->follow && !source_grows(s, &why)) {
		if (s->input->folder) /* it is finished */
			s->follow = false;
		else
			c->wrong = why;
	}
	if (source_next(c, s, INT64_MIN)) {
		c->waiting[c->waiting_end++] = s;
		if (!alone && s->input->again) {
			source_close(s); /* all of it comes again */
			c->counters->at[COUNT_CAPTURE_DAMAGED] = damaged;
		}
	} else if (!s->broken && !s->window) {
		error_set(&why, "%s: holds no packets", s->input->name);
		c->complaint(c->arg, why.text);
	}
	return opened;
}

static void passed_over_say(struct capture *c, const char *folder, uint32_t n)
{
	struct error why;

	error_set(&why, "%s: %u file%s not captures, passed over", folder, n,
	          n == 1 ? " that is" : "s that are");
	c->complaint(c->arg, why.text);
}

/* Tries every input, and takes what is no capture off the list.  Gives how many can be
 * read. */
static uint32_t inputs_try(struct capture *c)
{
	struct inputs *inputs = &c->inputs;
	bool alone = inputs->n == 1;
	const char *folder = NULL;
	uint32_t kept = 0, other = 0, readable = 0;

	for (size_t i = 0; i < inputs->n; i++) {
		struct source *s = &c->sources[kept];

		if (other > 0 && inputs->at[i].folder != folder) {
			passed_over_say(c, folder, other);
			other = 0;
		}
		folder = inputs->at[i].folder;
		inputs->at[kept] = inputs->at[i];
		*s = (struct source){ .input = &inputs->at[kept],
			              .index = kept,
			              .follow = c->follow };
		c->names[kept] = inputs->at[kept].name;
		enum source_opened opened = source_try(c, s, alone);
		if (opened == SOURCE_OTHER && folder) {
			free(inputs->at[kept].name);
			other++;
			continue;
		}
		readable += opened == SOURCE_OPEN || opened == SOURCE_SHORT;
		kept++;
	}
	inputs->n = kept;
	c->source_n = kept;
	if (other > 0)
		passed_over_say(c, folder, other);
	return readable;
}

/* How much there is to read, if every input can say. */
static void all_count(struct capture *c)
{
	c->all = c->done;
	for (uint32_t i = 0; i < c->waiting_end; i++) {
		if (c->waiting[i]->input->size < 0) {
			c->all = 0;
			return;
		}
		c->all += (uint64_t)c->waiting[i]->input->size;
	}
}

int capture_open(const char *const *paths, size_t count,
                 const struct capture_options *options,
                 void (*complaint)(void *arg, const char *sentence), void *arg,
                 struct counters *counters, struct capture **ret, struct error *err)
{
	static const struct capture_options none;
	struct capture *c = calloc(1, sizeof(*c));

	if (!c)
		return error_set(err, "out of memory");
	options = options ? options : &none;
	c->opening = true;
	c->follow = options->follow;
	c->bounds[0] = options->since;
	c->bounds[1] = options->until;
	c->paths = paths;
	c->path_n = count;
	c->retired_end = &c->retired;
	c->time = INT64_MIN;
	c->counters = counters;
	c->complaint = complaint;
	c->arg = arg;
	for (size_t i = 0; i < count; i++) {
		int complaints = inputs_add(&c->inputs, paths[i], complaint, arg, err);
		if (complaints < 0) {
			capture_close(c);
			return -1;
		}
		c->broken += (uint32_t)complaints;
		count_add(counters, COUNT_CAPTURE_BROKEN, (uint64_t)complaints);
	}

	size_t n = c->inputs.n + 1; /* so that none of them is of nothing */
	if (c->follow)
		n += FOLLOW_MAX;
	c->source_room = n;
	c->names = calloc(n, sizeof(*c->names));
	c->dry = calloc(n, sizeof(struct source *));
	c->sources = calloc(n, sizeof(*c->sources));
	c->waiting = calloc(n, sizeof(*c->waiting));
	c->heap = calloc(n, sizeof(*c->heap));
	if (options->filter)
		c->filter = filter_new(options->filter);
	if (!c->sources || !c->names || !c->dry || !c->waiting || !c->heap ||
	    (options->filter && !c->filter)) {
		capture_close(c);
		return error_set(err, "out of memory");
	}
	if (inputs_try(c) == 0 && !c->wrong.text[0]) {
		capture_close(c);
		return error_set(err, "there is no capture that can be read");
	}
	if (c->wrong.text[0]) {
		error_set(err, "%s", c->wrong.text);
		capture_close(c);
		return -2;
	}
	c->opening = false;
	qsort(c->waiting, c->waiting_end, sizeof(*c->waiting), by_time);
	all_count(c);
	*ret = c;
	return 0;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->sources)
		for (size_t i = 0; i < c->source_n || i < c->inputs.n; i++) {
			source_close(&c->sources[i]);
			if (i >= c->inputs.n) { /* it joined */
				free(c->sources[i].input->name);
				free((void *)c->sources[i].input);
			}
		}
	retired_free(c, true);
	filter_free(c->filter);
	inputs_done(&c->inputs);
	free(c->sources);
	free(c->names);
	free(c->dry);
	free(c->waiting);
	free(c->heap);
	free(c);
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
