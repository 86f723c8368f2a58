// SPDX-License-Identifier: Apache-2.0
/*
 * reader.h - where packets come from and when batches close: the reader's half of a run.
 *
 * Batches close after so many packets, so many bytes, or so much packet time: by what is
 * read and by nothing else, so that every number of workers sees the same closes.
 */
#ifndef RUN_READER_H
#define RUN_READER_H

#include "run/overload.h"
#include "run/shard.h"
#include "traffic/capture.h"
#include "traffic/defrag.h"
#include "traffic/live.h"

struct reader {
	struct capture *capture;
	struct live *live; /* instead of it: packets as they pass */
	struct tap_options taps;
	struct overload overload;
	uint64_t lost; /* packets, of which overload knows */
	struct defrag *defrag;
	const struct config *config;
	const struct policy *policy; /* whose config it is, once it was replaced */
	struct counters counters;    /* the reader's own */
	uint64_t packets, bytes;     /* so far: read, and on the wire */
	uint64_t number;             /* of the last packet, over all that were read */
	int64_t first, last;         /* packet time */
	struct packet next; /* read, not yet given: what was given up goes before it */
	int link;           /* of what was read last */
	bool waiting;       /* next is there */
	bool stopped;
	uint32_t part; /* packets given under the number of the last one */
	/* the batch under way */
	uint32_t in_batch;
	bool unsaid; /* packets came since a close, or a flush */
	uint64_t batch_bytes;
	int64_t batch_began;
	bool (*asked)(void *arg); /* live: somebody asks which flows are busy; or NULL */
	void *asked_arg;
	int64_t stops_at;  /* live: on a clock of its own, when it ends; 0: it does not */
	int64_t look_due;  /* live: when numbers are told beside records */
	int64_t stats_due; /* packet time; INT64_MAX: at the end only */
};

enum {
	BATCH_PACKETS = 1024,
	BATCH_BYTES = 2 << 20,
	PACKET_MAX = 1 << 18,
	AHEAD = 8, /* packets by which a flow is fetched before it is needed */
};

enum reader_got {
	READER_PACKET,
	READER_ARP,     /* a message of ARP, at p->arp_at: for reader_arp */
	READER_NOTHING, /* passed over */
	READER_WAITS,   /* none has come yet: all that came must be worked on now */
	READER_END,
};

/*
 * Opens the captures: as capture_open, with its return values.  All zeros before; done
 * also after it failed.
 */
int reader_open(struct reader *reader, const struct config *config,
                const char *const *paths, size_t count,
                const struct capture_options *options,
                void (*complaint)(void *arg, const char *sentence), void *arg,
                struct error *err);
/* The same, of interfaces; see live_open. */
int reader_open_live(struct reader *reader, const struct config *config,
                     const char *const *interfaces, size_t count,
                     void (*say)(void *arg, const char *sentence), void *arg,
                     struct error *err);
/* Beside one whose interfaces are live_shared: the same, from the same time on. */
int reader_open_beside(struct reader *reader, const struct reader *first, unsigned index,
                       struct error *err);
void reader_done(struct reader *reader);
/* From now on by the settings of another policy, which the reader keeps for itself. */
void reader_adopt(struct reader *reader, const struct policy *policy);

/*
 * The next packet, decoded and put together.  What is left of a datagram that was given
 * up comes before the packet that it had to make room for, or that came too late for it,
 * as one more part of the number of the packet before.
 */
enum reader_got reader_next(struct reader *reader, struct packet *p);
/* Reads no more, once what had come by now is read (live: to be called until then); what
 * is kept in pieces is still given. */
void reader_stop(struct reader *reader);
/* After READER_WAITS: sleeps for a moment, until the next try or a signal. */
void reader_wait(struct reader *reader);
/*
 * After READER_WAITS, live: nothing came for so long that a batch must close by the
 * clock, since time-outs and what they say cannot wait for a packet.
 */
bool reader_idles(struct reader *reader, struct close *close);
/* Live: the clock, as packets' times have it; and nothing comes from before that time. */
int64_t reader_clock(const struct reader *reader);
void reader_goes_on(struct reader *reader, int64_t time);
/* A packet that another one read goes through this one's shards, in this one's batch. */
void reader_adds(struct reader *reader, const struct packet *p);
/* True when the batch must close before anything else is read; then *close says how. */
bool reader_closes(struct reader *reader, struct close *close);
/* The close that ends the last batch of packets. */
void reader_close_last(struct reader *reader, struct close *close);
/* The close at an earlier time than that of what was read last; for a stats record that
 * is due then, or other rules. */
void reader_close_at(struct reader *reader, int64_t time, struct close *close);

#endif
