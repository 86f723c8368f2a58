#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""merge.py - one capture of two or more of the same packets: cut ones, some of them replaced by whole ones.

    merge.py CUT OUT WHOLE...

Every packet of CUT is in OUT, once and in its place; it is whole where one of the other recorders had it whole.
Two recorders do not stamp the same time, so a packet is known by its length and its first bytes.
"""
import struct
import sys

SNAP = 96  # of CUT


def records(path):
    with open(path, "rb") as f:
        head = f.read(24)
        yield head
        while True:
            record = f.read(16)
            if len(record) < 16:
                return
            _, _, cap, wire = struct.unpack("<IIII", record)
            yield wire, record, f.read(cap)


def main():
    cut, out, *wholes = sys.argv[1:]
    replaced, count = 0, 0
    kept = {}
    for whole in wholes:
        full = records(whole)
        next(full)
        for wire, _, data in full:
            kept.setdefault((wire, data[:SNAP]), []).append(data)
    with open(out, "wb") as to:
        source = records(cut)
        head = next(source)
        to.write(head[:16] + struct.pack("<I", 262144) + head[20:])  # readers cut to what stands there
        for wire, record, data in source:
            count += 1
            same = kept.get((wire, data))
            if same and len(data) < wire:
                data = same.pop(0)
                record = record[:8] + struct.pack("<II", len(data), wire)
                replaced += 1
            to.write(record + data)
    print(f"{count} packets, {replaced} of the cut ones made whole")


main()
