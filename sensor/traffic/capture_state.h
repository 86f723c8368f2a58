// SPDX-License-Identifier: Apache-2.0
/*
 * capture_state.h - what capture's three files share (the room's own, behind capture.h):
 * capture.c reads, capture_open.c tries what there is, capture_follow.c looks for more.
 */
#ifndef TRAFFIC_CAPTURE_STATE_H
#define TRAFFIC_CAPTURE_STATE_H

#include <time.h>

#include "base/error.h"
#include "traffic/capture.h"
#include "traffic/filter.h"
#include "traffic/inputs.h"
#include "traffic/source.h"

enum { FOLLOW_MAX = 1024 /* files that may join a folder */ };

struct capture {
	struct inputs inputs;
	struct source *sources; /* by input */
	const char **names;     /* of theirs */
	size_t source_n, source_room;
	struct source **dry; /* followed, without a packet; closed: not begun */
	uint32_t dry_n;
	bool follow, full;
	time_t searched; /* when folders were, last */
	const char *const *paths;
	size_t path_n;
	struct source **waiting; /* not yet read, by the time of their first packet */
	uint32_t waiting_at, waiting_end;
	struct source **heap; /* being read, the next packet's first */
	uint32_t heap_n;
	struct window *retired, **retired_end; /* of sources that were closed */
	struct filter *filter;                 /* NULL: none */
	struct capture_bound bounds[2];
	int64_t since, until;
	uint64_t calls;     /* of capture_next */
	bool used;          /* the first one's packet was given or passed over */
	bool over;          /* options.until was reached */
	bool opening;       /* no packet was asked for yet */
	bool crowded;       /* said that too many overlap */
	int64_t time;       /* of the last packet */
	uint64_t number;    /* of the last packet */
	struct error wrong; /* with the filter, while opening */
	uint32_t broken;
	uint64_t done; /* bytes of the inputs that have been read */
	uint64_t all;  /* of all; 0 where one has no size */
	struct counters *counters;
	void (*complaint)(void *arg, const char *sentence);
	void *arg;
};

/* Whether a's packet comes before b's; with equal times, in the order of the inputs. */
static inline bool source_before(const struct source *a, const struct source *b)
{
	return a->time != b->time ? a->time < b->time : a->index < b->index;
}

/* s is a fault, for the reason given: said each time, counted once. */
void source_complain(struct capture *c, struct source *s, const struct error *why);
/* The next packet of s, not before `floor`.  False where there is none: it is closed, or
 * followed and among the dry ones. */
bool source_next(struct capture *c, struct source *s, int64_t floor);
/* Closes s; its packets may be looked at still. */
void source_retire(struct capture *c, struct source *s);
/* Frees the windows in which nobody looks at a packet any more, or all. */
void retired_free(struct capture *c, bool all);
/* Takes s, which has a packet ready, among those being read. */
void heap_add(struct capture *c, struct source *s);

/* s, which is followed, has no packet.  Of too many the one that has been silent longest
 * is left, which is said and counted. */
void dry_add(struct capture *c, struct source *s);
/* Looks for new files in folders, at most once a second, and asks every dry source for
 * more. */
void follow_look(struct capture *c);

#endif
