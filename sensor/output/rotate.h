// SPDX-License-Identifier: Apache-2.0
/*
 * rotate.h - makes room for a new file: eve.json becomes eve.json.1, that eve.json.2.
 */
#ifndef OUTPUT_ROTATE_H
#define OUTPUT_ROTATE_H

struct error;

/*
 * Keeps at most `keep` old ones (1 to 1000); the oldest goes.  One that is missing is
 * fine.  -1: err says which could not be renamed, and the file is where it was.
 */
int rotate_files(const char *path, unsigned keep, struct error *err);

#endif
