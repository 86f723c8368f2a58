#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""wrap.py CARRIER... < capture.pcap > carried.pcap - puts every packet of an Ethernet capture
(little-endian, microseconds) into carriers, the first one named innermost.

    vlan=ID  vxlan  geneve  gre  gtp  ipip  mpls
"""
import struct
import sys

MACS = bytes.fromhex("020000000002020000000001")


def ip(proto, inside, there, out):
    """From 172.31.0.1 to 172.31.0.2 for who is inside, and back."""
    ends = b"\xac\x1f\x00\x01", b"\xac\x1f\x00\x02"
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + inside, 0, 0x4000, 64, proto, 0)
    return MACS + b"\x08\x00" + head + ends[not there] + ends[there] + out


def udp(port, inside, there, out):
    return ip(17, 8 + inside, there, struct.pack(">HHHH", 50000 + there, port, 8 + inside, 0) + out)


def carry(word, frame, wire, there):
    """The frame in one more carrier, and its length on the wire: what was cut stays cut."""
    name, _, value = word.partition("=")
    packet, left = frame[14:], wire - 14
    if name == "vlan":
        return frame[:12] + struct.pack(">HH", 0x8100, int(value)) + frame[12:], wire + 4
    if name == "mpls":
        return frame[:12] + b"\x88\x47\x00\x06\x41\x40" + packet, wire + 4
    if name == "vxlan":
        made = udp(4789, wire + 8, there, b"\x08\x00\x00\x00\x00\x00\x7b\x00" + frame)
    elif name == "geneve":
        made = udp(6081, wire + 8, there, b"\x00\x00\x65\x58\x00\x00\x7b\x00" + frame)
    elif name == "gre":
        made = ip(47, left + 4, there, b"\x00\x00\x08\x00" + packet)
    elif name == "ipip":
        made = ip(4, left, there, packet)
    elif name == "gtp":
        made = udp(2152, left + 8, there, struct.pack(">BBHI", 0x30, 255, left, 1) + packet)
    else:
        sys.exit(f"wrap.py: {word} is not known")
    return made, wire + len(made) - len(frame)


def main():
    capture, to = sys.stdin.buffer, sys.stdout.buffer
    to.write(capture.read(24))
    while head := capture.read(16):
        seconds, part, cap, wire = struct.unpack("<IIII", head)
        frame = capture.read(cap)
        there = frame[26] == 10
        for word in sys.argv[1:]:
            frame, wire = carry(word, frame, wire, there)
        to.write(struct.pack("<IIII", seconds, part, len(frame), wire) + frame)


if __name__ == "__main__":
    main()
