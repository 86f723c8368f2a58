// SPDX-License-Identifier: Apache-2.0
/*
 * event.h - what a shard has to say: values only, so that it can be copied to another
 * thread.
 *
 * Pointers in it lead to static tables, or into the policy, which outlives every event
 * made under it.  Texts are copied and bounded.  No zero inside `size` is padding that
 * matters: an event is written, sorted and read on one machine.
 */
#ifndef DETECT_EVENT_H
#define DETECT_EVENT_H

#include "base/counters.h"
#include "detect/trial.h"
#include "dissectors/context.h"
#include "policy/signatures.h"
#include "traffic/packet.h"

struct policy;

enum event_kind {
	EVENT_ALERT,
	EVENT_ALERT_UPDATE,
	EVENT_FILEINFO,
	EVENT_FLOW,        /* it is over */
	EVENT_FLOW_UPDATE, /* it goes on */
	EVENT_SUPPRESSED,  /* an alert that a filter kept back: counted, not written */
	EVENT_TRIAL,  /* a rule that did not fire came nearer than before; where rules are
	                 tried */
	EVENT_POLICY, /* from here on, rules and settings are others */
	EVENT_NAMING, /* what an address is called: for the ledger, no record */
	EVENT_OPEN_FLOW, /* one that goes on, for who asked which are busy: no record */
	EVENT_STATS, /* one shard's or the reader's part: output adds up `parts` of them
	              */
};

/* Where an event stands among all others, however many workers there are. */
struct event_order {
	int64_t time;    /* of that packet, or that close */
	uint64_t packet; /* the packet it was found at, or after which a batch closed */
	uint32_t part;   /* of the packets of that number */
	uint8_t closing; /* 0: found at that packet; 1: found when the batch was closed
	                    after it */
	uint8_t shard;
	uint32_t index; /* in that packet or close */
};

enum heading { HEADING_OUTBOUND, HEADING_INBOUND, HEADING_INTERNAL, HEADING_EXTERNAL };

const char *heading_name(enum heading heading); /* "outbound"... */

/* Suricata's words for enum flow_state ("new") and enum flow_end ("timeout"; NULL: not
 * over). */
const char *flow_state_word(uint8_t state);
const char *flow_end_word(uint8_t ended);

enum { EVENT_NAME = 256, EVENT_MEMBERS = 8 };

/* Text from the wire, by value; not ended by a zero. */
struct wire_name {
	uint16_t n;
	bool cut; /* it was longer */
	char b[EVENT_NAME];
};

struct flow_event {
	uint64_t id; /* 51 bits */
	struct addr client, server;
	uint16_t client_port, server_port;
	uint8_t proto;
	uint8_t state; /* enum flow_state */
	uint8_t ended; /* enum flow_end */
	bool client_inside, server_inside, nowhere, midstream;
	uint8_t tcp_flags[2]; /* seen, by direction: 0 to the server */
	uint8_t vlan_count;
	uint16_t vlan[2];
	struct tunnel tunnel;  /* of its first packet; `from` is the client's side */
	uint32_t input;        /* which file */
	int64_t first, last;   /* ns since 1970 */
	uint64_t first_packet; /* number */
	struct {
		uint64_t packets, wire, payload, missing, retransmitted;
	} dir[2];                   /* 0: to the server */
	uint64_t leaving, entering; /* payload and missing, by inside and outside */
	bool updated;               /* there was a flow_update about it before this */
	struct {
		uint64_t leaving, entering, payload[2], packets[2];
	} delta;              /* since the flow_update before; else since it began */
	char app_proto[24];   /* lower case: "http", "tls"; "": unknown */
	char protocol[24];    /* nDPI's: "TLS" */
	char application[32]; /* "Dropbox" */
	char category[24];    /* "Cloud" */
	char server_name[80]; /* SNI or Host */
};

/* One reading of seconds of audio. */
struct audio_event {
	uint64_t milliseconds; /* what the headers seen so far add up to */
	bool known;            /* there is audio at all */
	/*
	 * For an archive whose members could not all be seen: what its whole declared
	 * size comes to at the byte rate of those that were; 0 where nothing needs
	 * estimating.
	 */
	uint64_t estimated_milliseconds;
};

struct member_event {
	const struct file_type *type; /* never NULL */
	uint64_t size;                /* declared, or seen */
	uint64_t audio_milliseconds;
	bool encrypted;
	struct wire_name name;
};

struct transfer_event {
	uint64_t id, parent; /* parent 0: none */
	struct wire_name name;
	struct wire_name claimed_mime; /* what the wire claims */
	const struct file_type *type;  /* by content; never NULL (the row of "unknown") */
	const char *declared_by;       /* NULL: nobody declared */
	uint64_t declared;             /* SIZE_UNKNOWN */
	uint64_t seen;                 /* bytes that went by, lost ones included */
	uint64_t missing;              /* of them never seen */
	uint64_t gaps;                 /* in how many holes */
	bool encrypted;
	bool closed; /* complete; else broken off (TRUNCATED), or still under way in an
	                alert */
	bool over;   /* nothing more will come */
	enum heading heading;
	bool from_client;                     /* the sender, in the application's terms */
	uint64_t part_offset, part_total;     /* total 0: not a part */
	uint64_t members_seen, members_total; /* total 0: the container has not said */
	uint64_t member_classes;              /* bit per enum file_class */
	uint8_t member_count;                 /* of those below */
	struct audio_event audio;
	bool has_sha256;
	uint8_t sha256[32];
	int64_t first, last; /* ns since 1970: its first and newest byte */
	uint64_t first_packet, last_packet;
	uint64_t rate;         /* bit/s so far; 0: too short to say */
	uint64_t seconds_left; /* at that rate; UINT64_MAX: not known, or over */
	struct member_event members[EVENT_MEMBERS];
};

/* What somebody on the wire said of an address or a host: struct naming, by value. */
struct naming_event {
	enum name_by by;
	bool has_addr, has_mac;
	struct addr addr;
	struct addr asker; /* NAME_DNS: who got the answer */
	uint8_t mac[6];
	uint32_t seconds;      /* it is good for so long, as was said */
	struct wire_name name; /* n 0: none */
};

enum alert_state { ALERT_NEW, ALERT_PROGRESS, ALERT_END };

struct alert_event {
	const struct rule *rule;
	const struct filter *filter; /* EVENT_SUPPRESSED: which kept it back */
	uint64_t id; /* of rule, thing and first packet time: the same in every run */
	enum alert_state state;
	bool about_transfer;    /* else about the flow alone */
	uint64_t raised_packet; /* where it was raised, also in updates */
	int64_t raised;         /* and when */
	struct reasons why;
};

struct event {
	uint32_t size; /* bytes of this event that count */
	enum event_kind kind;
	struct event_order order;
	int64_t time; /* ns since 1970 */
	union {
		struct {
			struct flow_event flow; /* of every kind but stats and naming */
			/* alert and update: */
			struct alert_event alert;
			/* fileinfo, alert and update: what the dissector read on the flow
			 */
			union {
				struct context context;
				struct trial trial; /* EVENT_TRIAL */
			};
			/* fileinfo, and alerts about a transfer: */
			struct transfer_event transfer;
		};
		/* EVENT_POLICY: whoever takes the event frees it */
		const struct policy *policy;
		struct naming_event naming;
		struct {
			struct counters counters;
			uint32_t parts; /* how many make a whole record */
			struct fills fills;
			int64_t began;  /* packet time of the run's first packet, ns; 0:
			                   none */
			uint8_t reader; /* which one's part; 0: a shard's */
			bool record;    /* one is due; else only who looks is told */
			bool top;       /* EVENT_OPEN_FLOWs went before it */
			bool final;
		} stats;
	};
};

/* An event of the flow alone: it is over, or goes on. */
static inline bool event_of_flow(enum event_kind kind)
{
	return kind == EVENT_FLOW || kind == EVENT_FLOW_UPDATE;
}

/* size for an event of this kind. */
uint32_t event_size(enum event_kind kind, bool about_transfer);

/* Moves all of its times by so many nanoseconds. */
void event_shift(struct event *event, int64_t by);

/* Where a shard puts what it has to say.  The event is borrowed for the call. */
struct outlet {
	void (*put)(void *arg, const struct event *event);
	void *arg;
};

#endif
