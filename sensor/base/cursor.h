// SPDX-License-Identifier: Apache-2.0
/*
 * cursor.h - reads a message front to back and never past its end.
 *
 * A read that wants more than is left gives zero, moves the cursor to the end
 * and marks it short for good.  So a dissector reads straight down the page and
 * asks cursor_ok() once, before it believes what it read.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/bytes.h"

struct cursor {
	struct bytes in; /* the whole message; in.p is never NULL */
	size_t at;       /* the next byte to read; at <= in.n, always */
	bool ok;
};

static inline struct cursor cursor_over(struct bytes in)
{
	return (struct cursor){ .in = in, .ok = true };
}

static inline bool cursor_ok(const struct cursor *c)
{
	return c->ok;
}

static inline size_t cursor_left(const struct cursor *c)
{
	return c->in.n - c->at;
}

/* The next n bytes, borrowed; none at all when fewer are left. */
static inline struct bytes cursor_take(struct cursor *c, size_t n)
{
	if (n > cursor_left(c)) {
		c->at = c->in.n;
		c->ok = false;
		return (struct bytes){ c->in.p, 0 };
	}
	c->at += n;
	return (struct bytes){ c->in.p + c->at - n, n };
}

/* What is left, without taking it. */
static inline struct bytes cursor_peek(const struct cursor *c)
{
	return (struct bytes){ c->in.p + c->at, cursor_left(c) };
}

static inline struct bytes cursor_rest(struct cursor *c)
{
	return cursor_take(c, cursor_left(c));
}

/* A cursor of its own over the next n bytes: a length field read once and obeyed. */
static inline struct cursor cursor_sub(struct cursor *c, size_t n)
{
	struct bytes b = cursor_take(c, n);

	return (struct cursor){ .in = b, .ok = c->ok };
}

static inline uint64_t cursor_big(struct cursor *c, size_t n)
{
	struct bytes b = cursor_take(c, n);
	uint64_t value = 0;

	for (size_t i = 0; i < b.n; i++)
		value = value << 8 | b.p[i];
	return value;
}

static inline uint64_t cursor_little(struct cursor *c, size_t n)
{
	struct bytes b = cursor_take(c, n);
	uint64_t value = 0;

	for (size_t i = b.n; i-- > 0;)
		value = value << 8 | b.p[i];
	return value;
}

/*
 * Network byte order, as most protocols have it.  The usual widths are written out,
 * because a compiler makes one load of them, and a loop of cursor_big.
 */
static inline uint8_t cursor_u8(struct cursor *c)
{
	struct bytes b = cursor_take(c, 1);

	if (b.n != 1)
		return 0;
	return b.p[0];
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	struct bytes b = cursor_take(c, 2);

	if (b.n != 2)
		return 0;
	return (uint16_t)(b.p[0] << 8 | b.p[1]);
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	struct bytes b = cursor_take(c, 4);

	if (b.n != 4)
		return 0;
	return (uint32_t)b.p[0] << 24 | (uint32_t)b.p[1] << 16 | (uint32_t)b.p[2] << 8 |
	       b.p[3];
}

static inline uint64_t cursor_u64(struct cursor *c)
{
	struct cursor half = cursor_sub(c, 8);
	uint64_t high = cursor_u32(&half);

	return high << 32 | cursor_u32(&half);
}

/* Little-endian, as most file formats have it. */
static inline uint16_t cursor_u16_le(struct cursor *c)
{
	return (uint16_t)cursor_little(c, 2);
}

static inline uint32_t cursor_u32_le(struct cursor *c)
{
	return (uint32_t)cursor_little(c, 4);
}

static inline uint64_t cursor_u64_le(struct cursor *c)
{
	return cursor_little(c, 8);
}

#endif
