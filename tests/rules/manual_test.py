#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""manual_test.py - the ten minutes of rules/README.md, done as they are written.

What is to be saved "as `NAME`" is saved; lines that begin with $ are run, and must print
what stands under them.  And the manual page has every modifier and every field of the engine.
"""
import os
import re
import subprocess
import sys
import tempfile

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
SECTION = "Ten minutes"


def blocks():
    """(the words before it, the lines of a block) of the section."""
    with open(os.path.join(SRCDIR, "rules/README.md"), encoding="utf-8") as lines:
        section = lines.read().split(f"## {SECTION}\n")[1].split("\n## ")[0]
    for words, block in re.findall(r"((?:^(?!    ).*\n)+)((?:^    .*\n)+)", section, re.M):
        yield " ".join(words.split()), [line[4:] for line in block.splitlines()]


def commands(block):
    """(a command, what it prints) of a block."""
    for line in block:
        if line.startswith("$ "):
            begun = (line[2:], [])
            yield begun
        else:
            begun[1].append(line)


def wrongs(scratch):
    """What of the manual is not so, and how many commands it has."""
    bad, ran = [], 0
    for words, block in blocks():
        saved = re.search(r"as `([a-z./]+)`", words)
        if saved and not block[0].startswith("$"):
            path = os.path.join(scratch, saved.group(1))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as to:
                to.write("\n".join(block) + "\n")
            continue
        for command, wanted in list(commands(block)):
            done = subprocess.run(re.sub(r"^egret\b", f"'{EGRET}'", command), shell=True, cwd=scratch, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=300, check=False)
            ran += 1
            if done.stdout.rstrip("\n").split("\n") != (wanted or [""]):
                bad.append(f"$ {command}\n{done.stdout}")
    return bad, ran


def unexplained():
    """Modifiers and fields that egret-rules(5) does not name."""
    with open(os.path.join(SRCDIR, "config/man/egret-rules.5"), encoding="utf-8") as lines:
        page = lines.read()
    with open(os.path.join(SRCDIR, "sensor/policy/sigma_modifier.c"), encoding="utf-8") as lines:
        names = re.findall(r'^\t\{ "([a-z0-9]+)", [A-Z]', lines.read(), re.M)
    fields = subprocess.run([EGRET, "rules", "fields"], stdout=subprocess.PIPE, text=True, check=True).stdout
    names += [line.split()[0] for line in fields.splitlines()[1:] if not re.match(r"(http|url|egret\.http)\.", line)]
    return [name for name in names if not re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)", page)], len(names)


def main():
    missing, known = unexplained()
    complete = not missing and known > 60
    print(f"not named: {missing}" if missing else f"{known} names")
    print(("ok - " if complete else "not ok - ") + "the manual page has every modifier and the engine's fields")
    with tempfile.TemporaryDirectory() as scratch:
        os.symlink(os.path.join(SRCDIR, "tests"), os.path.join(scratch, "tests"))
        bad, ran = wrongs(scratch)
    good = not bad and ran >= 8
    print("\n".join(bad) if bad else f"{ran} commands")
    print(("ok - " if good else "not ok - ") + "the manual's ten minutes print what stands there")
    return 0 if good and complete else 1


if __name__ == "__main__":
    sys.exit(main())
