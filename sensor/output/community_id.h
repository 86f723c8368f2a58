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

/*
 * ICMP and ICMPv6 only: the type that answers this one or is answered by it, or -1 where
 * there is none.  A flow's client_port is then a type, and its server_port that other
 * type, or where there is none, the code.
 */
int icmp_answer(uint8_t proto, uint16_t type);

#endif
