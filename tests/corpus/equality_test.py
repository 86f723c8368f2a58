#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""equality_test.py - real and hostile captures give the same records with 1, 2 and 8 workers.

Every tenth capture of the corpus; all of them where EGRET_CORPUS_ALL is set.
"""
import os
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
CORPUS = os.environ.get("EGRET_CORPUS", os.path.join(SRCDIR, "../shared/corpus"))
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
NO_CAPTURES = ".md", ".jsonl", ".txt", ".py"


def captures(folder):
    found = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names
                   if not name.endswith(NO_CAPTURES))
    return found if os.environ.get("EGRET_CORPUS_ALL") else found[::10]


def run(workers, eve, capture):
    if os.path.exists(eve):
        os.remove(eve)
    done = subprocess.run([EGRET, "replay", "-s", f"rules.signatures={FEW}", "-w", str(workers), "--eve", eve, capture],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=300,
                          check=False)
    if not os.path.exists(eve):
        return done.returncode, b"", done.stderr
    with open(eve, "rb") as records:
        return done.returncode, records.read(), done.stderr


def main():
    failed = 0
    for folder, sentence in (("dev", "captures of the corpus give the same records with 1, 2 and 8 workers"),
                             ("malformed", "so do malformed ones, and none does harm")):
        found = captures(os.path.join(CORPUS, folder))
        if not found:
            print(f"skip - {sentence}: {CORPUS}/{folder} is not there")
            continue
        bad = []
        with tempfile.TemporaryDirectory() as scratch:
            eve = os.path.join(scratch, "eve.json")
            for capture in found:
                one, two, eight = (run(n, eve, capture) for n in (1, 2, 8))
                if one[0] not in (0, 1) or one != two or one != eight:
                    bad.append(f"{capture}: statuses {one[0]}, {two[0]}, {eight[0]}\n{one[2]}{eight[2]}")
        print("\n".join(bad))
        print(("not ok - " if bad else "ok - ") + sentence)
        failed |= bool(bad)
    return failed


if __name__ == "__main__":
    sys.exit(main())
