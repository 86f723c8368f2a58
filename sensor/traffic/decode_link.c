// SPDX-License-Identifier: Apache-2.0
/*
 * decode_link.c - what a packet begins with, by its link type.
 */
#include "traffic/decode_walk.h"

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

enum layer link_layer(int link)
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

/* IEEE 802.2 with SNAP, or with IP as its own SAP (RFC 1042, RFC 948). */
enum layer llc_read(struct walk *w)
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
enum layer cooked_read(struct walk *w)
{
	cursor_take(&w->in, 14);
	w->type = cursor_u16(&w->in);
	return cursor_ok(&w->in) ? LAYER_TYPE : LAYER_INVALID;
}

/* v2: protocol, reserved, interface, ARPHRD_ type, packet type, address length and
 * address. */
enum layer cooked2_read(struct walk *w)
{
	w->type = cursor_u16(&w->in);
	cursor_take(&w->in, 18);
	return cursor_ok(&w->in) ? LAYER_TYPE : LAYER_INVALID;
}

/*
 * The address family in the byte order of whoever captured: null has it so, loopback in
 * network order, and a family is small enough to tell.  IPv6 has a number per system.
 */
enum layer family_read(struct walk *w)
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
