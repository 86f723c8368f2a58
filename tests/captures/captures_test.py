#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""captures_test.py - captures in, and the events that matter out: one folder a case.

A case is a file `case` of lines; what each word does:

    input FILE...          captures of the folder
    generate RECIPE K=V... or one made on the spot by tests/bench/generate
    wrap CARRIER...        with every packet in carriers (wrap.py)
    options WORD...        for egret replay
    status N               the exit status (0)
    expect N FILTER...     so many records pass all filters; N may be ">=N"
    summary TEXT           stands in what people read
    complaint TEXT         stands on standard error

A filter is KEY=JSON, KEY>=NUMBER, KEY<=NUMBER or KEY~TEXT (stands in it); KEY is a path with dots.
Every case is run with 1, 2 and 8 workers, from a file and through a pipe; the records must be
the same, but for the name of the run and of the file.
"""
import glob
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
EGRET = os.environ.get("EGRET", "./egret")
GENERATE = os.path.join(os.environ.get("builddir", "."), "tests/bench/generate")
failed = 0


def say(good, sentence, why=""):
    global failed
    if not good:
        failed = 1
        if why:
            print(why)
    print(("ok - " if good else "not ok - ") + sentence)


def value_at(record, path):
    for part in path.split("."):
        if isinstance(record, list):
            record = record[int(part)] if part.isdigit() and int(part) < len(record) else None
        elif isinstance(record, dict):
            record = record.get(part)
        else:
            return None
    return record


def passes(record, text):
    key, op, want = re.match(r"([A-Za-z0-9_.]+)(>=|<=|=|~)(.*)", text, re.S).groups()
    got = value_at(record, key)
    if op == "~":
        return got is not None and want in str(got)
    try:
        want = json.loads(want)
    except ValueError:
        pass
    if op == "=":
        return got == want
    return isinstance(got, (int, float)) and (got >= want if op == ">=" else got <= want)


class Case:
    def __init__(self, folder):
        self.name, self.folder = os.path.relpath(folder, os.path.dirname(HERE)), folder
        self.inputs, self.generate, self.options, self.status = [], None, [], 0
        self.wrap = []
        self.expects, self.summary, self.complaints = [], [], []
        with open(os.path.join(folder, "case"), encoding="utf-8") as lines:
            for line in lines:
                words = shlex.split(line, comments=True)
                if words:
                    getattr(self, "do_" + words[0])(words[1:], line.split(None, 1)[1].strip() if len(words) > 1 else "")

    def do_input(self, words, _):
        self.inputs = [os.path.join(self.folder, w) for w in words]

    def do_generate(self, words, _):
        self.generate = words

    def do_wrap(self, words, _):
        self.wrap = words

    def do_options(self, words, _):
        self.options = words

    def do_status(self, words, _):
        self.status = int(words[0])

    def do_expect(self, words, _):
        self.expects.append((words[0], words[1:]))

    def do_summary(self, _, text):
        self.summary.append(text)

    def do_complaint(self, _, text):
        self.complaints.append(text)

    def run(self, workers, inputs, scratch, pipe=None):
        eve = os.path.join(scratch, "eve.json")
        command = [EGRET, "replay", *self.options, "-w", str(workers), "--eve", eve, *inputs]
        if os.path.exists(eve):
            os.remove(eve)
        done = subprocess.run(command, stdin=open(pipe, "rb") if pipe else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        records = []
        if os.path.exists(eve):
            with open(eve, encoding="utf-8") as lines:
                records = [json.loads(line) for line in lines]
        return done, records

    def check(self):
        with tempfile.TemporaryDirectory() as scratch:
            inputs = self.inputs
            if self.generate:
                inputs = [os.path.join(scratch, "made.pcap")]
                with open(inputs[0], "wb") as to:
                    with subprocess.Popen([GENERATE, *self.generate], stdout=subprocess.PIPE) as made:
                        subprocess.run([sys.executable, os.path.join(HERE, "wrap.py"), *self.wrap] if self.wrap
                                       else ["cat"], stdin=made.stdout, stdout=to, check=True)
                    if made.returncode != 0:
                        raise RuntimeError(f"generate gave {made.returncode}")
            done, records = self.run(1, inputs, scratch)
            out, err = done.stdout.decode(), done.stderr.decode()
            say(done.returncode == self.status, f"{self.name}: ends with status {self.status}",
                f"status {done.returncode}: {err}")
            for text in self.summary:
                say(text in out, f"{self.name}: people read \"{text}\"", out)
            for text in self.complaints:
                say(text in err, f"{self.name}: complains of \"{text}\"", err)
            for count, filters in self.expects:
                hits = sum(all(passes(r, f) for f in filters) for r in records)
                good = hits >= int(count[2:]) if count.startswith(">=") else hits == int(count)
                say(good, f"{self.name}: {count} records with {' '.join(filters)}", f"{hits} records; " + "\n".join(
                    json.dumps(r) for r in records if r["event_type"] not in ("flow", "stats"))[:8000])
            seqs = [r["egret"]["seq"] for r in records]
            say(seqs == list(range(1, len(records) + 1)), f"{self.name}: no record is missing")
            for workers in (2, 8):
                _, others = self.run(workers, inputs, scratch)
                say(others == records, f"{self.name}: the same records with {workers} workers")
            if len(inputs) == 1:
                _, others = self.run(1, ["-"], scratch, inputs[0])
                say(bare(others) == bare(records), f"{self.name}: the same records through a pipe")


def bare(records):
    """Without the name of the file, and that of the run, which is made of it."""
    return [dict(r, pcap_filename=None, egret=dict(r["egret"], run=None)) for r in records]


def main():
    cases = [os.path.dirname(c) for c in sorted(glob.glob(os.path.join(HERE, "*/case")))]
    for folder in cases:
        if len(sys.argv) < 2 or os.path.basename(folder) in sys.argv[1:]:
            Case(folder).check()
    return failed


if __name__ == "__main__":
    sys.exit(main())
