// SPDX-License-Identifier: Apache-2.0
/*
 * inflate.h - the door to zlib, liblzma, libzstd, liblz4 and libbz2.
 */
#ifndef BASE_INFLATE_H
#define BASE_INFLATE_H

#include <sys/types.h>

#include "base/bytes.h"

struct error;

/* An input that may be compressed.  Of one thread. */
struct inflate;

/*
 * Opens fd, whatever it was compressed with (gzip, xz, zstd, lz4 frame, bzip2; recognised
 * by content, several members or frames one after another are one).  What is not
 * compressed is given as it is.  fd may be a pipe; what stands in it is given at once.
 * Takes fd for good, also on failure.  `name` is for messages and is copied. NULL and err
 * where nothing can be read.
 */
struct inflate *inflate_open(int fd, const char *name, struct error *err);

/*
 * The next plain bytes: as many as are to be had without waiting for more than the first,
 * at most n; 0 at the end, -1 and errno where reading failed (EINTR: a signal came).  A
 * file that is not compressed and has grown since gives more behind its end.
 */
ssize_t inflate_read(struct inflate *input, void *out, size_t n);

/*
 * What is wrong with the input, in a sentence with its name and place, or NULL.  All that
 * could be decompressed was given; it ends there.  Good until inflate_close.
 */
const char *inflate_error(const struct inflate *input);

/* "gzip", "xz", ...; NULL where it is not compressed. */
const char *inflate_kind(const struct inflate *input);

/* For a progress line, in bytes as they lie in the input: how far it was read... */
uint64_t inflate_position(const struct inflate *input);
/* ...of how many; 0 where nobody knows (a pipe). */
uint64_t inflate_size(const struct inflate *input);

/* NULL is fine. */
void inflate_close(struct inflate *input);

enum coding {
	CODING_IDENTITY,
	CODING_DEFLATE, /* raw, RFC 1951: as in ZIP */
	CODING_ZLIB,    /* RFC 1950: HTTP calls it "deflate", and some senders mean raw */
	CODING_GZIP,    /* RFC 1952 */
	CODING_UNKNOWN, /* something is done to the bytes that we cannot undo */
};

/*
 * Undoes coding on the beginning of something, as far as `in` reaches and `cap` allows;
 * gives the number of bytes written.  Never more than a bounded amount of work: cap
 * bytes.  Any thread; takes no memory from the heap.
 */
size_t inflate_head(enum coding coding, struct bytes in, uint8_t *out, size_t cap);

/* The libraries as they run: "zlib 1.2.13, liblzma 5.4.1, ..."; gives text back. */
char *inflate_versions(char *text, size_t cap);

#endif
