// SPDX-License-Identifier: Apache-2.0
/*
 * fanout.h - several sockets of one interface, each packet of which the kernel gives to
 * one of them, by the pair of its outermost addresses (PACKET_FANOUT, packet(7)).
 */
#ifndef TRAFFIC_FANOUT_H
#define TRAFFIC_FANOUT_H

struct error;

/*
 * Joins a packet socket that is bound to its interface to a group: the one that is there,
 * or, with *group -1, a new one, whose name comes back in it.  The n-th to join (from 0)
 * gets what spread.h's hash % shards % members says is n; what is not IP is for the first
 * one.  Any thread.  -1: err says why.
 */
int fanout_join(int fd, int *group, unsigned shards, unsigned members, struct error *err);

#endif
