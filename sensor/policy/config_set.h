// SPDX-License-Identifier: Apache-2.0
/*
 * config_set.h - a load of settings under way, for config.c and config_set.c alone.
 */
#ifndef POLICY_CONFIG_SET_H
#define POLICY_CONFIG_SET_H

#include "policy/config_keys.h"

struct error;

enum { KEYS_MAX = 64, NAME_MAX_BYTES = 128 };

struct loader {
	struct arena *arena;
	struct config *config;
	struct error *err;
	const char *file;         /* what is being read, or NULL */
	const char *folder;       /* relative paths begin there, or NULL: leave them */
	const char *data_dir;     /* or NULL */
	unsigned lines[KEYS_MAX]; /* by key: where the file set it, 0 where it did not */
	bool added[KEYS_MAX];     /* by key: an override has begun its list */
};

/* Where a value stands: in the file, or in an option. */
struct place {
	const char *option; /* "flow.mx" of -s flow.mx=3, or NULL */
	unsigned line, column;
};

/* One element of a value: bytes, with the place for messages. */
struct element {
	const char *text;
	struct place place;
};

/* Says what is wrong there; gives -1. */
int config_fail(const struct loader *l, const struct place *place, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

bool key_is_list(const struct key *key);
/* Takes away what a list has. */
void key_clear(struct loader *l, const struct key *key);
/* Sets what is single, adds to what is a list. */
int key_set_element(struct loader *l, const struct key *key, const struct element *e);
/* The same of "a, b", as an option and a default have it. */
int key_set_text(struct loader *l, const struct key *key, struct element e);

#endif
