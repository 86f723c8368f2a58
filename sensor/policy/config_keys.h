// SPDX-License-Identifier: Apache-2.0
/*
 * config_keys.h - the table of settings: one row per key.
 *
 * Reading, checking, the manual and the test of the shipped file all go by it.
 */
#ifndef POLICY_CONFIG_KEYS_H
#define POLICY_CONFIG_KEYS_H

#include "policy/config.h"

enum key_type {
	KEY_NUMBER,
	KEY_SIZE, /* uint64_t bytes */
	KEY_TIME, /* int64_t nanoseconds */
	KEY_BOOL,
	KEY_ZONE,   /* int64_t seconds east of UTC */
	KEY_TEXT,   /* const char *, "" where nothing is said */
	KEY_CHOICE, /* uint64_t: the place among the row's words */
	/* lists, from here on: */
	KEY_PREFIXES, /* struct prefixes */
	KEY_PATHS,    /* struct texts */
	KEY_WORDS,    /* struct texts, as they are written */
	KEY_RECORDS,  /* struct record_types */
};

struct key {
	const char *name;
	enum key_type type;
	size_t at;           /* offset in struct config */
	uint64_t min, max;   /* numbers, sizes, times */
	const char *initial; /* the default, as -s would have it */
	const char *help;
	const char *const *words; /* KEY_CHOICE: ends with NULL */
	/* KEY_TEXT: what is wrong with it, as a sentence, or NULL; no function: nothing
	 * can be. */
	const char *(*wrong)(const char *text);
};

extern const struct key config_keys[]; /* ends with a row of zeros */

/* The words of record types and where each is kept in struct record_types; ends with a
 * row of zeros. */
struct record_word {
	const char *word;
	size_t at;
};

extern const struct record_word config_records[];

/* config_wrong.c: for `wrong` above. */
const char *config_wrong_log(const char *text);
const char *config_wrong_listen(const char *text);
const char *config_wrong_url(const char *text);

const struct key *config_key(const char *name); /* NULL where there is none */

/* The range of a key in its own unit: "1 to 64", "1s to 1d"; "" where it has none. */
enum { RANGE_TEXT = 64 };
char *config_range(char text[RANGE_TEXT], const struct key *key);

#endif
