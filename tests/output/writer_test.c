// SPDX-License-Identifier: Apache-2.0
/*
 * writer_test.c - what is lost is whole lines, and counted.
 */
#include "output/writer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/check.h"

enum { LINES = 20000 };

static void put_line(struct writer *w, unsigned i)
{
	struct json j = writer_line(w);

	json_object(&j, NULL);
	json_u64(&j, "n", i);
	json_text(&j, "filler",
	          "................................................................"
	          "................................................................");
	json_object_end(&j);
	writer_take(w, &j);
}

static void everything_arrives_in_order(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX";
	int fd = mkstemp(path);
	struct writer w;
	unsigned lines = 0, n;
	char line[512];
	FILE *file;

	CHECK_MUST(fd >= 0 && writer_open(&w, path, NULL) == 0);
	close(fd);
	for (unsigned i = 0; i < LINES; i++)
		put_line(&w, i);
	writer_close(&w);
	CHECK_EQ(LINES, w.written);
	CHECK_EQ(0, w.lost);
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

static void a_full_disk_is_counted_in_lines(void)
{
	struct writer w;

	if (access("/dev/full", W_OK) < 0)
		SKIP("there is no /dev/full");
	CHECK_MUST(writer_open(&w, "/dev/full", NULL) == 0);
	for (unsigned i = 0; i < LINES; i++)
		put_line(&w, i);
	writer_close(&w);
	CHECK_EQ(0, w.written);
	CHECK_EQ(LINES, w.lost);
}

static void limit(rlim_t bytes)
{
	struct rlimit now;

	CHECK_MUST(getrlimit(RLIMIT_FSIZE, &now) == 0);
	now.rlim_cur = bytes;
	CHECK_MUST(setrlimit(RLIMIT_FSIZE, &now) == 0);
}

/* A disk that takes part of a line, then nothing, then has room again. */
static void a_line_that_was_begun_is_ended(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX";
	int fd = mkstemp(path);
	struct writer w;
	char line[512];
	unsigned n, expected[] = { 0, 1, 2, 3, 4, 5, 100, 101 }, lines = 0;
	FILE *file;

	CHECK_MUST(fd >= 0 && writer_open(&w, path, NULL) == 0);
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	limit(800); /* in the middle of the sixth line */
	for (unsigned i = 0; i < 50; i++)
		put_line(&w, i);
	writer_flush(&w);
	for (unsigned i = 50; i < 100; i++)
		put_line(&w, i);
	writer_flush(&w); /* still nothing */
	limit(RLIM_INFINITY);
	put_line(&w, 100);
	put_line(&w, 101);
	writer_close(&w);
	CHECK_EQ(8, w.written);
	CHECK_EQ(94, w.lost);
	file = fopen(path, "r");
	CHECK_MUST(file);
	while (fgets(line, sizeof(line), file) && lines < 8) {
		CHECK(sscanf(line, "{\"n\":%u,", &n) == 1 && n == expected[lines]);
		CHECK(strcmp(line + strlen(line) - 4, ".\"}\n") == 0);
		lines++;
	}
	CHECK_EQ(8, lines);
	fclose(file);
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
	CHECK_MUST(writer_open(&w, "-", NULL) == 0);
	for (unsigned i = 0; i < LINES; i++)
		put_line(&w, i);
	writer_close(&w);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	CHECK_EQ(0, w.written);
	CHECK_EQ(LINES, w.lost);
}

static void a_path_that_cannot_be_written_is_named(void)
{
	struct writer w;
	struct error err;

	CHECK(writer_open(&w, "/nowhere/at/all/eve.json", &err) < 0);
	CHECK(strstr(err.text, "/nowhere/at/all/eve.json"));
	writer_close(&w);
}

int main(void)
{
	TEST(everything_arrives_in_order);
	TEST(a_full_disk_is_counted_in_lines);
	TEST(a_line_that_was_begun_is_ended);
	TEST(a_reader_that_went_ends_it_quietly);
	TEST(a_path_that_cannot_be_written_is_named);
	return check_done();
}
