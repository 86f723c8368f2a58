// SPDX-License-Identifier: Apache-2.0
/*
 * source.c - one capture being read: which format it has, and where it breaks off.
 *
 * What a format finds wrong is put into words for whoever has the file.
 */
#include "traffic/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/inflate.h"

/* Captures that are not read, by their first bytes. */
static const struct other {
	struct bytes magic;
	const char *name;
} others[] = {
	{ BYTES("snoop\0\0\0"), "a snoop capture (Solaris)" },
	{ BYTES("btsnoop\0"), "a Bluetooth snoop capture" },
	{ BYTES("GMBU"), "a Network Monitor capture" },
	{ BYTES("RTSS"), "a Network Monitor 1 capture" },
	{ BYTES("TRSNIFF data    \x1a"), "a Sniffer capture (DOS)" },
	{ BYTES("XCP\0"), "a Sniffer capture (Windows)" },
	{ BYTES("\177ver"), "an OmniPeek capture" },
	{ BYTES("iptrace "), "an iptrace capture (AIX)" },
	{ BYTES("\x1c\x00\x01\xac"), "an Ixia capture" },
	{ BYTES("\x1c\x00\x01\xab"), "an Ixia capture" },
	{ BYTES("\xac\x01\x00\x1c"), "an Ixia capture" },
	{ BYTES("\xab\x01\x00\x1c"), "an Ixia capture" },
	{ BYTES("\xaa\xaa\xaa\xaa"), "a 5Views capture" },
	{ BYTES("\x54\x52\x00\x64\x00"), "an nettl capture (HP-UX)" },
};

enum { OTHER_MAX = 17, ERF_HEAD = 16, ERF_TYPES = 48, HEADER_MAX = 28 };

/*
 * Endace's format has no magic number: a record begins with its time (little-endian, the
 * seconds are the upper half), its type, and two lengths.
 */
static bool is_erf(struct bytes head)
{
	struct cursor c = cursor_over(head);

	cursor_take(&c, 4);
	uint32_t seconds = cursor_u32_le(&c);
	uint8_t type = cursor_u8(&c) & 0x7f;
	cursor_take(&c, 1);
	uint16_t length = cursor_u16(&c);
	cursor_take(&c, 2);
	uint16_t wire = cursor_u16(&c);
	return cursor_ok(&c) && seconds > 800000000 && seconds < 2524608000 && type > 0 &&
	       type <= ERF_TYPES && length > ERF_HEAD && wire > 0 &&
	       wire <= length + 8; /* snapped ones are not told from anything else */
}

/* A capture of a kind that is not read, or NULL. */
static const char *other_name(struct bytes head)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (head.n >= others[i].magic.n &&
		    memcmp(head.p, others[i].magic.p, others[i].magic.n) == 0)
			return others[i].name;
	return is_erf(head) ? "an ERF capture (Endace)" : NULL;
}

/* Says that s breaks off here, and why: after which packet, and at which byte. */
static void broke_off(const struct source *s, uint64_t at, const char *why,
                      struct error *err)
{
	char packet[40] = "before its first packet";

	if (s->packets > 0)
		snprintf(packet, sizeof(packet), "after packet %" PRIu64, s->packets);
	error_set(err, "%s: broken off %s at byte %" PRIu64 ": %s", s->input->name,
	          packet, at, why);
}

/* What is wrong with the compressed data, or NULL; without the name, which stands there
 * already. */
static const char *inflate_why(const struct source *s)
{
	const char *why = inflate_error(s->inflate);
	size_t n = strlen(s->input->name);

	if (why && strncmp(why, s->input->name, n) == 0 && why[n] == ':')
		why += n + 1 + strspn(why + n + 1, " ");
	return why;
}

/* Where the input gave no more bytes, is there a reason that is not its end? */
static const char *input_why(const struct source *s)
{
	if (inflate_why(s))
		return inflate_why(s);
	return s->window->failed ? strerror(s->window->failed) : NULL;
}

/* What came of reading, as an answer and a sentence. */
static enum source_got answer(struct source *s, enum record_got got, struct error *err)
{
	const struct window *w = s->window;

	err->text[0] = '\0';
	switch (got) {
	case RECORD_PACKET: return SOURCE_PACKET;
	case RECORD_DAMAGED:
		error_set(err,
		          "%s: a block before byte %" PRIu64
		          " was passed over: %s (any more are counted only)",
		          s->input->name, window_position(w), s->records.why);
		return SOURCE_DAMAGED;
	case RECORD_BROKEN:
		broke_off(s, window_position(w), s->records.why, err);
		return SOURCE_BROKEN;
	case RECORD_NOTHING:
	case RECORD_END:
	case RECORD_CUT: break;
	}
	if (w->failed == EINTR)
		return SOURCE_END;
	if (!input_why(s) && s->follow)
		return SOURCE_WAITS;
	if (!input_why(s) && got == RECORD_END)
		return SOURCE_END;
	broke_off(s, window_read(w), input_why(s) ? input_why(s) : s->records.why, err);
	return SOURCE_BROKEN;
}

/* Nothing that is read: says what it is. */
static enum source_opened refused(const struct source *s, struct error *err)
{
	struct window *w = s->window;

	window_need(w, OTHER_MAX);
	struct bytes head = window_look(w, w->end - w->at);
	const char *name = other_name(head);

	if (input_why(s)) {
		broke_off(s, window_read(w), input_why(s), err);
		return SOURCE_FAILED;
	}
	if (name) {
		error_set(err, "%s: is %s, which is not read: only pcap and pcapng are",
		          s->input->name, name);
		return SOURCE_FAILED;
	}
	if (head.n == 0)
		error_set(err, "%s: is empty", s->input->name);
	else
		error_set(err, "%s: not a capture file (neither pcap nor pcapng)",
		          s->input->name);
	return SOURCE_OTHER;
}

static enum source_opened format_begin(struct source *s, struct error *err)
{
	uint32_t magic = 0;
	enum record_got got;

	if (s->follow && !window_need(s->window, HEADER_MAX) && !input_why(s) &&
	    !inflate_kind(s->inflate))
		return SOURCE_SHORT;
	if (window_need(s->window, 4)) {
		struct cursor c = cursor_over(window_look(s->window, 4));
		magic = cursor_u32(&c);
	}
	s->records = (struct records){ .window = s->window };
	if (pcap_file_is(magic))
		got = pcap_file_begin(&s->records);
	else if (pcapng_file_is(magic))
		got = pcapng_file_begin(&s->records);
	else
		return refused(s, err);
	return answer(s, got, err) == SOURCE_PACKET ? SOURCE_OPEN : SOURCE_FAILED;
}

enum source_opened source_open(struct source *s, struct error *err)
{
	int fd = input_open(s->input);
	struct stat st;

	s->packets = 0;
	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, "%s: %s", s->input->name, strerror(errno));
		return SOURCE_FAILED;
	}
	s->file[0] = st.st_dev;
	s->file[1] = st.st_ino;
	s->inflate = inflate_open(fd, s->input->name, err);
	if (!s->inflate)
		return SOURCE_FAILED;
	s->window = window_new(s->inflate);
	enum source_opened opened = SOURCE_FAILED;
	if (!s->window)
		error_set(err, "%s: out of memory", s->input->name);
	else
		opened = format_begin(s, err);
	if (opened != SOURCE_OPEN)
		source_close(s);
	return opened;
}

struct window *source_end(struct source *s)
{
	struct window *w = s->window;

	records_done(&s->records);
	inflate_close(s->inflate);
	s->window = NULL;
	s->inflate = NULL;
	return w;
}

void source_close(struct source *s)
{
	window_free(source_end(s));
}

enum source_got source_read(struct source *s, struct error *err)
{
	enum record_got got = records_next(&s->records);

	if (got != RECORD_PACKET)
		return answer(s, got, err);
	s->packets++;
	s->time = s->records.time;
	return SOURCE_PACKET;
}

bool source_link_new(struct source *s)
{
	int link = s->records.link;

	for (unsigned i = 0; i < s->links_n; i++)
		if (s->links[i] == link)
			return false;
	if (s->links_n == SOURCE_LINKS)
		return false;
	s->links[s->links_n++] = link;
	return true;
}

bool source_grows(const struct source *s, struct error *err)
{
	const char *kind = inflate_kind(s->inflate);

	if (kind)
		error_set(err, "%s: is compressed (%s), so it cannot be followed",
		          s->input->name, kind);
	else if (!s->input->again)
		error_set(err, "%s: is no file, so it cannot be followed",
		          s->input->name);
	return !kind && s->input->again;
}

bool source_replaced(const struct source *s)
{
	struct stat st;

	return stat(s->input->name, &st) == 0 &&
	       (st.st_dev != s->file[0] || st.st_ino != s->file[1] ||
	        (uint64_t)st.st_size < source_position(s));
}

uint64_t source_position(const struct source *s)
{
	return s->inflate ? inflate_position(s->inflate) : 0;
}
