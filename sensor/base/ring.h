// SPDX-License-Identifier: Apache-2.0
/*
 * ring.h - messages by value from one thread to one other (C11 atomics, no lock).
 *
 * A message is 1 to size/2 bytes and is copied in; a message never wraps, so that the
 * reader may use it where it lies.  By hand because a by-value ring of the usual
 * libraries trips the thread sanitizer, whose word we need.
 */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stdbool.h>
#include <stddef.h>

struct ring;

struct ring *
ring_new(size_t size); /* bytes, rounded up to a power of two; NULL: out of memory */
void ring_free(struct ring *ring);
size_t ring_message_max(const struct ring *ring); /* half of its size; more is a defect */

/* Writer: room for n bytes, aligned to 16, or NULL where the ring is full at the moment.
 */
void *ring_reserve(struct ring *ring, size_t n);
/*
 * Sleeps until there is room: n bytes and at least a quarter of the ring, so that the two
 * threads do not wake each other for every message.  The reader must go on reading.
 */
void *ring_reserve_wait(struct ring *ring, size_t n);
void ring_commit(struct ring *ring); /* what was reserved is now a message */

/* Reader: the oldest message, or NULL where there is none; it stays until ring_next. */
void *ring_peek(struct ring *ring, size_t *n);
void *ring_peek_wait(struct ring *ring, size_t *n); /* sleeps until there is one */
void ring_next(struct ring *ring);

#endif
