#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""memory_test.py - memory does not grow with the size of a transfer."""
import os
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
GENERATE = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/bench/generate")
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
MOST = 4096  # KiB of difference: what malloc and the page cache's whims may do


def peak(eve, workers, *recipe):
    """KiB at most in memory while that upload went through a pipe."""
    with subprocess.Popen([GENERATE, "upload", *recipe], stdout=subprocess.PIPE) as made:
        pid = os.fork()
        if pid == 0:
            os.dup2(made.stdout.fileno(), 0)
            os.execv(EGRET, [EGRET, "replay", "-q", "-s", f"rules.signatures={FEW}", "-w", str(workers), "--eve", eve, "-"])
        made.stdout.close()
        _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"egret ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss


def main():
    sentence = "an upload of 20 GB takes no more memory than one of 1 GB"
    if sanitized():
        print(f"skip - {sentence}: a sanitizer's own memory grows")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        eve = os.path.join(folder, "eve.json")
        for workers in (1, 4):
            small = peak(eve, workers, "bytes=1g", "snaplen=96")
            large = peak(eve, workers, "bytes=20g", "snaplen=96")
            print(f"-w {workers}: {small} KiB with 1 GB, {large} KiB with 20 GB")
            good = large - small <= MOST
            print("ok -" if good else "not ok -", f"{sentence}, with {workers} worker{'s' * (workers > 1)}")
            failed |= not good
    return failed


def sanitized():
    with open(EGRET, "rb") as program:
        return b"__sanitizer_" in program.read()


if __name__ == "__main__":
    sys.exit(main())
