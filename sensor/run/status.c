// SPDX-License-Identifier: Apache-2.0
/*
 * status.c - one screen for people, and the same as JSON.
 */
#include "run/status.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/units.h"
#include "output/eve.h"
#include "output/say.h"

#define SECOND INT64_C(1000000000)

enum { STALE = 10, JSON_ROOM = 1 << 17, RULES_SHOWN = 20 };

bool status_healthy(const struct standing *s, char why[STATUS_TEXT])
{
	const struct board_view *v = &s->view;

	why[0] = '\0';
	if (s->now - s->started < STALE * SECOND && v->time == 0)
		return true; /* it has only just begun */
	if (s->now - v->time > STALE * SECOND) {
		snprintf(why, STATUS_TEXT, "nothing was counted for %" PRId64 " s",
		         (s->now - (v->time ? v->time : s->started)) / SECOND);
		return false;
	}
	if (v->dropped) {
		snprintf(why, STATUS_TEXT,
		         "%" PRIu64 " packets were lost in the last %d s", v->dropped,
		         BOARD_WINDOW);
		return false;
	}
	for (unsigned i = 0; i < s->sink_count; i++)
		if (s->sinks[i].counts.failing) {
			snprintf(why, STATUS_TEXT, "%s does not take records: %s",
			         s->sinks[i].name, s->sinks[i].counts.why);
			return false;
		}
	return true;
}

static char *ago(char text[UNITS_TEXT + 8], int64_t now, int64_t then)
{
	char duration[UNITS_TEXT];

	snprintf(text, UNITS_TEXT + 8, "%s ago",
	         units_say_duration(duration,
	                            now > then ? (now - then) / SECOND * SECOND : 0));
	return text;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void print_head(const struct standing *s, FILE *to)
{
	uint64_t refused = s->view.sums.at[COUNT_POLICY_REFUSED];
	char text[UNITS_TEXT], when[64], why[STATUS_TEXT];

	fprintf(to, "egret " EGRET_VERSION ", up %s, listening on",
	        units_say_duration(text, (s->now - s->started) / SECOND * SECOND));
	for (size_t i = 0; i < s->interface_count; i++)
		fprintf(to, "%s %s", i ? "," : "", s->interfaces[i]);
	fputc('\n', to);
	if (!status_healthy(s, why))
		fprintf(to, "  PROBLEM    %s\n", why);
	fprintf(to, "  policy     %" PRIu64 " rule%s, %" PRIu64 " filter%s, loaded %s",
	        s->view.rules_loaded, plural(s->view.rules_loaded),
	        s->view.filters_loaded, plural(s->view.filters_loaded),
	        say_time(when, s->policy_loaded));
	if (refused)
		fprintf(to, "; %" PRIu64 " reload%s refused", refused, plural(refused));
	fputc('\n', to);
}

static void print_traffic(const struct board_view *v, FILE *to)
{
	const uint64_t *c = v->sums.at;
	char a[UNITS_TEXT], b[UNITS_TEXT], d[UNITS_TEXT], e[UNITS_TEXT];

	fprintf(to, "  traffic    %s, %s packets/s; %s in %s packets so far\n",
	        units_say_rate(a, v->bits), units_say_count(b, v->packets),
	        units_say_size(d, c[COUNT_DECODER_BYTES]),
	        units_say_count(e, c[COUNT_DECODER_PACKETS]));
	fprintf(to, "  lost       %s packets by the kernel, %s by interfaces",
	        units_say_count(a, c[COUNT_CAPTURE_DROPPED]),
	        units_say_count(b, c[COUNT_INTERFACE_DROPPED]));
	fprintf(to, "; %s missing in streams\n", units_say_size(d, c[COUNT_TCP_MISSING]));
}

static void print_fills(const struct standing *s, FILE *to)
{
	static const char *const words[] = {
#define FILL_WORD(name, word, help) [FILL_##name] = word,
		FILLS_TABLE(FILL_WORD)
#undef FILL_WORD
	};
	char a[UNITS_TEXT], b[UNITS_TEXT];

	fprintf(to, "  memory     %s\n", units_say_size(a, s->resident));
	for (unsigned i = 0; i < FILLS; i++) {
		const struct fill *f = &s->view.fills.at[i];

		if (f->room)
			fprintf(to, "             %-16s %12s of %-12s %3.0f %%\n",
			        words[i], units_say_count(a, f->used),
			        units_say_count(b, f->room),
			        100.0 * (double)f->used / (double)f->room);
	}
}

static void print_sinks(const struct standing *s, FILE *to)
{
	char a[UNITS_TEXT], b[UNITS_TEXT];

	for (unsigned i = 0; i < s->sink_count; i++) {
		const struct outbox_counts *c = &s->sinks[i].counts;

		fprintf(to, "  %-10s %-8s %s taken, %s lost", i ? "" : "records",
		        s->sinks[i].name, units_say_count(a, c->taken),
		        units_say_count(b,
		                        c->lost_full + c->lost_alerts + c->lost_refused));
		if (c->spooled_bytes)
			fprintf(to, ", %s of alerts wait in the spool",
			        units_say_size(a, c->spooled_bytes));
		fprintf(to, "%s%s\n", c->failing ? "; failing: " : "",
		        c->failing ? c->why : "");
	}
}

static void print_canary(const struct standing *s, FILE *to)
{
	char text[UNITS_TEXT + 8];

	if (s->view.canary)
		fprintf(to, "  canary     seen %s, %" PRIu64 " in all\n",
		        ago(text, s->now, s->view.canary), s->view.canaries);
	else
		fputs("  canary     none seen yet: egret canary URL, on a host inside, "
		      "sends one\n",
		      to);
}

static int more_matched(const void *a, const void *b)
{
	const struct board_rule *x = a, *y = b;

	return x->matched != y->matched ? (x->matched < y->matched ? 1 : -1) : 0;
}

static void print_rules(const struct standing *s, FILE *to)
{
	struct board_rule rules[BOARD_RULES];
	char text[SAY_TEXT], when[UNITS_TEXT + 8], matched[UNITS_TEXT];
	size_t n = s->view.rule_count;

	memcpy(rules, s->view.rules, n * sizeof(*rules));
	qsort(rules, n, sizeof(*rules), more_matched);
	if (n == 0)
		fputs("  alerts     none yet\n", to);
	for (size_t i = 0; i < n && i < RULES_SHOWN; i++) {
		const struct board_rule *r = &rules[i];

		fprintf(to, "  %-10s %8s  %s%s", i ? "" : "alerts",
		        units_say_count(matched, r->matched),
		        r->filter ? "kept back by " : "",
		        say_wire(text, bytes_of(r->title), 60));
		if (r->suppressed)
			fprintf(to, " (and %" PRIu64 " kept back)", r->suppressed);
		if (r->last)
			fprintf(to, ", the last %s", ago(when, s->now, r->last));
		fputc('\n', to);
	}
}

void status_print(const struct standing *s, FILE *to)
{
	print_head(s, to);
	print_traffic(&s->view, to);
	print_fills(s, to);
	print_sinks(s, to);
	print_canary(s, to);
	print_rules(s, to);
}

static void json_sinks(const struct standing *s, struct json *j)
{
	json_array(j, "sinks");
	for (unsigned i = 0; i < s->sink_count; i++)
		outbox_write(s->sinks[i].name, &s->sinks[i].counts, j);
	json_array_end(j);
}

static void json_fills(const struct standing *s, struct json *j)
{
	json_object(j, "pools");
#define FILL_JSON(name, word, help)                              \
	json_object(j, word);                                    \
	json_u64(j, "used", s->view.fills.at[FILL_##name].used); \
	json_u64(j, "room", s->view.fills.at[FILL_##name].room); \
	json_object_end(j);
	FILLS_TABLE(FILL_JSON)
#undef FILL_JSON
	json_object_end(j);
}

static void json_rules(const struct standing *s, struct json *j)
{
	json_array(j, "rules");
	for (size_t i = 0; i < s->view.rule_count; i++) {
		const struct board_rule *r = &s->view.rules[i];

		json_object(j, NULL);
		if (*r->id)
			json_bytes(j, "id", bytes_of(r->id));
		json_bytes(j, "title", bytes_of(r->title));
		json_bool(j, "filter", r->filter);
		json_u64(j, "matched", r->matched);
		json_u64(j, "suppressed", r->suppressed);
		if (r->last)
			eve_time(j, "last", r->last);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_all(const struct standing *s, struct json *j)
{
	const struct board_view *v = &s->view;
	char why[STATUS_TEXT];

	json_object(j, NULL);
	json_text(j, "version", EGRET_VERSION);
	json_bool(j, "healthy", status_healthy(s, why));
	if (*why)
		json_bytes(j, "problem", bytes_of(why));
	eve_time(j, "now", s->now);
	eve_time(j, "started", s->started);
	json_u64(j, "uptime", (uint64_t)((s->now - s->started) / SECOND));
	json_array(j, "interfaces");
	for (size_t i = 0; i < s->interface_count; i++)
		json_bytes(j, NULL, bytes_of(s->interfaces[i]));
	json_array_end(j);
	json_u64(j, "workers", s->workers);
	json_object(j, "policy");
	eve_time(j, "loaded", s->policy_loaded);
	json_u64(j, "rules", v->rules_loaded);
	json_u64(j, "filters", v->filters_loaded);
	json_u64(j, "refused", v->sums.at[COUNT_POLICY_REFUSED]);
	json_object_end(j);
	json_object(j, "rates");
	json_u64(j, "bits_per_second", v->bits);
	json_u64(j, "packets_per_second", v->packets);
	json_u64(j, "lost_in_window", v->dropped);
	json_u64(j, "window", BOARD_WINDOW);
	json_object_end(j);
	json_u64(j, "memory", s->resident);
	json_fills(s, j);
	json_u64(j, "records", v->records);
	json_sinks(s, j);
	if (v->canary)
		eve_time(j, "canary", v->canary);
	json_u64(j, "canaries", v->canaries);
	json_rules(s, j);
	json_object(j, "counters");
#define COUNTER_JSON(name, path, help) json_u64(j, path, v->sums.at[COUNT_##name]);
	COUNTERS_TABLE(COUNTER_JSON)
#undef COUNTER_JSON
	json_object_end(j);
	json_object_end(j);
}

void status_print_json(const struct standing *s, FILE *to)
{
	char *text = malloc(JSON_ROOM);
	struct json j = json_over(text, text ? JSON_ROOM : 0);

	if (text)
		json_all(s, &j);
	if (text && !j.full)
		fprintf(to, "%.*s\n", (int)j.n, text);
	free(text);
}
