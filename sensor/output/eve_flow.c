// SPDX-License-Identifier: Apache-2.0
/*
 * eve_flow.c - what EVE says of a flow: packets, bytes, times, TCP flags, and what left.
 */
#include "output/eve.h"

static void eve_counts(struct json *j, const struct flow_event *f)
{
	json_u64(j, "pkts_toserver", f->dir[0].packets);
	json_u64(j, "pkts_toclient", f->dir[1].packets);
	json_u64(j, "bytes_toserver", f->dir[0].wire);
	json_u64(j, "bytes_toclient", f->dir[1].wire);
	eve_time(j, "start", f->first);
}

void eve_flow(struct json *j, const struct flow_event *f, bool alerted)
{
	json_object(j, "flow");
	eve_counts(j, f);
	eve_time(j, "end", f->last);
	json_u64(j, "age",
	         f->last > f->first ? (uint64_t)(f->last - f->first) / 1000000000 : 0);
	json_text(j, "state", flow_state_word(f->state));
	json_text(j, "reason", flow_end_word(f->ended));
	json_bool(j, "alerted", alerted);
	json_object_end(j);
}

/* An alert's own src and dest are who sent and who received the data; here are the roles.
 */
void eve_flow_of_alert(struct json *j, const struct flow_event *f)
{
	json_object(j, "flow");
	eve_counts(j, f);
	eve_addr(j, "src_ip", &f->client);
	eve_addr(j, "dest_ip", &f->server);
	if (proto_has_ports(f->proto)) {
		json_u64(j, "src_port", f->client_port);
		json_u64(j, "dest_port", f->server_port);
	}
	json_object_end(j);
}

static void eve_flags(struct json *j, const char *key, uint8_t flags)
{
	static const char digits[] = "0123456789abcdef";
	char text[3] = { digits[flags >> 4], digits[flags & 15], 0 };

	json_text(j, key, text);
}

static const char *tcp_state(const struct flow_event *f)
{
	enum { SYN = 2, RST = 4 };

	if (strcmp(flow_state_word(f->state), "new") != 0)
		return flow_state_word(f->state);
	if (f->tcp_flags[1] & SYN)
		return "syn_recv";
	return f->tcp_flags[0] & SYN ? "syn_sent" : "none";
}

void eve_tcp(struct json *j, const struct flow_event *f)
{
	static const char *const names[] = { "fin", "syn", "rst", "psh",
		                             "ack", "urg", "ecn", "cwr" };
	uint8_t both = f->tcp_flags[0] | f->tcp_flags[1];

	if (f->proto != 6)
		return;
	json_object(j, "tcp");
	eve_flags(j, "tcp_flags", both);
	eve_flags(j, "tcp_flags_ts", f->tcp_flags[0]);
	eve_flags(j, "tcp_flags_tc", f->tcp_flags[1]);
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (both & 1u << i)
			json_bool(j, names[i], true);
	json_text(j, "state", tcp_state(f));
	if (f->dir[0].missing)
		json_bool(j, "ts_gap", true);
	if (f->dir[1].missing)
		json_bool(j, "tc_gap", true);
	json_object_end(j);
}

/* Who opened it. */
static enum heading flow_heading(const struct flow_event *f)
{
	if (f->client_inside)
		return f->server_inside ? HEADING_INTERNAL : HEADING_OUTBOUND;
	return f->server_inside ? HEADING_INBOUND : HEADING_EXTERNAL;
}

void eve_totals(struct json *j, const struct flow_event *f)
{
	json_u64(j, "leaving_bytes", f->leaving);
	json_u64(j, "entering_bytes", f->entering);
}

/* What the flow_update before this record has not told. */
void eve_delta(struct json *j, const struct flow_event *f)
{
	json_object(j, "delta");
	json_u64(j, "leaving_bytes", f->delta.leaving);
	json_u64(j, "entering_bytes", f->delta.entering);
	json_u64(j, "payload_toserver", f->delta.payload[0]);
	json_u64(j, "payload_toclient", f->delta.payload[1]);
	json_u64(j, "packets_toserver", f->delta.packets[0]);
	json_u64(j, "packets_toclient", f->delta.packets[1]);
	json_object_end(j);
}

static void eve_label(struct json *j, const char *key, const char *text)
{
	if (text[0])
		json_bytes(j, key, bytes_of(text));
}

void eve_flow_egret(struct json *j, const struct flow_event *f)
{
	double both = (double)f->leaving + (double)f->entering;

	json_u64(j, "payload_toserver", f->dir[0].payload);
	json_u64(j, "payload_toclient", f->dir[1].payload);
	eve_totals(j, f);
	json_u64(j, "missing_toserver", f->dir[0].missing);
	json_u64(j, "missing_toclient", f->dir[1].missing);
	if (both > 0)
		json_decimal(j, "pcr", ((double)f->leaving - (double)f->entering) / both,
		             3);
	eve_label(j, "application", f->application[0] ? f->application : f->protocol);
	eve_label(j, "category", f->category);
	eve_label(j, "server_name", f->server_name);
	if (!f->nowhere)
		json_text(j, "direction", heading_name(flow_heading(f)));
	json_bool(j, "midstream", f->midstream);
}
