#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""receiver.py KIND AT FILE - takes what sinks send, and writes each message as one line (repr) into FILE.

KIND: unix (datagrams), stream (unix, by lines), udp, tcp (by length, RFC 6587), http or https (POST: answers with the status that the
file FILE.status names, "hang" for none at all; https: AT is PORT:CERTIFICATE).
"""
import http.server
import os
import socket
import ssl
import sys
import time

KIND, AT, FILE = sys.argv[1:]


def note(message):
    with open(FILE, "a", encoding="utf-8") as to:
        to.write(repr(message) + "\n")


def datagrams(family, at):
    with socket.socket(family, socket.SOCK_DGRAM) as here:
        here.bind(at)
        open(FILE, "a", encoding="utf-8").close()
        while True:
            note(here.recv(1 << 17))


def lines(stream):
    for line in stream:
        note(line)


def counted(stream):
    """MSG-LEN SP SYSLOG-MSG; a message that breaks off is noted as such."""
    while True:
        length = b""
        while not length.endswith(b" "):
            byte = stream.read(1)
            if not byte:
                return
            length += byte
        assert length[:-1].isdigit() and not length.startswith(b"0"), length
        message = stream.read(int(length))
        note(message if len(message) == int(length) else ("broken off", message))


def connections(family, at, read):
    with socket.socket(family, socket.SOCK_STREAM) as here:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        here.bind(at)
        here.listen()
        open(FILE, "a", encoding="utf-8").close()
        while True:
            there, _ = here.accept()
            with there, there.makefile("rb") as stream:
                read(stream)


class Hook(http.server.BaseHTTPRequestHandler):
    """Notes what was posted, and its headers."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            with open(FILE + ".status", encoding="utf-8") as told:
                status = told.read().strip()
        except OSError:
            status = "200"
        note((status, dict(self.headers), body))
        if status == "hang":
            time.sleep(60)
        word, _, retry = status.partition(" ")
        self.send_response(int(word))
        if retry:
            self.send_header("Retry-After", retry)
        if word.startswith("3"):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def web():
    port, _, certificate = AT.partition(":")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Hook)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    open(FILE, "a", encoding="utf-8").close()
    server.serve_forever()


if KIND in ("unix", "stream") and os.path.exists(AT):
    os.unlink(AT)
if KIND == "unix":
    datagrams(socket.AF_UNIX, AT)
elif KIND == "stream":
    connections(socket.AF_UNIX, AT, lines)
elif KIND == "udp":
    datagrams(socket.AF_INET, ("127.0.0.1", int(AT)))
elif KIND == "tcp":
    connections(socket.AF_INET, ("127.0.0.1", int(AT)), counted)
else:
    web()
