#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench.py - how fast is egret?  One table, over captures made on the spot.

Each row is a capture and a number of workers, or the bare loop of egret's own readers ("read"); the last columns are wall time against two floors
taken in the same run: a bare libpcap loop over the same file, and ndpiReader where it is
installed.  Runs alternate (loop, ndpiReader, egret, again), and medians are printed: ratios
are what can be compared between machines and days, absolute times cannot.

After the table: how long 5,000 rules take to load, the first time and out of the cache, and
what an event costs with them; and how much memory a flow takes that is open, classified and idle.

Environment: EGRET (the program), BENCH_ROUNDS (5), BENCH_SCALE (1: full size; 0.1: a tenth),
BENCH_ONLY (names of captures, rules, idle).
"""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

SOURCE = os.environ.get("srcdir", ".")
BUILD = os.environ.get("builddir", ".")
EGRET = os.environ.get("EGRET", os.path.join(BUILD, "egret"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SCALE = float(os.environ.get("BENCH_SCALE", "1"))
ONLY = os.environ.get("BENCH_ONLY", "").split()

RECIPES = [
    ("bulk", ["bulk", f"bytes={int(1.5e9 * SCALE)}"]),
    ("many", ["many", f"bytes={int(1.05e9 * SCALE)}"]),
    ("small", ["small", f"flows={int(249000 * SCALE)}"]),
    ("flood", ["flood", f"flows={int(1000000 * SCALE)}"]),
]


class Run:
    """One finished command: seconds on the wall and of the processor, peak memory."""

    def __init__(self, command):
        begun = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.out = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        self.wall = time.monotonic() - begun
        self.cpu = used.ru_utime + used.ru_stime
        self.memory = used.ru_maxrss / 1024
        if status != 0:
            sys.exit(f"{' '.join(command)}: status {status}")


def measure(name, recipe, folder):
    capture = os.path.join(folder, name + ".pcap")
    with open(capture, "wb") as to:
        subprocess.run([os.path.join(BUILD, "tests/bench/generate"), *recipe], stdout=to, check=True)
    commands = {"loop": [os.path.join(BUILD, "tests/bench/floor"), capture],
                "read": [os.path.join(BUILD, "tests/bench/reading"), capture]}
    if shutil.which("ndpiReader"):
        commands["ndpi"] = ["ndpiReader", "-q", "-i", capture]
    for workers in (1, 2):
        commands[workers] = [EGRET, "replay", "-q", "-w", str(workers), "-o", folder, capture]
    runs = {key: [] for key in commands}
    for _ in range(ROUNDS):
        for key, command in commands.items():
            runs[key].append(Run(command))
    packets, size, _ = (int(word) for word in runs["loop"][0].out.split())
    if runs["read"][0].out != runs["loop"][0].out:
        sys.exit(f"{name}: the two loops read different packets")
    middle = {key: statistics.median(r.wall for r in some) for key, some in runs.items()}
    for workers in ("read", 1, 2):
        wall = middle[workers]
        cpu = statistics.median(r.cpu for r in runs[workers])
        memory = max(r.memory for r in runs[workers])
        ndpi = f"{wall / middle['ndpi']:9.2f}" if "ndpi" in middle else "        -"
        print(f"{name:8}{workers:>8}{size * 8 / wall / 1e9:9.1f}{packets / wall / 1e6:8.2f}"
              f"{wall / packets * 1e9:9.0f}{wall:8.2f}{cpu:8.2f}{memory:8.0f}"
              f"{wall / middle['loop']:9.2f}{ndpi}", flush=True)
    os.remove(capture)


def peak(flows, appid):
    """Bytes at most in memory, with so many flows open at the end, none of which gave way."""
    flows = max(flows, 1)
    room = max(flows * 290, 1 << 20)  # a little more than each takes; shards are not filled evenly
    with tempfile.TemporaryDirectory() as folder:
        eve = os.path.join(folder, "eve.json")
        options = ["-s", f"flow.memory={room}", "-s", f"appid.enabled={appid}", "-s", "output.eve.types=stats"]
        with subprocess.Popen([os.path.join(BUILD, "tests/bench/generate"), "idle", f"flows={flows}", "snaplen=700"],
                              stdout=subprocess.PIPE) as made:
            child = subprocess.Popen([EGRET, "replay", "-q", "-w", "1", *options, "--eve", eve, "-"], stdin=made.stdout)
            made.stdout.close()
            _, status, used = os.wait4(child.pid, 0)
        with open(eve, encoding="utf-8") as records:
            stats = json.loads(records.read().splitlines()[-1])
    if status != 0 or stats["egret"]["stats"]["flow_shutdown"] != flows:
        sys.exit(f"idle: status {status}, or not {flows} flows open: {stats['stats']['flow']}")
    return used.ru_maxrss * 1024


def idle():
    flows = int(1000000 * SCALE)
    bare = (peak(flows, "false") - peak(1, "false")) / flows
    # a thousand flows are enough for a module of nDPI's in every shard
    few = min(flows, 1000)
    named = (peak(flows, "true") - peak(few, "true")) - (peak(flows, "false") - peak(few, "false"))
    print(f"idle     {flows:,} flows open, classified and idle: {bare:.0f} bytes each (256 are the flow, the rest its bucket);",
          f"{named / flows:.0f} more for what nDPI knows of them (names)")


WORDS = """login admin upload backup cmd exe shell token archive invoice payload drive temp update micro cloud share
proxy gate index main setup data""".split()


def rule(n):
    """A rule as collections of them have: lists of parts of addresses, and something that is excepted."""
    def part():
        return f"{random.choice(WORDS)}{random.choice('/-_.=&')}{random.choice(WORDS)}{random.randrange(1 << 20):x}"

    def many(most):
        return "[" + ", ".join(f"'{part()}'" for _ in range(most)) + "]"

    lines = random.choice([
        [f"url.original|contains: {many(random.choice([2, 10, 40]))}"],
        [f"url.domain|endswith: {many(2)}", "http.request.method: POST"],
        [f"user_agent.original|startswith: '{part()}'"],
        [f"url.path|endswith: '/{part()}.php'", "http.request.method: GET"],
        [f"tls.client.server_name|endswith: ['.{part()}.org']", f"egret.leaving.bytes|gte: {random.randrange(1 << 30)}"],
        [f"url.original|contains|all: {many(2)}"],
        [f"url.original|re: '{part().replace('.', '')}[0-9a-f]{{4,8}}$'"]])
    return "\n".join([f"title: rule {n}", f"id: {uuid.UUID(int=random.getrandbits(128), version=4)}",
                      "logsource: {product: egret, category: flow}", "detection:", "  sel:",
                      *("    " + line for line in lines), "  backup: {source.ip|cidr: 10.9.0.0/16}",
                      "  condition: sel and not backup", ""])


def rules():
    n = int(5000 * SCALE)
    random.seed(5)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rules.yml")
        with open(path, "w", encoding="utf-8") as to:
            to.write("---\n".join(rule(i) for i in range(n)))
        os.environ["XDG_CACHE_HOME"] = folder
        first, *later = (Run([EGRET, "check", path]).wall for _ in range(ROUNDS + 1))
        costs = [Run([os.path.join(BUILD, "tests/bench/rules"), path, SOURCE]).out.split() for _ in range(ROUNDS)]
    event, fields, asked, fired = (statistics.median(float(c[i]) for c in costs) for i in range(4))
    print(f"rules    {n:,} of them: loaded in {first:.1f} s the first time, {statistics.median(later):.2f} s out of the cache;",
          f"an event costs {event:.0f} ns, {event / fields:.0f} for each of {fields:.0f} fields of text "
          f"({asked:.1f} rules asked, {fired:.1f} fire)")


def main():
    print("capture  workers   Gbit/s    Mpps   ns/pkt  wall s   cpu s      MB   / loop   / ndpi")
    with tempfile.TemporaryDirectory() as folder:
        for name, recipe in RECIPES:
            if not ONLY or name in ONLY:
                measure(name, recipe, folder)
    if not ONLY or "rules" in ONLY:
        rules()
    if not ONLY or "idle" in ONLY:
        idle()


main()
