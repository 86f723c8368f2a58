#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sinks_test.py - alerts at a system log and at a web service: in form, in order, and when nobody takes them.

A test is a function; its name is the sentence.
"""
import ast
import json
import os
import re
import socket
import subprocess
import sys

import live_test
from live_test import MB, Live, of, sink, upload
from wire import ends, until

RECEIVER = os.path.join(live_test.SRCDIR, "tests/live/receiver.py")


def receive(kind, at, path="got"):
    wire = live_test.WIRE
    if os.path.exists(path):
        os.unlink(path)
    child = wire.start(wire.inside, sys.executable, RECEIVER, kind, str(at), path, stderr=subprocess.DEVNULL)
    assert until(lambda: os.path.exists(path))
    if kind in ("unix", "stream"):
        os.chmod(at, 0o777)  # what listens is not root for long
    return child


def got(path="got"):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as lines:
        return [ast.literal_eval(line) for line in lines if line.endswith("\n")]


def listen(*options):
    return Live("-s", f"output.spool.folder={os.getcwd()}", *options)


# RFC 5424, section 6, as far as it is used
HEADER = re.compile(rb"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) "
                    rb"([!-~]{1,32}) - (\{.*\})", re.S)


def parsed(message):
    found = HEADER.fullmatch(message)
    assert found, message
    assert found[3].decode() == socket.gethostname() and found[4] == b"egret" and found[5].isdigit(), message
    record = json.loads(found[7])
    assert found[6].decode() == record["event_type"], message
    assert found[2].decode() == record["timestamp"].replace("+0000", "Z"), message
    return int(found[1]), record


def says_alerts_as_rfc_5424(kind, at, to):
    receiver = receive(kind, at)
    run = listen("-s", f"output.syslog.to={to}", "-s", "output.syslog.facility=local3")
    server = sink()
    upload(8 * MB)
    assert until(lambda: len(got()) >= 2), (got(), run.all_said())
    run.ends()
    said = [parsed(m.rstrip(b"\n") if kind == "stream" else m) for m in got()]
    assert [r for _, r in said] == of("alert") + of("alert_update"), said
    assert {priority for priority, _ in said} == {19 * 8 + 3}, said  # local3, a rule of level high
    ends(receiver)
    ends(server)


def a_unix_socket_gets_alerts_in_datagrams():
    says_alerts_as_rfc_5424("unix", "log", f"unix:{os.getcwd()}/log")


def a_unix_stream_gets_alerts_in_lines():
    says_alerts_as_rfc_5424("stream", "log", f"unix:{os.getcwd()}/log")


def udp_gets_alerts_in_datagrams():
    says_alerts_as_rfc_5424("udp", 5514, "udp:127.0.0.1:5514")


def tcp_gets_alerts_by_their_length():
    says_alerts_as_rfc_5424("tcp", 5601, "tcp:127.0.0.1:5601")


def which_records_a_log_gets_is_a_setting():
    receiver = receive("tcp", 5601)
    run = listen("-s", "output.syslog.to=tcp:127.0.0.1:5601", "-s", "output.syslog.types=stats,fileinfo", "-s", "output.eve.types=alert")
    server = sink()
    upload(8 * MB)
    assert until(lambda: any(b"fileinfo" in m for m in got()) and any(b" stats " in m for m in got())), run.all_said()
    run.ends()
    assert {parsed(m)[1]["event_type"] for m in got()} == {"stats", "fileinfo"}
    assert of("alert") and not of("stats") and not of("fileinfo")
    ends(receiver)
    ends(server)


def alerts_wait_for_a_log_that_went_and_arrive_in_order_when_it_is_back():
    receiver = receive("tcp", 5601)
    run = listen("-s", "output.syslog.to=tcp:127.0.0.1:5601")
    server = sink()
    upload(8 * MB)
    assert until(lambda: len(got()) >= 2)
    ends(receiver)
    for name in "b.bin", "c.bin":
        upload(8 * MB, name)
    assert until(lambda: run.said("syslog does not take records"))
    assert until(lambda: len(of("alert")) == 3), run.all_said()
    receiver = receive("tcp", 5601, "more")
    assert until(lambda: len(got("more")) >= 4), (got("more"), run.all_said())
    assert run.said("syslog takes records again") == 1, run.all_said()
    run.ends()
    seqs = [parsed(m)[1]["egret"]["seq"] for m in got() + got("more")]
    assert seqs == sorted(r["egret"]["seq"] for r in of("alert") + of("alert_update")), seqs
    ends(receiver)
    ends(server)


def alerts_that_nobody_took_are_kept_for_the_next_start():
    run = listen("-s", "output.syslog.to=tcp:127.0.0.1:5601")
    server = sink()
    upload(8 * MB)
    assert until(lambda: of("alert"))
    run.ends()
    assert os.path.getsize("syslog.spool") > 500
    receiver = receive("tcp", 5601)
    first = of("alert") + of("alert_update")
    run = listen("-s", "output.syslog.to=tcp:127.0.0.1:5601")
    assert until(lambda: run.said("waited in") == 1), run.all_said()
    assert until(lambda: len(got()) >= 2), run.all_said()
    run.ends()
    assert [parsed(m)[1] for m in got()] == first
    assert os.path.getsize("syslog.spool") == 0
    ends(receiver)
    ends(server)


def hook(*options, port=8080, scheme="http"):
    return listen("-s", f"output.webhook.url={scheme}://localhost:{port}/alerts?team=soc", *options)


def a_web_service_gets_each_alert_once():
    receiver = receive("http", 8080)
    with open("token", "w", encoding="utf-8") as to:
        to.write("s3cret\nnot this\n")
    os.chmod("token", 0o644)
    run = hook("-s", f"output.webhook.token={os.getcwd()}/token")
    assert until(lambda: run.said("may be read by everybody")), run.all_said()
    server = sink()
    upload(8 * MB)
    assert until(got), run.all_said()
    run.ends()
    (_, headers, body), = got()
    assert headers["Content-Type"] == "application/json" and headers["Authorization"] == "Bearer s3cret", headers
    assert headers["User-Agent"].startswith("egret/"), headers
    assert json.loads(body) == of("alert")[0]
    ends(receiver)
    ends(server)


def tells(status):
    with open("got.status", "w", encoding="utf-8") as to:
        to.write(status)


def what_a_web_service_cannot_take_now_is_tried_again():
    receiver = receive("http", 8080)
    for status in "500", "429 1":
        tells(status)
        run = hook("-s", "output.webhook.updates=true")
        server = sink()
        upload(8 * MB)
        assert until(lambda s=status: any(g[0] == s for g in got())), run.all_said()
        tells("201")
        assert until(lambda: sum(g[0] == "201" for g in got()) == 2), (got(), run.all_said())
        assert run.said(f"answered {status[:3]}") and run.said("webhook takes records again"), run.all_said()
        run.ends()
        taken = [json.loads(g[2]) for g in got() if g[0] == "201"]
        assert [r["event_type"] for r in taken] == ["alert", "alert_update"], taken
        ends(server)
        os.unlink("got")
        os.unlink("eve.json")
    ends(receiver)


def what_a_web_service_refuses_is_counted_and_a_redirect_is_not_followed():
    receiver = receive("http", 8080)
    for status in "404", "302":
        tells(status)
        run = hook()
        server = sink()
        upload(8 * MB)
        assert until(lambda s=status: run.said(f"refuses a record: http://localhost:8080/alerts answered {s}")), run.all_said()
        assert until(lambda: [s for r in of("stats") for s in r["egret"].get("sinks", []) if s["name"] == "webhook" and s["lost_refused"] == 1])
        run.ends()
        assert len(got()) == 1, got()
        ends(server)
        os.unlink("got")
        os.unlink("eve.json")
    ends(receiver)


def a_web_service_that_hangs_keeps_nobody_waiting():
    receiver = receive("http", 8080)
    tells("hang")
    run = hook("-s", "output.webhook.timeout=1s")
    server = sink()
    upload(8 * MB)
    upload(8 * MB, "b.bin")
    assert until(lambda: len(of("alert")) == 2), run.all_said()
    assert until(lambda: run.said("webhook does not take records")), run.all_said()
    took = until(lambda: ends(run.child) == 0)
    assert took is not None and took < 8, took
    assert os.path.getsize("webhook.spool") > 500
    ends(receiver)
    ends(server)


def certificates_of_a_web_service_are_verified():
    for name in "good", "other":
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost", "-keyout", f"{name}.key", "-out", f"{name}.crt"], check=True, capture_output=True)
        with open(f"{name}.pem", "wb") as to:
            for part in f"{name}.key", f"{name}.crt":
                with open(part, "rb") as parts:
                    to.write(parts.read())
    receiver = receive("https", f"8443:{os.getcwd()}/good.pem")
    server = sink()
    run = hook("-s", f"output.webhook.ca={os.getcwd()}/other.crt", port=8443, scheme="https")
    upload(8 * MB)
    assert until(lambda: run.said("certificate")), run.all_said()
    run.ends()
    assert not got()
    os.unlink("webhook.spool")
    run = hook("-s", f"output.webhook.ca={os.getcwd()}/good.crt", port=8443, scheme="https")
    upload(8 * MB)
    assert until(got), run.all_said()
    run.ends()
    ends(receiver)
    ends(server)


if __name__ == "__main__":
    sys.exit(live_test.main(globals()))
