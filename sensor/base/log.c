// SPDX-License-Identifier: Apache-2.0
/*
 * log.c - messages for whoever runs the program.
 *
 * A message may quote what stood in a file or on the wire, so control characters never
 * reach a terminal or a log as they are.
 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <syslog.h>
#include <unistd.h>

enum { LINE = 2048, PROGRESS = 256 };

static struct {
	pthread_mutex_t lock; /* of all that follows */
	enum log_to to;
	enum log_level level;
	char progress[PROGRESS]; /* what stands on the terminal; "" when nothing */
} state = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.to = LOG_TO_STDERR,
	.level = LOG_LEVEL_NOTICE,
};

void log_init(enum log_to to, enum log_level level)
{
	pthread_mutex_lock(&state.lock);
	state.to = to;
	state.level = level;
	if (to == LOG_TO_SYSLOG)
		openlog("egret", LOG_PID, LOG_DAEMON);
	pthread_mutex_unlock(&state.lock);
}

/* What cannot be written to stderr cannot be complained of either. */
static void write_all(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDERR_FILENO, p, n);

		if (done <= 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

/* Copies with control characters as \xHH; gives the length, at most cap. */
static size_t copy_clean(char *to, size_t cap, const char *from)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *from && cap - n >= 4; from++) {
		unsigned char c = (unsigned char)*from;

		if (c >= 0x20 && c != 0x7f) {
			to[n++] = *from;
			continue;
		}
		to[n++] = '\\';
		to[n++] = 'x';
		to[n++] = hex[c >> 4];
		to[n++] = hex[c & 15];
	}
	return n;
}

static void progress_wipe(void)
{
	if (state.progress[0])
		write_all("\r\033[K", 4);
}

static void progress_draw(void)
{
	char line[PROGRESS + 8];
	int n;

	if (!state.progress[0])
		return;
	n = snprintf(line, sizeof(line), "\r%s\033[K", state.progress);
	write_all(line, (size_t)n);
}

void log_say(enum log_level level, const char *format, ...)
{
	static const struct {
		const char *prefix;
		int syslog;
	} levels[] = {
		[LOG_LEVEL_ERROR] = { "egret: error: ", LOG_ERR },
		[LOG_LEVEL_WARNING] = { "egret: warning: ", LOG_WARNING },
		[LOG_LEVEL_NOTICE] = { "egret: ", LOG_NOTICE },
		[LOG_LEVEL_INFO] = { "egret: ", LOG_INFO },
		[LOG_LEVEL_DEBUG] = { "egret: debug: ", LOG_DEBUG },
	};
	char text[LINE], line[LINE + 32];
	size_t prefix = strlen(levels[level].prefix), n;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	memcpy(line, levels[level].prefix, prefix);
	n = prefix + copy_clean(line + prefix, sizeof(line) - prefix - 2, text);
	line[n] = '\n';
	line[n + 1] = '\0';

	pthread_mutex_lock(&state.lock);
	if (level <= state.level) {
		if (state.to == LOG_TO_SYSLOG) {
			syslog(levels[level].syslog, "%s", line + prefix);
		} else {
			progress_wipe();
			write_all(line, n + 1);
			progress_draw();
		}
	}
	pthread_mutex_unlock(&state.lock);
}

/* A line that reaches the last column wraps, and could not be wiped. */
static size_t terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

void log_progress(const char *text)
{
	char clean[PROGRESS];
	size_t n = copy_clean(clean, sizeof(clean) - 1, text), columns;

	if (!isatty(STDERR_FILENO))
		return;
	columns = terminal_columns();
	if (n >= columns)
		n = columns - 1;
	clean[n] = '\0';
	pthread_mutex_lock(&state.lock);
	if (n == 0)
		progress_wipe();
	memcpy(state.progress, clean, n + 1);
	progress_draw();
	pthread_mutex_unlock(&state.lock);
}
