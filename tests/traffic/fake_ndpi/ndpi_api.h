// SPDX-License-Identifier: Apache-2.0
/*
 * ndpi_api.h - an nDPI that knows nothing and says how it was called.
 *
 * Without a macro it is called as nDPI 4.2 is; each macro is a thing that a later release
 * calls differently, so that configure has something to find out.  Declarations only of
 * what egret calls, in our own words.
 */
#ifndef FAKE_NDPI_API_H
#define FAKE_NDPI_API_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NDPI_API_VERSION 1
#define NDPI_MAJOR       9
#define NDPI_MINOR       8
#define NDPI_PATCH       7

typedef enum {
	NDPI_PROTOCOL_CATEGORY_UNSPECIFIED,
	FAKE_CATEGORY = 5
} ndpi_protocol_category_t;

enum {
	NDPI_PROTOCOL_DNS = 5,
	NDPI_PROTOCOL_MDNS,
	NDPI_PROTOCOL_LLMNR,
	NDPI_PROTOCOL_NETBIOS,
	NDPI_PROTOCOL_DHCP,
	NDPI_PROTOCOL_DHCPV6,
	NDPI_PROTOCOL_KERBEROS,
	NDPI_PROTOCOL_SSDP,
	NDPI_PROTOCOL_STUN,
	NDPI_PROTOCOL_WHOIS_DAS,
	NDPI_PROTOCOL_HTTP = 90,
	NDPI_PROTOCOL_TLS,
	NDPI_PROTOCOL_QUIC,
	FAKE_SERVICE = 126,
	FAKE_OWNER = 127,
	FAKE_GUESS = 22
};

struct ndpi_detection_module_struct {
	int complete;
};

struct ndpi_flow_struct {
	uint16_t detected_protocol_stack[2];
	ndpi_protocol_category_t category;
	char host_server_name[80];
#ifndef FAKE_MORE_IS_A_FUNCTION
	uint8_t check_extra_packets : 1;
#endif
#ifdef FAKE_OWNERS
	uint16_t guessed_protocol_id_by_ip;
#endif
	int (*extra_packets_func)(struct ndpi_detection_module_struct *,
	                          struct ndpi_flow_struct *);
};

#ifdef FAKE_PAIR
typedef struct {
	uint16_t master_protocol, app_protocol;
} ndpi_master_app_protocol;
typedef struct ndpi_proto {
	ndpi_master_app_protocol proto;
	uint16_t protocol_by_ip;
	ndpi_protocol_category_t category;
} ndpi_protocol;
#define FAKE_PROTOCOL(master, app)                      \
	{                                               \
		.proto = { master, app }, .category = 0 \
	}
#define FAKE_APP(p) (p).proto.app_protocol
#else
typedef struct ndpi_proto {
	uint16_t master_protocol, app_protocol;
	ndpi_protocol_category_t category;
} ndpi_protocol;
#define FAKE_PROTOCOL(master, app) \
	{                          \
		master, app, 0     \
	}
#define FAKE_APP(p) (p).app_protocol
#endif

static inline uint16_t ndpi_get_api_version(void)
{
	return NDPI_API_VERSION;
}

static inline char *ndpi_revision(void)
{
	return "fake";
}

static inline uint32_t ndpi_detection_get_sizeof_ndpi_flow_struct(void)
{
	return sizeof(struct ndpi_flow_struct);
}

#ifdef FAKE_CONTEXT
struct ndpi_global_context;
#endif
#ifdef FAKE_LICENSE
enum ndpi_license_type {
	NDPI_LICENSE_NOT_FOR_PROFIT_LGPL = 1,
	NDPI_LICENSE_FOR_PROFIT_LGPL,
	NDPI_LICENSE_FOR_PROFIT_DUAL_LICENSE
};
#endif
#ifndef FAKE_CONTEXT
typedef uint32_t ndpi_init_prefs;
enum { ndpi_no_prefs };
#endif

static inline struct ndpi_detection_module_struct *ndpi_init_detection_module(
#if defined(FAKE_LICENSE)
	struct ndpi_global_context *context, enum ndpi_license_type license)
{
	printf("new, context %d, license %d\n", context != NULL, (int)license);
#elif defined(FAKE_CONTEXT)
	struct ndpi_global_context *context)
{
	printf("new, context %d\n", context != NULL);
#else
	ndpi_init_prefs prefs)
{
	printf("new, prefs %u\n", prefs);
#endif
	return calloc(1, sizeof(struct ndpi_detection_module_struct));
}

#ifndef FAKE_NO_BITMASK
typedef struct {
	uint32_t bits[2];
} NDPI_PROTOCOL_BITMASK;
#define NDPI_BITMASK_SET_ALL(mask) memset(&(mask), 0xff, sizeof(mask))

static inline void
ndpi_set_protocol_detection_bitmask2(struct ndpi_detection_module_struct *module,
                                     const NDPI_PROTOCOL_BITMASK *mask)
{
	printf("enabled %x\n", mask->bits[module->complete]);
}
#endif

#ifdef FAKE_CONFIG
static inline int ndpi_set_config(struct ndpi_detection_module_struct *module,
                                  const char *protocol, const char *key,
                                  const char *value)
{
	printf("%s = %s, before the end: %d\n", protocol ? protocol : key, value,
	       !module->complete);
	return 0;
}
#endif

#ifdef FAKE_FINALIZE_SAYS
static inline int
ndpi_finalize_initialization(struct ndpi_detection_module_struct *module)
{
	module->complete = 1;
	return getenv("FAKE_FAILS") != NULL;
}
#else
static inline void
ndpi_finalize_initialization(struct ndpi_detection_module_struct *module)
{
	module->complete = 1;
}
#endif

static inline void ndpi_exit_detection_module(struct ndpi_detection_module_struct *module)
{
	printf("exit, complete %d\n", module->complete);
	free(module);
}

static inline void ndpi_free_flow_data(struct ndpi_flow_struct *state)
{
	printf("freed %s\n", state->host_server_name);
}

static inline ndpi_protocol fake_found(struct ndpi_flow_struct *state, uint16_t master,
                                       uint16_t app)
{
	ndpi_protocol p = FAKE_PROTOCOL(master, app);

	state->detected_protocol_stack[1] = master;
	state->detected_protocol_stack[0] = app;
	return p;
}

static inline int fake_more(struct ndpi_detection_module_struct *module,
                            struct ndpi_flow_struct *state)
{
	return module->complete && state->category;
}

#ifdef FAKE_DIRECTION
struct ndpi_flow_input_info {
	unsigned char in_pkt_dir, seen_flow_beginning;
};
#endif

static inline ndpi_protocol
ndpi_detection_process_packet(struct ndpi_detection_module_struct *module,
                              struct ndpi_flow_struct *state, const unsigned char *packet,
                              const unsigned short length, const uint64_t ms
#ifdef FAKE_DIRECTION
                              ,
                              const struct ndpi_flow_input_info *info)
{
	printf("direction %u, beginning %u\n", info->in_pkt_dir,
	       info->seen_flow_beginning);
#else
)
{
#endif
	printf("packet %02x of %u bytes at %lu ms\n", packet[0], length,
	       (unsigned long)ms);
	strcpy(state->host_server_name, module->complete ? "Files.example" : "");
	state->extra_packets_func = fake_more;
#ifdef FAKE_OWNERS
	state->guessed_protocol_id_by_ip = FAKE_OWNER;
#endif
#ifndef FAKE_MORE_IS_A_FUNCTION
	state->check_extra_packets = 1;
#endif
#ifdef FAKE_OWNERS
	return fake_found(state, 0, NDPI_PROTOCOL_TLS);
#else
	return fake_found(state, NDPI_PROTOCOL_TLS, FAKE_SERVICE);
#endif
}

static inline ndpi_protocol
ndpi_detection_giveup(struct ndpi_detection_module_struct *module,
                      struct ndpi_flow_struct *state
#if defined(FAKE_GIVE_UP_3) || !defined(FAKE_GIVE_UP_2)
#ifndef FAKE_GIVE_UP_3
                      ,
                      uint8_t enable_guess
#endif
                      ,
                      uint8_t *guessed
#endif
#ifdef FAKE_GIVE_UP_UNHEARD_OF
                      ,
                      int why, int since_when
#endif
)
{
#if !defined(FAKE_GIVE_UP_3) && !defined(FAKE_GIVE_UP_2)
	printf("give up, guess %u\n", enable_guess);
#endif
#ifndef FAKE_GIVE_UP_2
	*guessed = 1;
#endif
#ifdef FAKE_GIVE_UP_UNHEARD_OF
	printf("%d %d\n", why, since_when);
#endif
	printf("given up, complete %d\n", module->complete);
	return fake_found(state, 0, NDPI_PROTOCOL_TLS);
}

static inline ndpi_protocol
#ifdef FAKE_GUESS_V4
ndpi_guess_undetected_protocol_v4(
#else
ndpi_guess_undetected_protocol(
#endif
	struct ndpi_detection_module_struct *module, struct ndpi_flow_struct *state,
	uint8_t protocol, uint32_t client, uint16_t client_port, uint32_t server,
	uint16_t server_port)
{
	ndpi_protocol p = FAKE_PROTOCOL(0, FAKE_GUESS);

	printf("guess %d %u %08x:%u %08x:%u, complete %d\n", state != NULL, protocol,
	       client, client_port, server, server_port, module->complete);
	return p;
}

#ifdef FAKE_GUESS_V4
static inline ndpi_protocol
ndpi_guess_undetected_protocol(struct ndpi_detection_module_struct *module,
                               struct ndpi_flow_struct *state, uint8_t protocol)
{
	ndpi_protocol p = FAKE_PROTOCOL(0, 0);

	printf("no ports for %u, %d %d\n", protocol, state != NULL, module->complete);
	return p;
}
#endif

static inline ndpi_protocol_category_t
ndpi_get_proto_category(struct ndpi_detection_module_struct *module, ndpi_protocol p)
{
	return module->complete && FAKE_APP(p) ? FAKE_CATEGORY : 0;
}

static inline char *ndpi_get_proto_name(struct ndpi_detection_module_struct *module,
                                        uint16_t protocol)
{
	return module->complete && protocol == NDPI_PROTOCOL_TLS ? "TLS" : "another";
}

static inline const char *
ndpi_category_get_name(struct ndpi_detection_module_struct *module,
                       ndpi_protocol_category_t category)
{
	return module->complete && category == FAKE_CATEGORY ? "Cloud" : "another";
}

#endif
