// SPDX-License-Identifier: Apache-2.0
/*
 * live.c - takes the earliest packet of those that its interfaces have ready, and looks
 * after interfaces that come and go.
 */
#include "traffic/live.h"

#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "traffic/fanout.h"
#include "traffic/filter.h"

#define SETTLE \
	200000000 /* ns on the clock after which others are through with what was */
#define RETRY 1000000000          /* ns on the clock between two looks for an interface */
#define STEP  INT64_C(1000000000) /* ns: who sets the clock by less has not set it */

struct port {
	const char *name;
	struct tap *tap; /* NULL: it is not there */
	bool said;       /* that it is not */
	bool joined;     /* it has its part of the packets only... */
	int64_t since;   /* ...from here on; before, others had them */
	int64_t settles; /* ns on the clock: others have handed those over; 0: have */
	bool ready;      /* packet is the next one */
	struct packet packet;
	struct tap_counts before;              /* of taps that were closed */
	struct tap_counts told;                /* to the counters */
	uint64_t said_dropped, said_interface; /* nothing is said of fewer */
};

struct live {
	const char *names[LIVE_INTERFACES];
	struct port ports[LIVE_INTERFACES];
	size_t n;
	struct tap_options options;
	struct live_share *share; /* NULL: alone */
	unsigned index;           /* among those who share */
	int wake;
	void (*say)(void *arg, const char *sentence);
	void *arg;
	struct counters *counters;
	uint64_t number;
	int64_t tried; /* ns on the clock: when interfaces were looked for */
	int64_t ahead; /* clock_ahead when it was last looked at */
	_Atomic int64_t offset;
	int64_t offset_before; /* until the clock was set last */
};

static int64_t clock_read(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t clock_now(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

static int64_t clock_of_packets(void)
{
	return clock_read(CLOCK_REALTIME);
}

/* By how much the clock that people read is ahead of the one that nobody sets. */
static int64_t clock_ahead(void)
{
	return clock_of_packets() - clock_now();
}

/* What all who share would say the first one says. */
static void say(const struct live *live, const char *format, const char *name,
                const char *what)
{
	char sentence[1024];

	if (live->index > 0)
		return;
	snprintf(sentence, sizeof(sentence), format, name, what);
	live->say(live->arg, sentence);
}

static void say_opened(const struct live *live, const struct port *port)
{
	char offloads[TAP_OFFLOADS], command[128];

	say(live, "listening on %s (%s)", port->name, link_name(tap_link(port->tap)));
	if (!*tap_offloads(port->name, offloads))
		return;
	snprintf(command, sizeof(command), "ethtool -K %s", port->name);
	for (char *word = strtok(offloads, " "); word; word = strtok(NULL, " "))
		snprintf(command + strlen(command), sizeof(command) - strlen(command),
		         " %s off", word);
	say(live, "%s makes one packet of several, which no network ever carried: %s",
	    port->name, command);
}

/* How many of those who share have joined. */
static unsigned joined(const struct live *live, const struct port *port)
{
	return atomic_load(&live->share->at[port - live->ports].joined);
}

/* Until it has joined, a tap gets what the others get, too. */
static int port_join(struct live *live, struct port *port, struct error *err)
{
	struct live_share *share = live->share;
	unsigned before = joined(live, port);
	int group = before ? share->at[port - live->ports].group : -1;
	int64_t now = clock_of_packets(); /* a few may come twice, none gets lost */

	if (fanout_join(tap_fd(port->tap), &group, share->shards, share->members, err) <
	    0) {
		struct error why = *err;

		return error_set(err, "%s: %s", port->name, why.text);
	}
	/* others' clocks say nothing of when this was */
	port->since = before && !(live->options.clock && *live->options.clock)
	                      ? now
	                      : INT64_MIN;
	port->settles = before ? clock_now() + SETTLE : 0;
	port->joined = true;
	atomic_store(&share->at[port - live->ports].group, group);
	atomic_fetch_add(&share->at[port - live->ports].joined, 1);
	return 0;
}

static struct tap *port_tap(struct live *live, struct port *port, bool *wrong,
                            struct error *err)
{
	port->joined = false;
	port->since = INT64_MIN;
	port->settles = 0;
	port->tap = tap_open(port->name, &live->options, wrong, err);
	if (!port->tap || !live->share || port_join(live, port, err) == 0)
		return port->tap;
	/* others may still have their part of an interface that went away */
	*wrong = false;
	tap_close(port->tap);
	return port->tap = NULL;
}

/* 0: it is open, or may still come; -1: err. */
static int port_open(struct live *live, struct port *port, struct error *err)
{
	bool wrong;

	/* they join in turn, so that each gets its own shards' packets */
	if (live->share && joined(live, port) < live->index)
		return 0;
	if (port_tap(live, port, &wrong, err)) {
		port->said = false;
		say_opened(live, port);
		return 0;
	}
	if (wrong)
		return -1;
	if (!port->said)
		say(live, "%s%s: waiting for it", err->text, "");
	port->said = true;
	return 0;
}

static void add(struct tap_counts *sum, const struct tap_counts *more)
{
	sum->received += more->received;
	sum->dropped += more->dropped;
	sum->interface += more->interface;
}

static void port_counts(const struct live *live, const struct port *port,
                        struct tap_counts *counts)
{
	tap_counts(port->tap, counts);
	if (live->index > 0)
		counts->interface = 0; /* the same for all who share */
}

static void port_close(struct live *live, struct port *port, const char *why)
{
	struct tap_counts counts;

	port_counts(live, port, &counts);
	add(&port->before, &counts);
	tap_close(port->tap);
	port->tap = NULL;
	port->said = true;
	if (port->joined)
		atomic_fetch_sub(&live->share->at[port - live->ports].joined, 1);
	if (live->index == 0)
		count_one(live->counters, COUNT_INTERFACE_LOST);
	say(live, "%s%s: waiting for it", why, "");
}

static struct live *open_all(struct live *live, const char *const *interfaces,
                             size_t count, struct error *err)
{
	live->wake = -1;
	for (size_t i = 0; i < count && i < LIVE_INTERFACES; i++) {
		live->names[i] = live->ports[live->n].name = interfaces[i];
		if (port_open(live, &live->ports[live->n++], err) < 0) {
			live_close(live);
			return NULL;
		}
	}
	live->tried = clock_now();
	live->ahead = clock_ahead();
	return live;
}

struct live *live_open(const char *const *interfaces, size_t count,
                       const struct tap_options *options,
                       void (*say_to)(void *arg, const char *sentence), void *arg,
                       struct counters *counters, struct error *err)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live) {
		error_set(err, "out of memory");
		return NULL;
	}
	live->options = *options;
	live->say = say_to;
	live->arg = arg;
	live->counters = counters;
	return open_all(live, interfaces, count, err);
}

int live_shared(struct live *first, struct live_share *share, struct error *err)
{
	first->share = share;
	for (size_t i = 0; i < first->n; i++)
		if (first->ports[i].tap && port_join(first, &first->ports[i], err) < 0) {
			live_alone(first);
			return -1;
		}
	return 0;
}

/* Of a group the last one gets everything. */
void live_alone(struct live *first)
{
	first->share = NULL;
	for (size_t i = 0; i < first->n; i++)
		first->ports[i].joined = false;
}

struct live *live_open_beside(const struct live *first, unsigned index,
                              struct counters *counters, struct error *err)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live) {
		error_set(err, "out of memory");
		return NULL;
	}
	live->options = first->options;
	live->say = first->say;
	live->arg = first->arg;
	live->share = first->share;
	live->index = index;
	live->counters = counters;
	return open_all(live, first->names, first->n, err);
}

const char *const *live_names(const struct live *live, size_t *count)
{
	*count = live->n;
	return live->names;
}

void live_close(struct live *live)
{
	for (size_t i = 0; live && i < live->n; i++)
		tap_close(live->ports[i].tap);
	free(live);
}

/* What others have from before it joined goes before what comes since. */
static bool settled(struct port *port)
{
	if (port->settles && clock_now() >= port->settles)
		port->settles = 0;
	return port->settles == 0;
}

/* Has its next packet at hand, if there is one. */
static bool port_ready(struct live *live, struct port *port)
{
	struct error err;
	enum tap_got got;

	if (!port->tap || port->ready || !settled(port))
		return port->ready;
	do {
		got = tap_read(port->tap, &port->packet, &err);
	} while (got == TAP_PACKET && port->packet.time < port->since);
	switch (got) {
	case TAP_PACKET: port->ready = true; break;
	case TAP_NOTHING: break;
	case TAP_DOWN: port_close(live, port, err.text); break;
	}
	return port->ready;
}

int64_t live_offset(const struct live *live)
{
	return atomic_load_explicit(&live->offset, memory_order_relaxed);
}

/* Has somebody set the clock?  Being slewed is no step, and stays in. */
static void watch_clock(struct live *live)
{
	int64_t ahead = clock_ahead(), step = ahead - live->ahead;
	char sentence[256];

	live->ahead = ahead;
	if (step > -STEP && step < STEP)
		return;
	live->offset_before = live_offset(live);
	atomic_store(&live->offset, live->offset_before + step);
	snprintf(sentence, sizeof(sentence),
	         "the clock was set %s by %" PRId64
	         " s: flows go on as if it had not been",
	         step < 0 ? "back" : "forward", (step < 0 ? -step : step) / 1000000000);
	say(live, "%s%s", sentence, "");
}

static int64_t distance(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

/* A packet that waited while the clock was set has the time of the clock before: which of
 * the two it is says the one that nobody sets. */
static int64_t unset(const struct live *live, int64_t time)
{
	int64_t after = live_offset(live), now;

	if (after == live->offset_before)
		return time - after;
	now = live->ahead + clock_now() - after;
	return distance(time - after, now) <= distance(time - live->offset_before, now)
	               ? time - after
	               : time - live->offset_before;
}

bool live_next(struct live *live, struct packet *p, int64_t since, int *link)
{
	struct port *first = NULL;

	for (size_t i = 0; i < live->n; i++) {
		struct port *port = &live->ports[i];

		if (port_ready(live, port) &&
		    (!first || port->packet.time < first->packet.time))
			first = port;
	}
	if (!first)
		return false;
	first->ready = false;
	/* a leap: of the traffic, or of the clock? */
	if (distance(first->packet.time - live_offset(live), since) > STEP)
		watch_clock(live);
	p->number = ++live->number;
	p->time = unset(live, first->packet.time);
	p->caplen = first->packet.caplen;
	p->wirelen = first->packet.wirelen;
	p->data = first->packet.data;
	p->input = (uint32_t)(first - live->ports);
	*link = tap_link(first->tap);
	if (p->time < since) {
		count_one(live->counters, COUNT_CAPTURE_BACKWARDS);
		p->time = since;
	}
	count_one(live->counters, COUNT_CAPTURE_PACKETS);
	return true;
}

static void look_for_lost(struct live *live)
{
	struct error err;

	if (clock_now() - live->tried < RETRY)
		return;
	live->tried = clock_now();
	for (size_t i = 0; i < live->n; i++)
		if (!live->ports[i].tap && port_open(live, &live->ports[i], &err) < 0 &&
		    !live->ports[i].said) {
			say(live, "%s%s", err.text, "");
			live->ports[i].said = true;
		}
}

void live_wait(struct live *live, int milliseconds)
{
	struct pollfd fds[LIVE_INTERFACES + 1];
	nfds_t n = 0;

	for (size_t i = 0; i < live->n; i++)
		if (live->ports[i].tap && settled(&live->ports[i]))
			fds[n++] = (struct pollfd){ .fd = tap_fd(live->ports[i].tap),
				                    .events = POLLIN };
	if (live->wake >= 0)
		fds[n++] = (struct pollfd){ .fd = live->wake, .events = POLLIN };
	poll(fds, n, milliseconds);
	watch_clock(live);
	look_for_lost(live);
}

void live_woken_by(struct live *live, int fd)
{
	live->wake = fd;
}

/* The first loss of each kind, and then again when ten times as many are lost. */
static void say_one_lost(const struct live *live, const char *name, const char *who,
                         uint64_t n, uint64_t *said)
{
	char sentence[256];

	if (n <= *said)
		return;
	snprintf(sentence, sizeof(sentence),
	         "%s: %" PRIu64 " packets were lost %s so far", name, n, who);
	live->say(live->arg, sentence);
	*said = n > UINT64_MAX / 10 ? UINT64_MAX : n * 10;
}

static void say_lost(struct live *live, struct port *port, const struct tap_counts *now)
{
	say_one_lost(live, port->name, "because live.buffer was full", now->dropped,
	             &port->said_dropped);
	say_one_lost(live, port->name, "by the interface", now->interface,
	             &port->said_interface);
}

void live_count(struct live *live)
{
	watch_clock(live);
	for (size_t i = 0; i < live->n; i++) {
		struct port *port = &live->ports[i];
		struct tap_counts now = { 0 };

		if (port->tap)
			port_counts(live, port, &now);
		add(&now, &port->before);
		say_lost(live, port, &now);
		count_add(live->counters, COUNT_CAPTURE_DROPPED,
		          now.dropped - port->told.dropped);
		count_add(live->counters, COUNT_INTERFACE_DROPPED,
		          now.interface - port->told.interface);
		port->told = now;
	}
}
