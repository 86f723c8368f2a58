// SPDX-License-Identifier: Apache-2.0
/*
 * source.c - one capture being read.  The door to libpcap.
 *
 * libpcap reads through a stream of ours (base/inflate), so it sees plain bytes whatever
 * the file was compressed with, and a buffer large enough that reading costs less than
 * its own would.  What it says of a broken file is put into words for whoever has the
 * file.
 */
#include "traffic/source.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdio_ext.h>

#include "base/inflate.h"
#include "traffic/capture.h"

#define SECOND INT64_C(1000000000)

enum {
	WIRELEN_MAX = 16 << 20
}; /* nothing carries a longer packet: the length is not believed */

/* What libpcap says, by a part of it, and what that means. */
static const char *meaning(const char *said)
{
	static const char *const table[][2] = {
		{ "truncated", "the file ends in the middle of a packet" },
		{ "invalid packet capture length",
		  "the next packet has an impossible length" },
		{ "a type", "it mixes link types, which libpcap does not read" },
		{ "a snapshot length",
		  "it mixes snap lengths, which libpcap does not read" },
		{ "Interface Descri", "its list of interfaces is damaged or missing" },
		{ "arrived on interface",
		  "a packet names an interface that is not described" },
		{ "block", "the next block has an impossible length" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strstr(said, table[i][0]))
			return table[i][1];
	return said;
}

/* Says that s breaks off here, and why: after which packet, and at which byte where that
 * is known. */
static void broke_off(const struct source *s, const char *why, struct error *err)
{
	off_t at = ftello(inflate_file(s->inflate));
	char packet[40] = "before its first packet";
	char byte[40] = "";

	if (s->packets > 0)
		snprintf(packet, sizeof(packet), "after packet %" PRIu64, s->packets);
	if (at >= 0)
		snprintf(byte, sizeof(byte), " at byte %" PRIu64, (uint64_t)at);
	error_set(err, "%s: broken off %s%s: %s", s->input->name, packet, byte, why);
}

/* Why libpcap would not have the stream. */
static enum source_opened refused(const struct source *s, const char *said,
                                  struct error *err)
{
	const char *name = s->input->name;

	if (inflate_broken(s->inflate))
		broke_off(s, inflate_broken(s->inflate), err);
	else if (strstr(said, "tried to read 4 file header bytes") ||
	         strstr(said, "unknown file format") || strstr(said, "archaic")) {
		error_set(err, "%s: not a capture file (neither pcap nor pcapng)", name);
		return SOURCE_OTHER;
	} else
		broke_off(s, meaning(said), err);
	return SOURCE_FAILED;
}

enum source_opened source_open(struct source *s, struct error *err)
{
	const char *name = s->input->name;
	char said[PCAP_ERRBUF_SIZE] = "";
	int fd = input_open(s->input);

	s->packets = 0;
	if (fd < 0) {
		error_set(err, "%s: %s", name, strerror(errno));
		return SOURCE_FAILED;
	}
	if (inflate_open(fd, name, &s->inflate, err) < 0)
		return SOURCE_FAILED;

	FILE *file = inflate_file(s->inflate);
	__fsetlocking(
		file,
		FSETLOCKING_BYCALLER); /* one thread; a lock costs as much as a read */
	int first = getc(file);
	if (first == EOF && !ferror(file) && !inflate_broken(s->inflate)) {
		error_set(err, "%s: is empty", name);
		source_close(s);
		return SOURCE_OTHER;
	}
	if (first != EOF)
		ungetc(first, file);
	s->pcap = pcap_fopen_offline_with_tstamp_precision(
		file, PCAP_TSTAMP_PRECISION_NANO, said);
	if (!s->pcap) {
		enum source_opened opened = refused(s, said, err);
		source_close(s);
		return opened;
	}
	s->link = pcap_datalink(s->pcap);
	return SOURCE_OPEN;
}

void source_close(struct source *s)
{
	if (s->pcap)
		pcap_close(s->pcap);
	inflate_close(s->inflate);
	s->pcap = NULL;
	s->inflate = NULL;
	s->data = NULL;
}

/* Seconds after 2038 are negative in the 32 bits of a pcap file; a fraction may be
 * anything. */
static int64_t time_of(const struct timeval *ts)
{
	int64_t seconds = ts->tv_sec;
	int64_t fraction = ts->tv_usec;

	if (seconds < 0 && seconds >= INT32_MIN)
		seconds += INT64_C(1) << 32;
	if (seconds < 0 || seconds >= INT64_MAX / SECOND)
		seconds = 0;
	if (fraction < 0 || fraction >= SECOND)
		fraction = 0;
	return seconds * SECOND + fraction;
}

bool source_read(struct source *s, struct error *err)
{
	struct pcap_pkthdr *header;
	int got = pcap_next_ex(s->pcap, &header, &s->data);

	if (got == 1) {
		s->packets++;
		s->time = time_of(&header->ts);
		s->caplen = header->caplen;
		s->wirelen = header->len;
		if (s->wirelen < s->caplen || s->wirelen > WIRELEN_MAX)
			s->wirelen = s->caplen;
		return true;
	}
	err->text[0] = '\0';
	if (inflate_broken(s->inflate))
		broke_off(s, inflate_broken(s->inflate), err);
	else if (got == PCAP_ERROR && !strstr(pcap_geterr(s->pcap), strerror(EINTR)))
		broke_off(s, meaning(pcap_geterr(s->pcap)), err);
	return false;
}

uint64_t source_position(const struct source *s)
{
	int64_t at = s->inflate ? inflate_position(s->inflate) : -1;

	return at < 0 ? 0 : (uint64_t)at;
}

const char *source_link_name(int link)
{
	const char *name = pcap_datalink_val_to_name(link);

	return name ? name : "unknown";
}

const char *capture_library_version(void)
{
	return pcap_lib_version();
}
