// SPDX-License-Identifier: Apache-2.0
/*
 * board.c - one view under a lock that is held while a view is copied, once a second.
 */
#include "output/board.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "output/stats.h"
#include "output/tally.h"

#define SECOND INT64_C(1000000000)

/* What counters said at a time. */
struct sample {
	int64_t time;
	uint64_t bytes, packets, dropped;
};

struct board {
	pthread_mutex_t lock; /* of view */
	struct board_view view;
	atomic_bool top_asked;
	/* the output's */
	struct sample samples[BOARD_WINDOW + 1];
	unsigned sampled; /* so many were taken */
	size_t gathered;  /* open flows of the look under way */
	struct board_top gathering[BOARD_TOP];
};

struct board *board_new(void)
{
	struct board *b = calloc(1, sizeof(*b));

	if (b)
		pthread_mutex_init(&b->lock, NULL);
	return b;
}

void board_free(struct board *b)
{
	if (!b)
		return;
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static void copy_text(char *to, size_t room, const char *from)
{
	snprintf(to, room, "%.*s", (int)room - 1, from ? from : "");
}

static void put_rules(struct board_view *v, const struct tally *tally)
{
	v->rule_count = v->rules_loaded = v->filters_loaded = 0;
	for (size_t i = 0; i < tally->n; i++) {
		const struct tally_entry *e = &tally->at[i];
		struct board_rule *to = &v->rules[v->rule_count];

		++*(e->filter ? &v->filters_loaded : &v->rules_loaded);
		if ((!e->last && !e->filter) || v->rule_count == BOARD_RULES)
			continue;
		copy_text(to->id, sizeof(to->id), e->id);
		copy_text(to->title, sizeof(to->title), e->title);
		to->filter = e->filter;
		to->matched = e->matched;
		to->suppressed = e->suppressed;
		to->last = e->last;
		v->rule_count++;
	}
}

static uint64_t a_second(uint64_t from, uint64_t to, int64_t time)
{
	return (uint64_t)((double)(to - from) * 1e9 / (double)time);
}

static void put_rates(struct board *b, struct board_view *v)
{
	enum { N = BOARD_WINDOW + 1 };
	struct sample now = { .time = v->time,
		              .bytes = v->sums.at[COUNT_DECODER_BYTES],
		              .packets = v->sums.at[COUNT_DECODER_PACKETS],
		              .dropped = v->sums.at[COUNT_CAPTURE_DROPPED] +
		                         v->sums.at[COUNT_INTERFACE_DROPPED] };
	const struct sample *before;

	if (b->sampled == 0 && v->began) /* nothing had been counted then */
		b->samples[b->sampled++].time = v->began;
	before = &b->samples[b->sampled < N ? 0 : (b->sampled + 1) % N];
	b->samples[b->sampled++ % N] = now;
	if (now.time - before->time < SECOND / 2)
		return;
	v->bits = a_second(before->bytes, now.bytes, now.time - before->time) * 8;
	v->packets = a_second(before->packets, now.packets, now.time - before->time);
	v->dropped = now.dropped - before->dropped;
}

static void put_top(struct board *b, struct board_view *v)
{
	v->top_before = v->top_time;
	v->top_time = v->time;
	v->top_count = b->gathered;
	memcpy(v->top, b->gathering, b->gathered * sizeof(*v->top));
	b->gathered = 0;
}

void board_put(struct board *b, const struct stats *stats, const struct tally *tally,
               uint64_t records)
{
	struct board_view *v = &b->view;

	pthread_mutex_lock(&b->lock);
	v->time = stats->time;
	v->began = stats->began;
	v->sums = stats->sums;
	v->fills = stats->fills;
	v->records = records;
	put_rules(v, tally);
	put_rates(b, v);
	if (stats->top)
		put_top(b, v);
	pthread_mutex_unlock(&b->lock);
}

/* "TLS, Dropbox" */
static void say_over(const struct flow_event *f, char *to, size_t room)
{
	const char *proto = f->app_proto[0]  ? f->app_proto
	                    : f->protocol[0] ? f->protocol
	                    : f->proto == 17 ? "udp"
	                    : f->proto == 6  ? "tcp"
	                                     : "ip";
	bool more = f->application[0] && strcmp(f->application, f->protocol) != 0;

	snprintf(to, room, "%s%s%s", proto, more ? ", " : "", more ? f->application : "");
	for (char *p = to; *p && *p != ','; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
}

void board_open_flow(struct board *b, const struct flow_event *f,
                     const struct end_names *names)
{
	struct board_top *to = &b->gathering[b->gathered];

	if (b->gathered == BOARD_TOP)
		return;
	*to = (struct board_top){ .inside = f->client_inside ? f->client : f->server,
		                  .outside = f->client_inside ? f->server : f->client,
		                  .now = f->delta.leaving,
		                  .leaving = f->leaving,
		                  .first = f->first };
	if (f->server_name[0] && f->client_inside)
		copy_text(to->name, sizeof(to->name), f->server_name);
	else
		copy_text(to->name, sizeof(to->name), names->outside.name);
	say_over(f, to->over, sizeof(to->over));
	b->gathered++;
}

void board_canary(struct board *b, int64_t time)
{
	pthread_mutex_lock(&b->lock);
	b->view.canary = time;
	b->view.canaries++;
	pthread_mutex_unlock(&b->lock);
}

void board_look(struct board *b, struct board_view *ret)
{
	pthread_mutex_lock(&b->lock);
	*ret = b->view;
	pthread_mutex_unlock(&b->lock);
}

void board_ask_top(struct board *b)
{
	atomic_store(&b->top_asked, true);
}

bool board_top_asked(struct board *b)
{
	return b && atomic_load_explicit(&b->top_asked, memory_order_relaxed) &&
	       atomic_exchange(&b->top_asked, false);
}
