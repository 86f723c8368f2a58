// SPDX-License-Identifier: Apache-2.0
/*
 * packets.c - reads captures and says what came of their packets: for packets_test.py.
 *
 *	packets FILE...		a line "packets flows payload" on stdout, complaints on
 *stderr
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "traffic/capture.h"
#include "traffic/decode.h"

static void hear(void *arg, const char *sentence)
{
	(void)arg;
	fprintf(stderr, "%s\n", sentence);
}

int main(int argc, char **argv)
{
	struct counters counters = { { 0 } };
	struct capture *capture;
	struct error err = { "" };
	struct packet p;
	int link;
	uint64_t flows = 0, payload = 0;

	if (capture_open((const char *const *)argv + 1, (size_t)argc - 1, hear, NULL,
	                 &counters, &capture, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	while (capture_next(capture, &p, &link)) {
		if (!decode_packet(&p, link, &counters))
			continue;
		if (p.ip_len > p.caplen - p.ip_at ||
		    p.payload_cap > p.caplen - p.payload_at ||
		    p.payload_cap > p.payload_len)
			abort();
		flows++;
		payload += p.payload_len;
	}
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	       counters.at[COUNT_CAPTURE_PACKETS], flows, payload);
	int broken = capture_broken(capture) > 0;
	capture_close(capture);
	return broken;
}
