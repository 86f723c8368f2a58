// SPDX-License-Identifier: Apache-2.0
/*
 * engine_seed.c - a capture as fuzz_engine reads it.
 *
 *	engine_seed CAPTURE [FLAGS [PACKETS]] > seed
 *
 * FLAGS: 1 with nDPI, 2 with digests.  A time between packets that fuzz_engine cannot say
 * is made the next shorter one that it can.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "traffic/capture.h"

static void complain(void *arg, const char *sentence)
{
	(void)arg;
	fprintf(stderr, "%s\n", sentence);
}

static unsigned link_code(int link)
{
	switch (link) {
	case 1: return 0;
	case 12:
	case 14:
	case 101:
	case 228:
	case 229: return 1;
	case 113: return 2;
	case 276: return 3;
	default: return 4;
	}
}

static uint8_t time_code(int64_t later)
{
	uint8_t code = 0;

	if (later < INT64_C(128000000))
		return (uint8_t)(later / 1000000);
	while (code < 47 && INT64_C(1) << (code + 1) <= later)
		code++;
	return (uint8_t)(128 + code);
}

static uint8_t cut_code(uint32_t cut)
{
	uint8_t code = 0;

	if (cut < 128)
		return (uint8_t)cut;
	while (code < 30 && UINT32_C(1) << (code + 1) <= cut)
		code++;
	for (unsigned at = 128; at < 256; at++) /* the byte whose rest by 31 is code */
		if (at % 31 == code)
			return (uint8_t)at;
	return 0;
}

int main(int argc, char **argv)
{
	struct counters counters = { { 0 } };
	struct capture *capture;
	struct packet p = { 0 };
	struct error err;
	int64_t before = 0;
	unsigned flags = argc > 2 ? (unsigned)atoi(argv[2]) & 3 : 0;
	unsigned long most = argc > 3 ? strtoul(argv[3], NULL, 10) : 4000;
	int link;

	if (argc < 2 || capture_open((const char *const *)&argv[1], 1, NULL, complain,
	                             NULL, &counters, &capture, &err) < 0)
		return 1;
	while (capture_next(capture, &p, &link) && p.number <= most) {
		uint32_t n = p.caplen < 65535 ? p.caplen : 65535;
		uint8_t head[4];

		if (link_code(link) > 3)
			return 1;
		if (p.number == 1) {
			putchar((int)(flags | link_code(link) << 2));
			before = p.time;
		}
		head[0] = time_code(p.time - before);
		head[1] = cut_code(p.wirelen - n);
		head[2] = (uint8_t)(n >> 8);
		head[3] = (uint8_t)n;
		fwrite(head, sizeof(head), 1, stdout);
		fwrite(p.data, n, 1, stdout);
		before = p.time;
	}
	capture_close(capture);
	return 0;
}
