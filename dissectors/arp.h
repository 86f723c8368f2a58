// SPDX-License-Identifier: Apache-2.0
/*
 * arp.h - ARP (RFC 826) over Ethernet for IPv4: which hardware has which address.
 *
 * No dissector of the table: it stands on no flow, and is one message of fixed form.
 */
#ifndef DISSECTORS_ARP_H
#define DISSECTORS_ARP_H

#include "dissectors/dissector.h"

/*
 * What the sender of the message says of itself.  False where that is nothing: another
 * kind of hardware or address, a probe (RFC 5227), or the message is cut.
 */
bool arp_read(struct bytes message, struct naming *ret);

#endif
