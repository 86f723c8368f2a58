// SPDX-License-Identifier: Apache-2.0
/*
 * pcapng_file.c - the newer capture file (draft-ietf-opsawg-pcapng), a chain of blocks.
 *
 * A section begins with its header, which says in what byte order it is; its interfaces
 * are described before their packets, each with a link type and a clock of its own.  A
 * block has its length in front and behind, so one whose inside makes no sense can be
 * passed over.
 */
#include <stdlib.h>

#include "traffic/records.h"

#define SECOND INT64_C(1000000000)

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_PACKET = 6,
	MAGIC = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	BLOCK_HEAD = 8,
	BLOCK_FRAME = 12, /* type, length, length again */
	BLOCK_MAX = 16 << 20,
	BLOCK_LOOK =
		300 << 10, /* what is looked at: a packet, or an interface's options */
	SECTION_MIN = 28,
	INTERFACES_MAX = 1 << 16,
};

bool pcapng_file_is(uint32_t magic)
{
	return magic == BLOCK_SECTION;
}

void records_done(struct records *r)
{
	free(r->interfaces);
	r->interfaces = NULL;
	r->interface_n = r->interface_room = 0;
}

/* The units of time in a second: a power of 10 or 2.  More than 64 bits hold are none. */
static uint64_t units_of(uint8_t resolution)
{
	unsigned power = resolution & 0x7f;
	uint64_t units = 1;

	if (resolution & 0x80)
		return power < 64 ? UINT64_C(1) << power : UINT64_MAX;
	if (power > 19)
		return UINT64_MAX;
	while (power-- > 0)
		units *= 10;
	return units;
}

static void interface_options(const struct records *r, struct cursor *c,
                              struct interface *of)
{
	while (cursor_left(c) >= 4) {
		uint16_t code = records_u16(r, c), length = records_u16(r, c);
		struct cursor value = cursor_sub(c, length);

		if (code == OPTION_END || !cursor_ok(c))
			return;
		cursor_take(c, (4 - length % 4) % 4);
		if (code == OPTION_TSRESOL && length == 1)
			of->units = units_of(cursor_u8(&value));
		if (code == OPTION_TSOFFSET && length == 8)
			of->offset = (int64_t)(r->big ? cursor_u64(&value)
			                              : cursor_u64_le(&value));
	}
}

static bool interface_room(struct records *r)
{
	uint32_t room = r->interface_room ? r->interface_room * 2 : 4;
	struct interface *more;

	if (r->interface_n < r->interface_room)
		return true;
	more = reallocarray(r->interfaces, room, sizeof(*more));
	if (!more)
		return false;
	r->interfaces = more;
	r->interface_room = room;
	return true;
}

static enum record_got interface_take(struct records *r, struct cursor *c)
{
	struct interface of = { .units = 1000000 };

	of.link = records_link(records_u16(r, c));
	cursor_take(c, 2);
	of.snap = records_u32(r, c);
	if (!cursor_ok(c)) /* those behind it would get each other's numbers */
		return records_say(r, RECORD_BROKEN, "its list of interfaces is damaged");
	if (r->interface_n == INTERFACES_MAX)
		return records_say(r, RECORD_DAMAGED, "it describes too many interfaces");
	interface_options(r, c, &of);
	if ((uint64_t)SECOND % of.units == 0)
		of.scale = (uint64_t)SECOND / of.units;
	if (!interface_room(r))
		return records_say(r, RECORD_BROKEN, "out of memory");
	r->interfaces[r->interface_n++] = of;
	return RECORD_NOTHING;
}

/* Nanoseconds since 1970; 0 where they are before, or too many. */
static int64_t time_of(const struct interface *of, uint64_t units)
{
	uint64_t seconds, rest, fine = of->units, limit = INT64_MAX / SECOND - 1;

	if (of->scale && of->offset == 0 && units <= INT64_MAX / of->scale)
		return (int64_t)(units * of->scale);
	seconds = units / fine;
	rest = units % fine;
	while (fine > UINT64_C(1) << 33) { /* so that the product below fits */
		bool tens = fine % 10 == 0;
		fine = tens ? fine / 10 : fine >> 1;
		rest = tens ? rest / 10 : rest >> 1;
	}
	if (seconds > limit || of->offset > (int64_t)limit ||
	    of->offset < -(int64_t)limit)
		return 0;
	int64_t sum = (int64_t)seconds + of->offset;
	if (sum < 0 || sum > (int64_t)limit)
		return 0;
	return sum * SECOND + (int64_t)(rest * (uint64_t)SECOND / fine);
}

/* The packet that stands next in c. */
static enum record_got packet_take(struct records *r, struct cursor *c, size_t body,
                                   uint32_t caplen, uint32_t length)
{
	struct bytes data = cursor_take(c, records_kept(caplen));

	if (!cursor_ok(c) || caplen > body - (c->at - data.n))
		return records_say(r, RECORD_DAMAGED,
		                   "a packet is longer than its block");
	return records_packet(r, data.p, caplen, length);
}

/* An enhanced packet block, or its older form. */
static enum record_got packet_full(struct records *r, struct cursor *c, size_t body,
                                   bool old)
{
	uint32_t id = old ? records_u16(r, c) : records_u32(r, c);

	if (old)
		cursor_take(c, 2); /* packets dropped */
	uint64_t high = records_u32(r, c);
	uint64_t units = high << 32 | records_u32(r, c);
	uint32_t caplen = records_u32(r, c);
	uint32_t length = records_u32(r, c);

	if (!cursor_ok(c))
		return records_say(r, RECORD_DAMAGED, "a packet's block is too short");
	if (id >= r->interface_n)
		return records_say(r, RECORD_DAMAGED,
		                   "a packet names an interface that is not described");
	r->link = r->interfaces[id].link;
	r->time = time_of(&r->interfaces[id], units);
	return packet_take(r, c, body, caplen, length);
}

/* It has neither a time (it gets the one before) nor a length of what is at hand. */
static enum record_got packet_simple(struct records *r, struct cursor *c, size_t body)
{
	uint32_t length = records_u32(r, c), caplen = length;

	if (!cursor_ok(c))
		return records_say(r, RECORD_DAMAGED, "a packet's block is too short");
	if (r->interface_n == 0)
		return records_say(r, RECORD_DAMAGED,
		                   "a packet names an interface that is not described");
	if (r->interfaces[0].snap && caplen > r->interfaces[0].snap)
		caplen = r->interfaces[0].snap;
	if (caplen > body - 4)
		caplen = (uint32_t)body - 4;
	r->link = r->interfaces[0].link;
	return packet_take(r, c, body, caplen, length);
}

static enum record_got block_take(struct records *r, uint32_t type, struct cursor *c,
                                  size_t body)
{
	switch (type) {
	case BLOCK_PACKET: return packet_full(r, c, body, false);
	case BLOCK_PACKET_OLD: return packet_full(r, c, body, true);
	case BLOCK_PACKET_SIMPLE: return packet_simple(r, c, body);
	case BLOCK_INTERFACE: return interface_take(r, c);
	default: return RECORD_NOTHING; /* names, statistics, secrets, what is to come */
	}
}

/* The byte order of the section that begins here, and whether it can be read. */
static enum record_got section_take(struct records *r)
{
	if (!window_need(r->window, SECTION_MIN))
		return records_say(r, RECORD_CUT,
		                   r->next ? "the file ends in the middle of a block"
		                           : "the file ends in the middle of its header");
	struct cursor c = cursor_over(window_look(r->window, SECTION_MIN));
	cursor_take(&c, BLOCK_HEAD);
	uint32_t magic = cursor_u32(&c);
	r->big = magic == MAGIC;
	uint16_t major = records_u16(r, &c);
	cursor_take(&c,
	            10); /* minor version, length of the section, which may be wrong */
	if (magic != MAGIC && magic != __builtin_bswap32(MAGIC)) {
		window_take(r->window, BLOCK_HEAD);
		return records_say(r, RECORD_BROKEN,
		                   "the byte order of a section is not known");
	}
	if (major != 1) {
		window_take(r->window, BLOCK_HEAD);
		return records_say(r, RECORD_BROKEN,
		                   "it is of a version of pcapng that is not known");
	}
	r->interface_n = 0;
	return RECORD_NOTHING;
}

/* The next block: looked at and taken as a whole. */
static enum record_got block_next(struct records *r)
{
	static const char cut[] = "the file ends in the middle of a block";
	struct window *w = r->window;

	if (!window_need(w, BLOCK_FRAME))
		return records_short(r, cut);
	struct cursor head = cursor_over(window_look(w, BLOCK_HEAD));
	uint32_t type = records_u32(r, &head);
	if (type == BLOCK_SECTION) { /* reads the same in either order */
		enum record_got got = section_take(r);
		if (got != RECORD_NOTHING)
			return got;
		head = cursor_over(window_look(w, BLOCK_HEAD));
		cursor_take(&head, 4);
	}
	uint32_t length = records_u32(r, &head);
	if (length < (type == BLOCK_SECTION ? SECTION_MIN : BLOCK_FRAME) || length % 4 ||
	    length > BLOCK_MAX) {
		window_take(w, BLOCK_HEAD);
		return records_say(r, RECORD_BROKEN,
		                   "the next block has an impossible length");
	}
	uint32_t look = length < BLOCK_LOOK ? length : BLOCK_LOOK;
	if (!window_need(w, look))
		return records_say(r, RECORD_CUT, cut);
	struct cursor c = cursor_over(window_look(w, look));
	cursor_take(&c, BLOCK_HEAD);
	struct cursor body = cursor_sub(&c, look - BLOCK_FRAME);
	if (look == length && records_u32(r, &c) != length) {
		window_take(w, BLOCK_HEAD);
		return records_say(r, RECORD_BROKEN,
		                   "the next block's two lengths differ");
	}
	window_take(w, length);
	return block_take(r, type, &body, length - BLOCK_FRAME);
}

static enum record_got pcapng_file_next(struct records *r)
{
	enum record_got got;

	do
		got = block_next(r);
	while (got == RECORD_NOTHING);
	return got;
}

enum record_got pcapng_file_begin(struct records *r)
{
	enum record_got got = section_take(r);

	if (got != RECORD_NOTHING)
		return got;
	r->next = pcapng_file_next; /* which reads the section's header again */
	return RECORD_PACKET;
}
