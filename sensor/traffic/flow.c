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

#include "base/arena.h"
#include "base/hash.h"
#include "traffic/sequence.h"
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
	uint32_t mask;
	uint32_t *bucket; /* first flow, index + 1; 0: none */
	struct wheel wheel;
};

static int64_t longest(const struct flow_limits *l)
{
	int64_t most = l->new;

	if (l->established > most)
		most = l->established;
	if (l->closed > most)
		most = l->closed;
	return l->other > most ? l->other : most;
}

struct flow_table *flow_table_new(const struct flow_limits *limits,
                                  struct counters *counters,
                                  void (*ended)(void *arg, struct flow *flow), void *arg)
{
	struct flow_table *t = calloc(1, sizeof(*t));
	uint32_t buckets = 16;

	if (!t)
		return NULL;
	t->limits = *limits;
	t->counters = counters;
	t->ended = ended;
	t->arg = arg;
	if (t->limits.max < 16)
		t->limits.max = 16;
	if (t->limits.max > 1u << 30)
		t->limits.max = 1u << 30;
	while (buckets < t->limits.max)
		buckets *= 2;
	t->mask = buckets - 1;
	t->bucket = calloc(buckets, sizeof(*t->bucket));
	if (pool_init(&t->pool, sizeof(struct flow), t->limits.max) < 0 ||
	    pool_init(&t->more, sizeof(struct flow_more), t->limits.max / 8) < 0 ||
	    !t->bucket) {
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

/* Symmetric: the ends are mixed alone, and added. */
static uint64_t end_hash(const struct addr *a, uint16_t port, uint64_t seed)
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

	return (uint32_t)(h * UINT64_C(0xc4ceb9fe1a85ec53) >> 32) & t->mask;
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
static int64_t flow_due(const struct flow_table *t, const struct flow *f)
{
	int64_t limit = flow_limit(t, f);

	return f->last > INT64_MAX - limit ? INT64_MAX : f->last + limit;
}

static void flow_over(struct flow_table *t, struct flow *f, enum flow_end why)
{
	uint32_t *link = &t->bucket[bucket_of(t, &f->client, f->client_port, &f->server,
	                                      f->server_port, f->proto)];
	uint32_t self = (uint32_t)(f - t->flows) + 1;

	f->ended = (uint8_t)why;
	if (why == FLOW_END_TIMEOUT)
		count_one(t->counters, COUNT_FLOW_TIMEOUT);
	else if (why == FLOW_END_EVICTED)
		count_one(t->counters, COUNT_FLOW_EVICTED);
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

/*
 * The flow whose time is up first goes.  Those that had packets since they were put on
 * the wheel are put where they belong on the way: a move is paid for by a packet.
 */
static void evict(struct flow_table *t)
{
	for (;;) {
		int64_t tick, due;
		struct flow *f = wheel_nearest(&t->wheel, &tick);

		if (!f) { /* all are aside: the run is about to end */
			flow_over(t, wheel_aside(&t->wheel), FLOW_END_EVICTED);
			return;
		}
		due = flow_due(t, f);
		if (wheel_place(&t->wheel, due) <= tick) {
			flow_over(t, f, FLOW_END_EVICTED);
			return;
		}
		wheel_remove(&t->wheel, f);
		wheel_add(&t->wheel, f, due);
	}
}

/* Ports that are a server's though they are above 1023. */
static bool port_serves(uint16_t port)
{
	if (port < 1024)
		return port != 0;
	switch (port) {
	case 1080: /* SOCKS */
	case 1194: /* OpenVPN */
	case 1433: /* SQL Server */
	case 1883: /* MQTT */
	case 2049: /* NFS */
	case 3128: /* proxies */
	case 3306: /* MySQL */
	case 3389: /* RDP */
	case 3478: /* STUN */
	case 4500: /* IPsec */
	case 5060: /* SIP */
	case 5222: /* XMPP */
	case 5432: /* PostgreSQL */
	case 6379: /* Redis */
	case 8000:
	case 8080:
	case 8443: /* HTTP's others */
	case 9000:
	case 27017: /* MongoDB */
	case 51820: /* WireGuard */ return true;
	default: return false;
	}
}

static bool sent_by_server(const struct packet *p)
{
	const struct tuple *u = &p->tuple;

	if (u->proto == PROTO_TCP && (p->tcp_flags & TCP_SYN))
		return p->tcp_flags & TCP_ACK;
	if (u->proto != PROTO_TCP && u->proto != PROTO_UDP && u->proto != PROTO_SCTP)
		return false;
	return port_serves(u->from_port) && !port_serves(u->to_port);
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

struct flow_more *flow_more(const struct flow_table *t, const struct flow *f)
{
	struct flow_more *more = (struct flow_more *)(void *)t->more.memory;

	return f->more ? &more[f->more - 1] : NULL;
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
	struct flow_more *more = pool_get(&t->more);

	if (!more) {
		count_one(t->counters, COUNT_FLOW_TUNNEL_FULL);
		return;
	}
	f->more = (uint32_t)(more - (struct flow_more *)(void *)t->more.memory) + 1;
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
		evict(t);
	if (pool_used(&t->pool) == 0)
		t->wheel.tick = wheel_tick(&t->wheel, p->time);
	f = pool_get(&t->pool);
	memset(f, 0, sizeof(*f));
	*dir = sent_by_server(p) ? TO_CLIENT : TO_SERVER;
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
	wheel_add(&t->wheel, f, flow_due(t, f));
	count_begun(t->counters, p);
	return f;
}

/* A TCP flow may be in another state after p. */
__attribute__((noinline)) static void tcp_step(struct flow_table *t, struct flow *f,
                                               unsigned dir, const struct packet *p)
{
	f->state = (uint8_t)sequence_state(f, dir, p);
	if (f->state == FLOW_CLOSED) { /* due earlier than it stands on the wheel */
		wheel_remove(&t->wheel, f);
		wheel_add(&t->wheel, f, flow_due(t, f));
	}
}

static inline void flow_seen(struct flow_table *t, struct flow *f, unsigned dir,
                             const struct packet *p)
{
	struct direction *d = &f->dir[dir];

	d->packets++;
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

	if (f && p->time > flow_due(table, f)) {
		flow_over(table, f, silence(f));
		f = NULL;
	} else if (f && f->proto == PROTO_TCP && (p->tcp_flags & TCP_SYN) &&
	           sequence_reopens(f, *dir, p, table->limits.closed)) {
		flow_over(table, f, FLOW_END_REUSED);
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
		f = wheel_nearest(w, &tick);
		if (!f || tick >= until) {
			if (until > w->tick)
				w->tick = until;
			break;
		}
		w->tick = tick;
		if (wheel_place(w, flow_due(table, f)) > tick) {
			wheel_remove(w, f);
			wheel_add(w, f, flow_due(table, f));
			continue;
		}
		flow_over(table, f, silence(f));
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
		flow_over(table, f, FLOW_END_SHUTDOWN);
	return n;
}

uint32_t flow_count(const struct flow_table *table)
{
	return pool_used(&table->pool);
}
