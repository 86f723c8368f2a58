// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_dissect.c - any bytes into any dissector; what comes of it does not depend on how
 * they were cut.
 *
 * drive.c checks the contract, a sanitizer the memory.  tests/dissectors/seeds.h says how
 * the bytes are read.
 */
#include <stdlib.h>

#include "tests/dissectors/seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes seed = { data, size };
	const struct dissector *dissector = seed_dissector(seed);
	struct drive whole, pieces;

	if (!dissector)
		return 0;
	drive_init(&whole, dissector);
	drive_init(&pieces, dissector);
	seed_play(seed, &whole, false);
	seed_play(seed, &pieces, true);
	if (strcmp(whole.trace, pieces.trace) != 0) {
		fprintf(stderr,
		        "%s: it depends on the cuts\n--- whole\n%s--- pieces\n%s---\n",
		        dissector->name, whole.trace, pieces.trace);
		abort();
	}
	drive_done(&whole);
	drive_done(&pieces);
	return 0;
}
