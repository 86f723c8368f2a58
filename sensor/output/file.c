// SPDX-License-Identifier: Apache-2.0
/*
 * file.c - records as lines of a file, which makes way for a new one by size, by time, or
 * when somebody asks.
 */
#include "output/file.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "output/writer.h"

struct file {
	struct writer writer;
	bool wants[RECORD_KINDS];
	int64_t every; /* s: in how long a time a file is full; 0: never */
	int64_t since; /* which of those times it is, counted from 1970 */
};

static int64_t period(const struct file *f)
{
	return f->every ? (int64_t)time(NULL) / f->every : 0;
}

static bool wants(void *state, enum record_kind kind, uint8_t level)
{
	(void)level;
	return ((struct file *)state)->wants[kind];
}

static enum sink_put problem(const struct file *f, struct error *why)
{
	error_set(why, "%s", strerror(f->writer.failed));
	return f->writer.closed ? SINK_REFUSED : SINK_LATER;
}

static enum sink_put put(void *state, const struct record *record, struct error *why)
{
	struct file *f = state;

	if (f->every && period(f) != f->since) {
		f->since = period(f);
		writer_rotate(&f->writer);
	}
	/* on a full disk what was taken goes first */
	if (f->writer.failed && !writer_flush(&f->writer))
		return problem(f, why);
	if (writer_put(&f->writer, record->line, record->n))
		return SINK_TAKEN;
	return problem(f, why);
}

static enum sink_put flush(void *state, struct error *why)
{
	struct file *f = state;

	return writer_flush(&f->writer) ? SINK_TAKEN : problem(f, why);
}

static void reopen(void *state)
{
	writer_reopen(&((struct file *)state)->writer);
}

static void rotate(void *state)
{
	writer_rotate(&((struct file *)state)->writer);
}

static uint64_t finish(void *state)
{
	struct file *f = state;
	uint64_t lost = writer_close(&f->writer);

	free(f);
	return lost;
}

int file_sink_open(const struct config *config, const char *path, bool add,
                   struct sink *ret, struct error *err)
{
	struct file *f = calloc(1, sizeof(*f));

	if (!f)
		return error_set(err, "out of memory");
	if (writer_open(&f->writer, path, add, err) < 0) {
		free(f);
		return -1;
	}
	f->wants[RECORD_ALERT] = f->wants[RECORD_ALERT_UPDATE] = config->eve.alert;
	f->wants[RECORD_STATS] = config->eve.stats;
	f->wants[RECORD_FILEINFO] = config->eve.fileinfo;
	f->wants[RECORD_FLOW] = config->eve.flow;
	f->wants[RECORD_FLOW_UPDATE] = config->eve.flow_update;
	if (add) {
		writer_limit(&f->writer, config->rotate_size,
		             (unsigned)config->rotate_keep);
		f->every = config->rotate_time / 1000000000;
		f->since = period(f);
	}
	*ret = (struct sink){
		.name = "eve",
		.state = f,
		.wants = wants,
		.put = put,
		.flush = flush,
		.reopen = reopen,
		.rotate = rotate,
		.close = finish,
	};
	return 0;
}
