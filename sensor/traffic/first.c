// SPDX-License-Identifier: Apache-2.0
/*
 * first.c - a ring of bytes, in which the newest first datagrams lie one after the other.
 *
 * Nobody gives anything back: who comes late finds his place taken.  A ring holds some
 * 16,000 of the smallest, which is an eighth of a second of the worst flood.
 */
#include "traffic/first.h"

#include <stdlib.h>

enum {
	UNIT = 16, /* a place is a number of these */
	RING_UNITS = 1 << 16,
	KEPT_MOST = FLOW_SMALL_BYTES + 256, /* with IP's header and its options */
};

struct kept {
	uint64_t number; /* of the packet: whose it is */
	int64_t time;
	uint16_t ip_len, payload_len;
	uint8_t dir;
	uint8_t ip[];
};

struct first {
	struct counters *counters;
	uint64_t next; /* place of the next one; the ring is gone through again and again
	                */
	uint8_t ring[RING_UNITS][UNIT];
};

struct first *first_new(struct counters *counters)
{
	struct first *f = calloc(1, sizeof(*f));

	if (f)
		f->counters = counters;
	return f;
}

void first_free(struct first *first)
{
	free(first);
}

static struct kept *kept_at(struct first *f, uint64_t place)
{
	return (struct kept *)(void *)f->ring[place % RING_UNITS];
}

bool first_keep(struct first *f, struct flow *flow, unsigned dir, const struct packet *p)
{
	uint64_t units = (sizeof(struct kept) + p->ip_len + UNIT - 1) / UNIT;
	struct kept *kept;

	if (flow->proto == PROTO_TCP || p->fragment || p->payload_len == 0 ||
	    p->payload_len >= FLOW_SMALL_BYTES || p->ip_len > KEPT_MOST)
		return false;
	if (f->next % RING_UNITS + units > RING_UNITS) /* each lies in one piece */
		f->next += RING_UNITS - f->next % RING_UNITS;
	kept = kept_at(f, f->next);
	*kept = (struct kept){
		.number = p->number,
		.time = p->time,
		.ip_len = (uint16_t)p->ip_len,
		.payload_len = (uint16_t)p->payload_len,
		.dir = (uint8_t)dir,
	};
	memcpy(kept->ip, p->data + p->ip_at, p->ip_len);
	flow->app_state = APPID_WAITS;
	flow->appid = (uint32_t)f->next;
	f->next += units;
	return true;
}

bool first_take(struct first *f, struct flow *flow, struct packet *p, unsigned *dir)
{
	uint32_t back = (uint32_t)f->next - flow->appid;
	const struct kept *kept = kept_at(f, flow->appid);

	flow->app_state = APPID_NOT_YET;
	flow->appid = 0;
	if (back > RING_UNITS || kept->number != flow->first_packet) {
		count_one(f->counters, COUNT_APPID_LATE);
		return false;
	}
	*p = (struct packet){
		.number = kept->number,
		.time = kept->time,
		.data = kept->ip,
		.caplen = kept->ip_len,
		.wirelen = kept->ip_len,
		.ip_len = kept->ip_len,
		.payload_len = kept->payload_len,
	};
	*dir = kept->dir;
	return true;
}
