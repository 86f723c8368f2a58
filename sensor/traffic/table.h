// SPDX-License-Identifier: Apache-2.0
/*
 * table.h - the flow table from inside: the room's own, for flow.c and evict.c.
 */
#ifndef TRAFFIC_TABLE_H
#define TRAFFIC_TABLE_H

#include "base/arena.h"
#include "traffic/wheel.h"

struct flow_table {
	struct flow_limits limits;
	struct counters *counters;
	void (*ended)(void *arg, struct flow *flow);
	void *arg;
	struct pool pool;
	struct pool more;   /* of struct flow_more */
	struct flow *flows; /* the pool's memory */
	uint64_t seed;
	uint32_t *bucket; /* as many as flows: the first flow, index + 1; 0: none */
	struct wheel wheel;
};

/* Symmetric: the ends are mixed alone, and added. */
static inline uint64_t end_hash(const struct addr *a, uint16_t port, uint64_t seed)
{
	uint64_t high, low;

	memcpy(&high, a->b, sizeof(high));
	memcpy(&low, a->b + sizeof(high), sizeof(low));
	low = (low ^ seed) * UINT64_C(0xff51afd7ed558ccd);
	low = (low ^ low >> 32 ^ high ^ port) * UINT64_C(0x9e3779b97f4a7c15);
	return low ^ low >> 29;
}

static inline uint32_t bucket_of(const struct flow_table *t, const struct addr *a,
                                 uint16_t a_port, const struct addr *b, uint16_t b_port,
                                 uint8_t proto)
{
	uint64_t h = end_hash(a, a_port, t->seed) + end_hash(b, b_port, t->seed) + proto;

	h = h * UINT64_C(0xc4ceb9fe1a85ec53) >> 32;
	return (uint32_t)(h * t->limits.max >> 32);
}

/* The time by which the flow stands on the wheel, for what it is worth: table_due, or
 * earlier. */
int64_t table_place(const struct flow_table *table, const struct flow *flow,
                    enum worth worth);
/* It is over when a packet's time is after this. */
int64_t table_due(const struct flow_table *table, const struct flow *flow);
/* Puts it where it belongs by what it is worth now. */
void table_put_in_place(struct flow_table *table, struct flow *flow);
/* Ends the flow of least worth. */
void table_evict(struct flow_table *table);
/* Ends the flow. */
void table_end(struct flow_table *table, struct flow *flow, enum flow_end why);

#endif
