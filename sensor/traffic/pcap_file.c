// SPDX-License-Identifier: Apache-2.0
/*
 * pcap_file.c - the classic capture file (pcap-savefile(5), draft-ietf-opsawg-pcap).
 *
 * 24 bytes of header, then a packet after the other, each behind its time and two
 * lengths.  Who wrote it did so in its own byte order; the magic number shows which.
 */
#include "traffic/records.h"

#define SECOND INT64_C(1000000000)

enum {
	MAGIC_MICRO = (int)0xa1b2c3d4,
	MAGIC_NANO = (int)0xa1b23c4d,
	MAGIC_KUZNETZOV =
		(int)0xa1b2cd34, /* Alexey Kuznetzov's libpcap: longer records */
	FILE_HEAD = 24,
	PACKET_HEAD = 16,
	PACKET_HEAD_KUZNETZOV = 24,
};

/* Which of the two lengths is that of the bytes at hand. */
enum { CAPLEN_FIRST, CAPLEN_SECOND, CAPLEN_SMALLER };

int records_link(uint32_t linktype)
{
	switch (linktype) {
	case 100: return 11; /* ATM_RFC1483 */
	case 101: return 12; /* RAW */
	case 102: return 15; /* SLIP_BSDOS */
	case 103: return 16; /* PPP_BSDOS */
	case 106: return 19; /* ATM_CLIP */
	default: return (int)linktype;
	}
}

static bool is_magic(uint32_t magic)
{
	return magic == (uint32_t)MAGIC_MICRO || magic == (uint32_t)MAGIC_NANO ||
	       magic == (uint32_t)MAGIC_KUZNETZOV;
}

bool pcap_file_is(uint32_t magic)
{
	return is_magic(magic) || is_magic(__builtin_bswap32(magic));
}

/* Seconds have 32 bits, and end in 2106; a fraction may be anything. */
static int64_t time_of(const struct records *r, uint32_t seconds, uint32_t fraction)
{
	int64_t ns = r->nano ? (int64_t)fraction : (int64_t)fraction * 1000;

	return seconds * SECOND + (ns < SECOND ? ns : 0);
}

static enum record_got pcap_file_next(struct records *r)
{
	static const char cut[] = "the file ends in the middle of a packet";
	struct window *w = r->window;

	if (!window_need(w, r->head))
		return records_short(r, cut);
	struct cursor c = cursor_over(window_look(w, PACKET_HEAD));
	uint32_t seconds = records_u32(r, &c);
	uint32_t fraction = records_u32(r, &c);
	uint32_t caplen = records_u32(r, &c);
	uint32_t length = records_u32(r, &c);

	if (r->order == CAPLEN_SECOND ||
	    (r->order == CAPLEN_SMALLER && caplen > length)) {
		uint32_t other = caplen;
		caplen = length;
		length = other;
	}
	if (caplen > r->caplen_max) {
		window_take(w, r->head);
		return records_say(r, RECORD_BROKEN,
		                   "the next packet has an impossible length");
	}
	if (!window_need(w, r->head + records_kept(caplen)))
		return records_short(r, cut);
	r->time = time_of(r, seconds, fraction);
	const uint8_t *data = window_look(w, r->head).p + r->head;
	window_take(w, (uint64_t)r->head + caplen);
	return records_packet(r, data, caplen, length);
}

/* 2.0 to 2.2 and DG/UX's 543.0 have the lengths the other way, 2.3 either way. */
static bool version_take(struct records *r, uint16_t major, uint16_t minor)
{
	r->order = CAPLEN_FIRST;
	if (major == 2 && minor < 4)
		r->order = minor == 3 ? CAPLEN_SMALLER : CAPLEN_SECOND;
	if (major == 543 && minor == 0)
		r->order = CAPLEN_SECOND;
	return (major == 2 && minor <= 4) || (major == 543 && minor == 0);
}

enum record_got pcap_file_begin(struct records *r)
{
	if (!window_need(r->window, FILE_HEAD))
		return records_say(r, RECORD_CUT,
		                   "the file ends in the middle of its header");
	struct cursor c = cursor_over(window_look(r->window, FILE_HEAD));
	uint32_t magic = cursor_u32(&c);
	r->big = is_magic(magic);
	if (!r->big)
		magic = __builtin_bswap32(magic);
	uint16_t major = records_u16(r, &c), minor = records_u16(r, &c);
	cursor_take(&c, 8); /* nobody fills them in */
	uint32_t snap = records_u32(r, &c);
	uint32_t link = records_u32(r, &c);

	window_take(r->window, FILE_HEAD);
	if (!version_take(r, major, minor))
		return records_say(r, RECORD_BROKEN,
		                   "it is of a version of pcap that is not known");
	r->nano = magic == (uint32_t)MAGIC_NANO;
	r->head =
		magic == (uint32_t)MAGIC_KUZNETZOV ? PACKET_HEAD_KUZNETZOV : PACKET_HEAD;
	r->link =
		records_link(link & 0xffff); /* above: how long the frame's checksum is */
	r->caplen_max = RECORD_BYTES_MAX;
	if (snap > RECORD_BYTES_MAX)
		r->caplen_max = snap < RECORD_LENGTH_MAX ? snap : RECORD_LENGTH_MAX;
	r->next = pcap_file_next;
	return RECORD_PACKET;
}
