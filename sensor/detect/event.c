// SPDX-License-Identifier: Apache-2.0
/*
 * event.c - how much of an event counts, and the words for what it says in numbers.
 *
 * Shards and output both use it; it keeps nothing.
 */
#include "detect/event.h"

#include "traffic/flow.h"

const char *heading_name(enum heading heading)
{
	switch (heading) {
	case HEADING_OUTBOUND: return "outbound";
	case HEADING_INBOUND: return "inbound";
	case HEADING_INTERNAL: return "internal";
	case HEADING_EXTERNAL: return "external";
	}
	return "external";
}

const char *flow_state_word(uint8_t state)
{
	switch ((enum flow_state)state) {
	case FLOW_NEW: return "new";
	case FLOW_ESTABLISHED: return "established";
	case FLOW_CLOSED: return "closed";
	}
	return "new";
}

/* A closed flow lingers until its time-out, and so Suricata says of it, too. */
const char *flow_end_word(uint8_t ended)
{
	switch ((enum flow_end)ended) {
	case FLOW_END_NOT_YET: return NULL;
	case FLOW_END_TIMEOUT: return "timeout";
	case FLOW_END_CLOSED: return "timeout";
	case FLOW_END_EVICTED: return "forced";
	case FLOW_END_SHUTDOWN: return "shutdown";
	case FLOW_END_REUSED: return "tcp_reuse";
	}
	return NULL;
}

/*
 * The parts of an event stand in the order in which they are needed, so that one length
 * leaves out what a kind does not use.
 */
uint32_t event_size(enum event_kind kind, bool about_transfer)
{
	switch (kind) {
	case EVENT_STATS:
		return (uint32_t)(offsetof(struct event, stats) +
		                  sizeof(((struct event *)0)->stats));
	case EVENT_NAMING:
		return (uint32_t)(offsetof(struct event, naming) +
		                  sizeof(struct naming_event));
	case EVENT_FLOW:
	case EVENT_FLOW_UPDATE:
	case EVENT_OPEN_FLOW:
		return (uint32_t)(offsetof(struct event, flow) +
		                  sizeof(struct flow_event));
	case EVENT_SUPPRESSED: return (uint32_t)offsetof(struct event, context);
	case EVENT_POLICY:
		return (uint32_t)(offsetof(struct event, policy) +
		                  sizeof(const struct policy *));
	case EVENT_TRIAL:
	case EVENT_FILEINFO: break;
	case EVENT_ALERT:
	case EVENT_ALERT_UPDATE:
		if (!about_transfer)
			return (uint32_t)offsetof(struct event, transfer);
		break;
	}
	return (uint32_t)sizeof(struct event);
}

static void shift(int64_t *time, int64_t by)
{
	if (*time)
		*time += by;
}

void event_shift(struct event *e, int64_t by)
{
	shift(&e->time, by);
	if (e->kind == EVENT_STATS) {
		shift(&e->stats.began, by);
		return;
	}
	if (e->kind == EVENT_POLICY || e->kind == EVENT_NAMING)
		return;
	shift(&e->flow.first, by);
	shift(&e->flow.last, by);
	if (e->kind == EVENT_ALERT || e->kind == EVENT_ALERT_UPDATE)
		shift(&e->alert.raised, by);
	if (e->size > offsetof(struct event, transfer)) {
		shift(&e->transfer.first, by);
		shift(&e->transfer.last, by);
	}
}
