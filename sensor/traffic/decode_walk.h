// SPDX-License-Identifier: Apache-2.0
/*
 * decode_walk.h - one packet on its way down: what the files of decode share.
 *
 * A layer is a function of the walk: it reads its own header, notes in the packet what
 * it says, and names the layer that follows.  decode.c goes from one to the next.
 *
 * Two ends are kept apart all the way.  Where the bytes at hand end (the snap length) is
 * the cursor's business; where the packet ended on the wire, by every length field so
 * far, is wire_end.  Counts come from the second, reads from the first.
 */
#ifndef TRAFFIC_DECODE_WALK_H
#define TRAFFIC_DECODE_WALK_H

#include "base/counters.h"
#include "base/cursor.h"
#include "traffic/packet.h"

enum {
	TYPE_LENGTH_MAX = 1500, /* up to here, Ethernet's type is 802.3's length */
	TYPE_IPV4 = 0x0800,
	TYPE_VLAN = 0x8100,
	TYPE_IPV6 = 0x86dd,
	TYPE_PROVIDER = 0x88a8, /* 802.1ad */
	TYPE_QINQ_OLD = 0x9100,
};

enum {
	PROTO_HOP_BY_HOP = 0,
	PROTO_IPV4 = 4,
	PROTO_IPV6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_AH = 51,
	PROTO_NONE = 59,
	PROTO_DESTINATION = 60,
	PROTO_ETHERIP = 97,
	PROTO_L2TP = 115,
	PROTO_MPLS = 137,
	PROTO_ETHERNET = 143,
};

enum layer {
	/* what nearly every packet has: decode.c */
	LAYER_ETHERNET,
	LAYER_TYPE, /* whatever walk.type says */
	LAYER_IP,   /* either version, by its first four bits */
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_PROTO, /* whatever walk.proto says */

	/* links: decode_link.c */
	LAYER_COOKED,
	LAYER_COOKED2,
	LAYER_FAMILY, /* null and loopback: an address family in four bytes */
	LAYER_LLC,
	LAYER_TYPED, /* an ethertype, then what it says */
	LAYER_TOKEN_RING,
	LAYER_ARCNET,
	LAYER_ARCNET_LINUX,
	LAYER_FRAME_RELAY,
	LAYER_INFINIBAND,

	/* a header of the capture's own before the link's: decode_capture.c */
	LAYER_PKTAP,
	LAYER_PPI,
	LAYER_NFLOG,
	LAYER_PFLOG,
	LAYER_ERF,
	LAYER_DOCSIS,
	LAYER_SUNATM,
	LAYER_JUNIPER_ETHERNET,
	LAYER_JUNIPER_PPP,
	LAYER_JUNIPER_FRAME_RELAY,
	LAYER_JUNIPER_HDLC,

	/* wireless: decode_wifi.c */
	LAYER_WIFI,
	LAYER_RADIOTAP,
	LAYER_PRISM, /* or AVS */

	/* between link and IP: decode_type.c, decode_ppp.c */
	LAYER_MPLS,
	LAYER_NSH,
	LAYER_PPP,
	LAYER_HDLC, /* PPP or Cisco's, by its first byte */
	LAYER_CISCO_HDLC,
	LAYER_PPPOE,

	/* ends */
	LAYER_FLOW,      /* all read: the packet belongs to a flow */
	LAYER_NOT_IP,    /* nothing wrong with it */
	LAYER_ENCRYPTED, /* of the link layer */
	LAYER_INVALID,   /* cut, or contradicts itself */
	LAYER_UNKNOWN,   /* of the link: not one of ours */
	LAYER_BAD_SUM,   /* a checksum is wrong, and somebody wants to know */
};

/* The walk as it was when it came to what a tunnel carries. */
struct carrier {
	struct packet p; /* the tunnel's own flow */
	struct counters counters;
};

struct walk {
	struct cursor in;  /* from the link layer on; its offsets are the packet's */
	uint64_t wire_end; /* where the packet ended on the wire; never before in.at */
	struct packet *p;
	struct counters *counters;
	struct carrier *carrier; /* of the innermost tunnel, where there is one */
	bool carried;            /* there is */
	uint16_t type;           /* ethertype of what follows */
	uint8_t proto;           /* of IP */
	uint8_t tags;
	uint8_t extensions;
	bool jumbo;    /* IPv6 whose length, if any, is in an option */
	bool unsummed; /* the transport's checksum is over what is not at hand */
};

/* Bytes that are left on the wire, at hand or not. */
static inline uint64_t walk_left(const struct walk *w)
{
	return w->wire_end - w->in.at;
}

/* A length field says that the packet ends here: at or after in.at. */
static inline void walk_fence(struct walk *w, uint64_t end)
{
	if (end < w->wire_end)
		w->wire_end = end;
	if (end < w->in.in.n)
		w->in.in.n = (size_t)end;
}

/* The transport's header took `header` bytes from `at` on, whether at hand or not. */
static inline enum layer payload_done(struct walk *w, size_t at, size_t header)
{
	struct packet *p = w->p;

	if (w->wire_end < at + header)
		return LAYER_INVALID;
	p->tuple.proto = w->proto;
	p->payload_len = w->wire_end - at - header;
	p->payload_at = (uint32_t)(at + header < w->in.in.n ? at + header : w->in.in.n);
	p->payload_cap = (uint32_t)w->in.in.n - p->payload_at;
	return LAYER_FLOW;
}

/* decode_link.c: what a link type's packets begin with; its header is passed over. */
enum layer link_read(struct walk *w, int link);
bool link_known(int link);
enum layer cooked_read(struct walk *w);
enum layer cooked2_read(struct walk *w);
enum layer family_read(struct walk *w);
enum layer llc_read(struct walk *w);
enum layer typed_read(struct walk *w);
enum layer token_ring_read(struct walk *w);
enum layer arcnet_read(struct walk *w);
enum layer arcnet_linux_read(struct walk *w);
enum layer frame_relay_read(struct walk *w);
enum layer infiniband_read(struct walk *w);

/* decode_capture.c */
enum layer pktap_read(struct walk *w);
enum layer ppi_read(struct walk *w);
enum layer nflog_read(struct walk *w);
enum layer pflog_read(struct walk *w);
enum layer erf_read(struct walk *w);
enum layer docsis_read(struct walk *w);
enum layer sunatm_read(struct walk *w);
enum layer juniper_ethernet_read(struct walk *w);
enum layer juniper_ppp_read(struct walk *w);
enum layer juniper_frame_relay_read(struct walk *w);
enum layer juniper_hdlc_read(struct walk *w);

/* decode_wifi.c */
enum layer wifi_read(struct walk *w);
enum layer radiotap_read(struct walk *w);
enum layer prism_read(struct walk *w);

/* decode_type.c */
enum layer type_rare(struct walk *w); /* an ethertype that decode.c does not know */
enum layer tag_read(struct walk *w);
enum layer mpls_read(struct walk *w);
enum layer nsh_read(struct walk *w);
/* What NSH, VXLAN-GPE and LISP-GPE number alike. */
enum layer next_protocol(uint8_t number);
/* Whether an Ethernet frame whose type carries IP stands `at` bytes further on. */
bool looks_ethernet(const struct walk *w, size_t at);

/* decode_ppp.c */
enum layer ppp_read(struct walk *w);
enum layer hdlc_read(struct walk *w);
enum layer cisco_hdlc_read(struct walk *w);
enum layer pppoe_read(struct walk *w);

/* decode_ip.c */
enum layer extension_read(struct walk *w);
enum layer fragment_done(struct walk *w, uint32_t id, uint32_t offset, bool more);
enum layer sctp_read(struct walk *w);
enum layer icmp_read(struct walk *w);
/* Whether an IP header follows whose own length is exactly what is left on the wire. */
bool ip_fills(const struct walk *w);

/* decode_sum.c: LAYER_BAD_SUM, or the end that was given.  Only what is whole is judged.
 */
enum layer sum_ipv4(struct walk *w, size_t at, size_t length, enum layer good);
enum layer sum_transport(struct walk *w, size_t at, enum layer good);

/* decode_tunnel.c: the carrier's flow is in p, and what it carries is next. */
enum layer tunnel_read(struct walk *w); /* by its protocol */
/* Gives `inside`, or the carrier's own end where the nest is too deep. */
enum layer tunnel_enter(struct walk *w, enum tunnel_kind kind, enum layer inside);
/* Nothing could be read inside: the packet is its carrier's after all. */
void tunnel_leave(struct walk *w);

/* decode_udp.c: as tunnel_read, by its ports; the carrier's own end where they lie. */
enum layer udp_tunnel_read(struct walk *w);
bool udp_ports_carry(uint16_t from, uint16_t to);

#endif
