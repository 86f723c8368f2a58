// SPDX-License-Identifier: Apache-2.0
/*
 * audio.h - how long does it sound?  Counted from headers, or estimated and called so.
 */
#ifndef CONTENT_AUDIO_H
#define CONTENT_AUDIO_H

#include "content/transfer.h"

/* Milliseconds that the object's own header comes to, of which no more than `bytes` are
 * there. */
uint64_t audio_milliseconds(const struct audio *audio, uint64_t bytes);

/* Of what a transfer's own header says, as far as it can be true. */
uint64_t audio_own(const struct transfer *t);

/* Of a transfer with all that is known inside it: counted. *known: there is audio at all.
 */
uint64_t audio_counted(const struct transfer *t, bool *known);

/*
 * What the whole declared size of a container comes to, at the seconds a byte of the
 * members that were seen; 0 where nearly all of it was seen, or nothing can be said.
 */
uint64_t audio_estimated(const struct transfer *t);

#endif
