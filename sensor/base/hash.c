// SPDX-License-Identifier: Apache-2.0
/*
 * hash.c - XXH3, compiled into its one caller: keys are short, and a call through the
 * shared library would cost more than the hash.
 */
#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)

#define VERSION                    \
	TEXT_OF(XXH_VERSION_MAJOR) \
	"." TEXT_OF(XXH_VERSION_MINOR) "." TEXT_OF(XXH_VERSION_RELEASE)

uint64_t hash64(const void *p, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, n, seed);
}

const char *hash_version(void)
{
	return VERSION;
}
