// SPDX-License-Identifier: Apache-2.0
/*
 * dissect_seeds.c - main of fuzz_dissect where libFuzzer is not.
 *
 * Its seeds are the dissectors' vectors, so that there are no files to forget.  Each runs
 * as it is, and with bytes changed, the same changes every time; dissect_test has tried
 * every cut.
 */
#include <stdio.h>

#include "tests/dissectors/seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHANGES = 100, SIZE_MOST = 2000 /* longer ones take long */ };

static uint32_t dice(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void change(uint8_t *b, size_t n, uint32_t *random)
{
	static const uint8_t nasty[] = { 0, 0xff, 0x7f, 0x80, '\r', '\n', 'P', '9' };
	uint32_t throw = dice(random);
	size_t at = dice(random) % n;

	b[at] = throw &8 ? nasty[throw &7] : (uint8_t)(throw >> 8);
}

int main(void)
{
	struct seed seed = { 0 };
	uint32_t random = 2463534242;
	unsigned seeds = 0, tried = 0;

	while (seed_next(&seed)) {
		seeds++;
		for (unsigned i = 0; i <= CHANGES && (i == 0 || seed.n <= SIZE_MOST);
		     i++) {
			LLVMFuzzerTestOneInput(seed.b, seed.n);
			change(seed.b, seed.n, &random);
			tried++;
		}
	}
	printf("%s - dissectors survive %u vectors in %u forms, cut or whole\n",
	       seeds ? "ok" : "not ok", seeds, tried);
	return seeds == 0;
}
