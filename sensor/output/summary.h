// SPDX-License-Identifier: Apache-2.0
/*
 * summary.h - what a person sees when a run is over.
 *
 * One thread.  The same input gives the same text, but for the line that says how long it
 * took.
 */
#ifndef OUTPUT_SUMMARY_H
#define OUTPUT_SUMMARY_H

#include "ledger/names.h"
#include "output/output.h"
#include "output/tally.h"

struct summary;

int summary_new(const struct output_options *options, struct summary **ret,
                struct error *err);
void summary_free(struct summary *summary);
/* Settings that are others from here on; good until the next time. */
void summary_adopt(struct summary *summary, const struct config *config);

/* ends: what the ends of its flow are called. */
void summary_put(struct summary *summary, const struct event *event,
                 const struct end_names *ends);
void summary_put_stats(struct summary *summary, const struct counters *sums);

/* Once. */
void summary_print(struct summary *summary, const struct run_facts *facts,
                   const struct tally *tally);

/*
 * The page that the parts of a summary are printed on.
 */
struct page {
	FILE *to;
	unsigned width; /* columns, 72 to 100 */
	bool colour;
	bool days; /* the run spans more than one: times of day say which */
};

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_YELLOW, INK_CYAN };

/* Text in that ink. */
void page_ink(const struct page *page, enum ink ink, const char *text);
/* "  name       " in front of what is said of it; NULL: nothing but its room. */
void page_name(const struct page *page, const char *name);
/* Columns that are left behind a name. */
unsigned page_room(const struct page *page);

struct incidents;
/* Every alert, by what it is about. */
void page_alerts(const struct page *page, struct incidents *incidents);

struct pairs;
/* What left; all: how many bytes. */
void page_pairs(const struct page *page, struct pairs *pairs, uint64_t all);

#endif
