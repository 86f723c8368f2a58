// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_text.c - text from users (sizes, durations, rates, prefixes) and bytes from the
 * wire that become JSON.  What is read must be readable again after it was written.
 */
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "base/prefix.h"
#include "base/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool what)
{
	if (!what)
		abort();
}

static void read_units(const char *text)
{
	char said[UNITS_TEXT + 8];
	struct error err;
	uint64_t n;
	int64_t ns;

	if (units_size(text, &n, &err) == 0)
		must(units_size(units_say_size(said, n), &n, NULL) == 0);
	if (units_rate(text, &n, &err) == 0)
		units_say_rate(said, n);
	if (units_duration(text, &ns, &err) == 0) {
		must(ns >= 0);
		units_say_duration(said, ns);
		units_say_time(said, ns);
	}
}

static void read_prefix(const char *text)
{
	char said[ADDR_TEXT];
	struct prefix p;
	struct addr again;

	if (prefix_parse(text, &p, NULL) < 0)
		return;
	must(prefix_has(&p, &p.addr));
	must(addr_parse(addr_say(said, &p.addr), &again) == 0);
	must(memcmp(&again, &p.addr, sizeof(again)) == 0);
}

/* Between quotes: printable, and no quote that is not escaped. */
static void write_string(struct bytes b)
{
	size_t cap = 6 * b.n + 2;
	char *out = malloc(cap);
	struct json j = json_over(out, cap);

	json_bytes(&j, NULL, b);
	must(!j.full && j.n >= 2 && out[0] == '"' && out[j.n - 1] == '"');
	for (size_t i = 1; i < j.n - 1; i++) {
		must((uint8_t)out[i] >= 0x20 && out[i] != '"');
		if (out[i] == '\\')
			must(++i < j.n - 1);
	}
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	read_units(text);
	read_prefix(text);
	write_string((struct bytes){ data, size });
	free(text);
	return 0;
}
