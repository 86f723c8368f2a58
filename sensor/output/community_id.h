// SPDX-License-Identifier: Apache-2.0
/*
 * community_id.h - the name of a flow that other tools give it, too (Community ID v1).
 */
#ifndef OUTPUT_COMMUNITY_ID_H
#define OUTPUT_COMMUNITY_ID_H

#include "detect/event.h"

enum { COMMUNITY_ID_TEXT = 32 };

/* "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", seed 0; gives text back, or NULL where there
 * is no SHA-1 to be had. */
char *community_id(char text[COMMUNITY_ID_TEXT], const struct flow_event *flow);

#endif
