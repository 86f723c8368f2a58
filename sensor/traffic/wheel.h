// SPDX-License-Identifier: Apache-2.0
/*
 * wheel.h - which flow's time may be up next: the room's own, behind flow.h.
 *
 * A circle of slots of one tick each for every worth that a flow can have, all at the
 * same tick; a slot is a list through the flows themselves, first in, first out.  A flow
 * stands in the slot of the tick at which it may be over, or earlier, and in the circle
 * of the worth that it had when it was put there: a packet does not move it.  Who finds
 * it there asks when it really ends and what it is worth, and puts it where that is.
 */
#ifndef TRAFFIC_WHEEL_H
#define TRAFFIC_WHEEL_H

#include "traffic/worth.h"

enum {
	WHEEL_SLOTS = 8192,
	WHEEL_WORDS = WHEEL_SLOTS / 64,
	WHEEL_TOPS = WHEEL_WORDS / 64,
	WHEEL_ASIDE = WORTHS, /* in place of a worth: flows whose time is not asked for */
};

struct wheel {
	struct flow *flows; /* borrowed; lists are of their indexes */
	int shift;          /* of nanoseconds: a tick */
	int64_t tick;       /* no flow stands before it */
	struct wheel_map {
		uint64_t top[WHEEL_TOPS];   /* which words below have a bit */
		uint64_t used[WHEEL_WORDS]; /* which slots have a flow */
	} map[WORTHS];
	uint32_t count[WORTHS + 1]; /* flows in each circle, and aside */
	struct wheel_slot {
		uint32_t head, tail;      /* index + 1; 0: none */
	} slot[WORTHS * WHEEL_SLOTS + 1]; /* a circle after the other, and those aside */
};

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

void wheel_add(struct wheel *wheel, enum worth worth, struct flow *flow, int64_t due);
void wheel_remove(struct wheel *wheel, struct flow *flow);

/* The first flow of the circle's nearest slot, and the slot's tick; NULL where the circle
 * is empty. */
struct flow *wheel_nearest(const struct wheel *wheel, enum worth worth, int64_t *tick);
/* Who stands behind the flow in its slot; NULL: nobody. */
struct flow *wheel_behind(const struct wheel *wheel, const struct flow *flow);
/* Of all circles' nearest the one whose tick is first; of the least worth where several
 * are. */
struct flow *wheel_first(const struct wheel *wheel, int64_t *tick);
/* Takes all flows off the circles and puts them aside, in order of their first packet. */
void wheel_put_aside(struct wheel *wheel);
struct flow *wheel_aside(const struct wheel *wheel);

#endif
