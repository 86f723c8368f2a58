// SPDX-License-Identifier: Apache-2.0
/*
 * evict.c - who goes when the table is full: found where time-outs are found, without a
 * scan.
 *
 * A shard's worker runs it, at the packet that begins a flow; so a flood pays for it with
 * each packet, and what is needed next is fetched a flow ahead.
 */
#include "traffic/table.h"

/*
 * Flows that were just begun are worth the least and would go before any other one could
 * finish its hand-shake, were the table full of those that are hardly worth more.  So
 * they may have this part of the table before they go first.
 */
enum { NEWCOMERS_SHARE = 8 };

/*
 * Newcomers stand before they are due, at the same distance from their last packet
 * whatever their limit: so they go in the order in which they came, and a flood of one
 * kind does not drive out those of another.
 */
int64_t table_place(const struct flow_table *t, const struct flow *f, enum worth worth)
{
	int64_t due = table_due(t, f), soon;

	if (worth != WORTH_HALF_OPEN || due - f->last <= t->limits.new)
		return due;
	soon = f->last + t->limits.new;
	return wheel_tick(&t->wheel, soon) > t->wheel.tick ? soon : due;
}

void table_put_in_place(struct flow_table *t, struct flow *f)
{
	enum worth worth = worth_of(f);

	wheel_remove(&t->wheel, f);
	wheel_add(&t->wheel, worth, f, table_place(t, f, worth));
}

/* Which circle the next one to go stands in; WORTHS: in none. */
static unsigned least_worth(const struct flow_table *t)
{
	const uint32_t *count = t->wheel.count;
	unsigned worth = WORTH_HALF_OPEN;

	if (count[WORTH_SHORT] && count[worth] <= t->limits.max / NEWCOMERS_SHARE)
		return WORTH_SHORT;
	while (worth < WORTHS && !count[worth])
		worth++;
	return worth;
}

/* The flow that goes after f is at hand by now: its bucket, and the flow after it, will
 * be when they are needed. */
static void prefetch_behind(const struct flow_table *t, const struct flow *f)
{
	const struct flow *next = wheel_behind(&t->wheel, f), *after;

	if (!next)
		return;
	__builtin_prefetch(
		&t->bucket[bucket_of(t, &next->client, next->client_port, &next->server,
	                             next->server_port, next->proto)]);
	after = wheel_behind(&t->wheel, next);
	if (!after)
		return;
	__builtin_prefetch(after, 1);
	__builtin_prefetch(&after->dir[0], 1);
	__builtin_prefetch(&after->dir[1], 1);
	__builtin_prefetch(&after->first, 1);
}

/*
 * Those that had packets since they were put on the wheel are put where they belong on
 * the way: a move is paid for by a packet.
 */
void table_evict(struct flow_table *t)
{
	for (;;) {
		unsigned circle = least_worth(t);
		struct flow *f;
		enum worth worth;
		int64_t tick;

		if (circle == WORTHS) { /* all are aside: the run is about to end */
			table_end(t, wheel_aside(&t->wheel), FLOW_END_EVICTED);
			return;
		}
		f = wheel_nearest(&t->wheel, (enum worth)circle, &tick);
		worth = worth_of(f);
		if (worth == circle &&
		    wheel_place(&t->wheel, table_place(t, f, worth)) <= tick) {
			prefetch_behind(t, f);
			table_end(t, f, FLOW_END_EVICTED);
			return;
		}
		table_put_in_place(t, f);
	}
}
