// SPDX-License-Identifier: Apache-2.0
/*
 * dhcp.c - DHCP for IPv4 (RFC 2131, 2132): which hardware has which address, and what
 * its host is called.
 *
 * A client says its name when it asks, a server says the address when it agrees; the
 * hardware address is in both, and who keeps the names puts them together.
 */
#include "dissectors/dissector.h"

enum { OPTIONS = 128, NAME_SAID = 253 };
enum { ETHERNET = 1, MAC = 6, COOKIE = 0x63825363 };
enum { BOOTREQUEST = 1, BOOTREPLY = 2, REQUEST = 3, ACK = 5 };
enum {
	OPT_PAD = 0,
	OPT_HOST = 12,
	OPT_LEASE = 51,
	OPT_TYPE = 53,
	OPT_NAME = 81,
	OPT_END = 255
};

struct message {
	uint8_t op, type;
	struct bytes mac, addr, client; /* yiaddr, ciaddr */
	struct bytes host;
	uint32_t lease; /* seconds */
};

/* Whether a host may be called so: letters, digits, and little else; so nothing needs an
 * escape. */
static bool host_good(struct bytes name)
{
	if (name.n == 0 || name.n > NAME_SAID)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if (c <= ' ' || c == 0x7f || c == '\\')
			return false;
	}
	return true;
}

/* RFC 4702: flags, two bytes of old, a name in plain text or in DNS's form. */
static struct bytes full_name(struct bytes value)
{
	enum { ENCODED = 4, HEAD = 3 };

	if (value.n <= HEAD || value.p[0] & ENCODED)
		return (struct bytes){ 0 };
	return (struct bytes){ value.p + HEAD, value.n - HEAD };
}

/* RFC 2132.  A zero at a text's end is not of it (2). */
static bool options_read(struct cursor *in, struct message *m)
{
	for (unsigned i = 0; i < OPTIONS && cursor_left(in) > 0; i++) {
		uint8_t code = cursor_u8(in);
		struct cursor number;
		struct bytes value;

		if (code == OPT_END)
			return true;
		if (code == OPT_PAD)
			continue;
		value = cursor_take(in, cursor_u8(in));
		if (!cursor_ok(in))
			return false;
		number = cursor_over(value);
		while (value.n && value.p[value.n - 1] == 0)
			value.n--;
		switch (code) {
		case OPT_TYPE: m->type = cursor_u8(&number); break;
		case OPT_LEASE: m->lease = cursor_u32(&number); break;
		case OPT_HOST: m->host = value; break;
		case OPT_NAME:
			if (m->host.n == 0)
				m->host = full_name(value);
			break;
		default: break;
		}
	}
	return true;
}

static bool addr_given(struct bytes b)
{
	static const uint8_t none[4];

	return memcmp(b.p, none, sizeof(none)) != 0;
}

static void say(struct dissect *d, const struct message *m)
{
	const struct bytes *addr = addr_given(m->addr) ? &m->addr : &m->client;
	struct naming *naming = naming_add(d, NAME_DHCP);

	naming->has_mac = true;
	memcpy(naming->mac, m->mac.p, MAC);
	/* until a server agrees, an address is a wish */
	if (m->type == ACK && addr_given(*addr)) {
		naming->has_addr = true;
		naming->addr = addr_from_v4(addr->p);
	}
	if (host_good(m->host))
		naming->name = m->host;
	naming->seconds = m->lease;
}

static enum dissect_result dhcp_dissect(struct dissect *d)
{
	struct message m = { .op = cursor_u8(&d->in) };
	uint8_t hardware = cursor_u8(&d->in), length = cursor_u8(&d->in);

	cursor_take(&d->in, 9); /* hops, transaction, seconds, flags */
	m.client = cursor_take(&d->in, 4);
	m.addr = cursor_take(&d->in, 4);
	cursor_take(&d->in, 8); /* the next server's, the relay's */
	m.mac = cursor_take(&d->in, 16);
	cursor_take(&d->in, 192); /* names that options have today */
	if (cursor_u32(&d->in) != COOKIE || !cursor_ok(&d->in))
		return DISSECT_REFUSED;
	if (!options_read(&d->in, &m))
		return DISSECT_REFUSED;
	if (hardware != ETHERNET || length != MAC)
		return DISSECT_MESSAGE;
	if ((m.op == BOOTREQUEST && m.type == REQUEST) ||
	    (m.op == BOOTREPLY && m.type == ACK))
		say(d, &m);
	return DISSECT_MESSAGE;
}

static const uint16_t ports[] = { 67, 68, 0 };

const struct dissector dhcp_dissector = {
	.name = "dhcp",
	.kind = DISSECTOR_PROTOCOL,
	.ports = ports,
	.max_message = MESSAGE_MAX,
	.dissect = dhcp_dissect,
};
