// SPDX-License-Identifier: Apache-2.0
/*
 * scan.h - what stands in a thing's texts, for all rules at once, and which of them to
 * ask.
 *
 * One for each detector; no allocation after scan_new; one thread.
 */
#ifndef DETECT_SCAN_H
#define DETECT_SCAN_H

#include "detect/match.h"
#include "policy/program.h"

struct scan;

struct scan *scan_new(const struct program *program, size_t rules, struct error *err);
void scan_free(struct scan *scan); /* NULL is fine */

/*
 * Looks through the subject's texts, and lets subject->found say what is there.  Gives
 * the rules that may be true, by index, ascending, and maybe some of another category;
 * good until the next call, as what subject->found points to is.
 */
const uint32_t *scan_thing(struct scan *scan, enum category category,
                           struct subject *subject, uint32_t *count);

#endif
