// SPDX-License-Identifier: Apache-2.0
/*
 * decode_capture.c - headers that who captured put before the link's own.
 */
#include "traffic/decode_walk.h"

/* Darwin's: its length, what follows (1: a packet), the packet's link type, and more. */
enum layer pktap_read(struct walk *w)
{
	struct cursor look = w->in;
	uint32_t length = cursor_u32_le(&look);
	uint32_t follows = cursor_u32_le(&look);
	uint32_t link = cursor_u32_le(&look);

	cursor_take(&w->in, length);
	if (!cursor_ok(&look) || !cursor_ok(&w->in) || length < 12 || link > 0xffff)
		return LAYER_INVALID;
	return follows == 1 ? link_read(w, (int)link) : LAYER_NOT_IP;
}

/* CACE's: version, flags, its length, the packet's link type, and fields. */
enum layer ppi_read(struct walk *w)
{
	struct cursor look = w->in;
	uint16_t version = cursor_u16_le(&look) & 0xff;
	uint16_t length = cursor_u16_le(&look);
	uint32_t link = cursor_u32_le(&look);

	cursor_take(&w->in, length);
	if (!cursor_ok(&look) || !cursor_ok(&w->in) || version != 0 || length < 8 ||
	    link > 0xffff)
		return LAYER_INVALID;
	return link_read(w, (int)link);
}

/*
 * Linux: family, version, resource, then attributes, each with length and type in the
 * byte order of whoever captured, filled up to four.  The packet is one of them.
 */
enum layer nflog_read(struct walk *w)
{
	enum { PAYLOAD = 9, ATTRIBUTES_MAX = 32 };

	cursor_take(&w->in, 4);
	for (unsigned i = 0; i < ATTRIBUTES_MAX; i++) {
		uint16_t length = cursor_u16_le(&w->in);
		uint16_t type = cursor_u16_le(&w->in);
		if (type & 0x3f00 || type == 0) {
			length = __builtin_bswap16(length);
			type = __builtin_bswap16(type);
		}
		if (!cursor_ok(&w->in) || length < 4)
			return LAYER_INVALID;
		if ((type & 0x7fff) == PAYLOAD) {
			walk_fence(w, w->in.at + length - 4);
			return LAYER_IP;
		}
		cursor_take(&w->in, (length - 1) / 4 * 4);
	}
	return LAYER_INVALID;
}

/* OpenBSD's packet filter: its length, filled up to four, in its first byte. */
enum layer pflog_read(struct walk *w)
{
	struct bytes rest = cursor_peek(&w->in);

	if (rest.n == 0)
		return LAYER_INVALID;
	cursor_take(&w->in, (rest.p[0] + 3U) / 4 * 4);
	return cursor_ok(&w->in) ? LAYER_IP : LAYER_INVALID;
}

/*
 * Endace's: time, type, flags, record's length, losses, the packet's length on the wire;
 * then extensions of eight bytes while the first bit says that there is one.
 */
enum layer erf_read(struct walk *w)
{
	enum { HDLC = 1, ETHERNET = 2, COLOURED_ETHERNET = 11, EXTENSIONS = 16 };
	uint8_t type, more;

	cursor_take(&w->in, 8);
	type = more = cursor_u8(&w->in);
	cursor_take(&w->in, 7);
	for (unsigned i = 0; i < EXTENSIONS && (more & 0x80); i++) {
		more = cursor_u8(&w->in);
		cursor_take(&w->in, 7);
	}
	switch (type & 0x7f) {
	case HDLC: return cursor_ok(&w->in) ? LAYER_HDLC : LAYER_INVALID;
	case ETHERNET:
	case COLOURED_ETHERNET:
		cursor_take(&w->in, 2); /* offset and padding */
		return cursor_ok(&w->in) ? LAYER_ETHERNET : LAYER_INVALID;
	default: return cursor_ok(&w->in) ? LAYER_NOT_IP : LAYER_INVALID;
	}
}

/* Cable modems: control, a parameter, length, an extension of the parameter's length
 * where the last bit says so, a checksum. */
enum layer docsis_read(struct walk *w)
{
	uint8_t control = cursor_u8(&w->in);
	uint8_t parameter = cursor_u8(&w->in);

	cursor_take(&w->in, 4U + (control & 1 ? parameter : 0U));
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	return control >> 6 == 0 ? LAYER_ETHERNET : LAYER_NOT_IP;
}

/* SunATM: in its first byte what follows, then the circuit. */
enum layer sunatm_read(struct walk *w)
{
	enum { LANE = 1, LLC = 2 };
	uint8_t flags = cursor_u8(&w->in) & 0x0f;

	cursor_take(&w->in, flags == LANE ? 5 : 3);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	switch (flags) {
	case LANE: return LAYER_ETHERNET;
	case LLC: return LAYER_LLC;
	default: return LAYER_NOT_IP;
	}
}

/* Juniper's: a magic number, flags, extensions where one says so; another says that the
 * link's header was left out and a protocol family stands in its place. */
static enum layer juniper_read(struct walk *w, enum layer link)
{
	enum { MAGIC = 0x4d4743, NO_LINK = 0x02, EXTENDED = 0x80 };
	uint64_t magic = cursor_big(&w->in, 3);
	uint8_t flags = cursor_u8(&w->in);

	if (flags & EXTENDED)
		cursor_take(&w->in, cursor_u16(&w->in));
	if (flags & NO_LINK)
		cursor_take(&w->in, 4);
	if (!cursor_ok(&w->in) || magic != MAGIC)
		return LAYER_INVALID;
	return flags & NO_LINK ? LAYER_IP : link;
}

enum layer juniper_ethernet_read(struct walk *w)
{
	return juniper_read(w, LAYER_ETHERNET);
}

enum layer juniper_ppp_read(struct walk *w)
{
	return juniper_read(w, LAYER_PPP);
}

enum layer juniper_frame_relay_read(struct walk *w)
{
	return juniper_read(w, LAYER_FRAME_RELAY);
}

enum layer juniper_hdlc_read(struct walk *w)
{
	return juniper_read(w, LAYER_CISCO_HDLC);
}
