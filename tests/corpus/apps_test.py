#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""apps_test.py - egret says of real captures the applications that nDPI's own tests say.

The corpus' manifest lists what a newer nDPI than Debian's found in 63 captures.  Each name that egret does not give
to any of a capture's flows must have a reason below, and the share of those given must not fall: what the nDPI at
hand knows is its own business, but what it knows must arrive.
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
OPTIONS = ["-s", "flow.unanswered=true", "-s", "output.eve.types=flow"]
FLOOR = 0.9  # of the names wanted; Debian's nDPI 4.2 gives 134 of 147, 4.7 gives 140, 5.0 139

LATER = "an nDPI later than 4.2 or 4.7 names it"
EXACT = "nDPI 5 has finer names (AWS_EC2, Microsoft365), and none for a question about a service's name"
REASONS = {
    **dict.fromkeys(("Discord", "Huawei", "IPP", "NAT-PMP", "Nano", "NordVPN", "Softether", "WebDAV", "WindowsUpdate"),
                    LATER),
    **dict.fromkeys(("AmazonAWS", "GoogleServices", "Microsoft", "ntop"), EXACT),
    "BACnet": "a guess by its port, for two datagrams that nobody answered",
    "SMTPS": "seen after STARTTLS, when enough packets have been shown",
    "Teredo": "egret says what is in the tunnel",
}
# Of a flow without payload there is nothing to say; nDPI's tests show it a scan of ports, and it guesses by them.
LEFT_OUT = "tcp-reassembly/nDPI__synscan.pcap"


def names_in(capture):
    """The protocols and applications of a capture's flows, in small letters."""
    with tempfile.TemporaryDirectory() as scratch:
        eve = os.path.join(scratch, "eve.json")
        subprocess.run([EGRET, "replay", "-q", "-w", "1", "--eve", eve, *OPTIONS, os.path.join(CORPUS, "dev", capture)],
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
        records = [json.loads(line) for line in open(eve, encoding="utf-8")] if os.path.exists(eve) else []
    return {name.lower() for r in records for name in (r.get("app_proto", ""), r["egret"].get("application", ""))}


def main():
    if not os.path.exists(MANIFEST):
        print(f"skip - egret names the applications of real captures: {MANIFEST} is not there")
        return 0
    with open(MANIFEST, encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    wanted = {c["pcap"]: set(c["expect"]["app"]) - {"Unknown"} for c in cases
              if "app" in c["expect"] and c["pcap"] != LEFT_OUT}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = dict(zip(wanted, pool.map(names_in, wanted)))
    themes, missing = collections.defaultdict(lambda: [0, 0]), []
    for capture, names in wanted.items():
        absent = sorted(name for name in names if name.lower() not in found[capture])
        missing += [(capture, name) for name in absent]
        themes[capture.split("/")[0]][0] += len(names) - len(absent)
        themes[capture.split("/")[0]][1] += len(names)
    print(f"{'theme':22}{'named':>7}{'wanted':>8}")
    for theme, (named, names) in sorted(themes.items()):
        print(f"{theme:22}{named:7}{names:8}")
    for capture, name in missing:
        print(f"  {capture}: not {name}: {REASONS.get(name, 'NO REASON IS KNOWN')}")
    named, names = (sum(column) for column in zip(*themes.values()))
    unexplained = [name for _, name in missing if name not in REASONS]
    print("not ok -" if unexplained else "ok -", "each application that egret does not name has its reason")
    fell = named < FLOOR * names
    print("not ok -" if fell else "ok -", f"egret names {named} of {names} applications in real captures")
    return 1 if unexplained or fell else 0


if __name__ == "__main__":
    sys.exit(main())
