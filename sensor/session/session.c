// SPDX-License-Identifier: Apache-2.0
/*
 * session.c - which dissector reads a flow, from its first bytes to its end.
 */
#include "session/session.h"

#include <stdlib.h>

#include "base/error.h"
#include "policy/pattern.h"
#include "session/feed.h"
#include "traffic/worth.h"

enum {
	START_ENOUGH = 16, /* bytes that are enough to choose by */
	START_LOOK = 64,   /* and as many as are looked at */
	BUFFERS = 128,     /* half-read messages at the same time, in a shard */
	LOOKED_AT = 8,     /* sessions of which one gives way when there is no room */
};

struct session_table *session_table_new(const struct policy *policy,
                                        struct transfer_table *transfers, uint32_t max,
                                        const struct session_hooks *hooks,
                                        struct counters *counters, struct error *err)
{
	struct session_table *t = calloc(1, sizeof(*t));

	if (!t) {
		error_set(err, "out of memory");
		return NULL;
	}
	t->policy = policy;
	t->transfers = transfers;
	t->hooks = *hooks;
	t->counters = counters;
	if (pool_init(&t->sessions, sizeof(struct session), max) < 0 ||
	    pool_init(&t->containers, sizeof(struct container), max / 4 + 4) < 0 ||
	    pool_init(&t->buffers, sizeof(struct buffer),
	              max / 4 + 4 < BUFFERS ? max / 4 + 4 : BUFFERS) < 0) {
		session_table_free(t);
		error_set(err, "out of memory for %u sessions", max);
		return NULL;
	}
	if (pattern_scratch_grow(&t->scratch, policy->starts, err) < 0 ||
	    signatures_scratch(policy->signatures, &t->scratch, err) < 0) {
		session_table_free(t);
		return NULL;
	}
	return t;
}

void session_table_adopt(struct session_table *table, const struct policy *policy)
{
	table->policy = policy;
}

void session_remark(const struct flow *flow)
{
	const struct session *session = flow->session;

	for (unsigned i = 0; session && i < SLOTS; i++)
		if (session->reading.slots[i])
			session->reading.slots[i]->next_mark = 0;
}

void session_table_free(struct session_table *table)
{
	if (!table)
		return;
	pattern_scratch_free(table->scratch);
	pool_done(&table->sessions);
	pool_done(&table->containers);
	pool_done(&table->buffers);
	free(table);
}

void session_table_load(struct session_table *table, enum load load)
{
	table->load = load;
}

uint32_t session_table_used(const struct session_table *table)
{
	return pool_used(&table->sessions) + pool_used(&table->containers) +
	       pool_used(&table->buffers);
}

struct fill session_table_fill(const struct session_table *t)
{
	return (struct fill){ pool_used(&t->sessions), t->sessions.count };
}

/*
 * The one to give way, when all are in use: of the next few the one whose flow is worth
 * the least, of these the one that has been silent the longest.  NULL: they have all
 * carried much.
 */
static struct session *session_least(struct session_table *table)
{
	struct session *all = (struct session *)(void *)table->sessions.memory;
	struct session *least = NULL;
	enum worth less = WORTH_BULK;

	for (unsigned i = 0; i < LOOKED_AT; i++) {
		struct session *s = &all[table->hand++ % table->sessions.count];
		enum worth worth = worth_of(s->flow);

		if (worth < less ||
		    (least && worth == less && s->flow->last < least->flow->last)) {
			least = s;
			less = worth;
		}
	}
	return least;
}

/* A session for another flow; its own flow is counted only from here on. */
static struct session *session_taken(struct session_table *table)
{
	struct session *s = session_least(table);
	struct flow *flow;

	if (!s)
		return NULL;
	flow = s->flow;
	count_one(table->counters, COUNT_SESSION_EVICTED);
	session_end(table, flow, &table->now);
	flow->dir[TO_SERVER].dead = flow->dir[TO_CLIENT].dead = 1;
	return pool_get(&table->sessions);
}

static struct session *session_begin(struct session_table *table, struct flow *flow)
{
	struct session *s;

	if (table->load >= LOAD_NO_SESSIONS) {
		count_one(table->counters, COUNT_OVERLOAD_SESSIONS);
		flow->dir[TO_SERVER].dead = flow->dir[TO_CLIENT].dead = 1;
		return NULL;
	}
	s = pool_get(&table->sessions);
	if (!s)
		s = session_taken(table);
	if (!s) {
		count_one(table->counters, COUNT_SESSION_FULL);
		flow->dir[TO_SERVER].dead = flow->dir[TO_CLIENT].dead = 1;
		return NULL;
	}
	memset(&s->reading, 0, sizeof(s->reading));
	s->reading.session = s;
	feed_init(&s->dir[TO_SERVER], &s->reading, true);
	feed_init(&s->dir[TO_CLIENT], &s->reading, false);
	s->flow = flow;
	s->transfers = 0;
	s->swapped = s->learnt = false;
	s->start_n[0] = s->start_n[1] = 0;
	context_reset(&s->context, NULL);
	flow->session = s;
	return s;
}

static void session_free(struct session_table *table, struct session *s)
{
	s->flow->session = NULL;
	pool_put(&table->sessions, s);
}

struct choice {
	unsigned dir;
	bool midstream; /* either side may be the client */
	const struct dissector *found;
	bool swapped;
};

static bool matched(void *arg, uint32_t id)
{
	struct choice *c = arg;
	bool from_client = id & 1, fits = from_client == (c->dir == TO_SERVER);

	if (!fits && !c->midstream)
		return false;
	c->found = dissectors[id >> 1];
	c->swapped = !fits;
	return fits; /* a fitting one is the last word */
}

/* Gives a direction's reader what was kept while there was none. */
static void start_read(struct session_table *table, struct session *s, unsigned dir)
{
	struct bytes kept = { s->start[dir], s->start_n[dir] };

	s->start_n[dir] = 0;
	feed_push(table, &s->dir[dir], kept, kept.n, false);
}

static void read_by(struct session_table *table, struct session *s,
                    const struct dissector *d)
{
	s->reading.dissector = d;
	context_reset(&s->context, d);
	count_one(table->counters, COUNT_SESSION_FLOWS);
}

/*
 * No protocol of ours begins so.  It may be a file all the same, sent over a bare
 * connection: then the whole direction is that transfer.
 */
static bool read_raw(struct session_table *table, struct session *s, unsigned dir,
                     struct bytes start)
{
	const struct signatures *signatures = table->policy->signatures;
	uint16_t type = signatures_identify(signatures, table->scratch, start);
	const struct file_type *row = signatures_type(signatures, type);
	struct feed *feed = &s->dir[dir];
	/* the other side may still be a protocol's, and those take the first slots */
	uint8_t slot = (uint8_t)(SLOTS - 1 - dir);
	struct note note = {
		.kind = NOTE_OPEN,
		.slot = slot,
		.sender = dir == TO_SERVER ? SENDER_CLIENT : SENDER_SERVER,
		.declared = SIZE_UNKNOWN,
		.plain_size = SIZE_UNKNOWN,
	};

	if (type == 0 || row->class == CLASS_TEXT)
		return false;
	slot_note(table, feed, &note);
	feed->slot = slot;
	feed->last = true;
	feed->content_left = CONTENT_TO_END;
	feed->content_offset = CONTENT_APPEND;
	return true;
}

/* Chooses by the first bytes of a direction.  False: nobody reads it. */
static bool choose(struct session_table *table, struct session *s, unsigned dir,
                   struct bytes start)
{
	struct choice choice = { .dir = dir, .midstream = s->flow->midstream };
	struct bytes look = { start.p, start.n < START_LOOK ? start.n : START_LOOK };

	if (s->reading.dissector)
		return true; /* the other direction chose */
	patterns_scan(table->policy->starts, table->scratch, look, matched, &choice);
	if (!choice.found)
		return read_raw(table, s, dir, start);
	s->swapped = choice.swapped;
	s->dir[TO_SERVER].from_client = !s->swapped;
	s->dir[TO_CLIENT].from_client = s->swapped;
	read_by(table, s, choice.found);
	start_read(table, s, !dir);
	return true;
}

/* Nobody reads this direction: from here on it is counted only. */
static void give_up(struct session_table *table, struct session *s, unsigned dir)
{
	struct flow *flow = s->flow;

	feed_finish(table, &s->dir[dir], false);
	s->start_n[dir] = 0;
	flow->dir[dir].dead = 1;
	if (flow->dir[!dir].dead) {
		reading_close(table, &s->reading);
		session_free(table, s);
	}
}

static bool undecided(const struct session *s, unsigned dir)
{
	return !s->reading.dissector && s->dir[dir].content_left == 0;
}

/*
 * The first bytes of a direction, few or many; gives how many of them were kept for
 * later, or -1 when a reader has been found and has got what was kept before.
 */
static bool start(struct session_table *table, struct session *s, unsigned dir,
                  struct bytes seen, bool cut)
{
	size_t kept = s->start_n[dir];
	uint8_t first[START_LOOK];
	struct bytes look = seen;

	if (kept) {
		size_t more = seen.n < START_LOOK - kept ? seen.n : START_LOOK - kept;

		memcpy(first, s->start[dir], kept);
		memcpy(first + kept, seen.p, more);
		look = (struct bytes){ first, kept + more };
	}
	if (look.n < START_ENOUGH && !cut) {
		memcpy(s->start[dir] + kept, seen.p, seen.n);
		s->start_n[dir] = (uint8_t)look.n;
		return false;
	}
	if (!choose(table, s, dir, look)) {
		give_up(table, s, dir);
		return false;
	}
	start_read(table, s, dir);
	return true;
}

/* Bytes that were too few to choose by are chosen by now. */
static void start_now(struct session_table *table, struct session *s, unsigned dir)
{
	struct bytes kept = { s->start[dir], s->start_n[dir] };

	if (kept.n > 0 && choose(table, s, dir, kept))
		start_read(table, s, dir);
}

void session_deliver(struct session_table *table, struct flow *flow, unsigned dir,
                     struct bytes seen, uint64_t length, bool lost,
                     const struct moment *now)
{
	struct session *s = flow->session;
	struct feed *feed;

	table->now = *now;
	if (!s && !(s = session_begin(table, flow)))
		return;
	feed = &s->dir[dir];
	if (undecided(s, dir)) {
		if (seen.n == 0)
			start_now(table, s, dir);
		else if (!start(table, s, dir, seen, seen.n < length))
			return;
		if (undecided(s, dir)) {
			give_up(table, s, dir);
			return;
		}
	}
	feed_push(table, feed, seen, length, lost);
	/* nothing more to be learnt: count-only from here */
	if (feed->dead ||
	    (feed->content_left == CONTENT_TO_END && feed->slot == SLOT_NONE))
		give_up(table, s, dir);
}

bool session_reads_datagrams(const struct flow *flow)
{
	uint16_t port;

	return dissector_for_ports(flow->server_port, flow->client_port, &port) != NULL;
}

const struct dissect_out *session_datagram(struct session_table *table,
                                           const struct flow *flow, unsigned dir,
                                           struct bytes seen)
{
	struct dissect_out *out = &table->out[0];
	struct dissect d = {
		.in = cursor_over(seen),
		.out = out,
		.from_client = dir == TO_SERVER,
		.at_end = true,
	};
	const struct dissector *reader =
		dissector_for_ports(flow->server_port, flow->client_port, &d.port);

	if (!reader)
		return NULL;
	out->facts.count = out->facts.lost = 0;
	out->note_count = out->notes_lost = 0;
	out->naming_count = out->namings_lost = 0;
	count_one(table->counters, COUNT_NAMES_MESSAGES);
	if (reader->dissect(&d) != DISSECT_MESSAGE)
		count_one(table->counters, COUNT_NAMES_UNREAD);
	count_add(table->counters, COUNT_NAMES_LOST, out->namings_lost);
	return out;
}

void session_named(struct session_table *table, struct flow *flow, const char *protocol)
{
	const struct dissector *d = dissector_for_ndpi(protocol);
	struct session *s = flow->session;

	if (!d || d->kind != DISSECTOR_PROTOCOL || flow->proto != PROTO_TCP)
		return;
	if (s &&
	    (s->reading.dissector || s->dir[0].content_left || s->dir[1].content_left))
		return;
	if (!s && !(s = session_begin(table, flow)))
		return;
	read_by(table, s, d);
	for (unsigned dir = 0; dir < 2; dir++) {
		s->dir[dir].after_gap = flow->dir[dir].dead;
		s->dir[dir].dead = false;
		flow->dir[dir].dead = 0;
		start_read(table, s, dir);
	}
}

void session_finished(struct session_table *table, struct flow *flow, unsigned dir,
                      bool complete, const struct moment *now)
{
	struct session *s = flow->session;

	table->now = *now;
	if (!s)
		return;
	if (undecided(s, dir))
		start_now(table, s, dir);
	feed_finish(table, &s->dir[dir], complete);
}

void session_end(struct session_table *table, struct flow *flow, const struct moment *now)
{
	struct session *s = flow->session;

	if (!s)
		return;
	table->now = *now;
	for (unsigned dir = 0; dir < 2; dir++)
		session_finished(table, flow, dir, false, now);
	reading_close(table, &s->reading);
	session_free(table, s);
}

const struct context *session_context(const struct flow *flow)
{
	const struct session *s = flow->session;

	return s && s->reading.dissector ? &s->context : NULL;
}

bool session_swapped(const struct flow *flow)
{
	const struct session *s = flow->session;

	return s && s->swapped;
}
