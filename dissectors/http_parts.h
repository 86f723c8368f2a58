// SPDX-License-Identifier: Apache-2.0
/*
 * http_parts.h - what http.c's three files share (theirs alone): http_line.c knows start
 * lines and targets, http_chunk.c chunked bodies, http.c all else.
 */
#ifndef DISSECTORS_HTTP_PARTS_H
#define DISSECTORS_HTTP_PARTS_H

#include "dissectors/http_header.h"

enum {
	MESSAGE_MOST = 32768, /* a header block, with its start line */
	ASKED = 32,
	NAMES = 3,
	NAME_MOST = 88,
};

enum { CLIENT, SERVER }; /* who sends: index of a direction, and the slot of its bodies */

enum phase {
	START,  /* a start line is next */
	SEEK,   /* its place was lost */
	EXPECT, /* the body the client asked leave to send, or another request instead */
	CHUNK,  /* a chunk-size line */
	CHUNK_END, /* the end of a chunk, and the line */
	CHUNK_LOST,
	TUNNEL, /* it is HTTP no longer */
};

enum { KIND_OTHER, KIND_HEAD, KIND_CONNECT };

struct http_state {
	uint8_t phase[2];
	bool loose[2]; /* the chunked body at hand was lost once */
	bool refused;  /* the client asked leave to send a body, and got its final answer
	                */
	bool expect_chunked;
	uint64_t expect_length;
	/* requests without an answer */
	uint8_t head, queued; /* in kind */
	uint8_t kind[ASKED];
	uint32_t beyond;          /* those that found no room there */
	uint32_t asked, answered; /* so far; these number the names */
	struct {
		uint32_t number;
		uint8_t n;
		uint8_t b[NAME_MOST];
	} names[NAMES];
	uint8_t room[NAME_MOST]; /* a name that had to be decoded, for one call */
};

_Static_assert(sizeof(struct http_state) <= DISSECTOR_STATE_MAX, "state of a flow");

/* clang-format off */
#define METHODS(X)                                                                  \
	X(GET) X(POST) X(PUT) X(HEAD) X(PATCH) X(DELETE) X(OPTIONS) X(TRACE)        \
	X(SOURCE) X(PROPFIND) X(PROPPATCH) X(MKCOL) X(MOVE) X(COPY) X(LOCK)         \
	X(UNLOCK) X(REPORT) X(SEARCH)
/* clang-format on */

enum verdict { NO, YES, MAYBE /* the bytes end before it can be told */ };

struct http_request {
	struct bytes method, target, protocol;
};

static inline struct bytes http_skip(struct bytes b, size_t n)
{
	return (struct bytes){ b.p + n, b.n - n };
}

/* http_line.c */

/* b begins with text. */
enum verdict http_begins(struct bytes b, struct bytes text);
/* Does a message start here?  Asked where its place is not known: so nothing else may
 * look so. */
enum verdict http_looks_started(struct bytes b, bool from_client);
/* RFC 9112 3; a target may have spaces in it, as some clients write them. */
bool http_request_line(struct bytes line, struct http_request *r);
/* RFC 9112 4; gives the status code, 0 where it is none. */
unsigned http_status_line(struct bytes line);
/* The header block that begins here, where it is all there.  What cannot be one is
 * refused at once. */
enum dissect_result http_head_take(struct dissect *d, struct bytes *block);
/* Where c is first; b.n where it is not there. */
size_t http_find(struct bytes b, uint8_t c);
/* The path of a target, without query and fragment; *authority: the host of an absolute
 * one. */
struct bytes http_path_of(struct bytes target, struct bytes *authority);
/* A host without its port and without user information. */
struct bytes http_domain_of(struct bytes host);
struct bytes http_last_segment(struct bytes path);

/* http_chunk.c: a chunk-size line or the end of a body is next; or it was, and a gap
 * came.
 */
enum dissect_result http_chunk(struct dissect *d, struct http_state *s, enum phase phase);
enum dissect_result http_chunk_lost(struct dissect *d, struct http_state *s);

/* http.c */
enum dissect_result http_content(struct dissect *d, uint8_t slot, uint64_t length,
                                 bool last);
/* The gap's first n bytes were content of the slot. */
void http_gap_was(struct dissect *d, uint8_t slot, uint64_t n);
/* A start line and what follows it; sought: it was found behind a gap. */
enum dissect_result http_message(struct dissect *d, struct http_state *s, bool sought);

#endif
