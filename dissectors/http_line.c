// SPDX-License-Identifier: Apache-2.0
/*
 * http_line.c - start lines of HTTP/1 (RFC 9112 3 and 4): which bytes are one, and what a
 * target says.
 */
#include "dissectors/http_parts.h"

enum {
	METHOD_MOST = 32,
	SEEK_MOST = 4096, /* a start line that is looked for after a gap */
};

#define METHOD_BYTES(name) { (const uint8_t *)#name " ", sizeof(#name) },

/* b begins with text. */
enum verdict http_begins(struct bytes b, struct bytes text)
{
	size_t n = b.n < text.n ? b.n : text.n;

	if (n && memcmp(b.p, text.p, n) != 0)
		return NO;
	return n == text.n ? YES : MAYBE;
}

/* b begins with a well-known method and a space; *n: how long they are. */
static enum verdict known_method(struct bytes b, size_t *n)
{
	static const struct bytes names[] = { METHODS(METHOD_BYTES)
		                                      METHOD_BYTES(CONNECT) };

	for (size_t i = 0; b.n && i < sizeof(names) / sizeof(names[0]); i++) {
		enum verdict v = NO;

		if (names[i].p[0] == b.p[0])
			v = http_begins(b, names[i]);
		*n = names[i].n;
		if (v != NO)
			return v; /* none is the beginning of another */
	}
	return b.n ? NO : MAYBE;
}

/* Does a message start here?  Asked where its place is not known: so nothing else may
 * look so. */
enum verdict http_looks_started(struct bytes b, bool from_client)
{
	size_t at;
	enum verdict v;

	if (!from_client) {
		v = http_begins(b, BYTES("HTTP/1."));
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
	b = http_skip(b, at);
	for (at = 0; at < b.n && b.p[at] > ' ' && b.p[at] != 0x7f; at++)
		if (at == SEEK_MOST)
			return NO;
	if (at == b.n)
		return MAYBE;
	return at ? http_begins(http_skip(b, at), BYTES(" HTTP/1.")) : NO;
}

static bool is_token(uint8_t c) /* RFC 9110 5.6.2 */
{
	return c > ' ' && c < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", c);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* RFC 9112 3; a target may have spaces in it, as some clients write them. */
bool http_request_line(struct bytes line, struct http_request *r)
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
	r->protocol = http_skip(line, at);
	r->target = http_trim((struct bytes){ line.p + method, at - method });
	if (r->target.n == 0 || r->protocol.n < 5)
		return false;
	/* Icecast's sources say ICE/1.0 */
	return (r->protocol.n == 8 && http_begins(r->protocol, BYTES("HTTP/1.")) == YES &&
	        is_digit(r->protocol.p[7])) ||
	       (bytes_equal(r->protocol, BYTES("ICE/1.0")) &&
	        bytes_equal(r->method, BYTES("SOURCE")));
}

/* RFC 9112 4; gives the status code, 0 where it is none. */
unsigned http_status_line(struct bytes line)
{
	unsigned status = 0;

	if (http_begins(line, BYTES("HTTP/1.")) != YES || line.n < 12 ||
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
enum dissect_result http_head_take(struct dissect *d, struct bytes *block)
{
	struct bytes b = cursor_peek(&d->in), line = b;
	struct cursor look = cursor_over(b);
	size_t n = 0;

	if (d->from_client) {
		while (n < b.n && n <= METHOD_MOST && is_token(b.p[n]))
			n++;
		if (n == 0 || n > METHOD_MOST || (n < b.n && b.p[n] != ' '))
			return DISSECT_REFUSED;
	} else if (http_begins(b, BYTES("HTTP/1.")) == NO) {
		return DISSECT_REFUSED;
	}
	if (http_line_take(&look, &line)) {
		struct http_request request;

		if (d->from_client ? !http_request_line(line, &request)
		                   : !http_status_line(line))
			return DISSECT_REFUSED;
	}
	if (!http_block_take(&d->in, block))
		return b.n >= MESSAGE_MOST || d->at_end ? DISSECT_REFUSED : DISSECT_MORE;
	return block->n > MESSAGE_MOST ? DISSECT_REFUSED : DISSECT_MESSAGE;
}

size_t http_find(struct bytes b, uint8_t c) /* b.n where it is not there */
{
	const uint8_t *at = b.n ? memchr(b.p, c, b.n) : NULL;

	return at ? (size_t)(at - b.p) : b.n;
}

/* The path of a target, without query and fragment; *authority: the host of an absolute
 * one. */
struct bytes http_path_of(struct bytes target, struct bytes *authority)
{
	size_t scheme = http_find(target, ':');

	*authority = (struct bytes){ target.p, 0 };
	target.n = http_find(target, '?');
	target.n = http_find(target, '#');
	if (target.n && target.p[0] == '/')
		return target;
	if (scheme > target.n ||
	    http_begins(http_skip(target, scheme), BYTES("://")) != YES)
		return (struct bytes){ target.p, 0 }; /* "*", or host:port */
	target = http_skip(target, scheme + 3);       /* absolute form, RFC 9112 3.2.2 */
	*authority = (struct bytes){ target.p, http_find(target, '/') };
	return http_skip(target, authority->n);
}

/* A host without its port and without user information. */
struct bytes http_domain_of(struct bytes host)
{
	size_t at = http_find(host, '@');

	if (at < host.n)
		host = http_skip(host, at + 1);
	if (host.n && host.p[0] == '[') /* an IPv6 address */
		at = http_find(host, ']') + 1;
	else
		at = http_find(host, ':');
	if (at < host.n)
		host.n = at;
	return host;
}

struct bytes http_last_segment(struct bytes path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return http_skip(path, i);
	return path;
}
