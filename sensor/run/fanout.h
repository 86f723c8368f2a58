// SPDX-License-Identifier: Apache-2.0
/*
 * fanout.h - a live run whose workers read for themselves (room-private).
 */
#ifndef RUN_FANOUT_H
#define RUN_FANOUT_H

#include "run/pipeline.h"

/*
 * As pipeline_run.  Where that cannot be (one worker, live.fanout off, the kernel
 * refuses) it says so in the log, and gives 1: nothing has been read yet.
 */
int fanout_run(const struct pipeline_options *options, struct reader *reader,
               struct error *err);

#endif
