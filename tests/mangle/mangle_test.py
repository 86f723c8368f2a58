#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mangle_test.py - an upload's bytes are counted, and its alert is raised, whatever the span port does to it.

tests/mangle/README.md says what is exact and what is bounded.
"""
import json
import os
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
GENERATE = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/bench/generate")
MANGLE = os.path.join(SRCDIR, "tests/mangle/mangle.py")
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))

# way, how much, least and most that leaves as a share of what did, whether it is seen (not missing), the sentence
ROWS = [
    ("none", 0, 1, 1, True, "an upload as it is"),
    ("reorder", 12, 1, 1, False, "packets up to twelve places from where they stood"),
    ("doubled", 0, 1, 1, True, "each packet twice, as a span port that mirrors twice has it"),
    ("again", 50, 1, 1, True, "one packet in twenty sent again"),
    ("overlap", 50, 1, 1, True, "one packet in twenty behind the next one, and that again with other bytes"),
    ("snap", 64, 1, 1, True, "packets cut after 64 bytes"),
    ("one-way", 0, 1, 1, True, "one direction only"),
    ("loss", 50, 0.999, 1, False, "one packet in twenty lost"),
    ("midstream", 500, 0.9, 1, True, "the beginning not captured"),
]


def run(capture, workers, folder):
    eve = os.path.join(folder, "eve.json")
    subprocess.run([EGRET, "replay", "-q", "-w", str(workers), "-s", f"rules.signatures={FEW}", "--eve", eve, capture],
                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, timeout=300)
    with open(eve, encoding="utf-8") as lines:
        return lines.read()


def upload_of(records):
    flows = [r for r in records if r["event_type"] == "flow"]
    return max(flows, key=lambda r: r["egret"]["leaving_bytes"])["egret"]


def stats_of_tcp(records):
    return [r for r in records if r["event_type"] == "stats"][-1]["stats"]["tcp"]


def look(row, records, whole):
    """What is not as it should be, in words."""
    way, _, least, most, seen, _ = row
    flow, bad = upload_of(records), []
    stats = [r for r in records if r["event_type"] == "stats"][-1]["egret"]["stats"]
    if not whole * least <= flow["leaving_bytes"] <= whole * most:
        bad.append(f"{flow['leaving_bytes']} of {whole} bytes leave")
    if seen and flow["missing_toserver"]:
        bad.append(f"{flow['missing_toserver']} bytes are said to be missing")
    if way == "loss" and not 0 < flow["missing_toserver"] < whole / 10:
        bad.append(f"{flow['missing_toserver']} bytes are missing")
    if way == "doubled" and stats["doubled_packets"] < 1000:
        bad.append(f"only {stats['doubled_packets']} packets are known to be copies")
    if way != "doubled" and stats["doubled_packets"]:
        bad.append(f"{stats['doubled_packets']} packets are taken for copies")
    if way == "again" and not stats["tcp_retransmitted_bytes"]:
        bad.append("nothing came again")
    if way == "overlap" and not stats_of_tcp(records)["overlap_diff_data"]:
        bad.append("no other bytes were noticed")
    if way not in ("midstream", "snap") and not any(r["event_type"] == "alert" for r in records):
        bad.append("there is no alert")
    return bad


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "upload.pcap"), "wb") as to:
            subprocess.run([GENERATE, "bulk", "bytes=8m"], stdout=to, check=True)
        whole = None
        for row in ROWS:
            way, n, _, _, _, sentence = row
            capture = os.path.join(folder, "mangled.pcap")
            with open(os.path.join(folder, "upload.pcap"), "rb") as source, open(capture, "wb") as to:
                subprocess.run([sys.executable, MANGLE, way, str(n)], stdin=source, stdout=to, check=True)
            one, two = run(capture, 1, folder), run(capture, 2, folder)
            records = [json.loads(line) for line in one.splitlines()]
            if whole is None:
                whole = upload_of(records)["leaving_bytes"]
            bad = look(row, records, whole) + ([] if one == two else ["two workers say otherwise"])
            print("".join(f"{line}\n" for line in bad), end="")
            print(f"{'not ok' if bad else 'ok'} - {sentence}: the bytes are right, and one worker or two say the same")
            failed |= bool(bad)
    return failed


if __name__ == "__main__":
    sys.exit(main())
