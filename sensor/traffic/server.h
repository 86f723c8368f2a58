// SPDX-License-Identifier: Apache-2.0
/*
 * server.h - which end of a new flow is the server: the room's own, for flow.c.
 */
#ifndef TRAFFIC_SERVER_H
#define TRAFFIC_SERVER_H

#include "traffic/packet.h"

/*
 * Whether p, the first packet of a flow, comes from the server's side: by TCP's SYN, else
 * where only its sender's port is below 1024 or a well-known one.
 */
bool server_sent(const struct packet *p);

#endif
