// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_capture.c - a file of any content as a capture: what is given lies in memory, and
 * is bounded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "traffic/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear(void *arg, const char *sentence)
{
	(void)arg;
	if (!*sentence)
		abort();
}

/* Reads every byte of the packets that may be looked at still. */
static void look_back(const struct packet *p, uint64_t n)
{
	volatile uint8_t sum = 0;

	for (uint64_t i = n > CAPTURE_AHEAD ? n - CAPTURE_AHEAD - 1 : 0; i < n; i++) {
		const struct packet *old = &p[i % (CAPTURE_AHEAD + 1)];

		if (old->wirelen < old->caplen || old->caplen > 1 << 18)
			abort();
		for (uint32_t at = 0; at < old->caplen; at += 97)
			sum = (uint8_t)(sum + old->data[at]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counters counters = { { 0 } };
	struct packet p[CAPTURE_AHEAD + 1];
	struct capture *capture;
	struct error err;
	char name[40];
	uint64_t n = 0;
	int fd = memfd_create("fuzz", MFD_CLOEXEC), link;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	const char *paths[] = { name, name };
	if (capture_open(paths, 2, NULL, hear, NULL, &counters, &capture, &err) == 0) {
		while (n < 4096 &&
		       capture_next(capture, &p[n % (CAPTURE_AHEAD + 1)], &link))
			look_back(p, ++n);
		capture_close(capture);
	}
	close(fd);
	return 0;
}
