#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sink.py - a web server that takes what is uploaded, and gives back as many bytes as the path says."""
import http.server


class Sink(http.server.BaseHTTPRequestHandler):
    """PUT anything; GET /123 gives 123 bytes."""
    protocol_version = "HTTP/1.1"

    def do_PUT(self):  # pylint: disable=invalid-name
        left = int(self.headers["Content-Length"])
        while left > 0:
            left -= len(self.rfile.read(min(left, 1 << 20)))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT

    def do_GET(self):  # pylint: disable=invalid-name
        size = int(self.path[1:])
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        for at in range(0, size, 1 << 16):
            self.wfile.write(bytes(min(1 << 16, size - at)))

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


http.server.ThreadingHTTPServer(("0.0.0.0", 80), Sink).serve_forever()
