// SPDX-License-Identifier: Apache-2.0
/*
 * webhook.h - the sink that is a web service: each alert by POST, as it stands in
 * eve.json.  The door to libcurl.
 *
 * http and https only; certificates are verified; no redirect is followed, since where an
 * alert goes is for the settings to say; a proxy where the environment names one
 * (https_proxy and its kin).
 */
#ifndef OUTPUT_WEBHOOK_H
#define OUTPUT_WEBHOOK_H

#include "output/sink.h"
#include "policy/config.h"

/* 1: output.webhook.url is empty. */
int webhook_sink_open(const struct config *config, struct sink *ret, struct error *err);

const char *webhook_library_version(void);

#endif
