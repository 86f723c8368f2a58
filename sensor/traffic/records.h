// SPDX-License-Identifier: Apache-2.0
/*
 * records.h - the packets of one file, whatever its format: the room's own.
 *
 * A format is a function that begins and one that gives the next packet.  Both look at
 * bytes in a window and take them only when a record is there as a whole, so that they
 * can be asked again when a file has grown.  One thread.
 */
#ifndef TRAFFIC_RECORDS_H
#define TRAFFIC_RECORDS_H

#include "base/cursor.h"
#include "traffic/window.h"

enum {
	RECORD_BYTES_MAX =
		1 << 18, /* of a packet that are given: what libpcap has, too */
	RECORD_LENGTH_MAX = 16 << 20, /* nothing carries a longer packet: not believed */
};

enum record_got {
	RECORD_PACKET,
	RECORD_NOTHING, /* a block that is no packet: the format's own */
	RECORD_END,     /* there is nothing more */
	RECORD_CUT,     /* in the middle of something, `why` says of what */
	RECORD_DAMAGED, /* `why` says how; passed over, what stands behind it can be read
	                 */
	RECORD_BROKEN,  /* `why` says how; nothing further can be read */
};

struct interface {
	int link;
	uint32_t snap;  /* 0: none */
	uint64_t units; /* of its time in a second */
	uint64_t scale; /* nanoseconds in one, where that is a whole number; else 0 */
	int64_t offset; /* seconds to be added */
};

struct records {
	struct window *window;
	enum record_got (*next)(struct records *r);
	const char *why;

	/* the packet: good as window.h has it */
	const uint8_t *data;
	int64_t time;     /* nanoseconds since 1970, never negative */
	uint32_t caplen;  /* <= RECORD_BYTES_MAX */
	uint32_t wirelen; /* >= caplen */
	int link;         /* DLT_ number */

	bool big; /* the byte order, of the file or the section */
	/* pcap */
	bool nano;
	uint8_t order;       /* of the two lengths */
	uint8_t head;        /* bytes before a packet */
	uint32_t caplen_max; /* what is longer is no length */
	/* pcapng */
	struct interface *interfaces;
	uint32_t interface_n, interface_room;
};

/*
 * Whether the file is of that format, by its first four bytes (in big-endian order), and
 * its beginning.  RECORD_PACKET means that it has begun; RECORD_CUT, that bytes are
 * missing still.
 */
bool pcap_file_is(uint32_t magic);
enum record_got pcap_file_begin(struct records *r);
bool pcapng_file_is(uint32_t magic);
enum record_got pcapng_file_begin(struct records *r);

static inline enum record_got records_next(struct records *r)
{
	return r->next(r);
}

void records_done(struct records *r);

/* For the formats. */

static inline enum record_got records_say(struct records *r, enum record_got got,
                                          const char *why)
{
	r->why = why;
	return got;
}

/* What it means that the window has no more. */
static inline enum record_got records_short(struct records *r, const char *why)
{
	return window_done(r->window) ? RECORD_END : records_say(r, RECORD_CUT, why);
}

static inline uint32_t records_u32(const struct records *r, struct cursor *c)
{
	uint32_t value = cursor_u32(c);

	return r->big ? value : __builtin_bswap32(value);
}

static inline uint16_t records_u16(const struct records *r, struct cursor *c)
{
	uint16_t value = cursor_u16(c);

	return r->big ? value : __builtin_bswap16(value);
}

/* How much of a packet of so many bytes is given. */
static inline uint32_t records_kept(uint32_t caplen)
{
	return caplen < RECORD_BYTES_MAX ? caplen : RECORD_BYTES_MAX;
}

/* A packet of caplen bytes, of which records_kept are at data. */
static inline enum record_got records_packet(struct records *r, const uint8_t *data,
                                             uint32_t caplen, uint32_t length)
{
	r->data = data;
	r->caplen = records_kept(caplen);
	r->wirelen = length < caplen || length > RECORD_LENGTH_MAX ? caplen : length;
	return RECORD_PACKET;
}

/* The DLT_ number of a file's link type: the same but for a few, as libpcap has them. */
int records_link(uint32_t linktype);

#endif
