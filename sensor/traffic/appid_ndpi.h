// SPDX-License-Identifier: Apache-2.0
/*
 * appid_ndpi.h - nDPI in egret's words, the same for each of its releases.
 *
 * Private to appid.c, which holds what is asked when; how it is asked is here.  A module
 * and the states shown to it belong to one thread.
 */
#ifndef TRAFFIC_APPID_NDPI_H
#define TRAFFIC_APPID_NDPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct ndpi_detection_module_struct; /* a shard's */
struct ndpi_flow_struct;             /* a flow's, while it is in decision */
struct error;
struct flow;

/* TLS and Dropbox of "TLS.Dropbox", in nDPI's numbers; 0: unknown. */
struct appid_label {
	uint16_t protocol, application;
	uint8_t category;
};

static inline bool appid_known(struct appid_label label)
{
	return label.protocol || label.application;
}

/* False, with err: the library is not the one whose headers egret was built with. */
bool appid_ndpi_fits(struct error *err);
const char *appid_ndpi_version(void);

/* Some 30 ms; NULL where there is no memory.  No two threads are in it at a time. */
struct ndpi_detection_module_struct *appid_ndpi_new(void);
/*
 * Makes one ahead, for whoever asks first: libraries beneath it read files when they are
 * first used, which a thread in its sandbox may not.  The other gives it up unused.
 */
void appid_ndpi_prepare(void);
void appid_ndpi_unprepare(void);
void appid_ndpi_free(struct ndpi_detection_module_struct *module); /* NULL is fine */

/* A state is this many bytes of the caller's, zero before its first packet. */
size_t appid_ndpi_state_size(void);
/* Frees what hangs from it; it can be zeroed and used again. */
void appid_ndpi_state_done(struct ndpi_flow_struct *state);

/* Shows a packet from its IP header on.  time: ns. */
struct appid_label appid_ndpi_packet(struct ndpi_detection_module_struct *module,
                                     struct ndpi_flow_struct *state,
                                     const struct flow *flow, unsigned dir,
                                     struct bytes ip, int64_t time);
/* Knows the protocol already, and reads on for the server's name. */
bool appid_ndpi_wants_more(const struct ndpi_flow_struct *state);
/* What it came to by now, without a guess; its last word, and what ports suggest. */
struct appid_label appid_ndpi_found(struct ndpi_detection_module_struct *module,
                                    const struct ndpi_flow_struct *state);
struct appid_label appid_ndpi_give_up(struct ndpi_detection_module_struct *module,
                                      struct ndpi_flow_struct *state);
struct appid_label appid_ndpi_guess(struct ndpi_detection_module_struct *module,
                                    const struct flow *flow);

/* The name it read in the flow, as it was written; "" for none. */
const char *appid_ndpi_name(const struct ndpi_flow_struct *state);
/* In this protocol the name is one asked about, not the server's. */
bool appid_ndpi_names_another(uint16_t protocol);

/* As nDPI writes them; NULL where it has no name. */
const char *appid_ndpi_protocol(struct ndpi_detection_module_struct *module,
                                uint16_t protocol);
const char *appid_ndpi_category(struct ndpi_detection_module_struct *module,
                                uint8_t category);

#endif
