// SPDX-License-Identifier: Apache-2.0
/*
 * summary_test.c - what a person reads at the end of a run.
 */
#include "tests/output/sample.h"

#include <stdio.h>

#include "tests/check.h"

static struct event event; /* large */

struct run {
	struct config config;
	struct output *output;
	char *text;
	size_t n;
	FILE *to;
};

static const char *const inputs[] = { "demo.pcap.gz" };

static void begin(struct run *run, unsigned width)
{
	struct output_options options = {
		.config = &run->config,
		.width = width,
		.run = "r",
		.input_names = inputs,
		.input_count = 1,
	};

	run->config = sample_config();
	run->to = open_memstream(&run->text, &run->n);
	options.summary = run->to;
	CHECK_MUST(run->to && output_new(&options, &run->output, NULL) == 0);
}

static int end(struct run *run, bool stopped)
{
	struct run_facts facts = {
		.packets = 184390,
		.wire_bytes = UINT64_C(9840000000),
		.first = SAMPLE_START - 3 * SAMPLE_SECOND,
		.last = SAMPLE_START + 70 * SAMPLE_SECOND,
		.elapsed = 0.5,
		.inputs = 1,
		.inputs_broken = stopped,
		.stopped = stopped,
	};
	int level = output_end(run->output);

	output_summary(run->output, &facts);
	output_free(run->output);
	fclose(run->to);
	sample_config_done(&run->config);
	return level;
}

static void put(struct run *run)
{
	output_put(run->output, &event);
}

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void upload(struct run *run)
{
	for (unsigned i = 0; i < 3; i++) {
		sample_alert(&event, i, ALERT_NEW, i > 0);
		put(run);
	}
	sample_alert(&event, 0, ALERT_PROGRESS, 500);
	put(run);
	sample_fileinfo(&event);
	put(run);
	for (unsigned i = 0; i < 3; i++) {
		sample_alert(&event, i, ALERT_END, 1000);
		put(run);
	}
	sample_flow_record(&event);
	put(run);
}

static void an_upload_reads_like_this(void)
{
	/* clang-format off */
	static const char expected[] =
		"Read       demo.pcap.gz: 184,390 packets, 9.84 GB on the wire\n"
		"Captured   2026-11-23 15:04:02 to 15:05:15 UTC, 73 s\n"
		"Elapsed    0.5 s: 368,780 packets/s, 157 Gbit/s\n"
		"\n"
		"3 alerts: 2 high, 1 medium; all about the same file\n"
		"\n"
		"HIGH     Archive or audio of 1 GiB or more is leaving                                       15:04:05\n"
		"HIGH     Archive with audio inside is leaving                                               15:04:05\n"
		"MEDIUM   Audio is leaving                                                                   15:04:05\n"
		"\n"
		"  from     10.20.3.17, inside\n"
		"  to       files.example.net (203.0.113.80), port 80, HTTP\n"
		"  file     calls-2026-q3.zip\n"
		"  size     8.01 GB declared by content-length, all of it seen\n"
		"  content  ZIP64 archive, 5 members seen: audio (WAV)\n"
		"           2026-07-01/0900-desk-04.wav, 2026-07-01/0912-desk-02.wav, ...\n"
		"  audio    about 100 h, estimated from the 5 members seen (26 min of it)\n"
		"  when     from 2026-11-23 15:04:05 UTC, for 64 s, at 1.00 Gbit/s\n"
		"  known    first at packet 1,204, 64 s before the last byte\n"
		"\n"
		"What left: 8.18 GB\n"
		"  from        to                                         over                bytes    flows\n"
		"  10.20.3.17  files.example.net (203.0.113.80)           HTTP              8.01 GB        1\n"
		"  10.20.3.21  content.dropboxapi.example (198.51.100.7)  TLS, Dropbox       147 MB        8\n"
		"  10.20.3.40  192.0.2.25                                 SMTP              18.4 MB        8\n"
		"  10.20.3.22  video.example.com (2001:db8:7::31)         QUIC, YouTube      728 kB        8\n"
		"  10.20.3.22  mirror.example.org (198.51.100.30)         HTTP              32.8 kB        8\n"
		"  10.20.3.21  192.0.2.53                                 DNS                 488 B        8\n"
		"\n"
		"Totals     8.18 GB left, 10.8 GB entered; 1 file, 41 flows\n";
	/* clang-format on */
	struct run run;

	begin(&run, 0);
	upload(&run);
	for (unsigned i = 0; i < 40; i++) {
		sample_other_flow(&event, i);
		put(&run);
	}
	CHECK_EQ(LEVEL_HIGH, end(&run, false));
	CHECK_TEXT(expected, run.text);
	free(run.text);
}

static void no_line_is_wider_than_the_terminal(void)
{
	static const unsigned widths[] = { 1, 72, 80, 100, 300 };

	for (unsigned i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		unsigned most = widths[i] < 72 ? 72 : widths[i] > 100 ? 100 : widths[i];
		struct run run;

		begin(&run, widths[i]);
		upload(&run);
		for (unsigned k = 0; k < 40; k++) {
			sample_other_flow(&event, k);
			put(&run);
		}
		sample_flow_alert(&event);
		put(&run);
		end(&run, true);
		for (char *line = strtok(run.text, "\n"); line; line = strtok(NULL, "\n"))
			if (strlen(line) > most)
				CHECK_TEXT("a shorter line", line);
		free(run.text);
	}
}

static void of_flows_that_gave_way_those_are_told_that_had_more_than_begun(void)
{
	static const struct {
		uint64_t all, half_open;
		const char *said;
	} rows[] = {
		{ 2000, 2000,
		  "2,000 flows ended early: the table was full; none of them had more "
		  "than begun\n" },
		{ 2000, 1993,
		  "2,000 flows ended early: the table was full; 7 of them had more "
		  "than begun\n" },
	};

	for (unsigned i = 0; i < 2; i++) {
		struct run run;

		begin(&run, 80);
		sample_stats(&event, 0, 1);
		event.stats.counters = (struct counters){ 0 };
		event.stats.counters.at[COUNT_FLOW_EVICTED] = rows[i].all;
		event.stats.counters.at[COUNT_EVICTED_HALF_OPEN] = rows[i].half_open;
		put(&run);
		end(&run, false);
		CHECK(strstr(run.text, rows[i].said));
		free(run.text);
	}
}

static void a_run_without_alerts_says_so(void)
{
	struct run run;

	begin(&run, 80);
	CHECK_EQ(-1, end(&run, false));
	CHECK(strstr(run.text, "\nNo alerts\n"));
	CHECK(strstr(run.text, "\nNothing left\n"));
	CHECK(!strstr(run.text, "Problems"));
	free(run.text);
}

static void a_capture_with_nothing_inside_says_so_first_and_how_to_mend_it(void)
{
	struct run run;

	begin(&run, 100);
	sample_flow_record(&event);
	event.flow.client_inside = false;
	event.flow.client = sample_addr("198.51.100.33");
	event.flow.leaving = event.flow.entering = 0;
	put(&run);
	end(&run, false);
	CHECK(starts(run.text, "Nothing here is inside the protected networks "
	                       "(10.0.0.0/8, 172.16.0.0/12, "
	                       "192.168.0.0/16,\n100.64.0.0/10 and 2 more): nothing can "
	                       "be seen leaving. "
	                       "Name yours: --protect 198.51.100.0/24\n\nRead "));
	free(run.text);
}

static void a_capture_with_little_inside_says_how_little(void)
{
	struct run run;

	begin(&run, 100);
	sample_flow_record(&event);
	put(&run);
	event.flow.client_inside = false;
	event.flow.client = sample_addr("2001:db8:5:6::33");
	put(&run);
	end(&run, false);
	CHECK(starts(run.text, "50 % of the bytes have no end inside"));
	CHECK(strstr(run.text, "--protect 2001:db8:5:6::/64\n"));
	free(run.text);
}

static void a_capture_that_has_packets_twice_says_so_and_how_to_mend_it(void)
{
	for (unsigned twice = 0; twice < 2; twice++) {
		struct run run;

		begin(&run, 100);
		sample_stats(&event, 0, 0);
		event.stats.counters.at[COUNT_DECODER_PACKETS] = 184390;
		event.stats.counters.at[COUNT_DOUBLED_PACKETS] = twice ? 92195 : 18439;
		event.stats.counters.at[COUNT_FLOW_ONE_SIDED] = 0;
		put(&run);
		end(&run, false);
		CHECK(starts(run.text, twice ? "92,195 packets, 50 % of all, are copies "
		                               "of the packet before "
		                               "them"
		                             : "Read "));
		CHECK(!twice == !strstr(run.text, "span port mirrors both"));
		free(run.text);
	}
}

static void an_alert_on_a_flow_alone_says_how_much(void)
{
	struct run run;

	begin(&run, 100);
	sample_flow_alert(&event);
	put(&run);
	end(&run, false);
	CHECK(strstr(run.text, "MEDIUM   Bulk data is leaving over an encrypted flow"));
	CHECK(strstr(run.text,
	             "  to       content.dropboxapi.example (198.51.100.7), port 443, "
	             "TLS (Dropbox)\n"));
	CHECK(strstr(run.text, "  volume   3.20 GB that way, 212 kB back\n"));
	CHECK(strstr(run.text,
	             "first at packet 90,210, 3 min 20 s before the last byte"));
	free(run.text);
}

static void what_is_counted_is_not_called_an_estimate(void)
{
	struct run run;

	begin(&run, 100);
	sample_fileinfo(&event);
	event.kind = EVENT_ALERT;
	event.alert = (struct alert_event){ .rule = &sample_rules[1],
		                            .about_transfer = true,
		                            .raised = event.transfer.last };
	event.transfer.audio.estimated_milliseconds = 0;
	event.transfer.members_total = 5;
	event.transfer.declared = SIZE_UNKNOWN;
	event.transfer.closed = false;
	event.transfer.missing = 1500;
	put(&run);
	end(&run, false);
	CHECK(strstr(run.text, "  audio    26 min, counted\n"));
	CHECK(strstr(run.text, "ZIP64 archive, 5 members, all seen: audio (WAV)\n"));
	CHECK(strstr(run.text, "8.01 GB seen, none declared, 1.50 kB of it lost to the "
	                       "capture: broken off\n"));
	CHECK(strstr(run.text, "with the last byte\n"));
	free(run.text);
}

static void hostile_names_do_nothing_to_the_terminal(void)
{
	static const char name[] = "\x1b]0;owned\a\xe2\x80\xaegpj.exe\r\n\xff";
	struct run run;

	begin(&run, 100);
	sample_alert(&event, 0, ALERT_NEW, 1000);
	sample_name(&event.transfer.name, name);
	sample_name(&event.transfer.members[0].name, name);
	memcpy(event.flow.server_name, name, sizeof(name));
	memcpy(event.flow.protocol, "\x1b[31m", 6);
	memcpy(event.flow.application, "\x1b[31m\n", 7);
	put(&run);
	event.kind = EVENT_FLOW;
	put(&run);
	end(&run, false);
	for (const char *p = run.text; *p; p++)
		CHECK(*p == '\n' ||
		      ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f));
	CHECK(strstr(run.text, "\\x1b]0;owned\\x07\\u202egpj.exe\\x0d\\x0a\\xff"));
	free(run.text);
}

static void many_alerts_are_bounded_and_the_worst_are_shown(void)
{
	struct run run;

	begin(&run, 100);
	for (unsigned i = 0; i < 5000; i++) {
		sample_alert(&event, i == 4990 ? 0 : 2, ALERT_NEW, 10);
		event.transfer.id = i + 1;
		event.flow.id = i + 1;
		event.transfer.declared = 1000 + i;
		put(&run);
	}
	end(&run, false);
	CHECK(strstr(run.text,
	             "5,000 alerts: 1 high, 4,999 medium\n\nHIGH     Archive or"));
	CHECK(strstr(run.text, "\nand 4,980 more alerts, in the records\n"));
	CHECK(strlen(run.text) < 20000);
	free(run.text);
}

static void a_flow_that_is_reported_while_it_goes_on_counts_once(void)
{
	struct run run, once;

	begin(&run, 100);
	begin(&once, 100);
	for (unsigned done = 100; done < 1000; done += 100) {
		sample_flow_update(&event, done, done - 100);
		put(&run);
	}
	sample_flow_record(&event);
	put(&run);
	put(&once);
	end(&run, false);
	end(&once, false);
	CHECK_TEXT(once.text, run.text);
	free(run.text);
	free(once.text);
}

static void a_members_alert_is_shown_with_its_archive(void)
{
	struct run run;

	begin(&run, 100);
	sample_alert(&event, 0, ALERT_NEW, 10);
	put(&run);
	sample_alert(&event, 2, ALERT_NEW, 10);
	event.transfer.parent = event.transfer.id;
	event.transfer.id = 99;
	sample_name(&event.transfer.name, "member.wav");
	put(&run);
	end(&run, false);
	CHECK(strstr(run.text, "2 alerts: 1 high, 1 medium; all about the same file\n"));
	CHECK(strstr(run.text, "  file     calls-2026-q3.zip\n"));
	CHECK(!strstr(run.text, "member.wav"));
	free(run.text);
}

int main(void)
{
	TEST(an_upload_reads_like_this);
	TEST(no_line_is_wider_than_the_terminal);
	TEST(of_flows_that_gave_way_those_are_told_that_had_more_than_begun);
	TEST(a_run_without_alerts_says_so);
	TEST(a_capture_with_nothing_inside_says_so_first_and_how_to_mend_it);
	TEST(a_capture_with_little_inside_says_how_little);
	TEST(a_capture_that_has_packets_twice_says_so_and_how_to_mend_it);
	TEST(an_alert_on_a_flow_alone_says_how_much);
	TEST(what_is_counted_is_not_called_an_estimate);
	TEST(hostile_names_do_nothing_to_the_terminal);
	TEST(many_alerts_are_bounded_and_the_worst_are_shown);
	TEST(a_flow_that_is_reported_while_it_goes_on_counts_once);
	TEST(a_members_alert_is_shown_with_its_archive);
	return check_done();
}
