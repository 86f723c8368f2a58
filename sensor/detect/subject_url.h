// SPDX-License-Identifier: Apache-2.0
/*
 * subject_url.h - what follows from the target of a request, for subject.c alone.
 */
#ifndef DETECT_SUBJECT_URL_H
#define DETECT_SUBJECT_URL_H

#include "detect/scene.h"

/* url.full, url.query or url.extension, of the newest request. */
void subject_url(const struct scene *scene, enum engine_field field, struct value *value);

#endif
