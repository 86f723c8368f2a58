// SPDX-License-Identifier: Apache-2.0
/*
 * generate.c - writes captures as a stream, for benchmarks and for tests that need large
 *ones.
 *
 *	generate RECIPE [KEY=VALUE]... > capture.pcap
 *
 * Recipes:
 *	upload  one HTTP PUT of a ZIP64 archive with a stored WAV member, in packets of 64
 *KB bulk    the same in packets of 1448 bytes many    hundreds of such uploads at once,
 *interleaved small   small flows: web pages, DNS, TLS hand-shakes, UDP flood   flows of
 *one packet each, from everywhere
 *
 * Keys: bytes (of payload in all), flows, segment (payload of a packet), snaplen, port,
 *loss (in 1/1000), drop_tail (packets left out at the end), midstream (1: without the
 *hand-shake and the head), seed.  Sizes may end in k, m or g.  The same arguments give
 *the same bytes.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ETHERNET = 14,
	IP = 20,
	TCP = 32,
	UDP = 8,
	HEADERS = ETHERNET + IP + TCP,
	BODY = 65536
};
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

struct options {
	uint64_t bytes, flows, segment, snaplen, whole, port, loss, drop_tail, midstream,
		seed;
};

struct side {
	uint32_t address;
	uint16_t port;
	uint32_t seq;
};

struct generator {
	struct options o;
	uint64_t random, time; /* of the next packet, in microseconds */
	uint64_t left_out; /* packets still to be written before the tail is cut; 0: no
	                      limit */
	uint8_t packet[HEADERS + BODY];
	bool quiet; /* count, do not write */
	uint64_t packets;
};

static uint64_t dice(struct generator *g)
{
	g->random ^= g->random << 13;
	g->random ^= g->random >> 7;
	g->random ^= g->random << 17;
	return g->random;
}

static void put16(uint8_t *p, uint64_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint64_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static void put_le(uint8_t *p, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

/* Writes the record of the packet that lies in g->packet, n bytes long. */
static void record(struct generator *g, size_t n)
{
	uint8_t head[16];
	size_t cap = n < g->o.snaplen || g->packets < g->o.whole ? n : g->o.snaplen;

	g->packets++;
	g->time += 1 + n * 8 / 1000; /* as fast as a gigabit a second allows */
	if (g->o.loss && dice(g) % 1000 < g->o.loss)
		return;
	if (g->quiet || (g->left_out && g->packets > g->left_out))
		return;
	put_le(head, g->time / 1000000, 4);
	put_le(head + 4, g->time % 1000000, 4);
	put_le(head + 8, cap, 4);
	put_le(head + 12, n, 4);
	fwrite(head, sizeof(head), 1, stdout);
	fwrite(g->packet, cap, 1, stdout);
}

static void ip_header(struct generator *g, const struct side *from, const struct side *to,
                      uint8_t proto, size_t n)
{
	static const uint8_t ethernet[ETHERNET] = { 2, 0, 0, 0, 0, 2, 2,
		                                    0, 0, 0, 0, 1, 8, 0 };
	uint8_t *ip = g->packet + ETHERNET;
	uint32_t sum = 0;

	memcpy(g->packet, ethernet, ETHERNET);
	memset(ip, 0, IP);
	ip[0] = 0x45;
	put16(ip + 2, IP + n);
	put16(ip + 4, g->packets);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = proto;
	put32(ip + 12, from->address);
	put32(ip + 16, to->address);
	for (unsigned i = 0; i < IP; i += 2)
		sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)));
}

/* A segment with n bytes of payload, which lie in place already. */
static void tcp(struct generator *g, struct side *from, const struct side *to,
                uint8_t flags, size_t n)
{
	uint8_t *t = g->packet + ETHERNET + IP;

	ip_header(g, from, to, 6, TCP + n);
	put16(t, from->port);
	put16(t + 2, to->port);
	put32(t + 4, from->seq);
	put32(t + 8, flags & ACK ? to->seq : 0);
	t[12] = TCP / 4 << 4;
	t[13] = flags;
	put16(t + 14, 65535);
	put32(t + 16, 0);
	memset(t + 20, 1, 12); /* NOPs where time stamps would stand */
	from->seq += (uint32_t)(n + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0));
	record(g, HEADERS + n);
}

static void tcp_text(struct generator *g, struct side *from, const struct side *to,
                     const char *text)
{
	memcpy(g->packet + HEADERS, text, strlen(text));
	tcp(g, from, to, PSH | ACK, strlen(text));
}

static void udp(struct generator *g, const struct side *from, const struct side *to,
                const void *data, size_t n)
{
	uint8_t *u = g->packet + ETHERNET + IP;

	memmove(u + UDP, data, n); /* data may lie in the packet already */
	ip_header(g, from, to, 17, UDP + n);
	put16(u, from->port);
	put16(u + 2, to->port);
	put16(u + 4, UDP + n);
	put16(u + 6, 0);
	record(g, ETHERNET + IP + UDP + n);
}

static void shake(struct generator *g, struct side *client, struct side *server)
{
	tcp(g, client, server, SYN, 0);
	tcp(g, server, client, SYN | ACK, 0);
	tcp(g, client, server, ACK, 0);
}

static void part(struct generator *g, struct side *client, struct side *server)
{
	tcp(g, client, server, FIN | ACK, 0);
	tcp(g, server, client, FIN | ACK, 0);
	tcp(g, client, server, ACK, 0);
}

/* --- an archive
 * ------------------------------------------------------------------------- */

static const char member[] = "2026-07-01/0914_desk-3.wav";

enum {
	LOCAL = 30 + sizeof(member) - 1 + 20,
	RF64 = 80,
	CENTRAL = 46 + sizeof(member) - 1 + 28 + 56 + 20 + 22,
};

/* The head of a ZIP64 archive of `size` bytes with one stored recording; gives its
 * length. */
static size_t archive_head(uint8_t *p, uint64_t size)
{
	uint64_t body = size - LOCAL - CENTRAL;
	uint8_t *w = p + LOCAL;

	memset(p, 0, LOCAL + RF64);
	memcpy(p, "PK\3\4", 4);
	put_le(p + 4, 45, 2);
	put_le(p + 18, UINT32_MAX, 4);
	put_le(p + 22, UINT32_MAX, 4);
	put_le(p + 26, sizeof(member) - 1, 2);
	put_le(p + 28, 20, 2);
	memcpy(p + 30, member, sizeof(member) - 1);
	p += 30 + sizeof(member) - 1;
	put_le(p, 1, 2);
	put_le(p + 2, 16, 2);
	put_le(p + 4, body, 8);
	put_le(p + 12, body, 8);
	/* EBU Tech 3306: RIFF with 64-bit sizes */
	memcpy(w, "RF64\xff\xff\xff\xffWAVEds64", 16);
	put_le(w + 16, 28, 4);
	put_le(w + 20, body - 8, 8);
	put_le(w + 28, body - RF64, 8);
	put_le(w + 36, (body - RF64) / 2, 8);
	memcpy(w + 48, "fmt ", 4);
	put_le(w + 52, 16, 4);
	put_le(w + 56, 1, 2);
	put_le(w + 58, 1, 2);
	put_le(w + 60, 11025, 4);
	put_le(w + 64, 22050, 4);
	put_le(w + 68, 2, 2);
	put_le(w + 70, 16, 2);
	memcpy(w + 72, "data\xff\xff\xff\xff", 8);
	return LOCAL + RF64;
}

/* Its end: one central record, the ZIP64 end record and locator, the end record. */
static size_t archive_tail(uint8_t *p, uint64_t size)
{
	uint64_t body = size - LOCAL - CENTRAL;
	uint8_t *e = p + 46 + sizeof(member) - 1 + 28;

	memset(p, 0, CENTRAL);
	memcpy(p, "PK\1\2", 4);
	put_le(p + 4, 45, 2);
	put_le(p + 6, 45, 2);
	put_le(p + 20, UINT32_MAX, 4);
	put_le(p + 24, UINT32_MAX, 4);
	put_le(p + 28, sizeof(member) - 1, 2);
	put_le(p + 30, 28, 2);
	put_le(p + 42, UINT32_MAX, 4);
	memcpy(p + 46, member, sizeof(member) - 1);
	p += 46 + sizeof(member) - 1;
	put_le(p, 1, 2);
	put_le(p + 2, 24, 2);
	put_le(p + 4, body, 8);
	put_le(p + 12, body, 8);
	memcpy(e, "PK\6\6", 4);
	put_le(e + 4, 44, 8);
	put_le(e + 12, 45, 2);
	put_le(e + 14, 45, 2);
	put_le(e + 24, 1, 8);
	put_le(e + 32, 1, 8);
	put_le(e + 40, 46 + sizeof(member) - 1 + 28, 8);
	put_le(e + 48, body + LOCAL, 8);
	memcpy(e + 56, "PK\6\7", 4);
	put_le(e + 64, size - 98, 8);
	put_le(e + 72, 1, 4);
	memcpy(e + 76, "PK\5\6", 4);
	put_le(e + 84, 1, 2);
	put_le(e + 86, 1, 2);
	put_le(e + 88, 46 + sizeof(member) - 1 + 28, 4);
	put_le(e + 92, UINT32_MAX, 4);
	return CENTRAL;
}

struct upload {
	struct side client, server;
	uint64_t size, sent;
	unsigned number, packets;
};

static void upload_begin(struct generator *g, struct upload *u)
{
	char head[256];

	if (g->o.midstream)
		return;
	shake(g, &u->client, &u->server);
	snprintf(head, sizeof(head),
	         "PUT /upload/calls-%u.zip HTTP/1.1\r\nHost: files.example.net\r\n"
	         "User-Agent: curl/7.88.1\r\nAccept: */*\r\nContent-Length: %" PRIu64
	         "\r\n\r\n",
	         u->number, u->size);
	tcp_text(g, &u->client, &u->server, head);
}

/* One packet of the body; the server acknowledges every second one. */
static void upload_more(struct generator *g, struct upload *u)
{
	uint8_t *p = g->packet + HEADERS, tail[CENTRAL];
	uint64_t left = u->size - u->sent, n = left < g->o.segment ? left : g->o.segment,
		 tail_at;

	memset(p, (int)(u->sent >> 10 & 0x7f), (size_t)n);
	if (u->sent == 0)
		archive_head(p, u->size);
	archive_tail(tail, u->size);
	tail_at = u->size - CENTRAL;
	for (uint64_t i = u->sent > tail_at ? u->sent : tail_at; i < u->sent + n; i++)
		p[i - u->sent] = tail[i - tail_at];
	u->sent += n;
	tcp(g, &u->client, &u->server, u->sent == u->size ? PSH | ACK : ACK, (size_t)n);
	if (++u->packets % 2 == 0)
		tcp(g, &u->server, &u->client, ACK, 0);
}

static void upload_end(struct generator *g, struct upload *u)
{
	tcp_text(g, &u->server, &u->client,
	         "HTTP/1.1 201 Created\r\nServer: nginx\r\nContent-Length: 0\r\n"
	         "Connection: close\r\n\r\n");
	part(g, &u->client, &u->server);
}

static void upload_init(struct generator *g, struct upload *u, unsigned number,
                        uint64_t size)
{
	*u = (struct upload){
		.client = { 0x0a140300U + 17 + number % 200, (uint16_t)(40000 + number),
		            (uint32_t)dice(g) },
		.server = { 0xcb007100U + 80 + number % 100, (uint16_t)g->o.port,
		            (uint32_t)dice(g) },
		.size = size < LOCAL + RF64 + CENTRAL ? LOCAL + RF64 + CENTRAL : size,
		.number = number,
	};
}

static void recipe_upload(struct generator *g)
{
	struct upload u;

	upload_init(g, &u, 1, g->o.bytes);
	upload_begin(g, &u);
	if (g->o.midstream)
		u.sent = u.size / 2;
	while (u.sent < u.size)
		upload_more(g, &u);
	upload_end(g, &u);
}

static void recipe_many(struct generator *g)
{
	struct upload *all = calloc(g->o.flows, sizeof(*all));
	uint64_t open = g->o.flows;

	if (!all)
		exit(1);
	for (unsigned i = 0; i < g->o.flows; i++) {
		/* from a quarter to seven quarters of the mean */
		uint64_t mean = g->o.bytes / g->o.flows;

		upload_init(g, &all[i], i, mean / 4 + dice(g) % (mean * 3 / 2 + 1));
		upload_begin(g, &all[i]);
	}
	while (open) {
		struct upload *u = &all[dice(g) % g->o.flows];

		for (unsigned burst = 0; burst < 4 && u->sent < u->size; burst++) {
			upload_more(g, u);
			if (u->sent == u->size) {
				upload_end(g, u);
				open--;
			}
		}
		/* when few are left, dice find them slowly: go through them all */
		if (open < g->o.flows / 8)
			break;
	}
	for (uint64_t i = 0; i < g->o.flows; i++) {
		if (all[i].sent == all[i].size)
			continue;
		while (all[i].sent < all[i].size)
			upload_more(g, &all[i]);
		upload_end(g, &all[i]);
	}
	free(all);
}

/* --- small flows
 * ------------------------------------------------------------------------- */

static void random_payload(struct generator *g, size_t n)
{
	for (size_t i = 0; i < n; i += 8)
		put_le(g->packet + HEADERS + i, dice(g), 8);
}

static void web_page(struct generator *g, struct side *c, struct side *s, size_t size)
{
	char head[256];

	shake(g, c, s);
	snprintf(head, sizeof(head),
	         "GET /page/%u HTTP/1.1\r\nHost: www%u.example.com\r\n"
	         "User-Agent: Mozilla/5.0\r\nAccept: text/html\r\n\r\n",
	         (unsigned)(dice(g) % 9999), (unsigned)(dice(g) % 100));
	tcp_text(g, c, s, head);
	snprintf(head, sizeof(head),
	         "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
	         "%zu\r\n\r\n",
	         size);
	tcp_text(g, s, c, head);
	while (size) {
		size_t n = size < 1448 ? size : 1448;

		memset(g->packet + HEADERS, 'a', n);
		tcp(g, s, c, ACK, n);
		tcp(g, c, s, ACK, 0);
		size -= n;
	}
	part(g, c, s);
}

/* RFC 8446 4.1.2 in outline: enough of a hello for a name to be read from it. */
static void tls_hello(struct generator *g, struct side *c, struct side *s)
{
	uint8_t *p = g->packet + HEADERS;
	char name[32];
	size_t n = (size_t)snprintf(name, sizeof(name), "host%u.example.net",
	                            (unsigned)(dice(g) % 1000));
	size_t extension = 4 + 5 + n, hello = 2 + 32 + 1 + 2 + 4 + 2 + 2 + extension, at;

	memset(p, 0, 512);
	p[0] = 22;
	put16(p + 1, 0x0301);
	put16(p + 3, 4 + hello);
	p[5] = 1;
	put16(p + 7, hello);
	put16(p + 9, 0x0303);
	for (unsigned i = 0; i < 32; i += 8)
		put_le(p + 11 + i, dice(g), 8);
	at = 11 + 32 + 1;
	put16(p + at, 4);
	put16(p + at + 2, 0x1301);
	put16(p + at + 4, 0xc02f);
	p[at + 6] = 1;
	put16(p + at + 8, extension);
	put16(p + at + 10, 0);
	put16(p + at + 12, 5 + n);
	put16(p + at + 14, 3 + n);
	put16(p + at + 17, n);
	memcpy(p + at + 19, name, n);
	tcp(g, c, s, PSH | ACK, 9 + hello);
}

static void tls_talk(struct generator *g, struct side *c, struct side *s, size_t size)
{
	uint8_t *p = g->packet + HEADERS;

	shake(g, c, s);
	tls_hello(g, c, s);
	random_payload(g, 1200);
	memcpy(p, "\x16\x03\x03\x00\x50\x02\x00\x00\x4c\x03\x03", 11);
	tcp(g, s, c, PSH | ACK, 1200);
	while (size) {
		size_t n = size < 600 ? size : 600;

		random_payload(g, n);
		memcpy(p, "\x17\x03\x03", 3);
		put16(p + 3, n > 5 ? n - 5 : 0);
		tcp(g, c, s, PSH | ACK, n);
		tcp(g, s, c, ACK, 0);
		size -= n;
	}
	part(g, c, s);
}

static void dns_question(struct generator *g, struct side *c, struct side *s)
{
	uint8_t q[64] = { 0, 0, 1, 0, 0, 1 };
	char name[16];
	size_t n = (size_t)snprintf(name, sizeof(name), "www%u",
	                            (unsigned)(dice(g) % 10000)),
	       at;

	put16(q, dice(g));
	q[12] = (uint8_t)n;
	memcpy(q + 13, name, n);
	at = 13 + n;
	memcpy(q + at, "\7example\3com\0\0\1\0\1", 17);
	at += 17;
	udp(g, c, s, q, at);
	q[2] = 0x81;
	q[3] = 0x80;
	udp(g, s, c, q, at);
}

static void recipe_tls(struct generator *g)
{
	struct side c = { 0x0a140311, 50000, (uint32_t)dice(g) };
	struct side s = { 0xcb007155, (uint16_t)g->o.port, (uint32_t)dice(g) };
	uint8_t *p = g->packet + HEADERS;
	uint64_t left = g->o.bytes;

	shake(g, &c, &s);
	tls_hello(g, &c, &s);
	memset(p, 0, 1200);
	memcpy(p, "\x16\x03\x03\x00\x50\x02\x00\x00\x4c\x03\x03", 11);
	tcp(g, &s, &c, PSH | ACK, 1200);
	while (left) {
		size_t n = left < g->o.segment ? (size_t)left : (size_t)g->o.segment;

		memset(p, 0xa5, n);
		memcpy(p, "\x17\x03\x03", 3);
		tcp(g, &c, &s, ACK, n);
		left -= n;
		if (g->packets % 3 == 0)
			tcp(g, &s, &c, ACK, 0);
	}
	part(g, &c, &s);
}

static void recipe_small(struct generator *g)
{
	for (uint64_t i = 0; i < g->o.flows; i++) {
		struct side c = { 0x0a000000U | (uint32_t)(dice(g) & 0x3fff),
			          (uint16_t)(1024 + dice(g) % 60000), (uint32_t)dice(g) };
		struct side s = { 0xc6336400U | (uint32_t)(dice(g) & 0xff), 80,
			          (uint32_t)dice(g) };

		switch (dice(g) % 10) {
		case 0:
		case 1:
		case 2: web_page(g, &c, &s, dice(g) % 9000); break;
		case 3:
		case 4:
		case 5:
			s.port = 443;
			tls_talk(g, &c, &s, dice(g) % 5000);
			break;
		case 6:
		case 7:
		case 8:
			s.port = 53;
			dns_question(g, &c, &s);
			break;
		default:
			s.port = (uint16_t)(2000 + dice(g) % 60000);
			random_payload(g, 1024);
			for (uint64_t n = dice(g) % 20 + 1; n > 0; n--)
				udp(g, &c, &s, g->packet + HEADERS + 8,
				    dice(g) % 900 + 20);
		}
	}
}

static void recipe_flood(struct generator *g)
{
	for (uint64_t i = 0; i < g->o.flows; i++) {
		struct side c = { (uint32_t)dice(g), (uint16_t)dice(g),
			          (uint32_t)dice(g) };
		struct side s = { 0x0a140900U + 10, 80, 0 };

		if (i % 2)
			udp(g, &c, &s, "x", 1);
		else
			tcp(g, &c, &s, SYN, 0);
	}
}

/* ------------------------------------------------------------------------------------------
 */

static const struct recipe {
	const char *name;
	void (*run)(struct generator *g);
	struct options defaults;
} recipes[] = {
	{ "upload",
	  recipe_upload,
	  { .bytes = 8000000000, .segment = 65160, .snaplen = 96, .whole = 16 } },
	{ "bulk",
	  recipe_upload,
	  { .bytes = 1500000000, .segment = 1448, .snaplen = 262144 } },
	{ "many",
	  recipe_many,
	  { .bytes = 1050000000, .flows = 400, .segment = 1448, .snaplen = 262144 } },
	{ "small", recipe_small, { .flows = 249000, .snaplen = 262144 } },
	{ "tls",
	  recipe_tls,
	  { .bytes = 1500000000,
	    .segment = 65160,
	    .snaplen = 96,
	    .whole = 16,
	    .port = 443 } },
	{ "flood", recipe_flood, { .flows = 1000000, .snaplen = 262144 } },
};

static bool option_set(struct options *o, const char *text)
{
	static const struct {
		const char *name;
		size_t at;
	} keys[] = {
		{ "bytes", offsetof(struct options, bytes) },
		{ "flows", offsetof(struct options, flows) },
		{ "segment", offsetof(struct options, segment) },
		{ "snaplen", offsetof(struct options, snaplen) },
		{ "whole", offsetof(struct options, whole) },
		{ "port", offsetof(struct options, port) },
		{ "loss", offsetof(struct options, loss) },
		{ "drop_tail", offsetof(struct options, drop_tail) },
		{ "midstream", offsetof(struct options, midstream) },
		{ "seed", offsetof(struct options, seed) },
	};
	const char *equals = strchr(text, '=');

	for (size_t i = 0; equals && i < sizeof(keys) / sizeof(keys[0]); i++) {
		char *end;
		uint64_t value = strtoull(equals + 1, &end, 10);

		if (strncmp(keys[i].name, text, (size_t)(equals - text)) != 0 ||
		    keys[i].name[equals - text])
			continue;
		switch (*end) {
		case 'g': value *= 1000; /* fall through */
		case 'm': value *= 1000; /* fall through */
		case 'k': value *= 1000; break;
		case '\0': break;
		default: return false;
		}
		memcpy((char *)o + keys[i].at, &value, sizeof(value));
		return true;
	}
	return false;
}

static void run(struct generator *g, const struct recipe *recipe)
{
	g->random = g->o.seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	g->time = UINT64_C(1782896400) * 1000000; /* 2026-07-01 09:00 UTC */
	g->packets = 0;
	recipe->run(g);
}

int main(int argc, char **argv)
{
	static struct generator g;
	static char buffer[1 << 20];
	const struct recipe *recipe = NULL;
	uint8_t head[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0 };

	for (size_t i = 0; argc > 1 && i < sizeof(recipes) / sizeof(recipes[0]); i++)
		if (strcmp(recipes[i].name, argv[1]) == 0)
			recipe = &recipes[i];
	if (!recipe) {
		fprintf(stderr, "usage: generate upload|bulk|many|tls|small|flood "
		                "[KEY=VALUE]...\n");
		return 2;
	}
	g.o = recipe->defaults;
	g.o.port = g.o.port ? g.o.port : 80;
	g.o.seed = 1;
	for (int i = 2; i < argc; i++) {
		if (!option_set(&g.o, argv[i])) {
			fprintf(stderr, "generate: what is \"%s\"?\n", argv[i]);
			return 2;
		}
	}
	if (g.o.segment > BODY - 512)
		g.o.segment = BODY - 512;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (g.o.drop_tail) {
		g.quiet = true;
		run(&g, recipe);
		g.quiet = false;
		g.left_out = g.packets > g.o.drop_tail ? g.packets - g.o.drop_tail : 1;
	}
	put_le(head + 16, 262144,
	       4); /* readers cut to what stands here: some are whole */
	put_le(head + 20, 1, 4);
	fwrite(head, sizeof(head), 1, stdout);
	run(&g, recipe);
	return fflush(stdout) != 0;
}
