// SPDX-License-Identifier: Apache-2.0
/*
 * session.h - who says what to whom: drives the dissectors over a flow's streams.
 *
 * It chooses a dissector by how a stream begins, hands it the framing, moves counters for
 * the content, acts on its notes, and hands content to content/, where archives are read
 * by dissectors in the same way.  One shard, one thread; nothing is allocated after
 * session_table_new.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "content/transfer.h"
#include "dissectors/context.h"
#include "policy/policy.h"
#include "traffic/flow.h"

struct session_table;

/* Told of every edge of a top-level transfer; with EDGE_CLOSED it is gone after the call.
 */
struct session_hooks {
	void (*edge)(void *arg, struct flow *flow, struct transfer *t, unsigned edges);
	void *arg;
};

struct session_table *session_table_new(const struct policy *policy,
                                        struct transfer_table *transfers, uint32_t max,
                                        const struct session_hooks *hooks,
                                        struct counters *counters, struct error *err);
void session_table_free(struct session_table *table);
/* Another policy of the same run: signatures, and how streams begin, are the same. */
void session_table_adopt(struct session_table *table, const struct policy *policy);
/* Every transfer under way on the flow is looked at again when more of it comes. */
void session_remark(const struct flow *flow);
/* What is left out from here on. */
void session_table_load(struct session_table *table, enum load load);
uint32_t session_table_used(const struct session_table *table); /* of all its pools */
struct fill session_table_fill(const struct session_table *table);

/* See stream_reader: bytes of a direction in order.  now: the packet at hand. */
void session_deliver(struct session_table *table, struct flow *flow, unsigned dir,
                     struct bytes seen, uint64_t length, bool lost,
                     const struct moment *now);
/*
 * A datagram of a flow over UDP.  Gives what it says of names, good until the next call,
 * or NULL where nobody reads it.
 */
const struct dissect_out *session_datagram(struct session_table *table,
                                           const struct flow *flow, unsigned dir,
                                           struct bytes seen);
/* Whether anybody would. */
bool session_reads_datagrams(const struct flow *flow);
/* The direction is over. */
void session_finished(struct session_table *table, struct flow *flow, unsigned dir,
                      bool complete, const struct moment *now);
/* nDPI has named the flow's protocol: a dissector of that name takes over where none was
 * chosen. */
void session_named(struct session_table *table, struct flow *flow, const char *protocol);
/* The flow is over: what is open is closed, and the session is gone. */
void session_end(struct session_table *table, struct flow *flow,
                 const struct moment *now);

/* What was read of the exchange under way; NULL where no dissector reads the flow. */
const struct context *session_context(const struct flow *flow);

/*
 * True where the flow's client is, to its application, the server (possible only for
 * flows picked up in the middle).
 */
bool session_swapped(const struct flow *flow);

#endif
