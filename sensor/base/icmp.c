// SPDX-License-Identifier: Apache-2.0
#include "base/icmp.h"

#include <stddef.h>

enum { ICMP = 1, ICMPV6 = 58 };

int icmp_answer(uint8_t proto, uint16_t type)
{
	static const uint8_t pairs[][3] = {
		{ ICMP, 8, 0 },       /* echo */
		{ ICMP, 10, 9 },      /* router */
		{ ICMP, 13, 14 },     /* timestamp */
		{ ICMP, 15, 16 },     /* information */
		{ ICMP, 17, 18 },     /* address mask */
		{ ICMPV6, 128, 129 }, /* echo */
		{ ICMPV6, 130, 131 }, /* multicast listeners */
		{ ICMPV6, 133, 134 }, /* router */
		{ ICMPV6, 135, 136 }, /* neighbour */
		{ ICMPV6, 139, 140 }, /* node information */
		{ ICMPV6, 144, 145 }, /* home agent */
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (pairs[i][0] != proto)
			continue;
		if (pairs[i][1] == type)
			return pairs[i][2];
		if (pairs[i][2] == type)
			return pairs[i][1];
	}
	return -1;
}
