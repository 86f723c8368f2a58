// SPDX-License-Identifier: Apache-2.0
/*
 * ids.h - a bounded set of 64-bit ids.
 */
#ifndef OUTPUT_IDS_H
#define OUTPUT_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IDS_MAX = 1 << 16 };

struct ids {
	uint64_t *at; /* NULL while the set is empty for the first time */
	size_t slots; /* a power of two */
	size_t n;
};

void ids_add(struct ids *ids, uint64_t id); /* forgets it where there is no room */
bool ids_have(const struct ids *ids, uint64_t id);
/* Takes the id out; was it in? */
bool ids_take(struct ids *ids, uint64_t id);
void ids_done(struct ids *ids);

#endif
