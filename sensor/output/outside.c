// SPDX-License-Identifier: Apache-2.0
/*
 * outside.c - bytes that have no inside end, and whose they probably are.
 *
 * The output's thread; the table is taken when the first such flow comes, and never
 * grows: in a capture of one's own network the large ones come early.
 */
#include "output/outside.h"

#include <stdlib.h>

#include "base/hash.h"

enum { SLOTS_OF_NETS = 2 * OUTSIDE_MAX };

static struct prefix net_of(const struct addr *a)
{
	struct prefix net = { .addr = *a, .bits = addr_is_v4(a) ? 96 + 24 : 64 };

	memset(net.addr.b + net.bits / 8, 0, 16 - net.bits / 8u);
	return net;
}

static void net_add(struct outside *o, const struct addr *client, uint64_t bytes)
{
	struct prefix net = net_of(client);
	size_t i = hash64(net.addr.b, sizeof(net.addr.b), 0) % SLOTS_OF_NETS;

	if (!o->nets)
		o->nets = calloc(SLOTS_OF_NETS, sizeof(*o->nets));
	if (!o->nets)
		return;
	while (o->nets[i].bytes &&
	       memcmp(&o->nets[i].net.addr, &net.addr, sizeof(net.addr)) != 0)
		i = (i + 1) % SLOTS_OF_NETS;
	if (!o->nets[i].bytes) {
		if (o->n == OUTSIDE_MAX)
			return;
		o->n++;
		o->nets[i].net = net;
	}
	o->nets[i].bytes += bytes;
}

void outside_add(struct outside *o, const struct flow_event *f)
{
	uint64_t bytes = f->dir[0].wire + f->dir[1].wire;

	if (f->nowhere || bytes == 0)
		return;
	o->bytes += bytes;
	if (f->client_inside || f->server_inside)
		return;
	o->without += bytes;
	net_add(o, &f->client, bytes);
}

bool outside_matters(const struct outside *o)
{
	return o->without > o->bytes / 5;
}

/* Of equals the lowest address, so that the answer is always the same. */
const struct outside_net *outside_likely(const struct outside *o)
{
	const struct outside_net *best = NULL;

	for (size_t i = 0; o->nets && i < SLOTS_OF_NETS; i++) {
		const struct outside_net *net = &o->nets[i];

		if (net->bytes &&
		    (!best || net->bytes > best->bytes ||
		     (net->bytes == best->bytes && memcmp(&net->net.addr, &best->net.addr,
		                                          sizeof(net->net.addr)) < 0)))
			best = net;
	}
	return best;
}

void outside_done(struct outside *o)
{
	free(o->nets);
	*o = (struct outside){ 0 };
}
