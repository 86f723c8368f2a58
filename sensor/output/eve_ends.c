// SPDX-License-Identifier: Apache-2.0
/*
 * eve_ends.c - what the two ends of a flow are called, and how that is known.
 */
#include "output/eve.h"

static void eve_mac(struct json *j, const char *key, const uint8_t mac[6])
{
	static const char digits[] = "0123456789abcdef";
	char text[18], *to = text;

	for (unsigned i = 0; i < 6; i++) {
		*to++ = digits[mac[i] >> 4];
		*to++ = digits[mac[i] & 15];
		*to++ = ':';
	}
	to[-1] = 0;
	json_text(j, key, text);
}

static void eve_end(struct json *j, const char *key, const struct end_name *end)
{
	if (!end->name && !end->mac)
		return;
	json_object(j, key);
	if (end->name) {
		json_bytes(j, "name", bytes_of(end->name));
		json_text(j, "name_by", end->by);
	}
	if (end->mac)
		eve_mac(j, "mac", end->mac);
	json_object_end(j);
}

void eve_ends(struct json *j, const struct end_names *ends)
{
	eve_end(j, "inside", &ends->inside);
	eve_end(j, "outside", &ends->outside);
}
