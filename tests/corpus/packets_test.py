# SPDX-License-Identifier: Apache-2.0
# packets_test.py - real captures give as many packets as others find in them, and hostile
# ones do no harm.
import json
import os
import subprocess
import sys

srcdir = os.environ.get("srcdir", ".")
builddir = os.environ.get("builddir", srcdir)
reader = os.path.join(builddir, "tests/corpus/packets")
corpus = os.environ.get("EGRET_CORPUS", os.path.join(srcdir, "../shared/corpus"))
failed = False


def wanted(expect):
    """What libpcap makes of the file, where it differs from what is in it."""
    libpcap = expect.get("libpcap")
    if libpcap is None:
        return expect["packets"]
    return libpcap["packets"] if libpcap["opens"] else None


for folder, sentence in (
    ("dev", "captures of the corpus give every packet that libpcap can"),
    ("malformed/dev", "malformed captures give what can be read and do no harm"),
):
    manifest = os.path.join(corpus, folder, "manifest.jsonl")
    if not os.path.exists(manifest):
        print(f"skip - {sentence}: {corpus}/{folder} is not there")
        continue
    bad = []
    for line in open(manifest, encoding="utf-8"):
        case = json.loads(line)
        want = wanted(case["expect"])
        path = os.path.join(corpus, folder, case["pcap"])
        run = subprocess.run([reader, path], capture_output=True, text=True, errors="replace")
        words = run.stdout.split()
        got = int(words[0]) if words else None
        if run.returncode not in (0, 1) or got != want:
            bad.append(f"{path}: want {want}, got {got}, status {run.returncode}")
            bad.append(run.stderr)
    print("\n".join(bad))
    print(("not ok - " if bad else "ok - ") + sentence)
    failed = failed or bool(bad)
sys.exit(failed)
