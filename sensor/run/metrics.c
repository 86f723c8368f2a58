// SPDX-License-Identifier: Apache-2.0
/*
 * metrics.c - Prometheus's text format, by its conventions: base units, the unit in the
 * name, _total behind what only grows.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats, text format 0.0.4
 */
#include <ctype.h>
#include <inttypes.h>

#include "run/status.h"

#define SECONDS(ns) ((double)(ns) / 1e9)

static void head(FILE *to, const char *name, const char *type, const char *help)
{
	fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* "egret.tcp_missing_bytes" is egret_tcp_missing_bytes_total, "decoder.pkts"
 * egret_decoder_packets_total. */
static void name_of(char name[128], const char *path)
{
	size_t n = 0;
	static const char prefix[] = "egret_";

	if (strncmp(path, "egret.", 6) == 0)
		path += 6;
	memcpy(name, prefix, sizeof(prefix) - 1);
	for (n = sizeof(prefix) - 1; *path && n < 110; path++)
		name[n++] = isalnum((unsigned char)*path) ? *path : '_';
	memcpy(name + n, "_total", 7);
}

static const struct {
	const char *path, *name;
} renamed[] = {
	{ "decoder.pkts", "egret_decoder_packets_total" },
	{ "decoder.bytes", "egret_decoder_bytes_total" },
	{ "flow.total", "egret_flows_total" },
	{ NULL, NULL },
};

static void print_counter(FILE *to, const char *path, const char *help, uint64_t value)
{
	char name[128];

	name_of(name, path);
	for (unsigned i = 0; renamed[i].path; i++)
		if (strcmp(renamed[i].path, path) == 0)
			snprintf(name, sizeof(name), "%s", renamed[i].name);
	head(to, name, "counter", help);
	fprintf(to, "%s %" PRIu64 "\n", name, value);
}

/* A label's value: backslash, quote and newline are escaped; what is not printable ASCII
 * and no UTF-8 lead or tail is left out. */
static void print_label(FILE *to, const char *name, const char *value)
{
	fprintf(to, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', to);
		if ((unsigned char)*value >= ' ' && *value != 0x7f)
			fputc(*value, to);
	}
	fputc('"', to);
}

static void print_fills(const struct standing *s, FILE *to)
{
	static const struct {
		const char *word, *help;
	} rows[] = {
#define FILL_ROW(name, word, help) [FILL_##name] = { word, help },
		FILLS_TABLE(FILL_ROW)
#undef FILL_ROW
	};

	for (unsigned i = 0; i < FILLS; i++) {
		const struct fill *f = &s->view.fills.at[i];
		char name[96];

		snprintf(name, sizeof(name), "egret_%s", rows[i].word);
		head(to, name, "gauge", rows[i].help);
		fprintf(to, "%s %" PRIu64 "\n", name, f->used);
		snprintf(name, sizeof(name), "egret_%s_limit", rows[i].word);
		head(to, name, "gauge", "how many there can be at the same time");
		fprintf(to, "%s %" PRIu64 "\n", name, f->room);
	}
}

static void print_sinks(const struct standing *s, FILE *to)
{
	head(to, "egret_sink_records_total", "counter",
	     "records by where they went and what became of them");
	for (unsigned i = 0; i < s->sink_count; i++) {
		const struct outbox_counts *c = &s->sinks[i].counts;
		const struct {
			const char *what;
			uint64_t n;
		} rows[] = { { "taken", c->taken },
			     { "lost_full", c->lost_full },
			     { "lost_alerts", c->lost_alerts },
			     { "lost_refused", c->lost_refused } };

		for (unsigned k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
			fprintf(to,
			        "egret_sink_records_total{sink=\"%s\",result=\"%s\"} "
			        "%" PRIu64 "\n",
			        s->sinks[i].name, rows[k].what, rows[k].n);
	}
	head(to, "egret_sink_up", "gauge", "1 while the sink takes records");
	for (unsigned i = 0; i < s->sink_count; i++)
		fprintf(to, "egret_sink_up{sink=\"%s\"} %d\n", s->sinks[i].name,
		        !s->sinks[i].counts.failing);
	head(to, "egret_sink_spooled_bytes", "gauge",
	     "bytes of alerts that wait in a file until the sink takes them");
	for (unsigned i = 0; i < s->sink_count; i++)
		fprintf(to, "egret_sink_spooled_bytes{sink=\"%s\"} %" PRIu64 "\n",
		        s->sinks[i].name, s->sinks[i].counts.spooled_bytes);
}

static void print_rules(const struct standing *s, FILE *to)
{
	head(to, "egret_rule_alerts_total", "counter",
	     "alerts by rule; rules that have raised none are left out");
	for (size_t i = 0; i < s->view.rule_count; i++) {
		const struct board_rule *r = &s->view.rules[i];

		if (r->filter)
			continue;
		fputs("egret_rule_alerts_total{", to);
		print_label(to, "rule_id", r->id);
		fputc(',', to);
		print_label(to, "title", r->title);
		fprintf(to, "} %" PRIu64 "\n", r->matched);
	}
}

static void gauge(FILE *to, const char *name, const char *help, double value)
{
	head(to, name, "gauge", help);
	fprintf(to, "%s %.17g\n", name, value);
}

void status_print_metrics(const struct standing *s, FILE *to)
{
	const struct board_view *v = &s->view;
	char why[STATUS_TEXT];

	head(to, "egret_build_info", "gauge", "1, with the version as a label");
	fputs("egret_build_info{version=\"" EGRET_VERSION "\"} 1\n", to);
	gauge(to, "egret_healthy", "1 while /healthz says so", status_healthy(s, why));
	gauge(to, "egret_start_time_seconds", "when it began, since 1970",
	      SECONDS(s->started));
	gauge(to, "egret_policy_loaded_timestamp_seconds",
	      "when the rules in force were loaded, since 1970",
	      SECONDS(s->policy_loaded));
	gauge(to, "egret_rules", "rules in force", (double)v->rules_loaded);
	gauge(to, "egret_filters", "filters in force", (double)v->filters_loaded);
	gauge(to, "egret_canary_timestamp_seconds",
	      "when a canary was last seen, since 1970; 0: never", SECONDS(v->canary));
	gauge(to, "egret_resident_memory_bytes", "memory that the process has",
	      (double)s->resident);
	gauge(to, "egret_workers", "threads that work on packets", s->workers);
	head(to, "egret_records_total", "counter", "records made");
	fprintf(to, "egret_records_total %" PRIu64 "\n", v->records);
#define COUNTER_LINE(name, path, help) \
	print_counter(to, path, help, v->sums.at[COUNT_##name]);
	COUNTERS_TABLE(COUNTER_LINE)
#undef COUNTER_LINE
	print_fills(s, to);
	print_sinks(s, to);
	print_rules(s, to);
}
