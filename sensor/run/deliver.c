// SPDX-License-Identifier: Apache-2.0
/*
 * deliver.c - to one sink at once, or to each through its outbox.
 */
#include "run/deliver.h"

#include <limits.h>
#include <stdio.h>

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "output/file.h"
#include "output/syslog.h"
#include "output/webhook.h"

/* 1: that sink is not asked for. */
static int take(struct deliver *d, int status)
{
	d->n += status == 0;
	return status < 0 ? -1 : 0;
}

int deliver_open(struct deliver *d, const struct config *config, const char *eve_path,
                 bool live, struct error *err)
{
	if (file_sink_open(config, eve_path, live, &d->sinks[0], err) < 0)
		return -1;
	d->n = 1;
	if (!live)
		return 0;
	if (take(d, syslog_sink_open(config, &d->sinks[d->n], err)) < 0 ||
	    take(d, webhook_sink_open(config, &d->sinks[d->n], err)) < 0)
		return -1;
	return 0;
}

int deliver_start(struct deliver *d, const struct config *c, struct error *err)
{
	struct outbox_options options = { .queue = c->queue,
		                          .spool_size = c->spool_size };
	char path[PATH_MAX];

	for (unsigned i = 0; i < d->n; i++) {
		/* what the file does not take, another file would not either */
		if (i > 0 && *c->spool_folder) {
			snprintf(path, sizeof(path), "%s/%s.spool", c->spool_folder,
			         d->sinks[i].name);
			options.spool = path;
		}
		options.role = i > 0 ? SANDBOX_NET : SANDBOX_FILE;
		d->boxes[i] = outbox_new(&d->sinks[i], &options, err);
		if (!d->boxes[i])
			return -1;
	}
	return 0;
}

/* What cannot be written down stands in the log, at least. */
static void cry(const struct deliver *d, const struct record *r)
{
	struct outbox_counts counts;

	if (r->kind != RECORD_ALERT)
		return;
	outbox_counts(d->boxes[0], &counts);
	if (counts.failing)
		log_warning("an alert that is not written yet: %.*s", (int)r->n, r->line);
}

bool deliver_wants(void *deliver, enum record_kind kind, uint8_t level)
{
	const struct deliver *d = deliver;

	for (unsigned i = 0; i < d->n; i++)
		if (d->sinks[i].wants(d->sinks[i].state, kind, level))
			return true;
	return false;
}

static void put_direct(struct deliver *d, const struct record *r)
{
	struct error why;

	if (d->sinks[0].put(d->sinks[0].state, r, &why) != SINK_TAKEN) {
		d->lost++;
		return;
	}
	d->written++;
	/* who follows the file sees these when they happen */
	if (r->kind == RECORD_ALERT || r->kind == RECORD_ALERT_UPDATE ||
	    r->kind == RECORD_STATS)
		d->sinks[0].flush(d->sinks[0].state, &why);
}

void deliver_put(void *deliver, const struct record *r)
{
	struct deliver *d = deliver;

	if (!d->boxes[0]) {
		put_direct(d, r);
		return;
	}
	for (unsigned i = 0; i < d->n; i++)
		outbox_put(d->boxes[i], r);
	cry(d, r);
}

void deliver_write(void *deliver, struct json *j)
{
	struct deliver *d = deliver;

	if (!d->boxes[0])
		return;
	json_array(j, "sinks");
	for (unsigned i = 0; i < d->n; i++) {
		struct outbox_counts counts;

		outbox_counts(d->boxes[i], &counts);
		outbox_write(d->sinks[i].name, &counts, j);
	}
	json_array_end(j);
}

void deliver_reopen(struct deliver *d)
{
	for (unsigned i = 0; i < d->n; i++)
		outbox_reopen(d->boxes[i]);
}

void deliver_rotate(struct deliver *d)
{
	for (unsigned i = 0; i < d->n; i++)
		outbox_rotate(d->boxes[i]);
}

static void close_box(struct deliver *d, unsigned i)
{
	struct outbox_counts *ended = &d->ended[i];

	outbox_close(d->boxes[i], ended);
	d->boxes[i] = NULL;
	if (i > 0)
		return;
	d->written = ended->taken;
	d->lost = ended->lost_full + ended->lost_alerts + ended->lost_refused;
}

static void close_sink(struct deliver *d, unsigned i)
{
	uint64_t lost = d->sinks[i].close(d->sinks[i].state);

	if (i > 0)
		return;
	d->written -= lost;
	d->lost += lost;
}

void deliver_close(struct deliver *d)
{
	for (unsigned i = 0; i < d->n; i++)
		(d->boxes[i] ? close_box : close_sink)(d, i);
	d->n = 0;
}
