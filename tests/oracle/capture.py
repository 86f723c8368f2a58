#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""capture.py - a capture made for rules: uploads and downloads with names, agents and contents
that are easy to confuse, and what egret's records of them are to a rule.

`write(path)` makes the capture, `things(records)` reads records into {category: {id: {field: value}}}.
What a rule sees when a thing is over is what its record (`fileinfo`, `flow`) says, and, of what the flow
said and nDPI makes of it, the alert of a rule that waits for the end (OVER).  Left out are fields that
change from message to message (of responses) and those that hold several values (classes of members).
"""
import datetime
import ipaddress
import struct

# names of files, in ASCII and not, and with all that Sigma and SQL treat as special
NAMES = ["report.pdf", "Report.PDF", "report_2026.pdf", "reportX2026.pdf", "100%.zip", "100percent.zip",
         "a*b.txt", "axb.txt", "a?b.txt", "back%5Cslash.txt", "slash.tar.gz", "archive.tar", "%C3%89t%C3%A9.wav",
         "%C3%A9t%C3%A9.wav", "call-01.wav", "CALL-02.WAV", "call 03.wav", "it's.txt", "a[b].txt", "(c).txt",
         "cmVwb3J0.bin", "IHJlcG9ydA.bin", "-flag.sh", "%2Fflag.sh", "no-extension", ".hidden", "two..dots",
         "%E2%82%AC.csv", "a+b.csv", "a%7Cb.csv"]
AGENTS = ["curl/8.5.0", "CURL/8.5.0", "Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Windows NT 10.0; Win64)",
          "rclone/v1.65.2", "", None, "python-requests/2.31", "a\\b", "a\\\\b", "100% pure_agent", "agent.*"]
HOSTS = ["files.example.net", "FILES.example.net", "drop.example.com", "example.org", "xn--bcher-kva.example",
         "192.0.2.10", "a-b.example.net", "a_b.example.net"]
CLIENTS = ["10.1.2.3", "10.1.20.30", "192.168.7.7", "172.16.0.9", "2001:db8::7", "fd00::1:2", "198.51.100.77"]
SERVERS = ["203.0.113.80", "203.0.113.8", "198.51.100.7", "192.0.2.10", "10.9.9.9", "2001:db8:1::80"]
BODIES = [b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0" + bytes(12) + b"\x04\0\0\0\x05\0\0\0a.txt" + b"abcd" * 64,
          b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" * 9,
          b"RIFF" + struct.pack("<I", 36 + 16000) + b"WAVEfmt " +
          struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", 16000) + bytes(16000),
          b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(300), b"plain words, nothing more\n" * 20,
          b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0" + bytes(200), b"", bytes(range(256)) * 5]


def packet(client, server, there, sequence, acknowledged, flags, payload):
    """An Ethernet frame: from the client where `there`; ends are (address, port)."""
    ends = [client, server] if there else [server, client]
    source, destination = (ipaddress.ip_address(end[0]) for end in ends)
    tcp = struct.pack(">HHIIBBHHH", ends[0][1], ends[1][1], sequence, acknowledged, 0x50, flags, 65535, 0, 0) + payload
    pseudo = source.packed + destination.packed + struct.pack(">HH", 6, len(tcp)) + tcp + b"\0" * (len(tcp) % 2)
    total = sum(struct.unpack(f">{len(pseudo) // 2}H", pseudo))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    tcp = tcp[:16] + struct.pack(">H", ~total & 0xFFFF) + tcp[18:]
    if source.version == 6:
        return bytes(12) + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) + source.packed + \
            destination.packed + tcp
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0)
    total = sum(struct.unpack(">10H", head + source.packed + destination.packed))
    total = (total & 0xFFFF) + (total >> 16)
    return bytes(12) + b"\x08\0" + head[:10] + struct.pack(">H", ~total & 0xFFFF) + source.packed + \
        destination.packed + tcp


def talk(n):
    """What both say in the n-th connection, which is one request and its answer."""
    name, agent, host = NAMES[n % len(NAMES)], AGENTS[n % len(AGENTS)], HOSTS[n * 5 % len(HOSTS)]
    body = BODIES[n * 3 % len(BODIES)]
    method = ["PUT", "POST", "PUT", "GET"][n % 4]
    head = f"{method} /{['up', 'Up_1', 'a%20b'][n % 3]}/{name}{['', '?q=1', ''][n // 4 % 3]} HTTP/1.1\r\nHost: {host}\r\n"
    if agent is not None:
        head += f"User-Agent: {agent}\r\n"
    if n % 5 == 0:
        head += "Referer: http://example.org/from\r\n"
    if method == "GET":
        answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        return head.encode() + b"\r\n", answer
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body, \
        b"HTTP/1.1 204 No Content\r\n\r\n"


def write(path, connections=120):
    """Connections a few hours apart, so that the hour and the day of things differ."""
    with open(path, "wb") as to:
        to.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for n in range(connections):
            now = 1709164800 + n * 13 * 3600  # 29 February 2024

            def send(*what):
                nonlocal now
                frame = packet((client, 40000 + n), (server, port), *what)
                to.write(struct.pack("<IIII", now, 0, len(frame), len(frame)) + frame)
                now += n % 3

            client = CLIENTS[n % len(CLIENTS)]
            same = [s for s in SERVERS if (":" in s) == (":" in client)]
            server, port = same[n % len(same)], [80, 8080, 8000][n % 3]
            out, back = talk(n)
            send(True, 1000, 0, 2, b"")
            send(False, 5000, 1001, 18, b"")
            send(True, 1001, 5001, 16, b"")
            for side, text, mine, other in (True, out, 1001, 5001), (False, back, 5001, 1001 + len(out)):
                for at in range(0, len(text), 1400):
                    send(side, mine + at, other, 24, text[at:at + 1400])
            send(True, 1001 + len(out), 5001 + len(back), 17, b"")
            send(False, 5001 + len(back), 1002 + len(out), 17, b"")
            send(True, 1002 + len(out), 5002 + len(back), 16, b"")


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(datetime.timezone.utc)


# Rules that are true of everything, but only when it is over: until then it could still grow.
OVER = [{"title": f"a {category} is over", "id": f"00000000-0000-4000-8000-00000000000{n}",
         "logsource": {"product": "egret", "category": category},
         "detection": {"over": {"source.bytes|lte": 2 ** 64 - 1}, "condition": "over"}}
        for n, category in enumerate(["transfer", "flow"])]


def both(record, alert):
    """What flows and transfers have in common."""
    http, ndpi = alert.get("http", {}), alert.get("ndpi", {})
    url, protocol = http.get("url"), http.get("protocol")
    path, _, query = url.partition("?") if url else (None, None, None)
    port = alert["flow"]["dest_port"]
    return {"@timestamp": instant(record["timestamp"]).replace(tzinfo=None),
            "source.ip": record["src_ip"], "source.port": record.get("src_port"),
            "destination.ip": record["dest_ip"], "destination.port": record.get("dest_port"),
            "network.transport": record["proto"].lower(), "network.protocol": record.get("app_proto"),
            "network.application": ndpi["proto"].rpartition(".")[2].lower() if "proto" in ndpi else None,
            "egret.category": ndpi["category"].lower() if "category" in ndpi else None,
            "egret.outside.name": http.get("hostname"), "url.domain": http.get("hostname"),
            "http.request.method": http.get("http_method"), "user_agent.original": http.get("http_user_agent"),
            "url.original": url, "url.path": path, "url.query": query or None,
            "url.full": f"http://{http['hostname']}{'' if port == 80 else f':{port}'}{url}" if url else None,
            "url.extension": path.rpartition("/")[2].rpartition(".")[2] if path and "." in path.rpartition("/")[2]
            else None,
            "http.request.referrer": http.get("http_refer"), "egret.http.protocol": protocol,
            "http.version": protocol.partition("/")[2] if protocol else None}


def inside_and_outside(row, heading):
    ends = row["source.ip"], row["destination.ip"]
    if heading in ("outbound", "inbound"):
        row["egret.inside.ip"], row["egret.outside.ip"] = ends if heading == "outbound" else ends[::-1]


def flow(record, alert):
    own, counts = record["egret"], record["flow"]
    row = both(record, alert)
    row.update({"source.bytes": own["payload_toserver"] + own["missing_toserver"],
                "destination.bytes": own["payload_toclient"] + own["missing_toclient"],
                "network.direction": own["direction"], "egret.direction": own["direction"],
                "egret.leaving.bytes": own["leaving_bytes"], "egret.entering.bytes": own["entering_bytes"],
                "event.duration": round((instant(counts["end"]) - instant(counts["start"])).total_seconds() * 10 ** 6) *
                1000})
    inside_and_outside(row, own["direction"])
    return row


def transfer(record, alert, direction):
    t = record["egret"]["transfer"]
    row = both(record, alert)
    size = max(t["seen"], t.get("declared", 0))
    name = t.get("name", "").replace("\\", "/").rpartition("/")[2]
    row.update({"source.bytes": t["seen"], "destination.bytes": 0, "egret.direction": t["direction"],
                "network.direction": direction,
                "egret.leaving.bytes": t["seen"] if t["direction"] == "outbound" else 0,
                "egret.entering.bytes": t["seen"] if t["direction"] == "inbound" else 0,
                "file.name": t.get("name") or None, "file.extension": name.rpartition(".")[2].lower()
                if "." in name and not name.endswith(".") else None,
                "file.size": size, "egret.file.size": size, "egret.file.seen": t["seen"],
                "egret.file.missing": t["missing"], "egret.file.declared": t.get("declared"),
                "egret.file.declared_by": t.get("declared_by"),
                "file.mime_type": t.get("mime_type"), "egret.file.type": t.get("type"),
                "egret.file.class": t.get("class"), "egret.file.encrypted": t["encrypted"],
                "egret.file.members.count": t.get("members", {}).get("count", 0),
                "egret.file.audio_seconds": int(t.get("audio_seconds", 0))})
    inside_and_outside(row, t["direction"])
    return row


def things(records):
    """Of records of a replay with the rules OVER."""
    rows = {"transfer": {}, "flow": {}}
    alerts = {about(r): r for r in records if r["event_type"] == "alert"}
    flows = {r["flow_id"]: r for r in records if r["event_type"] == "flow"}
    for flow_id, record in flows.items():
        rows["flow"][str(flow_id)] = flow(record, alerts[str(flow_id)])
    for record in records:
        if record["event_type"] == "fileinfo":
            direction = flows[record["flow_id"]]["egret"]["direction"]
            rows["transfer"][about(record)] = transfer(record, alerts[about(record)], direction)
    return rows


def about(record):
    """The id of the thing that a record is about: the transfer's, or the flow's."""
    return record["egret"].get("transfer", {}).get("id") or str(record["flow_id"])
