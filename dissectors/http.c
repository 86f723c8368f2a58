// SPDX-License-Identifier: Apache-2.0
/*
 * http.c - HTTP/1.0 and 1.1 (RFC 9110, RFC 9112): what is uploaded, what is downloaded,
 * and how large it was said to be.
 *
 * One message is one header block; its body is content, in slot 0 when the client sends
 * it, in slot 1 when the server does.  Of a chunked body each chunk-size line is a
 * message and each chunk is content.  A body that is said to be empty opens nothing; a
 * chunked one, and one that goes on until the connection closes, opens a transfer before
 * anyone knows.
 *
 * What an answer's body is depends on the question (RFC 9112 6.3), so that the methods
 * of outstanding requests are kept, oldest first, and the names of the last few.  Beyond
 * ASKED requests, an answer is read as one to GET.
 *
 * After a gap the direction looks for the next start line.  A chunked body whose framing
 * was lost goes on as content until something stands there that can only be a chunk-size
 * line; such a body is never closed as complete.  What becomes another protocol (CONNECT,
 * 101) is nobody's content.  Bodies of multipart/form-data are one transfer each.
 */
#include "dissectors/http_parts.h"

enum {
	METHOD,
	DOMAIN,
	VERSION,
	PROTOCOL,
	REQUEST_BYTES,
	UPLOAD_BYTES,
	REQUEST_TYPE,
	ORIGINAL,
	USER_AGENT,
	PATH,
	REFERRER,
	STATUS,
	RESPONSE_BYTES,
	RESPONSE_TYPE,
};

static const struct field http_fields[] = {
	[METHOD] = { "http.request.method", FIELD_BYTES,
	             "as the client wrote it: PUT, POST...", "http_method", false },
	[DOMAIN] = { "url.domain", FIELD_BYTES,
	             "the host asked for, without its port: from the target, else from "
	             "Host",
	             "hostname", false },
	[VERSION] = { "http.version", FIELD_BYTES, "of the request: 1.1 or 1.0", NULL,
	              false },
	[PROTOCOL] = { "egret.http.protocol", FIELD_BYTES,
	               "the same with its name: HTTP/1.1", "protocol", false },
	[REQUEST_BYTES] = { "http.request.body.bytes", FIELD_NUMBER,
	                    "of the request's body, as Content-Length declares them",
	                    NULL, false },
	[UPLOAD_BYTES] = { "egret.http.upload.bytes", FIELD_NUMBER,
	                   "of a whole upload that this request announces or is a part "
	                   "of: the largest "
	                   "of Content-Range's total, Upload-Length, "
	                   "X-Upload-Content-Length and the like",
	                   NULL, false },
	[REQUEST_TYPE] = { "http.request.mime_type", FIELD_BYTES,
	                   "of the request's body, as claimed", NULL, false },
	[ORIGINAL] = { "url.original", FIELD_BYTES,
	               "the target as the request line has it", "url", false },
	[USER_AGENT] = { "user_agent.original", FIELD_BYTES,
	                 "the client's name for itself", "http_user_agent", false },
	[PATH] = { "url.path", FIELD_BYTES, "of the target, without its query", NULL,
	           false },
	[REFERRER] = { "http.request.referrer", FIELD_BYTES, "the page it came from",
	               "http_refer", false },
	[STATUS] = { "http.response.status_code", FIELD_NUMBER, "200, 404...", "status",
	             false },
	[RESPONSE_BYTES] = { "http.response.body.bytes", FIELD_NUMBER,
	                     "of the response's body, as Content-Length declares them",
	                     "length", false },
	[RESPONSE_TYPE] = { "http.response.mime_type", FIELD_BYTES,
	                    "of the response's body, as claimed", "http_content_type",
	                    false },
	{ 0 },
};

#define METHOD_OR(name) #name "|"

static const struct start http_starts[] = {
	{ "(?:\\r?\\n)*(?:" METHODS(METHOD_OR) "DELETE) (?:/|\\*|[Hh][Tt][Tt][Pp])",
	  true },
	{ "(?:\\r?\\n)*CONNECT [^ ]", true },
	{ "HTTP/1\\.[01] ", false },
	{ NULL, false },
};

/* Outstanding requests. */

static void ask(struct http_state *s, uint8_t kind, struct bytes name)
{
	unsigned i = s->asked % NAMES;

	if (s->queued < ASKED && s->beyond == 0)
		s->kind[(s->head + s->queued++) % ASKED] = kind;
	else if (s->beyond < UINT32_MAX)
		s->beyond++;
	if (name.n > NAME_MOST) { /* its end has the extension */
		name = http_skip(name, name.n - NAME_MOST);
		while (name.n && (name.p[0] & 0xc0) == 0x80)
			name = http_skip(name, 1);
	}
	s->names[i].number = s->asked++;
	s->names[i].n = (uint8_t)name.n;
	memcpy(s->names[i].b, name.p, name.n);
}

/* The oldest request has got its answer; gives its kind and its name. */
static uint8_t answer(struct http_state *s, struct bytes *name)
{
	unsigned i = s->answered % NAMES;
	uint8_t kind = KIND_OTHER;

	*name = (struct bytes){ s->room, 0 };
	if (s->queued == 0 && s->beyond == 0)
		return kind; /* nobody saw the question */
	if (s->queued) {
		kind = s->kind[s->head];
		s->head = (uint8_t)((s->head + 1U) % ASKED);
		s->queued--;
	} else {
		s->beyond--;
	}
	if (s->names[i].number == s->answered && s->names[i].n)
		*name = (struct bytes){ s->names[i].b, s->names[i].n };
	s->answered++;
	return kind;
}

/* Answers were lost: all but the newest request are taken to have got theirs. */
static void forget(struct http_state *s)
{
	struct bytes name;

	if (s->beyond) {
		s->queued = 0;
		s->beyond = 1;
		s->answered = s->asked - 1;
	}
	while (s->queued > 1)
		answer(s, &name);
}

/* Bodies. */

enum dissect_result http_content(struct dissect *d, uint8_t slot, uint64_t length,
                                 bool last)
{
	d->out->content.slot = slot;
	d->out->content.last = last;
	d->out->content.offset = CONTENT_APPEND;
	d->out->content.length = length;
	return DISSECT_CONTENT;
}

/* The gap's first n bytes were content. */
void http_gap_was(struct dissect *d, uint8_t slot, uint64_t n)
{
	d->out->content.before = n;
	d->out->content.before_slot = slot;
}

static enum dissect_result tunnel(struct dissect *d, struct http_state *s)
{
	s->phase[CLIENT] = s->phase[SERVER] = TUNNEL;
	return http_content(d, SLOT_NONE, CONTENT_TO_END, false);
}

/*
 * The declared size is what this body comes to on the wire.  A part's place in the
 * whole is from Content-Range, or tus' Upload-Offset and Upload-Length.
 */
static void body_open(struct dissect *d, const struct http_header *h, struct bytes name)
{
	uint8_t side = d->from_client ? CLIENT : SERVER;
	struct note *note = note_add(d, NOTE_OPEN, side);

	note->sender = d->from_client ? SENDER_CLIENT : SENDER_SERVER;
	note->name = name;
	note->mime_type = h->mime_type;
	note->coding = h->coding;
	if (h->has_length && !h->chunked) {
		note->declared = h->length;
		note->declared_by = "content-length";
	} else if (h->ranged) {
		note->declared = h->range_length;
		note->declared_by = "content-range";
	} else if (h->expected) {
		note->declared = h->expected;
		note->declared_by = "x-expected-entity-length";
	}
	if (h->ranged && h->range_total) {
		note->part_offset = h->range_first;
		note->part_total = h->range_total;
	} else if (h->upload_length > h->upload_offset &&
	           bytes_equal_fold(h->mime_type,
	                            BYTES("application/offset+octet-stream"))) {
		note->part_offset = h->upload_offset;
		note->part_total = h->upload_length;
	}
}

/* The body begins here. */
static enum dissect_result body(struct dissect *d, struct http_state *s, bool chunked,
                                uint64_t length)
{
	uint8_t side = d->from_client ? CLIENT : SERVER;

	s->phase[side] = chunked ? CHUNK : START;
	s->loose[side] = false;
	return chunked ? DISSECT_MESSAGE : http_content(d, side, length, true);
}

static void text(struct dissect *d, unsigned field, struct bytes value)
{
	if (value.n)
		fact_bytes(d, &http_fields[field], value);
}

static void request_facts(struct dissect *d, const struct http_request *r,
                          const struct http_header *h, struct bytes domain,
                          struct bytes path)
{
	uint64_t upload = h->announced;

	if (h->range_total > upload)
		upload = h->range_total;
	text(d, METHOD, r->method);
	text(d, DOMAIN, domain);
	if (r->protocol.p[0] == 'H')
		text(d, VERSION, http_skip(r->protocol, 5));
	text(d, PROTOCOL, r->protocol);
	if (h->has_length && !h->chunked)
		fact_number(d, &http_fields[REQUEST_BYTES], h->length);
	if (upload)
		fact_number(d, &http_fields[UPLOAD_BYTES], upload);
	text(d, REQUEST_TYPE, h->mime_type);
	text(d, ORIGINAL, r->target);
	if (h->user_agent.p) /* an empty one says something, too */
		fact_bytes(d, &http_fields[USER_AGENT], h->user_agent);
	text(d, PATH, path);
	text(d, REFERRER, h->referrer);
}

static enum dissect_result request(struct dissect *d, struct http_state *s)
{
	struct bytes block, path, domain, name, said;
	struct http_header h;
	struct http_request r;
	enum dissect_result result = http_head_take(d, &block);
	uint8_t kind = KIND_OTHER;
	bool until_close;

	if (result != DISSECT_MESSAGE)
		return result;
	http_header_read(block, &h);
	if (!http_request_line(h.line, &r) || (h.bad_length && !h.chunked))
		return DISSECT_REFUSED;
	if (bytes_equal(r.method, BYTES("CONNECT")))
		kind = KIND_CONNECT;
	if (bytes_equal(r.method, BYTES("HEAD")))
		kind = KIND_HEAD;
	path = http_path_of(r.target, &domain);
	if (kind == KIND_CONNECT)
		domain = r.target; /* authority form, RFC 9112 3.2.3 */
	domain = http_domain_of(domain.n ? domain : h.host);
	request_facts(d, &r, &h, domain, path);

	name = http_last_segment(path);
	ask(s, kind, http_percent_decode(name, s->room, sizeof(s->room)));
	/*
	 * Without a length a request has no body (RFC 9112 6.3 (7)), but for a client
	 * that asks leave to send one, and for Icecast's sources: those send until they
	 * are done.
	 */
	until_close =
		!h.has_length && !h.chunked &&
		(h.expect || h.transfer_coded || bytes_equal(r.method, BYTES("SOURCE")));
	s->phase[CLIENT] = START;
	s->refused = false;
	if (kind == KIND_CONNECT || (!h.chunked && !until_close && h.length == 0))
		return DISSECT_MESSAGE;
	said = http_disposition_name(h.disposition, s->room, sizeof(s->room));
	if (said.n == 0)
		said = http_percent_decode(name, s->room, sizeof(s->room));
	body_open(d, &h, said);
	s->expect_length = until_close ? CONTENT_TO_END : h.length;
	s->expect_chunked = h.chunked;
	if (!h.expect)
		return body(d, s, h.chunked, s->expect_length);
	s->phase[CLIENT] = EXPECT;
	return DISSECT_MESSAGE;
}

static void response_facts(struct dissect *d, unsigned status,
                           const struct http_header *h, bool bodiless)
{
	fact_number(d, &http_fields[STATUS], status);
	if (h->has_length && !h->chunked && !bodiless)
		fact_number(d, &http_fields[RESPONSE_BYTES], h->length);
	text(d, RESPONSE_TYPE, h->mime_type);
}

/* sought: it was found behind a gap. */
static enum dissect_result response(struct dissect *d, struct http_state *s, bool sought)
{
	struct bytes block, name, said;
	struct http_header h;
	enum dissect_result result = http_head_take(d, &block);
	unsigned status;
	uint8_t kind;
	bool bodiless;

	if (result != DISSECT_MESSAGE)
		return result;
	http_header_read(block, &h);
	status = http_status_line(h.line);
	if (!status || (h.bad_length && !h.chunked))
		return DISSECT_REFUSED;
	if (sought)
		forget(s);
	s->phase[SERVER] = START;
	if (status < 200 && status != 101) { /* the answer is still to come */
		response_facts(d, status, &h, true);
		return DISSECT_MESSAGE;
	}
	kind = answer(s, &name);
	if (s->phase[CLIENT] == EXPECT && s->queued == 0 && s->beyond == 0)
		s->refused = true;
	bodiless = kind == KIND_HEAD || status == 101 || status == 204 || status == 304;
	response_facts(d, status, &h, bodiless);
	if (status == 101 || (kind == KIND_CONNECT && status < 300))
		return tunnel(d, s);
	if (bodiless || (h.has_length && !h.chunked && h.length == 0))
		return DISSECT_MESSAGE;
	said = http_disposition_name(h.disposition, s->room, sizeof(s->room));
	body_open(d, &h, said.n ? said : name);
	return body(d, s, h.chunked, h.has_length ? h.length : CONTENT_TO_END);
}

enum dissect_result http_message(struct dissect *d, struct http_state *s, bool sought)
{
	return d->from_client ? request(d, s) : response(d, s, sought);
}

/* Empty lines before a message are skipped (RFC 9112 2.2). */
static enum dissect_result start(struct dissect *d, struct http_state *s)
{
	struct bytes b = cursor_peek(&d->in);
	size_t n = 0;

	while (n < b.n && (b.p[n] == '\r' || b.p[n] == '\n'))
		n++;
	if (n == 0)
		return http_message(d, s, false);
	cursor_take(&d->in, n);
	return DISSECT_MESSAGE;
}

/* Looks for a start line in the bytes at hand; what cannot be one goes by. */
static enum dissect_result seek(struct dissect *d, struct http_state *s)
{
	struct bytes b = cursor_peek(&d->in);
	enum verdict v = NO;
	size_t at;

	for (at = 0; at < b.n; at++) {
		v = http_looks_started(http_skip(b, at), d->from_client);
		if (v != NO)
			break;
	}
	if (at == 0 && v == YES)
		return http_message(d, s, true);
	if (at == 0 && v == MAYBE) {
		if (!d->at_end)
			return DISSECT_MORE;
		at = b.n;
	}
	s->phase[d->from_client ? CLIENT : SERVER] = SEEK;
	return http_content(d, SLOT_NONE, at, false);
}

/*
 * RFC 9110 10.1.1: with a final answer instead of 100, the client may send its next
 * request in place of the body, or the body all the same.
 */
static enum dissect_result expected(struct dissect *d, struct http_state *s)
{
	struct bytes b = cursor_peek(&d->in);
	enum verdict v = s->refused ? http_looks_started(b, true) : NO;

	if (v == MAYBE && !d->at_end && b.n < s->expect_length)
		return DISSECT_MORE;
	if (v == YES) {
		note_add(d, NOTE_CLOSE, CLIENT);
		return request(d, s);
	}
	if (s->expect_chunked) {
		s->loose[CLIENT] = false;
		return d->after_gap ? http_chunk_lost(d, s) : http_chunk(d, s, CHUNK);
	}
	if (d->after_gap && (s->refused || d->gap == 0)) { /* it may be there or not */
		s->phase[CLIENT] = SEEK;
		return http_content(d, CLIENT, s->expect_length, true);
	}
	if (d->gap && d->gap >= s->expect_length) { /* it was all in the gap */
		http_gap_was(d, CLIENT, s->expect_length);
		note_add(d, NOTE_CLOSE, CLIENT)->complete = true;
		return seek(d, s);
	}
	http_gap_was(d, CLIENT, d->gap);
	if (s->expect_length != CONTENT_TO_END)
		s->expect_length -= d->gap;
	return body(d, s, false, s->expect_length);
}

static enum dissect_result http_dissect(struct dissect *d)
{
	struct http_state *s = d->state;
	enum phase phase = s->phase[d->from_client ? CLIENT : SERVER];

	switch (phase) {
	case START: return d->after_gap ? seek(d, s) : start(d, s);
	case SEEK: return seek(d, s);
	case EXPECT: return expected(d, s);
	case CHUNK:
	case CHUNK_END:
		return d->after_gap ? http_chunk_lost(d, s) : http_chunk(d, s, phase);
	case CHUNK_LOST: return http_chunk_lost(d, s);
	case TUNNEL: return tunnel(d, s);
	}
	return DISSECT_REFUSED;
}

const struct dissector http_dissector = {
	.name = "http",
	.kind = DISSECTOR_PROTOCOL,
	.ndpi = "HTTP",
	.starts = http_starts,
	.fields = http_fields,
	.state_size = sizeof(struct http_state),
	.max_message = MESSAGE_MOST,
	.dissect = http_dissect,
};
