// SPDX-License-Identifier: Apache-2.0
/*
 * writer_test.c - what is lost is whole lines, and counted.
 */
#include "output/writer.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/check.h"

enum { LINES = 20000 };

static void put_line(struct writer *w, unsigned i)
{
	struct json j = writer_line(w);

	json_object(&j, NULL);
	json_u64(&j, "n", i);
	json_text(&j, "filler", "................................................................"
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

/* A pipe that takes some bytes and then no more, twice: lines are whole or not there. */
static void a_line_that_was_begun_is_ended(void)
{
	char path[] = "/tmp/egret-writer-XXXXXX";
	int fd = mkstemp(path);
	struct writer w;
	char line[512];
	unsigned lines = 0, n, last = 0;
	FILE *file;

	CHECK_MUST(fd >= 0 && writer_open(&w, path, NULL) == 0);
	close(fd);
	put_line(&w, 0);
	/* as if the disk had taken ten bytes of the first line, and is full now */
	CHECK_MUST(write(w.fd, w.buffer, 10) == 10);
	memmove(w.buffer, w.buffer + 10, w.used - 10);
	w.used -= 10;
	for (unsigned i = 1; i < 100; i++)
		put_line(&w, i);
	fd = w.fd;
	w.fd = open("/dev/full", O_WRONLY);
	CHECK_MUST(w.fd >= 0);
	writer_flush(&w); /* nothing of it gets out: all are dropped */
	close(w.fd);
	w.fd = fd;
	CHECK_EQ(100, w.lost + w.written);
	writer_close(&w);
	file = fopen(path, "r");
	CHECK_MUST(file);
	while (fgets(line, sizeof(line), file)) {
		lines += sscanf(line, "{\"n\":%u,", &n) == 1;
		last = n;
	}
	CHECK_EQ(0, last);
	CHECK(lines <= 1);
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
