// SPDX-License-Identifier: Apache-2.0
/*
 * hash.h - the one hash of the program (XXH3, 64 bits).  The door to xxHash.
 *
 * Not for secrets.  The same bytes and seed give the same value on every machine.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash64(const void *p, size_t n, uint64_t seed);

const char *hash_version(void); /* of xxHash: "0.8.1" */

#endif
