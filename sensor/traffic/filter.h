// SPDX-License-Identifier: Apache-2.0
/*
 * filter.h - what libpcap is good at: filters, and the names of link types.
 *
 * A filter is compiled once for each link type that comes.  Whoever made it holds it; one
 * thread.
 */
#ifndef TRAFFIC_FILTER_H
#define TRAFFIC_FILTER_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct filter;

/* text is borrowed.  NULL: out of memory. */
struct filter *filter_new(const char *text);
void filter_free(struct filter *f); /* NULL is fine */

/*
 * Makes it ready for packets of this link type.  -1 and libpcap's reason where the text
 * is wrong, or means nothing there: said the first time; no packet of that type then
 * passes.
 */
int filter_prepare(struct filter *f, int link, struct error *err);

/* Whether it lets a packet pass. */
bool filter_passes(struct filter *f, int link, const uint8_t *data, uint32_t caplen,
                   uint32_t wirelen);

const char *link_name(int link); /* "IEEE802_11", or "unknown" */

#endif
