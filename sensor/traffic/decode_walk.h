// SPDX-License-Identifier: Apache-2.0
/*
 * decode_walk.h - one packet on its way down: what the files of decode share.
 *
 * A layer is a function of the walk: it reads its own header, notes in the packet what
 * it says, and names the layer that follows.  decode.c goes from one to the next.
 *
 * Two ends are kept apart all the way.  Where the bytes at hand end (the snap length) is
 * the cursor's business; where the packet ended on the wire, by every length field so
 * far, is wire_end.  Counts come from the second, reads from the first.
 */
#ifndef TRAFFIC_DECODE_WALK_H
#define TRAFFIC_DECODE_WALK_H

#include "base/counters.h"
#include "base/cursor.h"
#include "traffic/packet.h"

enum {
	TYPE_LLC = 0x0004,      /* in cooked headers only */
	TYPE_LENGTH_MAX = 1500, /* up to here, Ethernet's type is 802.3's length */
	TYPE_IPV4 = 0x0800,
	TYPE_VLAN = 0x8100,
	TYPE_IPV6 = 0x86dd,
	TYPE_PROVIDER = 0x88a8, /* 802.1ad */
	TYPE_QINQ_OLD = 0x9100,
};

enum {
	PROTO_HOP_BY_HOP = 0,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_AH = 51,
	PROTO_NONE = 59,
	PROTO_DESTINATION = 60,
};

enum layer {
	LAYER_ETHERNET,
	LAYER_COOKED,
	LAYER_COOKED2,
	LAYER_FAMILY, /* null and loopback: an address family in four bytes */
	LAYER_TYPE,   /* whatever walk.type says */
	LAYER_LLC,
	LAYER_IP, /* either version, by its first four bits */
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_PROTO, /* whatever walk.proto says */

	/* ends */
	LAYER_FLOW,    /* all read: the packet belongs to a flow */
	LAYER_NOT_IP,  /* nothing wrong with it */
	LAYER_INVALID, /* cut, or contradicts itself */
	LAYER_UNKNOWN, /* of the link: not one of ours */
};

struct walk {
	struct cursor in;  /* from the link layer on; its offsets are the packet's */
	uint64_t wire_end; /* where the packet ended on the wire; never before in.at */
	struct packet *p;
	struct counters *counters;
	uint16_t type; /* ethertype of what follows */
	uint8_t proto; /* of IP */
	uint8_t tags;
	uint8_t extensions;
	bool jumbo; /* IPv6 whose length, if any, is in an option */
};

/* A length field says that the packet ends here: at or after in.at. */
static inline void walk_fence(struct walk *w, uint64_t end)
{
	if (end < w->wire_end)
		w->wire_end = end;
	if (end < w->in.in.n)
		w->in.in.n = (size_t)end;
}

/* The transport's header took `header` bytes from `at` on, whether at hand or not. */
static inline enum layer payload_done(struct walk *w, size_t at, size_t header)
{
	struct packet *p = w->p;

	if (w->wire_end < at + header)
		return LAYER_INVALID;
	p->tuple.proto = w->proto;
	p->payload_len = w->wire_end - at - header;
	p->payload_at = (uint32_t)(at + header < w->in.in.n ? at + header : w->in.in.n);
	p->payload_cap = (uint32_t)w->in.in.n - p->payload_at;
	return LAYER_FLOW;
}

/* decode_link.c */
enum layer link_layer(int link); /* what a link type's packets begin with */
enum layer cooked_read(struct walk *w);
enum layer cooked2_read(struct walk *w);
enum layer family_read(struct walk *w);
enum layer llc_read(struct walk *w);

/* decode_type.c */
enum layer tag_read(struct walk *w);

/* decode_ip.c */
enum layer extension_read(struct walk *w);
enum layer fragment_done(struct walk *w, uint32_t id, uint32_t offset, bool more);
enum layer sctp_read(struct walk *w);
enum layer icmp_read(struct walk *w);

#endif
