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

static void add_reader(struct stats *stats, unsigned number, const struct counters *c)
{
	if (number == 0 || number > STATS_READERS)
		return;
	stats->readers[number - 1] = (struct stats_reader){
		.packets = c->at[COUNT_CAPTURE_PACKETS],
		.dropped = c->at[COUNT_CAPTURE_DROPPED],
		.ring_drops = c->at[COUNT_CAPTURE_RING_DROPS],
		.handed_over = c->at[COUNT_CAPTURE_HANDED_OVER],
	};
	if (number > stats->reader_count)
		stats->reader_count = number;
}

bool stats_add(struct stats *stats, const struct event *event)
{
	for (unsigned i = 0; i < COUNTERS; i++)
		stats->sums.at[i] += event->stats.counters.at[i];
	for (unsigned i = 0; i < FILLS; i++) {
		stats->fills.at[i].used += event->stats.fills.at[i].used;
		stats->fills.at[i].room += event->stats.fills.at[i].room;
	}
	if (event->time > stats->time)
		stats->time = event->time;
	if (event->stats.began && (!stats->began || event->stats.began < stats->began))
		stats->began = event->stats.began;
	stats->top |= event->stats.top;
	stats->record |= event->stats.record;
	add_reader(stats, event->stats.reader, &event->stats.counters);
	stats->final |= event->stats.final;
	return ++stats->parts >= event->stats.parts;
}

void stats_clear(struct stats *stats)
{
	*stats = (struct stats){ .began = stats->began };
}

/* How long the first n bytes of the path go on to the next point; 0: there is none. */
static size_t group_length(const char *path, size_t n)
{
	const char *point = strchr(path + n, '.');

	return point ? (size_t)(point - path) : 0;
}

/* Whether no counter before this one begins with the same n bytes. */
static bool group_first(unsigned i, size_t n)
{
	for (unsigned k = 0; k < i; k++)
		if (strncmp(counter_paths[k], counter_paths[i], n) == 0)
			return false;
	return true;
}

static void group_open(struct json *j, const char *name, size_t n)
{
	char text[32];

	if (n >= sizeof(text))
		n = sizeof(text) - 1;
	memcpy(text, name, n);
	text[n] = 0;
	json_object(j, text);
}

/* The counters whose path begins with the first n bytes of `group`, its point included.
 */
static void group_members(struct json *j, const struct counters *sums, const char *group,
                          size_t n)
{
	for (unsigned i = 0; i < COUNTERS; i++) {
		const char *path = counter_paths[i];
		size_t deeper;

		if (strncmp(path, group, n) != 0)
			continue;
		deeper = group_length(path, n);
		if (!deeper) {
			json_u64(j, path + n, sums->at[i]);
		} else if (group_first(i, deeper + 1)) {
			group_open(j, path + n, deeper - n);
			group_members(j, sums, path, deeper + 1);
			json_object_end(j);
		}
	}
}

static void write_suricatas(struct json *j, const struct counters *sums,
                            uint64_t active_flows)
{
	for (unsigned i = 0; i < COUNTERS; i++) {
		const char *path = counter_paths[i];
		size_t n = group_length(path, 0);

		if (!group_first(i, n + 1) || strncmp(path, "egret.", n + 1) == 0)
			continue;
		group_open(j, path, n);
		if (strncmp(path, "flow.", n + 1) == 0)
			json_u64(j, "active", active_flows);
		group_members(j, sums, path, n + 1);
		json_object_end(j);
	}
}

/* Where several read, each worker for itself: a queue of the kernel that is too short for
 * its traffic shows here. */
static void write_readers(struct json *j, const struct stats_reader *readers, unsigned n)
{
	if (n < 2)
		return;
	json_array(j, "workers");
	for (unsigned i = 0; i < n; i++) {
		json_object(j, NULL);
		json_u64(j, "kernel_packets", readers[i].packets);
		json_u64(j, "kernel_drops", readers[i].dropped);
		json_u64(j, "ring_drops", readers[i].ring_drops);
		json_u64(j, "handed_over", readers[i].handed_over);
		json_object_end(j);
	}
	json_array_end(j);
}

void eve_write_stats(struct json *j, const struct eve *eve, const struct stats *stats,
                     const struct tally *tally, uint64_t seq)
{
	int64_t time = stats->time, began = stats->began;

	json_object(j, NULL);
	eve_time(j, "timestamp", time);
	json_text(j, "event_type", "stats");
	json_object(j, "stats");
	json_u64(j, "uptime",
	         began && time > began ? (uint64_t)(time - began) / 1000000000 : 0);
	write_suricatas(j, &stats->sums, stats->fills.at[FILL_FLOWS].used);
	json_object_end(j);
	eve_open_egret(j, eve, seq);
	json_object(j, "stats");
	group_members(j, &stats->sums, "egret.", strlen("egret."));
	json_object_end(j);
	write_readers(j, stats->readers, stats->reader_count);
	tally_write(tally, j);
	if (eve->write_sinks)
		eve->write_sinks(eve->sinks, j);
	json_object_end(j);
	json_object_end(j);
}
