// SPDX-License-Identifier: Apache-2.0
/*
 * alert.h - asks the rules at each edge, and says what became true: once, then updates.
 *
 * One detector a shard; callable from wherever there is a scene.  An alert is raised once
 * for a rule and a thing; updates follow at each doubling of its bytes from 64 MiB, and
 * one at its end.  What was said hangs on the thing (flow->alerts, transfer->alerts).
 */
#ifndef DETECT_ALERT_H
#define DETECT_ALERT_H

#include "detect/scene.h"

struct detector;

/* most: alerts on things that are still under way, in this shard at the same time. */
struct detector *detector_new(const struct policy *policy, uint32_t most,
                              const struct outlet *outlet, struct counters *counters,
                              struct error *err);
void detector_free(struct detector *detector);
uint32_t detector_used(const struct detector *detector); /* alerts on what is under way */
struct fill detector_fill(const struct detector *detector);

/*
 * From now on the rules of another policy are asked (scene_t.policy must be it, too).
 * What was said stays said: alerts go on under the rule of the same id; where there is
 * none any more they end without a word.  False, and nothing has changed: out of memory.
 */
bool detector_adopt(struct detector *detector, const struct policy *policy,
                    struct error *err);

/* What all events of one packet, or of one close, are numbered by. */
void detector_at(struct detector *detector, const struct event_order *order);

/*
 * An edge of the scene's thing; *said is what was already said of it.  When the scene is
 * over, the last updates are said and *said is NULL after it.
 */
void detector_edge(struct detector *detector, const struct scene *scene, void **said);

/*
 * The next number of bytes above `bytes` at which a rule of that category, or an update
 * of what was said, wants to know; UINT64_MAX: none.
 */
uint64_t detector_next_mark(const struct detector *detector, enum category category,
                            const void *said, uint64_t bytes);

/* The next event.duration at which a rule on flows may change its mind; INT64_MAX: none.
 */
int64_t detector_next_time(const struct detector *detector, const struct flow *flow);

/* An event of another kind, made of the same scene: fileinfo, flow, flow_update. */
void detector_record(struct detector *detector, const struct scene *scene,
                     enum event_kind kind, int64_t time);
/* What the receiver of a datagram was told; the message is borrowed for the call. */
void detector_naming(struct detector *detector, const struct naming *naming,
                     const struct addr *receiver, int64_t time);
/* The shard's part of a stats record. */
void detector_stats(struct detector *detector, int64_t time, uint32_t parts,
                    const struct fills *fills, bool record, bool final);

#endif
