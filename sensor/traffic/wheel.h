// SPDX-License-Identifier: Apache-2.0
/*
 * wheel.h - which flow's time may be up next: the room's own, behind flow.h.
 *
 * Slots of one tick each, in a circle; a slot is a list through the flows themselves,
 * first in, first out.  A flow stands in the slot of the tick at which it may be over, or
 * earlier: a packet does not move it.  Who finds it there asks when it really ends, and
 * puts it where that is.
 */
#ifndef TRAFFIC_WHEEL_H
#define TRAFFIC_WHEEL_H

#include "traffic/flow.h"

enum {
	WHEEL_SLOTS = 8192,
	WHEEL_WORDS = WHEEL_SLOTS / 64,
	WHEEL_TOPS = WHEEL_WORDS / 64
};

struct wheel {
	struct flow *flows;         /* borrowed; lists are of their indexes */
	int shift;                  /* of nanoseconds: a tick */
	int64_t tick;               /* no flow stands before it */
	uint64_t top[WHEEL_TOPS];   /* which words below have a bit */
	uint64_t used[WHEEL_WORDS]; /* which slots have a flow */
	struct wheel_slot {
		uint32_t head, tail; /* index + 1; 0: none */
	} slot[WHEEL_SLOTS + 1]; /* the last is for those whose time is not asked for */
};

enum { WHEEL_ASIDE = WHEEL_SLOTS };

/* A tick is the shortest of some 0.13 s with which `longest` fits into the circle. */
void wheel_init(struct wheel *wheel, struct flow *flows, int64_t longest);

static inline int64_t wheel_tick(const struct wheel *wheel, int64_t time)
{
	return time >> wheel->shift;
}

/* The tick of the slot for a flow that is due at `due`. */
static inline int64_t wheel_place(const struct wheel *wheel, int64_t due)
{
	int64_t tick = wheel_tick(wheel, due);

	if (tick < wheel->tick)
		return wheel->tick;
	return tick - wheel->tick < WHEEL_SLOTS ? tick : wheel->tick + WHEEL_SLOTS - 1;
}

void wheel_add(struct wheel *wheel, struct flow *flow, int64_t due);
void wheel_remove(struct wheel *wheel, struct flow *flow);

/* The first flow of the nearest slot, and the slot's tick; NULL where the circle is
 * empty. */
struct flow *wheel_nearest(const struct wheel *wheel, int64_t *tick);
/* Takes all flows off the circle and puts them aside, in order of their first packet. */
void wheel_put_aside(struct wheel *wheel);
struct flow *wheel_aside(const struct wheel *wheel);

#endif
