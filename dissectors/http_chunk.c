// SPDX-License-Identifier: Apache-2.0
/*
 * http_chunk.c - chunked bodies (RFC 9112 7.1), and their framing found again after a
 * gap.
 */
#include "dissectors/http_parts.h"

enum { CHUNK_LINE = 256 }; /* a chunk-size line that is believed after a gap */

/* How far a marker is looked for.  Not CONTENT_TO_END: that means that all is known. */
#define FAR (UINT64_C(1) << 62)

/* A size, its extensions and the end of its line, of at most `most` bytes; *n: of them
 * all. */
static enum verdict chunk_line(struct bytes b, size_t most, size_t *n, uint64_t *size)
{
	size_t at = http_hex(b, size), end;

	if (at == 0)
		return b.n ? NO : MAYBE;
	while (at < b.n && (b.p[at] == ' ' || b.p[at] == '\t'))
		at++;
	if (at == b.n)
		return at < most ? MAYBE : NO;
	if (b.p[at] != ';' && b.p[at] != '\r' && b.p[at] != '\n')
		return NO;
	end = http_find(b, '\n');
	if (b.p[at] == '\r' && at + 1 < b.n && end != at + 1)
		return NO;
	*n = end + 1;
	if (end == b.n)
		return end < most ? MAYBE : NO;
	return *n <= most ? YES : NO;
}

static enum dissect_result chunked_end(struct dissect *d, struct http_state *s,
                                       bool complete)
{
	uint8_t side = d->from_client ? CLIENT : SERVER;

	note_add(d, NOTE_CLOSE, side)->complete = complete;
	s->phase[side] = START;
	return DISSECT_MESSAGE;
}

static enum dissect_result chunk_begin(struct dissect *d, struct http_state *s,
                                       uint64_t size)
{
	uint8_t side = d->from_client ? CLIENT : SERVER;

	s->phase[side] = CHUNK_END;
	return http_content(d, side, size, false);
}

/*
 * Somewhere in a chunked body: all is taken for content up to a line end behind which
 * there is a chunk-size line, or a message.  Every such line end is looked at once.
 */
enum dissect_result http_chunk_lost(struct dissect *d, struct http_state *s)
{
	uint8_t side = d->from_client ? CLIENT : SERVER;
	struct bytes b = cursor_peek(&d->in), rest = b;
	bool at_line = http_begins(b, BYTES("\r\n")) == YES;
	bool half_line = d->after_gap && b.n && b.p[0] == '\n';
	enum verdict started = NO, line = NO;
	uint64_t size = 0;
	size_t n = 0;

	if (at_line || half_line)
		rest = http_skip(b, at_line ? 2 : 1);
	if (at_line || d->after_gap)
		started = http_looks_started(rest, d->from_client);
	if (at_line || half_line)
		line = chunk_line(rest, CHUNK_LINE, &n, &size);
	if (line == YES && size == 0) /* nothing but the last chunk without trailers */
		line = http_begins(http_skip(rest, n), BYTES("\r\n"));
	if (started == YES) {
		cursor_take(&d->in, b.n - rest.n);
		note_add(d, NOTE_CLOSE, side);
		return http_message(d, s, false);
	}
	if ((started == MAYBE || line == MAYBE) && line != YES && !d->at_end)
		return DISSECT_MORE;
	http_gap_was(d, side, d->gap);
	if (line == YES) {
		s->loose[side] = true;
		cursor_take(&d->in, b.n - rest.n + n);
		if (size)
			return chunk_begin(d, s, size);
		cursor_take(&d->in, 2);
		return chunked_end(d, s, false);
	}
	s->phase[side] = CHUNK_LOST;
	s->loose[side] = true;
	if (at_line)
		return http_content(d, side, 2, false);
	d->out->content.until = (struct marker){ 2, "\r\n" };
	return http_content(d, side, FAR, false);
}

enum dissect_result http_chunk(struct dissect *d, struct http_state *s, enum phase phase)
{
	bool loose = s->loose[d->from_client ? CLIENT : SERVER];
	struct bytes b = cursor_peek(&d->in), line;
	enum verdict v = YES;
	uint64_t size = 0;
	size_t at = 0, n = 0;

	if (phase == CHUNK_END) {
		at = b.p[0] == '\r' ? 2 : 1;
		v = b.p[0] == '\n' ? YES : http_begins(b, BYTES("\r\n"));
	}
	if (v == YES)
		v = chunk_line(http_skip(b, at), MESSAGE_MOST - at, &n, &size);
	if (v == NO)
		return loose ? http_chunk_lost(d, s) : DISSECT_REFUSED;
	if (v == MAYBE)
		return d->at_end ? DISSECT_REFUSED : DISSECT_MORE;
	cursor_take(&d->in, at + n);
	if (size)
		return chunk_begin(d, s, size);
	do { /* trailers */
		if (!http_line_take(&d->in, &line)) {
			if (b.n >= MESSAGE_MOST)
				return DISSECT_REFUSED;
			if (!d->at_end)
				return DISSECT_MORE;
			cursor_rest(&d->in); /* only the last line end is missing */
			line.n = 0;
		}
	} while (line.n);
	return chunked_end(d, s, !loose);
}
