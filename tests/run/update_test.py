#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""update_test.py - flows that go on are reported, and nothing is told twice."""
import json
import os
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
GENERATE = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/bench/generate")
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
SUMS = "leaving_bytes", "entering_bytes", "payload_toserver", "payload_toclient"


def replay(capture, *options):
    """Its records of flows, and the counters at the end."""
    done = subprocess.run([EGRET, "replay", "-q", "-s", f"rules.signatures={FEW}", *options, "--eve", "-", capture],
                          stdin=subprocess.DEVNULL, capture_output=True, check=True)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    flows = [r for r in records if r["event_type"] in ("flow", "flow_update")]
    return flows, records[-1]["egret"]["stats"]


def totals(flows):
    """Of each flow, what its last record says: the totals of all it has carried."""
    last = {}
    for r in flows:
        if r["event_type"] == "flow":
            last[r["flow_id"]] = {key: r["egret"][key] for key in SUMS} | {
                "packets_toserver": r["flow"]["pkts_toserver"], "packets_toclient": r["flow"]["pkts_toclient"]}
    return last


def added(flows):
    """The same, added up as the manual says."""
    sums = {}
    for r in flows:
        of = sums.setdefault(r["flow_id"], {})
        whole = {key: r["egret"][key] for key in SUMS} | {
            "packets_toserver": r["flow"]["pkts_toserver"], "packets_toclient": r["flow"]["pkts_toclient"]}
        for key, n in r["egret"].get("delta", whole).items():
            of[key] = of.get(key, 0) + n
    return sums


def updates(flows):
    return [r for r in flows if r["event_type"] == "flow_update"]


def main():
    failed = 0

    def ok(good, sentence):
        nonlocal failed
        print("ok -" if good else "not ok -", sentence)
        failed |= not good

    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, "many.pcap")
        with open(capture, "wb") as to:  # 40 uploads, 80 ms of packet time each, at once
            subprocess.run([GENERATE, "many", "bytes=40m", "flows=40", "loss=5", "snaplen=96"], stdout=to, check=True)
        plain, _ = replay(capture, "-w", "1")
        often, stats = replay(capture, "-w", "1", "-s", "flow.update=20ms")
        ok(not updates(plain) and not any("delta" in r["egret"] for r in plain),
           "a flow that was never reported has no delta")
        ok(len(updates(often)) > 200 and stats["flow_more_full"] == 0, "flows that go on are reported at the interval")
        ok(totals(plain) == totals(often), "the last record of a flow tells all, reported before or not")
        ok(added(often) == totals(often), "added up, deltas tell each byte once")
        ok(all("reason" not in r["flow"] for r in updates(often)), "a flow that goes on has no reason to be over")
        ok(replay(capture, "-w", "2", "-s", "flow.update=20ms")[0] == often, "two workers report what one does")
        some, stats = replay(capture, "-w", "1", "-s", "flow.update=20ms", "-s", "flow.memory=64KiB")
        ok(stats["flow_more_full"] > 0 and updates(some) and added(some) == totals(some) == totals(plain),
           "where there is no room to remember what was told, the last record tells all")
        none, _ = replay(capture, "-w", "1", "-s", "flow.update=20ms", "-s", "output.eve.types=flow,stats")
        ok(added(none) == totals(plain), "where reports are not written, the last record tells all")
    return failed


if __name__ == "__main__":
    sys.exit(main())
