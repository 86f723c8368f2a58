// SPDX-License-Identifier: Apache-2.0
/*
 * thing.h - a thing to try rules on, made from a fuzzer's bytes.
 *
 * The engine's fields and two of a dissector's are enough: whoever includes this has
 * those.
 */
#ifndef FUZZ_THING_H
#define FUZZ_THING_H

#include "detect/match.h"

struct thing {
	struct bytes bytes;
	enum category category; /* other fields are never there */
	/* 0: what is known in the end; else less of it, each time in another way */
	unsigned turn;
};

struct subject thing_subject(const struct thing *thing);

/* What stands before the next line "%%%"; moves *rest behind that. */
struct bytes thing_part(struct bytes *rest);

#endif
