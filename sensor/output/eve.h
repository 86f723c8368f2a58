// SPDX-License-Identifier: Apache-2.0
/*
 * eve.h - one event as one line of EVE JSON.
 *
 * Keys that Suricata has keep Suricata's meaning; all others stand in the object `egret`,
 * which comes last.  No allocation, no snprintf.  One thread.
 */
#ifndef OUTPUT_EVE_H
#define OUTPUT_EVE_H

#include "base/json.h"
#include "ledger/names.h"

/* The same for every record of a run. */
struct eve {
	const char *run;
	const char *const *input_names;
	size_t input_count;
	bool interfaces; /* the inputs are interfaces */
	/* What became of the records, in a stats record; NULL: nothing to be said. */
	void (*write_sinks)(void *sinks, struct json *j);
	void *sinks;
	/* of the record at hand: */
	struct end_names ends;
	bool alerted; /* the flow of this record has had an alert */
};

/* A record; seq is its number.  brief: without all that can be long. */
void eve_write(struct json *j, const struct eve *eve, const struct event *event,
               uint64_t seq, bool brief);

/* A stats record: all parts are in. */
struct stats;
struct tally;
void eve_write_stats(struct json *j, const struct eve *eve, const struct stats *stats,
                     const struct tally *tally, uint64_t seq);

/*
 * What follows is shared by the files that eve_write is made of.
 */

/* "timestamp" and its kin. */
void eve_time(struct json *j, const char *key, int64_t ns);
/* An address. */
void eve_addr(struct json *j, const char *key, const struct addr *a);
/* 16 hexadecimal digits: 64 bits are too many for the numbers of most readers. */
void eve_hex(struct json *j, const char *key, uint64_t id);
void eve_wire_name(struct json *j, const char *key, const struct wire_name *name);
/* Milliseconds as seconds. */
void eve_seconds(struct json *j, const char *key, uint64_t milliseconds);
/* Opens "egret" with what every record has. */
void eve_open_egret(struct json *j, const struct eve *eve, uint64_t seq);

/* Does the data of this event come from the flow's client? */
bool event_from_client(const struct event *event);
/* Ports mean something in it. */
bool proto_has_ports(uint8_t proto);
/* "TCP"; NULL where there is only a number. */
const char *proto_name(uint8_t proto);

/* eve_ends.c: egret.inside and egret.outside, where something is known */
void eve_ends(struct json *j, const struct end_names *ends);

/* eve_flow.c: `flow` and `tcp` of a flow record, `flow` of an alert, what egret has of
 * both */
void eve_flow(struct json *j, const struct flow_event *flow, bool alerted);
void eve_flow_of_alert(struct json *j, const struct flow_event *flow);
void eve_tcp(struct json *j, const struct flow_event *flow);
void eve_flow_egret(struct json *j, const struct flow_event *flow);
void eve_totals(struct json *j, const struct flow_event *flow);
void eve_delta(struct json *j, const struct flow_event *flow);

/* eve_transfer.c: `fileinfo`, `files` of an alert, and egret.transfer */
void eve_fileinfo(struct json *j, const struct transfer_event *t);
void eve_files(struct json *j, const struct transfer_event *t);
void eve_transfer(struct json *j, const struct transfer_event *t, bool brief);

/* eve_alert.c: `alert`, and what egret says of it */
void eve_alert(struct json *j, const struct rule *rule, bool brief);
void eve_alert_egret(struct json *j, const struct event *event, bool brief);
/* What the dissector read: an object of its name, where EVE has one. */
void eve_context(struct json *j, const struct context *context);

#endif
