// SPDX-License-Identifier: Apache-2.0
/*
 * floor.c - the least that reading a capture costs: a bare libpcap loop that touches each
 * header.
 */
#include <inttypes.h>
#include <pcap.h>
#include <stdint.h>
#include <stdio.h>

struct sums {
	uint64_t packets, bytes, touched;
};

static void touch(u_char *arg, const struct pcap_pkthdr *head, const u_char *data)
{
	struct sums *s = (struct sums *)arg;

	s->packets++;
	s->bytes += head->len;
	for (bpf_u_int32 i = 0; i < head->caplen && i < 54; i += 18)
		s->touched += data[i];
}

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	struct sums s = { 0 };
	pcap_t *p = argc > 1 ? pcap_open_offline(argv[1], why) : NULL;

	if (!p) {
		fprintf(stderr, "usage: floor FILE (%s)\n", argc > 1 ? why : "which?");
		return 2;
	}
	pcap_loop(p, -1, touch, (u_char *)&s);
	pcap_close(p);
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", s.packets, s.bytes, s.touched);
	return 0;
}
