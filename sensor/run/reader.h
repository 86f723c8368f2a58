// SPDX-License-Identifier: Apache-2.0
/*
 * reader.h - where packets come from and when batches close: the reader's half of a run.
 *
 * Batches close after so many packets, so many bytes, or so much packet time: by what is
 * read and by nothing else, so that every number of workers sees the same closes.
 */
#ifndef RUN_READER_H
#define RUN_READER_H

#include "run/shard.h"
#include "traffic/capture.h"
#include "traffic/defrag.h"

struct reader {
	struct capture *capture;
	struct defrag *defrag;
	const struct config *config;
	struct counters counters; /* the reader's own */
	uint64_t packets, bytes;  /* so far: read, and on the wire */
	uint64_t number;          /* of the last packet, over all that were read */
	int64_t first, last;      /* packet time */
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
 * The next packet, decoded and put together.  What is left of a datagram that was given
 * up comes before the packet that it had to make room for, or that came too late for it,
 * as one more part of the number of the packet before.
 */
enum reader_got reader_next(struct reader *reader, struct packet *p);
/* Reads no more; what is kept in pieces is still given. */
void reader_stop(struct reader *reader);
/* After READER_WAITS: sleeps for a moment, until the next try or a signal. */
void reader_wait(void);
/* True when the batch must close before anything else is read; then *close says how. */
bool reader_closes(struct reader *reader, struct close *close);
/* The close that ends the last batch of packets. */
void reader_close_last(struct reader *reader, struct close *close);

#endif
