// SPDX-License-Identifier: Apache-2.0
/*
 * appid_ndpi.c - nDPI in egret's words, the same for each of its releases.
 *
 * Whatever is called differently from release to release is one of ndpi_shape.h's macros.
 */
#include "traffic/appid_ndpi.h"

#include <ndpi_api.h>
#include <pthread.h>

#include "base/error.h"
#include "sensor/traffic/ndpi_shape.h"
#include "traffic/flow.h"

#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)

/* Of struct ndpi_flow_input_info, for releases that take a direction with a packet. */
enum { DIR_TO_SERVER = 1, DIR_TO_CLIENT = 2, BEGINNING_SEEN = 1, BEGINNING_MISSED = 2 };

/* Taken once for each shard, never for a packet. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
static struct ndpi_detection_module_struct *spare; /* for who asks first */

bool appid_ndpi_fits(struct error *err)
{
	if (ndpi_get_api_version() == NDPI_API_VERSION &&
	    ndpi_detection_get_sizeof_ndpi_flow_struct() ==
	            sizeof(struct ndpi_flow_struct))
		return true;
	error_set(err, "nDPI %s is not the version that egret was built with",
	          ndpi_revision());
	return false;
}

const char *appid_ndpi_version(void)
{
	return "nDPI " TEXT_OF(NDPI_MAJOR) "." TEXT_OF(NDPI_MINOR) "." TEXT_OF(
		NDPI_PATCH);
}

/* The lock is held. */
static struct ndpi_detection_module_struct *make(void)
{
	struct ndpi_detection_module_struct *module = SHAPE_NEW();

	if (module) {
		SHAPE_ENABLE_ALL(module);
		SHAPE_NO_GUESSES(module);
		if (SHAPE_FINALIZE(module) != 0) {
			ndpi_exit_detection_module(module);
			module = NULL;
		}
	}
	return module;
}

struct ndpi_detection_module_struct *appid_ndpi_new(void)
{
	struct ndpi_detection_module_struct *module;

	pthread_mutex_lock(&making);
	module = spare ? spare : make();
	spare = NULL;
	pthread_mutex_unlock(&making);
	return module;
}

void appid_ndpi_prepare(void)
{
	pthread_mutex_lock(&making);
	if (!spare)
		spare = make();
	pthread_mutex_unlock(&making);
}

void appid_ndpi_unprepare(void)
{
	pthread_mutex_lock(&making);
	appid_ndpi_free(spare);
	spare = NULL;
	pthread_mutex_unlock(&making);
}

void appid_ndpi_free(struct ndpi_detection_module_struct *module)
{
	if (module)
		ndpi_exit_detection_module(module);
}

size_t appid_ndpi_state_size(void)
{
	return sizeof(struct ndpi_flow_struct);
}

void appid_ndpi_state_done(struct ndpi_flow_struct *state)
{
	ndpi_free_flow_data(state);
}

/* Releases forget the category in some of their answers; each has it in its tables. */
static struct appid_label label_of(struct ndpi_detection_module_struct *module,
                                   ndpi_protocol p)
{
	struct appid_label label = { .protocol = SHAPE_MASTER(p),
		                     .application = SHAPE_APP(p) };

	if (appid_known(label) && p.category == NDPI_PROTOCOL_CATEGORY_UNSPECIFIED)
		p.category = ndpi_get_proto_category(module, p);
	label.category = (uint8_t)p.category;
	return label;
}

/*
 * Where no name says whose service it is, the server's address may.  nDPI 4.2 does so by
 * itself; later ones leave it to the caller.
 */
static ndpi_protocol with_owner(const struct ndpi_flow_struct *state, ndpi_protocol p)
{
	uint16_t carrier = SHAPE_APP(p), owner = SHAPE_OWNER(state);

	if (owner && !SHAPE_MASTER(p) &&
	    (carrier == NDPI_PROTOCOL_HTTP || carrier == NDPI_PROTOCOL_TLS ||
	     carrier == NDPI_PROTOCOL_QUIC)) {
		SHAPE_MASTER(p) = carrier;
		SHAPE_APP(p) = owner;
		p.category = NDPI_PROTOCOL_CATEGORY_UNSPECIFIED;
	}
	return p;
}

struct appid_label appid_ndpi_packet(struct ndpi_detection_module_struct *module,
                                     struct ndpi_flow_struct *state,
                                     const struct flow *flow, unsigned dir,
                                     struct bytes ip, int64_t time)
{
	unsigned char way = dir == TO_SERVER ? DIR_TO_SERVER : DIR_TO_CLIENT;
	unsigned char begun = flow->midstream ? BEGINNING_MISSED : BEGINNING_SEEN;
	ndpi_protocol p = SHAPE_PACKET(module, state, ip.p, (unsigned short)ip.n,
	                               (uint64_t)time / 1000000, way, begun);

	return label_of(module, with_owner(state, p));
}

bool appid_ndpi_wants_more(const struct ndpi_flow_struct *state)
{
	return SHAPE_WANTS_MORE(state);
}

struct appid_label appid_ndpi_found(struct ndpi_detection_module_struct *module,
                                    const struct ndpi_flow_struct *state)
{
	ndpi_protocol p = { .category = state->category };

	SHAPE_MASTER(p) = state->detected_protocol_stack[1];
	SHAPE_APP(p) = state->detected_protocol_stack[0];
	return label_of(module, with_owner(state, p));
}

struct appid_label appid_ndpi_give_up(struct ndpi_detection_module_struct *module,
                                      struct ndpi_flow_struct *state)
{
	uint8_t guessed = 0;

	return label_of(module, with_owner(state, SHAPE_GIVE_UP(module, state, guessed)));
}

/* An IPv4 address as a number; 0 of an IPv6 one, which this call does not take. */
static uint32_t v4_number(const struct addr *addr)
{
	const uint8_t *b = addr->b + 12;

	if (!addr_is_v4(addr))
		return 0;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

struct appid_label appid_ndpi_guess(struct ndpi_detection_module_struct *module,
                                    const struct flow *flow)
{
	return label_of(module, SHAPE_GUESS(module, flow->proto, v4_number(&flow->client),
	                                    flow->client_port, v4_number(&flow->server),
	                                    flow->server_port));
}

const char *appid_ndpi_name(const struct ndpi_flow_struct *state)
{
	return state->host_server_name;
}

bool appid_ndpi_names_another(uint16_t protocol)
{
	switch (protocol) {
	case NDPI_PROTOCOL_DNS:
	case NDPI_PROTOCOL_MDNS:
	case NDPI_PROTOCOL_LLMNR:
	case NDPI_PROTOCOL_NETBIOS:
	case NDPI_PROTOCOL_DHCP:
	case NDPI_PROTOCOL_DHCPV6:
	case NDPI_PROTOCOL_KERBEROS:
	case NDPI_PROTOCOL_SSDP:
	case NDPI_PROTOCOL_STUN:
	case NDPI_PROTOCOL_WHOIS_DAS: return true;
	default: return false;
	}
}

const char *appid_ndpi_protocol(struct ndpi_detection_module_struct *module,
                                uint16_t protocol)
{
	return ndpi_get_proto_name(module, protocol);
}

const char *appid_ndpi_category(struct ndpi_detection_module_struct *module,
                                uint8_t category)
{
	return ndpi_category_get_name(module, (ndpi_protocol_category_t)category);
}
