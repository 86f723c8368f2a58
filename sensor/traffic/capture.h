// SPDX-License-Identifier: Apache-2.0
/*
 * capture.h - packets out of files, in order of time.
 *
 * Files may be pcap or pcapng, compressed or not, "-" is standard input, a folder stands
 * for the captures in it.  Files are read one after another in order of their first
 * packet; where their times overlap they are merged (at most 256 at a time; more are read
 * late, their packets' times moved, which is counted and said).  One thread.
 */
#ifndef TRAFFIC_CAPTURE_H
#define TRAFFIC_CAPTURE_H

#include "base/counters.h"
#include "traffic/packet.h"

struct capture;
struct error;

/* Calls of capture_next for which the bytes of a packet that it gave stay good. */
enum { CAPTURE_AHEAD = 16 };

/* A moment: nanoseconds since 1970, or behind the first packet of all. */
struct capture_bound {
	bool set, relative;
	int64_t ns;
};

/* What is to be passed over.  All zeros: nothing. */
struct capture_options {
	const char *filter;                /* in libpcap's language, or NULL; borrowed */
	struct capture_bound since, until; /* packets before, and from there on */
	bool follow; /* files may grow, folders may get more of them */
};

/*
 * paths: files, folders (searched for captures; by content, sorted, not deeper than 8)
 * and "-".  Every input is tried at once, so that what cannot be read is known before the
 * first packet: complaint is called for each with one sentence ("office.pcap: not a
 * capture file ..."), also later, when a file breaks off ("office.pcap: broken off after
 * packet 1234 at byte 56789: ..."; bytes as they are when unpacked).  It is also told
 * what is no fault: a capture without packets, files in a folder that are no captures;
 * capture_broken counts the faults alone.  options: NULL is fine.  Gives -1 only when
 * nothing at all can be read (and complaint has said why), -2 when the filter is wrong
 * or an input cannot be followed.
 */
int capture_open(const char *const *paths, size_t count,
                 const struct capture_options *options,
                 void (*complaint)(void *arg, const char *sentence), void *arg,
                 struct counters *counters, struct capture **ret, struct error *err);
void capture_close(struct capture *capture);

/*
 * The next packet: number (those that are passed over count), time, input, caplen,
 * wirelen, data (good for CAPTURE_AHEAD more calls, but not after capture_close) and its
 * link type.  False at the end of all inputs, or where a packet's time is past
 * options.until.  Times that run backwards inside a file are lifted to the last one and
 * counted.  Packets of a link type not known are given like any other (their input is a
 * fault, and was said; decode counts them).  A block that makes no sense is passed over
 * where what stands behind it can be read, counted, and said once an input.  A read that
 * a signal interrupts (a handler without SA_RESTART) ends its input without a complaint.
 */
bool capture_next(struct capture *capture, struct packet *p, int *link);

/*
 * After false: whether more may come, because files are followed.  Then ask again, a
 * little later.  One that is replaced or cut is said and read from its beginning.
 */
bool capture_waits(const struct capture *capture);

const char *capture_input_name(const struct capture *capture,
                               uint32_t input); /* as given, or found in a folder */
uint32_t capture_inputs(const struct capture *capture);
/* The names of all inputs, by number, also of those that join while folders are followed:
 * an entry is there before the first of its packets is given. */
const char *const *capture_input_names(const struct capture *capture, size_t *room);
/* How many inputs could not be read, or not as a whole, or have a link type that is not
 * known. */
uint32_t capture_broken(const struct capture *capture);
/* Compressed bytes read so far and in all; the latter 0 where unknown (a pipe). */
void capture_progress(const struct capture *capture, uint64_t *done, uint64_t *all);
const char *capture_library_version(void); /* "libpcap version 1.10.3 ..." */

#endif
