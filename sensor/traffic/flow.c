// SPDX-License-Identifier: Apache-2.0
/*
 * flow.c - finds the flow of a packet, begins it, and ends it when its time is up.
 *
 * A shard's worker runs it.  Answers depend on the packets only: the hash has a secret
 * seed of each run, but it decides on places in memory and on nothing else.
 */
#include "traffic/flow.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "traffic/sequence.h"
#include "traffic/server.h"
#include "traffic/table.h"

enum { FLOWS_LEAST = 16, FLOWS_MAX = 1 << 30 };

static int64_t longest(const struct flow_limits *l)
{
	int64_t most = l->new;

	if (l->established > most)
		most = l->established;
	if (l->closed > most)
		most = l->closed;
	return l->other > most ? l->other : most;
}

uint32_t flow_capacity(uint64_t memory)
{
	/* an index among the free ones each, and a bucket */
	enum { EACH = sizeof(struct flow) + 2 * sizeof(uint32_t) };
	enum { MORE = sizeof(struct flow_more) + sizeof(uint32_t) };
	uint64_t n = memory / (EACH * FLOW_MORE_SHARE + MORE) * FLOW_MORE_SHARE;

	return n > FLOWS_MAX ? FLOWS_MAX : (uint32_t)n;
}

struct flow_table *flow_table_new(const struct flow_limits *limits,
                                  struct counters *counters,
                                  void (*ended)(void *arg, struct flow *flow), void *arg)
{
	struct flow_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->limits = *limits;
	t->counters = counters;
	t->ended = ended;
	t->arg = arg;
	if (t->limits.max < FLOWS_LEAST)
		t->limits.max = FLOWS_LEAST;
	if (t->limits.max > FLOWS_MAX)
		t->limits.max = FLOWS_MAX;
	t->bucket = calloc(t->limits.max, sizeof(*t->bucket));
	if (!t->bucket || pool_init(&t->pool, sizeof(struct flow), t->limits.max) < 0 ||
	    pool_init(&t->more, sizeof(struct flow_more),
	              t->limits.max / FLOW_MORE_SHARE) < 0) {
		flow_table_free(t);
		return NULL;
	}
	t->flows = (struct flow *)(void *)t->pool.memory;
	if (getentropy(&t->seed, sizeof(t->seed)) < 0)
		t->seed = limits->seed;
	wheel_init(&t->wheel, t->flows, longest(&t->limits));
	return t;
}

void flow_table_free(struct flow_table *table)
{
	if (!table)
		return;
	free(table->bucket);
	pool_done(&table->pool);
	pool_done(&table->more);
	free(table);
}

static uint32_t bucket_of_tuple(const struct flow_table *t, const struct tuple *u)
{
	return bucket_of(t, &u->from, u->from_port, &u->to, u->to_port, u->proto);
}

static bool addr_same(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static struct flow *find(const struct flow_table *t, uint32_t bucket,
                         const struct tuple *u, unsigned *dir)
{
	struct flow *f;

	for (uint32_t at = t->bucket[bucket]; at; at = f->hash_next) {
		f = &t->flows[at - 1];
		if (f->client_port == u->from_port && f->server_port == u->to_port &&
		    f->proto == u->proto && addr_same(&f->client, &u->from) &&
		    addr_same(&f->server, &u->to)) {
			*dir = TO_SERVER;
			return f;
		}
		if (f->client_port == u->to_port && f->server_port == u->from_port &&
		    f->proto == u->proto && addr_same(&f->client, &u->to) &&
		    addr_same(&f->server, &u->from)) {
			*dir = TO_CLIENT;
			return f;
		}
	}
	return NULL;
}

void flow_prefetch_bucket(const struct flow_table *table, const struct packet *p)
{
	__builtin_prefetch(&table->bucket[bucket_of_tuple(table, &p->tuple)]);
}

void flow_prefetch(const struct flow_table *table, const struct packet *p)
{
	uint32_t at = table->bucket[bucket_of_tuple(table, &p->tuple)];
	const struct flow *f;

	if (!at)
		return;
	f = &table->flows[at - 1];
	__builtin_prefetch(f, 1);
	__builtin_prefetch(&f->dir[0], 1);
	__builtin_prefetch(&f->dir[1], 1);
}

int64_t flow_limit(const struct flow_table *table, const struct flow *flow)
{
	if (flow->proto != PROTO_TCP)
		return table->limits.other;
	switch (flow->state) {
	case FLOW_NEW: return table->limits.new;
	case FLOW_ESTABLISHED: return table->limits.established;
	default: return table->limits.closed;
	}
}

/* It is over when a packet's time is after this. */
int64_t table_due(const struct flow_table *t, const struct flow *f)
{
	int64_t limit = flow_limit(t, f);

	return f->last > INT64_MAX - limit ? INT64_MAX : f->last + limit;
}

struct flow_more *flow_more(const struct flow_table *t, const struct flow *f)
{
	struct flow_more *more = (struct flow_more *)(void *)t->more.memory;

	return f->more ? &more[f->more - 1] : NULL;
}

struct flow_more *flow_more_take(struct flow_table *t, struct flow *f)
{
	struct flow_more *more = flow_more(t, f);

	if (more)
		return more;
	more = pool_get(&t->more);
	if (!more) {
		count_one(t->counters, COUNT_FLOW_MORE_FULL);
		return NULL;
	}
	*more = (struct flow_more){ 0 };
	f->more = (uint32_t)(more - (struct flow_more *)(void *)t->more.memory) + 1;
	return more;
}

static void count_ended(struct flow_table *t, const struct flow *f)
{
	static const enum counter evicted[WORTHS] = {
		[WORTH_HALF_OPEN] = COUNT_EVICTED_HALF_OPEN,
		[WORTH_SHORT] = COUNT_EVICTED_SHORT,
		[WORTH_ESTABLISHED] = COUNT_EVICTED_ESTABLISHED,
		[WORTH_SESSION] = COUNT_EVICTED_SESSION,
		[WORTH_BULK] = COUNT_EVICTED_BULK,
	};

	switch ((enum flow_end)f->ended) {
	case FLOW_END_NOT_YET: break;
	case FLOW_END_TIMEOUT: count_one(t->counters, COUNT_FLOW_TIMEOUT); break;
	case FLOW_END_CLOSED: count_one(t->counters, COUNT_FLOW_CLOSED); break;
	case FLOW_END_REUSED: count_one(t->counters, COUNT_FLOW_REUSED); break;
	case FLOW_END_SHUTDOWN: count_one(t->counters, COUNT_FLOW_SHUTDOWN); break;
	case FLOW_END_EVICTED:
		count_one(t->counters, COUNT_FLOW_EVICTED);
		count_one(t->counters, evicted[worth_of(f)]);
		break;
	}
}

void table_end(struct flow_table *t, struct flow *f, enum flow_end why)
{
	uint32_t *link = &t->bucket[bucket_of(t, &f->client, f->client_port, &f->server,
	                                      f->server_port, f->proto)];
	uint32_t self = (uint32_t)(f - t->flows) + 1;

	f->ended = (uint8_t)why;
	count_ended(t, f);
	t->ended(t->arg, f);
	while (*link != self)
		link = &t->flows[*link - 1].hash_next;
	*link = f->hash_next;
	wheel_remove(&t->wheel, f);
	if (f->more)
		pool_put(&t->more, flow_more(t, f));
	pool_put(&t->pool, f);
}

static enum flow_end silence(const struct flow *f)
{
	return f->state == FLOW_CLOSED ? FLOW_END_CLOSED : FLOW_END_TIMEOUT;
}

uint64_t flow_id(const struct flow *f)
{
	struct {
		struct addr low, high;
		int64_t first;
		uint16_t low_port, high_port;
		uint32_t proto;
	} key = {
		f->client, f->server, f->first, f->client_port, f->server_port, f->proto
	};
	int order = memcmp(&f->client, &f->server, sizeof(f->client));

	if (order > 0 || (order == 0 && f->client_port > f->server_port)) {
		key.low = f->server;
		key.high = f->client;
		key.low_port = f->server_port;
		key.high_port = f->client_port;
	}
	return hash64(&key, sizeof(key), 0) >> (64 - 51);
}

static void count_begun(struct counters *c, const struct packet *p)
{
	count_one(c, COUNT_FLOW_TOTAL);
	switch (p->tuple.proto) {
	case PROTO_TCP:
		count_one(c, COUNT_FLOW_TCP);
		count_one(c, p->tcp_flags & TCP_SYN ? COUNT_TCP_SESSIONS
		                                    : COUNT_TCP_MIDSTREAM);
		break;
	case PROTO_UDP: count_one(c, COUNT_FLOW_UDP); break;
	case PROTO_ICMP: count_one(c, COUNT_FLOW_ICMP); break;
	case PROTO_ICMPV6: count_one(c, COUNT_FLOW_ICMPV6); break;
	default: break;
	}
}

/* Who came through a tunnel is asked for; all others have no room of their own. */
static void keep_tunnel(struct flow_table *t, struct flow *f, unsigned dir,
                        const struct tunnel *tunnel)
{
	struct flow_more *more = flow_more_take(t, f);

	if (!more)
		return;
	more->tunnel = *tunnel;
	if (dir == TO_CLIENT) {
		more->tunnel.from = tunnel->to;
		more->tunnel.to = tunnel->from;
		more->tunnel.from_port = tunnel->to_port;
		more->tunnel.to_port = tunnel->from_port;
	}
}

__attribute__((noinline)) static struct flow *
flow_begin(struct flow_table *t, const struct packet *p, uint32_t bucket, unsigned *dir)
{
	const struct tuple *u = &p->tuple;
	struct flow *f;

	if (pool_used(&t->pool) == t->limits.max)
		table_evict(t);
	if (pool_used(&t->pool) == 0)
		t->wheel.tick = wheel_tick(&t->wheel, p->time);
	f = pool_get(&t->pool);
	memset(f, 0, sizeof(*f));
	*dir = server_sent(p) ? TO_CLIENT : TO_SERVER;
	f->client = *dir == TO_SERVER ? u->from : u->to;
	f->server = *dir == TO_SERVER ? u->to : u->from;
	f->client_port = *dir == TO_SERVER ? u->from_port : u->to_port;
	f->server_port = *dir == TO_SERVER ? u->to_port : u->from_port;
	f->proto = u->proto;
	f->state = FLOW_NEW;
	if (f->proto == PROTO_TCP && !(p->tcp_flags & TCP_SYN)) {
		f->state = FLOW_ESTABLISHED;
		f->midstream = 1;
	}
	f->first = f->last = p->time;
	f->next_time = INT64_MAX;
	f->dir[0].next_mark = f->dir[1].next_mark = UINT64_MAX;
	f->first_packet = p->number;
	f->input = p->input;
	f->vlan_count = (uint8_t)(p->vlan_count & 3);
	f->vlan[0] = p->vlan[0];
	f->vlan[1] = p->vlan[1];
	if (p->tunnel.depth)
		keep_tunnel(t, f, *dir, &p->tunnel);
	f->hash_next = t->bucket[bucket];
	t->bucket[bucket] = (uint32_t)(f - t->flows) + 1;
	wheel_add(&t->wheel, WORTH_HALF_OPEN, f, table_place(t, f, WORTH_HALF_OPEN));
	count_begun(t->counters, p);
	return f;
}

/* A TCP flow may be in another state after p. */
__attribute__((noinline)) static void tcp_step(struct flow_table *t, struct flow *f,
                                               unsigned dir, const struct packet *p)
{
	f->state = (uint8_t)sequence_state(f, dir, p);
	if (f->state == FLOW_CLOSED) /* due earlier than it stands on the wheel */
		table_put_in_place(t, f);
}

static inline void flow_seen(struct flow_table *t, struct flow *f, unsigned dir,
                             const struct packet *p)
{
	struct direction *d = &f->dir[dir];

	d->packets += p->pieces;
	d->wire += p->wirelen;
	if (p->time > f->last)
		f->last = p->time;
	if (f->proto != PROTO_TCP) {
		if (f->state == FLOW_NEW && f->dir[!dir].packets)
			f->state = FLOW_ESTABLISHED;
		return;
	}
	/* a write that changes nothing would stall stream.c's next read */
	if (p->tcp_flags & ~d->flags_seen)
		d->flags_seen |= p->tcp_flags;
	if (f->state == FLOW_NEW || (f->state == FLOW_ESTABLISHED &&
	                             ((p->tcp_flags & (TCP_FIN | TCP_RST)) || d->fin)))
		tcp_step(t, f, dir, p);
}

struct flow *flow_take(struct flow_table *table, const struct packet *p, unsigned *dir,
                       bool *begun)
{
	uint32_t bucket = bucket_of_tuple(table, &p->tuple);
	struct flow *f = find(table, bucket, &p->tuple, dir);

	if (f && p->time > table_due(table, f)) {
		table_end(table, f, silence(f));
		f = NULL;
	} else if (f && f->proto == PROTO_TCP && (p->tcp_flags & TCP_SYN) &&
	           sequence_reopens(f, *dir, p, table->limits.closed)) {
		table_end(table, f, FLOW_END_REUSED);
		f = NULL;
	}
	*begun = !f;
	if (!f)
		f = flow_begin(table, p, bucket, dir);
	flow_seen(table, f, *dir, p);
	return f;
}

uint32_t flow_expire(struct flow_table *table, int64_t now, uint32_t most)
{
	struct wheel *w = &table->wheel;
	int64_t until = wheel_tick(w, now), tick;
	uint32_t n = 0;
	struct flow *f;

	while (n < most) {
		f = wheel_first(w, &tick);
		if (!f || tick >= until) {
			if (until > w->tick)
				w->tick = until;
			break;
		}
		w->tick = tick;
		if (wheel_place(w, table_due(table, f)) > tick) {
			table_put_in_place(table, f);
			continue;
		}
		table_end(table, f, silence(f));
		n++;
	}
	return n;
}

uint32_t flow_shutdown(struct flow_table *table, uint32_t most)
{
	uint32_t n = 0;
	struct flow *f;

	if (!wheel_aside(&table->wheel))
		wheel_put_aside(&table->wheel);
	for (; n < most && (f = wheel_aside(&table->wheel)); n++)
		table_end(table, f, FLOW_END_SHUTDOWN);
	return n;
}

void flow_each(struct flow_table *table, void (*each)(void *arg, struct flow *flow),
               void *arg)
{
	for (uint32_t b = 0; b < table->limits.max; b++)
		for (uint32_t at = table->bucket[b]; at;
		     at = table->flows[at - 1].hash_next)
			each(arg, &table->flows[at - 1]);
}

uint32_t flow_place(const struct flow_table *table, const struct flow *flow)
{
	return (uint32_t)(flow - table->flows);
}

uint32_t flow_count(const struct flow_table *table)
{
	return pool_used(&table->pool);
}

struct fill flow_fill(const struct flow_table *t)
{
	return (struct fill){ pool_used(&t->pool), t->limits.max };
}
