#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pages_test.py - the manual: whole, without warnings, and what it says of settings is what the program says."""
import glob
import os
import re
import shutil
import subprocess
import sys

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
BUILDDIR = os.path.abspath(os.environ.get("builddir", "."))
SETTINGS = os.path.join(BUILDDIR, "config/man/egret.yaml.5")


def pages():
    return sorted(glob.glob(os.path.join(SRCDIR, "config/man/*.[15]"))) + ([SETTINGS] if BUILDDIR != SRCDIR else [])


def text_of(path):
    with open(path, encoding="utf-8") as lines:
        return lines.read()


def said(*words):
    return subprocess.run([EGRET, *words], check=True, capture_output=True, text=True, timeout=60).stdout


def plain(roff):
    return re.sub(r"\\f[BR]|\\:|\\&", "", roff).replace("\\-", "-").replace("\\(ti", "~").replace("\\(ha", "^")


def complaints():
    """What man or mandoc have to say against the pages; None: neither is there."""
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages()], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr
    if shutil.which("man"):
        done = [subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, check=False,
                               env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}) for page in pages()]
        return "".join(d.stderr for d in done)
    return None


def wrong_keys():
    """Keys that egret.yaml(5) does not have as `egret check --keys` says them, and those that only it has."""
    page = plain(text_of(SETTINGS))
    found = dict(re.findall(r"^\.TP\n\.BR ([a-z_0-9.]+)\n(.*)$", page[page.index(".SH KEYS"):page.index(".SH EXAMPLE")], re.M))
    known = {}
    for name, form in re.findall(r"^([a-z].*)\n    .*\n    (.*)$", said("check", "--keys"), re.M):
        known[name] = re.sub("; default $", "; by default empty", form)
    return [n for n in known.keys() | found.keys() if known.get(n, "").lower() + "." != found.get(n, "").lower()], len(known)


def strays():
    """Commands without a page, and pages that others name and that are not there."""
    there = {re.sub(r"(.*)\.([15])$", r"\1(\2)", os.path.basename(p)) for p in pages()}
    named = {f"egret-{name}(1)" for name in re.findall(r"^  ([a-z]+) ", said("help"), re.M) if name not in ("help", "version")}
    for page in pages():
        named |= {f"{name}({n})" for name, n in re.findall(r"\b(egret[a-z.-]*)[ ]?\(([1-8])\)", plain(text_of(page)))}
    return sorted(named - there), len(named)


def main():
    failed = 0

    def tell(good, sentence):
        nonlocal failed
        failed |= not good
        print(("ok - " if good else "not ok - ") + sentence)

    why = complaints()
    if why is None:
        print("skip - man has no warning about any page: neither man nor mandoc is installed")
    else:
        print(why, end="")
        tell(not why, "man has no warning about any page")
    wrong, known = wrong_keys()
    print("keys:", *wrong or [known])
    tell(not wrong and known > 40, "egret.yaml(5) has every setting with the range and default of the program, and no other")
    missing, named = strays()
    print("pages:", *missing or [named])
    tell(not missing and named > 5, "every command has a page, and so has whatever a page refers to")
    return failed


if __name__ == "__main__":
    sys.exit(main())
