// SPDX-License-Identifier: Apache-2.0
/*
 * prefix.h - addresses and sets of address prefixes (CIDR).
 *
 * An address is always 16 bytes; IPv4 is mapped into ::ffff:0:0/96 (RFC 4291 2.5.5.2),
 * so that one comparison serves both.
 */
#ifndef BASE_PREFIX_H
#define BASE_PREFIX_H

#include "base/bytes.h"

struct error;

struct addr {
	_Alignas(8) uint8_t b[16]; /* network byte order */
};

static inline struct addr addr_from_v4(const uint8_t v4[4])
{
	struct addr a = { { 0 } };

	a.b[10] = a.b[11] = 0xff;
	memcpy(a.b + 12, v4, 4);
	return a;
}

static inline bool addr_is_v4(const struct addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

enum { ADDR_TEXT = 46 };

/* "192.0.2.1" or "2001:db8::1"; gives text back. */
char *addr_say(char text[ADDR_TEXT], const struct addr *a);
/* Gives 0, or -1 where text is not an address. */
int addr_parse(const char *text, struct addr *ret);

struct prefix {
	struct addr addr;
	uint8_t bits; /* 0 to 128; an IPv4 prefix of /8 is /104 */
};

/* "10.0.0.0/8", "2001:db8::/32", or a bare address.  Bits beyond the prefix are an error.
 */
int prefix_parse(const char *text, struct prefix *ret, struct error *err);
bool prefix_has(const struct prefix *p, const struct addr *a);

/* A set by value, small (the networks of a config, the values of a rule): searched in
 * order. */
struct prefixes {
	struct prefix *at; /* owned by whoever built it, sorted as given */
	size_t n;
};

bool prefixes_have(const struct prefixes *set, const struct addr *a);

/* Multicast, broadcast, loopback and unspecified addresses: neither inside nor outside.
 */
bool addr_is_nowhere(const struct addr *a);

#endif
