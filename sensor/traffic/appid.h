// SPDX-License-Identifier: Apache-2.0
/*
 * appid.h - which application is a flow?  The door to nDPI.
 *
 * One per shard, so that what nDPI remembers across flows does not depend on the number
 * of workers.  Its state of a flow (700 to 1,200 bytes) is freed as soon as it has made
 * up its mind. Its answer is a label; nothing waits for it.
 */
#ifndef TRAFFIC_APPID_H
#define TRAFFIC_APPID_H

#include "traffic/flow.h"

enum appid_state {
	APPID_NOT_YET,
	APPID_WAITS, /* first.h keeps its first datagram; flow->appid says where */
	APPID_DECIDED,
	APPID_OFF
};

struct appid;
struct error;

/* flows: in decision at the same time; packets: with payload, shown for a flow at most.
 */
struct appid *appid_new(uint32_t flows, uint32_t packets, struct counters *counters,
                        struct error *err);
void appid_free(struct appid *appid);
uint32_t appid_used(const struct appid *appid); /* flows in decision, and names kept */
/* As appid_ndpi_prepare: before threads take on their roles, and at the end. */
void appid_prepare(void);
void appid_unprepare(void);

struct fill appid_fill(const struct appid *appid);

/*
 * Shows p to nDPI while it has not decided.  True when the flow has just been decided (or
 * given up: app is 0, or what its port suggests).
 */
bool appid_take(struct appid *appid, struct flow *flow, unsigned dir,
                const struct packet *p);
/* The flow is over: nDPI's last word, and its state is freed. */
void appid_end(struct appid *appid, struct flow *flow);
/* The last records of the flow have been made: its server's name is freed, too. */
void appid_forget(struct appid *appid, struct flow *flow);

/* Names of a decided flow, static for nDPI's life; never NULL ("unknown"). As nDPI writes
 * them ("HTTP", "TLS"). */
const char *appid_protocol(const struct appid *appid,
                           const struct flow *flow); /* "TLS" of "TLS.Dropbox" */
const char *appid_application(const struct appid *appid,
                              const struct flow *flow); /* "Dropbox", or the protocol's */
const char *appid_category(const struct appid *appid,
                           const struct flow *flow); /* "Cloud" */
/*
 * The host name nDPI read (SNI, Host, QUIC), kept after the decision in a bounded table
 * of the shard's; "" where none.
 */
const char *appid_server_name(const struct appid *appid, const struct flow *flow);

const char *appid_library_version(void);

#endif
