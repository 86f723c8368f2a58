// SPDX-License-Identifier: Apache-2.0
/*
 * ids.c - a bounded set of 64-bit ids: open addressing, and no tombstones.
 *
 * Output remembers in it which flows have had an alert, until their record is written.
 */
#include "output/ids.h"

#include <stdlib.h>

#include "base/hash.h"

#define PRESENT (UINT64_C(1) << 63) /* ids of flows have 51 bits: 0 is a free slot */

static size_t slot_of(const struct ids *ids, uint64_t id)
{
	return hash64(&id, sizeof(id), 0) & (ids->slots - 1);
}

static size_t slot_find(const struct ids *ids, uint64_t id)
{
	size_t i = slot_of(ids, id);

	while (ids->at[i] && ids->at[i] != id)
		i = (i + 1) & (ids->slots - 1);
	return i;
}

static bool ids_grow(struct ids *ids)
{
	struct ids bigger = { .slots = ids->slots ? 2 * ids->slots : 64, .n = ids->n };

	bigger.at = calloc(bigger.slots, sizeof(*bigger.at));
	if (!bigger.at)
		return false;
	for (size_t i = 0; i < ids->slots; i++)
		if (ids->at[i])
			bigger.at[slot_find(&bigger, ids->at[i])] = ids->at[i];
	free(ids->at);
	*ids = bigger;
	return true;
}

void ids_add(struct ids *ids, uint64_t id)
{
	size_t i;

	id |= PRESENT;
	if (ids->n >= IDS_MAX || (ids->n * 2 >= ids->slots && !ids_grow(ids)))
		return;
	i = slot_find(ids, id);
	ids->n += !ids->at[i];
	ids->at[i] = id;
}

bool ids_have(const struct ids *ids, uint64_t id)
{
	id |= PRESENT;
	return ids->n > 0 && ids->at[slot_find(ids, id)];
}

bool ids_take(struct ids *ids, uint64_t id)
{
	size_t hole, i;

	id |= PRESENT;
	if (ids->n == 0)
		return false;
	hole = slot_find(ids, id);
	if (!ids->at[hole])
		return false;
	ids->at[hole] = 0;
	ids->n--;
	/* what had stepped over the hole moves back into it */
	for (i = (hole + 1) & (ids->slots - 1); ids->at[i];
	     i = (i + 1) & (ids->slots - 1)) {
		size_t home = slot_of(ids, ids->at[i]);

		if (((i - home) & (ids->slots - 1)) < ((i - hole) & (ids->slots - 1)))
			continue;
		ids->at[hole] = ids->at[i];
		ids->at[i] = 0;
		hole = i;
	}
	return true;
}

void ids_done(struct ids *ids)
{
	free(ids->at);
	*ids = (struct ids){ 0 };
}
