// SPDX-License-Identifier: Apache-2.0
/*
 * web.h - /metrics and /healthz over HTTP: the door to libmicrohttpd.
 *
 * Only GET and HEAD, no request has a body, 16 connections at most, five seconds each.
 */
#ifndef RUN_WEB_H
#define RUN_WEB_H

#include "run/service.h"

struct web;
struct error;

/*
 * at: "127.0.0.1:9642", "[::1]:9642", or "unix:/run/egret/metrics.sock" for `user` where
 * this is root.  1: it cannot be had, which err says: a run goes on without.
 */
int web_open(const char *at, const char *user, struct web **ret, struct error *err);
/* Its thread; service is borrowed. */
int web_start(struct web *web, const struct service *service, struct error *err);
void web_close(struct web *web); /* NULL is fine */

const char *web_library_version(void);

#endif
