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
#include "traffic/packet.h"

struct source {
	const struct input *input; /* borrowed */
	uint32_t index;            /* of the input */
	bool broken;               /* could not be read, or not to its end */

	/* the packet that it has ready, good until source_read or source_close */
	const uint8_t *data;
	int64_t time; /* as the file has it */
	uint32_t caplen;
	uint32_t wirelen; /* >= caplen */

	int link;         /* DLT_ number of all its packets, once open */
	uint64_t packets; /* read since it was opened */
	void *pcap;       /* NULL where it is closed */
	struct inflate *inflate;
};

/*
 * Opens the input up to its first packet.  SOURCE_FAILED: it cannot be read, err says
 * why. SOURCE_OTHER: it can, but is no capture; err says so.
 */
enum source_opened { SOURCE_OPEN, SOURCE_OTHER, SOURCE_FAILED };
enum source_opened source_open(struct source *s, struct error *err);

/*
 * Makes the next packet ready.  False at the end, with err->text empty where that is its
 * true end, else saying where it broke off and why.
 */
bool source_read(struct source *s, struct error *err);
void source_close(struct source *s); /* of a closed one is fine */

/* Bytes of the input read so far, as they are stored. */
uint64_t source_position(const struct source *s);

const char *source_link_name(int link); /* "IEEE802_11", or "unknown" */

#endif
