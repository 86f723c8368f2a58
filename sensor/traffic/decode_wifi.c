// SPDX-License-Identifier: Apache-2.0
/*
 * decode_wifi.c - 802.11's data frames, and the headers that say how they were received.
 *
 * Frames in clear only: encrypted ones are counted as that.  Of several packets in one
 * frame (A-MSDU) the first is read, and the frame is counted.
 */
#include "traffic/decode_walk.h"

/* Several packets, each with its own addresses and length (802.11 9.3.2.2). */
static enum layer aggregate_read(struct walk *w)
{
	cursor_take(&w->in, 12);
	uint64_t length = cursor_u16(&w->in);

	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	if (length < walk_left(w))
		count_one(w->counters, COUNT_DECODER_AGGREGATES);
	walk_fence(w, w->in.at + length);
	return LAYER_LLC;
}

/* Some cards take the encryption off and leave the bit. */
static bool looks_clear(const struct walk *w)
{
	static const uint8_t snap[6] = { 0xaa, 0xaa, 0x03 };
	struct bytes rest = cursor_peek(&w->in);

	return rest.n >= sizeof(snap) && memcmp(rest.p, snap, sizeof(snap)) == 0;
}

/* 802.11 9.2.4.1; `padded`: the header is filled up to a multiple of four. */
static enum layer frame_read(struct walk *w, bool padded)
{
	enum { TYPE = 0x0c, DATA = 0x08, EMPTY = 0x40, QOS = 0x80 };
	enum { BOTH = 0x03, PROTECTED = 0x40, ORDER = 0x80, AGGREGATE = 0x80 };
	size_t at = w->in.at;
	uint8_t kind = cursor_u8(&w->in), flags = cursor_u8(&w->in);

	if (w->p->tunnel.kind == TUNNEL_CAPWAP && (kind & 0x03)) {
		uint8_t swap = kind; /* as some controllers have it */
		kind = flags;
		flags = swap;
	}
	if (!cursor_ok(&w->in) || (kind & 0x03) != 0)
		return LAYER_INVALID;
	if ((kind & TYPE) != DATA || (kind & EMPTY))
		return LAYER_NOT_IP;
	cursor_take(&w->in, (flags & BOTH) == BOTH ? 28 : 22);
	uint8_t qos = 0;
	if (kind & QOS) {
		qos = cursor_u8(&w->in);
		cursor_take(&w->in, flags & ORDER ? 5 : 1);
	}
	if (padded)
		cursor_take(&w->in, (4 - (w->in.at - at) % 4) % 4);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_WIFI);
	if ((flags & PROTECTED) && !looks_clear(w))
		return LAYER_ENCRYPTED;
	return qos & AGGREGATE ? aggregate_read(w) : LAYER_LLC;
}

enum layer wifi_read(struct walk *w)
{
	return frame_read(w, false);
}

/*
 * radiotap.org: version, its own length, and which fields there are, in words of which
 * the last has no continuation bit.  Of the fields, the flags alone matter: they say
 * whether the frame's header is padded, and whether its checksum follows.
 */
enum layer radiotap_read(struct walk *w)
{
	enum { TIME = 1, FLAGS = 2, SUM_FOLLOWS = 0x10, PADDED = 0x20, WORDS_MAX = 16 };
	struct cursor header = w->in;
	uint16_t version = cursor_u16_le(&header) & 0xff;
	uint16_t length = cursor_u16_le(&header);
	header = cursor_sub(&w->in, length);
	cursor_take(&header, 4);
	uint32_t present = cursor_u32_le(&header), more = present;
	for (unsigned i = 0; i < WORDS_MAX && (more >> 31); i++)
		more = cursor_u32_le(&header);
	if (!cursor_ok(&header) || version != 0 || more >> 31)
		return LAYER_INVALID;
	if (present & TIME) /* eight bytes at a multiple of eight */
		cursor_take(&header, (8 - header.at % 8) % 8 + 8);
	uint8_t flags = present & FLAGS ? cursor_u8(&header) : 0;
	if (!cursor_ok(&header))
		return LAYER_INVALID;
	if ((flags & SUM_FOLLOWS) && walk_left(w) >= 4)
		walk_fence(w, w->wire_end - 4);
	return frame_read(w, flags & PADDED);
}

/* AVS by its magic number, with its length behind it, big-endian; else Prism's, whose
 * length is in the byte order of whoever captured. */
enum layer prism_read(struct walk *w)
{
	struct cursor header = w->in;
	uint32_t magic = cursor_u32(&header);
	uint32_t length = cursor_u32(&header);

	if (magic >> 12 != 0x80211 && length > 0xffff)
		length = __builtin_bswap32(length);
	if (!cursor_ok(&header) || length < 8)
		return LAYER_INVALID;
	cursor_take(&w->in, length);
	return cursor_ok(&w->in) ? LAYER_WIFI : LAYER_INVALID;
}
