// SPDX-License-Identifier: Apache-2.0
/*
 * reader.c - reads, decodes, puts together, and says when a batch closes.
 */
#include "run/reader.h"

#include <time.h>

#include "base/error.h"
#include "base/log.h"
#include "traffic/decode.h"

#define WAIT       200000000           /* ns on the clock between two tries */
#define BATCH_TIME INT64_C(1000000000) /* packet time of a batch, ns */
#define LOOK       INT64_C(900000000)  /* ns between two looks at a live run */
#define DRAIN      INT64_C(120000000)  /* ns that a live run reads on before it ends */
#define IDLE_LAG   INT64_C(500000000)  /* by which packets may be late behind the clock */

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

static int open_common(struct reader *s, const struct config *config, struct error *err)
{
	struct defrag_limits limits = { .memory = config->fragment_memory,
		                        .timeout = config->fragment_timeout };

	s->config = config;
	s->stats_due = INT64_MAX;
	s->defrag = defrag_new(&limits, &s->counters);
	return s->defrag ? 0 : error_set(err, "out of memory for fragments");
}

static int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int reader_open_live(struct reader *s, const struct config *config,
                     const char *const *interfaces, size_t count,
                     void (*say)(void *arg, const char *sentence), void *arg,
                     struct error *err)
{
	if (open_common(s, config, err) < 0)
		return -1;
	s->taps = (struct tap_options){
		.buffer = config->live_buffer,
		.snaplen = (uint32_t)config->live_snaplen,
		.promiscuous = config->live_promiscuous,
		.filter = config->live_filter,
		.clock = config->live_clock,
	};
	s->live = live_open(interfaces, count, &s->taps, say, arg, &s->counters, err);
	if (!s->live)
		return -1;
	s->first = s->last = clock_now();
	s->stats_due = stats_due(s, s->first);
	s->look_due = s->first + LOOK;
	return 0;
}

int reader_open_beside(struct reader *s, const struct reader *first, unsigned index,
                       struct error *err)
{
	if (open_common(s, first->config, err) < 0)
		return -1;
	s->live = live_open_beside(first->live, index, &s->counters, err);
	s->first = first->first;
	s->last = first->last;
	s->stats_due = first->stats_due;
	s->look_due = first->look_due;
	return s->live ? 0 : -1;
}

int reader_open(struct reader *s, const struct config *config, const char *const *paths,
                size_t count, const struct capture_options *options,
                void (*complaint)(void *arg, const char *sentence), void *arg,
                struct error *err)
{
	if (open_common(s, config, err) < 0)
		return -2;
	return capture_open(paths, count, options, complaint, arg, &s->counters,
	                    &s->capture, err);
}

void reader_done(struct reader *s)
{
	capture_close(s->capture);
	live_close(s->live);
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
	if (at_the_end && (s->packets > 0 || s->live))
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
	if (s->packets++ == 0 && !s->live) {
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

static bool next(struct reader *s, struct packet *p)
{
	if (!s->live)
		return capture_next(s->capture, p, &s->link);
	return live_next(s->live, p, s->last, &s->link);
}

static bool waits(const struct reader *s)
{
	return s->live || capture_waits(s->capture);
}

enum reader_got reader_next(struct reader *s, struct packet *p)
{
	bool there = true;

	if (s->waiting)
		*p = s->next;
	else
		there = !s->stopped && next(s, p);
	if (!there && !s->stopped && waits(s))
		return READER_WAITS;
	if (give_up_first(s, p, there))
		return READER_PACKET;
	if (!there)
		return READER_END;
	if (take(s, p))
		return READER_PACKET;
	return p->arp_at ? READER_ARP : READER_NOTHING;
}

/* The kernel hands a block of packets over when it is full, or after a moment. */
static bool drained(struct reader *s)
{
	struct timespec now;
	int64_t time;

	clock_gettime(CLOCK_MONOTONIC, &now);
	time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	if (s->stops_at == 0)
		s->stops_at = time + DRAIN;
	if (time >= s->stops_at)
		return true;
	live_wait(s->live, 10);
	return false;
}

void reader_stop(struct reader *s)
{
	s->stopped = !s->live || drained(s);
}

/* What the kernel loses says how much can be looked at. */
static enum load watch_load(struct reader *s)
{
	uint64_t lost;

	live_count(s->live);
	lost = s->counters.at[COUNT_CAPTURE_DROPPED] +
	       s->counters.at[COUNT_CAPTURE_RING_DROPS];
	if (overload_step(&s->overload, lost != s->lost, s->last))
		log_warning("%s: %s",
		            lost != s->lost ? "too much to look at" : "no more is lost",
		            overload_says(s->overload.load));
	s->lost = lost;
	return s->overload.load;
}

void reader_close_last(struct reader *s, struct close *close)
{
	*close = (struct close){ .packet = s->number,
		                 .time = s->last,
		                 .parts = (uint32_t)s->config->shards + 1 };
	if (s->live)
		close->load = watch_load(s);
	if (s->last >= s->stats_due) {
		close->stats = true;
		s->stats_due = stats_due(s, s->stats_due);
	}
	if (s->live && s->last >= s->look_due) {
		close->look = true;
		close->top = s->asked && s->asked(s->asked_arg);
		s->look_due = s->last + LOOK;
	}
	s->in_batch = 0;
	s->unsaid = false;
}

int64_t reader_clock(const struct reader *s)
{
	return clock_now() - live_offset(s->live);
}

void reader_goes_on(struct reader *s, int64_t time)
{
	if (time > s->last)
		s->last = time;
}

bool reader_idles(struct reader *s, struct close *close)
{
	int64_t now = s->live ? reader_clock(s) - IDLE_LAG : 0;

	if (!s->live || now < s->last + BATCH_TIME)
		return false;
	s->last = now;
	reader_close_last(s, close);
	return true;
}

void reader_adds(struct reader *s, const struct packet *p)
{
	batch_add(s, p);
	s->batch_bytes += p->caplen;
}

void reader_close_at(struct reader *s, int64_t time, struct close *close)
{
	int64_t last = s->last;

	s->last = time;
	reader_close_last(s, close);
	s->last = last;
}

void reader_wait(struct reader *s)
{
	if (s->live)
		live_wait(s->live, WAIT / 1000000);
	else
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
