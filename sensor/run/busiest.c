// SPDX-License-Identifier: Apache-2.0
/*
 * busiest.c - one pass, which keeps the sixteen largest in order.
 */
#include "run/busiest.h"

#include <stdlib.h>

#include "detect/scene.h"

struct walk {
	struct busiest *busiest;
	const struct flow_table *flows;
};

static void keep(struct busiest *b, const struct flow *flow, uint64_t leaving)
{
	unsigned i;

	if (b->n == BUSIEST && leaving <= b->at[BUSIEST - 1].leaving)
		return;
	i = b->n < BUSIEST ? b->n++ : BUSIEST - 1;
	for (; i > 0 && b->at[i - 1].leaving < leaving; i--)
		b->at[i] = b->at[i - 1];
	b->at[i] = (struct busy){ flow, leaving };
}

static void look(void *arg, struct flow *flow)
{
	struct walk *w = arg;
	uint64_t leaving = scene_leaving(flow);
	uint64_t *told = &w->busiest->told[flow_place(w->flows, flow)];
	/* its place was another's at the last look */
	bool fresh = flow->first > w->busiest->time || *told > leaving;

	if (leaving)
		keep(w->busiest, flow, fresh ? leaving : leaving - *told);
	*told = leaving;
}

void busiest_find(struct busiest *b, struct flow_table *flows, int64_t now)
{
	struct walk walk = { b, flows };

	b->n = 0;
	if (!b->told)
		b->told = calloc(flow_fill(flows).room, sizeof(*b->told));
	if (!b->told)
		return; /* nobody is told */
	flow_each(flows, look, &walk);
	b->time = now;
}

void busiest_done(struct busiest *b)
{
	free(b->told);
}
