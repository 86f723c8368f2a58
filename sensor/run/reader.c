// SPDX-License-Identifier: Apache-2.0
/*
 * reader.c - reads, decodes, and says when a batch closes.
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

enum reader_got reader_next(struct reader *s, struct packet *p)
{
	int link;

	if (!capture_next(s->capture, p, &link))
		return capture_waits(s->capture) ? READER_WAITS : READER_END;
	s->unsaid = true;
	if (s->packets++ == 0) {
		s->first = p->time;
		s->stats_due = stats_due(s, p->time);
	}
	s->bytes += p->wirelen;
	s->number = p->number;
	s->last = p->time;
	if (s->in_batch++ == 0) {
		s->batch_began = p->time;
		s->batch_bytes = 0;
	}
	s->batch_bytes += p->caplen;
	return decode_packet(p, link, &s->counters) ? READER_PACKET : READER_NOTHING;
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
