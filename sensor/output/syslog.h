// SPDX-License-Identifier: Apache-2.0
/*
 * syslog.h - the sink that is a system log: records as messages of RFC 5424.
 *
 * Over a unix socket; over UDP (RFC 5426); over TCP, each message behind its length (RFC
 * 6587, section 3.4.1).  A message is the record as it stands in eve.json, without a byte
 * order mark, so that who reads JSON reads it (MSG-ANY in RFC 5424, section 6.4).
 */
#ifndef OUTPUT_SYSLOG_H
#define OUTPUT_SYSLOG_H

#include "output/sink.h"
#include "policy/config.h"

/* 1: output.syslog.to is empty.  Whoever listens there need not be there yet. */
int syslog_sink_open(const struct config *config, struct sink *ret, struct error *err);

#endif
