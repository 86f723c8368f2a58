#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""faults_test.py - what happens to egret live in months, in a minute: killed, unplugged, out of disk, reloaded, rotated.

A test is a function; its name is the sentence.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

import live_test
from live_test import EGRET, MB, OUTSIDE, RULE, Live, of, records, sink, status_of, upload, write
from wire import Skip, run, until

# many small flows, each of which is a record a second later
FLOOD = """
import socket, time
while True:
    to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in range(1024, 65000):
        try:
            to.sendto(b"x" * 20, ("203.0.113.1", port))
        except OSError:
            pass
        if port % 50 == 0:
            time.sleep(0.02)
"""
MANY = ("-s", "flow.unanswered=true", "-s", "flow.timeout.udp=1s", "-s", "appid.enabled=false")


def flood():
    return live_test.WIRE.start(live_test.WIRE.inside, sys.executable, "-c", FLOOD)


def lines_of(path):
    """All records; one that is torn is an error here, unlike in live_test."""
    with open(path, encoding="utf-8") as lines:
        whole = lines.read()
    assert whole == "" or whole.endswith("\n"), whole[-200:]
    return [json.loads(line) for line in whole.splitlines()]


def seqs(found):
    return [r["egret"]["seq"] for r in found]


def resident(child):
    return int(status_of(child)["VmRSS"].split()[0])


def is_sanitized():
    with open(EGRET, "rb") as program:
        return b"__sanitizer_" in program.read()


def killed_in_the_middle_of_writing_it_loses_nothing_that_was_written_and_starts_again():
    flood()
    kept = b""
    torn = 0
    for n in range(6):
        egret = Live(*MANY)
        size = os.path.getsize("eve.json")
        torn += egret.said("never finished")
        assert until(lambda size=size: os.path.getsize("eve.json") > size + 100000), egret.all_said()
        time.sleep(0.01 * n)
        egret.child.kill()
        egret.child.wait(timeout=60)
        with open("eve.json", "rb") as found:
            now = found.read()
        assert now.startswith(kept), "what stood there was changed"
        kept = now[:now.rfind(b"\n") + 1]
    egret = Live(*MANY)
    egret.ends()
    with open("eve.json", "rb") as found:
        assert found.read().startswith(kept), "a whole record is gone"
    runs = {}
    for record in lines_of("eve.json"):
        runs.setdefault(record["egret"]["run"], []).append(record["egret"]["seq"])
    assert len(runs) == 7 and all(found == list(range(1, len(found) + 1)) for found in runs.values()), \
        {name: (len(found), found[-1]) for name, found in runs.items()}


def an_interface_that_is_unplugged_under_traffic_is_taken_again_each_time():
    egret = Live(*MANY)
    flood()
    server = sink()
    for n in range(1, 4):
        upload(6 * MB, f"{n}.bin")
        assert until(lambda n=n: len(of("alert")) == n), (n, egret.all_said())
        live_test.WIRE.unplug()
        assert until(lambda n=n: egret.said("waiting for it") == n), egret.all_said()
        live_test.WIRE.plug()
        assert until(lambda n=n: egret.said("listening on wire") == n + 1), egret.all_said()
    upload(6 * MB)
    assert until(lambda: len(of("alert")) == 4), egret.all_said()
    egret.ends()
    assert of("stats")[-1]["egret"]["stats"]["capture_interface_lost"] == 3
    assert seqs(lines_of("eve.json")) == list(range(1, len(records()) + 1))
    live_test.ends(server)


def a_disk_that_is_full_costs_flows_that_are_counted_and_no_alert_and_writing_goes_on_when_there_is_room():
    os.mkdir("small")
    try:
        run("mount", "-t", "tmpfs", "-o", "size=40M,mode=777", "tmpfs", "small")
    except subprocess.CalledProcessError as why:
        raise Skip(f"no tmpfs is to be had: {why.stderr}") from why
    eve = "small/eve.json"
    try:
        with open("small/fill", "wb") as fill:
            fill.write(bytes(39 << 20))
        egret = Live(*MANY, "-o", "small", "-s", "output.queue=4MiB")
        server = sink()
        traffic = flood()
        assert until(lambda: of("flow", eve)), egret.all_said()
        assert until(lambda: egret.said("No space left")), egret.all_said()
        full = records(eve)
        upload(6 * MB)  # the disk is full: what is said of it waits
        time.sleep(4)
        assert egret.child.poll() is None and egret.said("cannot write records") == 1, egret.all_said()
        assert egret.said("an alert that is not written yet") == 1, egret.all_said()
        assert not of("alert", eve)
        os.unlink("small/fill")
        assert until(lambda: of("alert", eve)), egret.all_said()
        live_test.ends(traffic)
        upload(6 * MB)
        assert until(lambda: len(of("alert", eve)) == 2), egret.all_said()
        assert live_test.ends(egret.child) == 1, "records were lost, which the status says"
        found = lines_of(eve)
        assert seqs(found) == sorted(set(seqs(found))) and found[:len(full)] == full, "out of order, or changed"
        lost = found[-1]["egret"]["seq"] - len(found)
        assert lost > 0 and egret.said(f"lost since the start: 0 alerts, {lost} others") == 1, (lost, egret.all_said())
        live_test.ends(server)
    finally:
        live_test.WIRE.close()
        run("umount", "-l", "small")


def rules_that_are_broken_are_refused_and_counted_and_the_old_ones_go_on():
    egret = Live("-s", "service.user=root")  # who else may not be able to read what lies beside the program
    server = sink()
    write("rule.yml", RULE.format(title="broken", number=2, limit="much"))
    for n in range(1, 4):
        egret.child.send_signal(signal.SIGHUP)
        assert until(lambda n=n: egret.said("the old ones go on") == n), egret.all_said()
    assert egret.said("rule.yml:") >= 3, egret.all_said()
    upload(6 * MB)
    assert until(lambda: of("alert")), egret.all_said()
    write("rule.yml", RULE.format(title="mended", number=3, limit=MB))
    egret.child.send_signal(signal.SIGHUP)
    assert until(lambda: egret.said("from now on") == 1), egret.all_said()
    time.sleep(0.3)  # until they are in force
    upload(2 * MB)
    assert until(lambda: [r["alert"]["signature"] for r in of("alert")] == ["much", "mended"]), of("alert")
    egret.ends()
    counted = of("stats")[-1]["egret"]["stats"]
    assert (counted["policy_refused"], counted["policy_reloads"]) == (3, 1), counted
    live_test.ends(server)


def two_hundred_reloads_beside_traffic_lose_no_alert_and_keep_no_memory():
    egret = Live("-s", "service.user=root")
    server = sink()
    over = threading.Event()
    sent = []

    def uploads():
        while not over.is_set():
            upload(6 * MB)
            sent.append(len(sent))

    beside = threading.Thread(target=uploads)
    beside.start()
    resident_at = {}
    try:
        for n in range(1, 201):
            write("rule.new", RULE.format(title=f"rule {n}", number=1, limit=5 * MB))
            os.rename("rule.new", "rule.yml")
            egret.child.send_signal(signal.SIGHUP)
            assert until(lambda n=n: egret.said("from now on") == n), (n, egret.all_said()[-400:])
            resident_at[n] = resident(egret.child)
    finally:
        over.set()
        beside.join()
    assert until(lambda: len(of("alert")) == len(sent)), (len(sent), len(of("alert")))
    egret.ends()
    assert len(sent) >= 3 and len({r["flow_id"] for r in of("alert")}) == len(sent), (len(sent), of("alert")[-1])
    print(f"# {len(sent)} uploads; VmRSS after 10 reloads {resident_at[10]} KiB, after 100 {resident_at[100]}, "
          f"after 200 {resident_at[200]}")
    # 100 policies that are kept would be some hundred MiB; what an allocator leaves between them is not
    if not is_sanitized():  # whose own memory grows
        assert resident_at[200] < resident_at[100] + (16 << 10), resident_at
    live_test.ends(server)


def a_file_that_is_moved_away_again_and_again_under_traffic_loses_no_record():
    egret = Live(*MANY)
    traffic = flood()
    for n in range(5):
        assert until(lambda: os.path.exists("eve.json") and os.path.getsize("eve.json") > 50000), egret.all_said()
        os.rename("eve.json", f"moved.{n}")
        egret.child.send_signal(signal.SIGUSR1)
        assert until(lambda: os.path.exists("eve.json")), egret.all_said()
    live_test.ends(traffic)
    egret.ends()
    found = [r for n in range(5) for r in lines_of(f"moved.{n}")] + lines_of("eve.json")
    assert seqs(found) == list(range(1, len(found) + 1)), "a record is lost, or is there twice"


if __name__ == "__main__":
    sys.exit(live_test.main(globals()))
