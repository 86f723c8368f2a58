// SPDX-License-Identifier: Apache-2.0
/*
 * feed.c - framing goes to the dissector, content goes by.
 */
#include "session/feed.h"

void feed_init(struct feed *feed, struct reading *reading, bool from_client)
{
	memset(feed, 0, offsetof(struct feed, until));
	feed->until.n = 0;
	feed->reading = reading;
	feed->from_client = from_client;
}

static void drop_pending(struct session_table *table, struct feed *feed)
{
	if (feed->pending)
		pool_put(&table->buffers, feed->pending);
	feed->pending = NULL;
}

static void refuse(struct session_table *table, struct feed *feed, enum counter why)
{
	count_one(table->counters, why);
	drop_pending(table, feed);
	feed->dead = true;
}

/* Content of the feed's slot. */
static void content(struct session_table *table, struct feed *feed, struct bytes seen,
                    uint64_t length, bool lost)
{
	if (length == 0)
		return;
	feed->content_seen += length;
	if (feed->content_left != CONTENT_TO_END)
		feed->content_left -= length;
	if (feed->slot == SLOT_NONE)
		return;
	slot_content(table, feed->reading, feed->slot, feed->content_offset, seen, length,
	             lost);
	if (feed->content_offset != CONTENT_APPEND)
		feed->content_offset += length;
}

/* Of the gap before what is read now, so many bytes were content of the slot. */
static void gap_content(struct session_table *table, struct feed *feed, uint8_t slot,
                        uint64_t before)
{
	static const uint8_t none[1];
	uint64_t cut = before < feed->gap_cut ? before : feed->gap_cut;
	uint64_t lost = before - cut < feed->gap_lost ? before - cut : feed->gap_lost;

	feed->slot = slot;
	feed->content_left = CONTENT_TO_END;
	feed->content_offset = CONTENT_APPEND;
	content(table, feed, (struct bytes){ none, 0 }, cut, false);
	content(table, feed, (struct bytes){ none, 0 }, lost, true);
	feed->content_left = 0;
}

static void content_over(struct session_table *table, struct feed *feed)
{
	feed->content_left = 0;
	feed->until.n = 0;
	if (feed->last && feed->slot != SLOT_NONE)
		slot_close(table, feed->reading, feed->slot, true);
	feed->last = false;
}

/* Bytes held back as a marker's beginning were content after all. */
static void release(struct session_table *table, struct feed *feed, size_t n)
{
	content(table, feed, (struct bytes){ feed->until.b, n }, n, false);
}

/* Content up to a marker; gives how many of seen's bytes went by. */
static size_t content_until(struct session_table *table, struct feed *feed,
                            struct bytes seen)
{
	struct marker_hit hit;

	if (feed->content_left != CONTENT_TO_END &&
	    seen.n > feed->content_left - feed->matched)
		seen.n = (size_t)(feed->content_left - feed->matched);
	hit = marker_find(&feed->until, feed->matched, seen);
	release(table, feed, hit.held);
	feed->matched = hit.found ? 0 : hit.matched;
	content(table, feed, (struct bytes){ seen.p, hit.content }, hit.content, false);
	if (!hit.found) {
		if (feed->content_left == feed->matched) { /* looked through all it may */
			release(table, feed, feed->matched);
			feed->matched = 0;
			content_over(table, feed);
		}
		return seen.n;
	}
	if (hit.rest) { /* the message that follows begins with what was held */
		feed->pending = pool_get(&table->buffers);
		if (feed->pending) {
			memcpy(feed->pending->b, feed->until.b, hit.rest);
			feed->pending->n = (uint32_t)hit.rest;
		} else {
			refuse(table, feed, COUNT_SESSION_FULL);
		}
	}
	content_over(table, feed);
	return hit.content;
}

static unsigned depth_of(const struct feed *feed)
{
	return feed->reading->self ? feed->reading->self->depth + 1U : 0;
}

/*
 * One call of the dissector on view.  Gives its answer, and in *used how much it read;
 * the notes are acted on.
 */
static enum dissect_result ask(struct session_table *table, struct feed *feed,
                               struct bytes view, bool at_end, size_t *used)
{
	struct reading *reading = feed->reading;
	struct dissect_out *out = &table->out[depth_of(feed)];
	struct dissect d = {
		.in = cursor_over(view),
		.out = out,
		.state = reading->state,
		.from_client = feed->from_client,
		.after_gap = feed->after_gap,
		.gap = feed->gap_lost + feed->gap_cut,
		.at_end = at_end,
		.content_seen = feed->content_seen,
	};
	enum dissect_result result;

	out->facts.count = out->facts.lost = 0;
	out->note_count = out->notes_lost = 0;
	memset(&out->content, 0, offsetof(struct content, until));
	out->content.until.n = 0;
	result = reading->dissector->dissect(&d);
	*used = d.in.at;
	if (result != DISSECT_MESSAGE && result != DISSECT_CONTENT)
		return result;
	if (out->content.before)
		gap_content(table, feed, out->content.before_slot, out->content.before);
	feed->after_gap = false;
	feed->gap_lost = feed->gap_cut = 0;
	if (out->facts.count && !reading->self) {
		/* a client's message begins a new exchange */
		if (feed->from_client)
			context_reset(&reading->session->context, reading->dissector);
		context_add(&reading->session->context, &out->facts);
	}
	for (unsigned i = 0; i < out->note_count; i++)
		slot_note(table, feed, &out->notes[i]);
	if (result == DISSECT_CONTENT) {
		feed->slot = out->content.slot;
		feed->last = out->content.last;
		feed->content_offset = out->content.offset;
		feed->content_left = out->content.length;
		feed->content_seen = 0;
		feed->until = out->content.until;
		feed->matched = 0;
		if (feed->content_left == 0) {
			if (*used == 0)
				return DISSECT_REFUSED;
			content_over(table, feed);
		}
	} else if (*used == 0) {
		return DISSECT_REFUSED; /* no progress: a defect, but never a loop */
	}
	return result;
}

/* Framing; gives how many of seen's bytes were read or kept. */
static size_t framing(struct session_table *table, struct feed *feed, struct bytes seen)
{
	const struct dissector *dissector = feed->reading->dissector;
	struct bytes view = seen;
	size_t before = 0, added = 0, used, most;

	most = dissector->max_message < BUFFER_SIZE ? dissector->max_message
	                                            : BUFFER_SIZE;
	if (feed->pending) {
		before = feed->pending->n;
		added = seen.n < BUFFER_SIZE - before ? seen.n : BUFFER_SIZE - before;
		memcpy(feed->pending->b + before, seen.p, added);
		feed->pending->n += (uint32_t)added;
		view = (struct bytes){ feed->pending->b, before + added };
	}
	switch (ask(table, feed, view, false, &used)) {
	case DISSECT_REFUSED: refuse(table, feed, COUNT_SESSION_REFUSED); return seen.n;
	case DISSECT_MORE:
		if (view.n >= most) {
			refuse(table, feed, COUNT_SESSION_TOO_LONG);
			return seen.n;
		}
		if (feed->pending)
			return added;
		feed->pending = pool_get(&table->buffers);
		if (!feed->pending) {
			refuse(table, feed, COUNT_SESSION_FULL);
			return seen.n;
		}
		memcpy(feed->pending->b, seen.p, seen.n);
		feed->pending->n = (uint32_t)seen.n;
		return seen.n;
	case DISSECT_MESSAGE:
	case DISSECT_CONTENT: break;
	}
	if (!feed->pending)
		return used;
	if (used >= before) { /* the rest of it lies in seen, too */
		drop_pending(table, feed);
		return used - before;
	}
	memmove(feed->pending->b, feed->pending->b + used, before - used);
	feed->pending->n = (uint32_t)(before - used);
	return 0;
}

/* What is kept of a message that content follows must go by as content first. */
static void pending_content(struct session_table *table, struct feed *feed)
{
	struct buffer *buffer = feed->pending;
	size_t n = buffer->n;

	feed->pending = NULL;
	feed_push(table, feed, (struct bytes){ buffer->b, n }, n, false);
	pool_put(&table->buffers, buffer);
}

void feed_push(struct session_table *table, struct feed *feed, struct bytes seen,
               uint64_t length, bool lost)
{
	while (length > 0 && !feed->dead) {
		size_t went;

		if (feed->content_left && feed->pending) {
			pending_content(table, feed);
		} else if (feed->content_left && feed->until.n && seen.n) {
			went = content_until(table, feed, seen);
			seen.p += went;
			seen.n -= went;
			length -= went;
		} else if (feed->content_left) {
			uint64_t n =
				length < feed->content_left ? length : feed->content_left;
			struct bytes part = { seen.p, seen.n < n ? seen.n : (size_t)n };

			if (feed->matched) {
				release(table, feed, feed->matched);
				feed->matched = 0;
				n = length < feed->content_left ? length
				                                : feed->content_left;
			}
			content(table, feed, part, n, lost);
			seen.p += part.n;
			seen.n -= part.n;
			length -= n;
			if (feed->content_left == 0)
				content_over(table, feed);
		} else if (seen.n == 0) { /* framing that nobody can read */
			if (feed->pending)
				feed->gap_cut += feed->pending->n;
			drop_pending(table, feed);
			feed->after_gap = true;
			*(lost ? &feed->gap_lost : &feed->gap_cut) += length;
			return;
		} else {
			went = framing(table, feed, seen);
			seen.p += went;
			seen.n -= went;
			length -= went;
		}
	}
}

/*
 * What is kept of a message is all that there will be: it is read as far as it goes.
 * Every turn leaves less of it.
 */
static void finish_pending(struct session_table *table, struct feed *feed)
{
	struct buffer *buffer = feed->pending;
	struct bytes rest = { buffer->b, buffer->n };

	feed->pending = NULL;
	while (rest.n > 0 && feed->content_left == 0) {
		enum dissect_result result;
		size_t used;

		result = ask(table, feed, rest, true, &used);
		if (result != DISSECT_MESSAGE && result != DISSECT_CONTENT)
			break;
		rest.p += used;
		rest.n -= used;
	}
	if (rest.n > 0 && feed->content_left)
		feed_push(table, feed, rest, rest.n, false);
	pool_put(&table->buffers, buffer);
}

void feed_finish(struct session_table *table, struct feed *feed, bool complete)
{
	while (!feed->dead && feed->content_left == 0 && feed->pending)
		finish_pending(table, feed);
	if (!feed->dead && feed->content_left) {
		if (feed->matched)
			release(table, feed, feed->matched);
		if (feed->slot != SLOT_NONE)
			slot_close(table, feed->reading, feed->slot,
			           complete && feed->content_left == CONTENT_TO_END);
	}
	drop_pending(table, feed);
	feed->dead = true;
}

void reading_close(struct session_table *table, struct reading *reading)
{
	for (unsigned slot = 0; slot < SLOTS; slot++)
		slot_close(table, reading, slot, false);
}
