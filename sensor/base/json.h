// SPDX-License-Identifier: Apache-2.0
/*
 * json.h - writes JSON, append-only, into memory of the caller's.
 *
 * By hand because measured: a library that builds a tree first costs more than all
 * else that is done for a small flow.  No allocation, no locale, no snprintf.  When
 * memory runs out, `full` is set, nothing further is written, and the text is of no
 * use: the caller counts it.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/bytes.h"

struct json {
	char *p;
	size_t n;   /* written so far; no final zero */
	size_t cap; /* room at p */
	bool full;
	bool comma; /* a value stands before the next one */
};

static inline struct json json_over(char *p, size_t cap)
{
	return (struct json){ .p = p, .cap = cap };
}

/* key is plain ASCII that needs no escape, or NULL inside an array and at the top. */
void json_object(struct json *j, const char *key); /* opens { */
void json_object_end(struct json *j);
void json_array(struct json *j, const char *key); /* opens [ */
void json_array_end(struct json *j);
void json_text(struct json *j, const char *key,
               const char *text); /* NULL writes nothing at all */
/*
 * Bytes from the wire: valid UTF-8 goes through, control characters (C0, DEL, C1) are
 * escaped as JSON has it, and a byte that is not UTF-8 is written as the four characters
 * \xHH (escaped).
 */
void json_bytes(struct json *j, const char *key, struct bytes b);
void json_u64(struct json *j, const char *key, uint64_t value);
void json_i64(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
/*
 * digits after the point, 0 to 9: fewer where the value is too large for them.  null for
 * what is no number, or 2^64 and more.
 */
void json_decimal(struct json *j, const char *key, double value, int digits);
void json_raw(struct json *j, const char *key, struct bytes value); /* JSON already */

#endif
