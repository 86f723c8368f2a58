// SPDX-License-Identifier: Apache-2.0
/*
 * capture_open.c - what there is to read: every input is tried, and put in order by the
 * time of its first packet.
 *
 * One thread, before and after all reading.
 */
#include <stdlib.h>

#include "traffic/capture_state.h"

static int by_time(const void *a, const void *b)
{
	return source_before(*(struct source *const *)a, *(struct source *const *)b) ? -1
	                                                                             : 1;
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
		dry_add(c, s);
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
