// SPDX-License-Identifier: Apache-2.0
/*
 * parallel.h - a run with several workers (room-private).
 */
#ifndef RUN_PARALLEL_H
#define RUN_PARALLEL_H

#include "run/pipeline.h"

struct shards {
	struct shard **at;
	unsigned n;
};

/* Shard i puts its events into outlets[i % outlet_count].  On failure shards_done cleans
 * up. */
int shards_new(const struct policy *policy, const struct outlet *outlets,
               unsigned outlet_count, struct shards *shards, struct error *err);
void shards_done(struct shards *shards);

/* What a message of ARP says, as an event of that packet. */
void reader_arp(const struct packet *p, const struct outlet *outlet);
/* The reader's part of a stats record. */
void reader_stats(const struct reader *reader, const struct close *close,
                  const struct outlet *outlet);

/* Another policy to go on with, which the reader has adopted: for the caller to hand on
 * and free; or NULL. */
const struct policy *pipeline_fresh(const struct pipeline_options *options,
                                    struct reader *reader);
/* Tells whoever takes the events of it. */
void reader_policy(const struct reader *reader, const struct policy *policy,
                   const struct outlet *outlet);

int parallel_run(const struct pipeline_options *options, struct reader *reader,
                 struct error *err);

#endif
