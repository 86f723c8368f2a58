// SPDX-License-Identifier: Apache-2.0
/*
 * reading.c - what reading a capture costs with our own readers: a bare loop that touches
 * each header, as floor.c does with libpcap.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "traffic/capture.h"

static void hear(void *arg, const char *sentence)
{
	(void)arg;
	fprintf(stderr, "%s\n", sentence);
}

int main(int argc, char **argv)
{
	struct counters counters = { { 0 } };
	uint64_t packets = 0, bytes = 0, touched = 0;
	struct capture *capture;
	struct error err = { "" };
	struct packet p;
	int link;

	if (argc != 2 || capture_open((const char *const *)argv + 1, 1, NULL, hear, NULL,
	                              &counters, &capture, &err) < 0) {
		fprintf(stderr, "usage: reading FILE (%s)\n", err.text);
		return 2;
	}
	while (capture_next(capture, &p, &link)) {
		packets++;
		bytes += p.wirelen;
		for (uint32_t i = 0; i < p.caplen && i < 54; i += 18)
			touched += p.data[i];
	}
	capture_close(capture);
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", packets, bytes, touched);
	return 0;
}
