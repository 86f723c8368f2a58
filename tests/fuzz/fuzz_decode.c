// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_decode.c - any bytes are a packet of any link type.
 *
 * The first byte picks the link type, the second how much longer the packet was on the
 * wire, or that checksums are looked at; the rest is the packet, in memory of exactly its
 * size.  What decode says of it must hold together, whatever it is.
 */
#include <stdlib.h>

#include "traffic/decode.h"

static const int links[] = {
	0,   1,   12,  14,  101, 108, 113, 228, 229, 276, 147, /* 147: not known */
	6,   7,   8,   9,   10,  11,  51,  104, 105, 107, 109, 117, 119,
	122, 123, 127, 129, 138, 143, 166, 178, 180, 181, 182, 192, 197,
	204, 205, 206, 219, 226, 239, 240, 241, 242, 258, 274,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counters counters = { { 0 } };

	if (size < 3)
		return 0;
	int link = links[data[0] % (sizeof(links) / sizeof(links[0]))];
	uint32_t cut = data[1] < 128 ? 0 : (uint32_t)1 << (data[1] % 24);
	uint8_t *bytes = malloc(size - 2);
	if (!bytes)
		return 0;
	memcpy(bytes, data + 2, size - 2);

	struct packet p = {
		.data = bytes,
		.caplen = (uint32_t)size - 2,
		.wirelen = (uint32_t)size - 2 + cut,
		.verify = data[1] == 127,
	};
	if (decode_packet(&p, link, &counters)) {
		must(decode_knows(link));
		must(p.ip_at <= p.caplen && p.ip_len <= p.caplen - p.ip_at);
		must(p.payload_at <= p.caplen &&
		     p.payload_cap <= p.caplen - p.payload_at);
		must(p.payload_at >= p.ip_at);
		must(p.payload_at + p.payload_cap <= p.ip_at + p.ip_len);
		must(p.payload_cap <= p.payload_len && p.payload_len <= p.wirelen);
		must(p.vlan_count <= 2 && p.fragment <= 1);
		must(p.tunnel.depth <= 8 && (p.tunnel.depth > 0) == (p.tunnel.kind > 0));
		must(!p.fragment || (p.tuple.from_port == 0 && p.tuple.to_port == 0));
	} else {
		must(counters.at[COUNT_DECODER_NOT_IP] +
		             counters.at[COUNT_DECODER_INVALID] +
		             counters.at[COUNT_DECODER_LINKTYPE] +
		             counters.at[COUNT_DECODER_ENCRYPTED] +
		             counters.at[COUNT_IPV4_BAD_SUM] +
		             counters.at[COUNT_TCP_BAD_SUM] +
		             counters.at[COUNT_UDP_BAD_SUM] +
		             counters.at[COUNT_ICMP_BAD_SUM] ==
		     1);
	}
	must(counters.at[COUNT_DECODER_PACKETS] == 1);
	free(bytes);
	return 0;
}
