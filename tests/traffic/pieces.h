// SPDX-License-Identifier: Apache-2.0
/*
 * pieces.h - IP fragments written by hand, and what defrag makes of them, for its tests.
 *
 * A rig has one defrag, and copies of what came out of it last.
 */
#ifndef TESTS_TRAFFIC_PIECES_H
#define TESTS_TRAFFIC_PIECES_H

#include <stdlib.h>

#include "tests/check.h"
#include "traffic/decode.h"
#include "traffic/defrag.h"

#define RIG_SECOND INT64_C(1000000000)

enum { RAW = 101, RIG_ROOM = 70000, PROTO_ANY = 253 /* for experiments: RFC 3692 */ };

/* A fragment as its sender has it. */
struct cut {
	bool v6;
	uint8_t proto;      /* what the whole carries */
	uint8_t extensions; /* of IPv6, before the fragment header: 8 bytes each */
	uint32_t id;
	uint32_t offset, n; /* of the part that is cut */
	bool more;
};

struct rig {
	struct defrag *x;
	struct counters counters;
	uint64_t number;
	int64_t now;
	uint16_t vlan;        /* set on what decode found */
	struct tunnel tunnel; /* the same */
	struct packet p;      /* what came out last */
	uint8_t *bytes;       /* of the packet that went in last */
	uint8_t *payload;     /* of what came out last: payload_cap bytes */
	uint64_t given, length, wire, pieces, alone; /* sums over what came out */
	void (*watch)(struct rig *rig); /* called for all that comes out, or NULL */
};

static inline struct rig *rig_new(uint64_t memory)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct defrag_limits limits = { memory, 30 * RIG_SECOND };

	CHECK_MUST(r);
	r->x = defrag_new(&limits, &r->counters);
	r->payload = malloc(RIG_ROOM);
	r->now = 1000 * RIG_SECOND;
	CHECK_MUST(r->x && r->payload);
	return r;
}

static inline void rig_take(struct rig *r)
{
	const struct packet *p = &r->p;

	CHECK(p->payload_at <= p->caplen && p->payload_cap <= p->caplen - p->payload_at);
	CHECK(p->payload_cap <= p->payload_len && p->payload_len <= p->wirelen);
	CHECK(p->ip_at <= p->caplen && p->ip_len <= p->caplen - p->ip_at);
	memcpy(r->payload, p->data + p->payload_at, p->payload_cap);
	r->given++;
	r->alone += p->fragment;
	r->length += p->payload_len;
	r->wire += p->wirelen;
	r->pieces += p->pieces;
	if (r->watch)
		r->watch(r);
}

/* All that must be given up before a packet of that time; gives how many. */
static inline unsigned rig_give_up(struct rig *r, int64_t next)
{
	unsigned n = 0;

	for (;; n++) {
		struct packet p;

		p.number = r->number;
		p.time = r->now;
		if (!defrag_give_up(r->x, next, &p))
			return n;
		CHECK_EQ(r->number, p.number);
		CHECK(p.time >= r->now && p.time <= next);
		r->now = p.time;
		r->p = p;
		rig_take(r);
	}
}

static inline void rig_free(struct rig *r)
{
	rig_give_up(r, INT64_MAX);
	CHECK_EQ(0, defrag_used(r->x));
	defrag_free(r->x);
	free(r->bytes);
	free(r->payload);
	free(r);
}

static inline void rig_put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline size_t cut_header4(const struct cut *cut, uint8_t *h)
{
	static const uint8_t pair[] = { 10, 0, 0, 1, 192, 0, 2, 1 };

	h[0] = 0x45;
	rig_put16(h + 2, 20 + cut->n);
	rig_put16(h + 4, cut->id);
	rig_put16(h + 6, (cut->more ? 0x2000U : 0) | cut->offset / 8);
	h[8] = 64;
	h[9] = cut->proto;
	memcpy(h + 12, pair, 8);
	return 20;
}

static inline size_t cut_header6(const struct cut *cut, uint8_t *h)
{
	uint8_t *f = h + 40 + cut->extensions * 8;

	h[0] = 0x60;
	rig_put16(h + 4, cut->extensions * 8U + 8 + cut->n);
	h[6] = cut->extensions ? 60 : 44;
	h[7] = 64;
	h[8] = h[24] = 0x20;
	h[23] = 1;
	h[39] = 2;
	for (unsigned i = 0; i < cut->extensions; i++) {
		h[40 + i * 8] = i + 1 < cut->extensions ? 60 : 44;
		h[40 + i * 8 + 2] = 1; /* four bytes of padding */
		h[40 + i * 8 + 3] = 4;
	}
	f[0] = cut->proto;
	rig_put16(f + 2, cut->offset | cut->more);
	rig_put16(f + 4, cut->id >> 16);
	rig_put16(f + 6, cut->id);
	return (size_t)(f + 8 - h);
}

/*
 * Sends the part of `whole` that the cut says, `snap` bytes of which (headers and all)
 * are at hand, in memory of exactly that size.  True where something came out.
 */
static inline bool rig_send(struct rig *r, const struct cut *cut, const uint8_t *whole,
                            uint32_t snap)
{
	uint8_t header[120] = { 0 };
	size_t n = cut->v6 ? cut_header6(cut, header) : cut_header4(cut, header);
	uint32_t wirelen = (uint32_t)n + cut->n, caplen = snap < wirelen ? snap : wirelen;
	bool out;

	rig_give_up(r, r->now);
	free(r->bytes);
	r->bytes = malloc(caplen);
	CHECK_MUST(r->bytes && caplen >= n);
	memcpy(r->bytes, header, n);
	memcpy(r->bytes + n, whole + cut->offset, caplen - n);
	r->p = (struct packet){
		.number = ++r->number,
		.time = r->now,
		.data = r->bytes,
		.caplen = caplen,
		.wirelen = wirelen,
	};
	CHECK_MUST(decode_packet(&r->p, RAW, &r->counters) && r->p.fragment);
	r->p.vlan_count = r->vlan != 0;
	r->p.vlan[0] = r->vlan;
	r->p.tunnel = r->tunnel;
	out = defrag_take(r->x, &r->p);
	if (out)
		rig_take(r);
	return out;
}

static inline uint64_t rig_count(const struct rig *r, enum counter which)
{
	return r->counters.at[which];
}

#endif
