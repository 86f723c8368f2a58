// SPDX-License-Identifier: Apache-2.0
/*
 * icmp.h - which types of ICMP and ICMPv6 are question and answer: the pairs of the
 * Community ID specification (RFC 792, 950, 1256, 4443, 4861, 6275).
 */
#ifndef BASE_ICMP_H
#define BASE_ICMP_H

#include <stdint.h>

/*
 * proto: 1 or 58.  Gives the type that answers this one or is answered by it, or -1 where
 * there is none, and for every other protocol.  A flow's client_port is then a type, and
 * its server_port that other type or, where there is none, the code: so both directions
 * of a ping are one flow.  A function of its arguments; any thread.
 */
int icmp_answer(uint8_t proto, uint16_t type);

#endif
