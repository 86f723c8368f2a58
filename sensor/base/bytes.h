// SPDX-License-Identifier: Apache-2.0
/*
 * bytes.h - a borrowed run of bytes.
 *
 * It owns nothing: it is good only as long as what it points into, which for
 * wire data is until the worker asks for the next packet.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *p; /* never NULL while n > 0 */
	size_t n;
};

/* A string literal as bytes, without its final zero. */
#define BYTES(literal) ((struct bytes){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline uint8_t byte_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Equal but for the case of ASCII letters; other bytes count as they are. */
static inline bool bytes_equal_fold(struct bytes a, struct bytes b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (byte_lower(a.p[i]) != byte_lower(b.p[i]))
			return false;
	return true;
}

static inline bool bytes_start_fold(struct bytes a, struct bytes with)
{
	return a.n >= with.n && bytes_equal_fold((struct bytes){ a.p, with.n }, with);
}

#endif
