// SPDX-License-Identifier: Apache-2.0
/*
 * decode_sum.c - checksums, where somebody wants them looked at (RFC 1071).
 *
 * Captures made on a sender hold packets whose checksums its card was to fill in, so this
 * is a choice.  A host drops a packet whose checksum is wrong, and so does this: what it
 * carries is not counted.
 */
#include "traffic/decode_walk.h"

static uint64_t sum_add(uint64_t sum, struct bytes b)
{
	struct cursor c = cursor_over(b);

	while (cursor_left(&c) >= 2)
		sum += cursor_u16(&c);
	return sum + (uint64_t)cursor_u8(&c) * 256;
}

/* With the checksum in it, what was summed comes to all ones. */
static bool sum_holds(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static struct bytes walk_bytes(const struct walk *w, size_t at, size_t n)
{
	return (struct bytes){ w->in.in.p + at, n };
}

/* Whether options say that the address in the header is not the last destination. */
static bool source_routed(struct bytes options)
{
	enum { END = 0, NOTHING = 1, LOOSE = 131, STRICT = 137 };
	struct cursor c = cursor_over(options);

	while (cursor_left(&c) > 0) {
		uint8_t kind = cursor_u8(&c);
		if (kind == LOOSE || kind == STRICT)
			return true;
		if (kind == END)
			break;
		if (kind != NOTHING) {
			uint8_t length = cursor_u8(&c);
			cursor_take(&c, length < 2 ? cursor_left(&c) : length - 2U);
		}
	}
	return false;
}

enum layer sum_ipv4(struct walk *w, size_t at, size_t length, enum layer good)
{
	if (!sum_holds(sum_add(0, walk_bytes(w, at, length)))) {
		count_one(w->counters, COUNT_IPV4_BAD_SUM);
		return LAYER_BAD_SUM;
	}
	w->unsummed |= source_routed(walk_bytes(w, at + 20, length - 20));
	return good;
}

/*
 * Over the addresses too, but for ICMP in IPv4.  That IPv4's are mapped to IPv6's adds
 * ffff to the sum, which is nothing.  UDP without a checksum has a zero there.
 */
enum layer sum_transport(struct walk *w, size_t at, enum layer good)
{
	const struct tuple *tuple = &w->p->tuple;
	uint64_t length = w->wire_end - at, sum = 0;
	enum counter which;

	if (good != LAYER_FLOW || w->unsummed || w->wire_end > w->in.in.n)
		return good;
	switch (w->proto) {
	case PROTO_TCP: which = COUNT_TCP_BAD_SUM; break;
	case PROTO_UDP: which = COUNT_UDP_BAD_SUM; break;
	default: which = COUNT_ICMP_BAD_SUM; break;
	}
	if (w->proto == PROTO_UDP && w->p->checksum == 0)
		return good;
	if (w->proto != PROTO_ICMP) {
		sum = sum_add(length + w->proto,
		              (struct bytes){ tuple->from.b, sizeof(tuple->from.b) });
		sum = sum_add(sum, (struct bytes){ tuple->to.b, sizeof(tuple->to.b) });
	}
	if (sum_holds(sum_add(sum, walk_bytes(w, at, (size_t)length))))
		return good;
	count_one(w->counters, which);
	return LAYER_BAD_SUM;
}
