// SPDX-License-Identifier: Apache-2.0
/*
 * decode_ip.c - both versions of IP, with what stands between their headers and the
 * transport's.
 */
#include "base/icmp.h"
#include "traffic/decode_walk.h"

enum { EXTENSIONS_MAX = 16 };

enum layer fragment_done(struct walk *w, uint32_t id, uint32_t offset, bool more)
{
	count_one(w->counters, COUNT_DECODER_FRAGMENTS);
	w->p->fragment = 1;
	w->p->piece = (struct piece_place){ id, offset, (uint32_t)w->in.at, more };
	return payload_done(w, w->in.at, 0);
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
enum layer extension_read(struct walk *w)
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
	if (kind == PROTO_ROUTING) { /* hops that are left change the last address */
		struct cursor routing = body;
		cursor_take(&routing, 1);
		w->unsummed |= cursor_u8(&routing) != 0;
	}
	if (kind == PROTO_HOP_BY_HOP && w->jumbo)
		jumbo_read(w, body);
	return LAYER_PROTO;
}
/* SCTP (RFC 9260) is another transport, but its ports stand where everybody's do. */
enum layer sctp_read(struct walk *w)
{
	size_t at = w->in.at;

	w->p->tuple.from_port = cursor_u16(&w->in);
	w->p->tuple.to_port = cursor_u16(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_OTHER);
	return payload_done(w, at, 12);
}

/* RFC 792, RFC 4443.  The payload begins behind the eight bytes that every message has.
 */
enum layer icmp_read(struct walk *w)
{
	size_t at = w->in.at;
	uint8_t type = cursor_u8(&w->in);
	uint8_t code = cursor_u8(&w->in);

	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	w->p->checksum = cursor_u16(&w->in);
	int counterpart = icmp_answer(w->proto, type);
	w->p->tuple.from_port = type;
	w->p->tuple.to_port = counterpart < 0 ? code : (uint16_t)counterpart;
	count_one(w->counters,
	          w->proto == PROTO_ICMP ? COUNT_DECODER_ICMPV4 : COUNT_DECODER_ICMPV6);
	enum layer end = payload_done(w, at, 8);
	return w->p->verify ? sum_transport(w, at, end) : end;
}

bool ip_fills(const struct walk *w)
{
	struct cursor look = w->in;
	uint8_t start = cursor_u8(&look);

	cursor_take(&look, start >> 4 == 6 ? 3 : 1);
	uint64_t length = cursor_u16(&look);
	switch (start >> 4) {
	case 4: break;
	case 6: length += 40; break;
	default: return false;
	}
	return cursor_ok(&look) && length == walk_left(w);
}
