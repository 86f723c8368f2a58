// SPDX-License-Identifier: Apache-2.0
/*
 * appid.c - which application is a flow?  The door to nDPI.
 *
 * nDPI is shown packets with payload until it knows, or has had enough of them.  While it
 * decides, flow->appid is its state; after that, the server's name that it read, if any.
 * A shard's worker runs it.  A module costs some 30 ms to make, so it is made when the
 * shard's first packet with payload comes.
 */
#include "traffic/appid.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "traffic/appid_ndpi.h"

enum {
	NAME_ROOM = 80,   /* as much as nDPI keeps */
	NAMES_SHARE = 4,  /* names for so many times the flows in decision */
	SHOWN_MAX = 8192, /* bytes of a packet whose header has to be mended */
};

struct appid {
	struct ndpi_detection_module_struct *module;
	struct counters *counters;
	struct pool flows; /* of nDPI's own flow structs */
	struct pool names; /* NAME_ROOM each */
	uint32_t packets;
	bool failed; /* no module can be made: nothing is classified */
	uint8_t shown[SHOWN_MAX];
};

static bool module_made(struct appid *a)
{
	if (!a->module && !a->failed) {
		a->module = appid_ndpi_new();
		a->failed = !a->module;
	}
	return a->module != NULL;
}

struct appid *appid_new(uint32_t flows, uint32_t packets, struct counters *counters,
                        struct error *err)
{
	struct appid *a = calloc(1, sizeof(*a));

	if (!appid_ndpi_fits(err)) {
		free(a);
		return NULL;
	}
	if (!a || pool_init(&a->flows, appid_ndpi_state_size(), flows) < 0 ||
	    pool_init(&a->names, NAME_ROOM, flows * NAMES_SHARE) < 0) {
		error_set(err, "out of memory for %u flows in nDPI", flows);
		appid_free(a);
		return NULL;
	}
	a->packets = packets;
	a->counters = counters;
	return a;
}

void appid_free(struct appid *a)
{
	if (!a)
		return;
	appid_ndpi_free(a->module);
	pool_done(&a->flows);
	pool_done(&a->names);
	free(a);
}

uint32_t appid_used(const struct appid *a)
{
	return pool_used(&a->flows) + pool_used(&a->names);
}

void appid_prepare(void)
{
	appid_ndpi_prepare();
}

void appid_unprepare(void)
{
	appid_ndpi_unprepare();
}

struct fill appid_fill(const struct appid *a)
{
	return (struct fill){ pool_used(&a->flows), a->flows.count };
}

/* flow->appid is a place in a pool, plus one; so the flow stays four cache lines. */
static void *at(const struct pool *pool, uint32_t place)
{
	return pool->memory + pool->size * (place - 1);
}

static uint32_t place_of(const struct pool *pool, const void *object)
{
	size_t offset = (size_t)((const uint8_t *)object - pool->memory);

	return (uint32_t)(offset / pool->size) + 1;
}

/* How much of it is a host's name: letters of one, and not the port that may follow. */
static size_t name_length(const char *name)
{
	const char *colon = strchr(name, ':');
	size_t n = strnlen(name, NAME_ROOM - 1);

	for (size_t i = 0; i < n; i++)
		if ((uint8_t)name[i] <= ' ' || (uint8_t)name[i] >= 0x7f)
			return 0;
	if (colon && !strchr(colon + 1, ':'))
		n = (size_t)(colon - name);
	return n;
}

static void keep_name(struct appid *a, struct flow *flow, const char *name)
{
	size_t n = name_length(name);
	char *kept;

	flow->appid = 0;
	if (n == 0 ||
	    appid_ndpi_names_another(flow->app_master ? flow->app_master : flow->app))
		return;
	kept = pool_get(&a->names);
	if (!kept) {
		count_one(a->counters, COUNT_APPID_FULL);
		return;
	}
	for (size_t i = 0; i < n; i++)
		kept[i] = (char)byte_lower((uint8_t)name[i]);
	kept[n] = '\0';
	flow->appid = place_of(&a->names, kept);
}

/*
 * Takes over what nDPI found, or guesses, and gives its state back.  What ports and
 * addresses suggest is the guess, not what nDPI's state suggests: a recording sent over a
 * bare connection without its SYN would be called TLS.
 */
static void decide(struct appid *a, struct flow *flow, struct appid_label found)
{
	struct ndpi_flow_struct *state = at(&a->flows, flow->appid);

	if (!appid_known(found))
		found = appid_ndpi_give_up(a->module, state);
	if (!appid_known(found))
		found = appid_ndpi_guess(a->module, flow);
	flow->app_master = found.protocol;
	flow->app = found.application;
	flow->category = found.category;
	flow->app_state = APPID_DECIDED;
	keep_name(a, flow, appid_ndpi_name(state));
	appid_ndpi_state_done(state);
	pool_put(&a->flows, state);
}

/*
 * nDPI takes a packet only where its header's length is that of the bytes: not where the
 * snap length cut it, nor where segmentation offload left the length out.  Those are
 * shown as a copy with the length that they have here.
 */
static struct bytes packet_shown(struct appid *a, const struct packet *p)
{
	struct bytes ip = { p->data + p->ip_at, p->ip_len };
	size_t version, field, length;

	if (ip.n < 20)
		return (struct bytes){ ip.p, 0 };
	version = ip.p[0] >> 4;
	if (version == 6 && ip.n < 40)
		return (struct bytes){ ip.p, 0 };
	field = version == 6 ? 4 : 2;
	length = (size_t)(ip.p[field] << 8 | ip.p[field + 1]) + (version == 6 ? 40 : 0);
	if (length == ip.n && ip.n <= UINT16_MAX)
		return ip;
	if (ip.n > SHOWN_MAX)
		ip.n = SHOWN_MAX;
	memcpy(a->shown, ip.p, ip.n);
	length = version == 6 ? ip.n - 40 : ip.n;
	a->shown[field] = (uint8_t)(length >> 8);
	a->shown[field + 1] = (uint8_t)length;
	return (struct bytes){ a->shown, ip.n };
}

/*
 * nDPI knows some protocols only by a flow's SYN (FTP's data is one).  Showing it each
 * SYN would give a flood of them all the room there is; so a flow whose SYN was seen has
 * one made up, before its first payload.
 */
static void show_syn(struct appid *a, struct ndpi_flow_struct *state,
                     const struct flow *flow, unsigned dir, const struct packet *p)
{
	bool v4 = addr_is_v4(&flow->client);
	size_t n = v4 ? 40 : 60;
	uint32_t seq = (dir == TO_SERVER ? p->seq : p->ack) - 1;
	uint8_t syn[60] = { 0 }, *tcp = syn + n - 20;

	if (v4) {
		syn[0] = 0x45;
		syn[3] = (uint8_t)n;
		syn[8] = 64;
		syn[9] = PROTO_TCP;
		memcpy(syn + 12, flow->client.b + 12, 4);
		memcpy(syn + 16, flow->server.b + 12, 4);
	} else {
		syn[0] = 0x60;
		syn[5] = 20;
		syn[6] = PROTO_TCP;
		syn[7] = 64;
		memcpy(syn + 8, flow->client.b, 16);
		memcpy(syn + 24, flow->server.b, 16);
	}
	tcp[0] = (uint8_t)(flow->client_port >> 8);
	tcp[1] = (uint8_t)flow->client_port;
	tcp[2] = (uint8_t)(flow->server_port >> 8);
	tcp[3] = (uint8_t)flow->server_port;
	for (unsigned i = 0; i < 4; i++)
		tcp[4 + i] = (uint8_t)(seq >> (24 - 8 * i));
	tcp[12] = 20 / 4 << 4;
	tcp[13] = TCP_SYN;
	tcp[14] = 0xff;
	appid_ndpi_packet(a->module, state, flow, TO_SERVER, (struct bytes){ syn, n },
	                  flow->first);
}

/* Gives nDPI's state of the flow, begun if there is none; NULL where there is no room. */
static struct ndpi_flow_struct *state_of(struct appid *a, struct flow *flow)
{
	struct ndpi_flow_struct *state;

	if (flow->appid)
		return at(&a->flows, flow->appid);
	state = module_made(a) ? pool_get(&a->flows) : NULL;
	if (!state) {
		count_one(a->counters, COUNT_APPID_FULL);
		flow->app_state = APPID_OFF;
		return NULL;
	}
	memset(state, 0, a->flows.size);
	flow->appid = place_of(&a->flows, state);
	count_one(a->counters, COUNT_APPID_FLOWS);
	return state;
}

bool appid_take(struct appid *a, struct flow *flow, unsigned dir, const struct packet *p)
{
	struct ndpi_flow_struct *state;
	struct appid_label found;
	struct bytes shown;

	if (flow->app_state != APPID_NOT_YET || p->payload_len == 0 || p->fragment)
		return false;
	shown = packet_shown(a, p);
	if (shown.n == 0 || !(state = state_of(a, flow)))
		return false;
	if (flow->proto == PROTO_TCP && flow->app_packets == 0 && !flow->midstream &&
	    !(p->tcp_flags & TCP_SYN))
		show_syn(a, state, flow, dir, p);
	found = appid_ndpi_packet(a->module, state, flow, dir, shown, p->time);
	flow->app_packets++;
	/* it is worth waiting for the name that may still come */
	if (flow->app_packets < a->packets &&
	    !(appid_known(found) &&
	      (!appid_ndpi_wants_more(state) || appid_ndpi_name(state)[0])))
		return false;
	decide(a, flow, found);
	return true;
}

void appid_end(struct appid *a, struct flow *flow)
{
	if (flow->app_state == APPID_NOT_YET && flow->appid)
		decide(a, flow, appid_ndpi_found(a->module, at(&a->flows, flow->appid)));
}

void appid_forget(struct appid *a, struct flow *flow)
{
	if (flow->app_state == APPID_DECIDED && flow->appid)
		pool_put(&a->names, at(&a->names, flow->appid));
	flow->appid = 0;
}

static const char *name_of(const struct appid *a, uint16_t protocol)
{
	const char *name =
		protocol && a->module ? appid_ndpi_protocol(a->module, protocol) : NULL;

	return name ? name : "unknown";
}

const char *appid_protocol(const struct appid *a, const struct flow *flow)
{
	return name_of(a, flow->app_master ? flow->app_master : flow->app);
}

const char *appid_application(const struct appid *a, const struct flow *flow)
{
	return name_of(a, flow->app ? flow->app : flow->app_master);
}

const char *appid_category(const struct appid *a, const struct flow *flow)
{
	if (!a->module || (!flow->app && !flow->app_master))
		return "unknown";
	return appid_ndpi_category(a->module, flow->category);
}

const char *appid_server_name(const struct appid *a, const struct flow *flow)
{
	if (flow->app_state != APPID_DECIDED || !flow->appid)
		return "";
	return at(&a->names, flow->appid);
}

const char *appid_library_version(void)
{
	return appid_ndpi_version();
}
