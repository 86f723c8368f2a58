#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""flood_test.py - uploads beside a flood of flows of one packet, in a table that is much too small for it.

Half of the flood are SYNs, half are datagrams; of the uploads one begins before the table is full, one after.
With EGRET_FLOOD=full there are 10 million of each and two uploads of 2 GB, in a table of 256 MiB: some minutes.
"""
import json
import os
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
GENERATE = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/bench/generate")
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
FULL = os.environ.get("EGRET_FLOOD") == "full"
FLOWS, BYTES, MEMORY = (20_000_000, 4_000_000_000, 256) if FULL else (300_000, 200_000_000, 4)
FIRSTS = 8  # MiB that hold first datagrams
NDPI = 8 * 8  # MiB that nDPI's modules take, one for each shard, as soon as one is needed there
WHIMS = 3  # MiB: the wheel's, the page cache's
CAUSES = "flow_timeout", "flow_closed", "flow_reused", "flow_shutdown"
WORTHS = "half_open", "short", "established", "session", "bulk"


class Replay:
    """What egret says of a capture that is made while it reads, and its memory at most."""

    def __init__(self, folder, workers, recipe, *more):
        eve = os.path.join(folder, "eve.json")
        options = ["-s", f"rules.signatures={FEW}", "-s", f"flow.memory={MEMORY}MiB", *more]
        with subprocess.Popen([GENERATE, *recipe], stdout=subprocess.PIPE) as made:
            with subprocess.Popen([EGRET, "replay", "-q", *options, "-w", str(workers), "--eve", eve, "-"],
                                  stdin=made.stdout) as run:
                made.stdout.close()
                _, status, used = os.wait4(run.pid, 0)
                run.returncode = status
        if status:
            raise RuntimeError(f"egret ended with {os.waitstatus_to_exitcode(status)}")
        self.peak = used.ru_maxrss / 1024
        self.cpu = used.ru_utime + used.ru_stime
        with open(eve, "rb") as records:
            self.text = records.read()
        self.records = [json.loads(line) for line in self.text.splitlines()]
        self.counters = self.records[-1]["egret"]["stats"]
        self.flow_counters = self.records[-1]["stats"]["flow"]

    def of(self, kind, *path):
        """That value of every record of a kind, by who sent."""
        found = []
        for record in self.records:
            if record["event_type"] == kind:
                value = record
                for key in path:
                    value = value[key]
                found.append((record["src_ip"], value))
        return sorted(found)


def sanitized():
    with open(EGRET, "rb") as program:
        return b"__sanitizer_" in program.read()


def main():
    failed = 0

    def ok(good, sentence, *why):
        nonlocal failed
        print("ok -" if good else "not ok -", sentence)
        if not good:
            print(*why)
        failed |= not good

    recipe = ["siege", f"bytes={BYTES}"]
    unnamed = "-s", "appid.enabled=false"
    with tempfile.TemporaryDirectory() as folder:
        calm = Replay(folder, 1, recipe + ["flows=2"])
        flood = Replay(folder, 1, recipe + [f"flows={FLOWS}"])
        two = Replay(folder, 2, recipe + [f"flows={FLOWS}"])
        fixed = Replay(folder, 1, recipe + ["flows=2"], *unnamed)
        bare = Replay(folder, 1, recipe + [f"flows={FLOWS}"], *unnamed)
    counters, flows = flood.counters, flood.flow_counters
    print(f"{flows['total']} flows begun, {flows['memcap']} of them gave way; {flood.cpu:.1f} s of processor;",
          f"at most {flood.peak:.0f} MiB, two workers {two.peak:.0f}, without a flood {calm.peak:.0f};",
          f"without nDPI {bare.peak:.0f}, without both {fixed.peak:.0f}")
    leaving = flood.of("flow", "egret", "leaving_bytes")
    ok(len(leaving) == 2 and leaving == calm.of("flow", "egret", "leaving_bytes"),
       "in a flood, each byte of an upload is counted, and once", leaving)
    sizes = flood.of("fileinfo", "fileinfo", "size")
    ok([n for _, n in sizes] == [BYTES // 2] * 2, "what is uploaded in a flood is followed to its end", sizes)
    alerts = flood.of("alert", "alert", "signature")
    ok(len(alerts) >= 2 and alerts == calm.of("alert", "alert", "signature"), "the alerts are those without a flood", alerts)
    ok(two.text == flood.text, "two workers say what one says")
    ok(flows["memcap"] > FLOWS / 10 and counters["flow_unanswered"] >= FLOWS * 0.999 and len(flood.of("flow", "proto")) == 2,
       "flows of one packet are counted, not told", flows)
    ok(flows["total"] == flows["memcap"] + sum(counters[cause] for cause in CAUSES) and flows["active"] == 0,
       "every flow that began ended for one cause", flows, counters)
    ok(flows["memcap"] == counters["flow_evicted_half_open"] == sum(counters["flow_evicted_" + w] for w in WORTHS),
       "those that gave way were all of the least worth", counters)
    ok(counters["appid_full"] == 0 and counters["appid_flows"] < FLOWS / 1000, "nDPI is not shown a flood", counters)
    sentence = "memory stays within the table's and a fixed part"
    if sanitized():
        print(f"skip - {sentence}: a sanitizer's own memory grows")
    else:
        table = fixed.peak + MEMORY + WHIMS
        ok(bare.peak <= table and max(flood.peak, two.peak) <= table + FIRSTS + NDPI, sentence, fixed.peak)
    return failed


if __name__ == "__main__":
    sys.exit(main())
