#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""names_test.py - what DNS, DHCP and ARP say stands in the records that come after it."""
import json
import os
import struct
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
MAC = bytes.fromhex("020000000007")
CLIENT, OTHER, RESOLVER, SERVER = "10.0.0.7", "10.0.0.8", "192.0.2.53", "198.51.100.9"


def addr(text):
    return bytes(map(int, text.split(".")))


def frame(kind, payload):
    return bytes(6) + MAC + struct.pack(">H", kind) + payload


def udp(src, sport, dst, dport, payload):
    header = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(payload), 0, 0, 64, 17, 0) + addr(src) + addr(dst)
    return frame(0x0800, ip + header + payload)


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def question(text):
    return struct.pack(">6H", 7, 0x0100, 1, 0, 0, 0) + name(text) + b"\0\1\0\1"


def answer(text, address, seconds=60):
    return (struct.pack(">6H", 7, 0x8180, 1, 1, 0, 0) + name(text) + b"\0\1\0\1" +
            b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, seconds, 4) + addr(address))


def look_up(client, port, text, address):
    return [udp(client, port, RESOLVER, 53, question(text)), udp(RESOLVER, 53, client, port, answer(text, address))]


def dhcp(op, kind, options=b"", address="0.0.0.0"):
    return (bytes([op, 1, 6, 0]) + bytes(12) + addr(address) + bytes(8) + MAC + bytes(202) +
            bytes.fromhex("638253633501") + bytes([kind]) + options + b"\xff")


def talk(client, port, server=SERVER):
    """Something that nobody knows, both ways."""
    return [udp(client, port, server, 40000, b"\xa5\x5a" * 300), udp(server, 40000, client, port, b"\x5a" * 40)]


def write(path, frames):
    """Each packet is a second after the one before, or at the time that stands with it."""
    with open(path, "wb") as to:
        to.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        at = 1700000000
        for f in frames:
            if isinstance(f, int):
                at += f
                continue
            at += 1
            to.write(struct.pack("<IIII", at, 0, len(f), len(f)) + f)


def replay(path, workers, *options):
    done = subprocess.run([EGRET, "replay", "-w", str(workers), "-s", f"rules.signatures={FEW}", *options,
                           "--eve", "-", path], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def ends(records, client, port):
    """egret.outside and egret.inside of the flow from there."""
    for r in records:
        if r["event_type"] == "flow" and r["src_ip"] == client and r["src_port"] == port:
            return r["egret"].get("outside", {}), r["egret"].get("inside", {})
    return None, None


def main():
    failed = 0

    def ok(good, sentence):
        nonlocal failed
        print("ok -" if good else "not ok -", sentence)
        failed |= not good

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "names.pcap")
        arp = frame(0x0806, struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + MAC + addr(CLIENT) + bytes(6) + addr("10.0.0.1"))
        moved = frame(0x0806, struct.pack(">HHBBH", 1, 0x0800, 6, 4, 2) + b"\2\0\0\0\0\x09" + addr("10.0.0.9") +
                      MAC + addr(CLIENT))
        write(path, [
            udp("0.0.0.0", 68, "255.255.255.255", 67, dhcp(1, 3, b"\x0c\x06laptop")),
            udp("10.0.0.1", 67, CLIENT, 68, dhcp(2, 5, b"", CLIENT)), arp,
            *talk(OTHER, 5000),                                            # before anybody asked
            200, *look_up(CLIENT, 3333, "drop.example", SERVER), *talk(CLIENT, 5001), *talk(OTHER, 5002),
            udp(RESOLVER, 53, CLIENT, 3333, answer("cut.example", SERVER)[:-2]),
            *look_up(OTHER, 3334, "other.example", SERVER), *talk(CLIENT, 5003), *talk(OTHER, 5004),
            moved, moved[:22] + b"\2\0\0\0\0\x0a" + moved[28:],
            7000, *talk(CLIENT, 5005)])                                    # long after its time
        records, page = replay(path, 1)
        ok(ends(records, OTHER, 5000)[0] == {}, "before an answer an address has no name")
        ok(ends(records, CLIENT, 5001)[0] == {"name": "drop.example", "name_by": "dns"},
           "an address is called what the client asked for")
        ok(ends(records, CLIENT, 5003)[0].get("name") == "drop.example" and
           ends(records, OTHER, 5004)[0].get("name") == "other.example", "each client has the name that it asked for")
        ok(ends(records, CLIENT, 5005)[0] == {}, "an answer is forgotten when its time is long over")
        ok(ends(records, CLIENT, 5001)[1] == {"name": "laptop", "name_by": "dhcp", "mac": "02:00:00:00:00:07"},
           "a host inside is called what it called itself when it got its address")
        ok(records[-1]["egret"]["stats"]["names_moved"] == 1 and records[-1]["stats"]["decoder"]["arp"] == 3,
           "an address that comes to have other hardware is counted")
        ok(records[-1]["egret"]["stats"]["names_unread"] == 1, "an answer that is cut names nobody, and is counted")
        ok("drop.example (198.51.100.9)" in page, "the summary has the name beside the address")
        several, _ = replay(path, 4)
        ok(several == records, "four workers say what one does")
        write(path, [*(f for i in range(300) for f in
                       look_up(CLIENT, 1024 + i, f"n{i}.example", f"198.51.{100 + i // 200}.{i % 200}")),
                     *talk(CLIENT, 5001, "198.51.100.1"), *talk(CLIENT, 5002, "198.51.101.99")])
        records, _ = replay(path, 2, "-s", "names.max=64")
        ok(ends(records, CLIENT, 5001)[0] == {} and ends(records, CLIENT, 5002)[0].get("name") == "n299.example" and
           records[-1]["egret"]["stats"]["names_evicted"] == 600 - 64, "no more names are kept than the bound, counted")
    return failed


if __name__ == "__main__":
    sys.exit(main())
