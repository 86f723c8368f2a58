#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""long.py - a long run of egret live at a steady rate: does its memory grow?

    EGRET=./egret srcdir=. python3 tests/live/long.py [MINUTES] [REQUESTS A SECOND]

Each ten seconds it notes memory, files, threads, processor time and losses, and each minute it prints a line.
Tables that fill over hours are made small, so that all are full, and turn over, before the measured part begins
(a third of the time, 20 minutes at most; flows time out after 15).  It ends with 1 if there was growth or loss.

Not part of `make check`.  Needs root; the traffic is in network namespaces.
"""
import http.client
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from wire import Skip, Wire, ends, until

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
RULE = """title: much
id: 00000000-0000-4000-8000-000000000001
logsource: {product: egret, category: flow}
detection:
    much: {egret.leaving.bytes|gte: 1MB}
    condition: much
level: high
"""
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
SAMPLE = 10  # seconds
GROWTH = 1024  # KiB in an hour: less than that is what an allocator does


def hosts():
    return [f"203.0.113.{n}" for n in range(2, 250)]


# -- what goes over the wire --------------------------------------------------------------------

def answer(query):
    """To a question for an A record, the address that stands in its name's number."""
    ident, = struct.unpack_from(">H", query)
    number = int(query[13:13 + query[12]].lstrip(b"host") or b"0")
    host = socket.inet_aton(hosts()[number % len(hosts())])
    return struct.pack(">6H", ident, 0x8180, 1, 1, 0, 0) + query[12:] + struct.pack(">HHHIH", 0xc00c, 1, 1, 60, 4) + host


def serve():
    """The outside: names; sink.py is the web server."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("203.0.113.1", 53))
        while True:
            query, who = server.recvfrom(512)
            server.sendto(answer(query), who)


def ask(number):
    name = b"host%d" % number
    question = bytes([len(name)]) + name + b"\7example\0" + struct.pack(">HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(struct.pack(">6H", number & 0xffff, 0x100, 1, 0, 0, 0) + question, ("203.0.113.1", 53))
        return socket.inet_ntoa(client.recv(512)[-4:])


def request(number, host):
    """A page; each hundredth time an upload of 2 MB, of which a rule tells, and each tenth a small one."""
    link = http.client.HTTPConnection(host, timeout=10)
    headers = {"Host": f"host{number}.example"}
    if number % 10:
        link.request("GET", f"/{200 + number % 5000}", headers=headers)
    else:
        body = b"PK\3\4" + os.urandom(2000 * 1000 if number % 100 == 0 else 2000)
        link.request("PUT", f"/upload-{number}.zip", body, headers)
    link.getresponse().read()
    link.close()


def talk(rate):
    """The inside, at a steady rate until it is ended."""
    begun = time.monotonic()
    number = 0
    while True:
        number += 1
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        try:
            threading.Thread(target=request, args=(number, ask(number))).start()
        except OSError:
            pass


# -- what is measured ---------------------------------------------------------------------------

def text_of(path):
    with open(path, encoding="utf-8") as lines:
        return lines.read()


def last_stats(path="eve.json"):
    with open(path, "rb") as lines:
        lines.seek(max(0, os.path.getsize(path) - (1 << 20)))
        found = [line for line in lines.read().splitlines() if b'"event_type":"stats"' in line and line.endswith(b"}")]
    try:
        return json.loads(found[-1])["stats"] if found else None
    except ValueError:
        return None


def sample(pid, begun):
    status = dict(line.split(":\t", 1) for line in text_of(f"/proc/{pid}/status").splitlines() if ":\t" in line)
    stat = text_of(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
    return {"seconds": time.monotonic() - begun, "rss": int(status["VmRSS"].split()[0]), "threads": int(status["Threads"]),
            "files": len(os.listdir(f"/proc/{pid}/fd")), "cpu": (int(stat[11]) + int(stat[12])) / TICK}


def slope(samples):
    """Of the line through their memory, by least squares: KiB in an hour."""
    n = len(samples)
    x = sum(s["seconds"] for s in samples) / n
    y = sum(s["rss"] for s in samples) / n
    spread = sum((s["seconds"] - x) ** 2 for s in samples)
    return 3600 * sum((s["seconds"] - x) * (s["rss"] - y) for s in samples) / spread if spread else 0.0


def verdict(samples, minutes):
    warm = min(minutes / 3, 20) * 60
    measured = [s for s in samples if s["seconds"] >= warm]
    quarter = max(1, len(measured) // 4)
    first = sum(s["rss"] for s in measured[:quarter]) / quarter
    last = sum(s["rss"] for s in measured[-quarter:]) / quarter
    grows = slope(measured)
    files, threads = ({s[k] for s in measured} for k in ("files", "threads"))
    cpu = 100 * samples[-1]["cpu"] / samples[-1]["seconds"]
    drops = samples[-1]["drops"]
    print(f"after {warm / 60:.0f} minutes: VmRSS {min(s['rss'] for s in measured)} to {max(s['rss'] for s in measured)} KiB, "
          f"first quarter {first:.0f}, last {last:.0f}, slope {grows:+.0f} KiB an hour")
    print(f"files {sorted(files)}, threads {sorted(threads)}, {cpu:.1f} % of a processor, {drops} packets lost")
    bad = [text for wrong, text in (
        (grows > GROWTH and last - first > GROWTH * (measured[-1]["seconds"] - measured[0]["seconds"]) / 3600, "memory grows"),
        (len(threads) > 1, "threads come or go"),
        (max(files) > min(files) + 1, "files stay open"),
        (drops, "packets were lost")) if wrong]
    print("not ok - " + ", ".join(bad) if bad else "ok - it does not grow, and nothing was lost", flush=True)
    return 1 if bad else 0


def listen(wire, minutes, rate):
    with open("rule.yml", "w", encoding="utf-8") as to:
        to.write(RULE)
    log = open("err", "w+", encoding="utf-8")  # pylint: disable=consider-using-with
    child = wire.start(wire.inside, EGRET, "live", "-q", "-i", "wire", "-s", f"rules.paths={os.getcwd()}/rule.yml",
                       "-s", "stats.interval=10s", "-s", "names.max=1000", "-s", "flow.update=1m",
                       "-s", "output.eve.rotate.size=10MB", "-s", "output.eve.rotate.keep=1", "-s", "output.queue=4MiB",
                       stderr=log)
    assert until(lambda: "listening on wire" in text_of("err")), text_of("err")
    wire.within(wire.outside, "ip", "route", "add", "local", "203.0.113.0/24", "dev", "lo")
    wire.start(wire.outside, sys.executable, os.path.join(SRCDIR, "tests/live/sink.py"), stderr=subprocess.DEVNULL)
    wire.start(wire.outside, sys.executable, __file__, "serve")
    time.sleep(1)
    wire.start(wire.inside, sys.executable, __file__, "talk", str(rate), stderr=subprocess.DEVNULL)

    samples = []
    begun = time.monotonic()
    drops = flows = packets = 0
    print("minute   VmRSS KiB  files  threads  cpu s   packets  flows open  lost", flush=True)
    while time.monotonic() < begun + minutes * 60:
        time.sleep(max(0.0, begun + (len(samples) + 1) * SAMPLE - time.monotonic()))
        assert child.poll() is None, (child.returncode, text_of("err"))
        now = sample(child.pid, begun)
        stats = last_stats()
        if stats:
            packets, flows = stats["capture"]["kernel_packets"], stats["flow"]["active"]
            drops = stats["capture"]["kernel_drops"] + stats["capture"]["kernel_ifdrops"]
        now["drops"] = drops
        samples.append(now)
        if len(samples) % 6 == 0:
            print(f"{now['seconds'] / 60:6.0f}  {now['rss']:10}  {now['files']:5}  {now['threads']:7}  {now['cpu']:5.1f}  "
                  f"{packets:8}  {flows:10}  {drops:4}", flush=True)
    assert ends(child) == 0, text_of("err")
    print(text_of("err"), end="")
    return verdict(samples, minutes)


def main(words):
    if words[:1] == ["serve"]:
        return serve()
    if words[:1] == ["talk"]:
        return talk(float(words[1]))
    minutes = float(words[0]) if words else 60.0
    rate = float(words[1]) if len(words) > 1 else 20.0
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o777)  # what listens is not root for long
        os.chdir(scratch)
        try:
            wire = Wire()
        except Skip as why:
            print(f"skip - {why}")
            return 0
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        try:
            return listen(wire, minutes, rate)
        finally:
            wire.close()
            os.chdir("/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
