// SPDX-License-Identifier: Apache-2.0
/*
 * shard.c - the way of a packet through one slice of the sensor.
 */
#include "run/shard.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "detect/alert.h"
#include "run/busiest.h"
#include "session/session.h"
#include "traffic/appid.h"
#include "traffic/doubled.h"
#include "traffic/first.h"
#include "traffic/stream.h"

enum {
	POOL_LEAST = 16,        /* of anything, in a shard */
	EXPIRE_AT_ONCE = 512,   /* flows ended by time-out at one close, at most */
	SHUTDOWN_AT_ONCE = 512, /* and by the end of the run */
	ALERTS_AT_ONCE = 8192,  /* on things still under way */
	APPID_AT_ONCE = 16384,  /* flows in nDPI's hands */
	TALK_PACKETS = 4,       /* of a TCP connection that got past its hand-shake */
};

struct shard {
	const struct policy *policy;
	unsigned index;
	struct doubled *doubled;
	struct flow_table *flows;
	struct stream_pool *streams;
	struct stream_reader reader;
	struct appid *appid;
	struct first *first; /* NULL: nDPI is shown every datagram when it comes */
	struct transfer_table *transfers;
	struct session_table *sessions;
	struct detector *detector;
	struct moment now;
	struct busiest busiest;
	struct counters counters;
};

static struct scene scene_of(const struct shard *s, const struct flow *flow)
{
	return (struct scene){
		.policy = s->policy,
		.appid = s->appid,
		.flow = flow,
		.more = flow_more(s->flows, flow),
		.context = session_context(flow),
		.swapped = session_swapped(flow),
		.now = s->now,
	};
}

static void transfer_edge(void *arg, struct flow *flow, struct transfer *t,
                          unsigned edges)
{
	struct shard *s = arg;
	struct scene scene = scene_of(s, flow);

	scene.transfer = t;
	scene.over = edges & EDGE_CLOSED;
	if (t->has_sha256)
		digest_hex((struct bytes){ t->sha256, sizeof(t->sha256) }, scene.sha256);
	detector_edge(s->detector, &scene, &t->alerts);
	flow->alerted |= t->alerts != NULL;
	t->next_mark =
		detector_next_mark(s->detector, CATEGORY_TRANSFER, t->alerts, t->seen);
	if ((edges & EDGE_CLOSED) && t->seen)
		detector_record(s->detector, &scene, EVENT_FILEINFO, s->now.time);
}

/* Nobody answered, and nothing much was said: such flows are counted, not told one by
 * one. */
static bool unanswered(const struct flow *flow)
{
	uint64_t said = scene_payload(flow, TO_SERVER) + scene_payload(flow, TO_CLIENT);

	if (flow->dir[TO_SERVER].packets && flow->dir[TO_CLIENT].packets)
		return false;
	return said == 0 || (flow->proto != PROTO_TCP && said < FLOW_SMALL_BYTES);
}

/* When the flow, if it goes on, is to be reported. */
static int64_t report_due(const struct shard *s, const struct flow *flow)
{
	const struct flow_more *more = flow_more(s->flows, flow);
	int64_t from = more && more->told.time ? more->told.time : flow->first;
	const struct config *c = s->policy->config;
	/* a record that tells the rest is of no use where the others are not written */
	int64_t interval =
		c->eve.flow_update || c->syslog_types.flow_update ? c->flow_update : 0;

	return interval == 0 || from > INT64_MAX - interval ? INT64_MAX : from + interval;
}

static void report(struct shard *s, struct flow *flow)
{
	struct flow_more *more;
	struct scene scene;

	if (unanswered(flow) && !s->policy->config->flow_unanswered)
		return;
	more = flow_more_take(s->flows, flow);
	if (!more) /* its last record will tell all */
		return;
	scene = scene_of(s, flow);
	detector_record(s->detector, &scene, EVENT_FLOW_UPDATE, s->now.time);
	more->told = scene_told(&scene);
}

/* What happens to a flow when its time has come; gives when that is again. */
static int64_t flow_time(struct shard *s, struct flow *flow)
{
	int64_t rules = detector_next_time(s->detector, flow);
	int64_t due = report_due(s, flow);

	if (s->now.time >= due) {
		report(s, flow);
		due = s->now.time + s->policy->config->flow_update;
	}
	return rules < due ? rules : due;
}

static void flow_edge(struct shard *s, struct flow *flow, bool over)
{
	struct scene scene = scene_of(s, flow);

	scene.over = over;
	detector_edge(s->detector, &scene, &flow->alerts);
	for (unsigned dir = 0; dir < 2; dir++)
		flow->dir[dir].next_mark =
			detector_next_mark(s->detector, CATEGORY_FLOW, flow->alerts,
		                           scene_payload(flow, dir));
	if (!over)
		flow->next_time = flow_time(s, flow);
}

/* Says of a TCP connection that was one whether both of its directions were seen. */
static void count_sides(struct shard *s, const struct flow *flow)
{
	const struct direction *there = &flow->dir[TO_SERVER],
			       *back = &flow->dir[TO_CLIENT];

	if (flow->proto != PROTO_TCP || there->packets + back->packets < TALK_PACKETS ||
	    !((there->flags_seen | back->flags_seen) & TCP_ACK))
		return;
	count_one(&s->counters, COUNT_FLOW_TALKED);
	if (there->packets == 0 || back->packets == 0)
		count_one(&s->counters, COUNT_FLOW_ONE_SIDED);
}

static void flow_ended(void *arg, struct flow *flow)
{
	struct shard *s = arg;
	struct moment now = s->now;
	struct scene scene;

	/* a time-out happened when it was due, whenever it was noticed */
	if (flow->ended == FLOW_END_TIMEOUT || flow->ended == FLOW_END_CLOSED)
		s->now.time = flow->last + flow_limit(s->flows, flow);
	if (flow->proto == PROTO_TCP)
		stream_end(s->streams, &s->reader, flow);
	if (s->appid)
		appid_end(s->appid, flow);
	flow_edge(s, flow, true);
	scene = scene_of(s, flow);
	scene.over = true;
	if (unanswered(flow))
		count_one(&s->counters, COUNT_FLOW_UNANSWERED);
	count_sides(s, flow);
	if (s->policy->config->flow_unanswered || !unanswered(flow))
		detector_record(s->detector, &scene, EVENT_FLOW, s->now.time);
	session_end(s->sessions, flow, &s->now);
	if (s->appid)
		appid_forget(s->appid, flow);
	s->now = now;
}

static void deliver(void *arg, struct flow *flow, unsigned dir, struct bytes seen,
                    uint64_t length, bool lost)
{
	struct shard *s = arg;

	session_deliver(s->sessions, flow, dir, seen, length, lost, &s->now);
}

static void finished(void *arg, struct flow *flow, unsigned dir, bool complete)
{
	struct shard *s = arg;

	session_finished(s->sessions, flow, dir, complete, &s->now);
}

static uint32_t share(uint64_t all, uint64_t shards, uint32_t least)
{
	uint64_t n = all / shards;

	return n < least ? least : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

int shard_new(const struct policy *policy, unsigned index, const struct outlet *outlet,
              struct shard **ret, struct error *err)
{
	const struct config *c = policy->config;
	struct shard *s = calloc(1, sizeof(*s));
	uint32_t flows = flow_capacity(c->flow_memory / c->shards);
	struct flow_limits limits = {
		.max = flows,
		.new = c->flow_new,
		.established = c->flow_established,
		.closed = c->flow_closed,
		.other = c->flow_udp,
		.seed = index,
	};
	struct session_hooks hooks = { .edge = transfer_edge, .arg = s };

	if (!s)
		return error_set(err, "out of memory");
	s->policy = policy_keep(policy);
	s->index = index;
	s->reader = (struct stream_reader){ .deliver = deliver,
		                            .finished = finished,
		                            .arg = s };
	s->doubled = doubled_new(&s->counters);
	s->flows = flow_table_new(&limits, &s->counters, flow_ended, s);
	s->streams = stream_pool_new(c->stream_memory / c->shards,
	                             (uint32_t)c->stream_held, &s->counters);
	s->transfers = transfer_table_new(
		policy, share(c->transfer_max, c->shards, POOL_LEAST), &s->counters, err);
	if (s->transfers)
		s->sessions =
			session_table_new(policy, s->transfers,
		                          share(c->session_max, c->shards, POOL_LEAST),
		                          &hooks, &s->counters, err);
	s->detector = detector_new(policy, ALERTS_AT_ONCE, outlet, &s->counters, err);
	if (c->appid)
		s->appid = appid_new(APPID_AT_ONCE, (uint32_t)c->appid_packets,
		                     &s->counters, err);
	/* what gets a record needs a name */
	if (c->appid && !c->flow_unanswered)
		s->first = first_new(&s->counters);
	if (!s->doubled || !s->flows || !s->streams)
		error_set(err, "out of memory for %u flows", flows);
	if (!s->doubled || !s->flows || !s->streams || !s->sessions || !s->detector ||
	    (c->appid && !s->appid) || (c->appid && !c->flow_unanswered && !s->first)) {
		shard_free(s);
		return -1;
	}
	*ret = s;
	return 0;
}

void shard_free(struct shard *s)
{
	if (!s)
		return;
	busiest_done(&s->busiest);
	doubled_free(s->doubled);
	flow_table_free(s->flows);
	stream_pool_free(s->streams);
	appid_free(s->appid);
	first_free(s->first);
	session_table_free(s->sessions);
	transfer_table_free(s->transfers);
	detector_free(s->detector);
	policy_free(s->policy);
	free(s);
}

void shard_prefetch_bucket(const struct shard *s, const struct packet *p)
{
	flow_prefetch_bucket(s->flows, p);
}

void shard_prefetch(const struct shard *s, const struct packet *p)
{
	flow_prefetch(s->flows, p);
}

static void flow_begun(struct shard *s, struct flow *flow)
{
	scene_place(s->policy->config, flow);
	for (unsigned dir = 0; dir < 2; dir++)
		flow->dir[dir].next_mark =
			detector_next_mark(s->detector, CATEGORY_FLOW, NULL, 0);
	flow->next_time = flow_time(s, flow);
	if (flow->proto == PROTO_UDP && !session_reads_datagrams(flow))
		flow->dir[TO_SERVER].dead = flow->dir[TO_CLIENT].dead = 1;
}

/* Lets nDPI see p; true when the flow has just been named. */
static bool show(struct shard *s, struct flow *flow, unsigned dir, const struct packet *p,
                 bool begun)
{
	struct packet first;
	unsigned first_dir;

	if (begun && s->first && first_keep(s->first, flow, dir, p))
		return false;
	if (flow->app_state == APPID_WAITS &&
	    first_take(s->first, flow, &first, &first_dir) &&
	    appid_take(s->appid, flow, first_dir, &first))
		return true;
	return appid_take(s->appid, flow, dir, p);
}

/* A datagram is counted; what it says of names goes to the ledger. */
static void datagram(struct shard *s, struct flow *flow, unsigned dir,
                     const struct packet *p)
{
	struct bytes seen = { p->data + p->payload_at, p->payload_cap };
	const struct dissect_out *out;

	stream_datagram(flow, dir, p);
	if (flow->proto != PROTO_UDP || p->fragment || flow->dir[dir].dead)
		return;
	out = session_datagram(s->sessions, flow, dir, seen);
	for (unsigned i = 0; out && i < out->naming_count; i++)
		detector_naming(s->detector, &out->namings[i], &p->tuple.to, p->time);
}

void shard_packet(struct shard *s, const struct packet *p)
{
	struct event_order order = {
		.time = p->time,
		.packet = p->number,
		.part = p->part,
		.shard = (uint8_t)s->index,
	};
	struct flow *flow;
	unsigned dir;
	bool begun;

	if (doubled_take(s->doubled, p))
		return;
	s->now = (struct moment){ .time = p->time, .packet = p->number };
	detector_at(s->detector, &order);
	flow = flow_take(s->flows, p, &dir, &begun);
	if (begun)
		flow_begun(s, flow);
	if (flow->app_state < APPID_DECIDED && s->appid && show(s, flow, dir, p, begun)) {
		session_named(s->sessions, flow, appid_protocol(s->appid, flow));
		flow_edge(s, flow, false);
	}
	if (flow->proto == PROTO_TCP && !p->fragment)
		stream_take(s->streams, &s->reader, flow, dir, p);
	else
		datagram(s, flow, dir, p);
	if (scene_payload(flow, dir) >= flow->dir[dir].next_mark ||
	    scene_payload(flow, !dir) >= flow->dir[!dir].next_mark ||
	    p->time >= flow->next_time)
		flow_edge(s, flow, false);
}

/*
 * Limits may be others now, or have been passed already: whatever is under way is looked
 * at again when its next byte comes.
 */
static void remark(void *arg, struct flow *flow)
{
	(void)arg;
	flow->dir[0].next_mark = flow->dir[1].next_mark = 0;
	flow->next_time = 0;
	session_remark(flow);
}

/* Out of memory, the old rules go on here, and the old policy with them. */
void shard_adopt(struct shard *s, const struct policy *policy)
{
	struct error err;

	if (!detector_adopt(s->detector, policy, &err)) {
		count_one(&s->counters, COUNT_POLICY_REFUSED);
		log_error("%s: the old rules go on", err.text);
		return;
	}
	policy_free(s->policy);
	s->policy = policy_keep(policy);
	session_table_adopt(s->sessions, policy);
	transfer_table_adopt(s->transfers, policy);
	flow_each(s->flows, remark, s);
}

/* As of a flow_update, with what left since the look before. */
static void tell_busiest(struct shard *s)
{
	busiest_find(&s->busiest, s->flows, s->now.time);
	for (unsigned i = 0; i < s->busiest.n; i++) {
		const struct busy *busy = &s->busiest.at[i];
		struct scene scene = scene_of(s, busy->flow);
		struct flow_more more = { 0 };

		if (scene.more)
			more = *scene.more;
		more.told.leaving = scene_leaving(busy->flow) - busy->leaving;
		scene.more = &more;
		detector_record(s->detector, &scene, EVENT_OPEN_FLOW, s->now.time);
	}
}

static void tell(struct shard *s, const struct close *close)
{
	struct fills fills = { 0 };

	fills.at[FILL_FLOWS] = flow_fill(s->flows);
	fills.at[FILL_STREAMS] = stream_pool_fill(s->streams);
	if (s->appid)
		fills.at[FILL_APPID] = appid_fill(s->appid);
	fills.at[FILL_SESSIONS] = session_table_fill(s->sessions);
	fills.at[FILL_TRANSFERS] = transfer_table_fill(s->transfers);
	fills.at[FILL_ALERTS] = detector_fill(s->detector);
	detector_stats(s->detector, close->time, close->parts, &fills, close->stats,
	               close->final);
}

uint32_t shard_close(struct shard *s, const struct close *close)
{
	struct event_order order = {
		.time = close->time,
		.packet = close->packet,
		.closing = 1,
		.shard = (uint8_t)s->index,
	};

	s->now = (struct moment){ .time = close->time, .packet = close->packet };
	detector_at(s->detector, &order);
	if (close->final)
		doubled_forget(s->doubled);
	if (close->shutdown)
		flow_shutdown(s->flows, SHUTDOWN_AT_ONCE);
	else
		flow_expire(s->flows, close->time, EXPIRE_AT_ONCE);
	session_table_load(s->sessions, close->load);
	transfer_table_load(s->transfers, close->load);
	if (close->top)
		tell_busiest(s);
	if (close->stats || close->look)
		tell(s, close);
	return flow_count(s->flows);
}

uint32_t shard_used(const struct shard *s)
{
	return flow_count(s->flows) + stream_pool_used(s->streams) +
	       (s->appid ? appid_used(s->appid) : 0) + session_table_used(s->sessions) +
	       transfer_table_used(s->transfers) + detector_used(s->detector);
}
