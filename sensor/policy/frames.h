// SPDX-License-Identifier: Apache-2.0
/*
 * frames.h - do audio frames stand in a row at the front of these bytes?
 *
 * MPEG audio and its like have no magic, only a sync word of a dozen bits, which random
 * bytes have too.  But each header says how long its frame is, and there the next one
 * must be.  An expression cannot follow that: the distances are hundreds, and Hyperscan
 * takes ten seconds to compile them.  Pure functions of bytes; any thread.
 */
#ifndef POLICY_FRAMES_H
#define POLICY_FRAMES_H

#include "base/bytes.h"

enum frames {
	FRAMES_NONE,
	FRAMES_MPEG, /* layers I, II, III of MPEG-1, -2, -2.5: ISO/IEC 11172-3, 13818-3 */
	FRAMES_ADTS, /* AAC: ISO/IEC 13818-7 */
	FRAMES_LOAS, /* AAC: ISO/IEC 14496-3, 1.7 */
	FRAMES_AC3,  /* AC-3 and E-AC-3: ETSI TS 102 366 */
	FRAMES_KINDS
};

/* "mpeg", "adts", "loas", "ac3"; ends with NULL; the first is FRAMES_MPEG. */
extern const char *const frames_names[];

enum {
	FRAMES_ENOUGH = 4, /* headers that are looked at */
	FRAMES_BITS = 16,  /* how much more they pin down than the first header alone */
};

/*
 * Whether a frame is followed by another, and that by another, up to FRAMES_ENOUGH or to
 * the end of the bytes; two headers must be there.
 */
bool frames_follow(enum frames kind, struct bytes b);

#endif
