// SPDX-License-Identifier: Apache-2.0
/*
 * counters.h - everything that the program counts, in one table of names and help.
 *
 * Only names live here, so that the room that counts and the room that prints need not
 * know each other.  An array of COUNTERS numbers has one writer.  The path is where the
 * number stands in a `stats` record: Suricata's own place where it has the same counter,
 * else under egret.stats.
 */
#ifndef BASE_COUNTERS_H
#define BASE_COUNTERS_H

#include <stdint.h>

#define COUNTERS_TABLE(X)                                                                \
	/* the reader */                                                                 \
	X(CAPTURE_PACKETS, "capture.kernel_packets", "packets read from the inputs")     \
	X(CAPTURE_BROKEN, "egret.capture_broken",                                        \
	  "inputs that broke off or could not be read")                                  \
	X(CAPTURE_BACKWARDS, "egret.capture_backwards",                                  \
	  "packets whose time was before the one before; engine time stood still for "   \
	  "them")                                                                        \
	X(DECODER_PACKETS, "decoder.pkts", "packets given to the decoder")               \
	X(DECODER_BYTES, "decoder.bytes", "their bytes on the wire")                     \
	X(DECODER_INVALID, "decoder.invalid", "packets whose headers were cut or wrong") \
	X(DECODER_IPV4, "decoder.ipv4", "IPv4 packets")                                  \
	X(DECODER_IPV6, "decoder.ipv6", "IPv6 packets")                                  \
	X(DECODER_TCP, "decoder.tcp", "TCP segments")                                    \
	X(DECODER_UDP, "decoder.udp", "UDP datagrams")                                   \
	X(DECODER_ICMPV4, "decoder.icmpv4", "ICMP messages")                             \
	X(DECODER_ICMPV6, "decoder.icmpv6", "ICMPv6 messages")                           \
	X(DECODER_VLAN, "decoder.vlan", "packets with an 802.1Q tag")                    \
	X(DECODER_QINQ, "decoder.vlan_qinq", "packets with two")                         \
	X(DECODER_NOT_IP, "egret.decoder_not_ip",                                        \
	  "packets that carry no IP (ARP and others)")                                   \
	X(DECODER_FRAGMENTS, "egret.decoder_fragments",                                  \
	  "IP fragments: counted as bytes of their addresses, not put together")         \
	X(DECODER_OTHER, "egret.decoder_other",                                          \
	  "IP packets of another transport, kept as flows (SCTP with ports, others "     \
	  "without)")                                                                    \
	X(DECODER_LINKTYPE, "egret.decoder_linktype",                                    \
	  "packets of a link type not known")                                            \
	X(DECODER_SNAPPED, "egret.decoder_snapped", "packets cut by a snap length")      \
	/* flows */                                                                      \
	X(FLOW_TOTAL, "flow.total", "flows begun")                                       \
	X(FLOW_TCP, "flow.tcp", "of them TCP")                                           \
	X(FLOW_UDP, "flow.udp", "of them UDP")                                           \
	X(FLOW_ICMP, "flow.icmpv4", "of them ICMP")                                      \
	X(FLOW_ICMPV6, "flow.icmpv6", "of them ICMPv6")                                  \
	X(FLOW_EVICTED, "flow.memcap", "flows ended early because the table was full")   \
	X(FLOW_TIMEOUT, "egret.flow_timeout", "flows ended by their time-out")           \
	X(FLOW_UNANSWERED, "egret.flow_unanswered",                                      \
	  "flows that were never answered: counted here, without a record of their own") \
	/* streams */                                                                    \
	X(TCP_SESSIONS, "tcp.sessions", "TCP flows whose SYN was seen")                  \
	X(TCP_MIDSTREAM, "tcp.midstream_pickups",                                        \
	  "TCP flows that began before the capture")                                     \
	X(TCP_GAPS, "tcp.reassembly_gap", "holes in streams")                            \
	X(TCP_MISSING, "egret.tcp_missing_bytes", "bytes in those holes")                \
	X(TCP_RETRANSMITTED, "egret.tcp_retransmitted_bytes", "bytes that came again")   \
	X(TCP_OUT_OF_ORDER, "egret.tcp_out_of_order",                                    \
	  "segments held until their turn came")                                         \
	X(TCP_HELD_FULL, "tcp.segment_memcap_drop",                                      \
	  "segments whose bytes were not held because memory for them was full")         \
	X(TCP_STRAY, "egret.tcp_stray", "segments far outside the window: not believed") \
	/* what they carry */                                                            \
	X(APPID_FLOWS, "egret.appid_flows", "flows given to nDPI")                       \
	X(APPID_FULL, "egret.appid_full", "flows that found no room in nDPI's pool")     \
	X(SESSION_FLOWS, "egret.session_flows", "flows with a dissector")                \
	X(SESSION_FULL, "egret.session_full",                                            \
	  "flows that found no room for a dissector")                                    \
	X(SESSION_REFUSED, "egret.session_refused",                                      \
	  "streams that a dissector gave up on")                                         \
	X(SESSION_TOO_LONG, "egret.session_too_long",                                    \
	  "messages longer than is kept for a dissector to read")                        \
	X(TRANSFER_TOTAL, "egret.transfer_total", "transfers seen")                      \
	X(TRANSFER_FULL, "egret.transfer_full", "transfers that found no room")          \
	X(TRANSFER_IDENTIFIED, "egret.transfer_identified",                              \
	  "transfers whose type is known")                                               \
	X(HEAD_FULL, "egret.head_full", "transfers typed by their first segment alone")  \
	X(DIGEST_FULL, "egret.digest_full", "transfers that found no room for a digest") \
	/* what was said of it */                                                        \
	X(ALERTS, "detect.alert", "alerts raised")                                       \
	X(ALERTS_FILTERED, "detect.alerts_suppressed",                                   \
	  "alerts that a filter kept from being raised")                                 \
	X(ALERTS_FULL, "detect.alert_queue_overflow", "alerts lost for want of room")    \
	X(RECORDS_TOO_LONG, "egret.records_too_long",                                    \
	  "records that did not fit and were shortened")

enum counter {
#define COUNTER_ENUM(name, path, help) COUNT_##name,
	COUNTERS_TABLE(COUNTER_ENUM)
#undef COUNTER_ENUM
		COUNTERS
};

struct counters {
	uint64_t at[COUNTERS];
};

static inline void count_add(struct counters *c, enum counter which, uint64_t n)
{
	c->at[which] += n;
}

static inline void count_one(struct counters *c, enum counter which)
{
	c->at[which]++;
}

#endif
