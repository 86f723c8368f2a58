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
	X(CAPTURE_DROPPED, "capture.kernel_drops",                                       \
	  "packets that the kernel lost because its buffer was full (live)")             \
	X(INTERFACE_DROPPED, "capture.kernel_ifdrops",                                   \
	  "packets that an interface or its driver lost (live)")                         \
	X(INTERFACE_LOST, "egret.capture_interface_lost",                                \
	  "times that an interface went away or down (live)")                            \
	X(CAPTURE_HANDED_OVER, "egret.capture_handed_over",                              \
	  "packets that one worker read and another worked on, as those inside tunnels " \
	  "(live)")                                                                      \
	X(CAPTURE_RING_DROPS, "egret.capture_ring_drops",                                \
	  "of them those that were lost because that worker was too far behind")         \
	X(CAPTURE_BROKEN, "egret.capture_broken",                                        \
	  "inputs that broke off or could not be read")                                  \
	X(CAPTURE_BACKWARDS, "egret.capture_backwards",                                  \
	  "packets whose time was before the one before; engine time stood still for "   \
	  "them")                                                                        \
	X(CAPTURE_DAMAGED, "egret.capture_damaged",                                      \
	  "blocks of captures that made no sense and were passed over")                  \
	X(CAPTURE_LEFT, "egret.capture_left",                                            \
	  "followed files that had no news while 128 others waited: not followed any "   \
	  "longer")                                                                      \
	X(CAPTURE_PASSED, "egret.capture_passed_over",                                   \
	  "packets that --filter, --since or --until left out")                          \
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
	X(DECODER_ETHERNET, "decoder.ethernet", "Ethernet frames, those in tunnels too") \
	X(DECODER_SLL, "decoder.sll", "packets in Linux's cooked form")                  \
	X(DECODER_SLL2, "decoder.sll2", "packets in its second version")                 \
	X(DECODER_RAW, "decoder.raw", "packets without a link layer")                    \
	X(DECODER_NULL, "decoder.null", "packets of a loopback interface")               \
	X(DECODER_CHDLC, "decoder.chdlc", "frames of Cisco's HDLC")                      \
	X(DECODER_PPP, "decoder.ppp", "PPP frames")                                      \
	X(DECODER_PPPOE, "decoder.pppoe", "PPPoE packets of a session")                  \
	X(DECODER_MPLS, "decoder.mpls", "packets with MPLS labels")                      \
	X(DECODER_VNTAG, "decoder.vntag", "packets with a VN-tag")                       \
	X(DECODER_IEEE8021AH, "decoder.ieee8021ah", "packets with an 802.1ah tag")       \
	X(DECODER_NSH, "decoder.nsh", "packets with a service header (NSH)")             \
	X(DECODER_GRE, "decoder.gre", "packets in GRE")                                  \
	X(DECODER_ERSPAN, "decoder.erspan", "mirrored packets in ERSPAN")                \
	X(DECODER_VXLAN, "decoder.vxlan", "packets in VXLAN")                            \
	X(DECODER_GENEVE, "decoder.geneve", "packets in GENEVE")                         \
	X(DECODER_TEREDO, "decoder.teredo", "packets in Teredo")                         \
	X(DECODER_IPV4_IN_IPV6, "decoder.ipv4_in_ipv6", "IPv4 packets in IPv6")          \
	X(DECODER_IPV6_IN_IPV6, "decoder.ipv6_in_ipv6", "IPv6 packets in IPv6")          \
	X(DECODER_IPV4_IN_IPV4, "egret.decoder_ipv4_in_ipv4", "IPv4 packets in IPv4")    \
	X(DECODER_IPV6_IN_IPV4, "egret.decoder_ipv6_in_ipv4", "IPv6 packets in IPv4")    \
	X(DECODER_GTP, "egret.decoder_gtp", "packets in GTP-U")                          \
	X(DECODER_L2TP, "egret.decoder_l2tp", "packets in L2TP")                         \
	X(DECODER_CAPWAP, "egret.decoder_capwap", "packets in CAPWAP")                   \
	X(DECODER_LISP, "egret.decoder_lisp", "packets in LISP")                         \
	X(DECODER_TZSP, "egret.decoder_tzsp", "packets in TZSP")                         \
	X(DECODER_MPLS_TUNNEL, "egret.decoder_mpls_in_ip",                               \
	  "packets in MPLS over IP or UDP")                                              \
	X(DECODER_ETHERIP, "egret.decoder_etherip", "packets in Ethernet over IP")       \
	X(DECODER_TUNNEL_DEEP, "egret.decoder_tunnel_deep",                              \
	  "packets with more than eight tunnels, counted for the eighth one's flow")     \
	X(DECODER_TUNNEL_UNREAD, "egret.decoder_tunnel_unread",                          \
	  "packets of tunnels with no readable IP inside, counted for the tunnel's own " \
	  "flow")                                                                        \
	X(DECODER_WIFI, "egret.decoder_wifi", "data frames of 802.11")                   \
	X(DECODER_AGGREGATES, "egret.decoder_wifi_aggregates",                           \
	  "of them with several packets: only the first is read")                        \
	X(DECODER_ENCRYPTED, "egret.decoder_encrypted",                                  \
	  "frames that are encrypted at the link (802.11, MACsec)")                      \
	X(IPV4_BAD_SUM, "egret.ipv4_invalid_checksum",                                   \
	  "IPv4 packets passed over for a wrong checksum (decode.checksums)")            \
	X(TCP_BAD_SUM, "tcp.invalid_checksum", "TCP segments passed over for one")       \
	X(UDP_BAD_SUM, "egret.udp_invalid_checksum",                                     \
	  "UDP datagrams passed over for one")                                           \
	X(ICMP_BAD_SUM, "egret.icmp_invalid_checksum",                                   \
	  "ICMP messages passed over for one")                                           \
	X(DECODER_ARP, "decoder.arp", "ARP messages")                                    \
	X(DECODER_NOT_IP, "egret.decoder_not_ip",                                        \
	  "packets that carry no IP (ARP and others)")                                   \
	X(DECODER_FRAGMENTS, "egret.decoder_fragments", "IP fragments")                  \
	X(DECODER_OTHER, "egret.decoder_other",                                          \
	  "IP packets of another transport, kept as flows (SCTP with ports, others "     \
	  "without)")                                                                    \
	X(DECODER_LINKTYPE, "egret.decoder_linktype",                                    \
	  "packets of a link type not known")                                            \
	X(DECODER_SNAPPED, "egret.decoder_snapped", "packets cut by a snap length")      \
	/* fragments, put together again */                                              \
	X(DEFRAG_V4, "defrag.ipv4.fragments", "IPv4 fragments")                          \
	X(DEFRAG_V4_WHOLE, "defrag.ipv4.reassembled",                                    \
	  "IPv4 datagrams put together of them")                                         \
	X(DEFRAG_V4_TIMEOUT, "defrag.ipv4.timeouts",                                     \
	  "IPv4 datagrams given up by their time-out")                                   \
	X(DEFRAG_V6, "defrag.ipv6.fragments", "IPv6 fragments")                          \
	X(DEFRAG_V6_WHOLE, "defrag.ipv6.reassembled",                                    \
	  "IPv6 datagrams put together of them")                                         \
	X(DEFRAG_V6_TIMEOUT, "defrag.ipv6.timeouts",                                     \
	  "IPv6 datagrams given up by their time-out")                                   \
	X(DEFRAG_FULL, "defrag.max_frag_hits",                                           \
	  "datagrams given up because memory for fragments was full")                    \
	X(FRAGMENT_UNFINISHED, "egret.fragment_unfinished",                              \
	  "datagrams given up, by time-out, for want of room, or at the end of the "     \
	  "run: counted for their flow with what there was")                             \
	X(FRAGMENT_UNFINISHED_BYTES, "egret.fragment_unfinished_bytes",                  \
	  "bytes that there were of them")                                               \
	X(FRAGMENT_REPEATS, "egret.fragment_repeats",                                    \
	  "fragments that came again, the same: left out of their flow")                 \
	X(FRAGMENT_REPEAT_BYTES, "egret.fragment_repeat_bytes", "bytes in them")         \
	X(FRAGMENT_OVERLAP_BYTES, "egret.fragment_overlap_bytes",                        \
	  "bytes that fragments brought again along with new ones, or otherwise: "       \
	  "counted once")                                                                \
	X(FRAGMENT_CONFLICTS, "egret.fragment_conflicts",                                \
	  "fragments that overlap others with other bytes: what came first stayed")      \
	X(FRAGMENT_CONFLICT_BYTES, "egret.fragment_conflict_bytes",                      \
	  "bytes that were different")                                                   \
	X(FRAGMENT_TOO_LONG, "egret.fragment_too_long",                                  \
	  "fragments beyond the end of the largest datagram: counted alone, without "    \
	  "ports")                                                                       \
	X(FRAGMENT_REFUSED, "egret.fragment_refused",                                    \
	  "fragments of no bytes, of another length than may be, that contradict "       \
	  "others of where the datagram ends, or too deep in others: counted alone, "    \
	  "without ports")                                                               \
	X(FRAGMENT_REFUSED_BYTES, "egret.fragment_refused_bytes",                        \
	  "bytes in those and in the ones beyond the end")                               \
	X(POLICY_RELOADS, "egret.policy_reloads",                                        \
	  "times that other rules were taken while the run went on")                     \
	X(POLICY_REFUSED, "egret.policy_refused",                                        \
	  "times that rules were not taken because something was wrong with them")       \
	X(SANDBOX_REFUSED, "egret.sandbox_refused",                                      \
	  "calls of the kernel that a thread's sandbox refused")                         \
	X(DOUBLED_PACKETS, "egret.doubled_packets",                                      \
	  "packets that were copies of one just seen (a span port that mirrors twice): " \
	  "counted here only")                                                           \
	X(DOUBLED_BYTES, "egret.doubled_bytes", "their bytes on the wire")               \
	/* flows */                                                                      \
	X(FLOW_TOTAL, "flow.total", "flows begun")                                       \
	X(FLOW_TCP, "flow.tcp", "of them TCP")                                           \
	X(FLOW_UDP, "flow.udp", "of them UDP")                                           \
	X(FLOW_ICMP, "flow.icmpv4", "of them ICMP")                                      \
	X(FLOW_ICMPV6, "flow.icmpv6", "of them ICMPv6")                                  \
	X(FLOW_EVICTED, "flow.memcap", "flows ended early because the table was full")   \
	X(EVICTED_HALF_OPEN, "egret.flow_evicted_half_open",                             \
	  "of those in flow.memcap: never answered, or a hand-shake not finished")       \
	X(EVICTED_SHORT, "egret.flow_evicted_short",                                     \
	  "of those in flow.memcap: closed, or a few datagrams")                         \
	X(EVICTED_ESTABLISHED, "egret.flow_evicted_established",                         \
	  "of those in flow.memcap: established, with no dissector")                     \
	X(EVICTED_SESSION, "egret.flow_evicted_session",                                 \
	  "of those in flow.memcap: read by a dissector")                                \
	X(EVICTED_BULK, "egret.flow_evicted_bulk",                                       \
	  "of those in flow.memcap: had carried 1 MiB or had an alert; nothing else "    \
	  "was "                                                                         \
	  "left")                                                                        \
	X(FLOW_TIMEOUT, "egret.flow_timeout", "flows ended by their time-out")           \
	X(FLOW_CLOSED, "egret.flow_closed", "flows ended after FIN or RST")              \
	X(FLOW_REUSED, "egret.flow_reused",                                              \
	  "flows ended because a new connection began on their ports")                   \
	X(FLOW_SHUTDOWN, "egret.flow_shutdown", "flows ended because the run was over")  \
	X(FLOW_MORE_FULL, "egret.flow_more_full",                                        \
	  "times that there was no room for what few flows need: the tunnel of one, or " \
	  "what its flow_update told")                                                   \
	X(FLOW_UNANSWERED, "egret.flow_unanswered",                                      \
	  "flows that were never answered: counted here, without a record of their own") \
	X(FLOW_TALKED, "egret.flow_tcp_talked",                                          \
	  "TCP flows that were over and had got past their hand-shake")                  \
	X(FLOW_ONE_SIDED, "egret.flow_one_sided",                                        \
	  "of them those that were seen in one direction only")                          \
	/* streams */                                                                    \
	X(TCP_SESSIONS, "tcp.sessions", "TCP flows whose SYN was seen")                  \
	X(TCP_MIDSTREAM, "tcp.midstream_pickups",                                        \
	  "TCP flows that began before the capture")                                     \
	X(TCP_GAPS, "tcp.reassembly_gap", "holes in streams")                            \
	X(TCP_MISSING, "egret.tcp_missing_bytes", "bytes in those holes")                \
	X(TCP_RETRANSMITTED, "egret.tcp_retransmitted_bytes", "bytes that came again")   \
	X(TCP_CONFLICTS, "tcp.overlap_diff_data",                                        \
	  "segments that overlap waiting ones with other bytes: what came first stayed") \
	X(TCP_EARLIER, "egret.tcp_earlier_bytes",                                        \
	  "bytes that came late from just before a midstream flow's first: counted, "    \
	  "not read")                                                                    \
	X(TCP_OUT_OF_ORDER, "egret.tcp_out_of_order",                                    \
	  "segments held until their turn came")                                         \
	X(TCP_HELD_FULL, "tcp.segment_memcap_drop",                                      \
	  "segments whose bytes were not held because memory for them was full")         \
	X(TCP_STRAY, "egret.tcp_stray", "segments far outside the window: not believed") \
	/* what they carry */                                                            \
	X(APPID_FLOWS, "egret.appid_flows", "flows given to nDPI")                       \
	X(APPID_FULL, "egret.appid_full", "flows that found no room in nDPI's pool")     \
	X(APPID_LATE, "egret.appid_late",                                                \
	  "flows whose first datagram nDPI did not see: many others came before the "    \
	  "second")                                                                      \
	X(SESSION_FLOWS, "egret.session_flows", "flows with a dissector")                \
	X(SESSION_FULL, "egret.session_full",                                            \
	  "flows that found no room for a dissector")                                    \
	X(SESSION_EVICTED, "egret.session_evicted",                                      \
	  "flows whose dissector was taken from them for another flow")                  \
	X(SESSION_REFUSED, "egret.session_refused",                                      \
	  "streams that a dissector gave up on")                                         \
	X(SESSION_TOO_LONG, "egret.session_too_long",                                    \
	  "messages longer than is kept for a dissector to read")                        \
	X(OVERLOAD_MEMBERS, "egret.overload_members",                                    \
	  "archives that were not looked into because packets were being lost (live)")   \
	X(OVERLOAD_HEADS, "egret.overload_heads",                                        \
	  "transfers whose type was not told by content for that reason")                \
	X(OVERLOAD_SESSIONS, "egret.overload_sessions",                                  \
	  "flows that got no dissector for that reason")                                 \
	X(NAMES_MESSAGES, "egret.names_messages",                                        \
	  "datagrams read for names of addresses (DNS, mDNS, LLMNR, DHCP)")              \
	X(NAMES_UNREAD, "egret.names_unread",                                            \
	  "of them cut or wrong: what stands before that counts")                        \
	X(NAMES_LOST, "egret.names_lost",                                                \
	  "addresses that one datagram named beyond those that are kept of one")         \
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
	X(ALERTS_GONE, "egret.alerts_rule_gone",                                         \
	  "alerts that said no more because a reload took their rule away")              \
	X(NAMES_LEARNT, "egret.names_learnt",                                            \
	  "names and hardware addresses learnt that were new or others")                 \
	X(NAMES_EVICTED, "egret.names_evicted",                                          \
	  "names given up for others because names.max were kept")                       \
	X(NAMES_MOVED, "egret.names_moved",                                              \
	  "times that an address came to have another hardware address")                 \
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

/* How full what has a size is: each is a part of it of its own in every shard. */
#define FILLS_TABLE(X)                                                          \
	X(FLOWS, "flows", "flows that go on (flow.memory)")                     \
	X(STREAMS, "stream_blocks",                                             \
	  "pieces of streams that wait for an earlier one "                     \
	  "(stream.memory)")                                                    \
	X(APPID, "appid_flows", "flows that nDPI is deciding about")            \
	X(SESSIONS, "sessions", "flows whose protocol is read (session.max)")   \
	X(TRANSFERS, "transfers", "transfers that are followed (transfer.max)") \
	X(ALERTS, "alerts_open", "alerts on what is still under way")           \
	X(FRAGMENTS, "fragment_blocks",                                         \
	  "pieces of datagrams that are not whole (fragment.memory)")           \
	X(NAMES, "names", "names of addresses (names.max)")

enum fill_of {
#define FILL_ENUM(name, word, help) FILL_##name,
	FILLS_TABLE(FILL_ENUM)
#undef FILL_ENUM
		FILLS
};

struct fill {
	uint64_t used, room;
};

struct fills {
	struct fill at[FILLS];
};

#endif
