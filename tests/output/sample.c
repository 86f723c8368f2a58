// SPDX-License-Identifier: Apache-2.0
/*
 * sample.c - events as a shard would say them.
 */
#include "tests/output/sample.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const none[] = { NULL };
static const char *const zip_extensions[] = { "zip", NULL };
static const char *const wav_extensions[] = { "wav", NULL };

const struct file_type sample_unknown = {
	.type = "unknown",
	.name = "unknown",
	.mime_type = "application/octet-stream",
	.class = CLASS_UNKNOWN,
	.extensions = none,
};

const struct file_type sample_zip = {
	.id = 1,
	.type = "zip",
	.name = "Zip archive",
	.mime_type = "application/zip",
	.class = CLASS_ARCHIVE,
	.extensions = zip_extensions,
};

const struct file_type sample_wav = {
	.id = 2,
	.type = "wav",
	.name = "WAV audio",
	.mime_type = "audio/x-wav",
	.class = CLASS_AUDIO,
	.extensions = wav_extensions,
};

static const char *const techniques[] = { "T1048.003", "T1560.001", NULL };

const struct rule sample_rules[3] = {
	{
		.id = "6a1f7d0e-4a2e-4d0b-9a52-0f4f1f0a2c11",
		.hash = 1,
		.signature_id = 1500000001,
		.rev = 1,
		.title = "Archive or audio of 1 GiB or more is leaving",
		.level = LEVEL_HIGH,
		.category = CATEGORY_TRANSFER,
		.techniques = techniques,
	},
	{
		.id = "0c2d7f52-9e0d-4b1c-8d4a-6d1f3c1e9a77",
		.hash = 2,
		.signature_id = 1500000002,
		.rev = 3,
		.title = "Archive with audio inside is leaving",
		.level = LEVEL_HIGH,
		.category = CATEGORY_TRANSFER,
		.techniques = techniques,
	},
	{
		.id = "b7a1c3f9-5f50-4f3e-8f5b-2d6c9a3e4d20",
		.hash = 3,
		.signature_id = 1500000003,
		.rev = 1,
		.title = "Audio is leaving",
		.level = LEVEL_MEDIUM,
		.category = CATEGORY_TRANSFER,
		.techniques = none,
	},
};

const struct rule sample_flow_rule = {
	.id = "d2f9b0aa-1f7e-4c66-b8f0-5a1e4b7c9d33",
	.hash = 4,
	.signature_id = 1500000004,
	.rev = 1,
	.title = "Bulk data is leaving over an encrypted flow",
	.level = LEVEL_MEDIUM,
	.category = CATEGORY_FLOW,
	.techniques = techniques,
};

static const struct field http_fields[] = {
	{ "http.request.method", FIELD_BYTES, "", "http_method", false },
	{ "url.domain", FIELD_BYTES, "", "hostname", false },
	{ "url.path", FIELD_BYTES, "", "url", false },
	{ "http.response.status_code", FIELD_NUMBER, "", "status", false },
	{ "http.request.body.bytes", FIELD_NUMBER, "", NULL, false },
	{ 0 },
};

const struct dissector sample_http = {
	.name = "http",
	.kind = DISSECTOR_PROTOCOL,
	.fields = http_fields,
};

static const struct field declared_field = { "egret.file.declared", FIELD_NUMBER, "",
	                                     NULL, false };
static const struct field class_field = { "egret.file.class", FIELD_BYTES, "", NULL,
	                                  false };

struct config sample_config(void)
{
	static const char *const inside[] = { "10.0.0.0/8",     "172.16.0.0/12",
		                              "192.168.0.0/16", "100.64.0.0/10",
		                              "fc00::/7",       "fe80::/10" };
	enum { COUNT = sizeof(inside) / sizeof(inside[0]) };
	struct config config = { .eve.alert = true,
		                 .eve.fileinfo = true,
		                 .eve.flow = true,
		                 .eve.flow_update = true,
		                 .eve.stats = true };

	config.protected.at = calloc(COUNT, sizeof(struct prefix));
	for (size_t i = 0; i < COUNT; i++)
		if (prefix_parse(inside[i], &config.protected.at[i], NULL) < 0)
			abort();
	config.protected.n = COUNT;
	return config;
}

void sample_config_done(struct config *config)
{
	free(config->protected.at);
}

struct addr sample_addr(const char *text)
{
	struct addr a = { { 0 } };

	if (addr_parse(text, &a) < 0)
		abort();
	return a;
}

void sample_name(struct wire_name *to, const char *text)
{
	to->n = (uint16_t)strlen(text);
	to->cut = false;
	memcpy(to->b, text, to->n);
}

void sample_reason(struct reasons *why, const struct field *field, enum match_op op,
                   uint64_t value, uint64_t limit)
{
	why->at[why->count++] = (struct reason){ .field = field,
		                                 .op = op,
		                                 .value = value,
		                                 .limit = limit,
		                                 .is_number = true };
}

void sample_flow(struct flow_event *f, unsigned done)
{
	uint64_t payload = SAMPLE_SIZE / 1000 * done + 312;

	*f = (struct flow_event){
		.id = 1234567890123,
		.client = sample_addr("10.20.3.17"),
		.server = sample_addr("203.0.113.80"),
		.client_port = 51844,
		.server_port = 80,
		.proto = 6,
		.state = done < 1000 ? 1 : 2,
		.ended = done < 1000 ? 0 : 2,
		.client_inside = true,
		.tcp_flags = { 0x1b, 0x1b },
		.first = SAMPLE_START,
		.last = SAMPLE_START + 64 * SAMPLE_SECOND / 1000 * done,
		.first_packet = 1201,
		.leaving = payload,
		.entering = done < 1000 ? 0 : 187,
		.app_proto = "http",
		.protocol = "HTTP",
		.category = "Web",
		.server_name = "files.example.net",
	};
	f->dir[0].packets = 123 * (uint64_t)done + 4;
	f->dir[0].wire = payload + f->dir[0].packets * 66;
	f->dir[0].payload = payload;
	f->dir[1].packets = 60 * (uint64_t)done + 3;
	f->dir[1].wire = f->dir[1].packets * 66 + f->entering;
	f->dir[1].payload = f->entering;
}

void sample_transfer(struct transfer_event *t, unsigned done)
{
	static const char *const names[] = {
		"2026-07-01/0900-desk-04.wav", "2026-07-01/0912-desk-02.wav",
		"2026-07-01/0915-desk-11.wav", "2026-07-01/0921-desk-04.wav",
		"2026-07-01/0933-desk-07.wav",
	};

	*t = (struct transfer_event){
		.id = UINT64_C(0x51c0ffee00c0ffee),
		.type = &sample_zip,
		.declared_by = "content-length",
		.declared = SAMPLE_SIZE,
		.seen = SAMPLE_SIZE / 1000 * done,
		.closed = done == 1000,
		.over = done == 1000,
		.heading = HEADING_OUTBOUND,
		.from_client = true,
		.members_seen = 5,
		.member_classes = UINT64_C(1) << CLASS_AUDIO,
		.member_count = 5,
		.audio = {
			.milliseconds = 5 * 312 * 1000,
			.known = true,
			.estimated_milliseconds = UINT64_C(360490) * 1000,
		},
		.first = SAMPLE_START + SAMPLE_SECOND / 50,
		.last = SAMPLE_START + 64 * SAMPLE_SECOND / 1000 * done,
		.first_packet = 1204,
		.last_packet = 1204 + 183 * (uint64_t)done,
		.rate = done ? UINT64_C(1001563000) : 0,
		.seconds_left = done < 1000 ? 64 - 64 * (uint64_t)done / 1000 : UINT64_MAX,
	};
	sample_name(&t->name, "calls-2026-q3.zip");
	sample_name(&t->claimed_mime, "application/zip");
	for (unsigned i = 0; i < 5; i++) {
		t->members[i].type = &sample_wav;
		t->members[i].size = 6940000;
		t->members[i].audio_milliseconds = 312 * 1000;
		sample_name(&t->members[i].name, names[i]);
	}
}

static void add_text(struct context *c, unsigned field, const char *text)
{
	struct context_fact *fact = &c->facts[c->count++];

	*fact = (struct context_fact){ .field = &http_fields[field],
		                       .at = c->used,
		                       .n = (uint16_t)strlen(text) };
	memcpy(c->text + c->used, text, fact->n);
	c->used = (uint16_t)(c->used + fact->n);
}

void sample_context(struct context *c)
{
	*c = (struct context){ .dissector = &sample_http };
	add_text(c, 0, "PUT");
	add_text(c, 1, "files.example.net");
	add_text(c, 2, "/up/calls-2026-q3.zip");
	c->facts[c->count++] =
		(struct context_fact){ .field = &http_fields[4], .number = SAMPLE_SIZE };
}

static void event_fill(struct event *e, enum event_kind kind, unsigned done)
{
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->size = event_size(kind, true);
	sample_flow(&e->flow, done);
	e->order.packet = 1204 + 183 * (uint64_t)done;
	e->time = e->flow.last;
	if (event_of_flow(kind))
		return;
	sample_transfer(&e->transfer, done);
	sample_context(&e->context);
}

void sample_alert(struct event *e, unsigned rule, enum alert_state state, unsigned done)
{
	event_fill(e, state == ALERT_NEW ? EVENT_ALERT : EVENT_ALERT_UPDATE, done);
	e->alert = (struct alert_event){
		.rule = &sample_rules[rule],
		.id = UINT64_C(0xa1e57000) + rule,
		.state = state,
		.about_transfer = true,
		.raised_packet = 1204 + rule,
		.raised = SAMPLE_START + SAMPLE_SECOND / 50 + rule * SAMPLE_SECOND / 1000,
	};
	sample_reason(&e->alert.why, &declared_field, MATCH_GTE, SAMPLE_SIZE,
	              UINT64_C(1) << 30);
	e->alert.why.at[e->alert.why.count++] = (struct reason){
		.field = &class_field,
		.op = MATCH_EQUAL,
		.text_n = 7,
		.match_n = 7,
		.text = "archive",
		.match = "archive",
	};
}

void sample_fileinfo(struct event *e)
{
	event_fill(e, EVENT_FILEINFO, 1000);
	e->transfer.has_sha256 = true;
	for (unsigned i = 0; i < 32; i++)
		e->transfer.sha256[i] = (uint8_t)(i * 7);
}

void sample_flow_record(struct event *e)
{
	event_fill(e, EVENT_FLOW, 1000);
	e->order.closing = 1;
}

void sample_flow_update(struct event *e, unsigned done, unsigned told)
{
	struct flow_event before = { 0 };

	event_fill(e, EVENT_FLOW_UPDATE, done);
	if (told)
		sample_flow(&before, told);
	e->flow.ended = 0;
	e->flow.updated = told > 0;
	e->flow.delta.leaving = e->flow.leaving - before.leaving;
	for (unsigned i = 0; i < 2; i++) {
		e->flow.delta.payload[i] = e->flow.dir[i].payload - before.dir[i].payload;
		e->flow.delta.packets[i] = e->flow.dir[i].packets - before.dir[i].packets;
	}
}

void sample_stats(struct event *e, uint64_t each, uint32_t parts)
{
	memset(e, 0, sizeof(*e));
	e->kind = EVENT_STATS;
	e->size = event_size(EVENT_STATS, false);
	e->time = SAMPLE_START + 70 * SAMPLE_SECOND;
	for (unsigned i = 0; i < COUNTERS; i++)
		e->stats.counters.at[i] = each + i;
	e->stats.parts = parts;
	e->stats.fills.at[FILL_FLOWS].used = 2;
	e->stats.record = true;
	e->stats.began = SAMPLE_START - 3 * SAMPLE_SECOND;
}

void sample_other_flow(struct event *e, unsigned nth)
{
	static const struct {
		const char *client, *server, *protocol, *application, *app_proto, *name;
		uint16_t port;
		uint8_t proto;
		uint64_t leaving, entering;
	} flows[] = {
		{ "10.20.3.21", "198.51.100.7", "TLS", "Dropbox", "tls",
		  "content.dropboxapi.example", 443, 6, 18400000, 212000 },
		{ "10.20.3.22", "198.51.100.30", "HTTP", "", "http", "mirror.example.org",
		  80, 6, 4100, 1300000000 },
		{ "10.20.3.40", "192.0.2.25", "SMTP", "", "smtp", "", 25, 6, 2300000,
		  8100 },
		{ "10.20.3.21", "192.0.2.53", "DNS", "", "dns", "", 53, 17, 61, 212 },
		{ "10.20.3.22", "2001:db8:7::31", "QUIC", "YouTube", "quic",
		  "video.example.com", 443, 17, 91000, 48000000 },
	};
	const unsigned k = nth % (sizeof(flows) / sizeof(flows[0]));
	struct flow_event *f = &e->flow;

	event_fill(e, EVENT_FLOW, 1000);
	f->id += nth + 1;
	f->client = sample_addr(flows[k].client);
	f->server = sample_addr(flows[k].server);
	f->client_port = (uint16_t)(40000 + nth);
	f->server_port = flows[k].port;
	f->proto = flows[k].proto;
	f->leaving = f->dir[0].payload = flows[k].leaving;
	f->entering = f->dir[1].payload = flows[k].entering;
	f->dir[0].packets = flows[k].leaving / 1400 + 3;
	f->dir[1].packets = flows[k].entering / 1400 + 3;
	f->dir[0].wire = f->leaving + 66 * f->dir[0].packets;
	f->dir[1].wire = f->entering + 66 * f->dir[1].packets;
	snprintf(f->app_proto, sizeof(f->app_proto), "%s", flows[k].app_proto);
	snprintf(f->protocol, sizeof(f->protocol), "%s", flows[k].protocol);
	snprintf(f->application, sizeof(f->application), "%s", flows[k].application);
	snprintf(f->server_name, sizeof(f->server_name), "%s", flows[k].name);
}

void sample_flow_alert(struct event *e)
{
	static const struct field leaving = { "egret.leaving.bytes", FIELD_NUMBER, "",
		                              NULL, true };

	sample_other_flow(e, 0);
	e->kind = EVENT_ALERT;
	e->size = event_size(EVENT_ALERT, false);
	e->flow.leaving = e->flow.dir[0].payload = UINT64_C(3200000000);
	e->flow.last = e->flow.first + 300 * SAMPLE_SECOND;
	e->order = (struct event_order){ .packet = 90210 };
	e->time = e->flow.first + 100 * SAMPLE_SECOND;
	e->alert = (struct alert_event){
		.rule = &sample_flow_rule,
		.id = UINT64_C(0xa1e57009),
		.raised_packet = 90210,
		.raised = e->time,
	};
	sample_reason(&e->alert.why, &leaving, MATCH_GTE, UINT64_C(1) << 30,
	              UINT64_C(1) << 30);
}

bool sample_wants(void *lines, enum record_kind kind, uint8_t level)
{
	const struct config *c = ((struct sample_lines *)lines)->config;

	(void)level;
	switch (kind) {
	case RECORD_ALERT:
	case RECORD_ALERT_UPDATE: return c->eve.alert;
	case RECORD_FILEINFO: return c->eve.fileinfo;
	case RECORD_FLOW: return c->eve.flow;
	case RECORD_FLOW_UPDATE: return c->eve.flow_update;
	default: return c->eve.stats;
	}
}

void sample_record(void *lines, const struct record *record)
{
	FILE *to = ((struct sample_lines *)lines)->to;

	if (fwrite(record->line, 1, record->n, to) != record->n)
		abort();
	fputc('\n', to);
}
