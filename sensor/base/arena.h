// SPDX-License-Identifier: Apache-2.0
/*
 * arena.h - memory in two manners: an arena, freed as one; a pool of equal objects.
 *
 * Neither is for two threads.  An arena grows (cold code only: configuration and
 * rules).  A pool is allocated once and never grows: a full pool gives NULL, and its
 * owner counts that.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(void); /* NULL when out of memory */
void arena_free(struct arena *arena);
/* n zeroed bytes aligned for anything, good until arena_free; NULL when out of memory. */
void *arena_take(struct arena *arena, size_t n);
char *arena_text(struct arena *arena, const char *text,
                 size_t n); /* a copy with a final zero */

/* A pool by value: `count` objects of `size` bytes. */
struct pool {
	uint8_t *memory;
	uint32_t *free; /* stack of free indexes */
	size_t size;
	uint32_t count;
	uint32_t left; /* how many are free */
};

int pool_init(struct pool *pool, size_t size, uint32_t count); /* -1: out of memory */
void pool_done(struct pool *pool);

/* An object whose content is undefined, or NULL when all are out. */
static inline void *pool_get(struct pool *pool)
{
	if (pool->left == 0)
		return NULL;
	return pool->memory + pool->size * pool->free[--pool->left];
}

static inline void pool_put(struct pool *pool, void *object)
{
	size_t at = (size_t)((uint8_t *)object - pool->memory) / pool->size;

	pool->free[pool->left++] = (uint32_t)at;
}

static inline uint32_t pool_used(const struct pool *pool)
{
	return pool->count - pool->left;
}

#endif
