// SPDX-License-Identifier: Apache-2.0
/*
 * pipeline.c - begins and ends a run, and does the work of one that has no threads.
 */
#include "run/pipeline.h"

#include <stdlib.h>

#include "base/error.h"
#include "run/parallel.h"

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

void reader_stats(const struct source *source, const struct close *close, uint32_t parts,
                  const struct outlet *outlet)
{
	static const struct event empty;
	struct event e = empty;

	e.kind = EVENT_STATS;
	e.size = event_size(EVENT_STATS, false);
	e.order = (struct event_order){ .packet = close->packet,
		                        .closing = 1,
		                        .shard = 0xff };
	e.time = close->time;
	e.stats.counters = source->counters;
	e.stats.parts = parts;
	e.stats.final = close->final;
	outlet->put(outlet->arg, &e);
}

static uint32_t close_all(const struct pipeline_options *o, struct shards *shards,
                          const struct source *source, const struct close *close)
{
	uint32_t left = 0;

	for (unsigned i = 0; i < shards->n; i++)
		left += shard_close(shards->at[i], close);
	if (close->stats)
		reader_stats(source, close, shards->n + 1, &o->outlet);
	if (o->tick)
		o->tick(o->tick_arg, source);
	return left;
}

static void run_inline(const struct pipeline_options *o, struct shards *shards,
                       struct source *source)
{
	struct close close;
	struct packet p;
	enum source_got got;

	while ((got = source_next(source, &p)) != SOURCE_END) {
		if (got == SOURCE_PACKET)
			shard_packet(shards->at[p.shard_hash % shards->n], &p);
		if (source_closes(source, &close)) {
			close_all(o, shards, source, &close);
			if (atomic_load_explicit(o->stop, memory_order_relaxed))
				break;
		}
	}
	source_close_last(source, &close);
	close_all(o, shards, source, &close);
	close.stats = false;
	close.shutdown = true;
	while (close_all(o, shards, source, &close) > 0)
		;
	close.stats = close.final = true;
	close_all(o, shards, source, &close);
}

int pipeline_run(const struct pipeline_options *o, struct source *source,
                 struct error *err)
{
	struct shards shards = { 0 };
	int result = 0;

	if (o->workers > 1)
		return parallel_run(o, source, err);
	if (shards_new(o->policy, &o->outlet, 1, &shards, err) == 0)
		run_inline(o, &shards, source);
	else
		result = -1;
	shards_done(&shards);
	return result;
}
