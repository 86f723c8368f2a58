// SPDX-License-Identifier: Apache-2.0
/*
 * pairs.c - what left, by whom, to where.
 *
 * The output's thread; once a flow, so it looks up and adds.  Memory grows by doubling up
 * to the bound; where there is none to be had, the pair counts among the others.
 */
#include "output/pairs.h"

#include <stdlib.h>

#include "base/hash.h"
#include "output/eve.h"

void pairs_init(struct pairs *p, size_t max)
{
	*p = (struct pairs){ .max = max };
}

void pairs_done(struct pairs *p)
{
	free(p->at);
	free(p->index);
	*p = (struct pairs){ 0 };
}

static uint64_t pair_hash(const struct pair *pair)
{
	uint64_t h = hash64(pair->inside.b, sizeof(pair->inside.b), 0);

	if (pair->name[0])
		h = hash64(pair->name, strlen(pair->name), h);
	else
		h = hash64(pair->outside.b, sizeof(pair->outside.b), h);
	return hash64(pair->over, strlen(pair->over), h);
}

static bool pair_same(const struct pair *a, const struct pair *b)
{
	return memcmp(&a->inside, &b->inside, sizeof(a->inside)) == 0 &&
	       strcmp(a->name, b->name) == 0 && strcmp(a->over, b->over) == 0 &&
	       (a->name[0] || memcmp(&a->outside, &b->outside, sizeof(a->outside)) == 0);
}

/* The slot of an equal pair, or the free one where it belongs. */
static uint32_t *slot_find(const struct pairs *p, const struct pair *pair)
{
	size_t mask = 2 * p->room - 1, i = pair_hash(pair) & mask;

	while (p->index[i] && !pair_same(&p->at[p->index[i] - 1], pair))
		i = (i + 1) & mask;
	return &p->index[i];
}

static void index_build(struct pairs *p)
{
	memset(p->index, 0, 2 * p->room * sizeof(*p->index));
	for (size_t i = 0; i < p->n; i++)
		*slot_find(p, &p->at[i]) = (uint32_t)i + 1;
}

static bool pairs_grow(struct pairs *p)
{
	size_t room = p->room ? 2 * p->room : p->max < 64 ? p->max : 64;
	struct pair *at = realloc(p->at, room * sizeof(*at));
	uint32_t *index;

	if (!at)
		return false;
	p->at = at;
	index = malloc(2 * room * sizeof(*index));
	if (!index)
		return false;
	free(p->index);
	p->index = index;
	p->room = room;
	index_build(p);
	return true;
}

static int pair_order(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	if (a->leaving != b->leaving)
		return a->leaving > b->leaving ? -1 : 1;
	return a->ordinal < b->ordinal ? -1 : a->ordinal > b->ordinal;
}

void pairs_sort(struct pairs *p)
{
	if (p->n > 0)
		qsort(p->at, p->n, sizeof(*p->at), pair_order);
}

static void pairs_halve(struct pairs *p)
{
	size_t keep = p->max / 2;

	pairs_sort(p);
	for (size_t i = keep; i < p->n; i++) {
		p->other_leaving += p->at[i].leaving;
		p->other_flows += p->at[i].flows;
	}
	p->n = keep;
	index_build(p);
}

/* Appends text at n, as far as it fits; gives where it ends. */
static size_t text_add(char *to, size_t room, size_t n, const char *text)
{
	while (*text && n + 1 < room)
		to[n++] = *text++;
	to[n] = 0;
	return n;
}

static void over_say(char *to, size_t room, const struct flow_event *f)
{
	const char *proto = f->protocol[0] ? f->protocol : proto_name(f->proto);
	size_t n = text_add(to, room, 0, proto ? proto : "another protocol");

	if (!proto || !f->application[0] || strcmp(f->application, proto) == 0)
		return;
	n = text_add(to, room, n, ", ");
	text_add(to, room, n, f->application);
}

void pairs_add(struct pairs *p, const struct flow_event *f, const char *outside)
{
	struct pair pair = { .leaving = f->leaving, .flows = 1 };
	uint32_t *slot;

	if (f->leaving == 0)
		return;
	pair.inside = f->client_inside ? f->client : f->server;
	pair.outside = f->client_inside ? f->server : f->client;
	if (outside)
		text_add(pair.name, sizeof(pair.name), 0, outside);
	over_say(pair.over, sizeof(pair.over), f);
	slot = p->n ? slot_find(p, &pair) : NULL;
	if (slot && *slot) {
		struct pair *old = &p->at[*slot - 1];

		old->leaving += f->leaving;
		old->flows++;
		old->several |=
			memcmp(&old->outside, &pair.outside, sizeof(pair.outside)) != 0;
		return;
	}
	if (p->n == p->max)
		pairs_halve(p);
	if (p->n == p->room && !pairs_grow(p)) {
		p->other_leaving += f->leaving;
		p->other_flows++;
		return;
	}
	pair.ordinal = p->next_ordinal++;
	p->at[p->n++] = pair;
	*slot_find(p, &pair) = (uint32_t)p->n;
}
