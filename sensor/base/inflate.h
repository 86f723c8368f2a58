// SPDX-License-Identifier: Apache-2.0
/*
 * inflate.h - the door to zlib, liblzma, libzstd, liblz4 and libbz2.
 */
#ifndef BASE_INFLATE_H
#define BASE_INFLATE_H

#include <stdio.h>

#include "base/bytes.h"

struct error;

/*
 * A stream over fd that gives the plain bytes, whatever it was compressed with (gzip, xz,
 * zstd, lz4 frame, bzip2; recognised by content, several members or frames one after
 * another are one).  A file that is not compressed is given as it is, with a large buffer
 * and nothing in between.  fd may be a pipe.  Takes fd for good, also on failure.  An error in
 * the middle makes the stream end there; inflate_broken says so.
 * `name` is for messages and must outlive the stream.
 */
FILE *inflate_open(int fd, const char *name, struct error *err);

/* How far the input has been read, in compressed bytes (for a progress line). Any fd that seeks, else -1. */
int64_t inflate_position(int fd);

enum coding {
	CODING_IDENTITY,
	CODING_DEFLATE, /* raw, RFC 1951: as in ZIP */
	CODING_ZLIB,    /* RFC 1950: HTTP calls it "deflate" */
	CODING_GZIP,    /* RFC 1952 */
	CODING_UNKNOWN, /* something is done to the bytes that we cannot undo */
};

/*
 * Undoes coding on the beginning of something, as far as `in` reaches and `cap` allows; gives
 * the number of bytes written.  Never more than a bounded amount of work: cap bytes.  Any thread.
 */
size_t inflate_head(enum coding coding, struct bytes in, uint8_t *out, size_t cap);

#endif
