#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rules_test.py - egret rules test: what rules would have said of a capture, and what they lacked.

A test is a function; its name is the sentence.
"""
import os
import subprocess
import sys
import tempfile
import traceback

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
CAPTURE = os.path.join(SRCDIR, "tests/captures/demo/small.pcap.zst")
FIRES = "2dd0b0b2-4b43-4a52-8a7b-5b3f0f1f6a01"
NEARLY = "2dd0b0b2-4b43-4a52-8a7b-5b3f0f1f6a02"
RULES = f"""
title: Sound goes out
id: {FIRES}
logsource: {{product: egret, category: transfer}}
detection:
    sound: {{egret.direction: outbound, egret.file.class: audio}}
    condition: sound
---
title: A large upload by name, but not from the ninth network
id: {NEARLY}
logsource: {{product: egret, category: transfer}}
detection:
    name: {{file.name: greeting.wav}}
    out: {{egret.direction: outbound}}
    wav: {{file.extension: wav}}
    large: {{file.size|gte: 5000000}}
    ninth: {{source.ip|cidr: 10.20.9.0/24}}
    condition: name and out and wav and large and not ninth
"""


def rules_test(*options, rules=RULES):
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "rules.yml")
        with open(path, "w", encoding="utf-8") as to:
            to.write(rules)
        return subprocess.run([EGRET, "rules", "test", *options, path, CAPTURE], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300, check=False)


def a_rule_that_fires_is_told_with_what_it_fired_on():
    done = rules_test()
    assert done.returncode == 0, done
    assert "Sound goes out: 1 alert\n  packet 165: greeting.wav, 265 kB (wav)" in done.stdout, done.stdout


def of_one_that_does_not_the_nearest_thing_is_told_and_what_it_lacked():
    done = rules_test()
    told = done.stdout.split("A large upload")[1]
    assert "does not fire" in told, told
    assert "greeting.wav" in told, told
    assert "lacks: file.size is at least 5000000; it is 26" in told, told
    assert "not wanted: source.ip is in 10.20.9.0/..., and it does" in told, told
    assert "1 of 2 rules fire on 1 capture" in told, told


def a_limit_that_is_nearly_reached_is_nearer_than_another_kind_of_thing():
    told = rules_test(rules=f"""
title: A large recording leaves
id: {NEARLY}
logsource: {{product: egret, category: transfer}}
detection:
    sound: {{egret.direction: outbound, egret.file.class: audio}}
    large: {{egret.file.size|gte: 300kB}}
    condition: sound and large
""").stdout
    assert "nearest (94 % of it true): greeting.wav, 265 kB" in told, told
    assert "lacks: egret.file.size is at least 300000; it is 264644" in told, told


def what_a_filter_left_out_is_counted_and_nothing_is_said_to_be_near():
    told = rules_test(rules=RULES.split("---")[0] + f"""---
title: The ninth network may
logsource: {{product: egret, category: transfer}}
filter:
    rules: [{FIRES}]
    ninth: {{source.ip|cidr: 10.20.9.0/24}}
    condition: not ninth
""").stdout
    assert told == ("Sound goes out: left out by a filter\n  the filter \"The ninth network may\" left out 1\n"
                    "0 of 1 rules fire on 1 capture\n"), told


def one_rule_is_explained_alone():
    done = rules_test("--explain", FIRES[:8])
    assert "Sound goes out" in done.stdout, done.stdout
    assert rules_test("--explain", NEARLY).stdout.count("nearest") == 1
    done = rules_test("--explain", "zzz")
    assert done.returncode == 2 and 'no rule has the id "zzz"' in done.stderr, done


def a_rule_that_is_wrong_ends_it_before_the_capture_is_read():
    done = rules_test(rules=RULES.replace("egret.file.class", "egret.file.clas"))
    assert done.returncode == 2 and not done.stdout, done
    assert 'did you mean "egret.file.class"' in done.stderr, done.stderr


def explain_without_test_is_misuse():
    done = subprocess.run([EGRET, "rules", "list", "--explain", "a"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "--explain goes with test" in done.stderr, done


def main():
    failed = 0
    for name, test in list(globals().items()):
        if not callable(test) or name in ("main", "rules_test") or getattr(test, "__module__", "") != "__main__":
            continue
        try:
            test()
            print("ok - " + name.replace("_", " "))
        except Exception:  # whatever went wrong, the rest is still told
            traceback.print_exc()
            print("not ok - " + name.replace("_", " "))
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
