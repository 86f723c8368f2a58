// SPDX-License-Identifier: Apache-2.0
/*
 * eve_test.c - records, letter by letter, and which are written.
 */
#include "tests/output/sample.h"

#include <stdio.h>
#include <unistd.h>

#include "output/eve.h"
#include "output/tally.h"
#include "output/stats.h"
#include "output/writer.h"
#include "tests/check.h"

static struct event event; /* large */
static char line[RECORD_LINE];

static const char *const inputs[] = { "demo.pcap.gz" };

static const struct eve eve = { .run = "r", .input_names = inputs, .input_count = 1 };

/* The record of the event, as a text. */
static const char *written(bool brief)
{
	struct json j = json_over(line, sizeof(line) - 1);

	eve_write(&j, &eve, &event, 7, brief);
	CHECK(!j.full);
	line[j.n] = 0;
	return line;
}

/* The carrier's ends are turned with the record's. */
static void a_tunnel_is_said_as_suricata_says_it(void)
{
	const char *to =
		"\"pkt_src\":\"vxlan encapsulation\",\"tunnel\":{\"src_ip\":\"10."
		"0.0.1\",\"src_port\":50000,\"dest_ip\":\"10.0.0.2\",\"dest_port\":"
		"4789,\"proto\":\"UDP\",\"depth\":2,\"pkt_src\":\"wire/pcap\"}";
	const char *back = "\"tunnel\":{\"src_ip\":\"10.0.0.2\",\"dest_ip\":\"10.0.0.1\","
			   "\"proto\":\"GRE\",\"depth\":1,\"pkt_src\":\"wire/pcap\"}";
	struct tunnel t = { .from_port = 50000,
		            .to_port = 4789,
		            .proto = 17,
		            .kind = TUNNEL_VXLAN,
		            .depth = 2 };

	CHECK_EQ(0, addr_parse("10.0.0.1", &t.from));
	CHECK_EQ(0, addr_parse("10.0.0.2", &t.to));
	sample_other_flow(&event, 0);
	CHECK(!strstr(written(false), "tunnel"));
	event.flow.tunnel = t;
	CHECK(strstr(written(false), to));

	sample_alert(&event, 0, ALERT_NEW, 0);
	event.transfer.from_client = false;
	t.proto = 47;
	t.kind = TUNNEL_GRE;
	t.depth = 1;
	event.flow.tunnel = t;
	CHECK(strstr(written(false), back));
}

static void a_flow_is_written_like_this(void)
{
	sample_other_flow(&event, 0);
	event.flow.vlan_count = 2;
	event.flow.vlan[0] = 100;
	event.flow.vlan[1] = 7;
	event.flow.dir[1].missing = 9;
	event.order.closing = 1;
	CHECK_TEXT("{\"timestamp\":\"2026-11-23T15:05:09.000000+0000\",\"flow_id\":123"
	           "4567890124,\"event_type\":\"flow\",\"vlan\":[100,7],\"src_ip\":\"1"
	           "0.20.3.21\",\"src_port\":40000,\"dest_ip\":\"198.51.100.7\",\"dest"
	           "_port\":443,\"proto\":\"TCP\",\"app_proto\":\"tls\",\"community_id"
	           "\":\"1:QgXAjS20sQHSPqpytSK2Lj8jokU=\",\"pcap_filename\":\"demo.pca"
	           "p.gz\",\"flow\":{\"pkts_toserver\":13145,\"pkts_toclient\":154,\"b"
	           "ytes_toserver\":19267570,\"bytes_toclient\":222164,\"start\":\"202"
	           "6-11-23T15:04:05.000000+0000\",\"end\":\"2026-11-23T15:05:09.00000"
	           "0+0000\",\"age\":64,\"state\":\"closed\",\"reason\":\"timeout\",\""
	           "alerted\":false},\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\""
	           "1b\",\"tcp_flags_tc\":\"1b\",\"fin\":true,\"syn\":true,\"psh\":tru"
	           "e,\"ack\":true,\"state\":\"closed\",\"tc_gap\":true},\"egret\":{\""
	           "seq\":7,\"run\":\"r\",\"payload_toserver\":18400000,\"payload_tocl"
	           "ient\":212000,\"leaving_bytes\":18400000,\"entering_bytes\":212000"
	           ",\"missing_toserver\":0,\"missing_toclient\":9,\"pcr\":0.977,\"app"
	           "lication\":\"Dropbox\",\"category\":\"Web\",\"server_name\":\"cont"
	           "ent.dropboxapi.example\",\"direction\":\"outbound\",\"midstream\":"
	           "false}}",
	           written(false));
}

static void a_file_is_written_like_this(void)
{
	sample_fileinfo(&event);
	event.transfer.member_count = 1;
	event.context = (struct context){ 0 };
	CHECK_TEXT("{\"timestamp\":\"2026-11-23T15:05:09.000000+0000\",\"flow_id\":123"
	           "4567890123,\"pcap_cnt\":184204,\"event_type\":\"fileinfo\",\"src_i"
	           "p\":\"10.20.3.17\",\"src_port\":51844,\"dest_ip\":\"203.0.113.80\""
	           ",\"dest_port\":80,\"proto\":\"TCP\",\"app_proto\":\"http\",\"direc"
	           "tion\":\"to_server\",\"community_id\":\"1:JKdpesWrifwQ4SXIn34BSuUP"
	           "zXg=\",\"pcap_filename\":\"demo.pcap.gz\",\"fileinfo\":{\"filename"
	           "\":\"calls-2026-q3.zip\",\"magic\":\"Zip archive\",\"gaps\":false,"
	           "\"state\":\"CLOSED\",\"sha256\":\"00070e151c232a31383f464d545b6269"
	           "70777e858c939aa1a8afb6bdc4cbd2d9\",\"stored\":false,\"size\":80100"
	           "00000},\"egret\":{\"seq\":7,\"run\":\"r\",\"transfer\":{\"id\":\"5"
	           "1c0ffee00c0ffee\",\"name\":\"calls-2026-q3.zip\",\"mime_type\":\"a"
	           "pplication/zip\",\"claimed_mime_type\":\"application/zip\",\"direc"
	           "tion\":\"outbound\",\"sender\":\"client\",\"type\":\"zip\",\"class"
	           "\":\"archive\",\"declared\":8010000000,\"declared_by\":\"content-l"
	           "ength\",\"seen\":8010000000,\"missing\":0,\"encrypted\":false,\"me"
	           "mbers\":{\"count\":5,\"classes\":[\"audio\"],\"list\":[{\"name\":\""
	           "2026-07-01/0900-desk-04.wav\",\"type\":\"wav\",\"class\":\"audio\""
	           ",\"size\":6940000,\"audio_seconds\":312.000,\"encrypted\":false}]}"
	           ",\"audio_seconds\":1560.000,\"audio_estimated_seconds\":360490.000"
	           ",\"estimated\":true,\"first_packet\":1204,\"rate\":1001563000}}}",
	           written(false));
}

static void an_alert_is_written_like_this(void)
{
	sample_alert(&event, 0, ALERT_NEW, 1);
	event.transfer.member_count = 1;
	CHECK_TEXT("{\"timestamp\":\"2026-11-23T15:04:05.064000+0000\",\"flow_id\":123"
	           "4567890123,\"pcap_cnt\":1387,\"event_type\":\"alert\",\"src_ip\":\""
	           "10.20.3.17\",\"src_port\":51844,\"dest_ip\":\"203.0.113.80\",\"des"
	           "t_port\":80,\"proto\":\"TCP\",\"app_proto\":\"http\",\"direction\""
	           ":\"to_server\",\"community_id\":\"1:JKdpesWrifwQ4SXIn34BSuUPzXg=\""
	           ",\"pcap_filename\":\"demo.pcap.gz\",\"alert\":{\"action\":\"allowe"
	           "d\",\"gid\":1,\"signature_id\":1500000001,\"rev\":1,\"signature\":"
	           "\"Archive or audio of 1 GiB or more is leaving\",\"category\":\"In"
	           "formation Leak\",\"severity\":1,\"metadata\":{\"mitre_technique_id"
	           "\":[\"T1048.003\",\"T1560.001\"],\"sigma_id\":[\"6a1f7d0e-4a2e-4d0"
	           "b-9a52-0f4f1f0a2c11\"]}},\"http\":{\"http_method\":\"PUT\",\"hostn"
	           "ame\":\"files.example.net\",\"url\":\"/up/calls-2026-q3.zip\"},\"n"
	           "dpi\":{\"proto\":\"HTTP\",\"category\":\"Web\",\"hostname\":\"file"
	           "s.example.net\"},\"files\":[{\"filename\":\"calls-2026-q3.zip\",\""
	           "magic\":\"Zip archive\",\"gaps\":false,\"state\":\"UNKNOWN\",\"sto"
	           "red\":false,\"size\":8010000}],\"flow\":{\"pkts_toserver\":127,\"p"
	           "kts_toclient\":63,\"bytes_toserver\":8018694,\"bytes_toclient\":41"
	           "58,\"start\":\"2026-11-23T15:04:05.000000+0000\",\"src_ip\":\"10.2"
	           "0.3.17\",\"dest_ip\":\"203.0.113.80\",\"src_port\":51844,\"dest_po"
	           "rt\":80},\"egret\":{\"seq\":7,\"run\":\"r\",\"alert_id\":\"0000000"
	           "0a1e57000\",\"level\":\"high\",\"why\":[{\"field\":\"egret.file.de"
	           "clared\",\"op\":\"gte\",\"value\":8010000000,\"limit\":1073741824}"
	           ",{\"field\":\"egret.file.class\",\"op\":\"equals\",\"value\":\"arc"
	           "hive\",\"limit\":\"archive\"}],\"transfer\":{\"id\":\"51c0ffee00c0"
	           "ffee\",\"name\":\"calls-2026-q3.zip\",\"mime_type\":\"application/"
	           "zip\",\"claimed_mime_type\":\"application/zip\",\"direction\":\"ou"
	           "tbound\",\"sender\":\"client\",\"type\":\"zip\",\"class\":\"archiv"
	           "e\",\"declared\":8010000000,\"declared_by\":\"content-length\",\"s"
	           "een\":8010000,\"missing\":0,\"encrypted\":false,\"members\":{\"cou"
	           "nt\":5,\"classes\":[\"audio\"],\"list\":[{\"name\":\"2026-07-01/09"
	           "00-desk-04.wav\",\"type\":\"wav\",\"class\":\"audio\",\"size\":694"
	           "0000,\"audio_seconds\":312.000,\"encrypted\":false}]},\"audio_seco"
	           "nds\":1560.000,\"audio_estimated_seconds\":360490.000,\"estimated\""
	           ":true,\"first_packet\":1204,\"rate\":1001563000,\"seconds_left\":6"
	           "4},\"leaving_bytes\":8010312,\"entering_bytes\":0}}",
	           written(false));
}

static void an_alert_on_a_flow_has_no_file(void)
{
	sample_flow_alert(&event);
	written(false);
	CHECK(!strstr(line, "\"files\""));
	CHECK(!strstr(line, "\"transfer\""));
	CHECK(strstr(line, "\"tls\":{\"sni\":\"content.dropboxapi.example\"}"));
	CHECK(strstr(line, "\"ndpi\":{\"proto\":\"TLS.Dropbox\",\"category\":\"Web\","));
	CHECK(strstr(line, "\"leaving_bytes\":3200000000,\"entering_bytes\":212000,"
	                   "\"rate\":85333333}}"));
}

static void an_update_says_when_it_was_raised(void)
{
	sample_alert(&event, 1, ALERT_END, 1000);
	written(false);
	CHECK(strstr(line, "\"event_type\":\"alert_update\""));
	CHECK(strstr(line, "\"alert_id\":\"00000000a1e57001\",\"state\":\"end\","
	                   "\"level\":\"high\""));
	CHECK(strstr(
		line,
		"\"raised_packet\":1205,\"raised\":\"2026-11-23T15:04:05.021000+0000\""));
	CHECK(!strstr(line, "seconds_left"));
}

static void the_sender_of_the_data_is_the_source(void)
{
	sample_fileinfo(&event);
	event.transfer.from_client = false;
	written(false);
	CHECK(strstr(
		line,
		"\"src_ip\":\"203.0.113.80\",\"src_port\":80,\"dest_ip\":\"10.20.3.17\","
		"\"dest_port\":51844"));
	CHECK(strstr(line, "\"direction\":\"to_client\""));
}

static void a_ping_has_types_in_place_of_ports(void)
{
	sample_other_flow(&event, 0);
	event.flow.proto = 1;
	event.flow.client_port = 8;
	event.flow.server_port = 0;
	written(false);
	CHECK(!strstr(line, "src_port"));
	CHECK(strstr(line, "\"proto\":\"ICMP\",\"icmp_type\":8,\"icmp_code\":0,"
	                   "\"response_icmp_type\":0,\"response_icmp_code\":0"));
	event.flow.client_port = 3;
	event.flow.server_port = 13;
	written(false);
	CHECK(strstr(line, "\"icmp_type\":3,\"icmp_code\":13,\"app_proto\""));
	event.flow.proto = 253;
	written(false);
	CHECK(strstr(line, "\"proto\":\"253\",\"app_proto\""));
}

static void hostile_names_stay_inside_their_text(void)
{
	sample_fileinfo(&event);
	sample_name(&event.transfer.name, "\x1b[2J\",\"egret\":{\xff\n");
	written(false);
	CHECK(strstr(line, "\"filename\":\"\\u001b[2J\\\",\\\"egret\\\":{\\\\xff\\n\""));
	for (const char *p = line; *p; p++)
		CHECK((unsigned char)*p >= 0x20 && *p != 0x7f);
}

static void a_brief_record_leaves_out_what_can_be_long(void)
{
	sample_alert(&event, 0, ALERT_NEW, 1);
	written(true);
	CHECK(!strstr(line, "\"signature\""));
	CHECK(!strstr(line, "\"http\":{"));
	CHECK(strstr(line, "\"list\":[]"));
	CHECK(strstr(line, "\"shortened\":true}}"));
}

static void a_flow_that_goes_on_says_what_was_not_told_before(void)
{
	sample_flow_update(&event, 500, 0);
	written(false);
	CHECK(strstr(line, "\"event_type\":\"flow_update\""));
	CHECK(strstr(line, "\"state\":\"established\",\"alerted\":"));
	CHECK(strstr(line, "\"delta\":{\"leaving_bytes\":4005000312,\"entering_bytes\":0,"
	                   "\"payload_toserver\":4005000312,"));
	sample_flow_update(&event, 750, 500);
	written(false);
	CHECK(strstr(line, "\"leaving_bytes\":6007500312,"));
	CHECK(strstr(line, "\"delta\":{\"leaving_bytes\":2002500000,"));
	sample_flow_record(&event);
	written(false);
	CHECK(!strstr(line, "\"delta\""));
	event.flow.updated = true;
	event.flow.delta.leaving = 77;
	written(false);
	CHECK(strstr(line, "\"event_type\":\"flow\""));
	CHECK(strstr(line, "\"delta\":{\"leaving_bytes\":77,"));
}

static void the_parts_of_stats_add_up(void)
{
	struct stats stats = { 0 };

	sample_stats(&event, 10, 3);
	CHECK(!stats_add(&stats, &event));
	event.stats.began = 0;
	sample_stats(&event, UINT64_C(1) << 40, 3);
	CHECK(!stats_add(&stats, &event));
	CHECK(stats_add(&stats, &event));
	for (unsigned i = 0; i < COUNTERS; i++)
		CHECK_EQ(10 + 3 * i + (UINT64_C(1) << 41), stats.sums.at[i]);
	CHECK_EQ(6, stats.fills.at[FILL_FLOWS].used);
	CHECK(stats.record);
	stats_clear(&stats);
	CHECK_EQ(0, stats.sums.at[0]);
	CHECK_EQ(SAMPLE_START - 3 * SAMPLE_SECOND, stats.began);
}

/* Parts come in any order, and a shard's is none of them. */
static void what_each_of_several_readers_lost_is_told(void)
{
	struct json j = json_over(line, sizeof(line) - 1);
	struct stats stats = { 0 };

	for (unsigned i = 3; i > 0; i--) {
		sample_stats(&event, 100 * i, 4);
		event.stats.reader = (uint8_t)i;
		CHECK(!stats_add(&stats, &event));
	}
	sample_stats(&event, 7, 4);
	CHECK(stats_add(&stats, &event));
	eve_write_stats(&j, &eve, &stats, &(struct tally){ 0 }, 3);
	line[j.n] = 0;
	CHECK(strstr(line, "\"workers\":[{\"kernel_packets\":100,\"kernel_drops\":101,"));
	CHECK(strstr(line, "{\"kernel_packets\":200,") &&
	      strstr(line, "{\"kernel_packets\":300,"));
}

static void a_stats_record_has_suricatas_counters_at_suricatas_places(void)
{
	struct json j = json_over(line, sizeof(line) - 1);
	struct stats stats = { .time = SAMPLE_START,
		               .began = SAMPLE_START - 90 * SAMPLE_SECOND };

	stats.fills.at[FILL_FLOWS].used = 5;
	stats.sums.at[COUNT_CAPTURE_PACKETS] = 11;
	stats.sums.at[COUNT_DECODER_PACKETS] = 12;
	stats.sums.at[COUNT_TCP_MISSING] = 13;
	stats.sums.at[COUNT_ALERTS] = 14;
	eve_write_stats(&j, &eve, &stats, &(struct tally){ 0 }, 3);
	line[j.n] = 0;
	CHECK(strstr(line,
	             "{\"timestamp\":\"2026-11-23T15:04:05.000000+0000\",\"event_type\":"
	             "\"stats\",\"stats\":{\"uptime\":90,\"capture\":{\"kernel_packets\":"
	             "11,\"kernel_drops\":0,"));
	CHECK(strstr(line, "\"decoder\":{\"pkts\":12,"));
	CHECK(strstr(line, "\"flow\":{\"active\":5,"));
	CHECK(strstr(line, "\"detect\":{\"alert\":14,"));
	CHECK(strstr(line, "}},\"egret\":{\"seq\":3,\"run\":\"r\",\"stats\":{"));
	CHECK(strstr(line, "\"tcp_missing_bytes\":13,"));
}

/* What output writes of the upload when only some types are asked for. */
static void records_that_are_not_asked_for_take_no_number(void)
{
	struct config config = sample_config();
	struct sample_lines lines = { .config = &config, .to = tmpfile() };
	struct output_options options = { .config = &config,
		                          .wants = sample_wants,
		                          .record = sample_record,
		                          .record_arg = &lines,
		                          .run = "r",
		                          .input_names = inputs,
		                          .input_count = 1 };
	struct output *output;
	unsigned n = 0;

	CHECK_MUST(lines.to);
	config.eve.fileinfo = config.eve.stats = false;
	CHECK_MUST(output_new(&options, &output, NULL) == 0);
	sample_fileinfo(&event);
	output_put(output, &event);
	sample_alert(&event, 2, ALERT_NEW, 10);
	output_put(output, &event);
	sample_stats(&event, 1, 1);
	output_put(output, &event);
	config.eve.flow_update = false;
	sample_flow_update(&event, 20, 0);
	output_put(output, &event);
	config.eve.flow_update = true;
	sample_flow_update(&event, 30, 0);
	output_put(output, &event);
	sample_other_flow(&event, 1);
	output_put(output, &event);
	sample_flow_record(&event);
	output_put(output, &event);
	CHECK_EQ(LEVEL_MEDIUM, output_end(output));
	output_free(output);
	rewind(lines.to);
	while (fgets(line, sizeof(line), lines.to)) {
		char seq[32];

		snprintf(seq, sizeof(seq), "\"egret\":{\"seq\":%u,", ++n);
		CHECK(strstr(line, seq));
		/* the upload's flow had the alert, the other had none */
		CHECK_EQ(n == 2 || n == 4, strstr(line, "\"alerted\":true") != NULL);
	}
	CHECK_EQ(4, n);
	fclose(lines.to);
	sample_config_done(&config);
}

static void the_size_of_an_event_leaves_out_what_its_kind_has_not(void)
{
	CHECK(event_size(EVENT_FLOW, false) >=
	      offsetof(struct event, flow) + sizeof(event.flow));
	CHECK(event_size(EVENT_FLOW, false) < 576);
	CHECK_EQ(offsetof(struct event, transfer), event_size(EVENT_ALERT, false));
	CHECK_EQ(sizeof(struct event), event_size(EVENT_ALERT_UPDATE, true));
	CHECK_EQ(sizeof(struct event), event_size(EVENT_FILEINFO, true));
	CHECK(event_size(EVENT_STATS, false) > sizeof(struct counters));
}

static void what_rules_and_filters_did_is_counted(void)
{
	static char text[RECORD_LINE];
	struct filter filters[2] = { { .id = "f1", .title = "backup" },
		                     { .id = "f2", .title = "idle" } };
	struct rule rules[2] = { { .id = "r1", .title = "large", .hash = 1 },
		                 { .id = "r2", .title = "audio", .hash = 2 } };
	struct rules all = { .at = rules, .n = 2, .filters = filters, .filter_count = 2 };
	struct event e = { .kind = EVENT_ALERT,
		           .time = SAMPLE_START,
		           .alert = { .rule = &rules[0] } };
	struct json j = json_over(text, sizeof(text) - 1);
	struct tally tally;

	CHECK_MUST(tally_begin(&tally, &all) == 0);
	tally_take(&tally, &e);
	e.kind = EVENT_SUPPRESSED;
	e.alert.filter = &filters[0];
	tally_take(&tally, &e);
	tally_take(&tally, &e);
	e.kind = EVENT_FLOW; /* says nothing of rules */
	tally_take(&tally, &e);
	json_object(&j, NULL);
	tally_write(&tally, &j);
	json_object_end(&j);
	text[j.n] = 0;
	CHECK_TEXT("{\"rules\":[{\"id\":\"r1\",\"title\":\"large\",\"matched\":1,"
	           "\"suppressed\":2,\"last\":\"2026-11-23T15:04:05.000000+0000\"}],"
	           "\"filters\":[{\"id\":\"f1\",\"title\":\"backup\",\"matched\":2,"
	           "\"last\":\"2026-11-23T15:04:05.000000+0000\"},{\"id\":\"f2\","
	           "\"title\":\"idle\",\"matched\":0}]}",
	           text);
	tally_done(&tally);
}

int main(void)
{
	TEST(a_flow_is_written_like_this);
	TEST(a_tunnel_is_said_as_suricata_says_it);
	TEST(a_file_is_written_like_this);
	TEST(an_alert_is_written_like_this);
	TEST(an_alert_on_a_flow_has_no_file);
	TEST(an_update_says_when_it_was_raised);
	TEST(the_sender_of_the_data_is_the_source);
	TEST(a_ping_has_types_in_place_of_ports);
	TEST(hostile_names_stay_inside_their_text);
	TEST(a_brief_record_leaves_out_what_can_be_long);
	TEST(a_flow_that_goes_on_says_what_was_not_told_before);
	TEST(the_parts_of_stats_add_up);
	TEST(what_each_of_several_readers_lost_is_told);
	TEST(a_stats_record_has_suricatas_counters_at_suricatas_places);
	TEST(what_rules_and_filters_did_is_counted);
	TEST(records_that_are_not_asked_for_take_no_number);
	TEST(the_size_of_an_event_leaves_out_what_its_kind_has_not);
	return check_done();
}
