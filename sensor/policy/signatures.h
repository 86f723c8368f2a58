// SPDX-License-Identifier: Apache-2.0
/*
 * signatures.h - what file is this?  Types and classes by content, read from YAML.
 *
 * Compiled into Hyperscan databases (pattern.h; signatures.c says which).  Immutable once
 * loaded; scanning needs a scratch of the thread's own.
 */
#ifndef POLICY_SIGNATURES_H
#define POLICY_SIGNATURES_H

#include "base/bytes.h"

struct arena;
struct error;
struct pattern_scratch;

enum file_class {
	CLASS_UNKNOWN,
	CLASS_ARCHIVE,
	CLASS_AUDIO,
	CLASS_VIDEO,
	CLASS_IMAGE,
	CLASS_DOCUMENT,
	CLASS_DATABASE,
	CLASS_MAILBOX,
	CLASS_DISK_IMAGE,
	CLASS_ENCRYPTED,
	CLASS_EXECUTABLE,
	CLASS_TEXT,
	CLASSES
};

const char *file_class_name(enum file_class c); /* "archive"; "unknown" */

struct file_type {
	uint16_t id;      /* 1 to n, the place in the table; 0 is "not known" */
	const char *type; /* "zip": what rules and dissectors name */
	const char *name; /* "Zip archive": EVE's magic */
	const char *mime_type;
	enum file_class class;
	const char *const *extensions; /* lower case, without the dot; ends with NULL */
	const char *read_as; /* whose dissector reads the inside: "zip" of a docx; else
	                        type */
};

struct signatures;
struct cache; /* cache.h; NULL where there is none */

/*
 * Reads and compiles the files at paths, in this order, which decides between equals. -1:
 * err has file, line and column of what is wrong.
 */
int signatures_load(struct arena *arena, struct cache *cache, const char *const *paths,
                    size_t path_count, struct signatures **ret, struct error *err);
/* The compiled patterns; the rest is arena's.  NULL is fine. */
void signatures_free(struct signatures *signatures);

size_t signatures_count(const struct signatures *signatures); /* how many types */
/* By id; id 0 gives a row of "unknown" texts and CLASS_UNKNOWN. */
const struct file_type *signatures_type(const struct signatures *signatures, uint16_t id);

/* Makes a thread's scratch fit for these signatures (see pattern_scratch_grow). */
int signatures_scratch(const struct signatures *signatures,
                       struct pattern_scratch **scratch, struct error *err);

/*
 * The type of what begins with head, or id 0.  Where several match, the one that pins
 * down the most bits wins, then the first in the files (rules/signatures/README.md).
 * head may be shorter than what a pattern needs: then that one does not match.
 */
uint16_t signatures_identify(const struct signatures *signatures,
                             struct pattern_scratch *scratch, struct bytes head);

/* So many bytes of a head are looked at, no more. */
enum { SIGNATURE_HEAD_MAX = 4096 };

#endif
