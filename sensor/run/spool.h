// SPDX-License-Identifier: Apache-2.0
/*
 * spool.h - records that wait in a file until somebody takes them, over a restart too.
 *
 * First in, first out.  One that was handed out when the program was killed may be handed
 * out again: egret.run and egret.seq tell.  One thread.
 */
#ifndef RUN_SPOOL_H
#define RUN_SPOOL_H

#include "output/sink.h"

struct spool;
struct error;

/* What stands in the file from before comes first.  size: bytes, at most. */
struct spool *spool_open(const char *path, uint64_t size, struct error *err);
void spool_close(struct spool *spool); /* NULL is fine */

/* False: there is no room for it, or it could not be written. */
bool spool_put(struct spool *spool, const struct record *record);
/* The oldest, good until the next call; false: there is none. */
bool spool_peek(struct spool *spool, struct record *ret);
void spool_next(struct spool *spool);              /* it was taken */
uint64_t spool_waiting(const struct spool *spool); /* bytes; NULL: 0 */
/* Records that no sense was to be made of, and were passed over. */
uint64_t spool_unread(const struct spool *spool);

#endif
