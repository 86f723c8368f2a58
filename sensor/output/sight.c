// SPDX-License-Identifier: Apache-2.0
/*
 * sight.c - shares of what was counted, and what they probably mean.
 *
 * Below the shares nothing is said: a few retransmissions and a scan are everyday.
 */
#include "output/sight.h"

#include <stdio.h>

#include "base/units.h"

#define FIRST_PART INT64_C(60000000000)  /* ns */
#define PART       INT64_C(600000000000) /* ns */

enum {
	FLOWS_LEAST = 20,       /* connections, to say something of them */
	BYTES_LEAST = 10000000, /* of streams, to say something of loss */
	DOUBLED_SHARE = 10,     /* %: somebody should look at the span port */
	ONE_SIDED_SHARE = 50,   /* % */
	LOSSY_THOUSANDTHS = 10,
};

static uint64_t between(const struct counters *from, const struct counters *to,
                        enum counter which)
{
	return to->at[which] - from->at[which];
}

static double percent(uint64_t part, uint64_t all)
{
	return 100.0 * (double)part / (double)all;
}

static bool doubled(const struct counters *from, const struct counters *to, char *text)
{
	uint64_t n = between(from, to, COUNT_DOUBLED_PACKETS);
	uint64_t all = between(from, to, COUNT_DECODER_PACKETS);
	char count[UNITS_TEXT];

	if (n <= all / (100 / DOUBLED_SHARE))
		return false;
	snprintf(text, SIGHT_TEXT,
	         "%s packets, %.0f %% of all, are copies of the packet before them and "
	         "were counted once. Probably the span port mirrors both ports of a "
	         "connection, both directions of each, or both sides of a router: mirror "
	         "one.",
	         units_say_count(count, n), percent(n, all));
	return true;
}

static bool one_sided(const struct counters *from, const struct counters *to, char *text)
{
	uint64_t n = between(from, to, COUNT_FLOW_ONE_SIDED);
	uint64_t all = between(from, to, COUNT_FLOW_TALKED);
	char count[UNITS_TEXT], of[UNITS_TEXT];

	if (all < FLOWS_LEAST || n <= all / 100 * ONE_SIDED_SHARE)
		return false;
	snprintf(text, SIGHT_TEXT,
	         "%s of %s TCP connections were seen in one direction only. Probably the "
	         "span port mirrors what is received or what is sent, not both, or the "
	         "way back is another one. Bytes that were seen count all the same.",
	         units_say_count(count, n), units_say_count(of, all));
	return true;
}

static bool lossy(const struct counters *from, const struct counters *to, char *text)
{
	uint64_t n = between(from, to, COUNT_TCP_MISSING);
	uint64_t all = between(from, to, COUNT_DECODER_BYTES);
	char size[UNITS_TEXT];

	if (all < BYTES_LEAST || n <= all / 1000 * LOSSY_THOUSANDTHS)
		return false;
	snprintf(text, SIGHT_TEXT,
	         "%s were acknowledged by their receivers and never came by, beside %.0f "
	         "times as much that did. Probably the span port or the capture cannot "
	         "keep up; what is missing counts as having left.",
	         units_say_size(size, n), (double)all / (double)n);
	return true;
}

bool sight_of(enum sight sight, const struct counters *from, const struct counters *to,
              char text[SIGHT_TEXT])
{
	switch (sight) {
	case SIGHT_DOUBLED: return doubled(from, to, text);
	case SIGHT_ONE_SIDED: return one_sided(from, to, text);
	case SIGHT_LOSSY: return lossy(from, to, text);
	case SIGHTS: break;
	}
	return false;
}

static const char *over_of(enum sight sight)
{
	switch (sight) {
	case SIGHT_DOUBLED: return "packets no longer come twice";
	case SIGHT_ONE_SIDED: return "connections are seen in both directions again";
	default: return "nothing much is missing in streams any more";
	}
}

void sight_watch(struct sight_watch *w, const struct counters *now, int64_t time,
                 void (*say)(const char *sentence))
{
	char text[SIGHT_TEXT];

	if (w->began && time - w->began < (w->first ? PART : FIRST_PART))
		return;
	for (int i = 0; w->began && i < SIGHTS; i++) {
		bool so = sight_of((enum sight)i, &w->from, now, text);

		if (so != w->so[i])
			say(so ? text : over_of((enum sight)i));
		w->so[i] = so;
	}
	w->first = w->began != 0;
	w->began = time;
	w->from = *now;
}
