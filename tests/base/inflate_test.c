// SPDX-License-Identifier: Apache-2.0
/*
 * inflate_test.c - what real packers write is read back, whole, joined, cut and broken.
 *
 * The packers are those of the system; one that is not there skips its part.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"
#include "base/inflate.h"
#include "tests/check.h"

enum { PLAIN = 1000 * 1000 };

static uint8_t plain[PLAIN];
static char folder[] = "/tmp/inflate_test.XXXXXX";

static const struct packer {
	const char *kind;
	const char *command;
} packers[] = {
	{ "gzip", "gzip -c" },
	{ "xz", "xz -0 -c" },
	{ "xz", "xz -0 --block-size=100000 -c" },
	{ "zstd", "zstd -q -c" },
	{ "lz4", "lz4 -q -B4 -c" },
	{ "lz4", "lz4 -q -B5 -BX -c" },
	{ "bzip2", "bzip2 -1 -c" },
};

enum { PACKERS = sizeof(packers) / sizeof(*packers) };

/* Half noise, half text, so that every packer has something of everything. */
static void plain_make(void)
{
	uint32_t random = 7;

	for (size_t i = 0; i < PLAIN; i++) {
		random = random * 1664525 + 1013904223;
		plain[i] = i % 20000 < 10000 ? (uint8_t) "egret "[i % 6]
		                             : (uint8_t)(random >> 24);
	}
}

static bool shell(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command) == 0;
}

static bool packer_there(const struct packer *packer)
{
	return shell("command -v %.*s >/dev/null", (int)strcspn(packer->command, " "),
	             packer->command);
}

static int file_open(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK_MUST(fd >= 0);
	return fd;
}

static void file_write(const char *name, const void *p, size_t n)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	CHECK_MUST(file && fwrite(p, 1, n, file) == n && fclose(file) == 0);
}

/* At most n of it; 0 where nothing more comes, whatever the reason. */
static size_t read_some(struct inflate *input, void *out, size_t n)
{
	ssize_t got = inflate_read(input, out, n);

	return got > 0 ? (size_t)got : 0;
}

/* Reads all: how many bytes, -1 when they are not those of plain (over and over). */
static long read_plain(struct inflate *input)
{
	static uint8_t got[100000];
	size_t total = 0, n;

	while ((n = read_some(input, got, sizeof(got) - total % 7)) > 0) {
		for (size_t i = 0; i < n;) {
			size_t at = (total + i) % PLAIN, run = n - i;

			if (run > PLAIN - at)
				run = PLAIN - at;
			if (memcmp(got + i, plain + at, run) != 0)
				return -1;
			i += run;
		}
		total += n;
	}
	return (long)total;
}

static void what_packers_write_is_read_back(void)
{
	unsigned tried = 0;

	for (size_t i = 0; i < PACKERS; i++) {
		struct error err;
		struct inflate *input;

		if (!packer_there(&packers[i]))
			continue;
		tried++;
		CHECK_MUST(shell("%s < %s/plain > %s/packed", packers[i].command, folder,
		                 folder));
		input = inflate_open(file_open("packed"), "packed", &err);
		CHECK_MUST(input);
		CHECK_TEXT(packers[i].kind, inflate_kind(input));
		CHECK_EQ(PLAIN, read_plain(input));
		CHECK(!inflate_error(input));
		CHECK(inflate_size(input) > 0);
		CHECK_EQ(inflate_size(input), inflate_position(input));
		inflate_close(input);
	}
	if (tried == 0)
		SKIP("no packer is installed");
}

static void members_one_after_another_are_one(void)
{
	for (size_t i = 0; i < PACKERS; i++) {
		struct inflate *input;

		if (!packer_there(&packers[i]))
			continue;
		CHECK_MUST(shell("cd %s && for i in 1 2 3; do %s < plain; done > packed",
		                 folder, packers[i].command));
		/* some tapes and block devices pad with zeros */
		CHECK_MUST(shell("head -c 512 /dev/zero >> %s/packed", folder));
		input = inflate_open(file_open("packed"), "packed", NULL);
		CHECK_MUST(input);
		CHECK_EQ(3L * PLAIN, read_plain(input));
		CHECK(!inflate_error(input));
		inflate_close(input);
	}
}

static void a_pipe_is_read_like_a_file(void)
{
	for (size_t i = 0; i <= PACKERS; i++) { /* the last is not packed */
		const char *command = i < PACKERS ? packers[i].command : "cat";
		struct inflate *input;
		char text[256];
		FILE *pipe;

		if (i < PACKERS && !packer_there(&packers[i]))
			continue;
		snprintf(text, sizeof(text), "%s < %s/plain", command, folder);
		pipe = popen(text, "r");
		CHECK_MUST(pipe);
		input = inflate_open(dup(fileno(pipe)), "-", NULL);
		CHECK_MUST(input);
		CHECK_EQ(PLAIN, read_plain(input));
		CHECK(!inflate_error(input));
		CHECK_EQ(0, inflate_size(input));
		inflate_close(input);
		pclose(pipe);
	}
}

static void what_stands_before_a_cut_is_given_and_the_cut_is_named(void)
{
	for (size_t i = 0; i < PACKERS; i++) {
		struct inflate *input;
		long n;

		if (!packer_there(&packers[i]))
			continue;
		CHECK_MUST(shell(
			"cd %s && %s < plain > whole && head -c -1000 whole > packed",
			folder, packers[i].command));
		input = inflate_open(file_open("packed"), "cut.pcap", NULL);
		CHECK_MUST(input);
		n = read_plain(input);
		CHECK(n < PLAIN && n > PLAIN / 2);
		CHECK_MUST(inflate_error(input));
		CHECK(strstr(inflate_error(input), "cut.pcap: cut off at byte") != NULL);
		inflate_close(input);
	}
}

static void what_stands_before_broken_data_is_given(void)
{
	for (size_t i = 0; i < PACKERS; i++) {
		struct inflate *input;
		uint8_t byte;

		if (!packer_there(&packers[i]))
			continue;
		CHECK_MUST(shell("cd %s && %s < plain > whole && n=$(wc -c < whole) && "
		                 "{ head -c $((n * 3 / 4)) whole; yes | head -c 100000; "
		                 "} > packed",
		                 folder, packers[i].command));
		input = inflate_open(file_open("packed"), "bad.pcap", NULL);
		CHECK_MUST(input);
		while (read_some(input, &byte, 1))
			; /* a packer without checksums may give nonsense at the break */
		CHECK_MUST(inflate_error(input));
		CHECK(strstr(inflate_error(input), "bad.pcap: ") != NULL);
		inflate_close(input);
	}
}

static void something_else_behind_the_last_member_is_an_error(void)
{
	struct inflate *input;

	if (!packer_there(&packers[0]))
		SKIP("gzip is not installed");
	CHECK_MUST(shell("cd %s && { gzip -c < plain; echo hello; } > packed", folder));
	input = inflate_open(file_open("packed"), "odd", NULL);
	CHECK_EQ(PLAIN, read_plain(input));
	CHECK(inflate_error(input) != NULL);
	inflate_close(input);
}

static void a_plain_file_is_given_as_it_is(void)
{
	struct inflate *input = inflate_open(file_open("plain"), "plain", NULL);

	CHECK_MUST(input);
	CHECK(!inflate_kind(input));
	CHECK_EQ(PLAIN, inflate_size(input));
	CHECK_EQ(PLAIN, read_plain(input));
	CHECK_EQ(PLAIN, inflate_position(input));
	inflate_close(input);
}

static void short_and_empty_files_are_given_as_they_are(void)
{
	static const char *const cases[] = { "", "\x1f", "BZ", "hello" };

	for (size_t i = 0; i < 4; i++) {
		struct inflate *input;
		char got[16];

		file_write("short", cases[i], strlen(cases[i]));
		input = inflate_open(file_open("short"), "short", NULL);
		CHECK_MUST(input);
		CHECK_EQ(strlen(cases[i]), read_some(input, got, sizeof(got)));
		CHECK_EQ(0, memcmp(got, cases[i], strlen(cases[i])));
		CHECK(!inflate_error(input));
		inflate_close(input);
	}
}

static void a_folder_is_refused_with_its_name(void)
{
	struct error err;

	CHECK(!inflate_open(open(folder, O_RDONLY), "some/folder", &err));
	CHECK_TEXT("some/folder: Is a directory", err.text);
}

static void a_plain_file_that_grows_gives_what_came(void)
{
	struct inflate *input;
	char got[16];

	file_write("growing", "hello", 5);
	input = inflate_open(file_open("growing"), "growing", NULL);
	CHECK_MUST(input);
	CHECK_EQ(5, read_some(input, got, sizeof(got)));
	CHECK_EQ(0, inflate_read(input, got, sizeof(got)));
	file_write("growing", "hello, world", 12);
	CHECK_EQ(7, read_some(input, got, sizeof(got)));
	CHECK_EQ(0, memcmp(got, ", world", 7));
	inflate_close(input);
	inflate_close(NULL);
}

static void what_stands_in_a_pipe_is_given_at_once(void)
{
	static const char head[] = "0123456789";
	struct inflate *input;
	char got[10];
	int ends[2];

	CHECK_MUST(pipe(ends) == 0);
	CHECK_EQ(10, write(ends[1], head, 10));
	input = inflate_open(ends[0], "-", NULL);
	CHECK_MUST(input);
	alarm(20); /* waits for ever where it is wrong */
	CHECK_EQ(10, read_some(input, got, 10));
	CHECK_EQ(5, write(ends[1], head, 5));
	CHECK_EQ(5, read_some(input, got, 5));
	alarm(0);
	inflate_close(input);
	close(ends[1]);
}

static void on_alarm(int signal)
{
	(void)signal;
}

static void a_signal_ends_the_wait_for_a_pipe(void)
{
	struct sigaction action = { .sa_handler = on_alarm }, before;
	struct inflate *input;
	uint8_t byte;
	int ends[2];

	CHECK_MUST(pipe(ends) == 0);
	CHECK_EQ(6, write(ends[1], "\x1f\x8b\x08\0\0\0", 6));
	input = inflate_open(ends[0], "-", NULL);
	CHECK_MUST(input);
	sigaction(SIGALRM, &action, &before);
	alarm(1);
	errno = 0;
	CHECK_EQ(-1, inflate_read(input, &byte, 1));
	CHECK_EQ(EINTR, errno);
	sigaction(SIGALRM, &before, NULL);
	inflate_close(input);
	close(ends[1]);
}

/* plain deflated with zlib itself; gives its length. */
static size_t deflated(int window_bits, uint8_t *out, size_t cap)
{
	z_stream z = { .next_in = plain,
		       .avail_in = PLAIN,
		       .next_out = out,
		       .avail_out = (unsigned)cap };

	CHECK_MUST(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, 0) == Z_OK);
	CHECK_MUST(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	return cap - z.avail_out;
}

static void a_head_is_undone_as_far_as_it_reaches(void)
{
	static const struct {
		int window_bits;
		enum coding coding;
	} cases[] = {
		{ -15, CODING_DEFLATE },
		{ 15, CODING_ZLIB },
		{ 31, CODING_GZIP },
		{ -15, CODING_ZLIB }, /* what some servers call deflate */
	};
	static uint8_t packed[2 * PLAIN], out[100000];

	for (size_t i = 0; i < 4; i++) {
		size_t n = deflated(cases[i].window_bits, packed, sizeof(packed));
		struct bytes whole = { packed, n }, half = { packed, 3000 };
		size_t some;

		CHECK_EQ(100000, inflate_head(cases[i].coding, whole, out, sizeof(out)));
		CHECK_EQ(0, memcmp(plain, out, 100000));
		some = inflate_head(cases[i].coding, half, out, sizeof(out));
		CHECK(some > 3000 && some < 100000);
		CHECK_EQ(0, memcmp(plain, out, some));
		CHECK_EQ(1, inflate_head(cases[i].coding, whole, out, 1));
	}
	CHECK_EQ(5, inflate_head(CODING_IDENTITY, BYTES("hello"), out, sizeof(out)));
	CHECK_EQ(2, inflate_head(CODING_IDENTITY, BYTES("hello"), out, 2));
	CHECK_EQ(0, inflate_head(CODING_UNKNOWN, BYTES("hello"), out, sizeof(out)));
	CHECK_EQ(0, inflate_head(CODING_GZIP, BYTES("hello"), out, sizeof(out)));
	CHECK_EQ(0, inflate_head(CODING_GZIP, (struct bytes){ 0 }, out, sizeof(out)));
}

static void every_library_says_its_version(void)
{
	char text[256];

	inflate_versions(text, sizeof(text));
	CHECK(strncmp(text, "zlib 1.", 7) == 0);
	CHECK(strstr(text, "libbz2 1.0") != NULL);
}

int main(void)
{
	plain_make();
	CHECK_MUST(mkdtemp(folder));
	file_write("plain", plain, PLAIN);
	TEST(what_packers_write_is_read_back);
	TEST(members_one_after_another_are_one);
	TEST(a_pipe_is_read_like_a_file);
	TEST(what_stands_before_a_cut_is_given_and_the_cut_is_named);
	TEST(what_stands_before_broken_data_is_given);
	TEST(something_else_behind_the_last_member_is_an_error);
	TEST(a_plain_file_is_given_as_it_is);
	TEST(short_and_empty_files_are_given_as_they_are);
	TEST(a_folder_is_refused_with_its_name);
	TEST(a_plain_file_that_grows_gives_what_came);
	TEST(what_stands_in_a_pipe_is_given_at_once);
	TEST(a_signal_ends_the_wait_for_a_pipe);
	TEST(a_head_is_undone_as_far_as_it_reaches);
	TEST(every_library_says_its_version);
	shell("rm -rf %s", folder);
	return check_done();
}
