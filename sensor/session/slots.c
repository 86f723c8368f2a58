// SPDX-License-Identifier: Apache-2.0
/*
 * slots.c - what a dissector's notes and content mean for transfers.
 *
 * A transfer whose content is a container is read by that container's dissector in the
 * same way, so that members are transfers in the container's slots, down to
 * TRANSFER_DEPTH.
 */
#include "session/feed.h"

#include "base/hash.h"

/* Tells the hooks of a top-level transfer's edges, with what was learnt inside it
 * meanwhile. */
static void tell(struct session_table *table, struct session *session, struct transfer *t,
                 unsigned edges)
{
	if (session->learnt) {
		session->learnt = false;
		edges |= EDGE_LEARNT;
	}
	if (edges)
		table->hooks.edge(table->hooks.arg, session->flow, t, edges);
}

static void edge(struct session_table *table, struct reading *reading, struct transfer *t,
                 unsigned edges)
{
	if (t->depth == 0)
		tell(table, reading->session, t, edges);
	else if (edges & ~(unsigned)EDGE_MARK)
		reading->session->learnt = true;
}

/* Begins to read t's content as a container, where its type has a dissector. */
static void attach(struct session_table *table, struct reading *reading,
                   struct transfer *t)
{
	const char *format = transfer_type(table->transfers, t)->read_as;
	const struct dissector *dissector = dissector_for_type(format);
	struct container *c;

	if (!dissector || t->depth >= TRANSFER_DEPTH || t->encrypted)
		return;
	if (table->load >= LOAD_NO_MEMBERS) {
		count_one(table->counters, COUNT_OVERLOAD_MEMBERS);
		return;
	}
	c = pool_get(&table->containers);
	if (!c) {
		count_one(table->counters, COUNT_SESSION_FULL);
		return;
	}
	memset(&c->reading, 0, sizeof(c->reading));
	c->reading.dissector = dissector;
	c->reading.self = t;
	c->reading.session = reading->session;
	feed_init(&c->feed, &c->reading, true);
	t->feed = c;
}

static void detach(struct session_table *table, struct transfer *t, bool complete)
{
	struct container *c = t->feed;

	if (!c)
		return;
	feed_finish(table, &c->feed, complete);
	reading_close(table, &c->reading);
	pool_put(&table->containers, c);
	t->feed = NULL;
}

/* The type of t has just been settled, with head for its first bytes. */
static void identified(struct session_table *table, struct reading *reading,
                       struct transfer *t, struct bytes head)
{
	if (head.n == 0)
		return;
	attach(table, reading, t);
	if (!t->feed)
		return;

	struct container *c = t->feed;

	feed_push(table, &c->feed, head, head.n, false);
	if (t->coding !=
	    CODING_IDENTITY) /* what follows is coded, and nobody undoes that */
		c->feed.dead = true;
}

/* Content of a container goes to its reader, which stands at `next`. */
static void read_inside(struct session_table *table, struct transfer *t, uint64_t next,
                        uint64_t offset, struct bytes seen, uint64_t length, bool lost)
{
	struct container *c = t->feed;

	if (offset != CONTENT_APPEND && offset > next)
		feed_push(table, &c->feed, (struct bytes){ seen.p, 0 }, offset - next,
		          true);
	else if (offset < next)
		c->feed.dead = true; /* written over: not a stream */
	feed_push(table, &c->feed, seen, length, lost);
}

void slot_content(struct session_table *table, struct reading *reading, unsigned slot,
                  uint64_t offset, struct bytes seen, uint64_t length, bool lost)
{
	struct transfer *t = slot < SLOTS ? reading->slots[slot] : NULL;
	struct bytes head = { seen.p, 0 };
	uint64_t next;
	size_t used = 0;
	unsigned edges;

	if (!t)
		return;
	next = t->position;
	edges = transfer_take(table->transfers, t, offset, seen, length, lost,
	                      &table->now, &head, &used);
	if (t->feed) {
		read_inside(table, t, next, offset, seen, length, lost);
	} else if (edges & EDGE_IDENTIFIED) {
		identified(table, reading, t, head);
		if (t->feed && used < length) {
			seen.p += used;
			seen.n -= used;
			read_inside(table, t, next, offset, seen, length - used, lost);
		}
		transfer_head_done(table->transfers, t);
	}
	if ((edges & EDGE_IDENTIFIED) && t->depth > 0 && t->declared != SIZE_UNKNOWN)
		transfer_account_member(table->transfers, t);
	if (edges || (t->depth == 0 && reading->session->learnt))
		edge(table, reading, t, edges);
}

void slot_close(struct session_table *table, struct reading *reading, unsigned slot,
                bool complete)
{
	struct transfer *t = slot < SLOTS ? reading->slots[slot] : NULL;
	struct bytes head;
	unsigned edges;

	if (!t)
		return;
	reading->slots[slot] = NULL;
	edges = transfer_finish(table->transfers, t, complete, &table->now, &head);
	if (edges & EDGE_IDENTIFIED)
		identified(table, reading, t, head);
	detach(table, t, complete);
	if (t->depth > 0)
		transfer_account_member(table->transfers, t);
	edge(table, reading, t, edges);
	transfer_free(table->transfers, t);
}

static enum sender other(enum sender sender)
{
	return sender == SENDER_CLIENT ? SENDER_SERVER : SENDER_CLIENT;
}

static void open_slot(struct session_table *table, struct feed *feed,
                      const struct note *note)
{
	struct reading *reading = feed->reading;
	struct session *session = reading->session;
	uint64_t key[2] = { flow_id(session->flow), ++session->transfers };
	struct note sent = *note;
	struct transfer *t;

	slot_close(table, reading, note->slot, false);
	if (session->swapped && !reading->self)
		sent.sender = other(sent.sender);
	/* as many bits as a flow id has, so that every JSON reader keeps them */
	t = transfer_open(table->transfers, reading->self, &sent,
	                  hash64(key, sizeof(key), 0) >> 13, &table->now);
	if (!t)
		return;
	t->slot = note->slot;
	reading->slots[note->slot] = t;
	edge(table, reading, t, EDGE_OPENED);
}

void slot_note(struct session_table *table, struct feed *feed, const struct note *note)
{
	struct reading *reading = feed->reading;
	struct transfer *t = note->slot == SLOT_SELF ? reading->self
	                     : note->slot < SLOTS    ? reading->slots[note->slot]
	                                             : NULL;

	switch (note->kind) {
	case NOTE_OPEN:
		if (note->slot < SLOTS)
			open_slot(table, feed, note);
		break;
	case NOTE_LEARN:
		if (!t || !transfer_learn(table->transfers, t, note))
			break;
		if (t == reading->self)
			reading->session->learnt =
				true; /* told when the content has gone by */
		else
			edge(table, reading, t, EDGE_LEARNT);
		break;
	case NOTE_CLOSE:
		if (note->slot < SLOTS)
			slot_close(table, reading, note->slot, note->complete);
		break;
	}
}
