// SPDX-License-Identifier: Apache-2.0
/*
 * decode_ppp.c - PPP on lines and over Ethernet, and Cisco's HDLC, which shares its
 * frames.  What PPP's ends compressed or encrypted is not IP to us.
 */
#include "traffic/decode_walk.h"

/*
 * RFC 1661, in RFC 1662's frame.  Both ends may have agreed to leave out address and
 * control, and the first byte of a protocol that is below 256: it is odd then.
 */
enum layer ppp_read(struct walk *w)
{
	struct bytes rest = cursor_peek(&w->in);

	if (rest.n >= 2 && rest.p[0] == 0xff && rest.p[1] == 0x03)
		cursor_take(&w->in, 2);
	uint16_t proto = cursor_u8(&w->in);
	if (!(proto & 1))
		proto = (uint16_t)(proto << 8 | cursor_u8(&w->in));
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_PPP);
	switch (proto) {
	case 0x0021: return LAYER_IPV4;
	case 0x0057: return LAYER_IPV6;
	case 0x0281:
	case 0x0283: return LAYER_MPLS;
	default: return LAYER_NOT_IP;
	}
}

enum layer hdlc_read(struct walk *w)
{
	struct bytes rest = cursor_peek(&w->in);

	if (rest.n == 0)
		return LAYER_INVALID;
	return rest.p[0] == 0x0f || rest.p[0] == 0x8f ? LAYER_CISCO_HDLC : LAYER_PPP;
}

/* To one or to all, a zero, an ethertype. */
enum layer cisco_hdlc_read(struct walk *w)
{
	cursor_take(&w->in, 2);
	w->type = cursor_u16(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_CHDLC);
	return LAYER_TYPE;
}

/* RFC 2516: version and type, code (0: data), session, length. */
enum layer pppoe_read(struct walk *w)
{
	uint8_t version = cursor_u8(&w->in);
	uint8_t code = cursor_u8(&w->in);

	cursor_take(&w->in, 2);
	uint16_t length = cursor_u16(&w->in);
	if (!cursor_ok(&w->in) || version != 0x11)
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_PPPOE);
	if (code != 0)
		return LAYER_NOT_IP;
	walk_fence(w, w->in.at + length);
	return LAYER_PPP;
}
