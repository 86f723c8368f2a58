// SPDX-License-Identifier: Apache-2.0
/*
 * subject.c - the value of each field, of a scene: known, growing, not yet, or never.
 */
#include <stdio.h>

#include "content/audio.h"
#include "detect/scene.h"
#include "detect/subject_url.h"

static void absent(struct value *v)
{
	v->known = KNOWN_ABSENT;
}

static void number(struct value *v, uint64_t n, bool growing)
{
	v->known = growing ? KNOWN_GROWING : KNOWN_SETTLED;
	v->number = n;
}

static void text(struct value *v, const char *p, size_t n)
{
	if (v->text_count == VALUE_TEXTS)
		return;
	v->known = KNOWN_SETTLED;
	v->texts[v->text_count++] = (struct bytes){ (const uint8_t *)p, n };
}

static void words(struct value *v, const char *p)
{
	text(v, p, strlen(p));
}

/* In lower case, as it is promised to who asks with |cased or an expression. */
static void lower(struct value *v, const char *p, size_t n)
{
	_Static_assert((int)VALUE_MADE >= (int)TRANSFER_NAME, "an extension fits");
	if (n > sizeof(v->made))
		n = sizeof(v->made);
	for (size_t i = 0; i < n; i++)
		v->made[i] = (char)byte_lower((uint8_t)p[i]);
	text(v, v->made, n);
}

static void address(struct value *v, const struct addr *a)
{
	v->known = KNOWN_SETTLED;
	v->ip = *a;
}

/* True when nDPI will say no more of the flow. */
static bool appid_has_spoken(const struct scene *s)
{
	return !s->appid || s->over || s->flow->app_state == APPID_DECIDED ||
	       s->flow->app_state == APPID_OFF;
}

/* Something that nDPI says: not yet until it has decided, or the flow is over. */
static void application(const struct scene *s, struct value *v,
                        const char *(*name)(const struct appid *, const struct flow *))
{
	const char *word;

	if (s->appid && (s->flow->app || s->flow->app_master)) {
		word = name(s->appid, s->flow);
		lower(v, word, strlen(word));
	} else if (appid_has_spoken(s)) {
		absent(v);
	}
}

static const char *transport(uint8_t proto)
{
	switch (proto) {
	case PROTO_TCP: return "tcp";
	case PROTO_UDP: return "udp";
	case PROTO_ICMP: return "icmp";
	case PROTO_ICMPV6: return "ipv6-icmp";
	case PROTO_SCTP: return "sctp";
	default: return NULL;
	}
}

/* Host or SNI; none where nothing is read that might still bring one. */
static void outside_name(const struct scene *s, struct value *v)
{
	const struct context_fact *host =
		s->context ? context_find_name(s->context, "url.domain") : NULL;

	if (host)
		text(v, s->context->text + host->at, host->n);
	else if (s->appid && *appid_server_name(s->appid, s->flow))
		words(v, appid_server_name(s->appid, s->flow));
	else if (s->over || (!s->context && appid_has_spoken(s)))
		absent(v);
}

static void ends(const struct scene *s, struct value *v, bool inside)
{
	const struct flow *f = s->flow;

	if (f->nowhere || (f->inside != 1 && f->inside != 2))
		absent(v);
	else
		address(v, (f->inside == 1) == inside ? &f->client : &f->server);
}

/* True where the thing's source is the flow's client. */
static bool source_is_client(const struct scene *s)
{
	return !s->transfer || s->transfer->sender == SENDER_CLIENT;
}

static uint64_t heading_bytes(const struct scene *s, enum heading heading)
{
	if (s->transfer)
		return scene_heading(s->flow, source_is_client(s)) == heading
		               ? s->transfer->seen
		               : 0;
	return heading == HEADING_OUTBOUND ? scene_leaving(s->flow)
	                                   : scene_entering(s->flow);
}

static bool get_flow(const struct scene *s, int field, struct value *v)
{
	const struct flow *f = s->flow;
	bool client = source_is_client(s);

	switch (field) {
	case ENGINE_TIMESTAMP: number(v, (uint64_t)s->now.time, false); break;
	case ENGINE_SOURCE_IP: address(v, client ? &f->client : &f->server); break;
	case ENGINE_DESTINATION_IP: address(v, client ? &f->server : &f->client); break;
	case ENGINE_SOURCE_PORT:
		number(v, client ? f->client_port : f->server_port, false);
		break;
	case ENGINE_DESTINATION_PORT:
		number(v, client ? f->server_port : f->client_port, false);
		break;
	case ENGINE_SOURCE_BYTES:
		number(v, s->transfer ? s->transfer->seen : scene_payload(f, TO_SERVER),
		       !s->over);
		break;
	case ENGINE_DESTINATION_BYTES:
		number(v, s->transfer ? 0 : scene_payload(f, TO_CLIENT), !s->over);
		break;
	case ENGINE_TRANSPORT:
		if (transport(f->proto))
			words(v, transport(f->proto));
		else
			absent(v);
		break;
	case ENGINE_PROTOCOL:
		if (s->context && s->context->dissector)
			words(v, s->context->dissector->name);
		else
			application(s, v, appid_protocol);
		break;
	case ENGINE_APPLICATION: application(s, v, appid_application); break;
	case ENGINE_CATEGORY_NDPI: application(s, v, appid_category); break;
	case ENGINE_SERVER_NAME:
		if (s->appid && *appid_server_name(s->appid, f))
			words(v, appid_server_name(s->appid, f));
		else if (appid_has_spoken(s))
			absent(v);
		break;
	case ENGINE_NETWORK_DIRECTION:
		words(v, heading_name(scene_heading(f, true)));
		break;
	case ENGINE_DIRECTION: words(v, heading_name(scene_heading(f, client))); break;
	case ENGINE_DURATION: number(v, (uint64_t)(f->last - f->first), !s->over); break;
	case ENGINE_INSIDE_IP: ends(s, v, true); break;
	case ENGINE_OUTSIDE_IP: ends(s, v, false); break;
	case ENGINE_OUTSIDE_NAME: outside_name(s, v); break;
	case ENGINE_URL_FULL:
	case ENGINE_URL_QUERY:
	case ENGINE_URL_EXTENSION: subject_url(s, (enum engine_field)field, v); break;
	case ENGINE_LEAVING_BYTES:
		number(v, heading_bytes(s, HEADING_OUTBOUND), !s->over);
		break;
	case ENGINE_ENTERING_BYTES:
		number(v, heading_bytes(s, HEADING_INBOUND), !s->over);
		break;
	case ENGINE_RATE_MEAN:
		if (s->transfer)
			number(v,
			       scene_rate(s->transfer->seen, s->transfer->first,
			                  s->transfer->last),
			       false);
		else
			number(v,
			       scene_rate(scene_payload(f, 0) + scene_payload(f, 1),
			                  f->first, f->last),
			       false);
		break;
	default: return false;
	}
	return true;
}

/* The last part of the name, after its last dot. */
static struct bytes extension(const struct transfer *t)
{
	struct bytes b = { (const uint8_t *)t->name.b, 0 };

	for (size_t i = t->name.n; i-- > 0;) {
		char c = t->name.b[i];

		if (c == '/' || c == '\\')
			break;
		if (c == '.') {
			b.p = (const uint8_t *)t->name.b + i + 1;
			b.n = t->name.n - i - 1U;
			break;
		}
	}
	return b;
}

static bool extension_fits(const struct file_type *type, struct bytes ext)
{
	for (const char *const *e = type->extensions; *e; e++)
		if (bytes_equal_fold(ext, bytes_of(*e)))
			return true;
	return false;
}

static void member_classes(const struct transfer *t, bool over, struct value *v)
{
	if (t->inside)
		for (unsigned c = 1; c < CLASSES; c++)
			if (t->inside->classes >> c & 1)
				words(v, file_class_name((enum file_class)c));
	if (!over)
		v->known = v->text_count ? KNOWN_GROWING : KNOWN_NOT_YET;
	else if (v->text_count == 0)
		absent(v);
}

static void get_transfer(const struct scene *s, int field, struct value *v)
{
	const struct transfer *t = s->transfer;
	const struct file_type *type = signatures_type(s->policy->signatures, t->type);
	bool over = t->over, known;

	switch (field) {
	case ENGINE_FILE_NAME:
		if (t->name.n)
			text(v, t->name.b, t->name.n);
		else if (over)
			absent(v);
		break;
	case ENGINE_FILE_EXTENSION:
		if (extension(t).n)
			lower(v, (const char *)extension(t).p, extension(t).n);
		else if (over || t->name.n)
			absent(v);
		break;
	case ENGINE_FILE_SIZE:
	case ENGINE_FILE_SIZE_BOTH: number(v, transfer_size(t), !over); break;
	case ENGINE_FILE_SEEN: number(v, t->seen, !over); break;
	case ENGINE_FILE_MISSING: number(v, t->missing, !over); break;
	case ENGINE_FILE_DECLARED:
		if (t->declared != SIZE_UNKNOWN)
			number(v, t->declared, false);
		else if (over)
			absent(v);
		break;
	case ENGINE_FILE_DECLARED_BY:
		if (t->declared_by)
			words(v, t->declared_by);
		else if (over)
			absent(v);
		break;
	case ENGINE_FILE_TYPE:
	case ENGINE_FILE_CLASS:
	case ENGINE_FILE_MIME_TYPE:
		if (t->type)
			words(v, field == ENGINE_FILE_TYPE ? type->type
			         : field == ENGINE_FILE_CLASS
			                 ? file_class_name(type->class)
			                 : type->mime_type);
		else if (t->settled)
			absent(v);
		break;
	case ENGINE_EXTENSION_MATCHES:
		if (t->type && extension(t).n)
			number(v, extension_fits(type, extension(t)), false);
		else if (over || t->settled)
			absent(v);
		break;
	case ENGINE_FILE_ENCRYPTED:
		if (t->encrypted || (t->inside && t->inside->encrypted) || over)
			number(v, t->encrypted || (t->inside && t->inside->encrypted),
			       false);
		break;
	case ENGINE_MEMBERS_COUNT:
		number(v, t->inside ? t->inside->seen : 0, !over);
		break;
	case ENGINE_MEMBERS_CLASS: member_classes(t, over, v); break;
	case ENGINE_AUDIO_SECONDS:
		number(v, audio_counted(t, &known) / 1000, !over);
		break;
	case ENGINE_FILE_SHA256:
		if (*s->sha256)
			words(v, s->sha256);
		else if (over)
			absent(v);
		break;
	default: absent(v);
	}
}

static void get(const struct subject *subject, const struct field *field, struct value *v)
{
	const struct scene *s = subject->thing;
	const struct context_fact *fact;
	int index = field_engine_index(field);

	if (index >= 0) {
		if (get_flow(s, index, v))
			return;
		if (s->transfer)
			get_transfer(s, index, v);
		else
			absent(v);
		return;
	}
	fact = s->context ? context_find(s->context, field) : NULL;
	if (!fact) {
		if (s->over)
			absent(v);
		return;
	}
	if (field->type == FIELD_BYTES)
		text(v, s->context->text + fact->at, fact->n);
	else
		number(v, fact->number, false);
}

struct subject scene_subject(const struct scene *scene)
{
	return (struct subject){ .get = get, .thing = scene };
}
