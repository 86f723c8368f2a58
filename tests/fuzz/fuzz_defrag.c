// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz_defrag.c - any bytes are IP packets, most of them fragments.
 *
 * The first byte is the version and whether memory is tiny; then come packets: time,
 * flags, length, offset and id (of few), and bytes.  Whatever they are: what comes out
 * holds together and can be read, no more bytes come out than went in, every byte of a
 * fragment is counted somewhere, and nothing is kept at the end.
 */
#include <stdlib.h>

#include "traffic/decode.h"
#include "traffic/defrag.h"

enum { RAW = 101, HEAD = 6, MORE = 1, SNAPPED = 2, NESTED = 4, LATE = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct defrag *x;
	struct counters counters;
	struct packet p;
	uint64_t number;
	int64_t last;
	uint64_t wire_in, wire_out, pieces_in, pieces_out;
	bool nested;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void came_out(struct run *r, const struct packet *p)
{
	unsigned sum = 0;

	must(p->ip_at <= p->caplen && p->ip_len <= p->caplen - p->ip_at);
	must(p->payload_at <= p->caplen && p->payload_cap <= p->caplen - p->payload_at);
	must(p->payload_cap <= p->payload_len && p->payload_len <= p->wirelen);
	must(!p->fragment || (p->tuple.from_port == 0 && p->tuple.to_port == 0));
	must(p->time >= r->last);
	r->last = p->time;
	for (uint32_t i = 0; i < p->caplen; i++)
		sum += p->data[i]; /* they can be read */
	must(sum <= p->caplen * 255U);
	r->wire_out += p->wirelen;
	r->pieces_out += p->pieces;
}

static void give_up(struct run *r, int64_t next)
{
	struct packet p;

	for (;;) {
		p.number = r->number;
		p.time = r->last;
		if (!defrag_give_up(r->x, next, &p))
			return;
		must(p.number == r->number);
		came_out(r, &p);
	}
}

static void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* An IP header before n bytes of payload; gives its length. */
static size_t header(uint8_t *h, bool v6, const uint8_t *head, size_t n)
{
	uint8_t proto = head[0] & NESTED ? (v6 ? 44 : 51) : 17;
	size_t offset = (size_t)(head[3] << 8 | head[4]) & 0x1fff;

	memset(h, 0, 48);
	if (!v6) {
		h[0] = 0x45;
		put16(h + 2, 20 + n);
		h[5] = head[5] & 3;
		put16(h + 6, (head[0] & MORE ? 0x2000 : 0) | offset);
		h[9] = proto;
		return 20;
	}
	h[0] = 0x60;
	put16(h + 4, 8 + n);
	h[6] = 44;
	h[40] = proto;
	put16(h + 42, offset * 8 | (head[0] & MORE));
	h[47] = head[5] & 3;
	return 48;
}

static void packet(struct run *r, bool v6, const uint8_t *head, const uint8_t *bytes,
                   size_t n)
{
	size_t length = head[0] & SNAPPED ? n + head[2] * 16U : n;
	uint8_t *data = malloc(48 + n);
	size_t before;

	must(data);
	before = header(data, v6, head, length);
	if (n)
		memcpy(data + before, bytes, n);
	r->p.time += (int64_t)head[1] * (head[0] & LATE ? 1000000000 : 100000);
	r->nested |= (head[0] & NESTED) != 0;
	give_up(r, r->p.time);
	r->p.number = ++r->number;
	r->p.data = data;
	r->p.caplen = (uint32_t)(before + n);
	r->p.wirelen = (uint32_t)(before + length);
	struct packet p = r->p;
	if (decode_packet(&p, RAW, &r->counters) && p.fragment) {
		r->wire_in += p.wirelen;
		r->pieces_in++;
		if (defrag_take(r->x, &p))
			came_out(r, &p);
	}
	if (r->last < r->p.time)
		r->last = r->p.time;
	free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct defrag_limits limits = { 0, 10000000000 };
	struct run r = { 0 };
	const uint64_t *c = r.counters.at;

	if (size < 1)
		return 0;
	limits.memory = data[0] & 2 ? 1 : 1 << 20;
	r.x = defrag_new(&limits, &r.counters);
	must(r.x);
	for (size_t at = 1; size - at >= HEAD;) {
		const uint8_t *head = data + at;
		size_t n = head[0] >> 4 == 15 ? (size_t)head[2] * 8 : head[2] & 0x7f;

		at += HEAD;
		n = n < size - at ? n : size - at;
		packet(&r, data[0] & 1, head, data + at, n);
		at += n;
	}
	give_up(&r, INT64_MAX);
	must(defrag_used(r.x) == 0);
	must(r.wire_out <= r.wire_in && r.pieces_out <= r.pieces_in);
	/* what did not come out came again, or its whole made no sense to decode */
	if (c[COUNT_DECODER_INVALID] == 0 && !r.nested)
		must(r.pieces_out + c[COUNT_FRAGMENT_REPEATS] >= r.pieces_in);
	defrag_free(r.x);
	return 0;
}
