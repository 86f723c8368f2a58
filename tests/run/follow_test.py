#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""follow_test.py - captures that are still being written: what egret replay --follow reads, says and leaves.

Also for the thread sanitizer.  A test is a function; its name is the sentence.
"""
import gzip
import os
import signal
import subprocess
import sys
import time

from replay_test import EGRET, FEW, count, egret, generate, holds, records, run_all, same

PATIENCE = 2.5  # seconds, until all that there is has been read


def follow(*what):
    return subprocess.Popen([EGRET, "replay", *FEW, "-q", "--follow", "--eve", "eve.json", *what],
                            stderr=subprocess.PIPE, text=True)


def ends(child):
    """Lets it come to the end of what there is, and ends it; gives what it said."""
    time.sleep(PATIENCE)
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=60)
    same(0, child.returncode)
    return said


def without_run(found):
    for record in found:
        del record["egret"]["run"]
    return found


def a_followed_file_gives_the_records_of_the_finished_one():
    with open("many.pcap", "rb") as whole:
        b = whole.read()
    for workers in "1", "2":
        egret("--eve", "eve.json", "-w", workers, "many.pcap")
        want = without_run(records())
        assert any(r["event_type"] == "flow" for r in want)
        open("many-live", "wb").close()
        child = follow("-w", workers, "many-live")
        with open("many-live", "ab", buffering=0) as to:
            for at in range(0, len(b), len(b) // 7 + 3):  # in the middle of headers and packets
                to.write(b[at:at + len(b) // 7 + 3])
                time.sleep(0.3)
        same("", ends(child))
        got = without_run(records())
        for record in got + want:
            record.pop("pcap_filename", None)
        same(want, got)


def an_alert_on_a_followed_file_is_out_before_more_comes():
    with open("upload.pcap", "rb") as whole:
        b = whole.read(100 << 20)
    with open("live", "wb") as to:
        to.write(b)
    child = follow("live")
    for _ in range(50):
        time.sleep(0.2)
        if os.path.exists("eve.json") and count("alert", records()):
            break
    found = count("alert", records())
    ends(child)
    assert found, "no alert came"


def reads(child, path):
    """Waits until it has the file open, and a moment more."""
    folder = f"/proc/{child.pid}/fd"
    for _ in range(600):
        if any(os.path.realpath(os.path.join(folder, fd)) == os.path.realpath(path) for fd in os.listdir(folder)):
            break
        time.sleep(0.05)
    time.sleep(1)


def a_followed_file_that_is_replaced_is_said_and_the_new_one_read():
    with open("small.pcap", "rb") as whole:
        b = whole.read()
    with open("live", "wb") as to:
        to.write(b)
    child = follow("live")
    reads(child, "live")
    with open("live.new", "wb") as to:
        to.write(b)
    os.rename("live.new", "live")
    holds("live: was replaced or cut: reading goes on", ends(child))
    egret("--eve", "all.json", "small.pcap")
    same(2 * records("all.json")[-1]["stats"]["capture"]["kernel_packets"],
         records()[-1]["stats"]["capture"]["kernel_packets"])


def files_that_come_later_join_a_followed_folder():
    with open("small.pcap", "rb") as whole:
        b = whole.read()
    os.mkdir("rotated")
    with open("rotated/1.pcap", "wb") as to:
        to.write(b)
    child = follow("rotated")
    time.sleep(1)
    with open("rotated/2.pcap", "wb") as to:
        to.write(b)
    same("", ends(child))
    egret("--eve", "all.json", "small.pcap")
    same(2 * records("all.json")[-1]["stats"]["capture"]["kernel_packets"],
         records()[-1]["stats"]["capture"]["kernel_packets"])


def what_is_compressed_cannot_be_followed():
    with open("small.pcap", "rb") as whole, gzip.open("small.pcap.gz", "wb", 1) as to:
        to.write(whole.read())
    done = egret("--follow", "--eve", "eve.json", "small.pcap.gz")
    same(2, done.returncode)
    holds("small.pcap.gz: is compressed (gzip), so it cannot be followed", done.stderr)
    with open("small.pcap", "rb") as whole:
        done = subprocess.run(f"cat small.pcap | {EGRET} replay --follow --eve eve.json -", shell=True,
                              capture_output=True, text=True, timeout=60, check=False)
    same(2, done.returncode)
    holds("-: is no file, so it cannot be followed", done.stderr)


def a_followed_file_grows_while_two_workers_read():
    with open("many.pcap", "rb") as whole:
        b = whole.read()
    egret("--eve", "eve.json", "-w", "1", "many.pcap")
    want = records()[-1]["stats"]["decoder"]
    open("grows", "wb").close()
    child = follow("-w", "2", "grows")
    with open("grows", "ab", buffering=0) as to:
        for at in range(0, len(b), 20000):
            to.write(b[at:at + 20000])
            time.sleep(0.01)
    same("", ends(child))
    same(want, records()[-1]["stats"]["decoder"])


def of_too_many_silent_files_one_is_left_and_that_is_said_and_counted():
    with open("small.pcap", "rb") as whole:
        b = whole.read()
    os.mkdir("crowd")
    for i in range(130):
        with open(f"crowd/{i:03}.pcap", "wb") as to:
            to.write(b[:24])
    child = follow("crowd")
    said = ends(child).splitlines()
    left = [line for line in said if line.endswith(": no news while 128 others waited: it is followed no longer")]
    same(2, len(left))
    holds("crowd/000.pcap", left[0])
    same(2, records()[-1]["egret"]["stats"]["capture_left"])


def a_followed_run_is_ended_by_a_signal_and_not_before_its_end():
    child = subprocess.Popen([EGRET, "replay", *FEW, "--follow", "--eve", "eve.json", "small.pcap"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=60)
    same(0, child.returncode)
    holds("ended by a signal while more could come", out)
    assert "before the end of the input" not in out


def prepare():
    generate("upload.pcap", "upload", "bytes=300m")
    generate("small.pcap", "upload", "bytes=100k", "segment=1448", "midstream=0")
    generate("many.pcap", "many", "bytes=4m", "flows=40")


if __name__ == "__main__":
    here = {name: it for name, it in globals().items() if getattr(it, "__module__", "") == __name__}
    sys.exit(run_all(here, prepare))
