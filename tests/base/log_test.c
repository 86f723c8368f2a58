// SPDX-License-Identifier: Apache-2.0
/*
 * log_test.c - what arrives on stderr, as a file and as a terminal.
 */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/check.h"

static char seen[8192];

/* Runs say() with stderr at fd; what the other end, `from`, then gives is in seen. */
static void capture(int fd, int from, void (*say)(void))
{
	int saved = dup(STDERR_FILENO);
	struct pollfd there = { .fd = from, .events = POLLIN };
	size_t used = 0;
	ssize_t n;

	dup2(fd, STDERR_FILENO);
	say();
	dup2(saved, STDERR_FILENO);
	close(saved);
	/* a terminal gives in pieces, and the last of them late on a busy machine */
	while (used < sizeof(seen) - 1 && poll(&there, 1, 500) > 0 &&
	       (n = read(from, seen + used, sizeof(seen) - 1 - used)) > 0)
		used += (size_t)n;
	seen[used] = '\0';
}

static void in_a_file(void (*say)(void))
{
	int ends[2];

	CHECK_MUST(pipe2(ends, O_NONBLOCK) == 0);
	capture(ends[1], ends[0], say);
	close(ends[0]);
	close(ends[1]);
}

static bool on_a_terminal(void (*say)(void))
{
	int outer = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK), inner;

	if (outer < 0 || grantpt(outer) < 0 || unlockpt(outer) < 0)
		return false;
	inner = open(ptsname(outer), O_RDWR | O_NOCTTY);
	if (inner < 0)
		return false;
	capture(inner, outer, say);
	close(inner);
	close(outer);
	return true;
}

static void say_levels(void)
{
	log_init(LOG_TO_STDERR, LOG_LEVEL_NOTICE);
	log_error("no %s", "way");
	log_warning("%d left", 3);
	log_notice("hello");
	log_info("never");
	log_debug("never");
}

static void a_message_names_the_program_and_its_level(void)
{
	in_a_file(say_levels);
	CHECK_TEXT("egret: error: no way\negret: warning: 3 left\negret: hello\n", seen);
}

static void say_control(void)
{
	log_notice("a\033[2Jb\nc\td");
}

static void control_characters_never_reach_the_terminal(void)
{
	in_a_file(say_control);
	CHECK_TEXT("egret: a\\x1b[2Jb\\x0ac\\x09d\n", seen);
}

static void say_long(void)
{
	char text[5000];

	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_notice("%s", text);
}

static void a_message_too_long_is_cut_and_stays_one_line(void)
{
	in_a_file(say_long);
	CHECK(strlen(seen) < 2200);
	CHECK(strchr(seen, '\n') == seen + strlen(seen) - 1);
}

static void say_progress(void)
{
	log_progress("10 %");
	log_notice("found");
	log_progress("20 %");
	log_progress("");
	log_notice("done");
}

static void progress_is_silent_where_there_is_no_terminal(void)
{
	in_a_file(say_progress);
	CHECK_TEXT("egret: found\negret: done\n", seen);
}

static void a_message_wipes_the_progress_line_and_puts_it_back(void)
{
	if (!on_a_terminal(say_progress))
		SKIP("no pseudo-terminal to be had");
	CHECK_TEXT("\r10 %\033[K\r\033[Kegret: found\r\n\r10 %\033[K\r20 %\033[K\r\033[K"
	           "egret: done\r\n",
	           seen);
}

static void say_wide(void)
{
	char text[200];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_progress(text);
	log_progress("");
}

static void a_progress_line_never_wraps(void)
{
	if (!on_a_terminal(say_wide))
		SKIP("no pseudo-terminal to be had");
	CHECK_EQ(79, strspn(seen + 1, "x"));
}

int main(void)
{
	TEST(a_message_names_the_program_and_its_level);
	TEST(control_characters_never_reach_the_terminal);
	TEST(a_message_too_long_is_cut_and_stays_one_line);
	TEST(progress_is_silent_where_there_is_no_terminal);
	TEST(a_message_wipes_the_progress_line_and_puts_it_back);
	TEST(a_progress_line_never_wraps);
	return check_done();
}
