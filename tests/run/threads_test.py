#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""threads_test.py - whole runs with several workers; under the thread sanitizer, each of its reports is a failure."""
import os
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
GENERATE = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/bench/generate")
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
OPTIONS = "-s", f"rules.signatures={FEW}", "-s", "stats.interval=1s", "-s", "transfer.sha256=true"
# small tables, so that what is full is full at the same packet however many work
SMALL = "-s", "flow.memory=256KiB", "-s", "session.max=64", "-s", "transfer.max=64"
DEMO = os.path.join(SRCDIR, "tests/captures/demo")
INPUTS = {
    "the demo": (os.path.join(DEMO, "office.pcap.zst"),),
    "the small demo": (os.path.join(DEMO, "small.pcap.zst"),),
    "uploads at once": ("many", "bytes=20m", "flows=60"),
    "small flows": ("small", "flows=2000"),
    "a flood of flows": ("flood", "flows=20000"),
    "an upload with losses": ("upload", "bytes=30m", "segment=1448", "loss=20", "snaplen=200"),
}


def run(workers, eve, capture):
    # a thread sanitizer stops at its first report
    done = subprocess.run([EGRET, "replay", *OPTIONS, *SMALL, "-w", str(workers), "--eve", eve, capture],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=800, check=False)
    if done.returncode or done.stderr:
        print(f"-w {workers}: status {done.returncode}\n{done.stderr[-6000:]}")
        return None
    with open(eve, "rb") as records:
        return records.read()


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, what in INPUTS.items():
            capture = what[0]
            if not os.path.isabs(capture):
                capture = os.path.join(folder, "made.pcap")
                with open(capture, "wb") as to:
                    subprocess.run([GENERATE, *what], stdout=to, check=True)
            found = [run(n, os.path.join(folder, "eve.json"), capture) for n in (1, 2, 8)]
            good = found[0] and found[0] == found[1] == found[2]
            print("ok -" if good else "not ok -", f"{name}: 2 and 8 workers say what one says")
            failed |= not good
    return failed


if __name__ == "__main__":
    sys.exit(main())
