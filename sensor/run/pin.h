// SPDX-License-Identifier: Apache-2.0
/*
 * pin.h - keeps workers on cores, where the settings name some (live.pin).
 */
#ifndef RUN_PIN_H
#define RUN_PIN_H

#include "policy/config.h"

struct error;

/* -1: a word is not the number of a core that a machine may have; err says which. */
int pin_check(const struct texts *cores, struct error *err);

/* The calling thread is that worker: goes on, on its core alone, the first one's again
 * after the last.  Says so in the log where that was refused.  Nothing where none is
 * named. */
void pin_worker(const struct texts *cores, unsigned worker);

#endif
