// SPDX-License-Identifier: Apache-2.0
/*
 * reader.c - reads, decodes, puts together, and says when a batch closes.
 */
#include "run/reader.h"

#include <time.h>

#include "traffic/decode.h"

#define WAIT       200000000           /* ns on the clock between two tries */
#define BATCH_TIME INT64_C(1000000000) /* packet time of a batch, ns */

/* The next that is due, in whole intervals from `from`; packets may be far apart. */
static int64_t stats_due(const struct reader *s, int64_t from)
{
	int64_t interval = s->config->stats_interval;

	if (interval == 0)
		return INT64_MAX;
	if (s->last > from)
		from += (s->last - from) / interval * interval;
	return from > INT64_MAX - interval ? INT64_MAX : from + interval;
}

static void batch_add(struct reader *s, const struct packet *p)
{
	s->last = p->time;
	if (s->in_batch++ == 0) {
		s->batch_began = p->time;
		s->batch_bytes = 0;
	}
}

/* Whether something else goes before p (where there is one): then it waits. */
static bool give_up_first(struct reader *s, struct packet *p, bool there)
{
	struct packet given;

	given.number = s->number;
	given.time = s->last;
	if (!defrag_give_up(s->defrag, there ? p->time : INT64_MAX, &given))
		return false;
	if (there)
		s->next = *p;
	s->waiting = there;
	*p = given;
	p->part = ++s->part;
	batch_add(s, p);
	s->batch_bytes += p->caplen;
	return true;
}

/* What was read, as far as it goes by itself. */
static bool take(struct reader *s, struct packet *p)
{
	bool given;

	s->waiting = false;
	p->part = s->part = 0;
	s->unsaid = true;
	if (s->packets++ == 0) {
		s->first = p->time;
		s->stats_due = stats_due(s, p->time);
	}
	s->bytes += p->wirelen;
	s->number = p->number;
	batch_add(s, p);
	p->verify = s->config->checksums;
	given = decode_packet(p, s->link, &s->counters) &&
	        (!p->fragment || defrag_take(s->defrag, p));
	s->batch_bytes += p->caplen; /* a whole one is larger than its last piece */
	return given;
}

enum reader_got reader_next(struct reader *s, struct packet *p)
{
	bool there = true;

	if (s->waiting)
		*p = s->next;
	else
		there = !s->stopped && capture_next(s->capture, p, &s->link);
	if (!there && !s->stopped && capture_waits(s->capture))
		return READER_WAITS;
	if (give_up_first(s, p, there))
		return READER_PACKET;
	if (!there)
		return READER_END;
	if (take(s, p))
		return READER_PACKET;
	return p->arp_at ? READER_ARP : READER_NOTHING;
}

void reader_stop(struct reader *s)
{
	s->stopped = true;
}

void reader_close_last(struct reader *s, struct close *close)
{
	*close = (struct close){ .packet = s->number, .time = s->last };
	if (s->last >= s->stats_due) {
		close->stats = true;
		s->stats_due = stats_due(s, s->stats_due);
	}
	s->in_batch = 0;
	s->unsaid = false;
}

void reader_wait(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = WAIT }, NULL);
}

bool reader_closes(struct reader *s, struct close *close)
{
	if (s->in_batch < BATCH_PACKETS && s->batch_bytes < BATCH_BYTES &&
	    (s->in_batch == 0 || s->last - s->batch_began < BATCH_TIME))
		return false;
	reader_close_last(s, close);
	return true;
}
