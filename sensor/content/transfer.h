// SPDX-License-Identifier: Apache-2.0
/*
 * transfer.h - one logical object on the move: the noun of the program.
 *
 * Dissectors open, name, declare, extend and close transfers (through session/); this
 * room keeps what is known of each: sizes, ranges, type by content, what is inside,
 * seconds of audio, digest.  The hot path is transfer_take() on a transfer whose type is
 * settled: a few additions and one compare.  One shard, one thread; nothing is allocated
 * after transfer_table_new, but digests where they are asked for.
 */
#ifndef CONTENT_TRANSFER_H
#define CONTENT_TRANSFER_H

#include "base/counters.h"
#include "content/load.h"
#include "content/ranges.h"
#include "dissectors/dissector.h"
#include "policy/policy.h"

enum { TRANSFER_NAME = 256, TRANSFER_MEMBERS = 8, TRANSFER_DEPTH = 4 };

/* What happened to a transfer that a rule might care about. */
enum {
	EDGE_OPENED = 1,
	EDGE_LEARNT = 2,     /* a name, a declaration, audio, a member */
	EDGE_IDENTIFIED = 4, /* its type is settled, known or not */
	EDGE_MARK = 8,       /* seen reached next_mark */
	EDGE_CLOSED = 16,
};

struct name {
	uint16_t n;
	bool cut; /* it was longer */
	char b[TRANSFER_NAME];
};

struct member {
	uint16_t type; /* of signatures; 0: not known */
	bool encrypted;
	uint64_t size; /* on the wire, as declared, else as seen */
	uint64_t audio_ms;
	struct name name;
};

/* What is known of the things inside a container. */
struct inside {
	uint64_t seen;    /* members so far */
	uint64_t total;   /* members the container says it has; 0: not said */
	uint64_t bytes;   /* sizes of the members so far, on the wire */
	uint64_t classes; /* bit per enum file_class */
	uint64_t audio_ms;
	bool audio;
	bool encrypted;
	uint8_t listed; /* of the first members, kept with names */
	struct member list[TRANSFER_MEMBERS];
};

struct transfer {
	/* hot */
	uint64_t seen;      /* bytes of it that went by, lost ones included, each once */
	uint64_t next_mark; /* at seen >= this somebody wants to know; UINT64_MAX: nobody
	                     */
	uint64_t position;  /* where the next appended byte stands */
	uint64_t missing;   /* bytes lost before they came here */
	int64_t last;       /* packet time of its newest byte, ns */
	uint64_t last_packet;
	struct ranges ranges;
	/* identification */
	uint16_t type; /* of signatures; 0: not known */
	bool settled;  /* the type will not change any more */
	bool encrypted;
	uint8_t coding; /* enum coding */
	uint8_t depth;  /* 0: top level */
	bool over, complete;
	bool accounted;  /* its parent counts it among its members */
	bool audio_told; /* and its seconds */
	uint8_t *head;   /* bytes gathered for identification, or NULL */
	uint32_t head_n;
	struct digest *digest; /* or NULL */
	bool has_sha256;
	uint8_t sha256[32];
	/* what it is */
	uint64_t id; /* of flow and ordinal: the same in every run */
	struct transfer *parent;
	struct inside *inside; /* NULL: nothing is known to be inside */
	void *feed;            /* session/: reads it as a container; NULL: nobody does */
	void *alerts;          /* detect/alert: what was already said */
	uint64_t declared;     /* SIZE_UNKNOWN */
	uint64_t plain_size;   /* SIZE_UNKNOWN */
	const char *declared_by;
	uint64_t part_offset, part_total;
	uint64_t gaps;
	struct audio audio;
	enum sender sender; /* client or server */
	int64_t first;      /* packet time it was opened, ns */
	uint64_t first_packet;
	uint16_t slot;
	struct name name, mime; /* mime: as claimed on the wire */
};

/* The packet at hand: when, and which. */
struct moment {
	int64_t time;
	uint64_t packet;
};

struct transfer_table;

struct transfer_table *transfer_table_new(const struct policy *policy, uint32_t max,
                                          struct counters *counters, struct error *err);
void transfer_table_free(struct transfer_table *table);
/* Another policy of the same run: its signatures are the same. */
void transfer_table_adopt(struct transfer_table *table, const struct policy *policy);
/* What is left out from here on. */
void transfer_table_load(struct transfer_table *table, enum load load);
uint32_t transfer_table_used(const struct transfer_table *table); /* of all its pools */
struct fill transfer_table_fill(const struct transfer_table *table);

/*
 * A new transfer, as a dissector's NOTE_OPEN describes it; NULL when there is no room
 * (counted).  parent NULL: top level.
 */
struct transfer *transfer_open(struct transfer_table *table, struct transfer *parent,
                               const struct note *note, uint64_t id,
                               const struct moment *now);

/* More is known, as a note says.  Gives true when anything was. */
bool transfer_learn(struct transfer_table *table, struct transfer *t,
                    const struct note *note);

/*
 * `length` bytes of content go by at offset (CONTENT_APPEND: next), the first seen.n of
 * them at hand; or were lost.  Gives edges.  When EDGE_IDENTIFIED is among them, *head
 * (if not NULL) has the plain first bytes of the object, good until transfer_head_done,
 * and *used says how many of `seen` are in it.
 */
unsigned transfer_take(struct transfer_table *table, struct transfer *t, uint64_t offset,
                       struct bytes seen, uint64_t length, bool lost,
                       const struct moment *now, struct bytes *head, size_t *used);

/* Nothing more comes: the type is settled with what is there, the digest is finished.
 * Gives edges. */
unsigned transfer_finish(struct transfer_table *table, struct transfer *t, bool complete,
                         const struct moment *now, struct bytes *head);

/*
 * The caller is done with the head that EDGE_IDENTIFIED brought.
 */
void transfer_head_done(struct transfer_table *table, struct transfer *t);

/*
 * A member is known well enough (its type, its size) to be added to what its ancestors
 * know of their inside; only the first call counts.
 */
void transfer_account_member(struct transfer_table *table, struct transfer *member);

void transfer_free(struct transfer_table *table, struct transfer *t);

const struct file_type *transfer_type(const struct transfer_table *table,
                                      const struct transfer *t);
/* The larger of declared (or the total it is a part of) and seen. */
uint64_t transfer_size(const struct transfer *t);

#endif
