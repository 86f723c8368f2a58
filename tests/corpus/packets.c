// SPDX-License-Identifier: Apache-2.0
/*
 * packets.c - reads captures and says what came of their packets: for packets_test.py.
 *
 *	packets FILE...		a line "packets flows payload first last links..." on
 *				stdout (times in ns), complaints on stderr
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

static int links[16]; /* that came, in order */
static unsigned links_n;

static void link_note(int link)
{
	for (unsigned i = 0; i < links_n; i++)
		if (links[i] == link)
			return;
	if (links_n < sizeof(links) / sizeof(links[0]))
		links[links_n++] = link;
}

int main(int argc, char **argv)
{
	struct counters counters = { { 0 } };
	struct capture *capture;
	struct error err = { "" };
	struct packet p;
	int link;
	uint64_t flows = 0, payload = 0;
	int64_t first = 0, last = 0;

	if (capture_open((const char *const *)argv + 1, (size_t)argc - 1, NULL, hear,
	                 NULL, &counters, &capture, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	while (capture_next(capture, &p, &link)) {
		if (p.number == 1)
			first = p.time;
		last = p.time;
		link_note(link);
		if (!decode_packet(&p, link, &counters))
			continue;
		if (p.ip_len > p.caplen - p.ip_at ||
		    p.payload_cap > p.caplen - p.payload_at ||
		    p.payload_cap > p.payload_len)
			abort();
		flows++;
		payload += p.payload_len;
	}
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64,
	       counters.at[COUNT_CAPTURE_PACKETS], flows, payload, first, last);
	for (unsigned i = 0; i < links_n; i++)
		printf(" %d", links[i]);
	puts("");
	int broken = capture_broken(capture) > 0;
	capture_close(capture);
	return broken;
}
