// SPDX-License-Identifier: Apache-2.0
/*
 * scene.c - a flow or a transfer, put into the values of an event.
 */
#include "detect/scene.h"

#include <stdio.h>

#include "content/audio.h"

enum { CLIENT_INSIDE = 1, SERVER_INSIDE = 2 };

void scene_place(const struct config *config, struct flow *flow)
{
	flow->nowhere = addr_is_nowhere(&flow->client) || addr_is_nowhere(&flow->server);
	flow->inside = 0;
	if (prefixes_have(&config->protected, &flow->client))
		flow->inside |= CLIENT_INSIDE;
	if (prefixes_have(&config->protected, &flow->server))
		flow->inside |= SERVER_INSIDE;
}

enum heading scene_heading(const struct flow *flow, bool from_client)
{
	bool sender = flow->inside & (from_client ? CLIENT_INSIDE : SERVER_INSIDE);
	bool receiver = flow->inside & (from_client ? SERVER_INSIDE : CLIENT_INSIDE);

	if (flow->nowhere) /* such an address is neither inside nor outside */
		return sender || receiver ? HEADING_INTERNAL : HEADING_EXTERNAL;
	if (sender)
		return receiver ? HEADING_INTERNAL : HEADING_OUTBOUND;
	return receiver ? HEADING_INBOUND : HEADING_EXTERNAL;
}

uint64_t scene_payload(const struct flow *flow, unsigned dir)
{
	return flow->dir[dir].payload + flow->dir[dir].missing;
}

static uint64_t payload_heading(const struct flow *flow, enum heading heading)
{
	if (scene_heading(flow, true) == heading)
		return scene_payload(flow, TO_SERVER);
	if (scene_heading(flow, false) == heading)
		return scene_payload(flow, TO_CLIENT);
	return 0;
}

uint64_t scene_leaving(const struct flow *flow)
{
	return payload_heading(flow, HEADING_OUTBOUND);
}

uint64_t scene_entering(const struct flow *flow)
{
	return payload_heading(flow, HEADING_INBOUND);
}

uint64_t scene_rate(uint64_t bytes, int64_t from, int64_t to)
{
	enum { SHORTEST = 1000 * 1000 }; /* under a millisecond a rate says nothing */
	unsigned __int128 bits = (unsigned __int128)bytes * 8 * 1000000000;

	if (to - from < SHORTEST)
		return 0;
	return (uint64_t)(bits / (uint64_t)(to - from));
}

static void lower(char *to, size_t room, const char *from)
{
	size_t n = 0;

	for (; *from && n + 1 < room; from++)
		to[n++] = (char)byte_lower((uint8_t)*from);
	to[n] = '\0';
}

static bool app_known(const struct scene *scene)
{
	return scene->appid && (scene->flow->app_master || scene->flow->app);
}

void scene_protocol(const struct scene *scene, char *text, size_t room)
{
	*text = '\0';
	if (scene->context && scene->context->dissector)
		lower(text, room, scene->context->dissector->name);
	else if (app_known(scene))
		lower(text, room, appid_protocol(scene->appid, scene->flow));
}

static void copy_text(char *to, size_t room, const char *from)
{
	size_t n = strlen(from);

	if (n >= room)
		n = room - 1;
	memcpy(to, from, n);
	to[n] = '\0';
}

/* What the flow's other end calls itself: SNI, or Host. */
static void server_name(const struct scene *scene, char *text, size_t room)
{
	const struct context_fact *host =
		scene->context ? context_find_name(scene->context, "url.domain") : NULL;

	*text = '\0';
	if (host) {
		size_t n = host->n < room ? host->n : room - 1;

		memcpy(text, scene->context->text + host->at, n);
		text[n] = '\0';
	} else if (scene->appid) {
		copy_text(text, room, appid_server_name(scene->appid, scene->flow));
	}
}

struct flow_told scene_told(const struct scene *scene)
{
	const struct flow *f = scene->flow;

	return (struct flow_told){
		.time = scene->now.time,
		.leaving = scene_leaving(f),
		.entering = scene_entering(f),
		.payload = { f->dir[0].payload, f->dir[1].payload },
		.packets = { f->dir[0].packets, f->dir[1].packets },
	};
}

static void fill_delta(const struct scene *scene, struct flow_event *to)
{
	static const struct flow_told nothing;
	const struct flow_told *told = scene->more ? &scene->more->told : &nothing;

	to->updated = told->time != 0;
	to->delta.leaving = to->leaving - told->leaving;
	to->delta.entering = to->entering - told->entering;
	for (unsigned i = 0; i < 2; i++) {
		to->delta.payload[i] = to->dir[i].payload - told->payload[i];
		to->delta.packets[i] = to->dir[i].packets - told->packets[i];
	}
}

void scene_fill_flow(const struct scene *scene, struct flow_event *to)
{
	const struct flow *f = scene->flow;

	*to = (struct flow_event){
		.id = flow_id(f),
		.client = f->client,
		.server = f->server,
		.client_port = f->client_port,
		.server_port = f->server_port,
		.proto = f->proto,
		.state = f->state,
		.ended = f->ended,
		.client_inside = f->inside & CLIENT_INSIDE,
		.server_inside = f->inside & SERVER_INSIDE,
		.nowhere = f->nowhere,
		.midstream = f->midstream,
		.vlan_count = f->vlan_count,
		.input = f->input,
		.first = f->first,
		.last = f->last,
		.first_packet = f->first_packet,
		.leaving = scene_leaving(f),
		.entering = scene_entering(f),
	};
	for (unsigned i = 0; i < 2; i++) {
		const struct direction *d = &f->dir[i];

		to->tcp_flags[i] = d->flags_seen;
		to->vlan[i] = f->vlan[i];
		to->dir[i].packets = d->packets;
		to->dir[i].wire = d->wire;
		to->dir[i].payload = d->payload;
		to->dir[i].missing = d->missing;
		to->dir[i].retransmitted = d->retransmitted;
	}
	if (scene->more)
		to->tunnel = scene->more->tunnel;
	fill_delta(scene, to);
	scene_protocol(scene, to->app_proto, sizeof(to->app_proto));
	if (app_known(scene)) {
		copy_text(to->protocol, sizeof(to->protocol),
		          appid_protocol(scene->appid, f));
		copy_text(to->application, sizeof(to->application),
		          appid_application(scene->appid, f));
		copy_text(to->category, sizeof(to->category),
		          appid_category(scene->appid, f));
	}
	server_name(scene, to->server_name, sizeof(to->server_name));
}

static void fill_name(struct wire_name *to, const struct name *from)
{
	_Static_assert((int)EVENT_NAME == (int)TRANSFER_NAME, "names are copied whole");
	to->n = from->n;
	to->cut = from->cut;
	memcpy(to->b, from->b, from->n);
}

static void fill_inside(const struct scene *scene, struct transfer_event *to,
                        const struct inside *inside)
{
	_Static_assert((int)EVENT_MEMBERS == (int)TRANSFER_MEMBERS,
	               "members are copied whole");
	to->members_seen = inside->seen;
	to->members_total = inside->total;
	to->member_classes = inside->classes;
	to->member_count = inside->listed;
	to->encrypted |= inside->encrypted;
	for (unsigned i = 0; i < inside->listed; i++) {
		const struct member *m = &inside->list[i];

		to->members[i].type = signatures_type(scene->policy->signatures, m->type);
		to->members[i].size = m->size;
		to->members[i].audio_milliseconds = m->audio_ms;
		to->members[i].encrypted = m->encrypted;
		fill_name(&to->members[i].name, &m->name);
	}
}

void scene_fill_transfer(const struct scene *scene, struct transfer_event *to)
{
	const struct transfer *t = scene->transfer;
	bool from_client = t->sender == SENDER_CLIENT;

	memset(to, 0, offsetof(struct transfer_event, members));
	to->id = t->id;
	to->parent = t->parent ? t->parent->id : 0;
	fill_name(&to->name, &t->name);
	fill_name(&to->claimed_mime, &t->mime);
	to->type = signatures_type(scene->policy->signatures, t->type);
	to->declared = t->declared;
	to->declared_by = t->declared_by;
	to->seen = t->seen;
	to->missing = t->missing;
	to->gaps = t->gaps;
	to->encrypted = t->encrypted;
	to->closed = t->over && t->complete;
	to->over = t->over;
	to->heading = scene_heading(scene->flow, from_client);
	to->from_client = from_client != scene->swapped;
	to->part_offset = t->part_offset;
	to->part_total = t->part_total;
	if (t->inside)
		fill_inside(scene, to, t->inside);
	to->audio.milliseconds = audio_counted(t, &to->audio.known);
	to->audio.estimated_milliseconds = audio_estimated(t);
	to->has_sha256 = t->has_sha256;
	memcpy(to->sha256, t->sha256, sizeof(to->sha256));
	to->first = t->first;
	to->last = t->last;
	to->first_packet = t->first_packet;
	to->last_packet = t->last_packet;
	to->rate = scene_rate(t->seen, t->first, t->last);
	to->seconds_left = UINT64_MAX;
	if (!t->over && to->rate && t->declared != SIZE_UNKNOWN && t->declared > t->seen)
		to->seconds_left = (uint64_t)((unsigned __int128)(t->declared - t->seen) *
		                              8 / to->rate);
}
