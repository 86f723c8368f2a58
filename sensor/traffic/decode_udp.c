// SPDX-License-Identifier: Apache-2.0
/*
 * decode_udp.c - tunnels over UDP.
 *
 * A port is no proof: anybody's datagrams may use it.  A tunnel is believed where its
 * header holds together (version, reserved bits, lengths) and a packet can be read
 * inside; else the datagram is a flow of its own, as any other.
 */
#include "traffic/decode_walk.h"

enum {
	PORT_L2TP = 1701,
	PORT_GTP = 2152,
	PORT_TEREDO = 3544,
	PORT_LISP = 4341,
	PORT_VXLAN = 4789,
	PORT_VXLAN_GPE = 4790,
	PORT_CAPWAP = 5247,
	PORT_GENEVE = 6081,
	PORT_MPLS = 6635,
	PORT_VXLAN_OLD = 8472,
	PORT_TZSP = 37008,
};

/* The port by which both directions are known, or only the way to it. */
static uint16_t port_of(uint16_t from, uint16_t to)
{
	switch (to) {
	case PORT_L2TP:
	case PORT_GTP:
	case PORT_TEREDO:
	case PORT_LISP:
	case PORT_VXLAN:
	case PORT_VXLAN_GPE:
	case PORT_CAPWAP:
	case PORT_GENEVE:
	case PORT_MPLS:
	case PORT_VXLAN_OLD:
	case PORT_TZSP: return to;
	default: break;
	}
	switch (from) {
	case PORT_L2TP:
	case PORT_GTP:
	case PORT_TEREDO:
	case PORT_CAPWAP: return from;
	default: return 0;
	}
}

bool udp_ports_carry(uint16_t from, uint16_t to)
{
	return port_of(from, to) != 0;
}

static enum layer enter(struct walk *w, bool believed, enum tunnel_kind kind,
                        enum layer inside)
{
	return believed && cursor_ok(&w->in) ? tunnel_enter(w, kind, inside) : LAYER_FLOW;
}

/*
 * RFC 7348: a flag that the network's number is valid; all else is to be passed over,
 * and is used by extensions.  In the generic one (draft-ietf-nvo3-vxlan-gpe) another
 * flag says that the last byte before the number names what follows.
 */
static enum layer vxlan_read(struct walk *w, bool generic)
{
	enum { VERSION = 0x30, NUMBERED = 0x08, NEXT = 0x04 };
	uint8_t flags = cursor_u8(&w->in);

	cursor_take(&w->in, 2);
	uint8_t next = cursor_u8(&w->in);
	cursor_take(&w->in, 4);
	if (!generic)
		return enter(w, flags & NUMBERED, TUNNEL_VXLAN, LAYER_ETHERNET);
	return enter(w, (flags & (VERSION | NEXT)) == NEXT || (flags & NUMBERED),
	             TUNNEL_VXLAN, flags & NEXT ? next_protocol(next) : LAYER_ETHERNET);
}

/* RFC 8926: version 0, options in words, an ethertype. */
static enum layer geneve_read(struct walk *w)
{
	uint16_t start = cursor_u16(&w->in);

	w->type = cursor_u16(&w->in);
	cursor_take(&w->in, 4);
	struct cursor options = cursor_sub(&w->in, (size_t)(start >> 8 & 0x3f) * 4);
	while (cursor_left(&options) > 0) {
		cursor_take(&options, 3);
		cursor_take(&options, (size_t)(cursor_u8(&options) & 0x1f) * 4);
	}
	return enter(w, start >> 14 == 0 && (start & 0x3f) == 0 && cursor_ok(&options),
	             TUNNEL_GENEVE, LAYER_TYPE);
}

/*
 * GTPv1-U (3GPP TS 29.281 5): version 1, not GTP', a user's packet; where any of three
 * flags is set, four bytes more, of which the last begins a chain of extensions, each
 * with its length in words first and the next one's type last.
 */
static enum layer gtp_read(struct walk *w)
{
	enum { VERSION = 0xf0, EXTENDED = 0x04, MORE = 0x07, EXTENSIONS_MAX = 8 };
	uint8_t flags = cursor_u8(&w->in);
	uint8_t message = cursor_u8(&w->in);
	uint16_t length = cursor_u16(&w->in);
	uint8_t next = 0;

	cursor_take(&w->in, 4); /* the tunnel's number */
	if ((flags & VERSION) != 0x30 || message != 255 || !cursor_ok(&w->in) ||
	    length > walk_left(w))
		return LAYER_FLOW;
	walk_fence(w, w->in.at + length);
	if (flags & MORE) {
		cursor_take(&w->in, 3);
		next = cursor_u8(&w->in);
	}
	for (unsigned i = 0; (flags & EXTENDED) && next != 0; i++) {
		size_t words = cursor_u8(&w->in);
		if (words == 0 || i == EXTENSIONS_MAX)
			return LAYER_FLOW;
		cursor_take(&w->in, words * 4 - 2);
		next = cursor_u8(&w->in);
	}
	return enter(w, true, TUNNEL_GTP, LAYER_IP);
}

/* RFC 4380 5.1.1: an authentication, where the outside was seen to be, both optional,
 * then IPv6, which must be all there is. */
static enum layer teredo_read(struct walk *w)
{
	struct bytes rest = cursor_peek(&w->in);

	if (rest.n >= 4 && rest.p[0] == 0 && rest.p[1] == 1)
		cursor_take(&w->in, 13U + rest.p[2] + rest.p[3]);
	rest = cursor_peek(&w->in);
	if (rest.n >= 2 && rest.p[0] == 0 && rest.p[1] == 0)
		cursor_take(&w->in, 8);
	return enter(w, ip_fills(w), TUNNEL_TEREDO, LAYER_IPV6);
}

/*
 * RFC 2661 3.1: data, version 2, reserved bits zero; length, sequence numbers and an
 * offset where flags say so; then PPP.
 */
static enum layer l2tp_read(struct walk *w)
{
	enum { RESERVED = 0xb4f0, LENGTH = 0x4000, SEQUENCE = 0x0800, OFFSET = 0x0200 };
	size_t at = w->in.at;
	uint16_t flags = cursor_u16(&w->in);

	if ((flags & (RESERVED | 0x0f)) != 2)
		return LAYER_FLOW;
	if (flags & LENGTH) {
		uint16_t length = cursor_u16(&w->in);
		if (length < 12 || length > w->wire_end - at)
			return LAYER_FLOW;
		walk_fence(w, at + length);
	}
	cursor_take(&w->in, flags & SEQUENCE ? 8 : 4);
	if (flags & OFFSET)
		cursor_take(&w->in, cursor_u16(&w->in));
	return enter(w, true, TUNNEL_L2TP, LAYER_PPP);
}

/*
 * RFC 5415 4.3: not encrypted, its own length in words, and whether what follows is a
 * frame of the radio's kind (802.11 only) or Ethernet; no fragment, no keep-alive.
 */
static enum layer capwap_read(struct walk *w)
{
	enum { NATIVE = 0x100, FRAGMENT = 0x80, KEEP_ALIVE = 0x08, WIFI = 1 };
	uint8_t preamble = cursor_u8(&w->in);
	uint32_t start = (uint32_t)cursor_big(&w->in, 3);
	size_t words = start >> 19;

	if (preamble != 0 || words < 2 || (start & (FRAGMENT | KEEP_ALIVE)) ||
	    ((start & NATIVE) && (start >> 9 & 0x1f) != WIFI))
		return LAYER_FLOW;
	cursor_take(&w->in, words * 4 - 4);
	return enter(w, true, TUNNEL_CAPWAP,
	             start & NATIVE ? LAYER_WIFI : LAYER_ETHERNET);
}

/* RFC 9300 5.1, RFC 9305: one of eight flags says that the fourth byte names what
 * follows, else it is IP, which must be all there is. */
static enum layer lisp_read(struct walk *w)
{
	uint8_t flags = cursor_u8(&w->in);

	cursor_take(&w->in, 2);
	uint8_t next = cursor_u8(&w->in);
	cursor_take(&w->in, 4);
	if (flags & 0x04)
		return enter(w, next_protocol(next) != LAYER_NOT_IP, TUNNEL_LISP,
		             next_protocol(next));
	return enter(w, ip_fills(w), TUNNEL_LISP, LAYER_IP);
}

/* RFC 7510: labels; nothing in them can be wrong, so IP behind them must be all there is.
 */
static enum layer mpls_udp_read(struct walk *w)
{
	enum { LABELS_MAX = 8 };
	struct walk look = *w;

	for (unsigned i = 0; i < LABELS_MAX; i++)
		if (cursor_u32(&look.in) & 0x100)
			return enter(w, ip_fills(&look), TUNNEL_MPLS, LAYER_MPLS);
	return LAYER_FLOW;
}

/* TaZmen Sniffer Protocol: version 1, a packet, its kind, then tags up to an end. */
static enum layer tzsp_read(struct walk *w)
{
	enum { FILL = 0, END = 1, TAGS_MAX = 32 };
	uint8_t version = cursor_u8(&w->in);
	uint8_t type = cursor_u8(&w->in);
	uint16_t kind = cursor_u16(&w->in);
	uint8_t tag = FILL;

	if (version != 1 || type > 1)
		return LAYER_FLOW;
	for (unsigned i = 0; i < TAGS_MAX && tag != END; i++) {
		tag = cursor_u8(&w->in);
		if (tag > END)
			cursor_take(&w->in, cursor_u8(&w->in));
	}
	if (tag != END)
		return LAYER_FLOW;
	switch (kind) {
	case 0x01: return enter(w, true, TUNNEL_TZSP, LAYER_ETHERNET);
	case 0x12: return enter(w, true, TUNNEL_TZSP, LAYER_WIFI);
	case 0x77:
	case 0x7f: return enter(w, true, TUNNEL_TZSP, LAYER_PRISM);
	default: return LAYER_FLOW;
	}
}

enum layer udp_tunnel_read(struct walk *w)
{
	switch (port_of(w->p->tuple.from_port, w->p->tuple.to_port)) {
	case PORT_L2TP: return l2tp_read(w);
	case PORT_GTP: return gtp_read(w);
	case PORT_TEREDO: return teredo_read(w);
	case PORT_LISP: return lisp_read(w);
	case PORT_VXLAN:
	case PORT_VXLAN_OLD: return vxlan_read(w, false);
	case PORT_VXLAN_GPE: return vxlan_read(w, true);
	case PORT_CAPWAP: return capwap_read(w);
	case PORT_GENEVE: return geneve_read(w);
	case PORT_MPLS: return mpls_udp_read(w);
	default: return tzsp_read(w);
	}
}
