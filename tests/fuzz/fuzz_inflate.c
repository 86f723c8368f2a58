// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_inflate.c - heads of any coding, and whole inputs.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first megabyte of it: what is small may be much, and only time is lost by that. */
static void read_stream(const uint8_t *data, size_t size)
{
	static uint8_t out[65536];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct inflate *input;

	if (fd < 0)
		abort();
	if (write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	input = inflate_open(fd, "fuzz", NULL);
	if (!input)
		return;
	for (int i = 0; i < 16; i++)
		if (inflate_read(input, out, sizeof(out)) <= 0)
			break;
	inflate_close(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t caps[] = { 1, 100, 20000 };
	uint8_t *out = malloc(20000);

	for (int coding = CODING_IDENTITY; coding <= CODING_UNKNOWN; coding++)
		for (size_t i = 0; i < 3; i++)
			inflate_head((enum coding)coding, (struct bytes){ data, size },
			             out, caps[i]);
	free(out);
	read_stream(data, size);
	return 0;
}
