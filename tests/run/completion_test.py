#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""completion_test.py - what bash offers behind a line that begins with egret.

A test is a function; its name is the sentence.
"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
COMPLETION = os.path.join(SRCDIR, "config/completion/egret")
DRIVE = r"""
. "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_egret "$1" "${@: -1}" "${@: -2:1}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def offered(*words, breaks=True):
    """For the last of the words, which are divided at = as readline does it."""
    if breaks:
        words = [part for word in words for part in ([word] if "=" not in word else
                                                     [p for p in re.split("(=)", word) if p])]
    script = DRIVE if breaks else "COMP_WORDBREAKS=${COMP_WORDBREAKS//=/}\n" + DRIVE
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", COMPLETION, EGRET, *words], check=True,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert not done.stderr, done.stderr
    return set(done.stdout.split("\n")) - {""}


def said(*words):
    return subprocess.run([EGRET, *words], check=True, capture_output=True, text=True, timeout=60).stdout


def every_command_that_help_lists_is_offered():
    known = set(re.findall(r"^  ([a-z]+) ", said("help"), re.M))
    assert {"replay", "live", "check", "rules"} <= known == offered("")
    assert offered("re") == {"replay"} and offered("help", "li") == {"live"}


def every_option_of_a_command_is_offered():
    for command in offered("") - {"help"}:
        known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*(?=[ ,])", re.sub(r"(?m)^(?!  +-).*$|  [^ -].*", "", said("help", command))))
        assert offered(command, "-") == known, (command, known ^ offered(command, "-"))
    assert {"-c", "--config", "--filter"} <= offered("replay", "-")
    assert offered("replay", "--fi") == {"--filter"}


def settings_are_offered_with_their_values_where_there_are_few():
    keys = set(re.findall(r"^([a-z].*)$", said("check", "--keys"), re.M))
    assert offered("live", "-s", "") == {key + "=" for key in keys} and len(keys) > 40
    assert offered("replay", "--set", "flow.timeout.u") == {"flow.timeout.udp="}
    assert offered("live", "-s", "live.promiscuous=") == {"true", "false"}
    assert offered("live", "-s", "live.promiscuous=t") == {"true"}
    assert offered("live", "-s", "live.promiscuous=t", breaks=False) == {"live.promiscuous=true"}
    assert offered("live", "-s", "output.eve.types=f") == {"fileinfo", "flow", "flow_update"}
    assert offered("live", "-s", "output.webhook.level=") == {"informational", "low", "medium", "high", "critical"}
    assert offered("live", "-s", "live.interfaces=l") == {n for n in os.listdir("/sys/class/net") if n.startswith("l")}
    assert offered("live", "-s", "flow.memory=") == set() == offered("live", "-s", "no.such.[key=")


def interfaces_rules_levels_and_files_are_offered_where_they_are_asked_for():
    assert offered("live", "-i", "") == set(os.listdir("/sys/class/net"))
    ids = set(re.findall(r" ([0-9a-f-]{36})$", said("rules", "list"), re.M))
    assert offered("rules", "show", "") == ids and len(ids) > 20
    assert offered("rules", "--explain", "") == ids
    assert offered("rules", "-s", "rules.cache=true", "show", "7a8631") == {i for i in ids if i.startswith("7a8631")}
    assert {"list", "show", "test", "fields"} == offered("rules", "")
    assert offered("replay", "--fail-on", "") == {"informational", "low", "medium", "high", "critical"}
    with open("a capture.pcap", "wb"):
        assert offered("replay", "a") == offered("check", "-c", "a") == offered("replay", "-q", "a") == {"a capture.pcap"}
    assert offered("replay", "-w", "") == set()


def what_is_typed_at_a_terminal_becomes_the_setting():
    child, terminal = pty.fork()
    if child == 0:
        os.environ["PATH"] = os.path.dirname(EGRET) + ":" + os.environ["PATH"]
        os.environ["TERM"] = "dumb"
        os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
    shown = b""

    def until(text):
        nonlocal shown
        deadline = time.monotonic() + 20
        while text not in shown:
            assert time.monotonic() < deadline, shown
            if select.select([terminal], [], [], 0.1)[0]:
                shown += os.read(terminal, 4096)
        shown = shown[shown.index(text) + len(text):]

    try:
        os.write(terminal, f". '{COMPLETION}'; bind 'set enable-bracketed-paste off'; echo rea''dy\n".encode())
        until(b"ready\r\n")
        os.write(terminal, f"{os.path.basename(EGRET)} li\t-s live.promi\t".encode())
        until(b"live -s live.promiscuous=")
        os.write(terminal, b"f\t")
        until(b"false ")
    finally:
        os.write(terminal, b"\x15exit\n")
        os.close(terminal)
        os.waitpid(child, 0)


def main():
    failed = 0
    tests = [f for f in list(globals().values()) if callable(f) and getattr(f, "__module__", "") == "__main__" and
             f.__code__.co_argcount == 0 and f.__name__.count("_") > 2]
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        for test in tests:
            sentence = test.__name__.replace("_", " ")
            if not shutil.which("bash"):
                print(f"skip - {sentence}: bash is not installed")
                continue
            try:
                test()
                print(f"ok - {sentence}")
            except Exception:  # pylint: disable=broad-except
                traceback.print_exc(file=sys.stdout)
                print(f"not ok - {sentence}")
                failed = 1
        os.chdir("/")
    return failed


if __name__ == "__main__":
    sys.exit(main())
