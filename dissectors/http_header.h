// SPDX-License-Identifier: Apache-2.0
/*
 * http_header.h - what one header block of HTTP/1.x says (RFC 9112 2 to 7), as far as it
 * tells how its body is framed, what the body is, and how large.
 *
 * Everything is borrowed from the block, or is in memory the caller gives.
 */
#ifndef DISSECTORS_HTTP_HEADER_H
#define DISSECTORS_HTTP_HEADER_H

#include "dissectors/dissector.h"

struct http_header {
	struct bytes line; /* the start line */
	struct bytes host, user_agent, referrer;
	struct bytes mime_type;   /* Content-Type without its parameters */
	struct bytes disposition; /* Content-Disposition, all of it */
	bool chunked;             /* Transfer-Encoding names it */
	bool transfer_coded;      /* Transfer-Encoding is there, with something else */
	bool expect;              /* Expect: 100-continue */
	bool has_length;
	bool bad_length; /* not a number below 2^63, or several that differ */
	uint64_t length; /* Content-Length */
	enum coding coding;
	/* Content-Range: bytes first-last/total (RFC 9110 14.4) */
	bool ranged;
	uint64_t range_first, range_length;
	uint64_t range_total; /* 0: not said */
	/* An upload that is announced by other means: 0 where none is */
	uint64_t announced, expected, upload_length, upload_offset;
};

/* The next line without its end, CRLF or a bare LF (RFC 9112 2.2); false: no end in
 * sight. */
bool http_line_take(struct cursor *in, struct bytes *line);
/* Takes lines up to and with an empty one; false: it is not there. */
bool http_block_take(struct cursor *in, struct bytes *block);
void http_header_read(struct bytes block, struct http_header *h);

struct bytes http_trim(struct bytes b);
/* Hexadecimal digits at the front of b, below 2^63; gives how many, 0 where none or too
 * many. */
size_t http_hex(struct bytes b, uint64_t *value);

/* The filename of a Content-Disposition (RFC 6266), in the block or in room; n == 0:
 * none. */
struct bytes http_disposition_name(struct bytes disposition, uint8_t *room, size_t cap);
/* %41 becomes A, in room; b itself where nothing is coded, or room is too small. */
struct bytes http_percent_decode(struct bytes b, uint8_t *room, size_t cap);

#endif
