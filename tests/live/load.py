#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""load.py - egret live under more packets than it can take, and what it can take.

Without arguments some seconds of it, as tests.  With --measure: the highest rate at which no packet was lost, with one and
two workers, of small and large packets, beside tcpdump on the same wire; the sender runs on the same machine.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import live_test
from live_test import EGRET, MB, RULE, of, records, stats, write
from wire import Skip, Wire, ends, until

FLOOD = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/live/flood")
HEADERS = 42
LIMIT = 60000
SLOW = ["taskset", "-c", "0", "nice", "-n", "15"]
WIRE = None


class Load:
    """A run that looks at nothing but the flood."""

    def __init__(self, workers, *options, slow=()):
        write("rule.yml", RULE.format(title="much", number=1, limit=LIMIT))
        for name in "eve.json", "err":
            if os.path.exists(name):
                os.unlink(name)
        self.log = open("err", "w", encoding="utf-8")  # pylint: disable=consider-using-with
        self.child = WIRE.start(WIRE.inside, *slow, EGRET, "live", "-q", "-i", "wire", "-w", str(workers),
                                "-s", "live.filter=udp port 9", "-s", f"rules.paths={os.getcwd()}/rule.yml",
                                "-s", "stats.interval=1s", "-s", "service.user=root",
                                "-s", "flow.unanswered=true", *options, stderr=self.log)
        # it has its first stats record when all of it works
        assert until(lambda: of("stats"), 30), self.said()

    def said(self):
        with open("err", encoding="utf-8") as lines:
            return lines.read()

    def memory(self):
        with open(f"/proc/{self.child.pid}/status", encoding="utf-8") as lines:
            return int(re.search(r"VmRSS:\s+(\d+) kB", lines.read())[1]) * 1024

    def all_seen(self, sent):
        def seen():
            capture = stats()["capture"]
            return capture["kernel_packets"] + capture["kernel_drops"] >= sent

        return until(seen, 60)

    def ends(self):
        status = ends(self.child)
        self.log.close()
        assert status == 0, (status, self.said())
        return stats()


def flood(size, rate, seconds, prefix=()):
    done = WIRE.within(WIRE.outside, *prefix, FLOOD, "far", str(size), str(rate), str(seconds), "64")
    return int(done.stdout)


def accounted_for(sent, size, counts):
    """Every packet is counted once, and flows and alerts are right about those that were captured."""
    capture = counts["capture"]
    assert capture["kernel_packets"] + capture["kernel_drops"] == sent, (sent, capture)
    flows = of("flow")
    worked_on = capture["kernel_packets"] - counts["capture_ring_drops"] - counts["doubled_packets"]
    assert sum(r["flow"]["pkts_toserver"] for r in flows) == worked_on, (worked_on, counts)
    for r in flows:
        assert r["egret"]["leaving_bytes"] == r["flow"]["pkts_toserver"] * (size - HEADERS), r
    much = {r["src_ip"] for r in flows if r["egret"]["leaving_bytes"] >= LIMIT}
    assert much and {r["src_ip"] for r in of("alert")} == much, (len(much), len(of("alert")))
    assert [r["egret"]["seq"] for r in records()] == list(range(1, len(records()) + 1))


def at_a_rate_that_it_can_take_nothing_is_lost():
    for workers in 1, 2:
        run = Load(workers)
        sent = flood(1514, 10000, 2)
        assert run.all_seen(sent), (sent, stats())
        counts = run.ends()
        assert counts["capture"]["kernel_drops"] == 0 and counts["capture_ring_drops"] == 0, counts
        accounted_for(sent, 1514, counts)


def at_ten_times_what_it_can_take_each_packet_is_counted_and_memory_is_bounded():
    """It gets a thirtieth of a core on which the sender does what it can."""
    if not shutil.which("taskset"):
        raise Skip("taskset is needed")
    for workers in 1, 2:
        run = Load(workers, "-s", "live.buffer=1MiB", slow=SLOW)
        sent = flood(1514, 0, 2, prefix=("taskset", "-c", "0"))
        before = run.memory()
        sent += flood(1514, 0, 3, prefix=("taskset", "-c", "0"))
        after = run.memory()
        assert run.all_seen(sent), (sent, stats())
        counts = run.ends()
        print(f"# {workers} workers: {sent} sent, {counts['capture']['kernel_packets']} captured, "
              f"{after / MB:.0f} MB", flush=True)
        assert counts["capture"]["kernel_packets"] * 10 < sent, (sent, counts["capture"])
        assert after < before + 64 * MB, (before, after)  # what came is a hundred times as much
        accounted_for(sent, 1514, counts)


def egret_takes(workers, size, rate, seconds):
    run = Load(workers, "-s", "live.buffer=64MiB")
    sent = flood(size, rate, seconds)
    run.all_seen(sent)
    counts = run.ends()
    return sent / seconds, counts["capture"]["kernel_drops"] + counts["capture_ring_drops"] == 0


def tcpdump_takes(size, rate, seconds):
    with open("said", "w", encoding="utf-8") as said:
        child = WIRE.start(WIRE.inside, "tcpdump", "-i", "wire", "-B", "65536", "-w", "/dev/null", "udp port 9", stderr=said)
    time.sleep(1)
    sent = flood(size, rate, seconds)
    time.sleep(1)
    ends(child, signal.SIGINT)
    with open("said", encoding="utf-8") as said:
        lost = int(re.search(r"(\d+) packets dropped by kernel", said.read())[1])
    return sent / seconds, lost == 0


def measure():
    """Upward until packets are lost twice in a row at one rate; then that is it."""
    rates = [r * 1000 for r in (50, 100, 200, 300, 400, 500, 600, 800)]
    takers = [("tcpdump -w /dev/null", tcpdump_takes)]
    for workers in 1, 2:
        takers.append((f"egret live -w {workers}", lambda *what, n=workers: egret_takes(n, *what)))
    for size in 1514, 64:
        for name, takes in takers:
            best = 0
            for rate in rates:
                tries = [takes(size, rate, 3)]
                if not tries[0][1]:
                    tries.append(takes(size, rate, 3))
                good = [came for came, clean in tries if clean]
                if not good:
                    break
                best = good[0]
                if best < rate * 0.95:  # the sender has no more
                    break
            print(f"{name}, {size} bytes: {best / 1000:.0f} thousand packets/s, {best * size * 8 / 1e9:.2f} Gbit/s", flush=True)


def attempt(test):
    global WIRE  # pylint: disable=global-statement
    sentence = test.__name__.replace("_", " ")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            if not shutil.which("ip"):
                raise Skip("iproute2 is needed")
            WIRE = live_test.WIRE = Wire()
            try:
                test()
            finally:
                WIRE.close()
            print(f"ok - {sentence}", flush=True)
        except Skip as why:
            print(f"skip - {sentence}: {why}", flush=True)
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc(file=sys.stdout)
            print(f"not ok - {sentence}", flush=True)
            return 1
        finally:
            os.chdir("/")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        sys.exit(attempt(measure))
    sys.exit(sum([attempt(at_a_rate_that_it_can_take_nothing_is_lost),
                  attempt(at_ten_times_what_it_can_take_each_packet_is_counted_and_memory_is_bounded)]))
