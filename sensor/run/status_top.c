// SPDX-License-Identifier: Apache-2.0
/*
 * status_top.c - who sends now: open flows added up by pair of hosts and what they speak.
 */
#include <stdlib.h>

#include "base/units.h"
#include "output/say.h"
#include "run/status.h"

static int by_pair(const void *a, const void *b)
{
	const struct board_top *x = a, *y = b;
	int order = memcmp(&x->inside, &y->inside, sizeof(x->inside));

	order = order ? order : memcmp(&x->outside, &y->outside, sizeof(x->outside));
	return order ? order : strcmp(x->over, y->over);
}

static int by_rate(const void *a, const void *b)
{
	const struct board_top *x = a, *y = b;

	if (x->now != y->now)
		return x->now < y->now ? 1 : -1;
	if (x->leaving != y->leaving)
		return x->leaving < y->leaving ? 1 : -1;
	return by_pair(a, b);
}

/* Flows of one pair become one line; flows[i] says how many they were. */
static size_t add_up(struct board_top *at, size_t n, unsigned *flows)
{
	size_t kept = 0;

	qsort(at, n, sizeof(*at), by_pair);
	for (size_t i = 0; i < n; i++) {
		struct board_top *last = kept ? &at[kept - 1] : NULL;

		if (last && by_pair(last, &at[i]) == 0) {
			last->now += at[i].now;
			last->leaving += at[i].leaving;
			if (!*last->name)
				memcpy(last->name, at[i].name, sizeof(last->name));
			flows[kept - 1]++;
		} else {
			flows[kept] = 1;
			at[kept++] = at[i];
		}
	}
	return kept;
}

/* What the numbers were counted over, ns; 0: since each flow began. */
static int64_t window(const struct board_view *v)
{
	return v->top_before ? v->top_time - v->top_before : 0;
}

static void print_line(const struct standing *s, const struct board_top *t, FILE *to)
{
	int64_t over = window(&s->view);
	char from[ADDR_TEXT], addr[ADDR_TEXT], place[SAY_TEXT], proto[SAY_TEXT];
	char rate[UNITS_TEXT], size[UNITS_TEXT];

	if (over == 0 || t->first > s->view.top_before)
		over = s->view.top_time - t->first;
	if (over < 100000000)
		over = 100000000;
	addr_say(addr, &t->outside);
	fprintf(to, "%-16s %-40s %-20s %14s %10s\n", addr_say(from, &t->inside),
	        *t->name ? say_wire(place, bytes_of(t->name), 40) : addr,
	        say_wire(proto, bytes_of(t->over), 20),
	        units_say_rate(rate, (uint64_t)((double)t->now * 8e9 / (double)over)),
	        units_say_size(size, t->leaving));
}

void status_print_top(const struct standing *s, unsigned most, FILE *to)
{
	struct board_top lines[BOARD_TOP];
	unsigned flows[BOARD_TOP];
	size_t n = s->view.top_count;
	char rate[UNITS_TEXT];

	memcpy(lines, s->view.top, n * sizeof(*lines));
	n = add_up(lines, n, flows);
	qsort(lines, n, sizeof(*lines), by_rate);
	fprintf(to, "%s on the wire; what leaves now, by flows that go on:\n",
	        units_say_rate(rate, s->view.bits));
	fprintf(to, "%-16s %-40s %-20s %14s %10s\n", "FROM", "TO", "OVER", "NOW",
	        "SO FAR");
	for (size_t i = 0; i < n && i < most; i++)
		print_line(s, &lines[i], to);
	if (n == 0)
		fputs("nothing\n", to);
}
