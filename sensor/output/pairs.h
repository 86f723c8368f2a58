// SPDX-License-Identifier: Apache-2.0
/*
 * pairs.h - what left, by whom, to where: bytes by inside host, outside place and
 * protocol.
 *
 * Bounded: when there is no room, the half of the pairs with the fewest bytes is added up
 * as `others`, and says so.
 */
#ifndef OUTPUT_PAIRS_H
#define OUTPUT_PAIRS_H

#include "ledger/names.h"

enum { PAIRS_MAX = 1 << 16 };

struct pair {
	struct addr inside, outside; /* outside: the first seen, where there is a name */
	char name[NAMES_TEXT];       /* of the outside place, or "" */
	char over[64];               /* "HTTP", "TLS, Dropbox" */
	uint64_t leaving, flows;
	uint32_t ordinal; /* which came first */
	bool several;     /* the name has more addresses */
};

struct pairs {
	struct pair *at;
	uint32_t *index; /* open addressing; entry + 1 */
	size_t n, room, max;
	uint32_t next_ordinal;
	uint64_t other_leaving, other_flows; /* of pairs that were let go */
};

/* max: PAIRS_MAX, or fewer in tests; a power of two. */
void pairs_init(struct pairs *pairs, size_t max);
void pairs_done(struct pairs *pairs);

/* A flow that is over.  outside: what its outside end is called, or NULL. */
void pairs_add(struct pairs *pairs, const struct flow_event *flow, const char *outside);

/* Orders them: most bytes first, then as they came.  Adding is over then. */
void pairs_sort(struct pairs *pairs);

#endif
