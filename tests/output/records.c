// SPDX-License-Identifier: Apache-2.0
/*
 * records.c - writes a record of every kind, in every shape that tests know, to stdout,
 * for schema.sh to hold against the schema.
 */
#include "tests/output/sample.h"

#include <stdlib.h>

static struct event event; /* large */

static void hostile(struct output *output)
{
	static const char name[] = "\xff\xfe \x1b[2J\x07\"\\\r\n\xe2\x80\xaegpj.exe";

	sample_fileinfo(&event);
	sample_name(&event.transfer.name, name);
	sample_name(&event.transfer.claimed_mime, name);
	event.transfer.name.cut = true;
	event.transfer.type = &sample_unknown;
	event.transfer.closed = event.transfer.from_client = false;
	event.transfer.heading = HEADING_EXTERNAL;
	event.transfer.declared = SIZE_UNKNOWN;
	event.transfer.declared_by = NULL;
	event.transfer.missing = 5;
	event.transfer.gaps = 2;
	event.transfer.parent = 7;
	event.transfer.part_total = 100;
	event.transfer.members[0].type = &sample_unknown;
	event.transfer.members[0].size = SIZE_UNKNOWN;
	event.transfer.members_total = 9;
	sample_name(&event.transfer.members[0].name, name);
	event.transfer.audio.estimated_milliseconds = 0;
	memcpy(event.flow.app_proto, "tls", 4);
	memcpy(event.flow.server_name, name, sizeof(name));
	memcpy(event.flow.application, name, sizeof(name));
	event.context = (struct context){ 0 };
	output_put(output, &event);
	event.kind = EVENT_ALERT;
	event.alert =
		(struct alert_event){ .rule = &sample_rules[2], .about_transfer = true };
	output_put(output, &event);
}

static void odd_flows(struct output *output)
{
	static const uint8_t protos[] = { 1, 58, 132, 47, 253 };

	for (unsigned i = 0; i < sizeof(protos); i++) {
		sample_other_flow(&event, i);
		event.flow.proto = protos[i];
		event.flow.client_port = protos[i] == 1 ? 8 : 3;
		event.flow.server_port = 0;
		event.flow.state = (uint8_t)(i % 3);
		event.flow.ended = (uint8_t)(i + 1);
		event.flow.vlan_count = (uint8_t)(i % 3);
		event.flow.vlan[0] = event.flow.vlan[1] = 4095;
		event.flow.tunnel = (struct tunnel){ .proto = i % 2 ? 17 : 47,
			                             .kind = (uint8_t)(i % 3),
			                             .depth = 1 };
		event.flow.nowhere = i & 1;
		event.flow.midstream = true;
		event.flow.leaving = i == 2 ? 0 : UINT64_MAX / 2;
		event.flow.entering = 0;
		event.flow.dir[1].missing = UINT64_C(1) << 53;
		output_put(output, &event);
	}
}

int main(void)
{
	struct config config = sample_config();
	static const char *const inputs[] = { "one.pcap", "two \xff.pcap" };
	struct sample_lines lines = { .config = &config, .to = stdout };
	struct output_options options = {
		.config = &config,
		.wants = sample_wants,
		.record = sample_record,
		.record_arg = &lines,
		.run = "sample",
		.input_names = inputs,
		.input_count = 2,
	};
	struct output *output;

	if (output_new(&options, &output, NULL) < 0)
		return 2;
	for (unsigned i = 0; i < 3; i++) {
		sample_alert(&event, i, ALERT_NEW, i);
		output_put(output, &event);
	}
	sample_alert(&event, 0, ALERT_PROGRESS, 500);
	output_put(output, &event);
	sample_alert(&event, 0, ALERT_END, 1000);
	event.flow.input = 1;
	output_put(output, &event);
	sample_flow_alert(&event);
	output_put(output, &event);
	sample_fileinfo(&event);
	output_put(output, &event);
	sample_flow_update(&event, 300, 0);
	output_put(output, &event);
	sample_flow_update(&event, 600, 300);
	output_put(output, &event);
	sample_flow_record(&event);
	event.flow.updated = true;
	output_put(output, &event);
	hostile(output);
	odd_flows(output);
	for (unsigned i = 0; i < 8; i++) {
		sample_other_flow(&event, i);
		output_put(output, &event);
	}
	sample_stats(&event, UINT64_C(1) << 52, 1);
	output_put(output, &event);
	output_end(output);
	output_free(output);
	sample_config_done(&config);
	return fflush(stdout) != 0;
}
