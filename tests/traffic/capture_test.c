// SPDX-License-Identifier: Apache-2.0
/*
 * capture_test.c - files of every kind, whole and broken, alone and together.
 *
 * The files are written here, byte by byte, into a folder that goes away with the test.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/check.h"
#include "traffic/capture.h"

static char folder[] = "/tmp/egret-capture-XXXXXX";
static char heard[4096]; /* complaints, a line each */
static struct counters counters;

/* A file being made, in one byte order. */
struct out {
	uint8_t p[4096];
	size_t n;
	bool big;
};

static void put(struct out *o, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		o->p[o->n++] = (uint8_t)(value >> 8 * (o->big ? bytes - 1 - i : i));
}

static void pcap_start(struct out *o, bool big, bool nano, uint32_t link)
{
	*o = (struct out){ .big = big };
	put(o, nano ? 0xa1b23c4d : 0xa1b2c3d4, 4);
	put(o, 2, 2);
	put(o, 4, 2);
	put(o, 0, 8);
	put(o, 65535, 4);
	put(o, link, 4);
}

/* Three bytes of a packet of ten. */
static void pcap_packet(struct out *o, uint32_t seconds, uint32_t fraction, uint8_t tag)
{
	put(o, seconds, 4);
	put(o, fraction, 4);
	put(o, 3, 4);
	put(o, 10, 4);
	put(o, tag, 1);
	put(o, 0, 2);
}

/* A block of pcapng whose body begins at o->p[at]. */
static void block_end(struct out *o, size_t at)
{
	struct out length = { .big = o->big };

	while ((o->n - at) % 4)
		put(o, 0, 1);
	put(&length, o->n - at + 12, 4);
	memcpy(o->p + at - 4, length.p, 4);
	put(o, o->n - at + 12, 4);
}

static size_t block_start(struct out *o, uint32_t type)
{
	put(o, type, 4);
	put(o, 0, 4);
	return o->n;
}

static void pcapng_interface(struct out *o, uint16_t link)
{
	size_t at = block_start(o, 1);

	put(o, link, 2);
	put(o, 0, 2);
	put(o, 65535, 4);
	block_end(o, at);
}

static void pcapng_start(struct out *o, bool big)
{
	*o = (struct out){ .big = big };
	size_t at = block_start(o, 0x0a0d0d0a);

	put(o, 0x1a2b3c4d, 4);
	put(o, 1, 2);
	put(o, 0, 2);
	put(o, UINT64_MAX, 8);
	block_end(o, at);
}

static void pcapng_packet(struct out *o, uint64_t microseconds, uint8_t tag)
{
	size_t at = block_start(o, 6);

	put(o, 0, 4);
	put(o, microseconds >> 32, 4);
	put(o, microseconds & UINT32_MAX, 4);
	put(o, 3, 4);
	put(o, 10, 4);
	put(o, tag, 1);
	put(o, 0, 2);
	block_end(o, at);
}

/* A pcap file of packets at these seconds, tagged in order. */
static void pcap_of(struct out *o, const uint32_t *seconds, size_t n, uint8_t tag)
{
	pcap_start(o, false, false, 1);
	for (size_t i = 0; i < n; i++)
		pcap_packet(o, seconds[i], 0, (uint8_t)(tag + i));
}

static const char *path_of(const char *name)
{
	static char paths[4][128];
	static unsigned at;
	char *path = paths[at++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static const char *file_put(const char *name, const void *p, size_t n)
{
	const char *path = path_of(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	close(fd);
	return path;
}

static void hear(void *arg, const char *sentence)
{
	size_t n = strlen(heard);

	(void)arg;
	snprintf(heard + n, sizeof(heard) - n, "%s\n", sentence);
}

static const struct capture_options *options; /* for open_all */

static struct capture *open_all(const char *const *paths, size_t n)
{
	struct capture *capture = NULL;
	struct error err = { "" };

	heard[0] = '\0';
	memset(&counters, 0, sizeof(counters));
	int result =
		capture_open(paths, n, options, hear, NULL, &counters, &capture, &err);
	CHECK_EQ(result == 0, capture != NULL);
	CHECK_EQ(result < 0, err.text[0] != '\0');
	return capture;
}

static struct capture *open_one(const char *path)
{
	return open_all(&path, 1);
}

/* Reads all; gives the tags in order, and closes.  Time must not go back, and a number is
 * that of the packet among all, also those passed over. */
static const char *tags_of(struct capture *capture)
{
	static char tags[1024];
	uint64_t number = 0;
	struct packet p;
	size_t n = 0;
	int link;
	int64_t before = INT64_MIN;

	while (capture && capture_next(capture, &p, &link)) {
		tags[n++] = (char)p.data[0];
		CHECK(p.number >= n && p.number > number);
		number = p.number;
		CHECK(p.time >= before);
		CHECK(p.input < capture_inputs(capture));
		before = p.time;
	}
	tags[n] = '\0';
	CHECK_EQ(n + counters.at[COUNT_CAPTURE_PASSED],
	         counters.at[COUNT_CAPTURE_PACKETS]);
	if (capture) {
		CHECK(!capture_next(capture, &p, &link)); /* and again */
		CHECK_EQ(capture_broken(capture), counters.at[COUNT_CAPTURE_BROKEN]);
	}
	capture_close(capture);
	return tags;
}

/* What was heard begins with the folder's name, which is another one each time. */
static const char *heard_short(void)
{
	static char text[sizeof(heard)];
	size_t n = 0, skip = strlen(folder) + 1;

	for (const char *at = heard; *at;) {
		if (strncmp(at, folder, skip - 1) == 0)
			at += at[skip - 1] == '/' ? skip : skip - 1;
		text[n++] = *at++;
	}
	text[n] = '\0';
	return text;
}

static void check_two(struct out *o, const char *what, int64_t fraction)
{
	struct capture *capture = open_one(file_put("one", o->p, o->n));
	struct packet p;
	int link = -1;
	unsigned before = check_here;

	CHECK(capture && capture_next(capture, &p, &link));
	CHECK_EQ(1, link);
	CHECK_EQ(1, p.number);
	CHECK_EQ(1000 * INT64_C(1000000000) + fraction, p.time);
	CHECK_EQ(0, p.input);
	CHECK_EQ(3, p.caplen);
	CHECK_EQ(10, p.wirelen);
	CHECK_EQ('a', p.data[0]);
	CHECK(capture && capture_next(capture, &p, &link));
	CHECK_EQ(2, p.number);
	CHECK_EQ('b', p.data[0]);
	CHECK(capture && !capture_next(capture, &p, &link));
	CHECK_EQ(0, capture_broken(capture));
	CHECK_TEXT("", heard);
	capture_close(capture);
	if (check_here != before)
		fprintf(stderr, "in: %s\n", what);
}

static void pcap_and_pcapng_in_both_byte_orders_are_read(void)
{
	struct out o;

	for (int big = 0; big < 2; big++) {
		pcap_start(&o, big, false, 1);
		pcap_packet(&o, 1000, 7, 'a');
		pcap_packet(&o, 1001, 7, 'b');
		check_two(&o, big ? "pcap, big-endian" : "pcap", 7000);
		pcap_start(&o, big, true, 1);
		pcap_packet(&o, 1000, 7, 'a');
		pcap_packet(&o, 1001, 7, 'b');
		check_two(&o, big ? "nanoseconds, big-endian" : "nanoseconds", 7);
		pcapng_start(&o, big);
		pcapng_interface(&o, 1);
		pcapng_packet(&o, 1000000007, 'a');
		pcapng_packet(&o, 1001000007, 'b');
		check_two(&o, big ? "pcapng, big-endian" : "pcapng", 7000);
	}
}

static void every_cut_gives_what_was_before_it(void)
{
	static const uint32_t seconds[] = { 5, 6, 7 };
	struct out o;

	pcap_of(&o, seconds, 3, 'a');
	for (size_t n = 24; n <= o.n; n++) {
		size_t whole = (n - 24) / 19;
		struct capture *capture = open_one(file_put("cut", o.p, n));
		const char *tags = tags_of(capture);

		CHECK_EQ(whole, strlen(tags));
		CHECK_EQ((n - 24) % 19 != 0, counters.at[COUNT_CAPTURE_BROKEN]);
	}
	CHECK_TEXT("abc", tags_of(open_one(file_put("cut", o.p, o.n))));
	CHECK_TEXT("ab", tags_of(open_one(file_put("cut", o.p, o.n - 1))));
	CHECK_TEXT("cut: broken off after packet 2 at byte 80: "
	           "the file ends in the middle of a packet\n",
	           heard_short());
	CHECK_TEXT("", tags_of(open_one(file_put("cut", o.p, 30))));
	CHECK_TEXT("cut: broken off before its first packet at byte 30: "
	           "the file ends in the middle of a packet\n",
	           heard_short());
	CHECK_TEXT("", tags_of(open_one(file_put("cut", o.p, 24))));
	CHECK_TEXT("cut: holds no packets\n", heard_short());
	CHECK_EQ(0, counters.at[COUNT_CAPTURE_BROKEN]);
}

static void what_is_no_capture_is_named(void)
{
	CHECK(!open_one(file_put("empty", "", 0)));
	CHECK_TEXT("empty: is empty\n", heard_short());
	CHECK(!open_one(file_put("text", "hello, world", 12)));
	CHECK_TEXT("text: not a capture file (neither pcap nor pcapng)\n", heard_short());
	CHECK(!open_one(file_put("short", "\xd4\xc3", 2)));
	CHECK_TEXT("short: not a capture file (neither pcap nor pcapng)\n",
	           heard_short());
	CHECK(!open_one(file_put("head", "\xd4\xc3\xb2\xa1\x02", 5)));
	CHECK_TEXT("head: broken off before its first packet at byte 5: "
	           "the file ends in the middle of its header\n",
	           heard_short());
	CHECK(!open_one(path_of("nothing")));
	CHECK_TEXT("nothing: No such file or directory\n", heard_short());
	CHECK_EQ(1, counters.at[COUNT_CAPTURE_BROKEN]);
}

static void one_bad_input_does_not_keep_others_from_being_read(void)
{
	static const uint32_t seconds[] = { 5, 6 };
	struct out o;

	pcap_of(&o, seconds, 2, 'a');
	const char *paths[] = { path_of("nothing"), file_put("good", o.p, o.n),
		                file_put("bad", "hello", 5) };
	struct capture *capture = open_all(paths, 3);
	CHECK_TEXT("nothing: No such file or directory\n"
	           "bad: not a capture file (neither pcap nor pcapng)\n",
	           heard_short());
	CHECK(capture && capture_broken(capture) == 2);
	CHECK_TEXT("ab", tags_of(capture));
}

static void an_impossible_length_ends_a_file_and_is_said(void)
{
	static const uint32_t seconds[] = { 5, 6 };
	struct out o;

	pcap_of(&o, seconds, 2, 'a');
	memset(o.p + 24 + 19 + 8, 0xff, 4);
	CHECK_TEXT("a", tags_of(open_one(file_put("long", o.p, o.n))));
	CHECK_TEXT("long: broken off after packet 1 at byte 59: "
	           "the next packet has an impossible length\n",
	           heard_short());
}

static void a_wire_length_that_nothing_carries_is_not_believed(void)
{
	static const uint32_t seconds[] = { 5, 6 };
	struct packet p;
	struct out o;
	int link;

	pcap_of(&o, seconds, 2, 'a');
	memset(o.p + 24 + 12, 0xff, 4);
	memset(o.p + 24 + 19 + 12, 0, 4);
	struct capture *capture = open_one(file_put("wire", o.p, o.n));
	CHECK(capture && capture_next(capture, &p, &link));
	CHECK_EQ(3, p.wirelen);
	CHECK(capture && capture_next(capture, &p, &link));
	CHECK_EQ(3, p.wirelen); /* nor one below what is at hand */
	capture_close(capture);
}

static void times_that_run_backwards_stand_still_and_are_counted(void)
{
	static const uint32_t seconds[] = { 5, 9, 7, 8, 10 };
	struct out o;

	pcap_of(&o, seconds, 5, 'a');
	CHECK_TEXT("abcde", tags_of(open_one(file_put("back", o.p, o.n))));
	CHECK_EQ(2, counters.at[COUNT_CAPTURE_BACKWARDS]);
}

static void times_after_2038_are_read(void)
{
	struct packet p;
	struct out o;
	int link;

	pcap_start(&o, false, true, 1);
	pcap_packet(&o, 4000000000, 5, 'a');
	struct capture *capture = open_one(file_put("late", o.p, o.n));
	CHECK(capture && capture_next(capture, &p, &link));
	CHECK_EQ(4000000000 * INT64_C(1000000000) + 5, p.time);
	capture_close(capture);
}

static void captures_that_overlap_are_merged(void)
{
	static const uint32_t first[] = { 10, 20, 30, 40 };
	static const uint32_t second[] = { 20, 25, 35 };
	static const uint32_t third[] = { 5, 50 };
	struct out o;
	const char *paths[3];

	pcap_of(&o, first, 4, 'a');
	paths[0] = file_put("first", o.p, o.n);
	pcap_of(&o, second, 3, 'm');
	paths[1] = file_put("second", o.p, o.n);
	pcap_of(&o, third, 2, 'x');
	paths[2] = file_put("third", o.p, o.n);
	/* at 20 both have one: the input named first goes first */
	CHECK_TEXT("xabmncody", tags_of(open_all(paths, 3)));
	CHECK_TEXT("", heard);
	CHECK_EQ(0, counters.at[COUNT_CAPTURE_BACKWARDS]);
	const char *other[] = { paths[1], paths[0] };
	CHECK_TEXT("ambncod", tags_of(open_all(other, 2)));
}

static void captures_one_after_another_are_read_in_order_of_time(void)
{
	static const uint32_t early[] = { 10, 20 };
	static const uint32_t later[] = { 30, 40 };
	struct packet p;
	struct out o;
	int link;
	const char *paths[2];
	uint64_t done, all;

	pcap_of(&o, later, 2, 'c');
	paths[0] = file_put("later", o.p, o.n);
	pcap_of(&o, early, 2, 'a');
	paths[1] = file_put("early", o.p, o.n);
	CHECK_TEXT("abcd", tags_of(open_all(paths, 2)));

	struct capture *capture = open_all(paths, 2);
	CHECK(capture_next(capture, &p, &link));
	CHECK_EQ(1, p.input);
	CHECK_TEXT(paths[1], capture_input_name(capture, 1));
	while (capture_next(capture, &p, &link))
		continue;
	capture_progress(capture, &done, &all);
	CHECK_EQ(2 * o.n, done);
	CHECK_EQ(2 * o.n, all);
	capture_close(capture);
}

static void a_broken_one_of_several_gives_what_was_before_the_break(void)
{
	static const uint32_t first[] = { 10, 20, 30 }, second[] = { 15, 25, 35 };
	struct out o;
	const char *paths[2];

	pcap_of(&o, first, 3, 'a');
	paths[0] = file_put("whole", o.p, o.n);
	pcap_of(&o, second, 3, 'm');
	paths[1] = file_put("torn", o.p, o.n - 5);
	CHECK_TEXT("ambnc", tags_of(open_all(paths, 2)));
	CHECK_TEXT("torn: broken off after packet 2 at byte 76: "
	           "the file ends in the middle of a packet\n",
	           heard_short());
	CHECK_EQ(1, counters.at[COUNT_CAPTURE_BROKEN]);
}

static void time_that_jumps_in_one_of_several_is_moved_and_counted(void)
{
	static const uint32_t first[] = { 10, 40, 20, 50 }, second[] = { 30, 45 };
	struct out o;
	const char *paths[2];

	pcap_of(&o, first, 4, 'a');
	paths[0] = file_put("jumps", o.p, o.n);
	pcap_of(&o, second, 2, 'm');
	paths[1] = file_put("even", o.p, o.n);
	CHECK_TEXT("ambcnd", tags_of(open_all(paths, 2)));
	CHECK_EQ(1, counters.at[COUNT_CAPTURE_BACKWARDS]);
}

static void a_folder_stands_for_the_captures_in_it(void)
{
	static const uint32_t seconds[] = { 10, 20 };
	struct out o;

	mkdir(path_of("dir"), 0700);
	mkdir(path_of("dir/b"), 0700);
	pcap_of(&o, seconds, 2, 'x');
	file_put("dir/c", o.p, o.n);
	pcap_of(&o, seconds, 2, 'm');
	file_put("dir/b/anything.txt", o.p, o.n);
	pcap_of(&o, seconds, 2, 'a');
	file_put("dir/a.pcap", o.p, o.n);
	file_put("dir/readme.pcap", "hello, world", 12);
	file_put("dir/b/nothing", "", 0);
	struct capture *capture = open_one(path_of("dir"));
	CHECK_TEXT("dir: 2 files that are not captures, passed over\n", heard_short());
	CHECK_EQ(3, capture_inputs(capture));
	CHECK_TEXT(path_of("dir/a.pcap"), capture_input_name(capture, 0));
	CHECK_TEXT(path_of("dir/b/anything.txt"), capture_input_name(capture, 1));
	CHECK_TEXT("amxbny", tags_of(capture)); /* by time, then by name */
	CHECK_EQ(0, counters.at[COUNT_CAPTURE_BROKEN]);

	mkdir(path_of("none"), 0700);
	CHECK(!open_one(path_of("none")));
}

static void many_inputs_cost_few_descriptors(void)
{
	enum { FILES = 200 };
	char names[FILES][16];
	const char *paths[FILES];
	char stored[FILES][128];
	struct rlimit before, few;
	struct out o;

	for (uint32_t i = 0; i < FILES; i++) {
		uint32_t seconds = 1000 - i;
		pcap_of(&o, &seconds, 1, 'a');
		snprintf(names[i], sizeof(names[i]), "many%u", i);
		snprintf(stored[i], sizeof(stored[i]), "%s",
		         file_put(names[i], o.p, o.n));
		paths[i] = stored[i];
	}
	getrlimit(RLIMIT_NOFILE, &before);
	few = before;
	few.rlim_cur = 32;
	setrlimit(RLIMIT_NOFILE, &few);
	CHECK_EQ(FILES, strlen(tags_of(open_all(paths, FILES))));
	CHECK_TEXT("", heard);
	setrlimit(RLIMIT_NOFILE, &before);
}

static void more_overlapping_captures_than_can_be_open_are_read_all_the_same(void)
{
	enum { FILES = 300 };
	static const uint32_t seconds[] = { 10, 20 };
	const char *paths[FILES];
	struct out o;

	pcap_of(&o, seconds, 2, 'a');
	paths[0] = file_put("same", o.p, o.n);
	for (size_t i = 1; i < FILES; i++)
		paths[i] = paths[0];
	CHECK_EQ(2 * FILES, strlen(tags_of(open_all(paths, FILES))));
	CHECK_TEXT("more than 256 captures overlap: some are read late, and their "
	           "packets' times "
	           "moved\n",
	           heard);
}

static void a_pipe_is_read_as_standard_input(void)
{
	static const uint32_t seconds[] = { 10, 20 }, between[] = { 15 };
	struct out o;
	int fds[2], before = dup(STDIN_FILENO);
	uint64_t done, all;

	pcap_of(&o, between, 1, 'x');
	const char *paths[] = { file_put("file", o.p, o.n), "-", "-" };
	pcap_of(&o, seconds, 2, 'a');
	CHECK_EQ(0, pipe(fds));
	CHECK_EQ(o.n, write(fds[1], o.p, o.n));
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	struct capture *capture = open_all(paths, 3);
	CHECK_TEXT("-: standard input can be read only once\n", heard);
	capture_progress(capture, &done, &all);
	CHECK_EQ(0, all);
	CHECK_TEXT("axb", tags_of(capture));
	dup2(before, STDIN_FILENO);
	close(before);
}

static void a_link_type_not_known_is_said_once(void)
{
	struct out o;

	pcap_start(&o, false, false, 147);
	pcap_packet(&o, 5, 0, 'a');
	pcap_packet(&o, 6, 0, 'b');
	CHECK_TEXT("ab", tags_of(open_one(file_put("link", o.p, o.n))));
	CHECK_TEXT("link: link type 147 (unknown) is not known: its packets are only "
	           "counted\n",
	           heard_short());
	CHECK_EQ(1, counters.at[COUNT_CAPTURE_BROKEN]);
}

static void pcapng_of_several_sections_and_link_types_is_read(void)
{
	struct packet p;
	struct out o, second;
	int link;

	pcapng_start(&o, false);
	pcapng_interface(&o, 1);
	pcapng_packet(&o, 1000000, 'a');
	pcapng_start(&second, true); /* another byte order, and interfaces from 0 again */
	pcapng_interface(&second, 113);
	pcapng_packet(&second, 2000000, 'b');
	memcpy(o.p + o.n, second.p, second.n);
	o.n += second.n;
	const char *path = file_put("two", o.p, o.n);
	struct capture *capture = open_one(path);
	CHECK_MUST(capture);
	CHECK(capture_next(capture, &p, &link) && link == 1);
	CHECK(capture_next(capture, &p, &link) && link == 113);
	CHECK_EQ(2000000000, p.time);
	capture_close(capture);
	CHECK_TEXT("ab", tags_of(open_one(path)));
	CHECK_TEXT("", heard);
}

static void every_cut_of_pcapng_gives_what_was_before_it(void)
{
	size_t ends[4];
	struct out o;

	pcapng_start(&o, false);
	pcapng_interface(&o, 1);
	size_t first = o.n;
	for (size_t i = 0; i < 3; i++) {
		pcapng_packet(&o, 1000000 * i, (uint8_t)('a' + i));
		ends[i] = o.n;
	}
	for (size_t n = 4; n <= o.n; n++) {
		size_t whole = 0;
		bool clean = n == 28 || n == first;

		for (size_t i = 0; i < 3; i++) {
			whole += n >= ends[i];
			clean = clean || n == ends[i];
		}
		CHECK_EQ(whole, strlen(tags_of(open_one(file_put("cut", o.p, n)))));
		CHECK_EQ(!clean, counters.at[COUNT_CAPTURE_BROKEN]);
	}
	tags_of(open_one(file_put("cut", o.p, o.n - 1)));
	CHECK_TEXT("cut: broken off after packet 2 at byte 155: "
	           "the file ends in the middle of a block\n",
	           heard_short());
}

static void a_block_that_makes_no_sense_is_passed_over_and_said_once(void)
{
	struct out o;

	pcapng_start(&o, false);
	pcapng_interface(&o, 1);
	pcapng_packet(&o, 1000000, 'a');
	for (int i = 0; i < 2; i++) {
		size_t at = o.n;
		pcapng_packet(&o, 1000000, 'x');
		o.p[at + 8] = 7; /* its interface */
	}
	size_t at = o.n;
	pcapng_packet(&o, 1000000, 'x');
	o.p[at + 20] = 99; /* its length */
	pcapng_packet(&o, 1000000, 'b');
	CHECK_TEXT("ab", tags_of(open_one(file_put("odd", o.p, o.n))));
	CHECK_TEXT("odd: a block before byte 120 was passed over: a packet names an "
	           "interface that is not described (any more are counted only)\n",
	           heard_short());
	CHECK_EQ(3, counters.at[COUNT_CAPTURE_DAMAGED]);
	CHECK_EQ(1, counters.at[COUNT_CAPTURE_BROKEN]);
}

/* The time of the only packet, of an interface with this option. */
static int64_t time_with(uint16_t option, uint64_t value, unsigned bytes, uint64_t units)
{
	struct packet p = { 0 };
	struct out o;
	int link;

	pcapng_start(&o, true);
	size_t at = block_start(&o, 1);
	put(&o, 1, 2);
	put(&o, 0, 6);
	put(&o, option, 2);
	put(&o, bytes, 2);
	put(&o, value, bytes);
	block_end(&o, at);
	pcapng_packet(&o, units, 'a');
	struct capture *capture = open_one(file_put("clock", o.p, o.n));
	CHECK_MUST(capture);
	CHECK(capture_next(capture, &p, &link));
	capture_close(capture);
	return p.time;
}

static void an_interface_has_a_clock_of_its_own(void)
{
	CHECK_EQ(5000000007, time_with(9, 9, 1, 5000000007));
	CHECK_EQ(5000000000, time_with(9, 0, 1, 5));
	CHECK_EQ(5000000007, time_with(9, 12, 1, 5000000007999));
	CHECK_EQ(5500000000, time_with(9, 0x81, 1, 11));
	CHECK_EQ(5500000000, time_with(9, 0x80 + 40, 1, UINT64_C(11) << 39));
	CHECK_EQ(0, time_with(9, 0x80 + 100, 1, 11));
	CHECK_EQ(7000000000, time_with(14, 2, 8, 5000000));
	CHECK_EQ(3000000000, time_with(14, (uint64_t)-2, 8, 5000000));
	CHECK_EQ(0, time_with(14, (uint64_t)-6, 8, 5000000));
	CHECK_EQ(0, time_with(14, INT64_MAX, 8, 5000000));
	CHECK_EQ(0, time_with(9, 0, 1, UINT64_MAX));
}

static void simple_and_old_blocks_are_read_and_unknown_ones_passed_over(void)
{
	struct packet p;
	struct out o;
	int link;

	pcapng_start(&o, false);
	pcapng_interface(&o, 1);
	size_t at = block_start(&o, 0xbad);
	put(&o, 1, 8);
	block_end(&o, at);
	at = block_start(&o, 2);
	put(&o, 0, 4);
	put(&o, 0, 4);
	put(&o, 9000000, 4);
	put(&o, 3, 4);
	put(&o, 10, 4);
	put(&o, 'a', 3);
	block_end(&o, at);
	at = block_start(&o, 3);
	put(&o, 10, 4);
	put(&o, 'b', 3);
	block_end(&o, at);
	struct capture *capture = open_one(file_put("kinds", o.p, o.n));
	CHECK_MUST(capture);
	CHECK(capture_next(capture, &p, &link) && p.data[0] == 'a');
	CHECK_EQ(3, p.caplen);
	CHECK(capture_next(capture, &p, &link) && p.data[0] == 'b');
	CHECK_EQ(4, p.caplen); /* all that its block has */
	CHECK_EQ(10, p.wirelen);
	CHECK_EQ(9000000000, p.time); /* it has none: time stands still */
	CHECK(!capture_next(capture, &p, &link));
	CHECK_TEXT("", heard);
	capture_close(capture);
}

static void old_and_modified_pcap_headers_are_read(void)
{
	struct out o;

	for (unsigned minor = 2; minor < 4; minor++) {
		pcap_start(&o, false, false, 0xf4000001); /* frames with a checksum */
		o.p[6] = (uint8_t)minor;
		for (unsigned i = 0; i < 2; i++) {
			put(&o, 1000 + i, 4);
			put(&o, 7, 4);
			put(&o, 10, 4);
			put(&o, 3, 4);
			put(&o, 'a' + i, 3);
		}
		check_two(&o, "lengths the other way", 7000);
	}
	pcap_start(&o, true, false, 1);
	memcpy(o.p, "\xa1\xb2\xcd\x34", 4);
	for (unsigned i = 0; i < 2; i++) {
		pcap_packet(&o, 1000 + i, 7, 0);
		o.n -= 3;
		put(&o, 0, 8);
		put(&o, (uint64_t)('a' + i) << 16, 3);
	}
	check_two(&o, "Kuznetzov's", 7000);
}

static void captures_of_other_formats_are_named(void)
{
	CHECK(!open_one(file_put("sun", "snoop\0\0\0\0\0\0\2\0\0\0\4", 16)));
	CHECK_TEXT("sun: is a snoop capture (Solaris), which is not read: only pcap and "
	           "pcapng are\n",
	           heard_short());
	CHECK(!open_one(
		file_put("erf", "\0\0\0\0\x2e\x6e\x2b\x4b\2\4\0\x58\0\0\0\x46", 16)));
	CHECK_TEXT("erf: is an ERF capture (Endace), which is not read: only pcap and "
	           "pcapng are\n",
	           heard_short());
}

/* A file of packets of this many bytes, each of them the packet's own number. */
static const char *sized_file(const char *name, uint32_t packets, uint32_t bytes)
{
	const char *path = path_of(name);
	FILE *file = fopen(path, "wb");
	uint8_t *data = malloc(bytes);
	struct out o;

	CHECK_MUST(file && data);
	pcap_start(&o, false, false, 1);
	fwrite(o.p, 1, o.n, file);
	for (uint32_t i = 0; i < packets; i++) {
		o.n = 0;
		put(&o, i, 4);
		put(&o, 0, 4);
		put(&o, bytes, 4);
		put(&o, bytes, 4);
		memset(data, (int)(i & 0xff), bytes);
		fwrite(o.p, 1, o.n, file);
		fwrite(data, 1, bytes, file);
	}
	free(data);
	fclose(file);
	return path;
}

static void the_bytes_of_a_packet_stay_good_for_sixteen_more_calls(void)
{
	static const uint32_t sizes[] = { 60, 1500, 65535, 200000, 262144 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const char *paths[2];
		struct packet p[CAPTURE_AHEAD + 1];
		uint32_t n = 8000000 / sizes[i];
		uint64_t read = 0;
		int link;

		paths[0] = sized_file("sized", n, sizes[i]);
		paths[1] = sized_file("short", 40, sizes[i]); /* is over first */
		struct capture *capture = open_all(paths, 2);
		CHECK_MUST(capture);
		while (capture_next(capture, &p[read % (CAPTURE_AHEAD + 1)], &link)) {
			const struct packet *old;

			read++;
			old = &p[read % (CAPTURE_AHEAD + 1)];
			if (read <= CAPTURE_AHEAD)
				continue;
			int64_t want = old->time / 1000000000 % 256;
			CHECK_EQ(want, old->data[0]);
			CHECK_EQ(want, old->data[old->caplen - 1]);
		}
		CHECK_EQ(n + 40, read);
		capture_close(capture);
	}
}

static const char *tags_with(const char *path, struct capture_options with)
{
	options = &with;
	const char *tags = tags_of(open_one(path));
	options = NULL;
	return tags;
}

static void a_filter_and_bounds_of_time_leave_packets_out_and_count_them(void)
{
	static const uint32_t seconds[] = { 10, 20, 15, 30, 40 };
	static const int64_t second = 1000000000;
	struct out o;

	pcap_of(&o, seconds, 5, 'a');
	o.p[24 + 19 + 12] = 200; /* the second is longer than the others */
	const char *path = file_put("some", o.p, o.n);
	CHECK_TEXT("b",
	           tags_with(path, (struct capture_options){ .filter = "greater 100" }));
	CHECK_EQ(4, counters.at[COUNT_CAPTURE_PASSED]);
	struct capture_bound at = { true, false, 20 * second };
	CHECK_TEXT("bcde", tags_with(path, (struct capture_options){ .since = at }));
	CHECK_TEXT("a", tags_with(path, (struct capture_options){ .until = at }));
	CHECK_EQ(2, counters.at[COUNT_CAPTURE_PACKETS]); /* the rest was not read */
	struct capture_bound behind = { true, true, 20 * second };
	CHECK_TEXT("de", tags_with(path, (struct capture_options){ .since = behind }));
	CHECK_TEXT("bc", tags_with(path, (struct capture_options){ .since = at,
	                                                           .until = behind }));
	CHECK_TEXT("", heard);
}

static void a_filter_that_is_wrong_is_refused_with_the_reason(void)
{
	static const uint32_t seconds[] = { 10 };
	struct capture_options with = { .filter = "tcp and" };
	struct capture *capture = NULL;
	struct error err = { "" };
	struct out o;

	pcap_of(&o, seconds, 1, 'a');
	const char *path = file_put("some", o.p, o.n);
	CHECK_EQ(-2,
	         capture_open(&path, 1, &with, hear, NULL, &counters, &capture, &err));
	CHECK(strstr(err.text, "filter \"tcp and\""));
	CHECK(strstr(err.text, "syntax error"));
	CHECK(!capture);
}

/* lz4 and bzip2 would make one block of all that is packed here, and undo none of it when
 * cut. */
static const char *const packers[] = { "gzip", "xz", "zstd", "lz4 -B4", "bzip2 -1" };

static bool installed(const char *packer)
{
	char command[100];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", packer);
	*strchrnul(command + strlen("command -v "), ' ') = '\0';
	return system(command) == 0;
}

/* Packs the file with a program that is installed. */
static const char *pack(const char *packer, const char *name)
{
	char command[300];

	snprintf(command, sizeof(command), "%s -c <%s/%s >%s/packed 2>/dev/null", packer,
	         folder, name, folder);
	CHECK_EQ(0, system(command));
	return path_of("packed");
}

static void check_packed(const char *packer)
{
	static const uint32_t seconds[] = { 10, 20, 30 };
	struct out o;

	if (!installed(packer))
		SKIP("the packer is not installed");
	pcap_of(&o, seconds, 3, 'a');
	file_put("plain", o.p, o.n);
	const char *packed = pack(packer, "plain");
	CHECK_TEXT("abc", tags_of(open_one(packed)));
	CHECK_TEXT("", heard);
	const char *both[] = { packed, packed }; /* closed and opened again */
	CHECK_TEXT("aabbcc", tags_of(open_all(both, 2)));
	CHECK_TEXT("", heard);
}

static void large_file_put(const char *name, uint32_t packets)
{
	FILE *file = fopen(path_of(name), "wb");
	struct out o;

	CHECK_MUST(file);
	pcap_start(&o, false, false, 1);
	fwrite(o.p, 1, o.n, file);
	for (uint32_t i = 0; i < packets; i++) {
		uint32_t noise = i * 2654435761U;
		o.n = 0;
		pcap_packet(&o, i, noise % 1000000, (uint8_t)(noise >> 24));
		fwrite(o.p, 1, o.n, file);
	}
	fclose(file);
}

static void check_packed_cut(const char *packer)
{
	enum { PACKETS = 20000 };
	struct packet p;
	struct stat st;
	uint64_t n = 0;
	int link;

	if (!installed(packer))
		SKIP("the packer is not installed");
	large_file_put("large", PACKETS);
	const char *packed = pack(packer, "large");
	CHECK_EQ(0, stat(packed, &st));
	CHECK_EQ(0, truncate(packed, st.st_size * 3 / 4));
	struct capture *capture = open_one(packed);
	CHECK_MUST(capture);
	while (capture_next(capture, &p, &link))
		n++;
	CHECK(n > 1000 && n < PACKETS);
	CHECK_EQ(1, counters.at[COUNT_CAPTURE_BROKEN]);
	char want[64];
	snprintf(want, sizeof(want), "packed: broken off after packet %ju at byte ",
	         (uintmax_t)n);
	CHECK(strstr(heard, want));
	CHECK(strchr(heard, '\n') == heard + strlen(heard) - 1);
	capture_close(capture);
}

static void a_capture_packed_with_gzip_is_read(void)
{
	check_packed("gzip");
}

static void a_capture_packed_with_xz_is_read(void)
{
	check_packed("xz");
}

static void a_capture_packed_with_zstd_is_read(void)
{
	check_packed("zstd");
}

static void a_capture_packed_with_lz4_is_read(void)
{
	check_packed("lz4 -B4");
}

static void a_capture_packed_with_bzip2_is_read(void)
{
	check_packed("bzip2 -1");
}

static void packed_captures_cut_in_the_middle_give_what_was_before(void)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		check_packed_cut(packers[i]);
}

static int take_away(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int main(void)
{
	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	TEST(pcap_and_pcapng_in_both_byte_orders_are_read);
	TEST(every_cut_gives_what_was_before_it);
	TEST(what_is_no_capture_is_named);
	TEST(one_bad_input_does_not_keep_others_from_being_read);
	TEST(an_impossible_length_ends_a_file_and_is_said);
	TEST(a_wire_length_that_nothing_carries_is_not_believed);
	TEST(times_that_run_backwards_stand_still_and_are_counted);
	TEST(times_after_2038_are_read);
	TEST(captures_that_overlap_are_merged);
	TEST(captures_one_after_another_are_read_in_order_of_time);
	TEST(a_broken_one_of_several_gives_what_was_before_the_break);
	TEST(time_that_jumps_in_one_of_several_is_moved_and_counted);
	TEST(a_folder_stands_for_the_captures_in_it);
	TEST(many_inputs_cost_few_descriptors);
	TEST(more_overlapping_captures_than_can_be_open_are_read_all_the_same);
	TEST(a_pipe_is_read_as_standard_input);
	TEST(a_link_type_not_known_is_said_once);
	TEST(pcapng_of_several_sections_and_link_types_is_read);
	TEST(every_cut_of_pcapng_gives_what_was_before_it);
	TEST(a_block_that_makes_no_sense_is_passed_over_and_said_once);
	TEST(an_interface_has_a_clock_of_its_own);
	TEST(simple_and_old_blocks_are_read_and_unknown_ones_passed_over);
	TEST(old_and_modified_pcap_headers_are_read);
	TEST(captures_of_other_formats_are_named);
	TEST(the_bytes_of_a_packet_stay_good_for_sixteen_more_calls);
	TEST(a_filter_and_bounds_of_time_leave_packets_out_and_count_them);
	TEST(a_filter_that_is_wrong_is_refused_with_the_reason);
	TEST(a_capture_packed_with_gzip_is_read);
	TEST(a_capture_packed_with_xz_is_read);
	TEST(a_capture_packed_with_zstd_is_read);
	TEST(a_capture_packed_with_lz4_is_read);
	TEST(a_capture_packed_with_bzip2_is_read);
	TEST(packed_captures_cut_in_the_middle_give_what_was_before);
	nftw(folder, take_away, 16, FTW_DEPTH | FTW_PHYS);
	return check_done();
}
