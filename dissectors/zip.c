// SPDX-License-Identifier: Apache-2.0
/*
 * zip.c - ZIP archives (PKWARE APPNOTE 6.3) from front to back: what is in them, and how
 * large it was said to be, with ZIP64, encryption and data descriptors.
 *
 * Each member is a transfer in slot 0, from its local header (4.3.7) on.  Folders and
 * members said to be empty open nothing: they carry no bytes.  The central directory
 * comes last, and only counts: the end record's number of members, less the folders and
 * empty ones it lists, is what the archive is said to have, so that the two numbers
 * compare. Nobody reads facts of a container's records, so there are none.
 *
 * Where a member's size was not known when its header was written (general purpose bit
 * 3), its content goes on until a data descriptor (4.3.9) says exactly as many bytes as
 * have gone by.  A descriptor may come without its signature (4.3.9.3); no writer of
 * today leaves it out, and such a member would be read on to the next descriptor whose
 * count is right. In masked headers (4.4.4, bit 13) sizes are taken as they stand.
 *
 * After a gap, or where something else stands between two records, all goes by unread up
 * to the next record that makes sense.
 */
#include "dissectors/dissector.h"

#define FAR (UINT64_C(1) << 62) /* how far a marker is looked for */

enum phase {
	BEGIN,      /* the first record of the file */
	RECORD,     /* a record, or the descriptor of a member whose size was known */
	STREAMED,   /* content that stepped over what only looked like a descriptor */
	DESCRIPTOR, /* a place that has a descriptor's signature */
	SEEK,
};

struct zip_state {
	uint8_t phase;
	uint8_t slot;   /* of the member at hand; SLOT_NONE: it was not opened */
	bool wide;      /* its header has sizes of 64 bits */
	bool described; /* a descriptor may follow though its size is known */
	uint64_t seen;  /* streamed: bytes of it before the content that went by last */
	uint64_t size;  /* of it, where it was known */
	uint64_t listed,
		nothing; /* entries of the central directory; of them with no bytes */
	uint64_t opened_empty; /* streamed members that came to nothing */
};

_Static_assert(sizeof(struct zip_state) <= DISSECTOR_STATE_MAX, "state of a container");

/* Signatures, as numbers in the file's byte order. */
enum {
	LOCAL = 0x04034b50,
	CENTRAL = 0x02014b50,
	DESCRIBES = 0x08074b50, /* also at the front of a split archive, 8.5.4 */
	EXTRA_DATA = 0x08064b50,
	SIGNED = 0x05054b50,
	END = 0x06054b50,
	END64 = 0x06064b50,
	LOCATOR = 0x07064b50,
	SPANNED = 0x30304b50, /* "PK00": would have been split, but needed not, 8.5.5 */
};

enum {
	FLAG_ENCRYPTED = 1 << 0,
	FLAG_DESCRIPTOR = 1 << 3,
	METHOD_STORED = 0,
	METHOD_DEFLATE = 8,
	UNHEARD_OF = 99, /* versions and methods above that (AE-x encryption) */
	EXTRA_ZIP64 = 1,
	MESSAGE_MOST = 32768,
	DESCRIPTOR_MOST = 24,
};

static const struct field zip_fields[] = { { 0 } };

static enum dissect_result content(struct dissect *d, uint8_t slot, uint64_t length,
                                   bool last)
{
	d->out->content.slot = slot;
	d->out->content.last = last && slot != SLOT_NONE;
	d->out->content.offset = CONTENT_APPEND;
	d->out->content.length = length;
	return DISSECT_CONTENT;
}

static enum dissect_result skip(struct dissect *d, uint64_t length)
{
	return length ? content(d, SLOT_NONE, length, false) : DISSECT_MESSAGE;
}

/* A record that is not all there. */
static enum dissect_result wait(const struct dissect *d)
{
	return d->at_end || d->in.in.n >= MESSAGE_MOST ? DISSECT_REFUSED : DISSECT_MORE;
}

static uint32_t peek_u32(const struct dissect *d, size_t at)
{
	struct cursor c = d->in;

	cursor_take(&c, at);
	return cursor_u32_le(&c);
}

/* On to the next "PK"; `over` bytes that begin so were looked at already. */
static enum dissect_result seek(struct dissect *d, struct zip_state *s, uint64_t over)
{
	s->phase = SEEK;
	if (over)
		return skip(d, over);
	d->out->content.until = (struct marker){ 2, "PK" };
	return skip(d, FAR);
}

struct local {
	unsigned flags, method;
	uint64_t packed, plain;
	bool wide;               /* there is a ZIP64 field */
	const char *declared_by; /* it, or the header itself */
	struct bytes name;
};

/*
 * The sizes in the ZIP64 field (4.5.3), for what did not fit the header: in a local
 * header both are there (4.3.9.2); where there is but one, it is that of the two that did
 * not fit.
 */
static void zip64(struct cursor extra, struct local *l)
{
	while (cursor_left(&extra) >= 4) {
		unsigned id = cursor_u16_le(&extra);
		struct cursor field = cursor_sub(&extra, cursor_u16_le(&extra));
		bool both = cursor_left(&field) >= 16, plain = l->plain == UINT32_MAX;
		uint64_t first, second;

		if (id != EXTRA_ZIP64 || cursor_left(&field) < 8)
			continue;
		first = cursor_u64_le(&field);
		second = both ? cursor_u64_le(&field) : first;
		l->wide = true;
		if (l->packed == UINT32_MAX && (both || !plain)) {
			l->packed = second;
			l->declared_by = "zip64-header";
		}
		if (plain)
			l->plain = first;
		return;
	}
}

static enum dissect_result local_take(struct dissect *d, struct local *l)
{
	struct cursor extra;
	size_t name;

	*l = (struct local){ .declared_by = "zip-header" };
	cursor_take(&d->in, 6); /* signature, version */
	l->flags = cursor_u16_le(&d->in);
	l->method = cursor_u16_le(&d->in);
	cursor_take(&d->in, 8); /* time, date, CRC */
	l->packed = cursor_u32_le(&d->in);
	l->plain = cursor_u32_le(&d->in);
	name = cursor_u16_le(&d->in);
	extra = (struct cursor){ .at = cursor_u16_le(&d->in) };
	if (cursor_ok(&d->in) && 30 + name + extra.at > MESSAGE_MOST)
		return DISSECT_REFUSED;
	l->name = cursor_take(&d->in, name);
	extra = cursor_sub(&d->in, extra.at);
	if (!cursor_ok(&d->in))
		return wait(d);
	/* 0xffffffff without it is a size like any other, as it was before ZIP64 */
	zip64(extra, l);
	return l->packed > INT64_MAX ? DISSECT_REFUSED : DISSECT_MESSAGE;
}

/* The content of a member at hand, up to what may be its descriptor. */
static enum dissect_result stream(struct dissect *d, struct zip_state *s)
{
	s->phase = DESCRIPTOR;
	d->out->content.until = (struct marker){ 4, "PK\7\10" };
	return content(d, s->slot, FAR, false);
}

static enum dissect_result local(struct dissect *d, struct zip_state *s)
{
	struct local l;
	struct note *note;
	enum dissect_result result = local_take(d, &l);
	bool folder, streamed;

	if (result != DISSECT_MESSAGE)
		return result;
	folder = l.name.n && l.name.p[l.name.n - 1] == '/';
	streamed = l.flags & FLAG_DESCRIPTOR &&
	           (l.packed == 0 || (l.packed == UINT32_MAX && !l.wide));
	s->phase = RECORD;
	s->slot = folder || (l.packed == 0 && !streamed) ? SLOT_NONE : 0;
	s->wide = l.wide;
	s->described = l.flags & FLAG_DESCRIPTOR && !streamed;
	s->size = l.packed;
	s->seen = 0;
	if (s->slot == SLOT_NONE)
		return streamed ? stream(d, s) : skip(d, l.packed);
	note = note_add(d, NOTE_OPEN, s->slot);
	note->sender = SENDER_PARENT;
	note->member = true;
	note->name = l.name;
	note->encrypted = l.flags & FLAG_ENCRYPTED;
	note->coding = l.method == METHOD_STORED    ? CODING_IDENTITY
	               : l.method == METHOD_DEFLATE ? CODING_DEFLATE
	                                            : CODING_UNKNOWN;
	if (streamed)
		return stream(d, s);
	note->declared = l.packed;
	note->declared_by = l.declared_by;
	note->plain_size = l.plain > INT64_MAX ? SIZE_UNKNOWN : l.plain;
	return content(d, s->slot, l.packed, true);
}

/*
 * How long the descriptor that begins here is when `size` bytes are what it must count:
 * 16 with sizes of 32 bits, 24 with 64, 0 where it is none.  Where both fit, what follows
 * tells, or the header.
 */
static size_t descriptor(const struct dissect *d, const struct zip_state *s,
                         uint64_t size, uint64_t *plain)
{
	struct cursor in = d->in;
	uint64_t packed64, plain64;
	uint32_t packed32, plain32;
	bool narrow, wide;

	cursor_take(&in, 8); /* signature, CRC */
	packed64 = cursor_u64_le(&in);
	plain32 = (uint32_t)(packed64 >> 32);
	packed32 = (uint32_t)packed64;
	if (!cursor_ok(&in))
		return 0;
	plain64 = cursor_u64_le(&in);
	narrow = packed32 == (uint32_t)size; /* some writers let large sizes wrap */
	wide = packed64 == size && cursor_ok(&in);
	if (narrow && size > UINT32_MAX &&
	    (wide || (peek_u32(d, 16) & 0xffff) != (LOCAL & 0xffff)))
		narrow = false;
	if (narrow && wide)
		narrow = !s->wide && (peek_u32(d, 16) & 0xffff) == (LOCAL & 0xffff);
	*plain = narrow ? plain32 : plain64;
	return narrow ? 16 : wide ? 24 : 0;
}

static bool short_of(const struct dissect *d, size_t n)
{
	return cursor_left(&d->in) < n && !d->at_end;
}

/*
 * At a descriptor's signature in a streamed member.  Any four bytes of content may look
 * so; each such place is looked at once, and stepped over.
 */
static enum dissect_result streamed_end(struct dissect *d, struct zip_state *s)
{
	uint64_t size = s->seen + d->content_seen, plain = SIZE_UNKNOWN;
	struct note *note;
	size_t n;

	if (short_of(d, DESCRIPTOR_MOST))
		return DISSECT_MORE;
	n = peek_u32(d, 0) == DESCRIBES ? descriptor(d, s, size, &plain) : 0;
	if (n == 0) {
		size_t over = cursor_left(&d->in) < 4 ? cursor_left(&d->in) : 4;

		s->seen = size + over;
		s->phase = STREAMED;
		return content(d, s->slot, over, false);
	}
	cursor_take(&d->in, n);
	s->phase = RECORD;
	s->described = false;
	if (s->slot == SLOT_NONE)
		return DISSECT_MESSAGE;
	s->opened_empty += size == 0;
	note = note_add(d, NOTE_LEARN, s->slot);
	note->declared = size;
	note->declared_by = "zip-descriptor";
	if (plain <= INT64_MAX)
		note->plain_size = plain;
	note_add(d, NOTE_CLOSE, s->slot)->complete = true;
	return DISSECT_MESSAGE;
}

/* A member's entry (4.3.12); the name's last byte is read, and all else goes by. */
static enum dissect_result central(struct dissect *d, struct zip_state *s)
{
	struct bytes name;
	uint32_t packed;
	size_t n, rest;

	cursor_take(&d->in, 20);
	packed = cursor_u32_le(&d->in);
	cursor_take(&d->in, 4);
	n = cursor_u16_le(&d->in);
	rest = cursor_u16_le(&d->in);
	rest += cursor_u16_le(&d->in);
	cursor_take(&d->in, 12);
	if (cursor_ok(&d->in) && 46 + n > MESSAGE_MOST)
		return DISSECT_REFUSED;
	name = cursor_take(&d->in, n);
	if (!cursor_ok(&d->in))
		return wait(d);
	s->phase = RECORD;
	s->listed++;
	if (packed == 0 || (name.n && name.p[name.n - 1] == '/'))
		s->nothing++;
	return skip(d, rest);
}

static void members(struct dissect *d, const struct zip_state *s, uint64_t total)
{
	if (total == s->listed &&
	    s->nothing >=
	            s->opened_empty) /* else some were lost, and nobody knows of them */
		total -= s->nothing - s->opened_empty;
	if (total)
		note_add(d, NOTE_LEARN, SLOT_SELF)->members_total = total;
}

static enum dissect_result end(struct dissect *d, struct zip_state *s) /* 4.3.16 */
{
	unsigned total, comment;

	cursor_take(&d->in, 10);
	total = cursor_u16_le(&d->in);
	cursor_take(&d->in, 8);
	comment = cursor_u16_le(&d->in);
	if (!cursor_ok(&d->in))
		return wait(d);
	s->phase = RECORD;
	if (total != UINT16_MAX) /* else the ZIP64 record has said it */
		members(d, s, total);
	return skip(d, comment);
}

static enum dissect_result end64(struct dissect *d, struct zip_state *s) /* 4.3.14 */
{
	uint64_t size, total;

	cursor_take(&d->in, 4);
	size = cursor_u64_le(&d->in);
	cursor_take(&d->in, 20);
	total = cursor_u64_le(&d->in);
	if (!cursor_ok(&d->in))
		return wait(d);
	if (size < 28 || size > INT64_MAX)
		return DISSECT_REFUSED;
	s->phase = RECORD;
	members(d, s, total);
	return skip(d, size - 28);
}

/* A record of which only the length matters: a field of n bytes at `at`. */
static enum dissect_result pass(struct dissect *d, struct zip_state *s, size_t at,
                                size_t n)
{
	uint64_t length;

	cursor_take(&d->in, at);
	length = cursor_little(&d->in, n);
	if (!cursor_ok(&d->in))
		return wait(d);
	s->phase = RECORD;
	return skip(d, length);
}

/* Where a record should stand, there is a descriptor, a mark of split archives, or junk.
 */
static enum dissect_result between(struct dissect *d, struct zip_state *s)
{
	uint32_t signature = peek_u32(d, 0);
	uint64_t plain;
	size_t n = 0;

	if (s->phase == BEGIN && (signature == DESCRIBES || signature == SPANNED))
		n = 4;
	if (s->phase == RECORD && s->described && signature == DESCRIBES) {
		if (short_of(d, DESCRIPTOR_MOST))
			return DISSECT_MORE;
		n = descriptor(d, s, s->size, &plain);
	}
	if (n == 0)
		return s->phase == BEGIN ? DISSECT_REFUSED : seek(d, s, 0);
	cursor_take(&d->in, n);
	s->phase = RECORD;
	s->described = false;
	return DISSECT_MESSAGE;
}

static enum dissect_result record(struct dissect *d, struct zip_state *s)
{
	if (cursor_left(&d->in) < 4)
		return wait(d);
	switch (peek_u32(d, 0)) {
	case LOCAL: return local(d, s);
	case CENTRAL: return central(d, s);
	case END: return end(d, s);
	case END64: return end64(d, s);
	case LOCATOR: return pass(d, s, 20, 0);
	case EXTRA_DATA: return pass(d, s, 4, 4);
	case SIGNED: return pass(d, s, 4, 2);
	default: return between(d, s);
	}
}

/* Is this a record, though nobody says that one should stand here? */
static enum dissect_result sought(struct dissect *d, struct zip_state *s)
{
	struct cursor in = d->in, begin = d->in;
	uint32_t signature = cursor_u32_le(&in);
	enum dissect_result result;
	unsigned version, method, name;

	if (short_of(d, 4))
		return DISSECT_MORE;
	if (signature == LOCAL || signature == CENTRAL) {
		if (short_of(d, 30))
			return DISSECT_MORE;
		if (signature == CENTRAL)
			cursor_take(&in, 2); /* who made it */
		version = cursor_u16_le(&in) & 0xff;
		cursor_take(&in, 2);
		method = cursor_u16_le(&in);
		cursor_take(&in, 16);
		name = cursor_u16_le(&in);
		if (!cursor_ok(&in) || version > UNHEARD_OF || method > UNHEARD_OF ||
		    name == 0 || name > 4096)
			signature = 0;
	} else if (signature != END && signature != END64) {
		signature = 0;
	}
	result = signature ? record(d, s) : DISSECT_REFUSED;
	if (result != DISSECT_REFUSED)
		return result;
	d->in = begin;
	return seek(d, s, cursor_left(&begin) < 2 ? 1 : 2);
}

/* Bytes were lost where a record or a descriptor should stand. */
static enum dissect_result lost(struct dissect *d, struct zip_state *s)
{
	if (s->slot != SLOT_NONE && (s->phase == STREAMED || s->phase == DESCRIPTOR))
		note_add(d, NOTE_CLOSE, s->slot);
	return seek(d, s, 0);
}

static enum dissect_result zip_dissect(struct dissect *d)
{
	struct zip_state *s = d->state;
	struct bytes b = cursor_peek(&d->in);

	if (d->after_gap)
		return lost(d, s);
	switch ((enum phase)s->phase) {
	case BEGIN:
	case RECORD: return record(d, s);
	case STREAMED: return stream(d, s);
	case DESCRIPTOR: return streamed_end(d, s);
	case SEEK: break;
	}
	return b.n > 1 && b.p[0] == 'P' && b.p[1] == 'K' ? sought(d, s) : seek(d, s, 0);
}

const struct dissector zip_dissector = {
	.name = "zip",
	.kind = DISSECTOR_CONTAINER,
	.file_type = "zip",
	.fields = zip_fields,
	.state_size = sizeof(struct zip_state),
	.max_message = MESSAGE_MOST,
	.dissect = zip_dissect,
};
