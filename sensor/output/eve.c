// SPDX-License-Identifier: Apache-2.0
/*
 * eve.c - the keys that all records share, and which part comes after which.
 *
 * Runs on the output's thread, once a record; what it writes for a flow is what most of
 * the time goes into, so it copies and adds, and never formats.
 */
#include "output/eve.h"

#include "base/icmp.h"
#include "base/units.h"
#include "output/community_id.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, SCTP = 132 };

void eve_time(struct json *j, const char *key, int64_t ns)
{
	char text[UNITS_TEXT + 8];

	json_text(j, key, units_say_time(text, ns));
}

void eve_addr(struct json *j, const char *key, const struct addr *a)
{
	char text[ADDR_TEXT];

	json_text(j, key, addr_say(text, a));
}

void eve_hex(struct json *j, const char *key, uint64_t id)
{
	static const char digits[] = "0123456789abcdef";
	char text[17];

	for (unsigned i = 0; i < 16; i++)
		text[i] = digits[id >> (60 - 4 * i) & 15];
	text[16] = 0;
	json_text(j, key, text);
}

void eve_wire_name(struct json *j, const char *key, const struct wire_name *name)
{
	if (name->n > 0)
		json_bytes(j, key, (struct bytes){ (const uint8_t *)name->b, name->n });
}

void eve_seconds(struct json *j, const char *key, uint64_t milliseconds)
{
	json_decimal(j, key, (double)milliseconds / 1000, 3);
}

void eve_open_egret(struct json *j, const struct eve *eve, uint64_t seq)
{
	json_object(j, "egret");
	json_u64(j, "seq", seq);
	json_text(j, "run", eve->run);
}

/*
 * Who sent the data?  Of a transfer its dissector knows; of a flow it is who sent more,
 * but where one end is inside, what left or entered decides: it has both directions'
 * losses in.
 */
bool event_from_client(const struct event *event)
{
	const struct flow_event *f = &event->flow;

	if (event->kind == EVENT_FILEINFO || event->alert.about_transfer)
		return event->transfer.from_client;
	if (f->client_inside != f->server_inside && f->leaving != f->entering)
		return f->client_inside == (f->leaving > f->entering);
	return f->dir[0].payload + f->dir[0].missing >=
	       f->dir[1].payload + f->dir[1].missing;
}

bool proto_has_ports(uint8_t proto)
{
	return proto == TCP || proto == UDP || proto == SCTP;
}

const char *proto_name(uint8_t proto)
{
	switch (proto) {
	case ICMP: return "ICMP";
	case 2: return "IGMP";
	case 4: return "IPv4";
	case TCP: return "TCP";
	case UDP: return "UDP";
	case 41: return "IPv6";
	case 47: return "GRE";
	case 50: return "ESP";
	case 51: return "AH";
	case ICMPV6: return "IPv6-ICMP";
	case SCTP: return "SCTP";
	default: return NULL;
	}
}

static void eve_proto(struct json *j, uint8_t proto)
{
	const char *name = proto_name(proto);
	char number[4], *p = number + sizeof(number) - 1;

	if (name) {
		json_text(j, "proto", name);
		return;
	}
	*p = 0;
	do {
		*--p = (char)('0' + proto % 10);
		proto = (uint8_t)(proto / 10);
	} while (proto);
	json_text(j, "proto", p);
}

/* Suricata has type and code of ICMP in place of ports, and those of the answer. */
static void eve_icmp(struct json *j, const struct flow_event *f)
{
	int answer = icmp_answer(f->proto, f->client_port);

	json_u64(j, "icmp_type", f->client_port);
	json_u64(j, "icmp_code", answer < 0 ? f->server_port : 0);
	if (answer >= 0 && f->dir[1].packets) {
		json_u64(j, "response_icmp_type", (uint64_t)answer);
		json_u64(j, "response_icmp_code", 0);
	}
}

/* How the packets came: Suricata's words, and of its making where it has none. */
static const char *packet_source(uint8_t kind)
{
	static const char *const words[] = {
		[TUNNEL_NONE] = "wire/pcap",
		[TUNNEL_IPV4] = "ipv4 tunnel",
		[TUNNEL_IPV6] = "ipv6 tunnel",
		[TUNNEL_TEREDO] = "teredo tunnel",
		[TUNNEL_GRE] = "gre tunnel",
		[TUNNEL_ERSPAN] = "erspan tunnel",
		[TUNNEL_VXLAN] = "vxlan encapsulation",
		[TUNNEL_GENEVE] = "geneve encapsulation",
		[TUNNEL_GTP] = "gtp tunnel",
		[TUNNEL_L2TP] = "l2tp tunnel",
		[TUNNEL_CAPWAP] = "capwap tunnel",
		[TUNNEL_LISP] = "lisp tunnel",
		[TUNNEL_TZSP] = "tzsp encapsulation",
		[TUNNEL_MPLS] = "mpls tunnel",
		[TUNNEL_ETHERNET] = "ethernet tunnel",
	};

	return words[kind];
}

/* The outermost carrier, turned as the record is. */
static void eve_tunnel(struct json *j, const struct tunnel *t, bool turned)
{
	bool ports = proto_has_ports(t->proto);

	json_text(j, "pkt_src", packet_source(t->kind));
	json_object(j, "tunnel");
	eve_addr(j, "src_ip", turned ? &t->to : &t->from);
	if (ports)
		json_u64(j, "src_port", turned ? t->to_port : t->from_port);
	eve_addr(j, "dest_ip", turned ? &t->from : &t->to);
	if (ports)
		json_u64(j, "dest_port", turned ? t->from_port : t->to_port);
	eve_proto(j, t->proto);
	json_u64(j, "depth", t->depth);
	json_text(j, "pkt_src", packet_source(TUNNEL_NONE));
	json_object_end(j);
}

static const char *event_type(enum event_kind kind)
{
	switch (kind) {
	case EVENT_ALERT: return "alert";
	case EVENT_ALERT_UPDATE: return "alert_update";
	case EVENT_FILEINFO: return "fileinfo";
	case EVENT_FLOW: return "flow";
	case EVENT_FLOW_UPDATE: return "flow_update";
	case EVENT_STATS: return "stats";
	case EVENT_POLICY:
	case EVENT_TRIAL:
	case EVENT_NAMING:
	case EVENT_OPEN_FLOW:
	case EVENT_SUPPRESSED: break; /* are not written */
	}
	return NULL;
}

/* Everything from the timestamp on to community_id. */
static void eve_common(struct json *j, const struct eve *eve, const struct event *event)
{
	const struct flow_event *f = &event->flow;
	bool of_flow = event_of_flow(event->kind);
	bool turned = !of_flow && !event_from_client(event);
	bool ports = proto_has_ports(f->proto);
	char id[COMMUNITY_ID_TEXT];

	eve_time(j, "timestamp", event->time);
	json_u64(j, "flow_id", f->id);
	/* what was noticed between packets has no packet */
	if (eve->input_count && !eve->interfaces && event->order.packet &&
	    !event->order.closing)
		json_u64(j, "pcap_cnt", event->order.packet);
	json_text(j, "event_type", event_type(event->kind));
	if (f->vlan_count) {
		json_array(j, "vlan");
		for (unsigned i = 0; i < f->vlan_count && i < 2; i++)
			json_u64(j, NULL, f->vlan[i]);
		json_array_end(j);
	}
	eve_addr(j, "src_ip", turned ? &f->server : &f->client);
	if (ports)
		json_u64(j, "src_port", turned ? f->server_port : f->client_port);
	eve_addr(j, "dest_ip", turned ? &f->client : &f->server);
	if (ports)
		json_u64(j, "dest_port", turned ? f->client_port : f->server_port);
	eve_proto(j, f->proto);
	if (f->proto == ICMP || f->proto == ICMPV6)
		eve_icmp(j, f);
	if (f->tunnel.kind != TUNNEL_NONE)
		eve_tunnel(j, &f->tunnel, turned);
	if (f->app_proto[0])
		json_bytes(j, "app_proto", bytes_of(f->app_proto));
	if (!of_flow)
		json_text(j, "direction", turned ? "to_client" : "to_server");
	json_text(j, "community_id", community_id(id, f));
	if (f->input < eve->input_count)
		json_bytes(j, eve->interfaces ? "in_iface" : "pcap_filename",
		           bytes_of(eve->input_names[f->input]));
}

/* The objects of what was said on the flow. */
static void eve_said(struct json *j, const struct event *event)
{
	const struct flow_event *f = &event->flow;
	const struct dissector *read = event->context.dissector;

	eve_context(j, &event->context);
	if (read && strcmp(read->name, "tls") == 0)
		return;
	if (f->server_name[0] && strcmp(f->app_proto, "tls") == 0) {
		json_object(j, "tls");
		json_bytes(j, "sni", bytes_of(f->server_name));
		json_object_end(j);
	}
}

/* nDPI's word, as its plugin for Suricata has it: "TLS.Dropbox". */
static void eve_ndpi(struct json *j, const struct flow_event *f)
{
	char proto[sizeof(f->protocol) + sizeof(f->application) + 1];
	size_t n = strlen(f->protocol), m = strlen(f->application);

	if (n + m == 0)
		return;
	memcpy(proto, f->protocol, n);
	if (m && strcmp(f->protocol, f->application) != 0) {
		if (n)
			proto[n++] = '.';
		memcpy(proto + n, f->application, m);
		n += m;
	}
	json_object(j, "ndpi");
	json_bytes(j, "proto", (struct bytes){ (const uint8_t *)proto, n });
	if (f->category[0])
		json_text(j, "category", f->category);
	if (f->server_name[0])
		json_bytes(j, "hostname", bytes_of(f->server_name));
	json_object_end(j);
}

static void eve_write_alert(struct json *j, const struct eve *eve,
                            const struct event *event, uint64_t seq, bool brief)
{
	eve_alert(j, event->alert.rule, brief);
	if (!brief)
		eve_said(j, event);
	eve_ndpi(j, &event->flow);
	if (event->alert.about_transfer)
		eve_files(j, &event->transfer);
	eve_flow_of_alert(j, &event->flow);
	eve_open_egret(j, eve, seq);
	eve_ends(j, &eve->ends);
	eve_alert_egret(j, event, brief);
}

void eve_write(struct json *j, const struct eve *eve, const struct event *event,
               uint64_t seq, bool brief)
{
	json_object(j, NULL);
	eve_common(j, eve, event);
	switch (event->kind) {
	case EVENT_ALERT:
	case EVENT_ALERT_UPDATE: eve_write_alert(j, eve, event, seq, brief); break;
	case EVENT_FILEINFO:
		eve_fileinfo(j, &event->transfer);
		if (!brief)
			eve_said(j, event);
		eve_open_egret(j, eve, seq);
		eve_ends(j, &eve->ends);
		eve_transfer(j, &event->transfer, brief);
		break;
	case EVENT_FLOW:
	case EVENT_FLOW_UPDATE:
		eve_flow(j, &event->flow, eve->alerted);
		eve_tcp(j, &event->flow);
		eve_open_egret(j, eve, seq);
		eve_ends(j, &eve->ends);
		eve_flow_egret(j, &event->flow);
		if (event->kind == EVENT_FLOW_UPDATE || event->flow.updated)
			eve_delta(j, &event->flow);
		break;
	case EVENT_POLICY:
	case EVENT_TRIAL:
	case EVENT_NAMING:
	case EVENT_SUPPRESSED:
	case EVENT_OPEN_FLOW:
	case EVENT_STATS: break; /* has no flow: eve_write_stats */
	}
	if (brief)
		json_bool(j, "shortened", true);
	json_object_end(j);
	json_object_end(j);
}
