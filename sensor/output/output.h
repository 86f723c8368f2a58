// SPDX-License-Identifier: Apache-2.0
/*
 * output.h - says it: events, in their final order, become EVE JSON and a summary for
 * people.
 *
 * One thread.  Errors of writing (disk full, reader gone) are reported once and counted;
 * the run goes on.
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdio.h>

#include "detect/event.h"
#include "policy/config.h"

struct output;
struct error;

struct output_options {
	const struct config *config;
	const struct rules *rules; /* whose matches are counted; NULL: none */
	const char *eve_path;      /* a file; "-": stdout; NULL: none */
	bool add;        /* behind what stands in the file; else it is written anew */
	FILE *summary;   /* where people read; NULL: none */
	bool colour;     /* it is a terminal that shows colours */
	unsigned width;  /* columns; 0: not a terminal, take 100 */
	const char *run; /* name of this run, made from inputs and configuration */
	const char *const *input_names; /* by flow_event.input; grows never */
	size_t input_count;
	bool interfaces; /* they are interfaces, not captures */
};

int output_new(const struct output_options *options, struct output **ret,
               struct error *err);

/* The next event in order.  Borrowed for the call. */
void output_put(struct output *output, const struct event *event);

/* The file of records was moved away: goes on in a new one.  From where output_put is
 * called. */
void output_reopen(struct output *output);

/* What only the driver of the run knows, for the summary. */
struct run_facts {
	uint64_t packets, wire_bytes; /* read */
	int64_t first, last;          /* packet time, ns; 0 where there were none */
	double elapsed;               /* wall seconds */
	uint32_t inputs, inputs_broken;
	bool stopped;  /* by a signal, before the end... */
	bool followed; /* ...which would not have come by itself */
};

/*
 * Everything has been put: flushes the records and prints the summary.  Gives the highest
 * level of an alert raised, or -1 for none.  *failed (NULL is fine): a record could not
 * be written.
 */
int output_finish(struct output *output, const struct run_facts *facts, bool *failed);
void output_free(struct output *output);

#endif
