// SPDX-License-Identifier: Apache-2.0
/*
 * shard.h - one slice of the sensor: flows, streams, sessions, transfers, rules.
 *
 * Whoever works on a shard is its only thread.  Two shards share the policy and nothing
 * else, and what a shard answers depends on its packets and on the closes, never on who
 * else works.
 */
#ifndef RUN_SHARD_H
#define RUN_SHARD_H

#include "content/load.h"
#include "detect/event.h"
#include "policy/policy.h"
#include "traffic/packet.h"

struct shard;

int shard_new(const struct policy *policy, unsigned index, const struct outlet *outlet,
              struct shard **ret, struct error *err);
void shard_free(struct shard *shard);

/* The events of what follows go there. */
void shard_packet(struct shard *shard, const struct packet *p);
/* Bring nearer what shard_packet will want: the second what the first has told of. */
void shard_prefetch_bucket(const struct shard *shard, const struct packet *p);
void shard_prefetch(const struct shard *shard, const struct packet *p);

/* A batch is closed after packet number `packet`, at packet time `time`. */
struct close {
	uint64_t packet;
	int64_t time;
	enum load load; /* what is left out from here on */
	bool stats;     /* a stats record is due */
	bool look;      /* somebody wants to know how it stands, without a record */
	bool top;       /* and which flows are busy */
	uint32_t parts; /* of what is told then: each shard's, and each reader's */
	bool shutdown;  /* the run is over: flows are ended, some at each close */
	bool final;     /* the last one */
};

/* Gives how many flows are left. */
uint32_t shard_close(struct shard *shard, const struct close *close);

/*
 * From now on by another policy of the same run (policy_reload), which the shard keeps
 * for itself.  What is under way goes on, and is looked at again when its next byte
 * comes.
 */
void shard_adopt(struct shard *shard, const struct policy *policy);

/* Objects in use in all of its pools: none are once all its flows have been ended. */
uint32_t shard_used(const struct shard *shard);

#endif
