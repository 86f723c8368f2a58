// SPDX-License-Identifier: Apache-2.0
/*
 * decode_link.c - what a packet begins with, by its link type.
 */
#include <stdlib.h>

#include "traffic/decode_walk.h"

/*
 * libpcap's numbers: DLT_ as they are on Linux, and those of files (LINKTYPE_) where
 * they differ.  Sorted.  What needs no look is passed over at once.
 */
static const struct link {
	uint16_t number;
	uint8_t pass; /* bytes before the layer */
	uint8_t layer;
} links[] = {
	{ 0, 0, LAYER_FAMILY },   /* NULL */
	{ 1, 0, LAYER_ETHERNET }, /* EN10MB */
	{ 6, 0, LAYER_TOKEN_RING },
	{ 7, 0, LAYER_ARCNET },
	{ 8, 16, LAYER_IP },   /* SLIP: direction, and a header as it was compressed */
	{ 9, 0, LAYER_HDLC },  /* PPP */
	{ 10, 13, LAYER_LLC }, /* FDDI: control, and two addresses */
	{ 11, 0, LAYER_LLC },  /* ATM_RFC1483 */
	{ 12, 0, LAYER_IP },   /* RAW */
	{ 14, 0, LAYER_IP },   /* RAW of OpenBSD */
	{ 19, 0, LAYER_LLC },  /* ATM_CLIP */
	{ 50, 0, LAYER_HDLC }, /* PPP_SERIAL */
	{ 51, 0, LAYER_PPPOE },
	{ 100, 0, LAYER_LLC }, /* ATM_RFC1483 in files */
	{ 101, 0, LAYER_IP },  /* RAW in files */
	{ 104, 0, LAYER_CISCO_HDLC },
	{ 105, 0, LAYER_WIFI },
	{ 106, 0, LAYER_LLC }, /* ATM_CLIP in files */
	{ 107, 0, LAYER_FRAME_RELAY },
	{ 108, 0, LAYER_FAMILY }, /* LOOP */
	{ 109, 12, LAYER_IP },    /* ENC: family, security association, flags */
	{ 113, 0, LAYER_COOKED },
	{ 117, 0, LAYER_PFLOG },
	{ 119, 0, LAYER_PRISM },
	{ 122, 16, LAYER_LLC }, /* IP_OVER_FC: two addresses */
	{ 123, 0, LAYER_SUNATM },
	{ 127, 0, LAYER_RADIOTAP },
	{ 129, 0, LAYER_ARCNET_LINUX },
	{ 138, 16, LAYER_TYPED }, /* APPLE_IP_OVER_IEEE1394: two addresses */
	{ 143, 0, LAYER_DOCSIS },
	{ 163, 0, LAYER_PRISM }, /* IEEE802_11_RADIO_AVS */
	{ 166, 2, LAYER_PPP },   /* PPP_PPPD: direction in the address's place, control */
	{ 178, 0, LAYER_JUNIPER_ETHERNET },
	{ 180, 0, LAYER_JUNIPER_PPP },
	{ 181, 0, LAYER_JUNIPER_FRAME_RELAY },
	{ 182, 0, LAYER_JUNIPER_HDLC },
	{ 192, 0, LAYER_PPI },
	{ 197, 0, LAYER_ERF },
	{ 204, 1, LAYER_PPP }, /* with direction, and the next two */
	{ 205, 1, LAYER_CISCO_HDLC },
	{ 206, 1, LAYER_FRAME_RELAY },
	{ 219, 0, LAYER_MPLS },
	{ 226, 24, LAYER_IP }, /* IPNET of Solaris: interfaces and zones */
	{ 228, 0, LAYER_IPV4 },
	{ 229, 0, LAYER_IPV6 },
	{ 239, 0, LAYER_NFLOG },
	{ 240, 4, LAYER_ETHERNET },  /* NETANALYZER */
	{ 241, 12, LAYER_ETHERNET }, /* and with the preamble */
	{ 242, 40, LAYER_INFINIBAND },
	{ 258, 0, LAYER_PKTAP },
	{ 274, 8, LAYER_ETHERNET }, /* ETHERNET_MPACKET: preamble */
	{ 276, 0, LAYER_COOKED2 },
};

static int link_compare(const void *number, const void *link)
{
	return *(const int *)number - ((const struct link *)link)->number;
}

static const struct link *link_find(int number)
{
	return bsearch(&number, links, sizeof(links) / sizeof(links[0]), sizeof(links[0]),
	               link_compare);
}

bool link_known(int link)
{
	return link_find(link) != NULL;
}

enum layer link_read(struct walk *w, int link)
{
	const struct link *found = link_find(link);

	if (!found)
		return LAYER_UNKNOWN;
	if (link == 12 || link == 14 || link == 101)
		count_one(w->counters, COUNT_DECODER_RAW);
	cursor_take(&w->in, found->pass);
	return cursor_ok(&w->in) ? (enum layer)found->layer : LAYER_INVALID;
}

enum layer typed_read(struct walk *w)
{
	w->type = cursor_u16(&w->in);
	return cursor_ok(&w->in) ? LAYER_TYPE : LAYER_INVALID;
}

/* What follows an organisation's number in SNAP and in Frame Relay. */
static enum layer snap_read(struct walk *w)
{
	enum { BRIDGED = 0x0080c2, TUNNEL = 0x0000f8 };
	uint64_t organisation = cursor_big(&w->in, 3);

	w->type = cursor_u16(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	if (organisation == 0 || organisation == TUNNEL)
		return LAYER_TYPE;
	if (organisation != BRIDGED || (w->type != 1 && w->type != 7))
		return LAYER_NOT_IP;
	if (!looks_ethernet(w, 0)) /* two bytes fill up over ATM (RFC 2684 5.2) */
		cursor_take(&w->in, 2);
	return cursor_ok(&w->in) ? LAYER_ETHERNET : LAYER_INVALID;
}

/* RFC 2427's numbers for what follows, also in ISO's frames over ATM. */
static enum layer nlpid_read(struct walk *w)
{
	uint8_t number = cursor_u8(&w->in);

	if (number == 0) /* fills up */
		number = cursor_u8(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	switch (number) {
	case 0x80: return snap_read(w);
	case 0x8e: return LAYER_IPV6;
	case 0xcc: return LAYER_IPV4;
	default: return LAYER_NOT_IP;
	}
}

/* IEEE 802.2 with SNAP, or with IP as its own SAP (RFC 1042, RFC 948). */
enum layer llc_read(struct walk *w)
{
	uint16_t saps = cursor_u16(&w->in);
	uint8_t control = cursor_u8(&w->in);

	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	if (control != 0x03)
		return LAYER_NOT_IP;
	switch (saps) {
	case 0x0606: return LAYER_IPV4;
	case 0xaaaa: return snap_read(w);
	case 0xfefe: return nlpid_read(w);
	default: return LAYER_NOT_IP;
	}
}

/* Whose packets a cooked capture holds; most have an ethertype behind the header. */
static enum layer hardware_read(uint16_t hardware)
{
	switch (hardware) {
	case 770: return LAYER_FRAME_RELAY;
	case 801: return LAYER_WIFI;
	case 802: return LAYER_PRISM;
	case 803: return LAYER_RADIOTAP;
	default: return LAYER_TYPE;
	}
}

/* Linux cooked v1: packet type, ARPHRD_ type, address length and address, protocol. */
enum layer cooked_read(struct walk *w)
{
	cursor_take(&w->in, 2);
	uint16_t hardware = cursor_u16(&w->in);
	cursor_take(&w->in, 10);
	w->type = cursor_u16(&w->in);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_SLL);
	return hardware_read(hardware);
}

/* v2: protocol, reserved, interface, ARPHRD_ type, packet type, address length and
 * address. */
enum layer cooked2_read(struct walk *w)
{
	w->type = cursor_u16(&w->in);
	cursor_take(&w->in, 6);
	uint16_t hardware = cursor_u16(&w->in);
	cursor_take(&w->in, 10);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	count_one(w->counters, COUNT_DECODER_SLL2);
	return hardware_read(hardware);
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
	count_one(w->counters, COUNT_DECODER_NULL);
	if (family >> 16 == 0x0f00) { /* some write Cisco's HDLC here */
		w->type = (uint16_t)family;
		return LAYER_TYPE;
	}
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

/* 802.5: access and frame control, two addresses, and a route where the first bit of the
 * second says so, its length in its first byte. */
enum layer token_ring_read(struct walk *w)
{
	cursor_take(&w->in, 8);
	uint8_t source = cursor_u8(&w->in);
	cursor_take(&w->in, 5);
	struct bytes route = cursor_peek(&w->in);

	if (source & 0x80)
		cursor_take(&w->in, route.n ? route.p[0] & 0x1f : 1);
	return cursor_ok(&w->in) ? LAYER_LLC : LAYER_INVALID;
}

/*
 * RFC 1201: protocol, flag, sequence.  A packet in several frames is not put together:
 * the first has an odd flag, the others an even one.
 */
static enum layer arcnet_protocol(struct walk *w)
{
	enum { IPV4 = 212, IPV6 = 196, OLD_IPV4 = 240, EXCEPTION = 0xff };
	uint8_t protocol = cursor_u8(&w->in);

	if (protocol == OLD_IPV4) /* RFC 1051 */
		return cursor_ok(&w->in) ? LAYER_IPV4 : LAYER_INVALID;
	uint8_t flag = cursor_u8(&w->in);
	cursor_take(&w->in, flag == EXCEPTION ? 6 : 2);
	if (!cursor_ok(&w->in))
		return LAYER_INVALID;
	if (flag != 0 && flag != EXCEPTION && !(flag & 1))
		return LAYER_NOT_IP;
	switch (protocol) {
	case IPV4: return LAYER_IPV4;
	case IPV6: return LAYER_IPV6;
	default: return LAYER_NOT_IP;
	}
}

enum layer arcnet_read(struct walk *w)
{
	cursor_take(&w->in, 2); /* from, to */
	return arcnet_protocol(w);
}

enum layer arcnet_linux_read(struct walk *w)
{
	cursor_take(&w->in, 4); /* from, to, offset */
	return arcnet_protocol(w);
}

/* Q.922's address of two to four bytes, the last one odd, then RFC 2427 or Cisco's way:
 * an ethertype. */
enum layer frame_relay_read(struct walk *w)
{
	unsigned bytes = 1;

	while (!(cursor_u8(&w->in) & 1) && bytes < 4)
		bytes++;
	struct bytes rest = cursor_peek(&w->in);
	if (bytes < 2 || rest.n == 0)
		return LAYER_INVALID;
	if (rest.p[0] != 0x03)
		return LAYER_TYPED;
	cursor_take(&w->in, 1);
	return nlpid_read(w);
}

/* RFC 4391: an ethertype, reserved. */
enum layer infiniband_read(struct walk *w)
{
	w->type = cursor_u16(&w->in);
	cursor_take(&w->in, 2);
	return cursor_ok(&w->in) ? LAYER_TYPE : LAYER_INVALID;
}
