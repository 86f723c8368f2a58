// SPDX-License-Identifier: Apache-2.0
/*
 * file.h - the sink that is a file of records: eve.json.
 */
#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include "output/sink.h"
#include "policy/config.h"

/*
 * path: a file, or "-" for stdout; borrowed.  add: behind what stands in it, and it makes
 * way for a new one as output.eve.rotate has it; else it is written anew.
 */
int file_sink_open(const struct config *config, const char *path, bool add,
                   struct sink *ret, struct error *err);

#endif
