// SPDX-License-Identifier: Apache-2.0
/*
 * decode.h - from the link layer to the transport's payload.
 *
 * The README has the list of links and tunnels.  What a tunnel carries is the packet's
 * flow, innermost first; where nothing can be read inside, the tunnel's own is.  Behind
 * them: IPv4, IPv6 with extension headers; TCP, UDP, ICMP, ICMPv6, SCTP's ports, and any
 * other transport without ports.  Byte counts come from the headers and the wire length,
 * so they hold where the snap length cut the packet.  Padding below a short IP packet is
 * not payload.  An IPv4 total length of 0 (segmentation offload) means: to the end of the
 * frame on the wire, and so does an IPv6 length of 0 without a jumbo option.  Of a
 * fragment, the payload is what stands behind the IP headers. ICMP's payload begins
 * behind eight bytes.
 */
#ifndef TRAFFIC_DECODE_H
#define TRAFFIC_DECODE_H

#include "base/counters.h"
#include "traffic/packet.h"

/* Whether packets of this link type (libpcap's DLT_ number) can be read. */
bool decode_knows(int link);

/*
 * Fills the second part of p from p->data, caplen and wirelen.  False where it carries no
 * IP flow, or its headers are cut or wrong, or the link type is not known, or a checksum
 * is wrong where p->verify asks: counted, nothing more is done with it.
 */
bool decode_packet(struct packet *p, int link, struct counters *counters);

/*
 * The same for a datagram that was put together: p->data is its IP packet, from the IP
 * header on, and caplen and wirelen are that packet's.  What p already says of tags,
 * tunnels and pieces stays, and is added to; all else of the second part is found anew.
 * Its pieces were counted as packets when they came, so it is not counted as one again.
 */
bool decode_whole(struct packet *p, struct counters *counters);

#endif
