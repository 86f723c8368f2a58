#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""appid_shapes_test.py - configure finds out how each nDPI wants to be called, and it is called so.

The nDPIs are fakes that say how they were called (fake_ndpi/). What they stand for is what nDPI's headers have had
from 4.2 on; two real ones beside Debian's have been tried by hand.
"""
import os
import shutil
import subprocess
import sys
import tempfile

SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
BUILDDIR = os.path.abspath(os.environ.get("builddir", "."))
FAKE = os.path.join(SRCDIR, "tests/traffic/fake_ndpi")
NEEDED = ("configure", "build-aux", "Makefile.in", "sensor/base/ring.h", "sensor/traffic/ndpi_shape.h.in")
WARNINGS = "-std=c17 -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wvla -Werror -D_GNU_SOURCE".split()
DIRECTION = ("DIRECTION", "MORE_IS_A_FUNCTION")
CONTEXT = (*DIRECTION, "GUESS_V4", "CONTEXT", "CONFIG", "GIVE_UP_3")
PAIR = (*CONTEXT, "PAIR")
FIVE = (*DIRECTION, "GUESS_V4", "CONTEXT", "CONFIG", "PAIR", "GIVE_UP_2", "NO_BITMASK", "FINALIZE_SAYS")
SHAPES = {
    "such as 4.2": (),
    "that takes a packet's direction": DIRECTION,
    "that keeps apart whose an address is": (*DIRECTION, "OWNERS"),
    "whose guess is called v4": (*DIRECTION, "GUESS_V4"),
    "with a context, and settings for preferences": CONTEXT,
    "with protocol and application as a pair": PAIR,
    "such as 5.0": FIVE,
    "such as 6.0": (*FIVE, "LICENSE"),
}


def expected(shape):
    """What the fake is to have been told, and caller.c to have got."""
    if "LICENSE" in shape:
        yield "new, context 0, license 2"
    elif "CONTEXT" in shape:
        yield "new, context 0"
    else:
        yield "new, prefs 0"
    if "NO_BITMASK" not in shape:
        yield "enabled ffffffff"
    if "CONFIG" in shape:
        yield "dpi.guess_on_giveup = 0, before the end: 1"
    yield "version: nDPI 9.8.7"
    if "DIRECTION" in shape:
        yield "direction 2, beginning 1"
    yield "packet 45 of 20 bytes at 5 ms"
    label = "91.127 of 5" if "OWNERS" in shape else "91.126 of 5"
    yield f"packet: {label}"
    yield "wants more: 1"
    yield "name: Files.example"
    yield f"found: {label}"
    if "GIVE_UP_2" not in shape and "GIVE_UP_3" not in shape:
        yield "give up, guess 0"
    yield "given up, complete 1"
    yield f"last word: {label if 'OWNERS' in shape else '0.91 of 5'}"
    yield "guess 0 6 0a000001:40000 0a000002:443, complete 1"
    yield "guess: 0.22 of 5"
    yield "names: TLS Cloud 1"
    yield "freed Files.example"
    yield "exit, complete 1"


def configure(at, shape, *more):
    """Configures in a folder of its own what is needed for it: the tree itself is configured already."""
    with open(os.path.join(at, "ndpi_api.h"), "w", encoding="ascii") as header:
        header.writelines(f"#define FAKE_{s}\n" for s in shape)
        header.write(f'#include "{FAKE}/ndpi_api.h"\n')
    return subprocess.run(["./configure", "--quiet", "--disable-dependency-tracking", "--cache-file=config.cache",
                           f"NDPI_CFLAGS=-I{at}", "NDPI_LIBS=-lm", *more],
                          cwd=at, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def speak(at, **environment):
    program = os.path.join(at, "caller")
    compiler = os.environ.get("CC", "cc").split()
    built = subprocess.run([*compiler, *WARNINGS, f"-I{at}", f"-I{SRCDIR}/sensor", f"-I{SRCDIR}", "-o", program,
                            f"{FAKE}/caller.c", f"{SRCDIR}/sensor/traffic/appid_ndpi.c",
                            f"{SRCDIR}/sensor/base/error.c", "-pthread"],
                           capture_output=True, text=True, check=False)
    if built.returncode:
        return built.stderr
    return subprocess.run([program], capture_output=True, text=True, env={**os.environ, **environment},
                          check=False).stdout


def main():
    failed = 0

    def tell(good, sentence, detail=""):
        nonlocal failed
        print("ok -" if good else f"{detail}\nnot ok -", sentence)
        failed |= not good

    with tempfile.TemporaryDirectory() as at:
        for name in NEEDED:
            source, target = os.path.join(SRCDIR, name), os.path.join(at, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, target)
        for name, shape in SHAPES.items():
            done = configure(at, shape)
            said = done.stderr if done.returncode else speak(at)
            tell(said.split("\n")[:-1] == list(expected(shape)), f"an nDPI {name} is called as it wants to be", said)
        said = speak(at, FAKE_FAILS="1")
        tell(said.endswith("exit, complete 1\nno module\n"), "a module that cannot be completed is none", said)
        done = configure(at, (*FIVE, "LICENSE"), "--with-ndpi-license=not-for-profit")
        said = done.stderr if done.returncode else speak(at)
        tell(said.startswith("new, context 0, license 1\n"), "what nDPI is used for is what configure was told", said)
        done = configure(at, (), "--with-ndpi-license=none")
        tell(done.returncode and "not-for-profit, for-profit-lgpl or" in done.stderr,
             "configure names the licenses that there are", done.stderr)
        done = configure(at, ("GIVE_UP_UNHEARD_OF",))
        tell(done.returncode and "egret cannot tell how it gives up" in done.stderr,
             "configure says which call of an nDPI it does not know", done.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
