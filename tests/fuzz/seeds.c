// SPDX-License-Identifier: Apache-2.0
/*
 * seeds.c - main of a fuzz target where libFuzzer is not.
 *
 * Runs every seed whole, cut, and with bytes changed (the same changes every time), in
 * memory of exactly its size, so that a sanitizer sees any step outside.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEED_MAX = 1 << 20, CUTS = 64, CHANGES = 192 };

static void run(const uint8_t *data, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);

	if (!exact)
		abort();
	if (n > 0)
		memcpy(exact, data, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void run_changed(uint8_t *data, size_t n, uint32_t *random)
{
	uint8_t kept[8];
	size_t at = next_random(random) % n,
	       run_n = 1 + next_random(random) % sizeof(kept);

	if (run_n > n - at)
		run_n = n - at;
	memcpy(kept, data + at, run_n);
	for (size_t i = 0; i < run_n; i++) {
		static const uint8_t nasty[] = { 0x00, 0xff, 0x7f, 0x80,
			                         '\n', '"',  ':',  '9' };
		uint32_t dice = next_random(random);

		data[at + i] = dice & 8 ? nasty[dice & 7] : (uint8_t)(dice >> 8);
	}
	run(data, n);
	memcpy(data + at, kept, run_n);
}

static unsigned try_seed(uint8_t *data, size_t n)
{
	uint32_t random = 2463534242;

	run(data, n);
	if (n == 0)
		return 1;
	for (size_t i = 0; i < CUTS; i++)
		run(data, n <= CUTS ? i % n : next_random(&random) % n);
	for (size_t i = 0; i < CHANGES; i++)
		run_changed(data, n, &random);
	return 1 + CUTS + CHANGES;
}

static unsigned try_file(const char *path)
{
	static uint8_t data[SEED_MAX];
	FILE *file = fopen(path, "r");
	unsigned tried = 0;

	if (file) {
		tried = try_seed(data, fread(data, 1, sizeof(data), file));
		fclose(file);
	}
	return tried;
}

static unsigned try_folder(const char *path, unsigned *seeds)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	unsigned tried = 0;

	for (int i = 0; i < n; i++) {
		char *file;

		if (names[i]->d_name[0] != '.' &&
		    asprintf(&file, "%s/%s", path, names[i]->d_name) >= 0) {
			tried += try_file(file);
			++*seeds;
			free(file);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return tried;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	unsigned seeds = 0, tried = 0;

	for (int i = 1; i < argc; i++)
		tried += try_folder(argv[i], &seeds);
	if (seeds == 0) {
		printf("not ok - %s has seeds\n", name);
		return 1;
	}
	printf("ok - %s survives its %u seeds in %u forms\n", name, seeds, tried);
	return 0;
}
