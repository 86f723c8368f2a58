// SPDX-License-Identifier: Apache-2.0
/*
 * decode_type.c - what stands between the link layer and IP: whatever an EtherType says.
 */
#include "traffic/decode_walk.h"

enum { TAGS_MAX = 8, LABELS_MAX = 16 };

/* 802.1Q, 802.1ad. */
enum layer tag_read(struct walk *w)
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

/* So many bytes that matter to switches, then another type. */
static enum layer tag_pass(struct walk *w, size_t bytes)
{
	cursor_take(&w->in, bytes);
	w->type = cursor_u16(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	return w->type <= TYPE_LENGTH_MAX ? LAYER_LLC : LAYER_TYPE;
}

/* So many bytes, then a whole frame. */
static enum layer frame_pass(struct walk *w, size_t bytes)
{
	cursor_take(&w->in, bytes);
	return cursor_ok(&w->in) ? LAYER_ETHERNET : LAYER_INVALID;
}

/*
 * MACsec (802.1AE 9.3): flags and association, short length, packet number, and the
 * channel where a flag says so.  Where it only signs, the frame goes on in clear.
 */
static enum layer macsec_read(struct walk *w)
{
	enum { CHANNEL = 0x20, ENCRYPTED = 0x08, CHANGED = 0x04 };
	uint8_t flags = cursor_u8(&w->in);

	cursor_take(&w->in, flags & CHANNEL ? 13 : 5);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	return flags & (ENCRYPTED | CHANGED) ? LAYER_ENCRYPTED : LAYER_TYPED;
}

/* Somebody else reads it. */
static enum layer arp_read(struct walk *w)
{
	count_one(w->counters, COUNT_DECODER_ARP);
	w->p->arp_at = (uint32_t)w->in.at;
	return LAYER_NOT_IP;
}

/* TRILL (RFC 6325 3): flags with the options' length, egress, ingress, options. */
static enum layer trill_read(struct walk *w)
{
	uint16_t flags = cursor_u16(&w->in);

	return frame_pass(w, 4 + (size_t)(flags >> 6 & 0x1f) * 4);
}

enum layer type_rare(struct walk *w)
{
	switch (w->type) {
	case 0x0004: /* in cooked headers */
	case 0x8870: /* jumbo frames */ return LAYER_LLC;
	case 0x0806: return arp_read(w);
	case 0x22f3: return trill_read(w);
	case 0x6558: /* bridged over GRE and others */ return LAYER_ETHERNET;
	case 0x880b: return LAYER_PPP;
	case 0x8847:
	case 0x8848: return LAYER_MPLS;
	case 0x8864: return LAYER_PPPOE;
	case 0x88e5: return macsec_read(w);
	case 0x88e7: /* 802.1ah: the service's tag, then the customer's frame */
		count_one(w->counters, COUNT_DECODER_IEEE8021AH);
		return frame_pass(w, 4);
	case 0x8903: /* Cisco's FabricPath: tag and time to live */
		return frame_pass(w, 2);
	case 0x8909: /* Cisco's metadata: version, length, and a security group's tag */
		return tag_pass(w, 6);
	case 0x8926: count_one(w->counters, COUNT_DECODER_VNTAG); return tag_pass(w, 4);
	case 0x893f: /* 802.1BR */ return tag_pass(w, 6);
	case 0x894f: return LAYER_NSH;
	case 0x9200:
	case 0x9300: return tag_read(w);
	default: return LAYER_NOT_IP;
	}
}

bool looks_ethernet(const struct walk *w, size_t at)
{
	struct cursor look = w->in;

	cursor_take(&look, at + 12);
	uint16_t type = cursor_u16(&look);
	uint8_t version = cursor_u8(&look) >> 4;
	if (!cursor_ok(&look))
		return false;
	switch (type) {
	case TYPE_IPV4: return version == 4;
	case TYPE_IPV6: return version == 6;
	case TYPE_VLAN:
	case TYPE_PROVIDER:
	case TYPE_QINQ_OLD:
	case 0x8847:
	case 0x8864: return true;
	default: return false;
	}
}

/*
 * What follows the last label is said nowhere: IP by its first four bits, a pseudowire's
 * control word by its zeros (RFC 4385), else a pseudowire's Ethernet without one.
 */
static enum layer mpls_inside(struct walk *w, uint32_t label)
{
	enum { EXPLICIT_IPV4 = 0, EXPLICIT_IPV6 = 2 };
	struct bytes rest = cursor_peek(&w->in);

	if (rest.n == 0)
		return LAYER_INVALID;
	if (label == EXPLICIT_IPV4)
		return LAYER_IPV4;
	if (label == EXPLICIT_IPV6)
		return LAYER_IPV6;
	switch (rest.p[0] >> 4) {
	case 0:
		if (looks_ethernet(w, 4) || !looks_ethernet(w, 0))
			return frame_pass(w, 4);
		return LAYER_ETHERNET;
	case 1: return LAYER_NOT_IP; /* a pseudowire's own messages */
	case 4:
	case 6: return looks_ethernet(w, 0) && !ip_fills(w) ? LAYER_ETHERNET : LAYER_IP;
	default: return LAYER_ETHERNET;
	}
}

/* RFC 3032. */
enum layer mpls_read(struct walk *w)
{
	count_one(w->counters, COUNT_DECODER_MPLS);
	for (unsigned i = 0; i < LABELS_MAX; i++) {
		uint32_t label = cursor_u32(&w->in);
		if (!cursor_ok(&w->in))
			break;
		if (label & 0x100) /* the stack's bottom */
			return mpls_inside(w, label >> 12);
	}
	return LAYER_INVALID;
}

enum layer next_protocol(uint8_t number)
{
	switch (number) {
	case 1: return LAYER_IPV4;
	case 2: return LAYER_IPV6;
	case 3: return LAYER_ETHERNET;
	case 4: return LAYER_NSH;
	case 5: return LAYER_MPLS;
	default: return LAYER_NOT_IP;
	}
}

/* RFC 8300: its length is in words and holds the first two. */
enum layer nsh_read(struct walk *w)
{
	uint16_t base = cursor_u16(&w->in);
	size_t words = base & 0x3f;

	cursor_take(&w->in, 1); /* type of the metadata */
	uint8_t next = cursor_u8(&w->in);
	if (words < 2 || base >> 14 != 0)
		return LAYER_INVALID;
	cursor_take(&w->in, words * 4 - 4);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_NSH);
	return next_protocol(next);
}
