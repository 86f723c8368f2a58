// SPDX-License-Identifier: Apache-2.0
/*
 * ring.c - messages by value from one thread to one other.
 *
 *	head and tail count bytes for ever; head - tail is what is in the ring
 *
 *	at: | ... read | header message header message | free ... | header mess  age |
 *	    0            tail                            head               size     +
 *slack
 *
 * A message is laid whole behind its header.  One that begins before the end of the ring
 * runs on into the slack behind it, and what it would have covered at the start stays
 * empty meanwhile: so nothing wraps, and the reader needs no marker to step over.
 *
 * A side that waits spins for a moment and then sleeps.  To lose no wake-up, the sleeper
 * says that it sleeps and then looks at the ring again, and the other side moves the ring
 * and then looks whether someone sleeps, all sequentially consistent: one of the two sees
 * the other.
 */
#include "base/ring.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	LINE = 64,
	ALIGN = 16,
	SIZE_MIN = 1024,
	SPINS = 200, /* some microseconds: a busy neighbour answers within */
};

struct header {
	_Alignas(ALIGN) size_t n;
};

static_assert(sizeof(struct header) == ALIGN, "messages lie on ALIGN behind it");

/* Where one side sleeps. */
struct gate {
	_Alignas(LINE) atomic_bool sleeping;
	pthread_mutex_t lock;
	pthread_cond_t wake;
};

struct ring {
	/* read by both, written by none */
	uint8_t *at;
	size_t size; /* a power of two */

	/* the writer's line */
	_Alignas(LINE) _Atomic size_t head;
	size_t tail_seen; /* no further than tail: room is at least this */
	size_t reserved;  /* bytes that commit will add; 0 when nothing is reserved */

	/* the reader's line */
	_Alignas(LINE) _Atomic size_t tail;
	size_t head_seen;

	struct gate writer;
	_Atomic size_t wanted; /* how much room the sleeping writer waits for */
	struct gate reader;
};

static void gate_init(struct gate *gate)
{
	pthread_mutex_init(&gate->lock, NULL);
	pthread_cond_init(&gate->wake, NULL);
}

static void gate_done(struct gate *gate)
{
	pthread_cond_destroy(&gate->wake);
	pthread_mutex_destroy(&gate->lock);
}

static void gate_open(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	atomic_store(&gate->sleeping, false);
	pthread_cond_signal(&gate->wake);
	pthread_mutex_unlock(&gate->lock);
}

static void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

struct ring *ring_new(size_t size)
{
	size_t power = SIZE_MIN;
	struct ring *ring;

	while (power < size) {
		if (power > SIZE_MAX / 4)
			return NULL;
		power *= 2;
	}
	ring = aligned_alloc(LINE, sizeof(*ring));
	if (!ring)
		return NULL;
	*ring = (struct ring){ .size = power };
	ring->at = aligned_alloc(LINE, power + power / 2 + LINE);
	if (!ring->at) {
		free(ring);
		return NULL;
	}
	gate_init(&ring->writer);
	gate_init(&ring->reader);
	return ring;
}

void ring_free(struct ring *ring)
{
	if (!ring)
		return;
	gate_done(&ring->writer);
	gate_done(&ring->reader);
	free(ring->at);
	free(ring);
}

size_t ring_message_max(const struct ring *ring)
{
	return ring->size / 2;
}

static struct header *header_at(struct ring *ring, size_t index)
{
	return (struct header *)(ring->at + (index & (ring->size - 1)));
}

void *ring_reserve(struct ring *ring, size_t n)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	size_t whole = sizeof(struct header) + (n + ALIGN - 1) / ALIGN * ALIGN;
	struct header *header;

	assert(n > 0 && n <= ring->size / 2);
	if (head + whole - ring->tail_seen > ring->size) {
		ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
		if (head + whole - ring->tail_seen > ring->size)
			return NULL;
	}
	header = header_at(ring, head);
	header->n = n;
	ring->reserved = whole;
	return header + 1;
}

void *ring_reserve_wait(struct ring *ring, size_t n)
{
	struct gate *gate = &ring->writer;
	size_t whole = sizeof(struct header) + (n + ALIGN - 1) / ALIGN * ALIGN;
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	for (unsigned i = 0; i < SPINS; i++) {
		void *p = ring_reserve(ring, n);

		if (p)
			return p;
		pause_briefly();
	}
	/*
	 * Not for one message's room: a writer woken for each would do nothing but fall
	 * asleep and wake up.  A quarter of the ring, then.
	 */
	size_t wanted = whole > ring->size / 4 ? whole : ring->size / 4;

	atomic_store(&ring->wanted, wanted);
	pthread_mutex_lock(&gate->lock);
	for (;;) {
		atomic_store(&gate->sleeping, true);
		if (ring->size - (head - atomic_load(&ring->tail)) >= wanted)
			break;
		pthread_cond_wait(&gate->wake, &gate->lock);
	}
	atomic_store(&gate->sleeping, false);
	pthread_mutex_unlock(&gate->lock);
	return ring_reserve(ring, n);
}

void ring_commit(struct ring *ring)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	assert(ring->reserved > 0);
	atomic_store(&ring->head, head + ring->reserved);
	ring->reserved = 0;
	if (atomic_load(&ring->reader.sleeping))
		gate_open(&ring->reader);
}

void *ring_peek(struct ring *ring, size_t *n)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	struct header *header;

	if (tail == ring->head_seen) {
		ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
		if (tail == ring->head_seen)
			return NULL;
	}
	header = header_at(ring, tail);
	*n = header->n;
	return header + 1;
}

void *ring_peek_wait(struct ring *ring, size_t *n)
{
	struct gate *gate = &ring->reader;
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	for (unsigned i = 0; i < SPINS; i++) {
		void *p = ring_peek(ring, n);

		if (p)
			return p;
		pause_briefly();
	}
	pthread_mutex_lock(&gate->lock);
	for (;;) {
		atomic_store(&gate->sleeping, true);
		if (tail != atomic_load(&ring->head))
			break;
		pthread_cond_wait(&gate->wake, &gate->lock);
	}
	atomic_store(&gate->sleeping, false);
	pthread_mutex_unlock(&gate->lock);
	return ring_peek(ring, n);
}

void ring_next(struct ring *ring)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	size_t n = header_at(ring, tail)->n;

	assert(tail != ring->head_seen);
	tail += sizeof(struct header) + (n + ALIGN - 1) / ALIGN * ALIGN;
	atomic_store(&ring->tail, tail);
	if (atomic_load(&ring->writer.sleeping) &&
	    ring->size - (atomic_load(&ring->head) - tail) >= atomic_load(&ring->wanted))
		gate_open(&ring->writer);
}
