// SPDX-License-Identifier: Apache-2.0
/*
 * decode.c - the headers of one packet, read from the outside in.
 *
 * Each layer is one small function (decode_walk.h): it reads its own header, notes what
 * it says and names the layer that follows.  The walk goes from one to the next, a
 * bounded number of times, so a tunnel is one more function and one more case, never a
 * deeper nest.
 *
 * Runs for every packet on whichever thread reads (the worker's own with one worker or
 * live, else the reader's).  No state of its own, no allocation.
 */
#include "traffic/decode.h"

#include <endian.h>
#include <stddef.h>

#include "traffic/decode_walk.h"
#include "traffic/spread.h"

enum { LAYERS_MAX = 96 }; /* more than eight tunnels need, with tags and extensions */

static enum layer type_read(struct walk *w)
{
	switch (w->type) {
	case TYPE_IPV4: return LAYER_IPV4;
	case TYPE_IPV6: return LAYER_IPV6;
	case TYPE_VLAN:
	case TYPE_PROVIDER:
	case TYPE_QINQ_OLD: return tag_read(w);
	default: return type_rare(w);
	}
}

static enum layer ethernet_read(struct walk *w)
{
	struct cursor header = cursor_sub(&w->in, 14);

	if (!cursor_ok(&header))
		return LAYER_INVALID;
	cursor_take(&header, 12); /* to whom, from whom */
	w->type = cursor_u16(&header);
	count_one(w->counters, COUNT_DECODER_ETHERNET);
	return w->type <= TYPE_LENGTH_MAX ? LAYER_LLC : type_read(w);
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

static uint32_t halves_spread(struct halves h)
{
	uint32_t word[4] = { (uint32_t)(h.high >> 32), (uint32_t)h.high,
		             (uint32_t)(h.low >> 32), (uint32_t)h.low };

	return spread_addr(word);
}

/* What both versions have in common; the fence is where it ought to be. */
static void ip_done(struct walk *w, size_t at, struct halves from, struct halves to)
{
	struct packet *p = w->p;

	p->ip_at = (uint32_t)at;
	p->ip_len = (uint32_t)(w->in.in.n - at);
	halves_store(&p->tuple.from, from);
	halves_store(&p->tuple.to, to);
	p->shard_hash = spread_pair(halves_spread(from), halves_spread(to));
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
	enum layer end = payload_done(w, at, length);
	return p->verify ? sum_transport(w, at, end) : end;
}

/* RFC 768.  A length of 0 is a jumbogram's or offload's; one too large for IP is cut to
 * it. */
static enum layer udp_read(struct walk *w)
{
	struct packet *p = w->p;
	size_t at = w->in.at;
	struct cursor header = cursor_sub(&w->in, 8);

	if (!cursor_ok(&header))
		return LAYER_INVALID;
	p->tuple.from_port = cursor_u16(&header);
	p->tuple.to_port = cursor_u16(&header);
	uint16_t length = cursor_u16(&header);
	if (length != 0 && length < 8)
		return LAYER_INVALID;
	p->checksum = cursor_u16(&header);
	if (length != 0)
		walk_fence(w, at + length);
	count_one(w->counters, COUNT_DECODER_UDP);
	enum layer end = payload_done(w, at, 8);
	if (p->verify)
		end = sum_transport(w, at, end);
	if (end != LAYER_FLOW || !udp_ports_carry(p->tuple.from_port, p->tuple.to_port))
		return end;
	return udp_tunnel_read(w);
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
	case PROTO_IPV4:
	case PROTO_IPV6:
	case PROTO_GRE:
	case PROTO_ETHERIP:
	case PROTO_L2TP:
	case PROTO_MPLS:
	case PROTO_ETHERNET: return tunnel_read(w);
	default: break;
	}
	count_one(w->counters, COUNT_DECODER_OTHER);
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
	w->unsummed = total == 0;
	if (w->p->verify && sum_ipv4(w, at, length, LAYER_PROTO) == LAYER_BAD_SUM)
		return LAYER_BAD_SUM;
	if (fragment & 0x3fff) /* an offset, or more to come */
		return fragment_done(w, id, (fragment & 0x1fffU) * 8, fragment & 0x2000);
	return proto_read(w);
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
	w->unsummed = w->jumbo = length == 0 && w->proto != PROTO_NONE;
	if (!w->jumbo)
		walk_fence(w, at + 40 + length);
	count_one(w->counters, COUNT_DECODER_IPV6);
	ip_done(w, at, from, to);
	return proto_read(w);
}

static enum layer layer_read(struct walk *w, enum layer layer)
{
	static enum layer (*const rare[LAYER_FLOW])(struct walk *) = {
		[LAYER_COOKED] = cooked_read,
		[LAYER_COOKED2] = cooked2_read,
		[LAYER_FAMILY] = family_read,
		[LAYER_LLC] = llc_read,
		[LAYER_TYPED] = typed_read,
		[LAYER_TOKEN_RING] = token_ring_read,
		[LAYER_ARCNET] = arcnet_read,
		[LAYER_ARCNET_LINUX] = arcnet_linux_read,
		[LAYER_FRAME_RELAY] = frame_relay_read,
		[LAYER_INFINIBAND] = infiniband_read,
		[LAYER_PKTAP] = pktap_read,
		[LAYER_PPI] = ppi_read,
		[LAYER_NFLOG] = nflog_read,
		[LAYER_PFLOG] = pflog_read,
		[LAYER_ERF] = erf_read,
		[LAYER_DOCSIS] = docsis_read,
		[LAYER_SUNATM] = sunatm_read,
		[LAYER_JUNIPER_ETHERNET] = juniper_ethernet_read,
		[LAYER_JUNIPER_PPP] = juniper_ppp_read,
		[LAYER_JUNIPER_FRAME_RELAY] = juniper_frame_relay_read,
		[LAYER_JUNIPER_HDLC] = juniper_hdlc_read,
		[LAYER_WIFI] = wifi_read,
		[LAYER_RADIOTAP] = radiotap_read,
		[LAYER_PRISM] = prism_read,
		[LAYER_MPLS] = mpls_read,
		[LAYER_NSH] = nsh_read,
		[LAYER_PPP] = ppp_read,
		[LAYER_HDLC] = hdlc_read,
		[LAYER_CISCO_HDLC] = cisco_hdlc_read,
		[LAYER_PPPOE] = pppoe_read,
	};

	switch (layer) {
	case LAYER_ETHERNET: return ethernet_read(w);
	case LAYER_TYPE: return type_read(w);
	case LAYER_IP: return ip_read(w);
	case LAYER_IPV4: return ipv4_read(w);
	case LAYER_IPV6: return ipv6_read(w);
	case LAYER_PROTO: return proto_read(w);
	default: return rare[layer](w);
	}
}

bool decode_knows(int link)
{
	return link_known(link);
}

enum { LINK_ETHERNET = 1, LINK_NONE = -1 /* IP at once */ };

static enum layer walk_begin(struct walk *w, int link)
{
	switch (link) {
	case LINK_ETHERNET: return LAYER_ETHERNET;
	case LINK_NONE: return LAYER_IP;
	default: return link_read(w, link);
	}
}

/* p has nothing yet but what goes on from an earlier walk. */
static bool walk_down(struct packet *p, int link, struct counters *counters)
{
	struct carrier carrier; /* filled by who enters a tunnel */
	struct walk w = {
		.in = cursor_over((struct bytes){ p->data, p->caplen }),
		.wire_end = p->wirelen,
		.p = p,
		.counters = counters,
		.carrier = &carrier,
		.tags = p->vlan_count,
	};
	enum layer layer = walk_begin(&w, link);

	for (unsigned i = 0; i < LAYERS_MAX && layer < LAYER_FLOW; i++)
		layer = layer_read(&w, layer);
	if (layer == LAYER_FLOW)
		return true;
	if (w.carried && layer != LAYER_BAD_SUM) {
		tunnel_leave(&w);
		return true;
	}
	switch (layer) {
	case LAYER_NOT_IP: count_one(counters, COUNT_DECODER_NOT_IP); break;
	case LAYER_ENCRYPTED: count_one(counters, COUNT_DECODER_ENCRYPTED); break;
	case LAYER_UNKNOWN: count_one(counters, COUNT_DECODER_LINKTYPE); break;
	case LAYER_BAD_SUM: break; /* counted by its protocol */
	default: count_one(counters, COUNT_DECODER_INVALID); break;
	}
	return false;
}

/*
 * All that decode finds; of a tunnel only that there is none, which says enough.  Part
 * by part, for gcc makes of one long memset a loop in microcode, slower than all of
 * decode's reading.
 */
static void found_clear(struct packet *p)
{
	const size_t middle = offsetof(struct packet, ip_at);

	p->tuple = (struct tuple){ 0 };
	memset((uint8_t *)p + middle, 0, offsetof(struct packet, piece) - middle);
	p->piece = (struct piece_place){ 0 };
	p->tunnel.kind = TUNNEL_NONE;
	p->tunnel.depth = 0;
}

bool decode_packet(struct packet *p, int link, struct counters *counters)
{
	found_clear(p);
	p->pieces = 1;
	count_one(counters, COUNT_DECODER_PACKETS);
	count_add(counters, COUNT_DECODER_BYTES, p->wirelen);
	if (p->caplen < p->wirelen)
		count_one(counters, COUNT_DECODER_SNAPPED);
	return walk_down(p, link, counters);
}

bool decode_whole(struct packet *p, struct counters *counters)
{
	const struct packet was = *p;

	found_clear(p);
	p->pieces = was.pieces;
	p->tunnel = was.tunnel;
	p->vlan_count = was.vlan_count;
	memcpy(p->vlan, was.vlan, sizeof(p->vlan));
	p->verify = false; /* its IP header was made for it, without a checksum */
	return walk_down(p, LINK_NONE, counters);
}
