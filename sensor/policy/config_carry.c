// SPDX-License-Identifier: Apache-2.0
/*
 * config_carry.c - what becomes of settings after they were read: networks that a sensor
 * finds itself in, and what a reload must leave as it is.
 */
#include <string.h>

#include "base/arena.h"
#include "policy/config_keys.h"

int config_protect(struct arena *arena, struct config *config,
                   const struct prefix *inside)
{
	struct prefixes *set = &config->protected;
	struct prefix *at;

	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].bits <= inside->bits &&
		    prefix_has(&set->at[i], &inside->addr))
			return 0;
	at = arena_take(arena, (set->n + 1) * sizeof(*at));
	if (!at)
		return -1;
	if (set->n)
		memcpy(at, set->at, set->n * sizeof(*at));
	at[set->n] = *inside;
	set->at = at;
	set->n++;
	return 0;
}

/* Settings that are looked at whenever they are needed, so that a reload changes them. */
static bool taken_at_once(const struct key *key)
{
	static const char *const names[] = { "rules.",         "time.zone",
		                             "flow.update",    "flow.unanswered",
		                             "stats.interval", NULL };

	for (const char *const *n = names; *n; n++)
		if (strncmp(key->name, *n, strlen(*n)) == 0)
			return true;
	return false;
}

/* Of lists, and of what has no place of its own: 0; a reload takes them. */
static size_t scalar_size(enum key_type type)
{
	switch (type) {
	case KEY_NUMBER:
	case KEY_SIZE: return sizeof(uint64_t);
	case KEY_TIME: return sizeof(int64_t);
	case KEY_BOOL: return sizeof(bool);
	case KEY_CHOICE: return sizeof(uint64_t);
	case KEY_RECORDS: return sizeof(struct record_types);
	default: return 0;
	}
}

const char *config_carry(const struct config *running, struct config *fresh)
{
	const char *changed = NULL;

	for (const struct key *k = config_keys; k->name; k++) {
		const char *from = (const char *)running + k->at;
		char *to = (char *)fresh + k->at;
		size_t n = taken_at_once(k) ? 0 : scalar_size(k->type);

		if (n == 0 || memcmp(from, to, n) == 0)
			continue;
		memcpy(to, from, n);
		changed = changed ? changed : k->name;
	}
	return changed;
}
