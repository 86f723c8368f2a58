// SPDX-License-Identifier: Apache-2.0
/*
 * summary_pairs.c - what left, by whom, to where: the ten largest, and the rest as one.
 */
#include "output/summary.h"

#include "base/units.h"
#include "output/pairs.h"
#include "output/say.h"

enum { WIDEST = 100, TOP_PAIRS = 10 };

/* Pads with blanks to the width of a column. */
static void print_cell(const struct page *page, const char *text, unsigned width)
{
	unsigned wide = say_width(text);

	fprintf(page->to, "%s%*s", text, (int)(wide < width ? width - wide : 1), "");
}

struct columns {
	unsigned from, to, over, bytes, flows;
};

static void place_say(char to[SAY_TEXT], const struct pair *pair, unsigned width)
{
	char addr[ADDR_TEXT], name[SAY_TEXT];
	unsigned used;

	addr_say(addr, &pair->outside);
	if (!pair->name[0] || strcmp(pair->name, addr) == 0) {
		snprintf(to, SAY_TEXT, "%s", addr);
		return;
	}
	used = (unsigned)strlen(addr) + 3;
	if (pair->several || say_width(pair->name) + used > width) {
		say_wire(to, bytes_of(pair->name), width);
		return;
	}
	snprintf(to, SAY_TEXT, "%s (%s)",
	         say_wire(name, bytes_of(pair->name), width - used), addr);
}

static void print_pair(const struct page *page, const struct columns *c,
                       const struct pair *pair)
{
	char text[SAY_TEXT], addr[ADDR_TEXT], number[UNITS_TEXT];

	fputs("  ", page->to);
	print_cell(page, addr_say(addr, &pair->inside), c->from);
	place_say(text, pair, c->to - 2);
	print_cell(page, text, c->to);
	print_cell(page, say_wire(text, bytes_of(pair->over), c->over - 2), c->over);
	fprintf(page->to, "%*s", (int)c->bytes, units_say_size(number, pair->leaving));
	fprintf(page->to, "%*s\n", (int)c->flows, units_say_count(number, pair->flows));
}

static void print_others(const struct page *page, const struct pairs *p,
                         const struct columns *c)
{
	uint64_t leaving = p->other_leaving, flows = p->other_flows;
	char text[64], number[UNITS_TEXT];

	for (size_t i = TOP_PAIRS; i < p->n; i++) {
		leaving += p->at[i].leaving;
		flows += p->at[i].flows;
	}
	if (flows == 0)
		return;
	units_say_count(number, p->n > TOP_PAIRS ? p->n - TOP_PAIRS : 0);
	snprintf(text, sizeof(text), "%s%s others", p->other_flows ? "more than " : "",
	         number);
	fputs("  ", page->to);
	print_cell(page, text, c->from + c->to + c->over);
	fprintf(page->to, "%*s", (int)c->bytes, units_say_size(number, leaving));
	fprintf(page->to, "%*s\n", (int)c->flows, units_say_count(number, flows));
}

/* Columns as wide as what stands in them asks for; the place in the middle gets the rest.
 */
static struct columns columns_of(const struct page *page, const struct pairs *pairs)
{
	struct columns c = { .from = 10, .over = 8, .bytes = 10, .flows = 9 };
	unsigned most = 10, room;

	for (size_t i = 0; i < pairs->n && i < TOP_PAIRS; i++) {
		const struct pair *pair = &pairs->at[i];
		char addr[ADDR_TEXT], text[SAY_TEXT];
		unsigned from = (unsigned)strlen(addr_say(addr, &pair->inside)) + 2;
		unsigned over = say_width(pair->over) + 2;

		place_say(text, pair, WIDEST);
		if (from > c.from)
			c.from = from;
		if (over > c.over)
			c.over = over < 22 ? over : 22;
		if (say_width(text) + 2 > most)
			most = say_width(text) + 2;
	}
	room = page->width - 2 - c.bytes - c.flows - c.over;
	room -= c.from < room - 20 ? c.from : room - 20;
	c.to = most < room ? most : room;
	return c;
}

void page_pairs(const struct page *page, struct pairs *pairs, uint64_t all)
{
	struct columns c;
	char size[UNITS_TEXT];

	pairs_sort(pairs);
	fputc('\n', page->to);
	if (pairs->n == 0 && pairs->other_flows == 0) {
		page_ink(page, INK_BOLD, "Nothing left\n");
		return;
	}
	c = columns_of(page, pairs);
	page_ink(page, INK_BOLD, "What left");
	fprintf(page->to, ": %s\n  ", units_say_size(size, all));
	if (page->colour)
		fputs("\033[2m", page->to);
	print_cell(page, "from", c.from);
	print_cell(page, "to", c.to);
	print_cell(page, "over", c.over);
	fprintf(page->to, "%*s%*s", (int)c.bytes, "bytes", (int)c.flows, "flows");
	fputs(page->colour ? "\033[0m\n" : "\n", page->to);
	for (size_t i = 0; i < pairs->n && i < TOP_PAIRS; i++)
		print_pair(page, &c, &pairs->at[i]);
	print_others(page, pairs, &c);
}
