# SPDX-License-Identifier: Apache-2.0
"""talk.py - conversations written as captures, for the tests of rules.

Of bulk data only the headers of packets are kept, as a snap length would do, so that a
gibibyte is a capture of a megabyte, made in a blink. Times are packet times, in seconds.
"""
import ipaddress
import random
import struct

INSIDE, OUTSIDE = "10.20.3.17", "203.0.113.80"
MORNING = 1782896400  # 2026-07-01 09:00 UTC
FIN, SYN, PSH, ACK = 1, 2, 8, 16
SEGMENT = 65000


class Capture:
    """Packets in a file; `now` is the time of the next."""

    def __init__(self, path, now=MORNING):
        self.file, self.now = open(path, "wb"), now
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def ip(self, proto, source, target, header, data, missing=0):
        """One packet, of whose payload `missing` bytes were cut off."""
        length = 20 + len(header) + len(data) + missing
        ends = ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed
        packet = struct.pack("!12sHBBHHHBBH8s", b"\2\0\0\0\0\1\2\0\0\0\0\2", 0x800, 0x45, 0, length, 0, 0, 64, proto,
                             0, ends) + header + data
        self.file.write(struct.pack("<IIII", int(self.now), int(self.now % 1 * 1000000), len(packet), 14 + length))
        self.file.write(packet)
        self.now += 0.0001


class Udp:
    """One flow of datagrams."""

    def __init__(self, capture, port, client=INSIDE, server=OUTSIDE):
        self.capture, self.ends, self.ports = capture, (client, server), (40001, port)

    def say(self, data, back=False, missing=0):
        ends, ports = (self.ends, self.ports) if not back else (self.ends[::-1], self.ports[::-1])
        header = struct.pack("!HHHH", *ports, 8 + len(data) + missing, 0)
        self.capture.ip(17, *ends, header, data, missing)

    def bulk(self, size, head=b"", each=8000):
        """Datagrams that begin with head, cut after it; the last is shorter."""
        while size:
            n = min(size, each)
            self.say(head[:n], missing=n - len(head[:n]))
            size -= n


class Tcp:
    """One connection, opened at once."""

    def __init__(self, capture, port, client=INSIDE, server=OUTSIDE):
        self.capture, self.ends, self.ports = capture, (client, server), (40001, port)
        self.seq = [1000, 2000]
        self.segment(0, SYN)
        self.segment(1, SYN | ACK)
        self.segment(0, ACK)

    def segment(self, side, flags, data=b"", missing=0):
        other = 1 - side
        header = struct.pack("!HHIIBBHHH", self.ports[side], self.ports[other], self.seq[side],
                             self.seq[other] if flags & ACK else 0, 0x50, flags, 65535, 0, 0)
        self.capture.ip(6, self.ends[side], self.ends[other], header, data, missing)
        self.seq[side] = (self.seq[side] + len(data) + missing + (flags & (SYN | FIN) != 0)) % 2**32

    def say(self, data, side=0):
        for at in range(0, len(data), 1400):
            self.segment(side, PSH | ACK, data[at:at + 1400])

    def answer(self, data):
        self.say(data, 1)

    def bulk(self, size, side=0):
        """Bytes of which no capture has the content."""
        for nth in range((size + SEGMENT - 1) // SEGMENT):
            self.segment(side, ACK, missing=min(SEGMENT, size - nth * SEGMENT))
            if nth % 8 == 7:
                self.segment(1 - side, ACK)

    def close(self):
        self.segment(0, FIN | ACK)
        self.segment(1, FIN | ACK)
        self.segment(0, ACK)


def body(tcp, head, size, side):
    """An object of `size` bytes that begins with head."""
    tcp.say(head[:size], side)
    tcp.bulk(size - len(head[:size]), side)


def put(name, head, size, port=80, client=INSIDE, server=OUTSIDE, host="files.example.net", agent="Mozilla/5.0",
        method="PUT"):
    """An upload over HTTP whose length is declared."""
    def talk(capture):
        tcp = Tcp(capture, port, client, server)
        tcp.say(f"{method} /up/{name} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n"
                f"Content-Length: {size}\r\n\r\n".encode())
        body(tcp, head, size, 0)
        tcp.answer(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        tcp.close()
    return talk


def put_chunked(name, head, size):
    """The same in one chunk, so that nothing is declared for the whole."""
    def talk(capture):
        tcp = Tcp(capture, 80)
        tcp.say(f"PUT /up/{name} HTTP/1.1\r\nHost: files.example.net\r\nTransfer-Encoding: chunked\r\n\r\n"
                f"{size:x}\r\n".encode())
        body(tcp, head, size, 0)
        tcp.say(b"\r\n0\r\n\r\n")
        tcp.close()
    return talk


def fetched(name, head, size, client=OUTSIDE, server=INSIDE):
    """A client, outside unless it is said, fetches something from a server."""
    def talk(capture):
        tcp = Tcp(capture, 80, client, server)
        tcp.say(f"GET /{name} HTTP/1.1\r\nHost: www.example.org\r\n\r\n".encode())
        tcp.answer(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
        body(tcp, head, size, 1)
        tcp.close()
    return talk


def stream(port, first, size, answer=b"", seconds=0, server=OUTSIDE, start=MORNING):
    """A connection that begins with `first`, answered, and goes on to `size` bytes in all.

    With seconds it is spread over so many, a packet in each.
    """
    def talk(capture):
        capture.now = start
        tcp = Tcp(capture, port, server=server)
        tcp.say(first)
        if answer:
            tcp.answer(answer)
        left = size - len(first)
        for second in range(seconds):
            capture.now = start + second + 1
            n = left // (seconds - second)
            tcp.bulk(n)
            left -= n
        tcp.bulk(left)
        tcp.close()
    return talk


def datagrams(port, first, size, head=b"", answer=b""):
    """A flow of UDP that begins with `first`, and then datagrams that begin with head, to `size` bytes in all."""
    def talk(capture):
        udp = Udp(capture, port)
        if first:
            udp.say(first)
        if answer:
            udp.say(answer, back=True)
        udp.bulk(size - len(first), head)
    return talk


def pings(size, each, interval):
    """Echo requests with so much payload each, one in each interval, `size` bytes in all."""
    def talk(capture):
        for nth in range(size // each):
            begin = capture.now
            for kind, ends in (8, (INSIDE, OUTSIDE)), (0, (OUTSIDE, INSIDE)):
                capture.ip(1, *ends, struct.pack("!BBHHH", kind, 0, 0, 7, nth & 0xFFFF), b"", each)
            capture.now = begin + interval
    return talk


def hello(name):
    """What a browser says first, RFC 8446 4.1.2; without a name where there is none."""
    def extension(kind, data):
        return struct.pack("!HH", kind, len(data)) + data

    extensions = b"".join([
        extension(0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name.encode()) if name else b"",
        extension(10, b"\0\4\0\x1d\0\x17"), extension(13, b"\0\4\4\3\x08\4"), extension(43, b"\2\3\4"),
        extension(16, b"\0\x0c\2h2\x08http/1.1"), extension(51, b"\0\x24\0\x1d\0\x20" + bytes(range(32)))])
    text = (b"\3\3" + random.Random(1).randbytes(32) + b"\0" + b"\0\6\x13\2\x13\3\x13\1" + b"\1\0" +
            struct.pack("!H", len(extensions)) + extensions)
    text = b"\1" + struct.pack("!I", len(text))[1:] + text
    return b"\x16\3\1" + struct.pack("!H", len(text)) + text


def hello_answered():
    text = b"\3\3" + random.Random(2).randbytes(32) + b"\0\x13\2\0\0\6\0\x2b\0\2\3\4"
    text = b"\2" + struct.pack("!I", len(text))[1:] + text
    return b"\x16\3\3" + struct.pack("!H", len(text)) + text + b"\x14\3\3\0\1\1" + b"\x17\3\3\0\x40" + b"\xa5" * 64


def tls(name, size, **more):
    return stream(443, hello(name) + b"\x14\3\3\0\1\1\x17\3\3\x40\0", size, hello_answered(), **more)


def archive(member, content, encrypted=False):
    """The beginning of a ZIP archive whose first member is stored, and large."""
    return struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 1 if encrypted else 0, 0, 0, 0, 0, 10**6, 10**6, len(member),
                       0) + member.encode() + content


def wav(seconds=60):
    return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 16000 * seconds, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2,
                       16, b"data", 16000 * seconds)
