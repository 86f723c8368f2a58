// SPDX-License-Identifier: Apache-2.0
/*
 * community_id.c - the Community ID specification, version 1, seed 0: SHA-1 over seed,
 * both addresses, protocol, a zero and both ports, the smaller end first, in base64.
 *
 * A function of its argument; any thread.
 */
#include "output/community_id.h"

#include "base/digest.h"
#include "base/icmp.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, SCTP = 132 };

static uint8_t *put_u16(uint8_t *p, uint16_t v)
{
	*p++ = (uint8_t)(v >> 8);
	*p++ = (uint8_t)v;
	return p;
}

/* IPv4 counts as four bytes. */
static uint8_t *put_addr(uint8_t *p, const struct addr *a)
{
	size_t skip = addr_is_v4(a) ? 12 : 0;

	memcpy(p, a->b + skip, 16 - skip);
	return p + 16 - skip;
}

char *community_id(char text[COMMUNITY_ID_TEXT], const struct flow_event *flow)
{
	bool icmp = flow->proto == ICMP || flow->proto == ICMPV6;
	bool ports =
		icmp || flow->proto == TCP || flow->proto == UDP || flow->proto == SCTP;
	/* a message that nothing answers keeps its direction */
	bool one_way = icmp && icmp_answer(flow->proto, flow->client_port) < 0;
	int order = memcmp(flow->client.b, flow->server.b, sizeof(flow->client.b));
	bool swap = !one_way &&
	            (order > 0 || (order == 0 && flow->client_port > flow->server_port));
	uint8_t b[40], sha1[20], *p = b;

	p = put_u16(p, 0);
	p = put_addr(p, swap ? &flow->server : &flow->client);
	p = put_addr(p, swap ? &flow->client : &flow->server);
	*p++ = flow->proto;
	*p++ = 0;
	if (ports) {
		p = put_u16(p, swap ? flow->server_port : flow->client_port);
		p = put_u16(p, swap ? flow->client_port : flow->server_port);
	}
	if (digest_sha1((struct bytes){ b, (size_t)(p - b) }, sha1) < 0)
		return NULL;
	memcpy(text, "1:", 2);
	digest_base64((struct bytes){ sha1, sizeof(sha1) }, text + 2);
	return text;
}
