// SPDX-License-Identifier: Apache-2.0
/*
 * tap.h - one network interface, from which packets come as they pass.
 *
 * Never sends.  One thread.  libpcap's other door, filter.h, opens nothing.
 */
#ifndef TRAFFIC_TAP_H
#define TRAFFIC_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "traffic/packet.h"

struct tap;
struct error;

/* How an interface is listened to.  Borrowed for the call. */
struct tap_options {
	uint64_t buffer;    /* bytes of the kernel's ring */
	uint32_t snaplen;   /* bytes of a packet that are taken, at most */
	bool promiscuous;   /* also what is addressed to others: a span port */
	const char *filter; /* in libpcap's language; "" or NULL: everything */
	const char *clock;  /* libpcap's name of who stamps packets ("adapter"); "" or
	                       NULL: the host */
};

/* Since it was opened; a kernel's 32 bits are carried on in 64. */
struct tap_counts {
	uint64_t received;  /* by the kernel for this tap: what was taken, and what was
	                       lost */
	uint64_t dropped;   /* by the kernel, because its ring was full */
	uint64_t interface; /* by the interface or its driver */
};

/*
 * NULL, and err has one sentence: no such interface, not permitted, a wrong filter.
 * *wrong: waiting for it is of no use (the filter, the clock, what the kernel permits).
 */
struct tap *tap_open(const char *interface, const struct tap_options *options,
                     bool *wrong, struct error *err);
void tap_close(struct tap *tap); /* NULL is fine */

enum tap_got {
	TAP_PACKET, /* time, caplen, wirelen and data are set; data is good until the next
	               call */
	TAP_NOTHING,
	TAP_DOWN, /* the interface is gone or down; err says which: close it */
};
enum tap_got tap_read(struct tap *tap, struct packet *p, struct error *err);

int tap_link(const struct tap *tap); /* its link type */
int tap_fd(const struct tap *tap);   /* readable when something has come */
const char *tap_interface(const struct tap *tap);
void tap_counts(struct tap *tap, struct tap_counts *counts);

/*
 * What the interface does that spoils what a sensor sees: several packets made into one
 * (GRO, LRO).  Their names as ethtool has them, divided by spaces; "" where there is
 * nothing, or nobody can say.
 */
enum { TAP_OFFLOADS = 32 };
char *tap_offloads(const char *interface, char text[TAP_OFFLOADS]);

#endif
