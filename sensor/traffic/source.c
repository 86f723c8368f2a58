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
		{ "file header bytes", "the file ends in the middle of its header" },
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
static void broke_off(const struct source *s, FILE *file, const char *why,
                      struct error *err)
{
	off_t at = ftello(file);
	char packet[40] = "before its first packet";
	char byte[40] = "";

	if (s->packets > 0)
		snprintf(packet, sizeof(packet), "after packet %" PRIu64, s->packets);
	if (at >= 0)
		snprintf(byte, sizeof(byte), " at byte %" PRIu64, (uint64_t)at);
	error_set(err, "%s: broken off %s%s: %s", s->input->name, packet, byte, why);
}

/* What is wrong with the compressed data, or NULL; without the name, which stands there
 * already. */
static const char *inflate_why(const struct source *s)
{
	const char *why = inflate_error(s->inflate);
	size_t n = strlen(s->input->name);

	if (why && strncmp(why, s->input->name, n) == 0 && why[n] == ':')
		why += n + 1 + strspn(why + n + 1, " ");
	return why;
}

/* Why libpcap would not have the stream. */
static enum source_opened refused(const struct source *s, FILE *file, const char *said,
                                  struct error *err)
{
	if (inflate_why(s)) {
		broke_off(s, file, inflate_why(s), err);
		return SOURCE_FAILED;
	}
	if (strstr(said, "tried to read 4 file header bytes") ||
	    strstr(said, "unknown file format") || strstr(said, "archaic")) {
		error_set(err, "%s: not a capture file (neither pcap nor pcapng)",
		          s->input->name);
		return SOURCE_OTHER;
	}
	broke_off(s, file, meaning(said), err);
	return SOURCE_FAILED;
}

/* Gives the stream to libpcap, if there is anything in it. */
static enum source_opened stream_open(struct source *s, FILE *file, struct error *err)
{
	char said[PCAP_ERRBUF_SIZE] = "";
	int first = getc(file);

	if (first == EOF && !ferror(file) && !inflate_error(s->inflate)) {
		error_set(err, "%s: is empty", s->input->name);
		return SOURCE_OTHER;
	}
	if (first != EOF)
		ungetc(first, file);
	s->pcap = pcap_fopen_offline_with_tstamp_precision(
		file, PCAP_TSTAMP_PRECISION_NANO, said);
	if (!s->pcap)
		return refused(s, file, said, err);
	s->link = pcap_datalink(s->pcap);
	return SOURCE_OPEN;
}

enum source_opened source_open(struct source *s, struct error *err)
{
	int fd = input_open(s->input);

	s->packets = 0;
	if (fd < 0) {
		error_set(err, "%s: %s", s->input->name, strerror(errno));
		return SOURCE_FAILED;
	}
	s->inflate = inflate_open(fd, s->input->name, err);
	if (!s->inflate)
		return SOURCE_FAILED;

	FILE *file = inflate_file(s->inflate); /* ours to close, or libpcap's */
	enum source_opened opened = stream_open(s, file, err);
	if (opened != SOURCE_OPEN) {
		fclose(file);
		source_close(s);
	}
	return opened;
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
	if (inflate_error(s->inflate))
		broke_off(s, pcap_file(s->pcap), inflate_why(s), err);
	else if (got == PCAP_ERROR && !strstr(pcap_geterr(s->pcap), strerror(EINTR)))
		broke_off(s, pcap_file(s->pcap), meaning(pcap_geterr(s->pcap)), err);
	return false;
}

uint64_t source_position(const struct source *s)
{
	return s->inflate ? inflate_position(s->inflate) : 0;
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
