// SPDX-License-Identifier: Apache-2.0
/*
 * arena.c - memory freed as one, and pools of equal objects.
 *
 * An arena is a list of chunks that are filled from the front.  What is too large to
 * share a chunk gets one of its own.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 * 1024, LINE = 64 };

struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	alignas(max_align_t) uint8_t at[];
};

struct arena {
	struct chunk
		*open; /* the one that is being filled; its next are full, or large */
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct chunk *c = arena->open; c;) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
	free(arena);
}

static struct chunk *chunk_new(size_t size)
{
	struct chunk *c;

	if (size > SIZE_MAX - sizeof(*c))
		return NULL;
	c = calloc(1, sizeof(*c) + size);
	if (c)
		c->size = size;
	return c;
}

void *arena_take(struct arena *arena, size_t n)
{
	struct chunk *open = arena->open;
	struct chunk *fresh;
	size_t whole;

	if (n > SIZE_MAX - alignof(max_align_t))
		return NULL;
	whole = (n + alignof(max_align_t) - 1) / alignof(max_align_t) *
	        alignof(max_align_t);
	if (open && whole <= open->size - open->used) {
		open->used += whole;
		return open->at + open->used - whole;
	}
	fresh = chunk_new(whole > CHUNK / 4 ? whole : CHUNK);
	if (!fresh)
		return NULL;
	fresh->used = whole;
	if (open && whole > CHUNK / 4) { /* the open one has room for others still */
		fresh->next = open->next;
		open->next = fresh;
	} else {
		fresh->next = open;
		arena->open = fresh;
	}
	return fresh->at;
}

char *arena_text(struct arena *arena, const char *text, size_t n)
{
	char *copy = n < SIZE_MAX ? arena_take(arena, n + 1) : NULL;

	if (copy && n > 0)
		memcpy(copy, text, n);
	return copy;
}

int pool_init(struct pool *pool, size_t size, uint32_t count)
{
	size_t bytes;

	*pool = (struct pool){ .size = size, .count = count, .left = count };
	if (__builtin_mul_overflow(size, count, &bytes) || bytes > SIZE_MAX - LINE)
		return -1;
	/* On cache lines, so that objects of whole lines lie on lines of their own. */
	pool->memory = aligned_alloc(LINE, (bytes / LINE + 1) * LINE);
	pool->free = malloc((count + (size_t)1) * sizeof(*pool->free));
	if (!pool->memory || !pool->free) {
		pool_done(pool);
		return -1;
	}
	for (uint32_t i = 0; i < count; i++)
		pool->free[i] = count - 1 - i; /* the first is given first */
	return 0;
}

void pool_done(struct pool *pool)
{
	free(pool->memory);
	free(pool->free);
	*pool = (struct pool){ 0 };
}
