#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""servers.py - a name server and a mail server that take what they are given (for record.sh)."""
import socket
import socketserver
import threading


class Names(socketserver.BaseRequestHandler):
    """Answers every question for an A record with one address (RFC 1035)."""

    def handle(self):
        query, sock = self.request
        end = 12
        while query[end]:
            end += query[end] + 1
        question = query[12:end + 5]
        address = bytes([203, 0, 113, 80]) if b"files" in question else bytes([198, 51, 100, 7])
        answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04" + address
        sock.sendto(query[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + question + answer, self.client_address)


class Mail(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 to take a letter."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 mail.example.com ready")
        data = False
        for line in self.rfile:
            word = line[:4].upper().strip()
            if data:
                if line == b".\r\n":
                    data = False
                    self.say("250 taken")
            elif word == b"DATA":
                data = True
                self.say("354 go on")
            elif word == b"QUIT":
                self.say("221 good bye")
                return
            else:
                self.say("250 mail.example.com")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


names = socketserver.UDPServer(("203.0.113.53", 53), Names)
threading.Thread(target=names.serve_forever, daemon=True).start()
Server(("203.0.113.25", 25), Mail).serve_forever()
