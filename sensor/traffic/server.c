// SPDX-License-Identifier: Apache-2.0
/*
 * server.c - which end of a new flow is the server: by its SYN, else by the ports.
 *
 * A shard's worker asks when a flow begins.
 */
#include "traffic/server.h"

/* Ports that are a server's though they are above 1023. */
static bool port_serves(uint16_t port)
{
	if (port < 1024)
		return port != 0;
	switch (port) {
	case 1080: /* SOCKS */
	case 1194: /* OpenVPN */
	case 1433: /* SQL Server */
	case 1883: /* MQTT */
	case 2049: /* NFS */
	case 3128: /* proxies */
	case 3306: /* MySQL */
	case 3389: /* RDP */
	case 3478: /* STUN */
	case 4500: /* IPsec */
	case 5060: /* SIP */
	case 5222: /* XMPP */
	case 5432: /* PostgreSQL */
	case 6379: /* Redis */
	case 8000:
	case 8080:
	case 8443: /* HTTP's others */
	case 9000:
	case 27017: /* MongoDB */
	case 51820: /* WireGuard */ return true;
	default: return false;
	}
}

bool server_sent(const struct packet *p)
{
	const struct tuple *u = &p->tuple;

	if (u->proto == PROTO_TCP && (p->tcp_flags & TCP_SYN))
		return p->tcp_flags & TCP_ACK;
	if (u->proto != PROTO_TCP && u->proto != PROTO_UDP && u->proto != PROTO_SCTP)
		return false;
	return port_serves(u->from_port) && !port_serves(u->to_port);
}
