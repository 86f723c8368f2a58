// SPDX-License-Identifier: Apache-2.0
/*
 * inputs.h - which files the user means: names, folders and standard input as one list.
 *
 * Nothing is opened here; whether a file is a capture is seen by whoever reads it.
 */
#ifndef TRAFFIC_INPUTS_H
#define TRAFFIC_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

struct input {
	char *name; /* as given, or the path found in a folder; "-" is standard input */
	const char *folder; /* it was found in, as given (borrowed); else NULL */
	int64_t size;       /* bytes in the file; -1 where it has no size (a pipe) */
	bool again;         /* can be closed and opened again */
};

struct inputs {
	struct input *at;
	size_t n;
	size_t room;
};

/*
 * Appends what path means, a folder's files sorted by name, not deeper than 8.  What
 * cannot be looked into is said through complaint, one sentence each.  Gives the number
 * of complaints made, or -1 when out of memory.
 */
int inputs_add(struct inputs *inputs, const char *path,
               void (*complaint)(void *arg, const char *sentence), void *arg,
               struct error *err);
void inputs_done(struct inputs *inputs);

/* Opens the file; gives its descriptor, or -1 with errno set. */
int input_open(const struct input *input);

#endif
