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
#include "dissectors/http_header.h"

enum {
	MESSAGE_MOST = 32768, /* a header block, with its start line */
	METHOD_MOST = 32,
	SEEK_MOST = 4096, /* a start line that is looked for after a gap */
	CHUNK_LINE = 256, /* a chunk-size line that is believed after a gap */
	ASKED = 32,
	NAMES = 3,
	NAME_MOST = 88,
};

/* How far a marker is looked for.  Not CONTENT_TO_END: that means that all is known. */
#define FAR (UINT64_C(1) << 62)

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

/* clang-format off */
#define METHODS(X)                                                                  \
	X(GET) X(POST) X(PUT) X(HEAD) X(PATCH) X(DELETE) X(OPTIONS) X(TRACE)        \
	X(SOURCE) X(PROPFIND) X(PROPPATCH) X(MKCOL) X(MOVE) X(COPY) X(LOCK)         \
	X(UNLOCK) X(REPORT) X(SEARCH)
/* clang-format on */
#define METHOD_OR(name)    #name "|"
#define METHOD_BYTES(name) { (const uint8_t *)#name " ", sizeof(#name) },

static const struct start http_starts[] = {
	{ "(?:\\r?\\n)*(?:" METHODS(METHOD_OR) "DELETE) (?:/|\\*|[Hh][Tt][Tt][Pp])",
	  true },
	{ "(?:\\r?\\n)*CONNECT [^ ]", true },
	{ "HTTP/1\\.[01] ", false },
	{ NULL, false },
};

/* Start lines. */

enum verdict { NO, YES, MAYBE /* the bytes end before it can be told */ };

/* b begins with text. */
static enum verdict begins(struct bytes b, struct bytes text)
{
	size_t n = b.n < text.n ? b.n : text.n;

	if (n && memcmp(b.p, text.p, n) != 0)
		return NO;
	return n == text.n ? YES : MAYBE;
}

static struct bytes skip(struct bytes b, size_t n)
{
	return (struct bytes){ b.p + n, b.n - n };
}

/* b begins with a well-known method and a space; *n: how long they are. */
static enum verdict known_method(struct bytes b, size_t *n)
{
	static const struct bytes names[] = { METHODS(METHOD_BYTES)
		                                      METHOD_BYTES(CONNECT) };

	for (size_t i = 0; b.n && i < sizeof(names) / sizeof(names[0]); i++) {
		enum verdict v = NO;

		if (names[i].p[0] == b.p[0])
			v = begins(b, names[i]);
		*n = names[i].n;
		if (v != NO)
			return v; /* none is the beginning of another */
	}
	return b.n ? NO : MAYBE;
}

/* Does a message start here?  Asked where its place is not known: so nothing else may
 * look so. */
static enum verdict looks_started(struct bytes b, bool from_client)
{
	size_t at;
	enum verdict v;

	if (!from_client) {
		v = begins(b, BYTES("HTTP/1."));
		if (v != YES)
			return v;
		if (b.n < 13)
			return MAYBE;
		return b.p[8] == ' ' && b.p[9] >= '1' && b.p[9] <= '9' &&
		       (b.p[12] == ' ' || b.p[12] == '\r' || b.p[12] == '\n');
	}
	v = known_method(b, &at);
	if (v != YES)
		return v;
	b = skip(b, at);
	for (at = 0; at < b.n && b.p[at] > ' ' && b.p[at] != 0x7f; at++)
		if (at == SEEK_MOST)
			return NO;
	if (at == b.n)
		return MAYBE;
	return at ? begins(skip(b, at), BYTES(" HTTP/1.")) : NO;
}

static bool is_token(uint8_t c) /* RFC 9110 5.6.2 */
{
	return c > ' ' && c < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", c);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

struct request {
	struct bytes method, target, protocol;
};

/* RFC 9112 3; a target may have spaces in it, as some clients write them. */
static bool request_line(struct bytes line, struct request *r)
{
	size_t method = 0, at;

	line = http_trim(line);
	while (method < line.n && method < METHOD_MOST && is_token(line.p[method]))
		method++;
	for (at = line.n; at > method && line.p[at - 1] != ' '; at--)
		;
	if (method == 0 || method >= line.n || line.p[method] != ' ' || at <= method + 1)
		return false;
	r->method = (struct bytes){ line.p, method };
	r->protocol = skip(line, at);
	r->target = http_trim((struct bytes){ line.p + method, at - method });
	if (r->target.n == 0 || r->protocol.n < 5)
		return false;
	/* Icecast's sources say ICE/1.0 */
	return (r->protocol.n == 8 && begins(r->protocol, BYTES("HTTP/1.")) == YES &&
	        is_digit(r->protocol.p[7])) ||
	       (bytes_equal(r->protocol, BYTES("ICE/1.0")) &&
	        bytes_equal(r->method, BYTES("SOURCE")));
}

/* RFC 9112 4; gives the status code, 0 where it is none. */
static unsigned status_line(struct bytes line)
{
	unsigned status = 0;

	if (begins(line, BYTES("HTTP/1.")) != YES || line.n < 12 ||
	    !is_digit(line.p[7]) || line.p[8] != ' ')
		return 0;
	for (size_t i = 9; i < 12; i++) {
		if (!is_digit(line.p[i]))
			return 0;
		status = status * 10 + line.p[i] - '0';
	}
	if (line.n > 12 && line.p[12] != ' ')
		return 0;
	return status >= 100 ? status : 0;
}

/*
 * The block that begins here, where it is all there.  What cannot be one is refused at
 * once.
 */
static enum dissect_result block_take(struct dissect *d, struct bytes *block)
{
	struct bytes b = cursor_peek(&d->in), line = b;
	struct cursor look = cursor_over(b);
	size_t n = 0;

	if (d->from_client) {
		while (n < b.n && n <= METHOD_MOST && is_token(b.p[n]))
			n++;
		if (n == 0 || n > METHOD_MOST || (n < b.n && b.p[n] != ' '))
			return DISSECT_REFUSED;
	} else if (begins(b, BYTES("HTTP/1.")) == NO) {
		return DISSECT_REFUSED;
	}
	if (http_line_take(&look, &line)) {
		struct request request;

		if (d->from_client ? !request_line(line, &request) : !status_line(line))
			return DISSECT_REFUSED;
	}
	if (!http_block_take(&d->in, block))
		return b.n >= MESSAGE_MOST || d->at_end ? DISSECT_REFUSED : DISSECT_MORE;
	return block->n > MESSAGE_MOST ? DISSECT_REFUSED : DISSECT_MESSAGE;
}

/* Outstanding requests. */

static void ask(struct http_state *s, uint8_t kind, struct bytes name)
{
	unsigned i = s->asked % NAMES;

	if (s->queued < ASKED && s->beyond == 0)
		s->kind[(s->head + s->queued++) % ASKED] = kind;
	else if (s->beyond < UINT32_MAX)
		s->beyond++;
	if (name.n > NAME_MOST) { /* its end has the extension */
		name = skip(name, name.n - NAME_MOST);
		while (name.n && (name.p[0] & 0xc0) == 0x80)
			name = skip(name, 1);
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

static enum dissect_result content(struct dissect *d, uint8_t slot, uint64_t length,
                                   bool last)
{
	d->out->content.slot = slot;
	d->out->content.last = last;
	d->out->content.offset = CONTENT_APPEND;
	d->out->content.length = length;
	return DISSECT_CONTENT;
}

static enum dissect_result tunnel(struct dissect *d, struct http_state *s)
{
	s->phase[CLIENT] = s->phase[SERVER] = TUNNEL;
	return content(d, SLOT_NONE, CONTENT_TO_END, false);
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
	return chunked ? DISSECT_MESSAGE : content(d, side, length, true);
}

static size_t find(struct bytes b, uint8_t c) /* b.n where it is not there */
{
	const uint8_t *at = b.n ? memchr(b.p, c, b.n) : NULL;

	return at ? (size_t)(at - b.p) : b.n;
}

/* The path of a target, without query and fragment; *authority: the host of an absolute
 * one. */
static struct bytes path_of(struct bytes target, struct bytes *authority)
{
	size_t scheme = find(target, ':');

	*authority = (struct bytes){ target.p, 0 };
	target.n = find(target, '?');
	target.n = find(target, '#');
	if (target.n && target.p[0] == '/')
		return target;
	if (scheme > target.n || begins(skip(target, scheme), BYTES("://")) != YES)
		return (struct bytes){ target.p, 0 }; /* "*", or host:port */
	target = skip(target, scheme + 3);            /* absolute form, RFC 9112 3.2.2 */
	*authority = (struct bytes){ target.p, find(target, '/') };
	return skip(target, authority->n);
}

/* A host without its port and without user information. */
static struct bytes domain_of(struct bytes host)
{
	size_t at = find(host, '@');

	if (at < host.n)
		host = skip(host, at + 1);
	if (host.n && host.p[0] == '[') /* an IPv6 address */
		at = find(host, ']') + 1;
	else
		at = find(host, ':');
	if (at < host.n)
		host.n = at;
	return host;
}

static struct bytes last_segment(struct bytes path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return skip(path, i);
	return path;
}

static void text(struct dissect *d, unsigned field, struct bytes value)
{
	if (value.n)
		fact_bytes(d, &http_fields[field], value);
}

static void request_facts(struct dissect *d, const struct request *r,
                          const struct http_header *h, struct bytes domain,
                          struct bytes path)
{
	uint64_t upload = h->announced;

	if (h->range_total > upload)
		upload = h->range_total;
	text(d, METHOD, r->method);
	text(d, DOMAIN, domain);
	if (r->protocol.p[0] == 'H')
		text(d, VERSION, skip(r->protocol, 5));
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
	struct request r;
	enum dissect_result result = block_take(d, &block);
	uint8_t kind = KIND_OTHER;
	bool until_close;

	if (result != DISSECT_MESSAGE)
		return result;
	http_header_read(block, &h);
	if (!request_line(h.line, &r) || (h.bad_length && !h.chunked))
		return DISSECT_REFUSED;
	if (bytes_equal(r.method, BYTES("CONNECT")))
		kind = KIND_CONNECT;
	if (bytes_equal(r.method, BYTES("HEAD")))
		kind = KIND_HEAD;
	path = path_of(r.target, &domain);
	if (kind == KIND_CONNECT)
		domain = r.target; /* authority form, RFC 9112 3.2.3 */
	domain = domain_of(domain.n ? domain : h.host);
	request_facts(d, &r, &h, domain, path);

	name = last_segment(path);
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
	enum dissect_result result = block_take(d, &block);
	unsigned status;
	uint8_t kind;
	bool bodiless;

	if (result != DISSECT_MESSAGE)
		return result;
	http_header_read(block, &h);
	status = status_line(h.line);
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

static enum dissect_result message(struct dissect *d, struct http_state *s, bool sought)
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
		return message(d, s, false);
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
		v = looks_started(skip(b, at), d->from_client);
		if (v != NO)
			break;
	}
	if (at == 0 && v == YES)
		return message(d, s, true);
	if (at == 0 && v == MAYBE) {
		if (!d->at_end)
			return DISSECT_MORE;
		at = b.n;
	}
	s->phase[d->from_client ? CLIENT : SERVER] = SEEK;
	return content(d, SLOT_NONE, at, false);
}

/* Chunks (RFC 9112 7.1). */

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
	end = find(b, '\n');
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
	return content(d, side, size, false);
}

/*
 * Somewhere in a chunked body: all is taken for content up to a line end behind which
 * there is a chunk-size line, or a message.  Every such line end is looked at once.
 */
static enum dissect_result chunk_lost(struct dissect *d, struct http_state *s)
{
	uint8_t side = d->from_client ? CLIENT : SERVER;
	struct bytes b = cursor_peek(&d->in), rest = b;
	bool at_line = begins(b, BYTES("\r\n")) == YES;
	enum verdict started = NO, line = NO;
	uint64_t size = 0;
	size_t n = 0;

	if (at_line)
		rest = skip(b, 2);
	if (at_line || d->after_gap)
		started = looks_started(rest, d->from_client);
	if (at_line)
		line = chunk_line(rest, CHUNK_LINE, &n, &size);
	if (line == YES && size == 0) /* nothing but the last chunk without trailers */
		line = begins(skip(rest, n), BYTES("\r\n"));
	if (started == YES) {
		cursor_take(&d->in, b.n - rest.n);
		note_add(d, NOTE_CLOSE, side);
		return message(d, s, false);
	}
	if (line == YES) {
		s->loose[side] = true;
		cursor_take(&d->in, 2 + n);
		if (size)
			return chunk_begin(d, s, size);
		cursor_take(&d->in, 2);
		return chunked_end(d, s, false);
	}
	if ((started == MAYBE || line == MAYBE) && !d->at_end)
		return DISSECT_MORE;
	s->phase[side] = CHUNK_LOST;
	s->loose[side] = true;
	if (at_line)
		return content(d, side, 2, false);
	d->out->content.until = (struct marker){ 2, "\r\n" };
	return content(d, side, FAR, false);
}

static enum dissect_result chunk(struct dissect *d, struct http_state *s,
                                 enum phase phase)
{
	bool loose = s->loose[d->from_client ? CLIENT : SERVER];
	struct bytes b = cursor_peek(&d->in), line;
	enum verdict v = YES;
	uint64_t size = 0;
	size_t at = 0, n = 0;

	if (phase == CHUNK_END) {
		at = b.p[0] == '\r' ? 2 : 1;
		v = b.p[0] == '\n' ? YES : begins(b, BYTES("\r\n"));
	}
	if (v == YES)
		v = chunk_line(skip(b, at), MESSAGE_MOST - at, &n, &size);
	if (v == NO)
		return loose ? chunk_lost(d, s) : DISSECT_REFUSED;
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

/*
 * RFC 9110 10.1.1: with a final answer instead of 100, the client may send its next
 * request in place of the body, or the body all the same.
 */
static enum dissect_result expected(struct dissect *d, struct http_state *s)
{
	struct bytes b = cursor_peek(&d->in);
	enum verdict v = s->refused ? looks_started(b, true) : NO;
	enum dissect_result result;

	if (v == MAYBE && !d->at_end && b.n < s->expect_length)
		return DISSECT_MORE;
	if (v == YES) {
		note_add(d, NOTE_CLOSE, CLIENT);
		return request(d, s);
	}
	if (s->expect_chunked) {
		s->loose[CLIENT] = false;
		return d->after_gap ? chunk_lost(d, s) : chunk(d, s, CHUNK);
	}
	result = body(d, s, false, s->expect_length);
	if (d->after_gap) /* it may have begun in the gap, and then ends before that */
		s->phase[CLIENT] = SEEK;
	return result;
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
	case CHUNK_END: return d->after_gap ? chunk_lost(d, s) : chunk(d, s, phase);
	case CHUNK_LOST: return chunk_lost(d, s);
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
