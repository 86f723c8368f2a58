// SPDX-License-Identifier: Apache-2.0
/*
 * decode_hex.h - packets written down in hexadecimal, decoded in memory of exactly their
 * size.
 */
#ifndef TESTS_DECODE_HEX_H
#define TESTS_DECODE_HEX_H

#include <stdlib.h>

#include "tests/check.h"
#include "traffic/decode.h"

#define MACS      "020000000002 020000000001 "
#define UDP_PORTS "9c40 0035 "
/* 30 and 50 bytes of UDP from 40000 to 53, the last two of them payload */
#define INNER4 \
	"4500 001e 0000 0000 40 11 0000 0a000001 c0000201 " UDP_PORTS "000a 0000 6162"
#define INNER6                                                  \
	"60000000 000a 11 40 20010db8000000000000000000000001 " \
	"26000000000000000000000000000002 " UDP_PORTS "000a 0000 6162"
#define FRAME4 MACS "0800 " INNER4

static inline size_t unhex(const char *hex, uint8_t *out)
{
	size_t digits = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		uint8_t value = (uint8_t)(*hex <= '9' ? *hex - '0' : *hex - 'a' + 10);
		out[digits / 2] =
			(uint8_t)(digits % 2 ? out[digits / 2] | value : value << 4);
		digits++;
	}
	CHECK_EQ(0, digits % 2);
	return digits / 2;
}

/* One try in memory of exactly caplen bytes, and what must hold of any packet. */
static inline bool try(const uint8_t *bytes, uint32_t caplen, uint32_t wirelen, int link,
                       struct packet *p, struct counters *counters)
{
	uint8_t *copy = malloc(caplen ? caplen : 1);

	memset(counters, 0, sizeof(*counters));
	memcpy(copy, bytes, caplen);
	*p = (struct packet){ .data = copy, .caplen = caplen, .wirelen = wirelen };
	bool flow = decode_packet(p, link, counters);
	free(copy);

	CHECK_EQ(1, counters->at[COUNT_DECODER_PACKETS]);
	CHECK_EQ(wirelen, counters->at[COUNT_DECODER_BYTES]);
	CHECK_EQ(caplen < wirelen, counters->at[COUNT_DECODER_SNAPPED]);
	CHECK_EQ(!flow, counters->at[COUNT_DECODER_NOT_IP] +
	                        counters->at[COUNT_DECODER_INVALID] +
	                        counters->at[COUNT_DECODER_ENCRYPTED] +
	                        counters->at[COUNT_DECODER_LINKTYPE]);
	if (flow) {
		CHECK(p->ip_at + p->ip_len <= caplen);
		CHECK(p->payload_at + p->payload_cap <= p->ip_at + p->ip_len);
		CHECK(p->payload_cap <= p->payload_len && p->payload_len <= wirelen);
	}
	return flow;
}

/* Whether p is INNER4's or INNER6's. */
static inline bool is_inner(const struct packet *p)
{
	return p->tuple.proto == PROTO_UDP && p->tuple.from_port == 40000 &&
	       p->tuple.to_port == 53 && p->payload_len == 2;
}

#endif
