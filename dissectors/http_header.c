// SPDX-License-Identifier: Apache-2.0
/*
 * http_header.c - header blocks of HTTP/1.x: lines, fields, and the few values that
 * matter.
 *
 * Field names are RFC 9110's (8.3 Content-Type, 8.4 Content-Encoding, 8.6 Content-Length,
 * 10.1.1 Expect, 14.4 Content-Range) and RFC 9112's (6.1 Transfer-Encoding).  It reads as
 * lenient receivers do: bare LF, folded lines (RFC 9112 5.2), white space before the
 * colon; for what counts is how the two ends understand each other.
 */
#include "dissectors/http_header.h"

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes http_trim(struct bytes b)
{
	while (b.n && is_space(b.p[b.n - 1]))
		b.n--;
	while (b.n && is_space(b.p[0])) {
		b.p++;
		b.n--;
	}
	return b;
}

bool http_line_take(struct cursor *in, struct bytes *line)
{
	struct bytes rest = cursor_peek(in);
	const uint8_t *end = memchr(rest.p, '\n', rest.n);

	if (!end)
		return false;
	*line = cursor_take(in, (size_t)(end - rest.p));
	cursor_take(in, 1);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool http_block_take(struct cursor *in, struct bytes *block)
{
	size_t from = in->at;
	struct bytes line;

	do {
		if (!http_line_take(in, &line))
			return false;
	} while (line.n);
	*block = (struct bytes){ in->in.p + from, in->at - from };
	return true;
}

/* Cuts at the first c: gives what is before it, and leaves in *b what is behind it. */
static struct bytes cut(struct bytes *b, uint8_t c)
{
	const uint8_t *at = b->n ? memchr(b->p, c, b->n) : NULL;
	struct bytes before = *b;

	if (!at) {
		b->n = 0;
		return before;
	}
	before.n = (size_t)(at - b->p);
	b->p += before.n + 1;
	b->n -= before.n + 1;
	return before;
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = byte_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Digits at the front of b, as a number below 2^63: then it is never mistaken for
 * "unknown". */
static size_t number(struct bytes b, unsigned base, uint64_t *value)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < b.n; i++) {
		int d = digit(b.p[i]);

		if (d < 0 || (unsigned)d >= base)
			break;
		if (v > ((uint64_t)INT64_MAX - (unsigned)d) / base)
			return 0;
		v = v * base + (unsigned)d;
	}
	*value = v;
	return i;
}

size_t http_hex(struct bytes b, uint64_t *value)
{
	return number(b, 16, value);
}

/* All of b is a decimal number. */
static bool decimal(struct bytes b, uint64_t *value)
{
	return b.n > 0 && number(b, 10, value) == b.n;
}

static void host(struct http_header *h, struct bytes value)
{
	h->host = value;
}

static void user_agent(struct http_header *h, struct bytes value)
{
	h->user_agent = value;
}

static void referrer(struct http_header *h, struct bytes value)
{
	h->referrer = value;
}

static void content_type(struct http_header *h, struct bytes value)
{
	h->mime_type = http_trim(cut(&value, ';'));
}

static void content_disposition(struct http_header *h, struct bytes value)
{
	h->disposition = value;
}

static void expect(struct http_header *h, struct bytes value)
{
	if (bytes_equal_fold(value, BYTES("100-continue")))
		h->expect = true;
}

/* RFC 9112 6.3 (5): a list of equal numbers is that number. */
static void content_length(struct http_header *h, struct bytes value)
{
	do {
		uint64_t length = 0;

		if (!decimal(http_trim(cut(&value, ',')), &length) ||
		    (h->has_length && h->length != length))
			h->bad_length = true;
		h->has_length = true;
		h->length = length;
	} while (value.n);
}

static void coded(struct http_header *h, enum coding coding)
{
	h->coding = h->coding == CODING_IDENTITY ? coding : CODING_UNKNOWN;
}

static void coding_named(struct http_header *h, struct bytes name)
{
	if (name.n == 0 || bytes_equal_fold(name, BYTES("identity")))
		return;
	if (bytes_equal_fold(name, BYTES("gzip")) ||
	    bytes_equal_fold(name, BYTES("x-gzip")))
		coded(h, CODING_GZIP);
	else if (bytes_equal_fold(name, BYTES("deflate"))) /* which is zlib's, 8.4.1.2 */
		coded(h, CODING_ZLIB);
	else
		coded(h, CODING_UNKNOWN);
}

static void content_encoding(struct http_header *h, struct bytes value)
{
	while (value.n)
		coding_named(h, http_trim(cut(&value, ',')));
}

static void transfer_encoding(struct http_header *h, struct bytes value)
{
	while (value.n) {
		struct bytes name = http_trim(cut(&value, ','));

		if (bytes_equal_fold(name, BYTES("chunked"))) {
			h->chunked = true;
		} else if (name.n && !bytes_equal_fold(name, BYTES("identity"))) {
			h->transfer_coded = true;
			coding_named(h, name);
		}
	}
}

static void content_range(struct http_header *h, struct bytes value)
{
	uint64_t first, last, total = 0;
	struct bytes range;

	if (!bytes_start_fold(value, BYTES("bytes")))
		return;
	value.p += 5;
	value.n -= 5;
	value = http_trim(value);
	range = cut(&value, '/');
	if (!decimal(http_trim(cut(&range, '-')), &first) ||
	    !decimal(http_trim(range), &last) || last < first)
		return;
	value = http_trim(value);
	if (!bytes_equal(value, BYTES("*")) && (!decimal(value, &total) || total <= last))
		return;
	h->ranged = true;
	h->range_first = first;
	h->range_length = last - first + 1;
	h->range_total = total;
}

/* The size of an upload that other requests carry, or parts of it. */
static void announced(struct http_header *h, struct bytes value)
{
	uint64_t size;

	if (decimal(value, &size) && size > h->announced)
		h->announced = size;
}

/* WebDAV clients that send chunks say here what they will come to. */
static void expected(struct http_header *h, struct bytes value)
{
	announced(h, value);
	decimal(value, &h->expected);
}

/* tus 1.0.0: of the whole upload, and where this part of it stands. */
static void upload_length(struct http_header *h, struct bytes value)
{
	announced(h, value);
	decimal(value, &h->upload_length);
}

static void upload_offset(struct http_header *h, struct bytes value)
{
	decimal(value, &h->upload_offset);
}

static const struct {
	const char *name;
	void (*read)(struct http_header *h, struct bytes value);
} readers[] = {
	{ "Host", host },
	{ "User-Agent", user_agent },
	{ "Referer", referrer },
	{ "Content-Type", content_type },
	{ "Content-Length", content_length },
	{ "Content-Encoding", content_encoding },
	{ "Content-Disposition", content_disposition },
	{ "Content-Range", content_range },
	{ "Transfer-Encoding", transfer_encoding },
	{ "Expect", expect },
	{ "X-Upload-Content-Length", announced },
	{ "X-Goog-Upload-Header-Content-Length", announced },
	{ "OC-Total-Length", announced },
	{ "X-Expected-Entity-Length", expected },
	{ "Upload-Length", upload_length },
	{ "Upload-Offset", upload_offset },
};

void http_header_read(struct bytes block, struct http_header *h)
{
	struct cursor in = cursor_over(block);
	struct bytes line;

	*h = (struct http_header){ .coding = CODING_IDENTITY };
	http_line_take(&in, &h->line);
	while (http_line_take(&in, &line)) {
		struct bytes value = line, name, more;
		struct bytes next = cursor_peek(&in);

		while (next.n && (next.p[0] == ' ' || next.p[0] == '\t') &&
		       http_line_take(&in, &more)) {
			value.n = (size_t)(more.p + more.n - value.p);
			next = cursor_peek(&in);
		}
		name = http_trim(cut(&value, ':'));
		value = http_trim(value);
		if (value.p == line.p)
			continue; /* no colon */
		for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
			if (bytes_equal_fold(name, bytes_of(readers[i].name)))
				readers[i].read(h, value);
	}
}

struct bytes http_percent_decode(struct bytes b, uint8_t *room, size_t cap)
{
	size_t n = 0;

	if (b.n == 0 || !memchr(b.p, '%', b.n))
		return b;
	for (size_t i = 0; i < b.n; i++, n++) {
		if (n == cap)
			return b;
		room[n] = b.p[i];
		if (b.p[i] == '%' && b.n - i > 2 && digit(b.p[i + 1]) >= 0 &&
		    digit(b.p[i + 2]) >= 0) {
			room[n] = (uint8_t)(digit(b.p[i + 1]) * 16 + digit(b.p[i + 2]));
			i += 2;
		}
	}
	return (struct bytes){ room, n };
}

/*
 * The text of a quoted string, with *b behind its closing quote.  A backslash quotes only
 * itself and the quote, for there are clients that send bare Windows paths.
 */
static struct bytes unquote(struct bytes *b, uint8_t *room, size_t cap)
{
	struct bytes raw = { b->p + 1, 0 };
	bool escapes = false;
	size_t n = 0, i;

	for (i = 1; i < b->n && b->p[i] != '"'; i++) {
		if (b->p[i] == '\\' && b->n - i > 1 &&
		    (b->p[i + 1] == '"' || b->p[i + 1] == '\\')) {
			escapes = true;
			i++;
		}
		if (n < cap)
			room[n] = b->p[i];
		n++;
	}
	raw.n = i - 1;
	i += i < b->n; /* the closing quote */
	b->p += i;
	b->n -= i;
	return escapes && n <= cap ? (struct bytes){ room, n } : raw;
}

struct bytes http_disposition_name(struct bytes d, uint8_t *room, size_t cap)
{
	struct bytes plain = { d.p, 0 };
	bool in_room = false;

	cut(&d, ';'); /* attachment, inline, form-data */
	while (d.n) {
		struct bytes name, value;

		while (d.n && (is_space(d.p[0]) || d.p[0] == ';')) {
			d.p++;
			d.n--;
		}
		for (name = d, name.n = 0; name.n < d.n; name.n++)
			if (d.p[name.n] == '=' || d.p[name.n] == ';')
				break;
		d.p += name.n;
		d.n -= name.n;
		if (d.n == 0 || d.p[0] == ';')
			continue;
		d.p++;
		d.n--;
		name = http_trim(name);
		if (bytes_equal_fold(name, BYTES("filename*"))) { /* RFC 8187 */
			value = http_trim(cut(&d, ';'));
			cut(&value, '\'');
			cut(&value, '\'');
			if (value.n)
				return http_percent_decode(value, room, cap);
			continue;
		}
		while (d.n && is_space(d.p[0])) {
			d.p++;
			d.n--;
		}
		if (d.n == 0 || d.p[0] != '"') {
			value = http_trim(cut(&d, ';'));
		} else if (in_room) {
			value = unquote(&d, room, 0); /* never over the name found */
		} else {
			value = unquote(&d, room, cap);
		}
		if (bytes_equal_fold(name, BYTES("filename")) && plain.n == 0) {
			plain = value;
			in_room = value.p == room;
		}
	}
	return plain;
}
