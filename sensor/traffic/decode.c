// SPDX-License-Identifier: Apache-2.0
/*
 * decode.c - the headers of one packet, read from the outside in.
 *
 * Each layer is one small function: it reads its own header, notes what it says and names
 * the layer that follows.  decode_packet goes from one to the next, a bounded number of
 * times, so a tunnel is one more function and one more case, never a deeper nest.
 *
 * Two ends are kept apart all the way down.  Where the bytes at hand end (the snap
 * length) is the cursor's business; where the packet ended on the wire, by every length
 * field so far, is wire_end.  Counts come from the second, reads from the first.
 *
 * Runs for every packet on whichever thread reads (the worker's own with one worker or
 * live, else the reader's).  No state of its own, no allocation.
 */
#include "traffic/decode.h"

#include <endian.h>
#include <stddef.h>

#include "base/cursor.h"

/* libpcap's DLT_ numbers as they are on Linux; its door is elsewhere. */
enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_RAW_FILE = 101,
	LINK_LOOP = 108,
	LINK_COOKED = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_COOKED2 = 276,
};

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

enum {
	LAYERS_MAX =
		40, /* more than any packet needs: tags, extensions and a tunnel or two */
	TAGS_MAX = 8,
	EXTENSIONS_MAX = 16,
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

/* One packet on its way down. */
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
static void walk_fence(struct walk *w, uint64_t end)
{
	if (end < w->wire_end)
		w->wire_end = end;
	if (end < w->in.in.n)
		w->in.in.n = (size_t)end;
}

static enum layer link_layer(int link)
{
	switch (link) {
	case LINK_ETHERNET: return LAYER_ETHERNET;
	case LINK_COOKED: return LAYER_COOKED;
	case LINK_COOKED2: return LAYER_COOKED2;
	case LINK_NULL:
	case LINK_LOOP: return LAYER_FAMILY;
	case LINK_RAW:
	case LINK_RAW_OPENBSD:
	case LINK_RAW_FILE: return LAYER_IP;
	case LINK_IPV4: return LAYER_IPV4;
	case LINK_IPV6: return LAYER_IPV6;
	default: return LAYER_UNKNOWN;
	}
}

static enum layer ethernet_read(struct walk *w)
{
	struct cursor header = cursor_sub(&w->in, 14);

	if (!cursor_ok(&header))
		return LAYER_INVALID;
	cursor_take(&header, 12); /* to whom, from whom */
	w->type = cursor_u16(&header);
	return w->type <= TYPE_LENGTH_MAX ? LAYER_LLC : LAYER_TYPE;
}

/* IEEE 802.2 with SNAP, or with IP as its own SAP (RFC 1042, RFC 948). */
static enum layer llc_read(struct walk *w)
{
	uint16_t saps = cursor_u16(&w->in);
	uint8_t control = cursor_u8(&w->in);

	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	if (saps == 0x0606 && control == 0x03)
		return LAYER_IPV4;
	if (saps != 0xaaaa || control != 0x03)
		return LAYER_NOT_IP;
	uint64_t organisation = cursor_big(&w->in, 3);
	w->type = cursor_u16(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	return organisation == 0 ? LAYER_TYPE : LAYER_NOT_IP;
}

/* Linux cooked v1: packet type, ARPHRD_ type, address length and address, protocol. */
static enum layer cooked_read(struct walk *w)
{
	cursor_take(&w->in, 14);
	w->type = cursor_u16(&w->in);
	return cursor_ok(&w->in) ? LAYER_TYPE : LAYER_INVALID;
}

/* v2: protocol, reserved, interface, ARPHRD_ type, packet type, address length and
 * address. */
static enum layer cooked2_read(struct walk *w)
{
	w->type = cursor_u16(&w->in);
	cursor_take(&w->in, 18);
	return cursor_ok(&w->in) ? LAYER_TYPE : LAYER_INVALID;
}

/*
 * The address family in the byte order of whoever captured: null has it so, loopback in
 * network order, and a family is small enough to tell.  IPv6 has a number per system.
 */
static enum layer family_read(struct walk *w)
{
	uint32_t family = cursor_u32(&w->in);

	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2: return LAYER_IPV4;
	case 10: /* Linux */
	case 23: /* Windows */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* Darwin */ return LAYER_IPV6;
	default: return LAYER_NOT_IP;
	}
}

static enum layer tag_read(struct walk *w)
{
	uint16_t tag = cursor_u16(&w->in) & 0x0fff;

	w->type = cursor_u16(&w->in);
	if (!cursor_ok(&w->in) || w->tags == TAGS_MAX)
		return LAYER_INVALID;
	if (w->tags < 2) {
		count_one(w->counters,
		          w->tags == 0 ? COUNT_DECODER_VLAN : COUNT_DECODER_QINQ);
		w->p->vlan[w->tags] = tag;
		w->p->vlan_count++;
	}
	w->tags++;
	return w->type <= TYPE_LENGTH_MAX ? LAYER_LLC : LAYER_TYPE;
}

static enum layer type_read(struct walk *w)
{
	switch (w->type) {
	case TYPE_IPV4: return LAYER_IPV4;
	case TYPE_IPV6: return LAYER_IPV6;
	case TYPE_VLAN:
	case TYPE_PROVIDER:
	case TYPE_QINQ_OLD: return tag_read(w);
	case TYPE_LLC: return LAYER_LLC;
	default: return LAYER_NOT_IP;
	}
}

static enum layer ip_read(struct walk *w)
{
	struct bytes rest = cursor_peek(&w->in);

	if (rest.n == 0)
		return LAYER_INVALID;
	switch (rest.p[0] >> 4) {
	case 4: return LAYER_IPV4;
	case 6: return LAYER_IPV6;
	default: return LAYER_INVALID;
	}
}

/* An address as two numbers, while it is in hand: IPv4 mapped as base/prefix.h has it. */
struct halves {
	uint64_t high, low;
};

static struct halves halves_read4(struct cursor *c)
{
	return (struct halves){ 0, 0xffffULL << 32 | cursor_u32(c) };
}

static struct halves halves_read6(struct cursor *c)
{
	uint64_t high = cursor_u64(c);

	return (struct halves){ high, cursor_u64(c) };
}

/* In two stores of the width that everybody reads it with, which a core forwards. */
static void halves_store(struct addr *a, struct halves h)
{
	uint64_t wire[2] = { htobe64(h.high), htobe64(h.low) };

	memcpy(a->b, wire, sizeof(wire));
}

static uint64_t halves_mix(struct halves h)
{
	uint64_t x = (h.high ^ 0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd;

	x ^= h.low * 0xc4ceb9fe1a85ec53;
	return x ^ x >> 29;
}

/*
 * The same for both directions and on every machine.  Each address is mixed before the
 * two are added, or neighbours in one network would cancel out (.1 with .4, .2 with .3).
 */
static uint32_t pair_hash(struct halves a, struct halves b)
{
	return (uint32_t)((halves_mix(a) + halves_mix(b)) * 0x9e3779b97f4a7c15 >> 32);
}

/* What both versions have in common; the fence is where it ought to be. */
static void ip_done(struct walk *w, size_t at, struct halves from, struct halves to)
{
	struct packet *p = w->p;

	p->ip_at = (uint32_t)at;
	p->ip_len = (uint32_t)(w->in.in.n - at);
	halves_store(&p->tuple.from, from);
	halves_store(&p->tuple.to, to);
	p->shard_hash = pair_hash(from, to);
}

/* The transport's header took `header` bytes from `at` on, whether at hand or not. */
static enum layer payload_done(struct walk *w, size_t at, size_t header)
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

static enum layer fragment_done(struct walk *w, uint32_t id, uint32_t offset, bool more)
{
	count_one(w->counters, COUNT_DECODER_FRAGMENTS);
	w->p->fragment = 1;
	w->p->piece = (struct piece_place){ id, offset, (uint32_t)w->in.at, more };
	return payload_done(w, w->in.at, 0);
}

/* RFC 791. */
static enum layer ipv4_read(struct walk *w)
{
	size_t at = w->in.at;
	struct cursor header = cursor_sub(&w->in, 20);

	if (!cursor_ok(&header))
		return LAYER_INVALID;
	uint8_t start = cursor_u8(&header);
	cursor_take(&header, 1); /* type of service */
	uint16_t total = cursor_u16(&header);
	uint16_t id = cursor_u16(&header);
	uint16_t fragment = cursor_u16(&header);
	cursor_take(&header, 1); /* time to live */
	w->proto = cursor_u8(&header);
	cursor_take(&header, 2); /* checksum: offload leaves it wrong */
	struct halves from = halves_read4(&header);
	struct halves to = halves_read4(&header);

	size_t length = (size_t)(start & 0x0f) * 4;
	if (start >> 4 != 4 || length < 20 || (total != 0 && total < length))
		return LAYER_INVALID;
	if (total != 0) /* else segmentation offload: the card will fill it in */
		walk_fence(w, at + total);
	cursor_take(&w->in, length - 20); /* options */
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_IPV4);
	ip_done(w, at, from, to);
	w->p->ip_id = id;
	if (fragment & 0x3fff) /* an offset, or more to come */
		return fragment_done(w, id, (fragment & 0x1fffU) * 8, fragment & 0x2000);
	return LAYER_PROTO;
}

/* RFC 8200. */
static enum layer ipv6_read(struct walk *w)
{
	size_t at = w->in.at;
	struct cursor header = cursor_sub(&w->in, 40);

	if (!cursor_ok(&header))
		return LAYER_INVALID;
	uint8_t start = cursor_u8(&header);
	cursor_take(&header, 3); /* class and flow label */
	uint16_t length = cursor_u16(&header);
	w->proto = cursor_u8(&header);
	cursor_take(&header, 1); /* hop limit */
	struct halves from = halves_read6(&header);
	struct halves to = halves_read6(&header);
	if (start >> 4 != 6)
		return LAYER_INVALID;
	/* 0 is a jumbogram or segmentation offload, but for a packet that carries nothing
	 */
	w->jumbo = length == 0 && w->proto != PROTO_NONE;
	if (!w->jumbo)
		walk_fence(w, at + 40 + length);
	count_one(w->counters, COUNT_DECODER_IPV6);
	ip_done(w, at, from, to);
	return LAYER_PROTO;
}

/* The jumbo payload option (RFC 2675): its length counts from behind the IPv6 header. */
static void jumbo_read(struct walk *w, struct cursor options)
{
	while (cursor_left(&options) > 0) {
		uint8_t type = cursor_u8(&options);
		if (type == 0) /* one byte of padding */
			continue;
		uint8_t length = cursor_u8(&options);
		struct cursor value = cursor_sub(&options, length);
		uint32_t jumbo = cursor_u32(&value);
		if (type != 0xc2 || !cursor_ok(&value))
			continue;
		uint64_t end = (uint64_t)w->p->ip_at + 40 + jumbo;
		if (end >= w->in.at) {
			walk_fence(w, end);
			w->p->ip_len = (uint32_t)w->in.in.n - w->p->ip_at;
		}
		return;
	}
}

/* An extension header of IPv6 (RFC 8200 4), or an authentication header (RFC 4302). */
static enum layer extension_read(struct walk *w)
{
	uint8_t kind = w->proto;

	if (w->extensions++ == EXTENSIONS_MAX)
		return LAYER_INVALID;
	w->proto = cursor_u8(&w->in);
	size_t length = cursor_u8(&w->in);
	if (kind == PROTO_FRAGMENT) {
		uint16_t fragment = cursor_u16(&w->in);
		uint32_t id = cursor_u32(&w->in);
		if (!cursor_ok(&w->in))
			return LAYER_INVALID;
		/* neither an offset nor more to come: whole after all (RFC 6946) */
		return fragment & 0xfff9
		               ? fragment_done(w, id, fragment & 0xfff8U, fragment & 1)
		               : LAYER_PROTO;
	}
	length = kind == PROTO_AH ? (length + 2) * 4 : (length + 1) * 8;
	struct cursor body = cursor_sub(&w->in, length - 2);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	if (kind == PROTO_HOP_BY_HOP && w->jumbo)
		jumbo_read(w, body);
	return LAYER_PROTO;
}

/* RFC 9293. */
static enum layer tcp_read(struct walk *w)
{
	struct packet *p = w->p;
	size_t at = w->in.at;
	struct cursor header = cursor_sub(&w->in, 20);

	if (!cursor_ok(&header))
		return LAYER_INVALID;
	p->tuple.from_port = cursor_u16(&header);
	p->tuple.to_port = cursor_u16(&header);
	p->seq = cursor_u32(&header);
	p->ack = cursor_u32(&header);
	size_t length = (size_t)(cursor_u8(&header) >> 4) * 4;
	p->tcp_flags = cursor_u8(&header);
	p->window = cursor_u16(&header);
	p->checksum = cursor_u16(&header);
	if (length < 20)
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_TCP);
	return payload_done(w, at, length);
}

/* RFC 768.  A length of 0 is a jumbogram's or offload's; one too large for IP is cut to
 * it. */
static enum layer udp_read(struct walk *w)
{
	size_t at = w->in.at;
	struct cursor header = cursor_sub(&w->in, 8);

	if (!cursor_ok(&header))
		return LAYER_INVALID;
	w->p->tuple.from_port = cursor_u16(&header);
	w->p->tuple.to_port = cursor_u16(&header);
	uint16_t length = cursor_u16(&header);
	if (length != 0 && length < 8)
		return LAYER_INVALID;
	w->p->checksum = cursor_u16(&header);
	if (length != 0)
		walk_fence(w, at + length);
	count_one(w->counters, COUNT_DECODER_UDP);
	return payload_done(w, at, 8);
}

/* SCTP (RFC 9260) is another transport, but its ports stand where everybody's do. */
static enum layer sctp_read(struct walk *w)
{
	size_t at = w->in.at;

	w->p->tuple.from_port = cursor_u16(&w->in);
	w->p->tuple.to_port = cursor_u16(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_OTHER);
	return payload_done(w, at, 12);
}

/*
 * The type that answers this one or is answered by it, or -1: the pairs of the Community
 * ID specification, so that both directions of a ping are one flow.
 */
static int icmp_counterpart(uint8_t proto, uint8_t type)
{
	static const uint8_t pairs[][3] = {
		{ PROTO_ICMP, 8, 0 },       /* echo */
		{ PROTO_ICMP, 10, 9 },      /* router */
		{ PROTO_ICMP, 13, 14 },     /* timestamp */
		{ PROTO_ICMP, 15, 16 },     /* information */
		{ PROTO_ICMP, 17, 18 },     /* address mask */
		{ PROTO_ICMPV6, 128, 129 }, /* echo */
		{ PROTO_ICMPV6, 130, 131 }, /* multicast listeners */
		{ PROTO_ICMPV6, 133, 134 }, /* router */
		{ PROTO_ICMPV6, 135, 136 }, /* neighbour */
		{ PROTO_ICMPV6, 139, 140 }, /* node information */
		{ PROTO_ICMPV6, 144, 145 }, /* home agent */
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (pairs[i][0] != proto)
			continue;
		if (pairs[i][1] == type)
			return pairs[i][2];
		if (pairs[i][2] == type)
			return pairs[i][1];
	}
	return -1;
}

/* RFC 792, RFC 4443.  The payload begins behind the eight bytes that every message has.
 */
static enum layer icmp_read(struct walk *w)
{
	size_t at = w->in.at;
	uint8_t type = cursor_u8(&w->in);
	uint8_t code = cursor_u8(&w->in);

	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	w->p->checksum = cursor_u16(&w->in);
	int counterpart = icmp_counterpart(w->proto, type);
	w->p->tuple.from_port = type;
	w->p->tuple.to_port = counterpart < 0 ? code : (uint16_t)counterpart;
	count_one(w->counters,
	          w->proto == PROTO_ICMP ? COUNT_DECODER_ICMPV4 : COUNT_DECODER_ICMPV6);
	return payload_done(w, at, 8);
}

static enum layer proto_read(struct walk *w)
{
	switch (w->proto) {
	case PROTO_TCP: return tcp_read(w);
	case PROTO_UDP: return udp_read(w);
	case PROTO_ICMP:
	case PROTO_ICMPV6: return icmp_read(w);
	case PROTO_SCTP: return sctp_read(w);
	case PROTO_AH: return extension_read(w);
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_FRAGMENT:
	case PROTO_DESTINATION:
		if (!addr_is_v4(&w->p->tuple.from))
			return extension_read(w);
		break;
	default: break;
	}
	count_one(w->counters, COUNT_DECODER_OTHER);
	return payload_done(w, w->in.at, 0);
}

static enum layer layer_read(struct walk *w, enum layer layer)
{
	switch (layer) {
	case LAYER_ETHERNET: return ethernet_read(w);
	case LAYER_COOKED: return cooked_read(w);
	case LAYER_COOKED2: return cooked2_read(w);
	case LAYER_FAMILY: return family_read(w);
	case LAYER_TYPE: return type_read(w);
	case LAYER_LLC: return llc_read(w);
	case LAYER_IP: return ip_read(w);
	case LAYER_IPV4: return ipv4_read(w);
	case LAYER_IPV6: return ipv6_read(w);
	case LAYER_PROTO: return proto_read(w);
	default: return layer; /* an end */
	}
}

bool decode_knows(int link)
{
	return link_layer(link) != LAYER_UNKNOWN;
}

/* Forgets what decode found before. */
static void packet_clear(struct packet *p)
{
	const size_t found = offsetof(struct packet, tuple);

	memset((uint8_t *)p + found, 0, sizeof(*p) - found);
}

/* From layer to layer, to an end; true where it is that of a flow. */
static bool walk_down(struct packet *p, enum layer layer, struct counters *counters)
{
	struct walk w = {
		.in = cursor_over((struct bytes){ p->data, p->caplen }),
		.wire_end = p->wirelen,
		.p = p,
		.counters = counters,
	};

	for (unsigned i = 0; i < LAYERS_MAX && layer < LAYER_FLOW; i++)
		layer = layer_read(&w, layer);
	switch (layer) {
	case LAYER_FLOW: return true;
	case LAYER_NOT_IP: count_one(counters, COUNT_DECODER_NOT_IP); break;
	case LAYER_UNKNOWN: count_one(counters, COUNT_DECODER_LINKTYPE); break;
	default: count_one(counters, COUNT_DECODER_INVALID); break;
	}
	return false;
}

bool decode_packet(struct packet *p, int link, struct counters *counters)
{
	packet_clear(p);
	p->pieces = 1;
	count_one(counters, COUNT_DECODER_PACKETS);
	count_add(counters, COUNT_DECODER_BYTES, p->wirelen);
	if (p->caplen < p->wirelen)
		count_one(counters, COUNT_DECODER_SNAPPED);
	return walk_down(p, link_layer(link), counters);
}

bool decode_whole(struct packet *p, struct counters *counters)
{
	const struct packet before = *p;

	packet_clear(p);
	p->vlan_count = before.vlan_count;
	p->vlan[0] = before.vlan[0];
	p->vlan[1] = before.vlan[1];
	p->tunnel = before.tunnel;
	p->pieces = before.pieces;
	return walk_down(p, LAYER_IP, counters);
}
