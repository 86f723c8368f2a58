// SPDX-License-Identifier: Apache-2.0
/*
 * writer_test.c - what is lost is whole lines, and counted.
 */
#include "output/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "tests/check.h"

enum { LINES = 20000 };

/* False: it was not taken. */
static bool put_line(struct writer *w, unsigned i)
{
	char line[512];
	struct json j = json_over(line, sizeof(line));

	json_object(&j, NULL);
	json_u64(&j, "n", i);
	json_text(&j, "filler",
	          "................................................................"
	          "................................................................");
	json_object_end(&j);
	return writer_put(w, line, j.n);
}

static void everything_arrives_in_order(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX";
	int fd = mkstemp(path);
	struct writer w;
	unsigned lines = 0, n;
	char line[512];
	FILE *file;

	CHECK_MUST(fd >= 0 && writer_open(&w, path, false, NULL) == 0);
	close(fd);
	for (unsigned i = 0; i < LINES; i++)
		put_line(&w, i);
	CHECK_EQ(0, writer_close(&w));
	CHECK_EQ(LINES, w.lines);
	file = fopen(path, "r");
	CHECK_MUST(file);
	while (fgets(line, sizeof(line), file)) {
		CHECK(sscanf(line, "{\"n\":%u,", &n) == 1 && n == lines);
		lines++;
	}
	CHECK_EQ(LINES, lines);
	fclose(file);
	unlink(path);
}

static void a_full_disk_takes_as_much_as_the_buffer_and_no_more(void)
{
	unsigned taken = 0;
	struct writer w;

	if (access("/dev/full", W_OK) < 0)
		SKIP("there is no /dev/full");
	CHECK_MUST(writer_open(&w, "/dev/full", false, NULL) == 0);
	for (unsigned i = 0; i < LINES; i++)
		taken += put_line(&w, i);
	CHECK(taken > 1000 && taken < LINES);
	CHECK_EQ(taken, w.lines);
	CHECK_EQ(ENOSPC, w.failed);
	CHECK_EQ(taken, writer_close(&w));
}

static void limit(rlim_t bytes)
{
	struct rlimit now;

	CHECK_MUST(getrlimit(RLIMIT_FSIZE, &now) == 0);
	now.rlim_cur = bytes;
	CHECK_MUST(setrlimit(RLIMIT_FSIZE, &now) == 0);
}

static unsigned whole_lines(const char *path)
{
	unsigned n, lines = 0;
	char line[512];
	FILE *file = fopen(path, "r");

	CHECK_MUST(file);
	while (fgets(line, sizeof(line), file)) {
		CHECK(sscanf(line, "{\"n\":%u,", &n) == 1 && n == lines);
		CHECK(strcmp(line + strlen(line) - 4, ".\"}\n") == 0);
		lines++;
	}
	fclose(file);
	return lines;
}

/* A disk that takes part of a line, then nothing, then has room again. */
static void what_could_not_be_written_goes_first_when_there_is_room(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX";
	int fd = mkstemp(path);
	struct writer w;

	CHECK_MUST(fd >= 0 && writer_open(&w, path, false, NULL) == 0);
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	limit(800); /* in the middle of the sixth line */
	for (unsigned i = 0; i < 50; i++)
		put_line(&w, i);
	CHECK(!writer_flush(&w));
	for (unsigned i = 50; i < 100; i++)
		put_line(&w, i);
	CHECK(!writer_flush(&w)); /* still nothing */
	limit(RLIM_INFINITY);
	put_line(&w, 100);
	put_line(&w, 101);
	CHECK_EQ(0, writer_close(&w));
	CHECK_EQ(102, w.lines);
	CHECK_EQ(102, whole_lines(path));
	unlink(path);
}

static void a_line_that_could_not_be_ended_is_cut_off_at_the_end(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX";
	int fd = mkstemp(path);
	struct writer w;

	CHECK_MUST(fd >= 0 && writer_open(&w, path, false, NULL) == 0);
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	limit(800);
	for (unsigned i = 0; i < 50; i++)
		put_line(&w, i);
	CHECK_EQ(45, writer_close(&w));
	limit(RLIM_INFINITY);
	CHECK_EQ(5, whole_lines(path));
	unlink(path);
}

static void a_reader_that_went_ends_it_quietly(void)
{
	int ends[2], saved = dup(STDOUT_FILENO);
	struct writer w;

	fflush(stdout);
	signal(SIGPIPE, SIG_IGN);
	CHECK_MUST(pipe(ends) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0);
	close(ends[0]);
	close(ends[1]);
	CHECK_MUST(writer_open(&w, "-", false, NULL) == 0);
	for (unsigned i = 0; i < LINES; i++)
		put_line(&w, i);
	CHECK(w.closed);
	CHECK_EQ(w.lines, writer_close(&w));
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

static void a_path_that_cannot_be_written_is_named(void)
{
	struct writer w;
	struct error err;

	CHECK(writer_open(&w, "/nowhere/at/all/eve.json", false, &err) < 0);
	CHECK(strstr(err.text, "/nowhere/at/all/eve.json"));
	writer_close(&w);
}

static long size_of(const char *path)
{
	FILE *file = fopen(path, "r");
	long n;

	CHECK_MUST(file && fseek(file, 0, SEEK_END) == 0);
	n = ftell(file);
	fclose(file);
	return n;
}

static void half_a_record_at_the_end_of_a_file_is_cut_off_before_more_is_added(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX";
	static const struct {
		size_t whole,
			torn; /* bytes of a line, and of the one that was not finished */
	} rows[] = { { 9, 5 },       { 9, 5000 }, { 8191, 1 },
		     { 4095, 4096 }, { 9, 0 },    { 0, 70 } };
	int fd = mkstemp(path);
	struct writer w;

	CHECK_MUST(fd >= 0);
	close(fd);
	log_init(LOG_TO_STDERR, LOG_LEVEL_ERROR);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FILE *file = fopen(path, "w");

		CHECK_MUST(file);
		for (size_t n = 0; n < rows[i].whole; n++)
			fputc('x', file);
		if (rows[i].whole)
			fputc('\n', file);
		for (size_t n = 0; n < rows[i].torn; n++)
			fputc('y', file);
		fclose(file);
		CHECK_MUST(writer_open(&w, path, true, NULL) == 0);
		CHECK_EQ(rows[i].whole + (rows[i].whole > 0), (size_t)size_of(path));
		put_line(&w, 7);
		writer_close(&w);
		CHECK(size_of(path) > (long)rows[i].whole + 100);
	}
	unlink(path);
}

static void a_file_that_was_moved_away_gets_a_successor(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX", moved[64];
	int fd = mkstemp(path);
	struct writer w;
	long first, second;

	CHECK_MUST(fd >= 0 && writer_open(&w, path, true, NULL) == 0);
	close(fd);
	snprintf(moved, sizeof(moved), "%s.1", path);
	put_line(&w, 1);
	CHECK_MUST(rename(path, moved) == 0);
	put_line(&w, 2);
	writer_reopen(&w);
	put_line(&w, 3);
	writer_close(&w);
	first = size_of(moved);
	second = size_of(path);
	CHECK_EQ(2 * second, first);
	CHECK_EQ(3, w.lines);
	unlink(path);
	unlink(moved);
}

/* Files end with whole lines, none is lost, and the oldest goes. */
static void a_file_that_is_large_makes_way_for_a_new_one(void)
{
	char folder[] = "/tmp/egret-writer-XXXXXX", path[64], old[80];
	unsigned lines = 0, first = 0, n;
	char line[512];
	struct writer w;

	CHECK_MUST(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/eve.json", folder);
	CHECK_MUST(writer_open(&w, path, true, NULL) == 0);
	writer_limit(&w, 10000, 3);
	for (unsigned i = 0; i < 1000; i++) {
		put_line(&w, i);
		if (i % 7 == 0)
			writer_flush(&w);
	}
	CHECK_EQ(0, writer_close(&w));
	CHECK_EQ(1000, w.lines);
	for (int i = 3; i >= 0; i--) {
		FILE *file;

		snprintf(old, sizeof(old), i ? "%s.%d" : "%s", path, i);
		file = fopen(old, "r");
		CHECK_MUST(file);
		if (i)
			CHECK(size_of(old) >= 10000 && size_of(old) < 12000);
		while (fgets(line, sizeof(line), file)) {
			CHECK(sscanf(line, "{\"n\":%u,", &n) == 1);
			if (lines == 0)
				first = n;
			CHECK_EQ(first + lines, n);
			lines++;
		}
		fclose(file);
		unlink(old);
	}
	CHECK_EQ(1000, first + lines);
	snprintf(old, sizeof(old), "%s.4", path);
	CHECK(access(old, F_OK) < 0);
	CHECK(rmdir(folder) == 0);
}

int main(void)
{
	TEST(everything_arrives_in_order);
	TEST(a_full_disk_takes_as_much_as_the_buffer_and_no_more);
	TEST(what_could_not_be_written_goes_first_when_there_is_room);
	TEST(a_line_that_could_not_be_ended_is_cut_off_at_the_end);
	TEST(a_reader_that_went_ends_it_quietly);
	TEST(a_path_that_cannot_be_written_is_named);
	TEST(half_a_record_at_the_end_of_a_file_is_cut_off_before_more_is_added);
	TEST(a_file_that_was_moved_away_gets_a_successor);
	TEST(a_file_that_is_large_makes_way_for_a_new_one);
	return check_done();
}
