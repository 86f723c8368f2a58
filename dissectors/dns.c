// SPDX-License-Identifier: Apache-2.0
/*
 * dns.c - DNS, mDNS and LLMNR over UDP (RFC 1035, 3596, 6762, 4795): which addresses a
 * name was answered with.
 *
 * Of DNS the name that counts is the one that was asked for, not the last of its
 * aliases: so an address counts only where the chain of aliases from the question leads
 * to it.  mDNS has no question; there each record names its own address.
 */
#include "dissectors/dissector.h"

enum {
	NAME_WIRE = 255, /* bytes of a name, RFC 1035 2.3.4 */
	NAME_SAID = 256, /* and of its text at most */
	JUMPS = 16,      /* pointers in one name */
	RECORDS = 128,   /* of one message; what follows is not read */
	ALIASES = 16,    /* behind each other */
	QUESTIONS = 8,
};
enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_AAAA = 28, CLASS_IN = 1, FLUSH = 0x8000 };
enum { ANSWER = 0x8000, OPCODE = 0x7800, CUT = 0x0200, RCODE = 0x000f };
enum { PORT_DNS = 53, PORT_MDNS = 5353, PORT_LLMNR = 5355 };

struct text {
	size_t n;
	char b[NAME_SAID];
};

static void text_put(struct text *t, char c)
{
	if (t->n < sizeof(t->b))
		t->b[t->n++] = c;
}

/* A label may hold any byte.  What would be taken for another name, or moves a cursor,
 * is escaped; the case, with which some resolvers play, is not kept. */
static void label_put(struct text *t, struct bytes label)
{
	static const char hex[] = "0123456789abcdef";

	if (t->n)
		text_put(t, '.');
	for (size_t i = 0; i < label.n; i++) {
		uint8_t c = label.p[i];

		if (c <= ' ' || c == 0x7f) {
			text_put(t, '\\');
			text_put(t, 'x');
			text_put(t, hex[c >> 4]);
			text_put(t, hex[c & 15]);
			continue;
		}
		if (c == '.' || c == '\\')
			text_put(t, '\\');
		text_put(t, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
	}
}

/*
 * RFC 1035 4.1.4.  A pointer must lead to before where the part began that it ends, so
 * that no name goes round in circles; `in` stands behind the name afterwards.  False:
 * not a name.
 */
static bool name_read(struct cursor *in, struct text *text)
{
	struct cursor at = *in;
	size_t part = at.at, wire = 0;
	unsigned jumps = 0;

	text->n = 0;
	for (;;) {
		uint8_t n = cursor_u8(&at);
		struct bytes label;

		if (n >= 0xc0) {
			size_t to = (n & 0x3fu) << 8 | cursor_u8(&at);

			if (!cursor_ok(&at) || to >= part || jumps++ == JUMPS)
				return false;
			if (jumps == 1)
				*in = at;
			part = at.at = to;
			continue;
		}
		label = cursor_take(&at, n);
		wire += n + 1U;
		if (!cursor_ok(&at) || n >= 0x40 || wire > NAME_WIRE)
			return false;
		if (n == 0)
			break;
		label_put(text, label);
	}
	if (jumps == 0)
		*in = at;
	return text->n < sizeof(text->b);
}

static bool text_same(const struct text *a, const struct text *b)
{
	return a->n == b->n && memcmp(a->b, b->b, a->n) == 0;
}

struct record {
	struct text name;
	uint16_t type, class;
	uint32_t seconds;
	struct cursor data; /* its offsets are the message's */
};

/* RFC 1035 4.1.3. */
static bool record_read(struct cursor *in, struct record *r)
{
	size_t n;

	if (!name_read(in, &r->name))
		return false;
	r->type = cursor_u16(in);
	r->class = cursor_u16(in) & (uint16_t)~FLUSH;
	r->seconds = cursor_u32(in);
	n = cursor_u16(in);
	r->data = *in;
	cursor_take(in, n);
	if (!cursor_ok(in))
		return false;
	r->data.in.n = in->at;
	if (r->seconds > INT32_MAX) /* RFC 2181 8 */
		r->seconds = 0;
	return true;
}

/* Text that outlives the call: in out, once for as many addresses as follow each other.
 */
static struct bytes text_keep(struct dissect *d, size_t *used, const struct text *t)
{
	struct dissect_out *out = d->out;
	const struct naming *last =
		out->naming_count ? &out->namings[out->naming_count - 1] : NULL;

	if (last && last->name.n == t->n && memcmp(last->name.p, t->b, t->n) == 0)
		return last->name;
	if (t->n > sizeof(out->text) - *used)
		return (struct bytes){ 0 };
	memcpy(out->text + *used, t->b, t->n);
	*used += t->n;
	return (struct bytes){ (const uint8_t *)out->text + *used - t->n, t->n };
}

static void address_add(struct dissect *d, size_t *used, enum name_by by,
                        const struct text *name, const struct record *r)
{
	struct cursor data = r->data;
	struct bytes addr = cursor_rest(&data), kept;
	struct naming *naming;

	if (addr.n != (r->type == TYPE_A ? 4U : 16U) || name->n == 0)
		return;
	kept = text_keep(d, used, name);
	if (kept.n == 0) {
		d->out->namings_lost++;
		return;
	}
	naming = naming_add(d, by);
	naming->has_addr = true;
	if (r->type == TYPE_A)
		naming->addr = addr_from_v4(addr.p);
	else
		memcpy(naming->addr.b, addr.p, sizeof(naming->addr.b));
	naming->name = kept;
	naming->seconds = r->seconds;
}

/*
 * The answers to `asked`.  Aliases stand before what they lead to, as every server
 * sends them; where they do not, the address behind them has no name.
 */
static bool answers_read(struct dissect *d, enum name_by by, const struct text *asked,
                         unsigned records)
{
	struct text owner = *asked;
	unsigned aliases = 0;
	size_t used = 0;

	for (unsigned i = 0; i < records && i < RECORDS; i++) {
		struct record r;
		bool chained;

		if (!record_read(&d->in, &r))
			return false;
		if (r.class != CLASS_IN)
			continue;
		chained = by == NAME_MDNS || text_same(&r.name, &owner);
		if (r.type == TYPE_CNAME && chained && aliases++ < ALIASES) {
			if (!name_read(&r.data, &owner))
				return false;
		} else if ((r.type == TYPE_A || r.type == TYPE_AAAA) && chained) {
			address_add(d, &used, by, by == NAME_MDNS ? &r.name : asked, &r);
		}
	}
	return true;
}

static enum name_by by_port(const struct dissect *d)
{
	if (d->port == PORT_MDNS)
		return NAME_MDNS;
	return d->port == PORT_LLMNR ? NAME_LLMNR : NAME_DNS;
}

static enum dissect_result dns_dissect(struct dissect *d)
{
	enum name_by by = by_port(d);
	unsigned questions, answers, others;
	struct text asked = { 0 };
	uint16_t flags;

	cursor_take(&d->in, 2);
	flags = cursor_u16(&d->in);
	questions = cursor_u16(&d->in);
	answers = cursor_u16(&d->in);
	others = cursor_u16(&d->in); /* who is in charge */
	others += cursor_u16(&d->in);
	if (!cursor_ok(&d->in))
		return DISSECT_REFUSED;
	/* what a client calls an answer is none */
	if (by == NAME_DNS && d->from_client)
		return DISSECT_MESSAGE;
	if (!(flags & ANSWER) || flags & OPCODE || flags & RCODE)
		return DISSECT_MESSAGE; /* a question, or no answer to one */
	if (questions > QUESTIONS)
		return DISSECT_REFUSED;
	for (unsigned i = 0; i < questions; i++) {
		if (!name_read(&d->in, &asked))
			return DISSECT_REFUSED;
		cursor_take(&d->in, 4);
	}
	if (!cursor_ok(&d->in))
		return DISSECT_REFUSED;
	if (by == NAME_MDNS)
		answers += others; /* addresses stand among the additional ones, too */
	else if (questions != 1)
		return DISSECT_MESSAGE;
	if (!answers_read(d, by, &asked, answers) && !(flags & CUT))
		return DISSECT_REFUSED;
	return DISSECT_MESSAGE;
}

static const uint16_t ports[] = { PORT_DNS, PORT_MDNS, PORT_LLMNR, 0 };

const struct dissector dns_dissector = {
	.name = "dns",
	.kind = DISSECTOR_PROTOCOL,
	.ports = ports,
	.max_message = MESSAGE_MAX,
	.dissect = dns_dissect,
};
