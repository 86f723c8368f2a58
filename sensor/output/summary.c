// SPDX-License-Identifier: Apache-2.0
/*
 * summary.c - what a person sees when a run is over: whether it could see at all, what
 * was read, the alerts, what left, and what went wrong.
 *
 * The output's thread.  What it remembers of a run is bounded (pairs.h, incidents.h,
 * outside.h), however long the run.
 */
#include "output/summary.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/units.h"
#include "output/incidents.h"
#include "output/outside.h"
#include "output/pairs.h"
#include "output/say.h"
#include "output/sight.h"

enum { WIDTH_LEAST = 72, WIDTH_MOST = 100, NAME_WIDTH = 11 };

struct summary {
	struct page page;
	const struct config *config;
	const char *const *input_names;
	size_t input_count;
	struct incidents incidents;
	struct pairs pairs;
	struct outside outside;
	struct counters counters;
	uint64_t leaving, entering, missing, flows, files;
};

int summary_new(const struct output_options *options, struct summary **ret,
                struct error *err)
{
	struct summary *s = calloc(1, sizeof(*s));
	unsigned width = options->width ? options->width : WIDTH_MOST;

	if (!s)
		return error_set(err, "out of memory");
	if (width < WIDTH_LEAST)
		width = WIDTH_LEAST;
	s->page = (struct page){
		.to = options->summary,
		.width = width > WIDTH_MOST ? WIDTH_MOST : width,
		.colour = options->colour,
	};
	s->config = options->config;
	s->input_names = options->input_names;
	s->input_count = options->input_count;
	incidents_init(&s->incidents);
	pairs_init(&s->pairs, PAIRS_MAX);
	*ret = s;
	return 0;
}

void summary_adopt(struct summary *s, const struct config *config)
{
	s->config = config;
}

void summary_free(struct summary *s)
{
	if (!s)
		return;
	incidents_done(&s->incidents);
	pairs_done(&s->pairs);
	outside_done(&s->outside);
	free(s);
}

void summary_put(struct summary *s, const struct event *event,
                 const struct end_names *ends)
{
	const struct flow_event *f = &event->flow;

	incidents_take(&s->incidents, event, ends);
	if (event->kind == EVENT_FILEINFO)
		s->files++;
	if (event->kind != EVENT_FLOW)
		return;
	s->flows++;
	s->leaving += f->leaving;
	s->entering += f->entering;
	s->missing += f->dir[0].missing + f->dir[1].missing;
	pairs_add(&s->pairs, f, ends->outside.name);
	outside_add(&s->outside, f);
}

void summary_put_stats(struct summary *s, const struct counters *sums)
{
	s->counters = *sums; /* they count from the beginning: the newest has all */
}

void page_ink(const struct page *page, enum ink ink, const char *text)
{
	static const char *const codes[] = {
		[INK_PLAIN] = "",   [INK_BOLD] = "1",    [INK_DIM] = "2",
		[INK_RED] = "1;31", [INK_YELLOW] = "33", [INK_CYAN] = "36",
	};

	if (page->colour && ink != INK_PLAIN)
		fprintf(page->to, "\033[%sm%s\033[0m", codes[ink], text);
	else
		fputs(text, page->to);
}

void page_name(const struct page *page, const char *name)
{
	fprintf(page->to, "\n  %-*s", NAME_WIDTH - 2, name ? name : "");
}

unsigned page_room(const struct page *page)
{
	return page->width - NAME_WIDTH;
}

/* Words, broken into lines of the page's width. */
static void say_wrapped(const struct page *page, enum ink ink, const char *text)
{
	unsigned column = 0;
	char word[SAY_TEXT];

	while (*text) {
		size_t n = strcspn(text, " ");
		size_t keep = n < sizeof(word) - 1 ? n : sizeof(word) - 1;
		unsigned wide;

		memcpy(word, text, keep);
		word[keep] = 0;
		wide = say_width(word);
		if (column > 0 && column + 1 + wide > page->width) {
			fputc('\n', page->to);
			column = 0;
		} else if (column > 0) {
			fputc(' ', page->to);
			column++;
		}
		page_ink(page, ink, word);
		column += wide;
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', page->to);
}

static void prefix_say(char *to, size_t room, const struct prefix *p)
{
	char text[ADDR_TEXT];
	unsigned less = addr_is_v4(&p->addr) && p->bits >= 96 ? 96 : 0;

	snprintf(to, room, "%s/%u", addr_say(text, &p->addr), p->bits - less);
}

static void networks_say(char *to, size_t room, const struct prefixes *set)
{
	enum { NAMED = 4 };
	size_t n = 0;

	to[0] = 0;
	for (size_t i = 0; i < set->n && i < NAMED; i++) {
		char one[ADDR_TEXT + 8];

		prefix_say(one, sizeof(one), &set->at[i]);
		n += (size_t)snprintf(to + n, room - n, "%s%s", i ? ", " : "", one);
	}
	if (set->n > NAMED)
		snprintf(to + n, room - n, " and %zu more", set->n - NAMED);
}

static void print_outside(const struct summary *s)
{
	const struct outside *o = &s->outside;
	const struct outside_net *likely = outside_likely(o);
	char networks[SAY_TEXT], example[ADDR_TEXT + 8] = "CIDR", text[2 * SAY_TEXT];

	if (!outside_matters(o))
		return;
	networks_say(networks, sizeof(networks), &s->config->protected);
	if (likely)
		prefix_say(example, sizeof(example), &likely->net);
	if (o->without == o->bytes)
		snprintf(text, sizeof(text),
		         "Nothing here is inside the protected networks (%s): nothing "
		         "can be "
		         "seen leaving. Name yours: --protect %s",
		         networks, example);
	else
		snprintf(text, sizeof(text),
		         "%.0f %% of the bytes have no end inside the protected networks "
		         "(%s): "
		         "what leaves there is not seen as leaving. Name yours: "
		         "--protect %s",
		         100.0 * (double)o->without / (double)o->bytes, networks,
		         example);
	say_wrapped(&s->page, INK_YELLOW, text);
	fputc('\n', s->page.to);
}

/* Who should look at the span port, and why. */
static void print_sight(const struct summary *s)
{
	static const struct counters none;
	char text[SIGHT_TEXT];

	for (int i = 0; i < SIGHT_LOSSY; i++) { /* problems tell of loss */
		if (!sight_of((enum sight)i, &none, &s->counters, text))
			continue;
		say_wrapped(&s->page, INK_YELLOW, text);
		fputc('\n', s->page.to);
	}
}

/* A name at the left, and what is said of it. */
static void print_label(const struct summary *s, const char *label)
{
	page_ink(&s->page, INK_BOLD, label);
	fprintf(s->page.to, "%*s", NAME_WIDTH - (int)strlen(label), "");
}

static void print_inputs(const struct summary *s, const struct run_facts *facts)
{
	char packets[UNITS_TEXT], size[UNITS_TEXT], name[SAY_TEXT];

	print_label(s, "Read");
	if (s->input_count == 1)
		fprintf(s->page.to, "%s: ",
		        say_wire(name, bytes_of(s->input_names[0]),
		                 page_room(&s->page) - 42));
	else if (facts->inputs > 0)
		fprintf(s->page.to, "%u input%s: ", facts->inputs,
		        facts->inputs == 1 ? "" : "s");
	fprintf(s->page.to, "%s packet%s, %s on the wire\n",
	        units_say_count(packets, facts->packets), facts->packets == 1 ? "" : "s",
	        units_say_size(size, facts->wire_bytes));
}

static void print_span(const struct summary *s, const struct run_facts *facts)
{
	char first[40], last[40], took[UNITS_TEXT];

	if (!facts->first && !facts->last)
		return;
	say_time(first, facts->first);
	say_time(last, facts->last);
	print_label(s, "Captured");
	fprintf(s->page.to, "%s to %s UTC, %s\n", first, s->page.days ? last : last + 11,
	        units_say_duration(took, facts->last - facts->first));
}

static void print_elapsed(const struct summary *s, const struct run_facts *facts)
{
	char took[UNITS_TEXT], rate[UNITS_TEXT], packets[UNITS_TEXT];

	print_label(s, "Elapsed");
	fputs(units_say_duration(took, (int64_t)(facts->elapsed * 1e9)), s->page.to);
	if (facts->elapsed > 1e-6 && facts->packets)
		fprintf(s->page.to, ": %s packets/s, %s",
		        units_say_count(packets, (uint64_t)((double)facts->packets /
		                                            facts->elapsed)),
		        units_say_rate(rate, (uint64_t)((double)facts->wire_bytes * 8 /
		                                        facts->elapsed)));
	fputc('\n', s->page.to);
}

static void print_totals(const struct summary *s)
{
	char a[UNITS_TEXT], b[UNITS_TEXT];
	uint64_t silent = s->counters.at[COUNT_FLOW_UNANSWERED];

	fputc('\n', s->page.to);
	print_label(s, "Totals");
	fprintf(s->page.to, "%s left, %s entered", units_say_size(a, s->leaving),
	        units_say_size(b, s->entering));
	fprintf(s->page.to, "; %s file%s", units_say_count(a, s->files),
	        s->files == 1 ? "" : "s");
	fprintf(s->page.to, ", %s flow%s", units_say_count(a, s->flows),
	        s->flows == 1 ? "" : "s");
	if (silent && !s->config->flow_unanswered)
		fprintf(s->page.to, " (%s more unanswered)", units_say_count(a, silent));
	fputc('\n', s->page.to);
}

/* One problem a line; the first has the name in front. */
static void problem(const struct summary *s, bool *any, const char *text)
{
	if (*any)
		fprintf(s->page.to, "%*s", NAME_WIDTH, "");
	else
		print_label(s, "Problems");
	*any = true;
	page_ink(&s->page, INK_YELLOW, text);
	fputc('\n', s->page.to);
}

static void print_counter(const struct summary *s, bool *any, enum counter which,
                          const char *what)
{
	char text[160], count[UNITS_TEXT];

	if (!s->counters.at[which])
		return;
	snprintf(text, sizeof(text), "%s %s",
	         units_say_count(count, s->counters.at[which]), what);
	problem(s, any, text);
}

/* A flood does no harm while only its own flows give way. */
static void print_evicted(const struct summary *s, bool *any)
{
	uint64_t all = s->counters.at[COUNT_FLOW_EVICTED];
	uint64_t grown = all - s->counters.at[COUNT_EVICTED_HALF_OPEN];
	char text[120], number[UNITS_TEXT];

	snprintf(text, sizeof(text),
	         "flows ended early: the table was full; %s of them had more than begun",
	         grown ? units_say_count(number, grown) : "none");
	print_counter(s, any, COUNT_FLOW_EVICTED, text);
}

static void print_problems(const struct summary *s, const struct run_facts *facts)
{
	char text[160], number[UNITS_TEXT];
	bool any = false;

	if (facts->stopped)
		problem(s, &any,
		        facts->followed ? "ended by a signal while more could come"
		                        : "stopped before the end of the input");
	if (facts->inputs_broken) {
		snprintf(text, sizeof(text),
		         "%u of %u input%s broken off or not readable",
		         facts->inputs_broken, facts->inputs,
		         facts->inputs == 1 ? "" : "s");
		problem(s, &any, text);
	}
	if (facts->lost) {
		snprintf(text, sizeof(text), "%s records could not be written",
		         units_say_count(number, facts->lost));
		problem(s, &any, text);
	}
	if (s->missing) {
		snprintf(text, sizeof(text),
		         "%s passed by that the capture does not have",
		         units_say_size(number, s->missing));
		problem(s, &any, text);
	}
	print_evicted(s, &any);
	print_counter(s, &any, COUNT_TRANSFER_FULL, "transfers found no room");
	print_counter(s, &any, COUNT_ALERTS_FULL, "alerts found no room");
	print_counter(s, &any, COUNT_TCP_HELD_FULL, "segments found no room");
	print_counter(s, &any, COUNT_DECODER_LINKTYPE,
	              "packets of a link type not known");
}

static void print_records(const struct summary *s, const struct run_facts *facts)
{
	char count[UNITS_TEXT], path[SAY_TEXT];

	if (!facts->records)
		return;
	print_label(s, "Records");
	fprintf(s->page.to, "%s in %s\n", units_say_count(count, facts->written),
	        strcmp(facts->records, "-") == 0
	                ? "standard output"
	                : say_wire(path, bytes_of(facts->records),
	                           page_room(&s->page) - 30));
}

/* What filters have left out, and which have left out nothing. */
static void print_filters(const struct summary *s, const struct tally *t)
{
	char title[SAY_TEXT], count[UNITS_TEXT];
	bool any = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct tally_entry *e = &t->at[i];

		if (!e->filter)
			continue;
		if (any)
			fprintf(s->page.to, "%*s", NAME_WIDTH, "");
		else
			print_label(s, "Filters");
		any = true;
		say_wire(title, bytes_of(e->title ? e->title : e->id),
		         page_room(&s->page) - 32);
		if (e->matched)
			fprintf(s->page.to, "%s: left out %s alert%s\n", title,
			        units_say_count(count, e->matched),
			        e->matched == 1 ? "" : "s");
		else
			fprintf(s->page.to, "%s: left out nothing\n", title);
	}
}

void summary_print(struct summary *s, const struct run_facts *facts,
                   const struct tally *tally)
{
	enum { DAY_SECONDS = 86400 };
	const int64_t day = DAY_SECONDS * INT64_C(1000000000);

	s->page.days = facts->first / day != facts->last / day;
	print_outside(s);
	print_sight(s);
	print_inputs(s, facts);
	print_span(s, facts);
	print_elapsed(s, facts);
	fputc('\n', s->page.to);
	page_alerts(&s->page, &s->incidents);
	page_pairs(&s->page, &s->pairs, s->leaving);
	print_totals(s);
	print_filters(s, tally);
	print_problems(s, facts);
	print_records(s, facts);
	fflush(s->page.to);
}
