// SPDX-License-Identifier: Apache-2.0
/*
 * incidents.h - alerts by the thing they are about, as the summary shows them.
 *
 * Three rules that fire on one upload are one incident with three titles.  What an
 * incident keeps is its own copy, good also after the policy of its rules is gone.
 */
#ifndef OUTPUT_INCIDENTS_H
#define OUTPUT_INCIDENTS_H

#include "ledger/names.h"

enum { INCIDENTS_MAX = 1024, INCIDENT_RULES = 8, INCIDENT_NAMES = 3 };

struct incident_rule {
	uint64_t alert_id;
	enum level level;
	uint64_t packet; /* where it was raised */
	int64_t time;    /* and when */
	char title[128];
};

/* What is known of the file by now. */
struct incident_file {
	bool known;
	bool member; /* of another one, of which nothing is known */
	bool encrypted, closed, over, from_client;
	struct wire_name name;
	char type[64];     /* in words */
	const char *class; /* static */
	const char *declared_by;
	uint64_t declared, seen, missing;
	uint64_t members_seen, members_total, member_classes;
	char member_types[64]; /* "WAV, MP3" */
	struct wire_name members[INCIDENT_NAMES];
	unsigned member_names;
	struct audio_event audio;
	int64_t first, last;
	uint64_t rate, seconds_left;
};

struct incident {
	uint64_t thing; /* id of transfer or flow */
	enum level level;
	unsigned rule_count; /* of those kept */
	uint64_t alerts;     /* of all rules */
	struct incident_rule rules[INCIDENT_RULES];
	struct incident_file file; /* where it is about one */
	struct flow_event flow;
	char outside[NAMES_TEXT],
		inside[NAMES_TEXT]; /* what its ends are called, or "" */
	bool from_client;
	uint32_t ordinal;
};

struct incidents {
	struct incident *at;
	uint32_t *index; /* entry + 1 */
	size_t n, room;
	uint32_t next_ordinal;
	uint64_t by_level[LEVEL_CRITICAL + 1]; /* alerts raised */
	uint64_t left_out;                     /* alerts on things that found no room */
};

void incidents_init(struct incidents *incidents);
void incidents_done(struct incidents *incidents);

/* An alert, an update, or the record of a file or flow that may have had one.
 * ends: what the ends of its flow are called. */
void incidents_take(struct incidents *incidents, const struct event *event,
                    const struct end_names *ends);

/* Worst first, then the largest, then as they came.  Taking is over then. */
void incidents_sort(struct incidents *incidents);

/* Bytes of the thing so far. */
uint64_t incident_bytes(const struct incident *incident);
/* When its last byte went by; ns. */
int64_t incident_last(const struct incident *incident);

#endif
