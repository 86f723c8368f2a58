// SPDX-License-Identifier: Apache-2.0
/*
 * packet.h - a packet as it goes through the sensor: its bytes and what its headers say.
 *
 * Offsets, not pointers, so that a packet and its bytes can be copied together.
 */
#ifndef TRAFFIC_PACKET_H
#define TRAFFIC_PACKET_H

#include "base/prefix.h"

enum {
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_ICMPV6 = 58,
	PROTO_SCTP = 132
};

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* What a tunnel is made of; the words that EVE has for them are Suricata's. */
enum tunnel_kind {
	TUNNEL_NONE,
	TUNNEL_IPV4, /* IPIP, 4in6 */
	TUNNEL_IPV6, /* 6in4, 6in6 */
	TUNNEL_TEREDO,
	TUNNEL_GRE, /* and NVGRE */
	TUNNEL_ERSPAN,
	TUNNEL_VXLAN, /* and VXLAN-GPE */
	TUNNEL_GENEVE,
	TUNNEL_GTP,
	TUNNEL_L2TP,
	TUNNEL_CAPWAP,
	TUNNEL_LISP,
	TUNNEL_TZSP,
	TUNNEL_MPLS,     /* over IP or UDP */
	TUNNEL_ETHERNET, /* over IP: EtherIP */
};

/*
 * What carries a packet whose innermost addresses are another's: the outermost carrier,
 * as this packet has it.
 */
struct tunnel {
	struct addr from, to;
	uint16_t from_port, to_port; /* host byte order; 0 where it has none */
	uint8_t proto;               /* of IP: what the carrier's header says follows */
	uint8_t kind;  /* enum tunnel_kind, of the innermost tunnel; NONE: the rest is not
	                  set */
	uint8_t depth; /* how many, one in the other */
};

/* A piece of a datagram: where it belongs. */
struct piece_place {
	uint32_t id;     /* of IP: 16 bits in IPv4 */
	uint32_t offset; /* bytes */
	uint32_t header; /* where in data the part begins that is in pieces; ip_at is
	                    where its IP header stands */
	bool more;       /* not the last one */
};

/* Who sends what to whom: the five-tuple, as this packet has it. */
struct tuple {
	struct addr from, to;
	uint16_t from_port, to_port; /* host byte order; ICMP: type and code, as community
	                                id has them; else 0 */
	uint8_t proto;               /* of IP */
};

struct packet {
	uint64_t number; /* from 1, over all inputs of the run */
	uint32_t part; /* 0; where several packets have one number (pieces that were given
	                  up after it), which of them */
	int64_t time;  /* nanoseconds since 1970; never before the packet before */
	uint32_t input;      /* which input file, from 0 */
	uint32_t caplen;     /* bytes at data */
	uint32_t wirelen;    /* bytes there were on the wire, >= caplen */
	bool verify;         /* its checksums are to be looked at */
	const uint8_t *data; /* from the link layer on; the capture's, or a batch's */

	/* what decode found */
	struct tuple tuple;
	uint32_t ip_at;  /* where in data the innermost IP header stands */
	uint32_t ip_len; /* bytes of the IP packet that are at hand, padding left out */
	uint32_t payload_at;  /* where in data the transport's payload stands */
	uint32_t payload_cap; /* bytes of it that are at hand */
	uint64_t payload_len; /* bytes of it there were, by the headers (64 bits: a
	                         jumbogram and TSO's 0 length) */
	uint32_t shard_hash;  /* of the pair of innermost addresses; the same for both
	                         directions */
	uint32_t seq, ack;    /* TCP */
	uint16_t window;
	uint8_t tcp_flags;
	uint8_t fragment; /* 1: not the first piece of a datagram, or more pieces follow:
	                     has no ports, and `piece` says which */
	uint8_t vlan_count; /* of the tags below */
	uint16_t vlan[2];   /* outermost first; at most 2 kept */
	uint32_t arp_at;   /* where in data an ARP message stands, of a packet that has no
	                      IP; 0: none does */
	uint16_t ip_id;    /* of the innermost IPv4; 0 of IPv6 */
	uint16_t checksum; /* of the transport, as it stands there; 0: none at hand */
	uint32_t pieces; /* packets on the wire that this one stands for: 1, or as many as
	                    it was put together from */
	struct piece_place piece;
	struct tunnel tunnel;
};

#endif
