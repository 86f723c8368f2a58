// SPDX-License-Identifier: Apache-2.0
/*
 * stats.c - the parts of a stats record, and how it is written: every counter at its
 * path, Suricata's in `stats`, ours in `egret.stats`.
 *
 * The output's thread.  The table of counters is the only list: groups come in the order
 * in which the table first names them.
 */
#include "output/stats.h"

#include "output/eve.h"
#include "output/tally.h"

static const char *const counter_paths[COUNTERS] = {
#define COUNTER_PATH(name, path, help) [COUNT_##name] = path,
	COUNTERS_TABLE(COUNTER_PATH)
#undef COUNTER_PATH
};

bool stats_add(struct stats *stats, const struct event *event)
{
	for (unsigned i = 0; i < COUNTERS; i++)
		stats->sums.at[i] += event->stats.counters.at[i];
	stats->active_flows += event->stats.active_flows;
	if (event->time > stats->time)
		stats->time = event->time;
	if (event->stats.began && (!stats->began || event->stats.began < stats->began))
		stats->began = event->stats.began;
	stats->final |= event->stats.final;
	return ++stats->parts >= event->stats.parts;
}

void stats_clear(struct stats *stats)
{
	*stats = (struct stats){ .began = stats->began };
}

/* How long the group's name is: up to the point. */
static size_t group_length(const char *path)
{
	return strcspn(path, ".");
}

static bool group_same(const char *a, const char *b)
{
	size_t n = group_length(a);

	return n == group_length(b) && memcmp(a, b, n) == 0;
}

static bool group_first(unsigned i)
{
	for (unsigned k = 0; k < i; k++)
		if (group_same(counter_paths[k], counter_paths[i]))
			return false;
	return true;
}

static void group_members(struct json *j, const struct counters *sums, const char *group)
{
	for (unsigned i = 0; i < COUNTERS; i++)
		if (group_same(counter_paths[i], group))
			json_u64(j, counter_paths[i] + group_length(group) + 1,
			         sums->at[i]);
}

static void write_suricatas(struct json *j, const struct counters *sums,
                            uint64_t active_flows)
{
	for (unsigned i = 0; i < COUNTERS; i++) {
		const char *path = counter_paths[i];
		char name[32];
		size_t n = group_length(path);

		if (!group_first(i) || group_same(path, "egret.") || n >= sizeof(name))
			continue;
		memcpy(name, path, n);
		name[n] = 0;
		json_object(j, name);
		if (strcmp(name, "flow") == 0)
			json_u64(j, "active", active_flows);
		group_members(j, sums, path);
		json_object_end(j);
	}
}

void eve_write_stats(struct json *j, const struct eve *eve, int64_t time, int64_t began,
                     const struct counters *sums, uint64_t active_flows,
                     const struct tally *tally, uint64_t seq)
{
	json_object(j, NULL);
	eve_time(j, "timestamp", time);
	json_text(j, "event_type", "stats");
	json_object(j, "stats");
	json_u64(j, "uptime",
	         began && time > began ? (uint64_t)(time - began) / 1000000000 : 0);
	write_suricatas(j, sums, active_flows);
	json_object_end(j);
	eve_open_egret(j, eve, seq);
	json_object(j, "stats");
	group_members(j, sums, "egret.");
	json_object_end(j);
	tally_write(tally, j);
	json_object_end(j);
	json_object_end(j);
}
