#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""merge.py - one capture of two of the same packets: cut ones, some of them replaced by whole ones.

    merge.py CUT WHOLE UPLOADER BYTES OUT

A record of CUT is replaced by WHOLE's of the same packet (the same first bytes and length; two recorders do
not stamp the same time), where it is small, or where it is of the host UPLOADER and fewer than BYTES of its
packets have been kept so far.
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
    cut, whole, uploader, budget, out = sys.argv[1:]
    address = bytes(int(x) for x in uploader.split("."))
    budget, replaced, count = int(budget), 0, 0
    kept = {}
    full = records(whole)
    next(full)
    for wire, record, data in full:
        kept.setdefault((wire, data[:SNAP]), []).append(data)
    with open(out, "wb") as to:
        source = records(cut)
        head = next(source)
        to.write(head[:16] + struct.pack("<I", 262144) + head[20:])  # readers cut to what stands there
        for wire, record, data in source:
            count += 1
            same = kept.get((wire, data))
            if same and len(data) < wire:
                large = wire > 1600
                if not large or (data[26:30] == address and budget > 0):
                    data = same.pop(0)
                    record = record[:8] + struct.pack("<II", len(data), wire)
                    budget -= len(data) if large else 0
                    replaced += 1
            to.write(record + data)
    print(f"{count} packets, {replaced} of them whole", file=sys.stderr)


main()
