// SPDX-License-Identifier: Apache-2.0
/*
 * source.h - one capture being read: the room's own, behind capture.h.
 *
 * A source is opened, read packet by packet and closed; it can be opened again where its
 * input can.  Whoever reads it holds it; one thread.
 */
#ifndef TRAFFIC_SOURCE_H
#define TRAFFIC_SOURCE_H

#include "base/error.h"
#include "traffic/inputs.h"
#include "traffic/records.h"

enum { SOURCE_LINKS = 8 };

struct source {
	const struct input *input; /* borrowed */
	uint32_t index;            /* of the input */
	bool broken;               /* could not be read, or not to its end */
	bool damaged;              /* said that a block was passed over */
	bool follow;               /* it may grow: its end is none */
	uint64_t file[2];          /* device and inode, once opened */
	uint8_t links_n;
	int links[SOURCE_LINKS]; /* that came, with which decode_knows was asked */

	int64_t time;     /* of the packet that is ready: as the file has it, or later */
	uint64_t packets; /* read since it was opened */
	struct records records; /* the packet */
	struct window *window;  /* NULL where it is closed */
	struct inflate *inflate;
};

/*
 * Opens the input up to its first packet.  SOURCE_FAILED: it cannot be read, err says
 * why. SOURCE_OTHER: it can, but is no capture; err says so.  SOURCE_SHORT: it is
 * followed, and too short yet to say.
 */
enum source_opened { SOURCE_OPEN, SOURCE_OTHER, SOURCE_SHORT, SOURCE_FAILED };
enum source_opened source_open(struct source *s, struct error *err);

/*
 * Makes the next packet ready.  SOURCE_BROKEN: it ends here, err says where and why.
 * SOURCE_DAMAGED: something was passed over, err says what; read on.  SOURCE_WAITS: it is
 * followed, and has no more yet.
 */
enum source_got {
	SOURCE_PACKET,
	SOURCE_DAMAGED,
	SOURCE_WAITS,
	SOURCE_END,
	SOURCE_BROKEN
};
enum source_got source_read(struct source *s, struct error *err);

/*
 * Closes it (a closed one is fine) and gives the window in which the packets lie that
 * were given, for the caller to free when nobody looks at them.
 */
struct window *source_end(struct source *s);
void source_close(struct source *s); /* the same, and nobody does */

/* Whether its packet is the first of a link type in this input; says so once. */
bool source_link_new(struct source *s);

/* Whether it can be followed; err says why not.  Of an open one. */
bool source_grows(const struct source *s, struct error *err);
/* Whether its name means another file now, or it has become shorter. */
bool source_replaced(const struct source *s);

/* Bytes of the input read so far, as they are stored. */
uint64_t source_position(const struct source *s);

#endif
