#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""agreement_test.py - what egret says of real captures is what independent tools say of them.

The whole program reads every capture of the corpus; its records, in the corpus' own neutral form,
are held against the manifest by the corpus' own score.py.  A table of agreement is printed.
Every packet total and every flow whose bytes differ must stand in agreement.txt with its reason, and
a reason that is no longer needed must go.  Of transferred files the share that was found must not fall.
"""
import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
CORPUS = os.environ.get("EGRET_CORPUS", os.path.join(SRCDIR, "../shared/corpus"))
MANIFEST = os.path.join(CORPUS, "dev/manifest.jsonl")
SCORE = os.path.join(CORPUS, "score.py")
REASONS = os.path.join(SRCDIR, "tests/corpus/agreement.txt")
OPTIONS = ["-s", "transfer.sha256=true", "-s", "flow.unanswered=true", "-s", "output.eve.types=fileinfo,flow,stats"]
HTTP_FOUND = 393  # of 419 files over HTTP, by name and size


def end(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def finding_of(record):
    transfer = record["egret"]["transfer"]
    return {
        "proto": record.get("app_proto", "tcp"),
        "name": transfer.get("name"),
        "size": record["fileinfo"]["size"],
        "direction": "c2s" if transfer["sender"] == "client" else "s2c",
        "sha256": record["fileinfo"].get("sha256"),
        "type": transfer.get("type"),
    }


def findings(capture, folder="dev"):
    """(findings of a capture, whether the run was in order)"""
    with tempfile.TemporaryDirectory() as scratch:
        eve = os.path.join(scratch, "eve.json")
        run = subprocess.run([EGRET, "replay", "-q", "-w", "1", "--eve", eve, *OPTIONS, os.path.join(CORPUS, folder, capture)],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                             timeout=300, check=False)
        records = [json.loads(line) for line in open(eve, encoding="utf-8")] if os.path.exists(eve) else []
    found, flows = [], collections.defaultdict(lambda: [0, 0])
    for record in records:
        if record["event_type"] == "fileinfo":
            found.append(finding_of(record))
        elif record["event_type"] == "stats":
            packets = record["stats"]["capture"]["kernel_packets"]
        elif record["event_type"] == "flow" and "src_port" in record:
            ends = [(end(record["src_ip"], record["src_port"]), record["egret"]["payload_toserver"]),
                    (end(record["dest_ip"], record["dest_port"]), record["egret"]["payload_toclient"])]
            ends.sort()  # one pair of ends may be several flows, opened by either
            for i in range(2):
                flows[record["proto"].lower(), ends[0][0], ends[1][0]][i] += ends[i][1]
    found += [{"proto": proto, "a": a, "b": b, "a_to_b_payload": sent, "b_to_a_payload": got}
              for (proto, a, b), (sent, got) in flows.items()]
    if records:
        found.append({"packets": packets})
    good = run.returncode in (0, 1) and (records or run.stderr)
    return [{"pcap": capture, **one} for one in found], good, run.stderr


def reasons():
    """The captures that agreement.txt excuses, each with its reason."""
    with open(REASONS, encoding="utf-8") as lines:
        pairs = [line.rstrip("\n").split(": ", 1) for line in lines if line.strip() and not line.startswith("#")]
    return dict(pairs)


def malformed():
    """What is wrong with runs over captures that are broken on purpose; None: there are none."""
    folder = "malformed/dev"
    manifest = os.path.join(CORPUS, folder, "manifest.jsonl")
    if not os.path.exists(manifest):
        return None
    captures = [json.loads(line)["pcap"] for line in open(manifest, encoding="utf-8")]
    runs = [(capture, findings(capture, folder)) for capture in captures]
    return [f"{capture}: {said}" for capture, (_, good, said) in runs if not good]


def tell(good, sentence, bad=()):
    print("\n".join(bad))
    print(("ok - " if good else "not ok - ") + sentence)
    return 0 if good else 1


def main():
    if not os.path.exists(MANIFEST) or not os.path.exists(SCORE):
        print(f"skip - real captures are told as others tell them: {CORPUS}/dev is not there")
        return 0
    captures = [json.loads(line)["pcap"] for line in open(MANIFEST, encoding="utf-8")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool, tempfile.TemporaryDirectory() as scratch:
        found, figures = os.path.join(scratch, "found.jsonl"), os.path.join(scratch, "figures.json")
        harmed = []
        with open(found, "w", encoding="utf-8") as to:
            for capture, (lines, good, said) in zip(captures, pool.map(findings, captures)):
                to.writelines(json.dumps(line) + "\n" for line in lines)
                harmed += [] if good else [f"{capture}: {said}"]
        table = subprocess.run([sys.executable, SCORE, MANIFEST, found, "--json", figures], capture_output=True,
                               text=True, check=True).stdout
        with open(figures, encoding="utf-8") as text:
            score = json.load(text)
    print(table)

    excuses = reasons()
    differ = collections.defaultdict(list)
    for capture, what, text in score["notes"]:
        if what in ("packets", "flow missing", "flow wrong"):
            differ[capture].append(f"{capture}: {what}: {text}")
    for capture, lines in sorted(differ.items()):
        if capture in excuses:
            print("\n".join(f"{line}\n    because {excuses[capture]}" for line in lines))
    unexplained = [line for capture, lines in sorted(differ.items()) if capture not in excuses for line in lines]
    idle = [f"{capture}: agrees, and needs no reason" for capture in excuses if capture not in differ]
    http = sum(1 for capture, what, text in score["notes"] if what == "missed by name+size" and text.startswith("http "))
    wanted = sum(1 for line in open(MANIFEST, encoding="utf-8") for want in json.loads(line)["expect"].get("files", [])
                 if want.get("proto") == "http" and not want.get("optional"))

    failed = tell(not harmed, "every real capture is read, or it is said why not", harmed)
    failed |= tell(not unexplained, "packets and payload bytes are those that others count, or it is known why not",
                   unexplained)
    failed |= tell(not idle, "no reason for a difference stands longer than it is needed", idle)
    harmed = malformed()
    if harmed is None:
        print(f"skip - malformed captures do no harm: {CORPUS}/malformed/dev is not there")
    else:
        failed |= tell(not harmed, "malformed captures do no harm", harmed)
    failed |= tell(wanted - http >= HTTP_FOUND, f"{HTTP_FOUND} files over HTTP at least are found by name and size",
                   [f"{wanted - http} of {wanted}"])
    return failed


if __name__ == "__main__":
    sys.exit(main())
