#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""reload_test.py - SIGHUP gives other rules to a run that goes on, and what is under way goes on, too.

A test is a function; its name is the sentence.  Under the thread sanitizer, each of its reports is a failure.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
GENERATE = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/bench/generate")
FEW = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
MB = 1000 * 1000
RULE = """title: {title}
id: 00000000-0000-4000-8000-{number:012d}
logsource: {{product: egret, category: flow}}
detection:
    much: {{egret.leaving.bytes|gte: {limit}}}
    condition: much
level: {level}
"""
FILTER = """title: the rest may
logsource: {product: egret, category: flow}
filter:
    rules: any
    all: {destination.port: 1}
    condition: all
"""


class Follow:
    """A followed run, of which every line on stderr is kept."""

    def __init__(self, *options):
        self.lines = []
        self.child = subprocess.Popen(
            [EGRET, "replay", "-q", "--follow", "-c", "egret.yaml", "--eve", "eve.json", *options, "live"],
            stderr=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        for line in self.child.stderr:
            self.lines.append(line)

    def said(self, text):
        return sum(text in line for line in self.lines)

    def waits(self, what, true):
        for _ in range(1200):
            if true():
                return
            assert self.child.poll() is None, f"ended: {''.join(self.lines)}"
            time.sleep(0.05)
        raise AssertionError(f"waited in vain for {what}: {''.join(self.lines)}")

    def reload(self, answer):
        n = self.said(answer)
        self.child.send_signal(signal.SIGHUP)
        self.waits(answer, lambda: self.said(answer) > n)

    def ends(self):
        time.sleep(1)
        self.child.send_signal(signal.SIGTERM)
        status = self.child.wait(timeout=300)
        self.thread.join()
        assert status == 0, (status, "".join(self.lines))


def write(path, text, mode="w"):
    with open(path, mode) as to:
        to.write(text)


def rule(name, number, limit, level="high"):
    write(f"rules/{name}.yml", RULE.format(title=name, number=number, limit=limit, level=level))


def begin(*names):
    """Settings, a folder of rules of which these are there, and the first half of an upload of 20 MB."""
    for old in os.listdir("rules") if os.path.isdir("rules") else []:
        os.unlink(os.path.join("rules", old))
    os.makedirs("rules", exist_ok=True)
    write("egret.yaml", f"rules:\n  paths: [{os.getcwd()}/rules]\n  signatures: [{FEW}]\n")
    for name, number, limit in names:
        rule(name, number, limit)
    with open("upload.pcap", "wb") as to:
        subprocess.run([GENERATE, "upload", f"bytes={20 * MB}", "segment=1448"], stdout=to, check=True)
    with open("upload.pcap", "rb") as whole:
        b = whole.read()
    write("live", b[:len(b) // 2], "wb")
    return b[len(b) // 2:]


def records(path="eve.json"):
    with open(path, encoding="utf-8") as lines:
        whole = lines.read()
    return [json.loads(line) for line in whole[:whole.rfind("\n") + 1].splitlines()]


def alerts(kind="alert", path="eve.json"):
    return [(r["alert"]["signature"], r.get("pcap_cnt")) for r in records(path) if r["event_type"] == kind]


def has(signature):
    return lambda: os.path.exists("eve.json") and any(s == signature for s, _ in alerts())


def counter(name):
    return [r for r in records() if r["event_type"] == "stats"][-1]["egret"]["stats"][name]


def followed(what, *options):
    """The alerts of a run in whose middle `what` happens to the rules."""
    rest = begin(("one", 1, MB))
    if os.path.exists("eve.json"):
        os.unlink("eve.json")
    run = Follow(*options)
    run.waits("the first alert", has("one"))
    what(run)
    write("live", rest, "ab")
    run.ends()
    return run


def new_rules_are_asked_of_what_is_under_way_at_the_very_packet():
    def more(run):
        rule("passed", 2, 5 * MB)
        rule("ahead", 3, 15 * MB)
        run.reload("3 rules and 0 filters from now on")

    for workers in "1", "2":
        followed(more, "-w", workers)
        found = dict(alerts())
        subprocess.run([EGRET, "replay", "-q", "-c", "egret.yaml", "--eve", "whole.json", "upload.pcap"], check=True)
        whole = dict(alerts(path="whole.json"))
        assert sorted(found) == sorted(whole) == ["ahead", "one", "passed"], found
        assert len(alerts()) == 3, alerts()
        assert found["ahead"] == whole["ahead"] and found["one"] == whole["one"], (found, whole)
        assert found["passed"] > whole["passed"], (found, whole)  # its limit was passed before it was there
        assert sorted(s for s, _ in alerts("alert_update")) == ["ahead", "one", "passed"], alerts("alert_update")
        assert counter("policy_reloads") == 1, counter("policy_reloads")


def a_broken_rule_changes_nothing_and_is_said_and_counted():
    def broken(run):
        write("rules/bad.yml", RULE.format(title="bad", number=9, limit="many", level="hihg"))
        run.reload("the old ones go on")
        os.unlink("rules/bad.yml")

    run = followed(broken)
    assert run.said('bad.yml:5:'), run.lines
    assert run.said('"high"?'), run.lines
    assert [s for s, _ in alerts()] == ["one"], alerts()
    assert (counter("policy_reloads"), counter("policy_refused")) == (0, 1)


def a_rule_that_is_gone_says_no_more_and_the_others_go_on():
    def without(run):
        os.unlink("rules/one.yml")
        rule("other", 2, 5 * MB)
        run.reload("1 rule and 0 filters from now on")

    followed(without, "-w", "2")
    assert [s for s, _ in alerts()] == ["one", "other"], alerts()
    assert [s for s, _ in alerts("alert_update")] == ["other"], alerts("alert_update")
    assert counter("alerts_rule_gone") == 1


def a_filter_that_comes_keeps_new_alerts_back_and_is_counted():
    def filtered(run):
        rule("late", 2, 15 * MB)
        write("rules/filter.yml", FILTER)
        run.reload("2 rules and 1 filter from now on")

    followed(filtered)
    assert [s for s, _ in alerts()] == ["one"], alerts()
    last = [r for r in records() if r["event_type"] == "stats"][-1]
    filters = last["egret"]["filters"]
    assert [(f["title"], f["matched"]) for f in filters] == [("the rest may", 1)], filters


def what_takes_effect_at_a_start_only_is_named():
    def another(run):
        with open("egret.yaml", "a", encoding="utf-8") as to:
            to.write("flow:\n  memory: 64MiB\n")
        run.reload("and 0 filters from now on")

    run = followed(another)
    assert run.said("flow.memory") and run.said("next start"), run.lines


def reloads_in_a_loop_beside_traffic_lose_nothing():
    rest = begin(("one", 1, MB))
    os.unlink("eve.json")
    run = Follow("-w", "2")
    run.waits("the first alert", has("one"))
    for i in range(20):
        rule("more", 2, (i + 1) * MB)
        if i % 5 == 4:
            write("rules/bad.yml", "title: bad\n")
        run.reload("the old ones go on" if i % 5 == 4 else "from now on")
        if i % 5 == 4:
            os.unlink("rules/bad.yml")
        write("live", rest[i * len(rest) // 20:(i + 1) * len(rest) // 20], "ab")
    run.ends()
    flow = [r for r in records() if r["event_type"] == "flow"]
    subprocess.run([EGRET, "replay", "-q", "-c", "egret.yaml", "--eve", "whole.json", "upload.pcap"], check=True)
    whole = [r for r in records("whole.json") if r["event_type"] == "flow"]
    assert len(flow) == len(whole) == 1 and flow[0]["flow"] == whole[0]["flow"], (flow, whole)
    assert counter("policy_refused") == 4, counter("policy_refused")
    assert 1 <= counter("policy_reloads") <= 16, counter("policy_reloads")
    assert sorted(set(s for s, _ in alerts())) == ["more", "one"] and len(alerts()) == 2, alerts()


def main():
    failed = 0
    tests = [f for f in globals().values() if callable(f) and getattr(f, "__code__", None) and
             f.__module__ == "__main__" and "_" in f.__name__]
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        for test in tests:
            try:
                test()
                print(f"ok - {test.__name__.replace('_', ' ')}", flush=True)
            except Exception:  # pylint: disable=broad-except
                traceback.print_exc(file=sys.stdout)
                print(f"not ok - {test.__name__.replace('_', ' ')}", flush=True)
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
