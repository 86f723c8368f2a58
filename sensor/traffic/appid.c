// SPDX-License-Identifier: Apache-2.0
/*
 * appid.c - which application is a flow?  The door to nDPI (4.2).
 *
 * nDPI is shown packets with payload until it knows, or has had enough of them.  While it
 * decides, flow->appid is its state; after that, the server's name that it read, if any.
 * One shard, one thread; modules are made by one thread, as nDPI demands.
 */
#include "traffic/appid.h"

#include <ndpi/ndpi_api.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"

enum {
	NAME_MAX_BYTES = 80,
	NAMES_SHARE = 4 /* names for so many times the flows in decision */
};

struct appid {
	struct ndpi_detection_module_struct *module;
	struct counters *counters;
	struct pool flows; /* of nDPI's own flow structs */
	struct pool names; /* NAME_MAX_BYTES each */
	uint32_t packets;
};

struct appid *appid_new(uint32_t flows, uint32_t packets, struct counters *counters,
                        struct error *err)
{
	struct appid *a = calloc(1, sizeof(*a));
	NDPI_PROTOCOL_BITMASK all;

	if (!a ||
	    pool_init(&a->flows, ndpi_detection_get_sizeof_ndpi_flow_struct(), flows) <
	            0 ||
	    pool_init(&a->names, NAME_MAX_BYTES, flows * NAMES_SHARE) < 0) {
		appid_free(a);
		error_set(err, "out of memory for %u flows in nDPI", flows);
		return NULL;
	}
	a->packets = packets;
	a->counters = counters;
	a->module = ndpi_init_detection_module(ndpi_no_prefs);
	if (!a->module) {
		appid_free(a);
		error_set(err, "nDPI cannot be started");
		return NULL;
	}
	NDPI_BITMASK_SET_ALL(all);
	ndpi_set_protocol_detection_bitmask2(a->module, &all);
	ndpi_finalize_initialization(a->module);
	return a;
}

void appid_free(struct appid *a)
{
	if (!a)
		return;
	if (a->module)
		ndpi_exit_detection_module(a->module);
	pool_done(&a->flows);
	pool_done(&a->names);
	free(a);
}

uint32_t appid_used(const struct appid *a)
{
	return pool_used(&a->flows) + pool_used(&a->names);
}

/* flow->appid is a place in a pool, plus one; so the flow stays four cache lines. */
static void *at(const struct pool *pool, uint32_t place)
{
	return pool->memory + pool->size * (place - 1);
}

static uint32_t place_of(const struct pool *pool, const void *object)
{
	return (uint32_t)((size_t)((const uint8_t *)object - pool->memory) / pool->size) +
	       1;
}

/* Keeps the name of the server, without what no name has in it. */
static void keep_name(struct appid *a, struct flow *flow, const char *name)
{
	size_t n = strnlen(name, NAME_MAX_BYTES - 1);
	char *kept = n ? pool_get(&a->names) : NULL;

	flow->appid = kept ? place_of(&a->names, kept) : 0;
	if (n && !kept)
		count_one(a->counters, COUNT_APPID_FULL);
	if (kept) {
		memcpy(kept, name, n);
		kept[n] = '\0';
	}
}

/* Takes over what nDPI found, and gives its state back. */
static void decide(struct appid *a, struct flow *flow, ndpi_protocol found)
{
	struct ndpi_flow_struct *state = at(&a->flows, flow->appid);
	uint8_t guessed;

	if (found.app_protocol == NDPI_PROTOCOL_UNKNOWN &&
	    found.master_protocol == NDPI_PROTOCOL_UNKNOWN)
		found = ndpi_detection_giveup(a->module, state, 1, &guessed);
	flow->app_master = found.master_protocol;
	flow->app = found.app_protocol;
	flow->category = (uint8_t)found.category;
	flow->app_state = APPID_DECIDED;
	keep_name(a, flow, state->host_server_name);
	ndpi_free_flow_data(state);
	pool_put(&a->flows, state);
}

/* Whether nDPI wants no more packets: it knows the protocol, and the server's name if it
 * has one. */
static bool content_with(const struct ndpi_flow_struct *state, ndpi_protocol found)
{
	if (found.app_protocol == NDPI_PROTOCOL_UNKNOWN &&
	    found.master_protocol == NDPI_PROTOCOL_UNKNOWN)
		return false;
	return !state->check_extra_packets || state->host_server_name[0];
}

bool appid_take(struct appid *a, struct flow *flow, unsigned dir, const struct packet *p)
{
	unsigned short length =
		p->ip_len > UINT16_MAX ? UINT16_MAX : (unsigned short)p->ip_len;
	struct ndpi_flow_struct *state;
	ndpi_protocol found;

	(void)dir; /* nDPI finds it by itself */
	if (flow->app_state != APPID_NOT_YET || p->payload_cap == 0)
		return false;
	if (!flow->appid) {
		state = pool_get(&a->flows);
		if (!state) {
			count_one(a->counters, COUNT_APPID_FULL);
			flow->app_state = APPID_OFF;
			return false;
		}
		memset(state, 0, a->flows.size);
		flow->appid = place_of(&a->flows, state);
		count_one(a->counters, COUNT_APPID_FLOWS);
	}
	state = at(&a->flows, flow->appid);
	found = ndpi_detection_process_packet(a->module, state, p->data + p->ip_at,
	                                      length, (uint64_t)p->time / 1000000);
	flow->app_packets++;
	if (flow->app_packets < a->packets && !content_with(state, found))
		return false;
	decide(a, flow, found);
	return true;
}

void appid_end(struct appid *a, struct flow *flow)
{
	if (flow->app_state == APPID_NOT_YET && flow->appid)
		decide(a, flow, (ndpi_protocol)NDPI_PROTOCOL_NULL);
}

void appid_forget(struct appid *a, struct flow *flow)
{
	if (flow->app_state == APPID_DECIDED && flow->appid)
		pool_put(&a->names, at(&a->names, flow->appid));
	flow->appid = 0;
}

static const char *name_of(const struct appid *a, uint16_t protocol)
{
	const char *name = protocol ? ndpi_get_proto_name(a->module, protocol) : NULL;

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
	return ndpi_category_get_name(a->module,
	                              (ndpi_protocol_category_t)flow->category);
}

const char *appid_server_name(const struct appid *a, const struct flow *flow)
{
	if (flow->app_state != APPID_DECIDED || !flow->appid)
		return "";
	return at(&a->names, flow->appid);
}

const char *appid_library_version(void)
{
	static char text[64];

	if (!text[0])
		snprintf(text, sizeof(text), "nDPI %s", ndpi_revision());
	return text;
}
