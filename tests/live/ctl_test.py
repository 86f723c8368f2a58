#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ctl_test.py - what a running sensor says of itself: control socket, metrics, canary.

A test is a function; its name is the sentence.
"""
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time

import live_test
from live_test import EGRET, MB, RULE, Live, of, records, sink, upload, write
from wire import OUTSIDE, ends, until

AT = "127.0.0.1:9642"


def listen(*options):
    return Live("-s", f"control.socket={os.getcwd()}/sock", *options)


def ask(*words):
    return subprocess.run([EGRET, "ctl", "--socket", f"{os.getcwd()}/sock", *words], check=False, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=60)


def status():
    done = ask("status", "--json")
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def fetch(path, *options, at=f"http://{AT}"):
    wire = live_test.WIRE
    return wire.within(wire.inside, "curl", "-s", *options, f"{at}{path}").stdout


def status_says_how_it_stands():
    run = listen()
    server = sink()
    upload(8 * MB)
    assert until(lambda: of("alert"))
    assert until(lambda: status()["counters"]["decoder.bytes"] > 8 * MB)
    now = status()
    assert now["healthy"] and now["interfaces"] == ["wire"] and now["uptime"] < 60, now
    assert now["rates"]["bits_per_second"] > MB and now["memory"] > 10 * MB, now
    assert now["pools"]["flows"]["room"] > now["pools"]["flows"]["used"] > 0, now
    assert now["rules"][0]["title"] == "much" and now["rules"][0]["matched"] == 1, now
    assert until(lambda: status()["sinks"][0]["taken"] >= 1)
    assert now["sinks"][0]["name"] == "eve" and not now["sinks"][0]["failing"], now
    text = ask("status").stdout
    for word in "listening on wire", "policy     1 rule,", "lost       0 packets", "much, the last", "records    eve":
        assert word in text, (word, text)
    run.ends()
    ends(server)


def top_says_who_sends_now_and_how_fast():
    run = listen()
    server = sink()
    wire = live_test.WIRE
    child = wire.start(wire.inside, "sh", "-c",
                       f"head -c 40000000 /dev/urandom > a.bin; curl -s --limit-rate 4M -T a.bin -o /dev/null http://{OUTSIDE}/a")
    assert until(lambda: of("alert"))
    done = ask("top", "-n", "1")
    assert done.returncode == 0, done
    lines = done.stdout.splitlines()
    assert len(lines) == 3 and "FROM" in lines[1], done.stdout
    found = re.match(r"10\.1\.0\.2 +203\.0\.113\.1 +HTTP +([0-9.]+) Mbit/s +([0-9.]+) MB$", lines[2])
    assert found and 20 < float(found[1]) < 60 and float(found[2]) >= 5, lines
    child.kill()
    run.ends()
    ends(server)


def a_reload_says_what_is_in_force_and_what_is_wrong_with_it():
    run = listen("-s", "service.user=root")  # who else may not be able to read what lies beside the program
    write("rule.yml", RULE.format(title="other", number=1, limit=3 * MB))
    done = ask("reload")
    assert done.returncode == 0 and done.stdout == "1 rule and 0 filters from now on\n", done
    write("rule.yml", RULE.format(title="broken", number=1, limit="lots"))
    done = ask("reload")
    assert done.returncode == 2 and "rule.yml:5:37: " in done.stdout and "the old ones go on" in done.stdout, done
    assert until(lambda: status()["policy"]["refused"] == 1)
    assert status()["policy"]["rules"] == 1
    run.ends()


def rotate_makes_room_for_a_new_file_and_loses_nothing():
    run = listen()
    assert until(lambda: len(records()) >= 1)
    done = ask("rotate")
    assert done.returncode == 0, done
    assert until(lambda: os.path.exists("eve.json.1") and len(records()) >= 1)
    run.ends()
    seqs = [r["egret"]["seq"] for r in records("eve.json.1") + records()]
    assert seqs == list(range(1, len(seqs) + 1)), seqs


def stop_ends_it_in_order():
    run = listen()
    server = sink()
    done = ask("stop")
    assert done.returncode == 0, done
    assert run.child.wait(timeout=60) == 0
    assert not os.path.exists("sock")
    assert of("flow") and records()[-1]["event_type"] == "stats", records()[-1]
    done = ask("status")
    assert done.returncode == 1 and "is egret live running" in done.stderr, done
    ends(server)


def a_socket_that_a_killed_run_left_is_taken_over_and_one_in_use_is_not():
    run = listen()
    assert until(lambda: status()["healthy"])
    assert stat.S_IMODE(os.stat("sock").st_mode) == 0o660
    second = live_test.WIRE.start(live_test.WIRE.inside, EGRET, "live", "-q", "-i", "wire", "-o", "second", "-s",
                                  f"control.socket={os.getcwd()}/sock", "-s", "metrics.listen=", stderr=open("err2", "w", encoding="utf-8"))
    assert until(lambda: "another sensor listens there" in open("err2", encoding="utf-8").read())
    assert ends(second) == 0
    run.child.send_signal(signal.SIGKILL)
    run.child.wait(timeout=60)
    assert os.path.exists("sock")
    run = listen()
    assert until(lambda: ask("status").returncode == 0)
    run.ends()
    write("sock", "precious")
    run = listen()
    assert until(lambda: run.said("is there, and no socket")), run.all_said()
    run.ends()
    with open("sock", encoding="utf-8") as file:
        assert file.read() == "precious"


def whoever_says_nothing_sense_or_too_much_keeps_nobody_else_waiting_for_long():
    run = listen()
    idle = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for client, said in zip(idle, (b"", b"x" * 100000, b"\0\xff\n")):
        client.connect("sock")
        try:
            client.sendall(said)
        except OSError:
            pass
    began = time.monotonic()
    assert ask("status").returncode == 0
    assert time.monotonic() - began < 12
    for word in "stat", "":
        done = ask(word)
        assert done.returncode == 2, done
    assert 'did you mean "status"' in ask("stat").stderr
    run.ends()


LINE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-z_]+="(?:[^"\\\n]|\\.)*",?)+\})? (-?[0-9.e+-]+|NaN|[+-]Inf)')


def prometheus_gets_every_counter_with_help_and_type():
    run = listen()
    server = sink()
    upload(8 * MB)
    assert until(lambda: "egret_rule_alerts_total{rule_id=" in fetch("/metrics"))
    types, samples, helps = {}, {}, set()
    for line in fetch("/metrics").splitlines():
        if line.startswith("# HELP "):
            name, text = line[7:].split(" ", 1)
            assert name not in helps and text, line
            helps.add(name)
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name in helps and name not in types and kind in ("counter", "gauge"), line
            assert (kind == "counter") == name.endswith("_total"), line
            types[name] = kind
        else:
            found = LINE.fullmatch(line)
            assert found and found[1] in types, line
            assert line.rsplit(" ", 1)[0] not in samples, line
            samples[line.rsplit(" ", 1)[0]] = float(found[4])
    assert set(types) == helps and len(samples) > 150
    assert samples["egret_decoder_bytes_total"] > 8 * MB and samples["egret_healthy"] == 1
    assert samples['egret_sink_records_total{sink="eve",result="lost_full"}'] == 0
    with open(os.path.join(live_test.SRCDIR, "sensor/base/counters.h"), encoding="utf-8") as table:
        counters = re.findall(r'X\([A-Z0-9_]+,\s+"([a-z0-9_.]+)"', table.read())
    assert len(counters) > 100
    special = {"decoder.pkts": "decoder_packets", "flow.total": "flows"}
    for path in counters[:-8]:
        name = special.get(path, path.removeprefix("egret.").replace(".", "_"))
        assert f"egret_{name}_total" in types, name
    assert fetch("/healthz") == "ok\n"
    assert "404" in fetch("/", "-o", "/dev/null", "-w", "%{http_code}")
    assert "405" in fetch("/metrics", "-X", "DELETE", "-o", "/dev/null", "-w", "%{http_code}")
    run.ends()
    ends(server)


def metrics_may_be_elsewhere_or_nowhere():
    run = listen("-s", f"metrics.listen=unix:{os.getcwd()}/metrics.sock")
    assert until(lambda: os.path.exists("metrics.sock"))
    assert fetch("/healthz", "--unix-socket", "metrics.sock", at="http://egret") == "ok\n"
    run.ends()
    assert not os.path.exists("metrics.sock")
    done = subprocess.run([live_test.EGRET, "check", "-s", "metrics.listen=127.0.0.1:nine"], check=False, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 2 and "is no address and port" in done.stderr, done
    run = listen("-s", "metrics.listen=")
    done = subprocess.run(["ip", "netns", "exec", live_test.WIRE.inside, "curl", "-s", f"http://{AT}/healthz"], check=False,
                          capture_output=True, stdin=subprocess.DEVNULL)
    assert done.returncode != 0
    run.ends()


def a_canary_is_seen_within_a_second():
    run = listen("-s", f"rules.signatures={live_test.SRCDIR}/rules/signatures/text.yaml")
    server = sink()
    wire = live_test.WIRE
    assert status()["canaries"] == 0
    done = wire.within(wire.inside, EGRET, "canary", f"http://{OUTSIDE}/123")
    assert "answered: HTTP/1.1" in done.stdout, done
    took = until(lambda: run.said(f"canary seen, from 10.1.0.2 to {OUTSIDE}"))
    assert took is not None and took < 1, (took, run.all_said())
    assert until(lambda: status()["canaries"] == 1) and "canary" in status()
    done = subprocess.run([EGRET, "canary", "https://example.com/"], check=False, capture_output=True, text=True)
    assert done.returncode == 2 and "what is encrypted a sensor cannot see" in done.stderr, done
    run.ends()
    ends(server)


if __name__ == "__main__":
    sys.exit(live_test.main(globals()))
