#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mangle.py - a capture as a span port may have it: packets lost, in another order, twice, cut.

    mangle.py WAY [N] < capture.pcap > mangled.pcap

WAY: loss N (of 1000), reorder N (packets stand up to N places from where they stood), doubled (each
packet again, 20 us later), again N (of 1000 are sent again, with another IP id, 300 ms later), snap N
(bytes kept), overlap N (before N of 1000 stands the next one, and that again with other bytes), one-way (only what the client sent), midstream N (the first N packets are missing).
The same input gives the same output.  Reads pcap in this machine's byte order, Ethernet, IPv4.
"""
import random
import struct
import sys

RECORD = struct.Struct("=IIII")


def packets_of(data):
    at = 24
    while at + 16 <= len(data):
        seconds, micros, cap, wire = RECORD.unpack_from(data, at)
        yield [seconds * 1000000 + micros, wire, data[at + 16:at + 16 + cap]]
        at += 16 + cap


def client_of(packets):
    """The source address and port of the first packet."""
    return packets[0][2][26:30] + packets[0][2][34:36]


def again(packets, per_mille, chance):
    for when, wire, data in packets:
        yield [when, wire, data]
        if wire > 200 and chance.randrange(1000) < per_mille:
            other = data[:18] + struct.pack("!H", chance.randrange(1, 65536)) + data[20:]
            yield [when + 300000, wire, other]


def overlapping(packets, per_mille, chance):
    """The next one first, and then what says otherwise in its place."""
    packets = list(packets)
    for i in range(len(packets) - 1):
        (when, wire, data), (_, next_wire, after) = packets[i], packets[i + 1]
        if min(wire, next_wire) > 200 and data[26:38] == after[26:38] and chance.randrange(1000) < per_mille:
            other = after[:18] + struct.pack("!H", chance.randrange(1, 65536)) + after[20:-9] + bytes(b ^ 1 for b in after[-9:])
            packets[i:i + 2] = [[when, next_wire, after], [when, wire, data]]
            yield [when, next_wire, after]
            yield [when, next_wire, other]
            continue
        yield packets[i]
    yield packets[-1]


def mangle(packets, way, n):
    chance = random.Random(f"{way} {n}")
    if way == "loss":
        return [p for i, p in enumerate(packets) if i < 3 or chance.randrange(1000) >= n]
    if way == "reorder":
        places = sorted(range(len(packets)), key=lambda i: (i + chance.random() * n if i > 2 else i))
        return [[packets[i][0], *packets[k][1:]] for i, k in enumerate(places)]
    if way == "doubled":
        return [q for p in packets for q in (p, [p[0] + 20, *p[1:]])]
    if way == "again":
        return sorted(again(packets, n, chance), key=lambda p: p[0])
    if way == "overlap":
        return list(overlapping(packets, n, chance))
    if way == "snap":
        return [[when, wire, data[:n]] for when, wire, data in packets]
    if way == "one-way":
        client = client_of(packets)
        return [p for p in packets if p[2][26:30] + p[2][34:36] == client]
    if way == "midstream":
        return packets[n:]
    if way == "none":
        return packets
    sys.exit(f"{way}: not a way; see the top of {sys.argv[0]}")


def main():
    data = sys.stdin.buffer.read()
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    out = bytearray(data[:24])
    for when, wire, kept in mangle(list(packets_of(data)), sys.argv[1], n):
        out += RECORD.pack(when // 1000000, when % 1000000, len(kept), wire) + kept
    sys.stdout.buffer.write(out)


if __name__ == "__main__":
    main()
