#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""complete.py - did the recorder see every byte of an upload, and how was it cut into packets?

    complete.py CAPTURE SENDER BYTES

Adds up the sequence numbers of what SENDER sent to port 80, on one connection, and fails where there is a hole,
or where fewer than BYTES came: a recording with dropped packets must not be taken for a test's truth.
"""
import struct
import sys


def main():
    path, sender, least = sys.argv[1], bytes(int(x) for x in sys.argv[2].split(".")), int(sys.argv[3])
    upto, start, packets, payload, late = 0, None, 0, 0, {}  # late: begin to end of what came beyond a hole
    with open(path, "rb") as f:
        f.read(24)
        while len(record := f.read(16)) == 16:
            data = f.read(struct.unpack("<8xI4x", record)[0])
            if data[12:14] != b"\x08\x00" or data[23] != 6 or data[26:30] != sender or data[36:38] != b"\x00\x50":
                continue
            seq, = struct.unpack(">I", data[38:42])
            size = struct.unpack(">H", data[16:18])[0] - (data[14] & 15) * 4 - (data[46] >> 4) * 4
            if data[47] & 2:
                start = (seq + 1) & 0xffffffff
            if start is None or size == 0:
                continue
            packets, payload = packets + 1, payload + size
            ahead = (seq - start - upto) & 0xffffffff
            begin = upto + (ahead if ahead < 1 << 31 else ahead - (1 << 32))
            late[begin] = max(late.get(begin, 0), begin + size)
            for begin in sorted(late):
                if begin > upto:
                    break
                upto = max(upto, late.pop(begin))
    print(f"{packets} data packets of {payload / max(packets, 1):.0f} bytes on average carry {upto} bytes, "
          f"{payload - upto - sum(e - b for b, e in late.items())} of payload again; {len(late)} holes")
    return 1 if late or upto < least else 0


sys.exit(main())
