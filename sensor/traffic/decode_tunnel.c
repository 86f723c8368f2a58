// SPDX-License-Identifier: Apache-2.0
/*
 * decode_tunnel.c - what IP carries by a protocol of its own: IP, GRE, and others.
 *
 * A tunnel is first of all a flow between its ends, and that is what the packet is where
 * nothing inside can be read: cut, encrypted, not IP, or no tunnel at all.  So the
 * packet is kept as its carrier has it before anything inside is looked at, and taken
 * back when the walk ends nowhere.
 */
#include "traffic/decode_walk.h"

enum { TUNNELS_MAX = 8 };

static void count_kind(struct walk *w, enum tunnel_kind kind, bool over_v4)
{
	static const uint16_t kinds[] = {
		[TUNNEL_TEREDO] = COUNT_DECODER_TEREDO,
		[TUNNEL_GRE] = COUNT_DECODER_GRE,
		[TUNNEL_ERSPAN] = COUNT_DECODER_ERSPAN,
		[TUNNEL_VXLAN] = COUNT_DECODER_VXLAN,
		[TUNNEL_GENEVE] = COUNT_DECODER_GENEVE,
		[TUNNEL_GTP] = COUNT_DECODER_GTP,
		[TUNNEL_L2TP] = COUNT_DECODER_L2TP,
		[TUNNEL_CAPWAP] = COUNT_DECODER_CAPWAP,
		[TUNNEL_LISP] = COUNT_DECODER_LISP,
		[TUNNEL_TZSP] = COUNT_DECODER_TZSP,
		[TUNNEL_MPLS] = COUNT_DECODER_MPLS_TUNNEL,
		[TUNNEL_ETHERNET] = COUNT_DECODER_ETHERIP,
	};
	static const uint16_t over[2][2] = {
		/* by what is inside, then what carries */
		{ COUNT_DECODER_IPV4_IN_IPV6, COUNT_DECODER_IPV4_IN_IPV4 },
		{ COUNT_DECODER_IPV6_IN_IPV6, COUNT_DECODER_IPV6_IN_IPV4 },
	};

	if (kind == TUNNEL_IPV4 || kind == TUNNEL_IPV6)
		count_one(w->counters, over[kind == TUNNEL_IPV6][over_v4]);
	else
		count_one(w->counters, kinds[kind]);
}

enum layer tunnel_enter(struct walk *w, enum tunnel_kind kind, enum layer inside)
{
	struct packet *p = w->p;
	struct tunnel *t = &p->tunnel;

	if (t->depth == TUNNELS_MAX) {
		count_one(w->counters, COUNT_DECODER_TUNNEL_DEEP);
		return LAYER_FLOW;
	}
	w->carrier->p = *p;
	w->carrier->counters = *w->counters;
	w->carried = true;
	count_kind(w, kind, addr_is_v4(&p->tuple.from));
	if (t->depth++ == 0) {
		t->from = p->tuple.from;
		t->to = p->tuple.to;
		t->from_port = p->tuple.from_port;
		t->to_port = p->tuple.to_port;
		t->proto = p->tuple.proto;
	}
	t->kind = (uint8_t)kind;
	p->tuple.from_port = p->tuple.to_port = 0;
	p->checksum = p->ip_id = 0;
	w->extensions = 0;
	return inside;
}

void tunnel_leave(struct walk *w)
{
	*w->p = w->carrier->p;
	*w->counters = w->carrier->counters;
	count_one(w->counters, COUNT_DECODER_TUNNEL_UNREAD);
	if (w->p->tuple.proto != PROTO_UDP)
		count_one(w->counters, COUNT_DECODER_OTHER);
}

/* The packet is its carrier's, and nothing was begun. */
static enum layer carrier_alone(struct walk *w)
{
	count_one(w->counters, COUNT_DECODER_OTHER);
	return LAYER_FLOW;
}

static enum layer enter(struct walk *w, enum tunnel_kind kind, enum layer inside)
{
	if (!cursor_ok(&w->in))
		return carrier_alone(w);
	if (w->p->tunnel.depth == TUNNELS_MAX)
		count_one(w->counters, COUNT_DECODER_OTHER);
	return tunnel_enter(w, kind, inside);
}

/* The routes of RFC 1701: family, offset, length, that many bytes; no family and no
 * length ends them. */
static bool routes_pass(struct walk *w)
{
	enum { ROUTES_MAX = 16 };

	for (unsigned i = 0; i < ROUTES_MAX; i++) {
		uint16_t family = cursor_u16(&w->in);
		cursor_take(&w->in, 1);
		uint8_t length = cursor_u8(&w->in);
		cursor_take(&w->in, length);
		if (!cursor_ok(&w->in))
			return false;
		if (family == 0 && length == 0)
			return true;
	}
	return false;
}

/*
 * A mirrored frame (draft-foschiano-erspan).  Type I has no header at all, and no
 * sequence number in GRE by which to tell; type III says what frame it is, and whether
 * eight bytes more follow.
 */
static enum layer erspan_read(struct walk *w, uint16_t type, bool numbered)
{
	enum { TYPE_III = 0x22eb, FRAME_IP = 2 };

	if (type == TYPE_III) {
		cursor_take(&w->in, 10);
		uint16_t tail = cursor_u16(&w->in);
		if (tail & 1)
			cursor_take(&w->in, 8);
		return enter(w, TUNNEL_ERSPAN,
		             (tail >> 10 & 0x1f) == FRAME_IP ? LAYER_IP : LAYER_ETHERNET);
	}
	if (numbered)
		cursor_take(&w->in, 8);
	return enter(w, TUNNEL_ERSPAN, LAYER_ETHERNET);
}

/* Cisco's redirected packets: version 2 puts four bytes before IP. */
static enum layer wccp_read(struct walk *w)
{
	struct bytes rest = cursor_peek(&w->in);

	if (rest.n && rest.p[0] >> 4 != 4)
		cursor_take(&w->in, 4);
	return enter(w, TUNNEL_GRE, LAYER_IPV4);
}

/* Version 1: RFC 2637's for PPP, whose key is the payload's length and a call, and
 * MikroTik's for Ethernet, alike. */
static enum layer gre1_read(struct walk *w, uint16_t flags, uint16_t type)
{
	enum { PPTP = 0x880b, EOIP = 0x6400 };
	enum { KEY = 0x2000, SEQUENCE = 0x1000, ACK = 0x0080 };
	uint16_t length = cursor_u16(&w->in);

	cursor_take(&w->in, 2);
	if (flags & SEQUENCE)
		cursor_take(&w->in, 4);
	if (flags & ACK)
		cursor_take(&w->in, 4);
	if (!(flags & KEY) || length == 0 || !cursor_ok(&w->in))
		return carrier_alone(w);
	if (type != PPTP && type != EOIP)
		return carrier_alone(w);
	walk_fence(w, w->in.at + length);
	return enter(w, TUNNEL_GRE, type == PPTP ? LAYER_PPP : LAYER_ETHERNET);
}

/* RFC 2784 with RFC 2890's key and sequence number and RFC 1701's routes; RFC 7637. */
static enum layer gre_read(struct walk *w)
{
	enum { SUM = 0x8000, ROUTES = 0x4000, KEY = 0x2000, SEQUENCE = 0x1000 };
	enum { ERSPAN = 0x88be, ERSPAN_III = 0x22eb, WCCP = 0x883e };
	uint16_t flags = cursor_u16(&w->in);
	uint16_t type = cursor_u16(&w->in);

	if ((flags & 7) == 1)
		return gre1_read(w, flags, type);
	if (flags & (SUM | ROUTES))
		cursor_take(&w->in, 4);
	if (flags & KEY)
		cursor_take(&w->in, 4);
	if (flags & SEQUENCE)
		cursor_take(&w->in, 4);
	if ((flags & 7) != 0 || ((flags & ROUTES) && !routes_pass(w)))
		return carrier_alone(w);
	switch (type) {
	case ERSPAN:
	case ERSPAN_III: return erspan_read(w, type, flags & SEQUENCE);
	case WCCP: return wccp_read(w);
	default: w->type = type; return enter(w, TUNNEL_GRE, LAYER_TYPE);
	}
}

/* RFC 3931 4.1.1: a session, 0 for control.  How long its cookie is was agreed elsewhere:
 * the frame shows. */
static enum layer l2tp3_read(struct walk *w)
{
	if (cursor_u32(&w->in) == 0)
		return carrier_alone(w);
	for (size_t cookie = 0; cookie <= 12; cookie += 4) {
		if (looks_ethernet(w, cookie)) {
			cursor_take(&w->in, cookie);
			return enter(w, TUNNEL_L2TP, LAYER_ETHERNET);
		}
	}
	return carrier_alone(w);
}

/* RFC 3378: version 3 and nothing else. */
static enum layer etherip_read(struct walk *w)
{
	if (cursor_u16(&w->in) != 0x3000)
		return carrier_alone(w);
	return enter(w, TUNNEL_ETHERNET, LAYER_ETHERNET);
}

enum layer tunnel_read(struct walk *w)
{
	enum layer end = payload_done(w, w->in.at, 0);

	if (end != LAYER_FLOW)
		return end;
	switch (w->proto) {
	case PROTO_IPV4: return enter(w, TUNNEL_IPV4, LAYER_IPV4);
	case PROTO_IPV6: return enter(w, TUNNEL_IPV6, LAYER_IPV6);
	case PROTO_GRE: return gre_read(w);
	case PROTO_ETHERIP: return etherip_read(w);
	case PROTO_ETHERNET: return enter(w, TUNNEL_ETHERNET, LAYER_ETHERNET);
	case PROTO_L2TP: return l2tp3_read(w);
	default: return enter(w, TUNNEL_MPLS, LAYER_MPLS);
	}
}
