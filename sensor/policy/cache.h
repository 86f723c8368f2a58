// SPDX-License-Identifier: Apache-2.0
/*
 * cache.h - compiled patterns, kept from one run to the next.
 *
 * Compiling some 300 pattern sets takes half a second, reading them back a few
 * milliseconds.  One file, in the user's cache folder; it may be deleted at any time, and
 * what is wrong in it is not used.  It has a size; what was not used for the longest time
 * goes first.  Cold, one thread.
 */
#ifndef POLICY_CACHE_H
#define POLICY_CACHE_H

#include "base/bytes.h"

struct cache;

/* The file at path, whether it is there or not.  NULL when out of memory. */
struct cache *cache_open(const char *path);
/*
 * Writes the file anew where anything was added, whole or not at all; where it cannot be
 * written nothing is kept, and that is no error.  NULL is fine.
 */
void cache_close(struct cache *cache);

/* What is kept under the key; n is 0 where there is nothing.  Good until cache_close. */
struct bytes cache_find(struct cache *cache, uint64_t key);
/* Keeps a copy under the key, in place of what is there. */
void cache_add(struct cache *cache, uint64_t key, struct bytes value);

/* $XDG_CACHE_HOME/egret/patterns, or below ~/.cache; false where the user has no such
 * folder. */
bool cache_path(char *path, size_t room);

#endif
