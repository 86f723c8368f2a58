// SPDX-License-Identifier: Apache-2.0
/*
 * pipeline.c - begins and ends a run, and does the work of one that has no threads.
 */
#include "run/pipeline.h"

#include <assert.h>
#include <stdlib.h>

#include "base/error.h"
#include "dissectors/arp.h"
#include "run/fanout.h"
#include "run/parallel.h"

static_assert(2 * (int)AHEAD <= (int)CAPTURE_AHEAD, "a packet would be gone");

int shards_new(const struct policy *policy, const struct outlet *outlets,
               unsigned outlet_count, struct shards *shards, struct error *err)
{
	shards->n = (unsigned)policy->config->shards;
	shards->at = calloc(shards->n, sizeof(*shards->at));
	if (!shards->at)
		return error_set(err, "out of memory");
	for (unsigned i = 0; i < shards->n; i++)
		if (shard_new(policy, i, &outlets[i % outlet_count], &shards->at[i],
		              err) < 0)
			return -1;
	return 0;
}

void shards_done(struct shards *shards)
{
	for (unsigned i = 0; shards->at && i < shards->n; i++)
		shard_free(shards->at[i]);
	free(shards->at);
}

void reader_stats(const struct reader *reader, const struct close *close,
                  const struct outlet *outlet)
{
	static const struct event empty;
	struct event e = empty;

	e.kind = EVENT_STATS;
	e.size = event_size(EVENT_STATS, false);
	e.order = (struct event_order){
		.time = close->time, .packet = close->packet, .closing = 1, .shard = 0xff
	};
	e.time = close->time;
	e.stats.counters = reader->counters;
	e.stats.parts = close->parts;
	e.stats.fills = (struct fills){ 0 };
	e.stats.fills.at[FILL_FRAGMENTS] = defrag_fill(reader->defrag);
	e.stats.record = close->stats;
	e.stats.top = close->top;
	e.stats.final = close->final;
	e.stats.began = reader->first;
	e.stats.reader = (uint8_t)(reader->place + 1);
	outlet->put(outlet->arg, &e);
}

void reader_policy(const struct reader *reader, const struct policy *policy,
                   const struct outlet *outlet)
{
	static const struct event empty;
	struct event e = empty;

	e.kind = EVENT_POLICY;
	e.size = event_size(EVENT_POLICY, false);
	e.order = (struct event_order){ .time = reader->last,
		                        .packet = reader->number,
		                        .closing = 1,
		                        .shard = 0xff };
	e.time = reader->last;
	e.policy = policy_keep(policy);
	outlet->put(outlet->arg, &e);
}

const struct policy *pipeline_fresh(const struct pipeline_options *o,
                                    struct reader *reader)
{
	const struct policy *policy =
		o->fresh ? o->fresh(o->fresh_arg, &reader->counters) : NULL;

	if (policy)
		reader_adopt(reader, policy);
	return policy;
}

/* Nothing must be on its way through the shards. */
static void adopt(const struct pipeline_options *o, struct shards *shards,
                  struct reader *reader)
{
	const struct policy *policy = pipeline_fresh(o, reader);

	if (!policy)
		return;
	for (unsigned i = 0; i < shards->n; i++)
		shard_adopt(shards->at[i], policy);
	reader_policy(reader, policy, &o->outlet);
	policy_free(policy);
}

void reader_arp(const struct packet *p, const struct outlet *outlet)
{
	struct bytes message = { p->data + p->arp_at, p->caplen - p->arp_at };
	struct naming said;
	struct event e;

	if (!arp_read(message, &said))
		return;
	e.kind = EVENT_NAMING;
	e.size = event_size(EVENT_NAMING, false);
	e.order = (struct event_order){ .time = p->time,
		                        .packet = p->number,
		                        .shard = 0xff };
	e.time = p->time;
	e.naming = (struct naming_event){
		.by = said.by,
		.has_addr = said.has_addr,
		.has_mac = said.has_mac,
		.addr = said.addr,
	};
	memcpy(e.naming.mac, said.mac, sizeof(e.naming.mac));
	outlet->put(outlet->arg, &e);
}

static uint32_t close_all(const struct pipeline_options *o, struct shards *shards,
                          const struct reader *reader, const struct close *close)
{
	uint32_t left = 0;

	for (unsigned i = 0; i < shards->n; i++)
		left += shard_close(shards->at[i], close);
	if (close->stats || close->look)
		reader_stats(reader, close, &o->outlet);
	if (o->tick)
		o->tick(o->tick_arg, reader);
	return left;
}

/*
 * Packets that were read and not worked on yet, whose flows are on their way from memory.
 * They lie where the reader has them: see CAPTURE_AHEAD.
 */
struct ahead {
	struct packet packets[AHEAD];
	unsigned first, n;
};

static void ahead_work(struct ahead *a, struct shards *shards)
{
	const struct packet *p = &a->packets[a->first];

	shard_packet(shards->at[p->shard_hash % shards->n], p);
	a->first = (a->first + 1) % AHEAD;
	a->n--;
}

/* Where the next packet is to be read to. */
static struct packet *ahead_room(struct ahead *a, struct shards *shards)
{
	if (a->n == AHEAD)
		ahead_work(a, shards);
	return &a->packets[(a->first + a->n) % AHEAD];
}

/* The newest one's bucket is fetched, and the flow of one whose bucket is there by now.
 */
static void ahead_add(struct ahead *a, const struct shards *shards)
{
	const struct packet *p = &a->packets[(a->first + a->n) % AHEAD];

	shard_prefetch_bucket(shards->at[p->shard_hash % shards->n], p);
	a->n++;
	if (a->n <= AHEAD / 2)
		return;
	p = &a->packets[(a->first + a->n - 1 - AHEAD / 2) % AHEAD];
	shard_prefetch(shards->at[p->shard_hash % shards->n], p);
}

/* What was read before it is said before it; it lies where the next packet would. */
static void arp_now(struct ahead *a, const struct pipeline_options *o,
                    struct shards *shards)
{
	const struct packet *p = &a->packets[(a->first + a->n) % AHEAD];

	while (a->n > 0)
		ahead_work(a, shards);
	reader_arp(p, &o->outlet);
}

static void run_inline(const struct pipeline_options *o, struct shards *shards,
                       struct reader *reader)
{
	struct ahead ahead = { .n = 0 };
	struct close close;
	enum reader_got got;

	while ((got = reader_next(reader, ahead_room(&ahead, shards))) != READER_END) {
		if (got == READER_WAITS) {
			while (ahead.n > 0)
				ahead_work(&ahead, shards);
			adopt(o, shards, reader);
			if (atomic_load_explicit(o->stop, memory_order_relaxed))
				reader_stop(reader);
			else
				reader_wait(reader);
			continue;
		}
		if (got == READER_PACKET)
			ahead_add(&ahead, shards);
		else if (got == READER_ARP)
			arp_now(&ahead, o, shards);
		else if (ahead.n > 0)
			ahead_work(&ahead, shards); /* none grows old in between */
		if (reader_closes(reader, &close)) {
			while (ahead.n > 0)
				ahead_work(&ahead, shards);
			close_all(o, shards, reader, &close);
			adopt(o, shards, reader);
			if (atomic_load_explicit(o->stop, memory_order_relaxed))
				reader_stop(reader);
		}
	}
	while (ahead.n > 0)
		ahead_work(&ahead, shards);
	reader_close_last(reader, &close);
	close_all(o, shards, reader, &close);
	close.stats = false;
	close.shutdown = true;
	while (close_all(o, shards, reader, &close) > 0)
		;
	close.stats = close.final = true;
	close_all(o, shards, reader, &close);
}

int pipeline_run(const struct pipeline_options *o, struct reader *reader,
                 struct error *err)
{
	struct shards shards = { 0 };
	int result = 0;

	if (reader->live && (result = fanout_run(o, reader, err)) <= 0)
		return result;
	/* a packet of a capture stays where it is for a while, one of an interface does
	 * not */
	if (o->workers > 1 || reader->live)
		return parallel_run(o, reader, err);
	if (shards_new(o->policy, &o->outlet, 1, &shards, err) == 0)
		run_inline(o, &shards, reader);
	else
		result = -1;
	shards_done(&shards);
	return result;
}
