// SPDX-License-Identifier: Apache-2.0
/*
 * transfer.c - what is known of each object on the move.
 */
#include "content/transfer.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/digest.h"
#include "content/audio.h"
#include "policy/pattern.h"

enum {
	HEAD_SETTLED = 1024, /* with so many bytes a type that was found is believed... */
	HEAD_MAX = SIGNATURE_HEAD_MAX, /* ...and with so many, none is found any more */
	HEADS = 256,                   /* gathered at the same time, in a shard */
	DIGESTS = 512,                 /* kept at the same time, in a shard */
};

struct transfer_table {
	const struct policy *policy;
	struct counters *counters;
	struct pattern_scratch *scratch;
	struct pool transfers, insides, heads;
	enum load load;
	struct digest *digests[DIGESTS]; /* free ones */
	unsigned digest_count, digests_made;
	uint8_t plain[HEAD_MAX]; /* a head with its coding undone, for one call */
};

struct transfer_table *transfer_table_new(const struct policy *policy, uint32_t max,
                                          struct counters *counters, struct error *err)
{
	struct transfer_table *t = calloc(1, sizeof(*t));

	if (!t) {
		error_set(err, "out of memory");
		return NULL;
	}
	t->policy = policy;
	t->counters = counters;
	if (pool_init(&t->transfers, sizeof(struct transfer), max) < 0 ||
	    pool_init(&t->insides, sizeof(struct inside), max / 4 + 4) < 0 ||
	    pool_init(&t->heads, HEAD_MAX, max / 4 + 4 < HEADS ? max / 4 + 4 : HEADS) <
	            0) {
		transfer_table_free(t);
		error_set(err, "out of memory for %u transfers", max);
		return NULL;
	}
	if (signatures_scratch(policy->signatures, &t->scratch, err) < 0) {
		transfer_table_free(t);
		return NULL;
	}
	return t;
}

void transfer_table_free(struct transfer_table *table)
{
	if (!table)
		return;
	while (table->digest_count)
		digest_free(table->digests[--table->digest_count]);
	pattern_scratch_free(table->scratch);
	pool_done(&table->transfers);
	pool_done(&table->insides);
	pool_done(&table->heads);
	free(table);
}

void transfer_table_adopt(struct transfer_table *table, const struct policy *policy)
{
	table->policy = policy;
}

void transfer_table_load(struct transfer_table *table, enum load load)
{
	table->load = load;
}

uint32_t transfer_table_used(const struct transfer_table *table)
{
	return pool_used(&table->transfers) + pool_used(&table->insides) +
	       pool_used(&table->heads) + (table->digests_made - table->digest_count);
}

struct fill transfer_table_fill(const struct transfer_table *t)
{
	return (struct fill){ pool_used(&t->transfers), t->transfers.count };
}

static void name_set(struct name *name, struct bytes from)
{
	name->cut = from.n > sizeof(name->b);
	name->n = (uint16_t)(name->cut ? sizeof(name->b) : from.n);
	memcpy(name->b, from.p, name->n);
}

static void digest_begin(struct transfer_table *table, struct transfer *t)
{
	if (!table->policy->config->sha256 || t->depth > 0)
		return;
	if (table->digest_count)
		t->digest = table->digests[--table->digest_count];
	else if (table->digests_made < DIGESTS && (t->digest = digest_new()))
		table->digests_made++;
	else
		count_one(table->counters, COUNT_DIGEST_FULL);
}

static void digest_drop(struct transfer_table *table, struct transfer *t)
{
	if (!t->digest)
		return;
	digest_reset(t->digest);
	table->digests[table->digest_count++] = t->digest;
	t->digest = NULL;
}

struct transfer *transfer_open(struct transfer_table *table, struct transfer *parent,
                               const struct note *note, uint64_t id,
                               const struct moment *now)
{
	struct transfer *t = pool_get(&table->transfers);

	if (!t) {
		count_one(table->counters, COUNT_TRANSFER_FULL);
		return NULL;
	}
	memset(t, 0, offsetof(struct transfer, name));
	t->name.n = t->mime.n = 0;
	t->name.cut = t->mime.cut = false;
	t->id = id;
	t->parent = parent;
	t->depth = parent ? (uint8_t)(parent->depth + 1) : 0;
	t->sender = parent ? parent->sender : note->sender;
	t->next_mark = UINT64_MAX;
	t->declared = t->plain_size = SIZE_UNKNOWN;
	t->first = t->last = now->time;
	t->first_packet = t->last_packet = now->packet;
	digest_begin(table, t);
	transfer_learn(table, t, note);
	count_one(table->counters, COUNT_TRANSFER_TOTAL);
	return t;
}

static struct inside *inside_of(struct transfer_table *table, struct transfer *t)
{
	if (!t->inside && (t->inside = pool_get(&table->insides)))
		memset(t->inside, 0, offsetof(struct inside, list));
	return t->inside;
}

/* Sizes and lengths are what a header says: their sum stays at the largest there is. */
static uint64_t sum(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

/* What sounds inside a member sounds inside all that it is in. */
static void tell_audio(struct transfer_table *table, struct transfer *m)
{
	uint64_t ms = audio_own(m);

	if (m->audio.byte_rate == 0 || m->audio_told)
		return;
	m->audio_told = true;
	for (struct transfer *t = m->parent; t && inside_of(table, t); t = t->parent) {
		t->inside->audio_ms = sum(t->inside->audio_ms, ms);
		t->inside->audio = true;
	}
}

bool transfer_learn(struct transfer_table *table, struct transfer *t,
                    const struct note *note)
{
	bool learnt = false;

	if (note->name.n) {
		name_set(&t->name, note->name);
		learnt = true;
	}
	if (note->mime_type.n)
		name_set(&t->mime, note->mime_type);
	if (note->declared != SIZE_UNKNOWN) {
		t->declared = note->declared;
		t->declared_by = note->declared_by;
		learnt = true;
	}
	if (note->plain_size != SIZE_UNKNOWN)
		t->plain_size = note->plain_size;
	if (note->part_total) {
		t->part_offset = note->part_offset;
		t->part_total = note->part_total;
		learnt = true;
	}
	if (note->coding)
		t->coding = (uint8_t)note->coding;
	if (note->encrypted && !t->encrypted)
		t->encrypted = learnt = true;
	if (note->audio.byte_rate) {
		t->audio = note->audio;
		if (t->accounted)
			tell_audio(table, t);
		learnt = true;
	}
	if (note->members_total && inside_of(table, t)) {
		t->inside->total = note->members_total;
		learnt = true;
	}
	return learnt;
}

/*
 * Settles the type with the head that there is.  Where a coding had to be undone, the
 * plain head moves into the transfer's own buffer, for the caller may read on in it while
 * members are being identified.
 */
static struct bytes settle(struct transfer_table *table, struct transfer *t,
                           struct bytes head)
{
	if (t->coding != CODING_IDENTITY && !t->encrypted) {
		head.n = inflate_head((enum coding)t->coding, head, table->plain,
		                      sizeof(table->plain));
		head.p = table->plain;
	}
	if (head.n && !t->encrypted)
		t->type = signatures_identify(table->policy->signatures, table->scratch,
		                              head);
	if (t->type)
		count_one(table->counters, COUNT_TRANSFER_IDENTIFIED);
	t->settled = true;
	return head;
}

/* A plain head that lies in the table's scratch memory moves to the transfer's own. */
static struct bytes keep_plain(struct transfer_table *table, struct transfer *t,
                               struct bytes head)
{
	if (head.p != table->plain)
		return head;
	if (!t->head && !(t->head = pool_get(&table->heads)))
		return (struct bytes){ head.p, 0 };
	memcpy(t->head, head.p, head.n);
	return (struct bytes){ t->head, head.n };
}

/*
 * Content at the front of an object whose type is not settled.  One segment that is long
 * enough is used where it lies; shorter ones are gathered.
 */
static unsigned identify(struct transfer_table *table, struct transfer *t,
                         struct bytes seen, bool cut, struct bytes *head, size_t *used)
{
	struct bytes all = seen;

	*used = seen.n;
	if (table->load >= LOAD_NO_HEADS) {
		count_one(table->counters, COUNT_OVERLOAD_HEADS);
		t->settled = true;
		*head = (struct bytes){ seen.p, 0 };
		return EDGE_IDENTIFIED;
	}
	if (t->head || seen.n < HEAD_SETTLED) {
		if (!t->head && !cut && !(t->head = pool_get(&table->heads)))
			count_one(table->counters, COUNT_HEAD_FULL);
		if (t->head) {
			if (*used > HEAD_MAX - t->head_n)
				*used = HEAD_MAX - t->head_n;
			memcpy(t->head + t->head_n, seen.p, *used);
			t->head_n += (uint32_t)*used;
			all = (struct bytes){ t->head, t->head_n };
			if (!cut && t->head_n < HEAD_SETTLED)
				return 0;
		}
	}
	*head = settle(table, t, all);
	if (t->type == 0 && !cut && all.n < HEAD_MAX) {
		/* not known yet: more of it may tell */
		if (t->head || (t->head = pool_get(&table->heads))) {
			if (all.p != t->head) {
				memcpy(t->head, all.p, all.n);
				t->head_n = (uint32_t)all.n;
			}
			t->settled = false;
			return 0;
		}
	}
	*head = keep_plain(table, t, *head);
	return EDGE_IDENTIFIED;
}

unsigned transfer_take(struct transfer_table *table, struct transfer *t, uint64_t offset,
                       struct bytes seen, uint64_t length, bool lost,
                       const struct moment *now, struct bytes *head, size_t *used)
{
	unsigned edges = 0;
	bool cut = lost || seen.n < length;

	if (offset == CONTENT_APPEND)
		offset = t->position;
	else if (offset != t->position)
		cut = true;
	t->position = offset + length < offset ? UINT64_MAX : offset + length;
	t->seen += ranges_add(&t->ranges, offset, t->position);
	t->last = now->time;
	t->last_packet = now->packet;
	if (lost) {
		t->missing += length;
		t->gaps++;
	}
	if (t->digest) {
		digest_add(t->digest, seen);
		if (cut)
			digest_drop(table, t);
	}
	if (!t->settled) {
		if (offset == t->head_n)
			edges |= identify(table, t, seen, cut, head, used);
		else
			edges |= identify(table, t, (struct bytes){ seen.p, 0 }, true,
			                  head, used);
	}
	if (t->seen >= t->next_mark)
		edges |= EDGE_MARK;
	return edges;
}

unsigned transfer_finish(struct transfer_table *table, struct transfer *t, bool complete,
                         const struct moment *now, struct bytes *head)
{
	unsigned edges = EDGE_CLOSED;

	*head = (struct bytes){ (const uint8_t *)"", 0 };
	if (!t->settled) {
		*head = settle(
			table, t,
			(struct bytes){ t->head ? t->head : table->plain, t->head_n });
		*head = keep_plain(table, t, *head);
		edges |= EDGE_IDENTIFIED;
	}
	t->over = true;
	/* what was declared and never came makes it incomplete, whoever says it ended
	 * well */
	t->complete = complete && (t->declared == SIZE_UNKNOWN || t->seen >= t->declared);
	if (t->digest && t->complete && t->missing == 0 && !t->has_sha256) {
		digest_result(t->digest, t->sha256);
		t->has_sha256 = true;
	}
	if (complete && t->last < now->time && t->seen == 0)
		t->last = now->time;
	return edges;
}

void transfer_account_member(struct transfer_table *table, struct transfer *m)
{
	const struct file_type *type = transfer_type(table, m);
	struct inside *inside;
	struct member *member;

	if (!m->parent || m->accounted)
		return;
	m->accounted = true;
	for (struct transfer *t = m->parent; t && inside_of(table, t); t = t->parent) {
		t->inside->classes |= UINT64_C(1) << type->class;
		t->inside->encrypted |= m->encrypted;
	}
	tell_audio(table, m);
	inside = m->parent->inside;
	if (!inside)
		return;
	inside->seen++;
	inside->bytes = sum(inside->bytes, transfer_size(m));
	if (inside->listed == TRANSFER_MEMBERS)
		return;
	member = &inside->list[inside->listed++];
	member->type = m->type;
	member->encrypted = m->encrypted;
	member->size = transfer_size(m);
	member->audio_ms = audio_own(m);
	member->name = m->name;
}

void transfer_head_done(struct transfer_table *table, struct transfer *t)
{
	if (t->head)
		pool_put(&table->heads, t->head);
	t->head = NULL;
}

void transfer_free(struct transfer_table *table, struct transfer *t)
{
	digest_drop(table, t);
	transfer_head_done(table, t);
	if (t->inside)
		pool_put(&table->insides, t->inside);
	pool_put(&table->transfers, t);
}

const struct file_type *transfer_type(const struct transfer_table *table,
                                      const struct transfer *t)
{
	return signatures_type(table->policy->signatures, t->type);
}

uint64_t transfer_size(const struct transfer *t)
{
	uint64_t size = t->seen;

	if (t->declared != SIZE_UNKNOWN && t->declared > size)
		size = t->declared;
	return size;
}
