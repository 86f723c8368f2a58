// SPDX-License-Identifier: Apache-2.0
/*
 * arp.c - what the sender of an ARP message says of itself.
 */
#include "dissectors/arp.h"

enum { ETHERNET = 1, IPV4 = 0x0800, MAC = 6, REQUEST = 1, REPLY = 2 };

static bool all_zero(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i])
			return false;
	return true;
}

bool arp_read(struct bytes message, struct naming *ret)
{
	struct cursor in = cursor_over(message);
	uint16_t hardware = cursor_u16(&in), protocol = cursor_u16(&in);
	uint16_t lengths = cursor_u16(&in), operation = cursor_u16(&in);
	struct bytes mac = cursor_take(&in, MAC), addr = cursor_take(&in, 4);

	if (!cursor_ok(&in) || hardware != ETHERNET || protocol != IPV4 ||
	    lengths != (MAC << 8 | 4) || (operation != REQUEST && operation != REPLY))
		return false;
	if (all_zero(addr) || all_zero(mac) || mac.p[0] & 1) /* a group's is nobody's */
		return false;
	*ret = (struct naming){ .by = NAME_ARP, .has_addr = true, .has_mac = true };
	ret->addr = addr_from_v4(addr.p);
	memcpy(ret->mac, mac.p, MAC);
	return true;
}
