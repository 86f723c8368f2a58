#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""forms_test.py - what pySigma takes for a rule, egret does, and what it refuses, egret does: forms.txt, where a
difference stands with its reason.  Skips where pySigma is not installed.
"""
import os
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
HERE = os.path.dirname(os.path.abspath(__file__))
SENTENCE = "pySigma and egret take and refuse the same forms of rules, but for those with a reason"
ABOUT = "title: t\nid: 00000000-0000-4000-8000-{:012}\nlogsource: {{ product: egret, category: transfer }}\n" \
    "detection: {}\n"


def takes(text):
    """Whether pySigma can make something of it."""
    from sigma.backends.test import TextQueryTestBackend
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError
    try:
        TextQueryTestBackend().convert(SigmaCollection.from_yaml(text))
    except (SigmaError, NotImplementedError):
        return False
    return True


def main():
    try:
        import sigma.collection  # noqa: F401
    except ImportError as missing:
        print(f"skip - {SENTENCE}: {missing}")
        return 0
    with open(os.path.join(HERE, "forms.txt"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").rpartition(" | ") for line in file if line.strip() and line[0] != "#"]
    with tempfile.TemporaryDirectory() as folder:
        for n, (form, _, _) in enumerate(rows):
            with open(os.path.join(folder, f"{n:03}.yml"), "w", encoding="utf-8") as to:
                to.write(ABOUT.format(n, form))
        said = subprocess.run([EGRET, "check", folder], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False).stderr.splitlines()
        refused = {n for n in range(len(rows))
                   if any(f"/{n:03}.yml:" in line and " warning: " not in line for line in said)}
    wrong = []
    for n, (form, _, who) in enumerate(rows):
        theirs, ours = takes(ABOUT.format(n, form)), n not in refused
        if (theirs, ours) != {"both": (True, True), "none": (False, False)}.get(who, (True, False)):
            wrong.append(f"{form}: pySigma {'takes' if theirs else 'refuses'} it, egret {'too' if theirs == ours else 'not'}")
    print("\n".join(wrong))
    print(("not ok - " if wrong or not rows else "ok - ") + SENTENCE)
    return bool(wrong or not rows)


if __name__ == "__main__":
    sys.exit(main())
