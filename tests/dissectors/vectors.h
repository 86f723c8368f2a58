// SPDX-License-Identifier: Apache-2.0
/*
 * vectors.h - reads tests/dissectors/<name>.t.
 *
 * A vector is a sentence, its steps, and the trace they must leave:
 *
 *	a request names the file that leaves
 *	> "PUT /a.zip HTTP/1.1\r\nContent-Length: 4\r\n\r\n" 50 4b 03 04
 *	< "HTTP/1.1 201 Created\r\n\r\n"
 *	= ...a line of the trace, as drive.c writes it
 *
 * ">" is what the client sends (in containers: what the file has), "<" the server.  A
 *step is hexadecimal bytes, text with the escapes \r \n \t \" \\ \xHH, little-endian
 *numbers (u16=20, u32=0x12, u64=5), repeats of what comes next (*1000 "A"), and bytes
 *that are lost
 * (~1000).  Steps of one direction in a row are one run of bytes
 * (one datagram, where the dissector reads those: ~0 begins the next).  "#" is a comment.
 */
#ifndef TESTS_DISSECTORS_VECTORS_H
#define TESTS_DISSECTORS_VECTORS_H

#include "base/bytes.h"

struct step {
	bool from_client;
	uint64_t lost; /* or, where 0: */
	uint8_t *b;
	size_t n;
};

struct vector {
	char *sentence;
	unsigned line;
	struct step *steps;
	size_t step_count;
	char *want; /* lines, each with its end */
};

struct vectors {
	struct vector *at;
	size_t count;
};

/* Exits with a word on stderr where the file is not there or not right. */
struct vectors vectors_read(const char *path);
void vectors_free(struct vectors *vectors);
/* The bytes of all steps together. */
size_t vector_size(const struct vector *vector);

#endif
