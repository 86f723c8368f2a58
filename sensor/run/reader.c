// SPDX-License-Identifier: Apache-2.0
/*
 * reader.c - reads, decodes, puts together, and says when a batch closes.
 */
#include "run/reader.h"

#include <time.h>

#include "base/error.h"
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

int reader_open(struct reader *s, const struct config *config, const char *const *paths,
                size_t count, const struct capture_options *options,
                void (*complaint)(void *arg, const char *sentence), void *arg,
                struct error *err)
{
	struct defrag_limits limits = { .memory = config->fragment_memory,
		                        .timeout = config->fragment_timeout };

	s->config = config;
	s->stats_due = INT64_MAX;
	s->defrag = defrag_new(&limits, &s->counters);
	if (!s->defrag) {
		error_set(err, "out of memory for fragments");
		return -2;
	}
	return capture_open(paths, count, options, complaint, arg, &s->counters,
	                    &s->capture, err);
}

void reader_done(struct reader *s)
{
	capture_close(s->capture);
	defrag_free(s->defrag);
	policy_free(s->policy);
}

void reader_adopt(struct reader *s, const struct policy *policy)
{
	const struct policy *before = s->policy;
	bool at_the_end = s->stats_due == INT64_MAX && s->config->stats_interval == 0;

	s->policy = policy_keep(policy);
	s->config = policy->config;
	policy_free(before);
	if (at_the_end && s->packets > 0)
		s->stats_due = stats_due(s, s->last);
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
	return take(s, p) ? READER_PACKET : READER_NOTHING;
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
