# SPDX-License-Identifier: Apache-2.0
# packets_test.py - real captures give as many packets as others find in them, and hostile
# ones do no harm.
import json
import os
import shutil
import subprocess
import sys

srcdir = os.environ.get("srcdir", ".")
builddir = os.environ.get("builddir", srcdir)
reader = os.path.join(builddir, "tests/corpus/packets")
corpus = os.environ.get("EGRET_CORPUS", os.path.join(srcdir, "../shared/corpus"))
failed = False


def wanted(expect):
    """How many packets there are to be had, at least and at most."""
    libpcap = expect.get("libpcap", {})
    if not libpcap.get("opens", True):
        return 0, 0  # no capture that anyone but its own tools reads
    if "packets" in expect:
        return expect["packets"], expect["packets"]
    if "different from" in libpcap.get("message", ""):
        return libpcap["packets"], float("inf")  # libpcap mixes neither link types nor snap lengths
    return libpcap["packets"], libpcap["packets"]


def nanoseconds(text):
    whole, _, part = text.partition(".")
    return int(whole) * 10**9 + int(part.ljust(9, "0"))


def times(path):
    """The earliest and the latest time, and whether they are the first and the last; None: not told."""
    if not shutil.which("capinfos"):
        return None
    told = subprocess.run(["capinfos", "-TrSaeo", path], capture_output=True, text=True, errors="replace")
    words = told.stdout.rstrip("\n").split("\t")
    if len(words) != 4 or "n/a" in words or nanoseconds(words[2]) >= 1 << 63:
        return None
    return nanoseconds(words[1]), nanoseconds(words[2]), words[3] == "True"


for folder, sentence in (
    ("dev", "captures of the corpus give every packet, at its time and of its link type"),
    ("malformed/dev", "malformed captures give what can be read and do no harm"),
):
    manifest = os.path.join(corpus, folder, "manifest.jsonl")
    if not os.path.exists(manifest):
        print(f"skip - {sentence}: {corpus}/{folder} is not there")
        continue
    bad = []
    for line in open(manifest, encoding="utf-8"):
        case = json.loads(line)
        expect = case["expect"]
        least, most = wanted(expect)
        path = os.path.join(corpus, folder, case["pcap"])
        run = subprocess.run([reader, path], capture_output=True, text=True, errors="replace")
        packets, _, _, first, last, *links = [int(w) for w in run.stdout.split()] or [0] * 5
        wrong = []
        if run.returncode not in (0, 1) or not least <= packets <= most:
            wrong.append(f"want {least} packets, got {packets}, status {run.returncode}")
        # an interface that is described may have no packets
        if packets and "link" in expect and not 0 < len(links) <= len(expect["link"]):
            wrong.append(f"want link types {expect['link']}, got {links}")
        told = times(path) if folder == "dev" and packets else None
        # time stands still where a packet is earlier than the one before
        if told and (last != told[1] or first < told[0] or (told[2] and first != told[0])):
            wrong.append(f"want times {told}, got {first} and {last}")
        if wrong:
            bad += [f"{path}: {'; '.join(wrong)}", run.stderr]
    print("\n".join(bad))
    print(("not ok - " if bad else "ok - ") + sentence)
    failed = failed or bool(bad)
sys.exit(failed)
