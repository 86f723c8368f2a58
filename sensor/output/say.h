// SPDX-License-Identifier: Apache-2.0
/*
 * say.h - words for a terminal: text from the wire made harmless, and measured.
 */
#ifndef OUTPUT_SAY_H
#define OUTPUT_SAY_H

#include "base/bytes.h"

enum { SAY_TEXT = 512 };

/*
 * Text from the wire, at most `columns` wide, "..." at its end where it was longer.  Only
 * characters that show as what they are get through: control characters, escape
 * sequences, what turns the direction of writing or is invisible, and what is not UTF-8
 * are written as \xHH or \uHHHH.  Gives to back.
 */
char *say_wire(char to[SAY_TEXT], struct bytes b, unsigned columns);

/* Columns that text, as the above gives it, takes. */
unsigned say_width(const char *text);

/* Milliseconds of audio, no more exact than an estimate is: "100 h", "1.8 h", "12 min".
 */
char *say_audio_about(char to[SAY_TEXT], uint64_t milliseconds);

/* "2026-11-23 15:04:05", in UTC; to has room for 40. */
char *say_time(char *to, int64_t ns);

#endif
