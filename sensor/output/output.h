// SPDX-License-Identifier: Apache-2.0
/*
 * output.h - says it: events, in their final order, become EVE JSON and a summary for
 * people.
 *
 * One thread.  Where records go is somebody else's: see sink.h.
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdio.h>

#include "detect/event.h"
#include "output/sink.h"
#include "policy/config.h"

struct board;
struct json;
struct output;
struct error;

struct output_options {
	const struct config *config;
	const struct rules *rules; /* whose matches are counted; NULL: none */
	/* Get each record that somebody wants; borrowed for the call.  NULL: none are
	 * made. */
	bool (*wants)(void *arg, enum record_kind kind, uint8_t level);
	void (*record)(void *arg, const struct record *record);
	/* What becomes of them, for a stats record; NULL: nothing to be said. */
	void (*write_sinks)(void *arg, struct json *j);
	void *record_arg;    /* of all three */
	struct board *board; /* borrowed; NULL: nobody looks at how it stands */
	FILE *summary;       /* where people read; NULL: none */
	bool colour;         /* it is a terminal that shows colours */
	unsigned width;      /* columns; 0: not a terminal, take 100 */
	const char *run;     /* name of this run, made from inputs and configuration */
	const char *const *input_names; /* by flow_event.input; grows never */
	size_t input_count;
	bool interfaces; /* they are interfaces, not captures */
};

int output_new(const struct output_options *options, struct output **ret,
               struct error *err);

/* The next event in order.  Borrowed for the call. */
void output_put(struct output *output, const struct event *event);

/* What only the driver of the run knows, for the summary. */
struct run_facts {
	uint64_t packets, wire_bytes; /* read */
	int64_t first, last;          /* packet time, ns; 0 where there were none */
	double elapsed;               /* wall seconds */
	uint32_t inputs, inputs_broken;
	bool stopped;        /* by a signal, before the end... */
	bool followed;       /* ...which would not have come by itself */
	const char *records; /* where they went: a file, "-": stdout; NULL: nowhere */
	uint64_t written, lost;
};

/* Everything has been put: the last record is made.  Gives the highest level of an alert
 * raised, or -1 for none. */
int output_end(struct output *output);
/* After it: prints the summary. */
void output_summary(struct output *output, const struct run_facts *facts);

void output_free(struct output *output);

#endif
