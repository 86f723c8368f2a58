// SPDX-License-Identifier: Apache-2.0
/*
 * capture_follow.c - captures that are still being written, and folders that get more.
 *
 * A followed source that has no packet is dry.  The dry ones are asked again whenever
 * nothing else is there to read, and only then: so a file that grows costs nothing while
 * it has packets.  The reader's thread.
 */
#include <stdlib.h>

#include "traffic/capture_state.h"

enum {
	DRY_MAX = 128,  /* without news that stay open */
	JOIN_MAX = 128, /* that join at once, so that descriptors are bounded */
};

void dry_add(struct capture *c, struct source *s)
{
	struct source *silent = c->dry[0];
	struct error what;

	c->dry[c->dry_n++] = s;
	if (c->dry_n <= DRY_MAX)
		return;
	error_set(&what, "%s: no news while %d others waited: it is followed no longer",
	          silent->input->name, DRY_MAX);
	c->complaint(c->arg, what.text);
	count_one(c->counters, COUNT_CAPTURE_LEFT);
	if (silent->window)
		source_retire(c, silent);
	memmove(c->dry, c->dry + 1, --c->dry_n * sizeof(struct source *));
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
	case SOURCE_SHORT: dry_add(c, s); return false;
	case SOURCE_OTHER:
		if (s->input->folder) {
			dry_add(c, s);
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
	c->dry[c->dry_n++] = s; /* whatever there are: each is to be looked at once */
}

/* Those that find no place now are found again a second later. */
static void folders_look(struct capture *c)
{
	time_t now = time(NULL);
	size_t most = c->source_n + JOIN_MAX;

	if (now == c->searched)
		return;
	c->searched = now;
	for (size_t i = 0; i < c->path_n; i++) {
		struct inputs found = { 0 };

		inputs_add(&found, c->paths[i], c->complaint, c->arg, NULL);
		for (size_t j = 0; j < found.n; j++)
			if (found.at[j].folder && c->source_n < most &&
			    !is_known(c, found.at[j].name))
				join(c, &found.at[j]);
		inputs_done(&found);
	}
}

void follow_look(struct capture *c)
{
	folders_look(c);
	dry_look(c);
}
