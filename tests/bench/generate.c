// SPDX-License-Identifier: Apache-2.0
/*
 * generate.c - writes captures as a stream, for benchmarks and for tests that need large
 * ones.
 *
 *	generate RECIPE [KEY=VALUE]... > capture.pcap
 *
 * Recipes:
 *	upload	one HTTP PUT of a ZIP64 archive with a stored WAV member, in packets of
 *		64 KB
 *	bulk	the same in packets of 1448 bytes
 *	many	hundreds of such uploads at once, interleaved
 *	tls	one upload over TLS, in packets of 64 KB
 *	small	small flows: web pages, DNS, TLS hand-shakes, UDP
 *	flood	flows of one packet each, from everywhere
 *	siege	a flood, and uploads in it: each begins later than the one before, all
 *		end with the flood
 *	idle	flows that say hello over TLS, answer, and stay open
 *	datagrams	one upload over UDP, and beside each of its packets so many
 *		fragments of other datagrams, which are never finished, as flows says
 *
 * Keys:
 *	bytes		of payload in all; not for small, flood and idle, where flows
 *			says how much
 *	flows		how many (many, small, flood, siege, idle)
 *	uploads		how many (siege)
 *	segment		payload bytes of a packet (upload, bulk, many, tls, siege)
 *	snaplen		how much of a packet is kept; of the first `whole` packets (siege:
 *of those that follow the begin of an upload), all
 *	port		of the server (upload, bulk, many, tls, siege)
 *	mtu		IP packets that are longer are sent in fragments (0: none are)
 *	loss		so many packets of 1000 are missing
 *	drop_tail	so many packets are missing at the end
 *	midstream	1: the capture begins in the middle of the upload (upload, bulk)
 *	seed		of the dice
 * Sizes may end in k, m or g.  The same arguments give the same bytes.
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
	TCP_SYN = 40, /* has more options */
	UDP = 8,
	HEADERS = ETHERNET + IP + TCP,
	BODY = 65535 - IP - TCP, /* as much as an IP packet holds */
	ROOM = 65536
};
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

struct options {
	uint64_t bytes, flows, uploads, segment, snaplen, whole, port, mtu, loss,
		drop_tail, midstream, seed;
};

struct side {
	uint32_t address;
	uint16_t port;
	uint32_t seq;
};

struct generator {
	struct options o;
	uint64_t random, time; /* of the next packet, in microseconds */
	uint64_t left_out; /* packets from here on are the missing tail; 0: there is none
	                    */
	uint8_t packet[HEADERS + ROOM];
	bool quiet; /* count, do not write */
	uint64_t packets;
	uint64_t whole; /* packets before this one are kept whole */
};

/* At most once in an expression: C does not say in which order its parts are computed. */
static uint64_t dice(struct generator *g)
{
	g->random ^= g->random << 13;
	g->random ^= g->random >> 7;
	g->random ^= g->random << 17;
	return g->random;
}

/* The next 32 bits, as the wire has them: an address, a sequence number. */
static uint32_t dice32(struct generator *g)
{
	return (uint32_t)dice(g);
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

/* Writes n bytes of g->packet as they are. */
static void record_frame(struct generator *g, size_t n)
{
	uint8_t head[16];
	size_t cap = n < g->o.snaplen || g->packets < g->whole ? n : g->o.snaplen;

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

static void ip_sum(uint8_t *ip)
{
	uint32_t sum = 0;

	put16(ip + 10, 0);
	for (unsigned i = 0; i < IP; i += 2)
		sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)));
}

/* Makes the packet in g->packet, of which n bytes are IP's payload, a fragment. */
static void fragment(struct generator *g, size_t at, size_t n, bool more)
{
	uint8_t *ip = g->packet + ETHERNET;

	put16(ip + 2, IP + n);
	put16(ip + 6, (more ? 0x2000U : 0) | at / 8);
	ip_sum(ip);
	record_frame(g, ETHERNET + IP + n);
}

/* Writes the packet that lies in g->packet, n bytes long, in as many frames as it needs.
 */
static void record(struct generator *g, size_t n)
{
	static uint8_t whole[HEADERS + ROOM];
	size_t most = (g->o.mtu - IP) & ~(size_t)7;

	if (g->o.mtu == 0 || n <= ETHERNET + g->o.mtu) {
		record_frame(g, n);
		return;
	}
	memcpy(whole, g->packet, n);
	n -= ETHERNET + IP;
	for (size_t at = 0; at < n; at += most) {
		size_t here = n - at < most ? n - at : most;

		memcpy(g->packet + ETHERNET + IP, whole + ETHERNET + IP + at, here);
		fragment(g, at, here, at + here < n);
	}
	memcpy(g->packet, whole, ETHERNET + IP + n);
}

static void ip_header(struct generator *g, const struct side *from, const struct side *to,
                      uint8_t proto, size_t n)
{
	static const uint8_t ethernet[ETHERNET] = { 2, 0, 0, 0, 0, 2, 2,
		                                    0, 0, 0, 0, 1, 8, 0 };
	uint8_t *ip = g->packet + ETHERNET;

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
	ip_sum(ip);
}

/* A segment with n bytes of payload, which lie in place already. */
static void tcp(struct generator *g, struct side *from, const struct side *to,
                uint8_t flags, size_t n)
{
	/* RFC 9293 3.2, RFC 7323: 1460 bytes a segment, selective ACKs, windows times 128
	 */
	static const uint8_t syn_options[] = { 2, 4, 5, 180, 4, 2, 1, 3, 3, 7 };
	uint8_t *t = g->packet + ETHERNET + IP, *stamp = t + 20;
	size_t head = flags & SYN ? TCP_SYN : TCP;

	ip_header(g, from, to, 6, head + n);
	put16(t, from->port);
	put16(t + 2, to->port);
	put32(t + 4, from->seq);
	put32(t + 8, flags & ACK ? to->seq : 0);
	t[12] = (uint8_t)(head / 4 << 4);
	t[13] = flags;
	put16(t + 14, 65535);
	put32(t + 16, 0);
	if (flags & SYN) {
		memcpy(stamp, syn_options, sizeof(syn_options));
		stamp += sizeof(syn_options);
	} else {
		memset(stamp, 1, 2);
		stamp += 2;
	}
	memcpy(stamp, "\10\12", 2);
	put32(stamp + 2, g->time / 1000);
	put32(stamp + 6, flags & ACK ? g->time / 1000 : 0);
	from->seq += (uint32_t)(n + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0));
	record(g, ETHERNET + IP + head + n);
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

/* --- an archive --- */

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
		.client.address = 0x0a140300U + 17 + number % 200,
		.client.port = (uint16_t)(40000 + number),
		.server.address = 0xcb007100U + 80 + number % 100,
		.server.port = (uint16_t)g->o.port,
		.size = size < LOCAL + RF64 + CENTRAL ? LOCAL + RF64 + CENTRAL : size,
		.number = number,
	};
	u->client.seq = dice32(g);
	u->server.seq = dice32(g);
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

/* --- TLS --- */

struct text {
	uint8_t *p;
	size_t n;
};

static void add(struct text *t, const void *data, size_t n)
{
	memcpy(t->p + t->n, data, n);
	t->n += n;
}

static void add16(struct text *t, uint64_t v)
{
	put16(t->p + t->n, v);
	t->n += 2;
}

static void add_random(struct generator *g, struct text *t, size_t n)
{
	for (size_t i = 0; i < n; i += 8, t->n += 8)
		put_le(t->p + t->n, dice(g), 8);
}

/* A TLS record of n bytes that only its readers can read. */
static void add_secret(struct generator *g, struct text *t, size_t n)
{
	size_t end = t->n + 5 + n;

	add(t, "\x17\x03\x03", 3);
	add16(t, n);
	add_random(g, t, n);
	t->n = end;
}

/* RFC 8446 4.1.2: what a browser says first. */
static void tls_hello(struct generator *g, struct side *c, struct side *s)
{
	static const char ciphers[] =
		"\0\x20\x13\x02\x13\x03\x13\x01\xc0\x2c\xc0\x30\xcc\xa9"
		"\xcc\xa8\xc0\x2b\xc0\x2f\xc0\x24\xc0\x28\xc0\x23"
		"\xc0\x27\0\x9d\0\x9c\0\xff";
	static const char extensions[] =
		"\0\x0b\0\4\3\0\1\2"                         /* point formats */
		"\0\x0a\0\x0a\0\x08\0\x1d\0\x17\0\x19\0\x18" /* groups */
		"\0\x10\0\x0e\0\x0c\2h2\x08http/1.1"         /* ALPN */
		"\0\x16\0\0\0\x17\0\0"                       /* MAC, secret */
		"\0\x0d\0\x12\0\x10\4\3\5\3\6\3\x08\4\x08\5\x08\6\4\1\5\1" /* signatures
	                                                                    */
		"\0\x2b\0\5\4\3\4\3\3"                                     /* versions */
		"\0\x2d\0\2\1\1"                  /* key exchange */
		"\0\x33\0\x26\0\x24\0\x1d\0\x20"; /* key share */
	struct text t = { g->packet + HEADERS, 0 };
	char name[32];
	size_t n = (size_t)snprintf(name, sizeof(name), "host%u.example.net",
	                            dice32(g) % 1000),
	       at;

	add(&t, "\x16\x03\x01\0\0\1\0\0\0\x03\x03", 11);
	add_random(g, &t, 32);
	add(&t, "\x20", 1);
	add_random(g, &t, 32);
	add(&t, ciphers, sizeof(ciphers) - 1);
	add(&t, "\1", 2);
	at = t.n;
	add16(&t, 0);
	add16(&t, 0);
	add16(&t, 5 + n);
	add16(&t, 3 + n);
	add(&t, "", 1);
	add16(&t, n);
	add(&t, name, n);
	add(&t, extensions, sizeof(extensions) - 1);
	add_random(g, &t, 32);
	/* the lengths of extensions, hello and record */
	put16(t.p + at, t.n - at - 2);
	put16(t.p + 7, t.n - 9);
	put16(t.p + 3, t.n - 5);
	tcp(g, c, s, PSH | ACK, t.n);
}

/* What the server says to that: a hello, and a certificate that cannot be read. */
static void tls_answer(struct generator *g, struct side *s, struct side *c)
{
	struct text t = { g->packet + HEADERS, 0 };

	add(&t, "\x16\x03\x03\0\x7a\2\0\0\x76\x03\x03", 11);
	add_random(g, &t, 32);
	add(&t, "\x20", 1);
	add_random(g, &t, 32);
	add(&t, "\x13\2\0\0\x2e\0\x2b\0\2\3\4\0\x33\0\x24\0\x1d\0\x20", 19);
	add_random(g, &t, 32);
	add(&t, "\x14\x03\x03\0\1\1", 6);
	add_secret(g, &t, 1024);
	tcp(g, s, c, PSH | ACK, t.n);
	tcp(g, c, s, ACK, 0);
	t.n = 0;
	add(&t, "\x14\x03\x03\0\1\1", 6);
	add_secret(g, &t, 69);
	tcp(g, c, s, PSH | ACK, t.n);
}

static void tls_talk(struct generator *g, struct side *c, struct side *s, size_t size)
{
	shake(g, c, s);
	tls_hello(g, c, s);
	tls_answer(g, s, c);
	while (size) {
		struct text t = { g->packet + HEADERS, 0 };
		size_t n = size < 600 ? size : 600;

		add_secret(g, &t, n < 32 ? 32 : n);
		tcp(g, c, s, PSH | ACK, t.n);
		tcp(g, s, c, ACK, 0);
		size -= n;
	}
	part(g, c, s);
}

/* The n bytes from `at` of a stream of records that are as long as allowed: their heads.
 */
static void tls_stream(uint8_t *p, uint64_t at, size_t n, uint64_t all)
{
	enum { BIG = 16384 + 17, STEP = 5 + BIG };

	memset(p, 0xa5, n);
	for (uint64_t begin = at - at % STEP; begin < at + n; begin += STEP) {
		uint64_t left = all - begin < STEP ? all - begin : STEP;
		uint8_t head[5] = { 0x17, 3, 3 };

		put16(head + 3, left > 5 ? left - 5 : 0);
		for (unsigned i = 0; i < sizeof(head); i++)
			if (begin + i >= at && begin + i < at + n)
				p[begin + i - at] = head[i];
	}
}

static void recipe_tls(struct generator *g)
{
	struct side c = { 0x0a140311, 50000, dice32(g) };
	struct side s = { 0xcb007155, (uint16_t)g->o.port, dice32(g) };
	uint64_t sent = 0;

	shake(g, &c, &s);
	tls_hello(g, &c, &s);
	tls_answer(g, &s, &c);
	while (sent < g->o.bytes) {
		uint64_t left = g->o.bytes - sent;
		size_t n = (size_t)(left < g->o.segment ? left : g->o.segment);

		tls_stream(g->packet + HEADERS, sent, n, g->o.bytes);
		tcp(g, &c, &s, ACK, n);
		sent += n;
		if (g->packets % 3 == 0)
			tcp(g, &s, &c, ACK, 0);
	}
	part(g, &c, &s);
}

/* --- small flows --- */

static void random_payload(struct generator *g, size_t n)
{
	for (size_t i = 0; i < n; i += 8)
		put_le(g->packet + HEADERS + i, dice(g), 8);
}

static void web_page(struct generator *g, struct side *c, struct side *s, size_t size)
{
	unsigned page = dice32(g) % 9999, host = dice32(g) % 100;
	char head[256];

	shake(g, c, s);
	snprintf(head, sizeof(head),
	         "GET /page/%u HTTP/1.1\r\nHost: www%u.example.com\r\n"
	         "User-Agent: Mozilla/5.0\r\nAccept: text/html\r\n\r\n",
	         page, host);
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

static void dns_question(struct generator *g, struct side *c, struct side *s)
{
	uint8_t q[64] = { 0, 0, 1, 0, 0, 1 };
	char name[16];
	size_t n = (size_t)snprintf(name, sizeof(name), "www%u", dice32(g) % 10000), at;

	put16(q, dice(g));
	q[12] = (uint8_t)n;
	memcpy(q + 13, name, n);
	at = 13 + n;
	memcpy(q + at, "\7example\3com\0\0\1\0\1", 17);
	at += 17;
	udp(g, c, s, q, at);
	q[2] = 0x81;
	q[3] = 0x80;
	q[7] = 1;
	memcpy(q + at, "\300\14\0\1\0\1\0\0\1\54\0\4\306\63\144", 15);
	q[at + 15] = (uint8_t)dice(g);
	udp(g, s, c, q, at + 16);
}

static void recipe_small(struct generator *g)
{
	for (uint64_t i = 0; i < g->o.flows; i++) {
		struct side c, s = { .port = 80 };

		c.address = 0x0a000000U | (dice32(g) & 0x3fff);
		c.port = (uint16_t)(1024 + dice(g) % 60000);
		c.seq = dice32(g);
		s.address = 0xc6336400U | (dice32(g) & 0xff);
		s.seq = dice32(g);
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

/* The nth flow of a flood. */
static void flood_one(struct generator *g, uint64_t nth)
{
	struct side c, s = { 0x0a140900U + 10, 80, 0 };

	c.address = 0x01000000U + dice32(g) % 0xdf000000U; /* not multicast */
	c.port = (uint16_t)dice(g);
	c.seq = dice32(g);
	if (nth % 2)
		udp(g, &c, &s, "x", 1);
	else
		tcp(g, &c, &s, SYN, 0);
}

static void recipe_flood(struct generator *g)
{
	for (uint64_t i = 0; i < g->o.flows; i++)
		flood_one(g, i);
}

/* --- a siege --- */

/* As much of the upload as is due at the nth flow of the flood. */
static void siege_upload(struct generator *g, struct upload *u, uint64_t nth)
{
	uint64_t flows = g->o.flows, begin = u->number * flows / g->o.uploads;

	if (nth < begin)
		return;
	if (nth == begin) {
		upload_init(g, u, u->number, g->o.bytes / g->o.uploads);
		g->whole = g->packets + g->o.whole;
		upload_begin(g, u);
	}
	while (u->sent < u->size &&
	       (double)u->sent / (double)u->size <
	               (double)(nth + 1 - begin) / (double)(flows - begin))
		upload_more(g, u);
}

static void recipe_siege(struct generator *g)
{
	struct upload *all = calloc(g->o.uploads, sizeof(*all));

	if (!all)
		exit(1);
	for (uint64_t i = 0; i < g->o.flows; i++) {
		flood_one(g, i);
		for (unsigned k = 0; k < g->o.uploads; k++) {
			all[k].number = k;
			siege_upload(g, &all[k], i);
		}
	}
	for (unsigned k = 0; k < g->o.uploads; k++)
		upload_end(g, &all[k]);
	free(all);
}

static void recipe_idle(struct generator *g)
{
	for (uint64_t i = 0; i < g->o.flows; i++) {
		struct side c = { 0x0a000000U + (uint32_t)i % 1000003,
			          (uint16_t)(1024 + i / 16), dice32(g) };
		struct side s = { 0xc6336400U + (uint32_t)i % 251, 443, dice32(g) };

		shake(g, &c, &s);
		tls_hello(g, &c, &s);
		tls_answer(g, &s, &c);
	}
}

/* --- fragments --- */

/* A first fragment or a later one, of 8 to 800 bytes, whose others never come. */
static void stray_fragment(struct generator *g)
{
	struct side c = { .address = 0x01000000U + dice32(g) % 0xdf000000U };
	struct side s = { .address = 0x0a140900U + 10 };
	size_t n = 8 + dice(g) % 100 * 8;

	memset(g->packet + ETHERNET + IP, 7, n);
	ip_header(g, &c, &s, 17, n);
	fragment(g, dice(g) % 2 * (dice(g) % 1000) * 8, n, true);
}

static void recipe_datagrams(struct generator *g)
{
	struct side c = { 0x0a140311, 50000, 0 },
		    s = { 0xcb007155, (uint16_t)g->o.port, 0 };

	for (uint64_t sent = 0; sent < g->o.bytes; sent += g->o.segment) {
		uint64_t left = g->o.bytes - sent;

		for (uint64_t i = 0; i < g->o.flows; i++)
			stray_fragment(g);
		memset(g->packet + HEADERS, (int)(sent >> 13 & 0x7f), g->o.segment);
		udp(g, &c, &s, g->packet + HEADERS,
		    left < g->o.segment ? left : g->o.segment);
	}
}

/* --- the command --- */

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
	{ "siege",
	  recipe_siege,
	  { .bytes = 200000000,
	    .flows = 300000,
	    .uploads = 2,
	    .segment = 1448,
	    .snaplen = 96,
	    .whole = 16 } },
	{ "idle", recipe_idle, { .flows = 1000000, .snaplen = 262144 } },
	{ "datagrams",
	  recipe_datagrams,
	  { .bytes = 1500000000,
	    .segment = 8192,
	    .snaplen = 262144,
	    .port = 5001,
	    .mtu = 1500 } },
};

static bool option_set(struct options *o, const char *text)
{
	static const struct {
		const char *name;
		size_t at;
	} keys[] = {
		{ "bytes", offsetof(struct options, bytes) },
		{ "flows", offsetof(struct options, flows) },
		{ "uploads", offsetof(struct options, uploads) },
		{ "segment", offsetof(struct options, segment) },
		{ "snaplen", offsetof(struct options, snaplen) },
		{ "whole", offsetof(struct options, whole) },
		{ "port", offsetof(struct options, port) },
		{ "mtu", offsetof(struct options, mtu) },
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
	g->whole = g->o.whole;
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
		fprintf(stderr, "usage: generate upload|bulk|many|tls|small|flood|siege|"
		                "idle|datagrams [KEY=VALUE]...\n");
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
	if (g.o.segment > BODY)
		g.o.segment = BODY;
	if (g.o.mtu && g.o.mtu < 68) /* RFC 791: what everybody must forward */
		g.o.mtu = 68;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (g.o.drop_tail) {
		g.quiet = true;
		run(&g, recipe);
		g.quiet = false;
		g.left_out = g.packets > g.o.drop_tail ? g.packets - g.o.drop_tail : 1;
	}
	/* readers cut to what stands here, and some packets are whole */
	put_le(head + 16, 262144, 4);
	put_le(head + 20, 1, 4);
	fwrite(head, sizeof(head), 1, stdout);
	run(&g, recipe);
	return fflush(stdout) != 0;
}
