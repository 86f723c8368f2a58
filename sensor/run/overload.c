// SPDX-License-Identifier: Apache-2.0
/*
 * overload.c - up at once when packets are lost, down slowly.
 */
#include "run/overload.h"

#define UP   INT64_C(1000000000)
#define DOWN INT64_C(10000000000)

static bool change(struct overload *o, enum load load, int64_t now)
{
	o->load = load;
	o->changed = now;
	return true;
}

bool overload_step(struct overload *o, bool lost, int64_t now)
{
	if (lost) {
		o->lost = now;
		if (o->load < LOAD_NO_SESSIONS &&
		    (o->load == LOAD_NORMAL || now - o->changed >= UP))
			return change(o, o->load + 1, now);
		return false;
	}
	if (o->load > LOAD_NORMAL && now - o->lost >= DOWN && now - o->changed >= DOWN)
		return change(o, o->load - 1, now);
	return false;
}

const char *overload_says(enum load load)
{
	switch (load) {
	case LOAD_NORMAL: return "everything is looked at again";
	case LOAD_NO_MEMBERS: return "members of archives are not listed";
	case LOAD_NO_HEADS: return "types are not told by content, nor members listed";
	case LOAD_NO_SESSIONS: return "new flows are only counted";
	}
	return "";
}
