# SPDX-License-Identifier: Apache-2.0
# flows_test.py - the bytes of real captures' flows are those that others count.
#
# Payload is compared for every flow that the corpus' manifest lists; where it differs, the
# capture stands below with the reason, or the test fails.
import collections
import json
import os
import subprocess
import sys

srcdir = os.environ.get("srcdir", ".")
builddir = os.environ.get("builddir", srcdir)
reader = os.path.join(builddir, "tests/corpus/flows")
corpus = os.environ.get("EGRET_CORPUS", os.path.join(srcdir, "../shared/corpus"))
PROTOS = {"icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58", "sctp": "132"}

OUTER = "what is inside is ICMPv6 or ARP, so the list has the tunnel's own flow"
ITSELF = "both ends are one: two directions cannot be told apart"
EXPLAINED = {
    "encap/nDPI__teredo.pcap": OUTER,
    "encap/suricata-verify__geneve-decoder.pcap": OUTER,
    "fragmentation/nDPI__ip_fragmented_garbage.pcap": "pieces that contradict each other count alone, without ports",
    "linktype/PcapPlusPlus__solaris.snoop": "a Solaris snoop file, which is named and not read",
    "fragmentation/PcapPlusPlus__ip-frag.pcap": "of a datagram that was never finished, its flow has what there was",
    "voip-audio/BruteShark__Asterisk_ZFONE_XLITE.pcap": "two packets that go to another host are counted in there",
    "voip-audio/BruteShark__sip-rtp-g711.pcap": ITSELF,
    "voip-audio/BruteShark__sip-rtp-g722.pcap": ITSELF,
    "voip-audio/BruteShark__sip-rtp-gsm.pcap": ITSELF,
    "voip-audio/BruteShark__sip-rtp-opus.pcap": ITSELF,
    "tls-ssh-quic-bulk/nDPI__tls-appdata.pcap": "cut out of one flow, and put together again in another order",
    "tcp-reassembly/tcpflow__test1-out-of-order.pcap": "without a SYN, what comes before the first packet is old",
    "tcp-reassembly/tcpflow__test5-lines-randomized.pcap": "the packets are in no order at all: the FIN comes first",
}


def end(text):
    address, port = text.rsplit(":", 1)
    return address.strip("[]"), port


def flows_of(path):
    run = subprocess.run([reader, path], capture_output=True, text=True, errors="replace")
    flows = collections.defaultdict(lambda: [0, 0])
    for line in run.stdout.splitlines():
        f = line.split("\t")
        client, server = (f[1], f[2]), (f[3], f[4])
        flows[f[0], client, server][0] += int(f[7])
        flows[f[0], client, server][1] += int(f[8])
        if client != server:
            flows[f[0], server, client][0] += int(f[8])
            flows[f[0], server, client][1] += int(f[7])
    return run.returncode, flows


def agree(case, flows, tell):
    """Wanted bytes per pair of ends (the manifest lists a re-used pair twice), against ours."""
    wanted = collections.defaultdict(lambda: [0, 0])
    for want in case["expect"].get("bytes", []):
        key = (PROTOS.get(want["proto"], want["proto"]), end(want["a"]), end(want["b"]))
        wanted[key][0] += want["a_to_b_payload"]
        wanted[key][1] += want["b_to_a_payload"]
    bad = missing = 0
    for key, want in wanted.items():
        if key not in flows:
            missing += 1
            tell.append(f"{case['pcap']}: {key}: not there")
        elif flows[key] != want:
            bad += 1
            tell.append(f"{case['pcap']}: {key}: want {want}, got {flows[key]}")
    return len(wanted) - bad - missing, bad, missing


failed = False
sentence = "flows of the corpus carry the payload that others count"
manifest = os.path.join(corpus, "dev/manifest.jsonl")
if not os.path.exists(manifest):
    print(f"skip - {sentence}: {corpus}/dev is not there")
else:
    tell, good, excused = [], 0, 0
    for line in open(manifest, encoding="utf-8"):
        case = json.loads(line)
        status, flows = flows_of(os.path.join(corpus, "dev", case["pcap"]))
        here = []
        if status not in (0, 1):
            tell.append(f"{case['pcap']}: status {status}")
        same, bad, missing = agree(case, flows, here)
        good += same
        if case["pcap"] in EXPLAINED:
            excused += bad + missing
        else:
            tell += here
    print(f"{good} agree, {excused} differ with a reason")
    failed = bool(tell) or good < 548
    print("\n".join(tell))
    print(("not ok - " if failed else "ok - ") + sentence)

sentence = "malformed captures do the flows no harm"
manifest = os.path.join(corpus, "malformed/dev/manifest.jsonl")
if not os.path.exists(manifest):
    print(f"skip - {sentence}: {corpus}/malformed/dev is not there")
else:
    tell = []
    for line in open(manifest, encoding="utf-8"):
        case = json.loads(line)
        status, _ = flows_of(os.path.join(corpus, "malformed/dev", case["pcap"]))
        if status not in (0, 1):
            tell.append(f"{case['pcap']}: status {status}")
    print("\n".join(tell))
    print(("not ok - " if tell else "ok - ") + sentence)
    failed = failed or bool(tell)
sys.exit(failed)
