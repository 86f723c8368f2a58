// SPDX-License-Identifier: Apache-2.0
/*
 * prefix.c - addresses and sets of address prefixes.
 */
#include "base/prefix.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>

#include "base/error.h"

/* By hand for IPv4: it stands twice in every record, and inet_ntop goes through sprintf.
 */
static char *v4_say(char *to, const uint8_t v4[4])
{
	for (int i = 0; i < 4; i++) {
		unsigned b = v4[i];

		if (i > 0)
			*to++ = '.';
		if (b >= 100)
			*to++ = (char)('0' + b / 100);
		if (b >= 10)
			*to++ = (char)('0' + b / 10 % 10);
		*to++ = (char)('0' + b % 10);
	}
	*to = '\0';
	return to;
}

char *addr_say(char text[ADDR_TEXT], const struct addr *a)
{
	if (addr_is_v4(a))
		v4_say(text, a->b + 12);
	else
		inet_ntop(AF_INET6, a->b, text, ADDR_TEXT);
	return text;
}

int addr_parse(const char *text, struct addr *ret)
{
	uint8_t v4[4];
	struct addr v6;

	if (inet_pton(AF_INET, text, v4) == 1) {
		*ret = addr_from_v4(v4);
		return 0;
	}
	if (inet_pton(AF_INET6, text, v6.b) == 1) {
		*ret = v6;
		return 0;
	}
	return -1;
}

/* The two halves of an address as numbers, and the mask of a prefix over one of them. */
static uint64_t addr_half(const struct addr *a, unsigned half)
{
	uint64_t word;

	memcpy(&word, a->b + 8 * half, sizeof(word));
	return be64toh(word);
}

static uint64_t half_mask(unsigned bits)
{
	return bits == 0 ? 0 : bits >= 64 ? UINT64_MAX : ~(UINT64_MAX >> bits);
}

/* Digits only: "/8", not "/+8" or "/ 8". */
static int bits_parse(const char *text, unsigned most, unsigned *ret)
{
	unsigned value = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		value = value * 10 + (unsigned)(*text - '0');
		if (value > most)
			return -1;
	}
	*ret = value;
	return 0;
}

int prefix_parse(const char *text, struct prefix *ret, struct error *err)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	char bare[ADDR_TEXT];
	struct prefix p;
	unsigned most, bits;

	if (n < sizeof(bare)) {
		memcpy(bare, text, n);
		bare[n] = '\0';
	}
	if (n >= sizeof(bare) || addr_parse(bare, &p.addr) < 0)
		return error_set(err,
		                 "\"%s\" is not an address or prefix such as 10.0.0.0/8",
		                 text);
	most = memchr(text, ':', n) ? 128 : 32;
	bits = most;
	if (slash && bits_parse(slash + 1, most, &bits) < 0)
		return error_set(err, "\"%s\": a prefix length is 0 to %u", text, most);
	p.bits = (uint8_t)(bits + 128 - most);
	for (unsigned half = 0; half < 2; half++) {
		unsigned here = p.bits > 64 * half ? p.bits - 64 * half : 0;

		if (addr_half(&p.addr, half) & ~half_mask(here))
			return error_set(
				err,
				"\"%s\" has bits beyond its prefix length: an address, "
				"or too short a prefix",
				text);
	}
	*ret = p;
	return 0;
}

bool prefix_has(const struct prefix *p, const struct addr *a)
{
	uint64_t high = addr_half(&p->addr, 0) ^ addr_half(a, 0);
	uint64_t low = addr_half(&p->addr, 1) ^ addr_half(a, 1);

	if (p->bits <= 64)
		return (high & half_mask(p->bits)) == 0;
	return high == 0 && (low & half_mask(p->bits - 64u)) == 0;
}

bool prefixes_have(const struct prefixes *set, const struct addr *a)
{
	for (size_t i = 0; i < set->n; i++)
		if (prefix_has(&set->at[i], a))
			return true;
	return false;
}

bool addr_is_nowhere(const struct addr *a)
{
	if (addr_is_v4(a)) {
		const uint8_t *v4 = a->b + 12;

		return v4[0] == 0 || v4[0] == 127 || (v4[0] & 0xf0) == 224 ||
		       (v4[0] & v4[1] & v4[2] & v4[3]) == 255;
	}
	return a->b[0] == 0xff || (addr_half(a, 0) == 0 && addr_half(a, 1) <= 1);
}
