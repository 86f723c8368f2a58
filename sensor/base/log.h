// SPDX-License-Identifier: Apache-2.0
/*
 * log.h - messages for whoever runs the program: to stderr, or to syslog.
 *
 * Any thread; one line a call, never cut in two.  Never called per packet.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};
enum log_to { LOG_TO_STDERR, LOG_TO_SYSLOG };

/* Before other threads are started. */
void log_init(enum log_to to, enum log_level level);

/*
 * "egret: warning: ..." on stderr.  A progress line that stands on the terminal is wiped
 * first (log_progress) so that the two never mix.
 */
void log_say(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Shows text as the one progress line of a terminal's stderr (no newline); "" takes it
 * away. */
void log_progress(const char *text);

#define log_error(...)   log_say(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_say(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)  log_say(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)    log_say(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_say(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
