// SPDX-License-Identifier: Apache-2.0
/*
 * ranges.c - a bounded set of intervals.
 */
#include "content/ranges.h"

#include <string.h>

static void remove_at(struct ranges *r, unsigned i)
{
	memmove(&r->at[i], &r->at[i + 1], (r->n - i - 1U) * sizeof(r->at[0]));
	r->n--;
}

/* Room for one more: the smallest hole is taken as filled. */
static void blur(struct ranges *r)
{
	unsigned best = 1;

	for (unsigned i = 2; i < r->n; i++)
		if (r->at[i].from - r->at[i - 1].to <
		    r->at[best].from - r->at[best - 1].to)
			best = i;
	r->blurred += r->at[best].from - r->at[best - 1].to;
	r->at[best - 1].to = r->at[best].to;
	remove_at(r, best);
}

uint64_t ranges_add(struct ranges *r, uint64_t from, uint64_t to)
{
	uint64_t fresh = to - from;
	unsigned i = 0;

	if (from >= to)
		return 0;
	if (r->n && r->at[r->n - 1].to == from) { /* the usual case */
		r->at[r->n - 1].to = to;
		return fresh;
	}
	while (i < r->n && r->at[i].to < from)
		i++;
	/* every interval from i on that touches [from, to) becomes one with it */
	while (i < r->n && r->at[i].from <= to) {
		uint64_t low = r->at[i].from > from ? r->at[i].from : from;
		uint64_t high = r->at[i].to < to ? r->at[i].to : to;

		fresh -= high - low;
		from = r->at[i].from < from ? r->at[i].from : from;
		to = r->at[i].to > to ? r->at[i].to : to;
		remove_at(r, i);
	}
	if (r->n == RANGES_MAX) {
		blur(r);
		for (i = 0; i < r->n && r->at[i].to < from;)
			i++;
		if (i < r->n &&
		    r->at[i].from <= from) { /* it fell into the hole just closed */
			r->blurred -= fresh < r->blurred ? fresh : r->blurred;
			return fresh;
		}
	}
	memmove(&r->at[i + 1], &r->at[i], (r->n - i) * sizeof(r->at[0]));
	r->at[i] = (struct range){ from, to };
	r->n++;
	return fresh;
}
