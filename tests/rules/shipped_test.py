#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""shipped_test.py - each shipped rule against what it is for, and against what is nearly that.

A row of ROWS is a rule, a conversation that fires it, one that nearly does, and what the
alert says is the reason: a field and its value.  A rule without a row fails the test.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import uuid

from talk import (Capture, INSIDE, OUTSIDE, archive, datagrams, fetched, pings, put, put_chunked, stream, tls, wav)

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
RULES = os.path.join(SRCDIR, "rules/egret")
CORPUS = os.environ.get("EGRET_CORPUS", os.path.join(SRCDIR, "../shared/corpus"))
MIB, GIB, HOUR = 1 << 20, 1 << 30, 3600
NIGHT = 1782856800  # 2026-06-30 22:00 UTC
SEVERITY = {"high": 1, "medium": 2, "low": 3}

# How files begin.
VMDK = b"KDMV\1\0\0\0" + bytes(504)
MINIDUMP = b"MDMP\x93\xa7" + bytes(506)
HIVE = b"regf" + bytes(16) + b"\1\0\0\0\5\0\0\0" + bytes(484)
SQLITE = b"SQLite format 3\0" + bytes(496)
PCAP = b"\xd4\xc3\xb2\xa1\2\0\4\0" + bytes(504)
PST = b"!BDN\0\0\0\0SM" + bytes(502)
EML = b"Return-Path: <a@example.org>\r\nSubject: x\r\n\r\n" + b"x" * 400
AGE = b"age-encryption.org/v1\n" + b"x" * 400
EXE = b"\x7fELF\2\1\1" + bytes(9) + b"\2\0\x3e\0\1\0\0\0" + bytes(500)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0\0\0" + bytes(500)
NOISE = bytes((i * 167 + 13) % 251 + 3 for i in range(600))  # like no known file
ZIP, ZIP_SECRET = archive("plan.txt", b"x" * 400), archive("plan.txt", NOISE, encrypted=True)
ZIP_AUDIO = archive("call.wav", wav())

# How connections begin.
SSH = b"SSH-2.0-OpenSSH_9.2\r\n"
DNS = b"\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1"
NTP = b"\xe3\0\6\xec" + bytes(44)
RSYNC = b"@RSYNCD: 31.0\n"
VNC = b"RFB 003.008\n"
POSTGRES = b"\0\0\0\x08\4\xd2\x16\x2f"
WIREGUARD = b"\1\0\0\0" + b"\5" * 144, b"\2\0\0\0" + b"\6" * 88, b"\4\0\0\0\7\7\7\7" + bytes(8)


def wireguard(size):
    return datagrams(51820, WIREGUARD[0], size, WIREGUARD[2], WIREGUARD[1])


# rule, fires, nearly, field and value of the reason; then options of the nearly
ROWS = [
    ("archive-with-audio", put("a.zip", ZIP_AUDIO, 3 * MIB), put("a.zip", ZIP, 3 * MIB),
     "egret.file.members.class", "audio"),
    ("archive-with-audio", put_chunked("a.zip", ZIP_AUDIO, MIB), put("a.zip", ZIP_AUDIO, MIB, server="10.9.9.9"),
     "egret.direction", "outbound"),
    ("audio-leaving", put("a.wav", wav(), 4000), put("a.bin", NOISE, 4000), "egret.file.class", "audio"),
    ("audio-leaving", fetched("a.wav", wav(), 4000), fetched("a.wav", wav(), 4000, INSIDE, OUTSIDE),
     "egret.direction", "outbound"),
    ("large-archive-or-audio", put("a.zip", ZIP, GIB), put("a.zip", ZIP, GIB - 1), "egret.file.size", GIB),
    ("large-archive-or-audio", put_chunked("a.zip", ZIP, GIB), put_chunked("a.zip", ZIP, GIB - 1),
     "egret.file.size", GIB),
    ("large-archive-or-audio", put("a.wav", wav(), GIB), put("a.mkv", NOISE, GIB), "egret.file.class", "audio"),
    ("large-archive-or-audio", stream(4444, ZIP, GIB), stream(4444, ZIP, GIB - 1), "egret.file.size", GIB),
    ("large-upload", put("a", EXE, GIB), put("a", EXE, GIB - 1), "egret.file.class", "executable"),
    ("large-upload", put("a.png", PNG, GIB), put("a.png", ZIP, GIB), "egret.file.size", GIB),
    ("unknown-content", put("a.bin", NOISE, 100 * MIB), put("a.bin", NOISE, 100 * MIB - 1),
     "egret.file.size", 100 * MIB),
    ("unknown-content", put("a.bin", NOISE, 100 * MIB), put("a.bin", EXE, 100 * MIB), "egret.file.size", 100 * MIB),
    ("encrypted-archive", put("a.zip", ZIP_SECRET, MIB), put("a.zip", ZIP_SECRET, MIB - 1),
     "egret.file.encrypted", True),
    ("encrypted-archive", put("a.zip", ZIP_SECRET, MIB), put("a.zip", ZIP, MIB), "egret.file.size", MIB),
    ("encrypted-file", put("a.age", AGE, MIB), put("a.age", AGE, MIB - 1), "egret.file.class", "encrypted"),
    ("disk-image", put("pc.vmdk", VMDK, 100 * MIB), put("pc.vmdk", VMDK, 100 * MIB - 1), "egret.file.size", 100 * MIB),
    ("disk-image", fetched("pc.vmdk", VMDK, 100 * MIB), put("lsass.dmp", MINIDUMP, 100 * MIB),
     "egret.file.class", "disk_image"),
    ("memory-dump", put("lsass.dmp", MINIDUMP, MIB), put("lsass.dmp", MINIDUMP, MIB - 1),
     "egret.file.type", "memory-dump"),
    ("credential-store", put("sam", HIVE, 65536), put("sam", HIVE, 65536, server="10.9.9.9"),
     "egret.file.type", "registry"),
    ("credential-store", put("sam", HIVE, 65536), put("some.db", SQLITE, 65536), "egret.file.type", "registry"),
    ("database-dump", put("customers.db", SQLITE, 10 * MIB), put("customers.db", SQLITE, 10 * MIB - 1),
     "egret.file.class", "database"),
    ("database-dump", put("customers.db", SQLITE, 10 * MIB), put("a.pcap", PCAP, 10 * MIB),
     "egret.file.size", 10 * MIB),
    ("mailbox", put("boss.pst", PST, MIB), put("boss.pst", PST, MIB - 1), "egret.file.type", "pst"),
    ("mailbox", put("boss.pst", PST, MIB), put("letter.eml", EML, MIB), "egret.file.size", MIB),
    ("content-denied-by-name", put("cat.jpg", ZIP, 20000), put("cat.zip", ZIP, 20000),
     "egret.file.extension_matches", False),
    ("content-denied-by-name", put("notes.txt", wav(), 20000), put("notes.docx", ZIP, 20000),
     "egret.file.class", "audio"),
    ("content-denied-by-name", put("cat.jpg", NOISE, MIB), put("cat.jpg", NOISE, MIB - 1), "egret.file.size", MIB),
    ("split-volumes", put("a.7z.002", NOISE, 5000), put("a.7z", NOISE, 5000), "file.name", "a.7z.002"),
    ("split-volumes", put("a.part2.rar", NOISE, 5000), put("part2.rar", NOISE, 5000), "file.name", "a.part2.rar"),
    ("split-volumes", put("a.z01", NOISE, 5000), put("a.zoo", NOISE, 5000), "file.name", "a.z01"),
    ("sync-tool-upload", put("a", NOISE, MIB, agent="rclone/v1.65.0"), put("a", NOISE, MIB - 1, agent="rclone/v1.65.0"),
     "user_agent.original", "rclone/v1.65.0"),
    ("sync-tool-upload", put("a", NOISE, MIB, agent="restic/0.16"), put("a", NOISE, MIB, agent="curl/8.0"),
     "egret.file.size", MIB),
    ("upload-to-address", put("a", NOISE, 10 * MIB, host=OUTSIDE), put("a", NOISE, 10 * MIB - 1, host=OUTSIDE),
     "url.domain", OUTSIDE),
    ("upload-to-address", put("a", NOISE, 10 * MIB, host="[2001:db8::1]:8080", method="POST"),
     put("a", NOISE, 10 * MIB, host="7.example.net"), "http.request.method", "POST"),
    ("upload-odd-port", put("a", NOISE, 10 * MIB, port=9876), put("a", NOISE, 10 * MIB, port=8080),
     "egret.file.size", 10 * MIB),
    ("bulk-encrypted", tls("host.example.net", GIB), tls("host.example.net", GIB - 1), "egret.leaving.bytes", GIB),
    ("bulk-encrypted", stream(22, SSH, GIB, SSH), stream(4444, NOISE, GIB), "network.protocol", "ssh"),
    ("bulk-encrypted", tls("", GIB), tls("eu.backup.example.net", GIB), "egret.leaving.bytes", GIB,
     "-s", "rules.vars=sanctioned=backup.example.net"),
    ("vpn-bulk", wireguard(100 * MIB), wireguard(100 * MIB - 1), "egret.category", "vpn"),
    ("tor-bulk", tls("www.jwrpsthzrih.com", 10 * MIB), tls("www.jwrpsthzrih.com", 10 * MIB - 1),
     "network.application", "tor"),
    ("tor-bulk", tls("www.jwrpsthzrih.com", 10 * MIB), tls("www.example.com", 10 * MIB),
     "egret.leaving.bytes", 10 * MIB),
    ("cloud-storage-upload", tls("content.dropboxapi.com", 100 * MIB), tls("content.dropboxapi.com", 100 * MIB - 1),
     "egret.outside.name", "content.dropboxapi.com"),
    ("cloud-storage-upload", tls("a.s3.eu-west-1.amazonaws.com", 100 * MIB), tls("notdropbox.com.example", 100 * MIB),
     "egret.outside.name", "a.s3.eu-west-1.amazonaws.com"),
    ("cloud-storage-upload", tls("box.com", 100 * MIB), tls("example-my.sharepoint.com", 100 * MIB),
     "egret.outside.name", "box.com", "-s", "rules.vars=sanctioned=example-my.sharepoint.com"),
    ("file-sharing-upload", tls("store1.gofile.io", 10 * MIB), tls("store1.gofile.io", 10 * MIB - 1),
     "egret.outside.name", "store1.gofile.io"),
    ("file-sharing-upload", put("a", NOISE, 10 * MIB, host="transfer.sh"),
     put("a", NOISE, 10 * MIB, host="nottransfer.sh"), "egret.outside.name", "transfer.sh"),
    ("code-hosting-upload", tls("github.com", 100 * MIB), tls("github.com", 100 * MIB - 1),
     "egret.outside.name", "github.com"),
    ("webhook-upload", tls("api.telegram.org", 10 * MIB), tls("web.telegram.org", 10 * MIB),
     "egret.outside.name", "api.telegram.org"),
    ("unknown-protocol-bulk", stream(4444, NOISE, 100 * MIB), stream(4444, NOISE, 100 * MIB - 1),
     "egret.leaving.bytes", 100 * MIB),
    ("unknown-protocol-bulk", stream(4444, NOISE, 100 * MIB), stream(873, RSYNC, 100 * MIB, RSYNC),
     "network.protocol", None),
    ("off-hours-bulk", tls("a.example", 256 * MIB, start=NIGHT), tls("a.example", 256 * MIB, start=NIGHT - HOUR),
     "@timestamp", NIGHT // HOUR % 24),
    ("off-hours-bulk", tls("a.example", 256 * MIB, start=NIGHT), tls("a.example", 256 * MIB, start=NIGHT),
     "egret.leaving.bytes", 256 * MIB, "-s", "time.zone=-02:00"),
    ("steady-speech", stream(4444, NOISE, 8000 * 3700, seconds=3700), stream(4444, NOISE, 8000 * 3500, seconds=3500),
     "event.duration", HOUR * 10**9),
    ("steady-speech", stream(4444, NOISE, 8000 * 3700, seconds=3700), stream(4444, NOISE, 80000 * 3700, seconds=3700),
     "egret.rate.mean", 64000),
    ("dns-bulk", datagrams(53, DNS, MIB, DNS), datagrams(53, DNS, MIB - 1, DNS), "egret.leaving.bytes", MIB),
    ("dns-bulk", stream(53, NOISE, MIB), stream(54, NOISE, MIB), "destination.port", 53),
    ("icmp-bulk", pings(2 * MIB, 1000, 0.1), pings(2 * MIB, 1000, 1.1), "network.transport", "icmp"),
    ("small-protocol-bulk", datagrams(123, NTP, MIB, NTP), datagrams(123, NTP, MIB - 1, NTP),
     "egret.leaving.bytes", MIB),
    ("small-protocol-bulk", datagrams(1900, NOISE, MIB), stream(1900, NOISE, MIB), "destination.port", 1900),
    ("file-protocol-bulk", stream(873, RSYNC, 100 * MIB, RSYNC), stream(873, RSYNC, 100 * MIB - 1, RSYNC),
     "network.protocol", "rsync"),
    ("database-protocol-bulk", stream(5432, POSTGRES, 100 * MIB, b"S"), stream(5432, POSTGRES, 100 * MIB - 1, b"S"),
     "egret.category", "database"),
    ("remote-access-bulk", stream(5900, VNC, 500 * MIB, VNC), stream(5900, VNC, 500 * MIB - 1, VNC),
     "network.protocol", "vnc"),
]

failed = 0


def say(good, sentence, why=""):
    global failed
    if not good:
        failed = 1
        if why:
            print(why)
    print(("ok - " if good else "not ok - ") + sentence)


class Rule:
    """What of a rule's file is held here; that it is good Sigma is for the program to say, and for pySigma."""

    def __init__(self, path):
        self.name = os.path.basename(path)[:-len(".yml")]
        with open(path, encoding="utf-8") as lines:
            self.text = lines.read()
        for key in ("title", "id", "level"):
            setattr(self, key, re.search(rf"^{key}: (.*)$", self.text, re.M).group(1))
        self.techniques = [t.upper() for t in re.findall(r"^ +- attack\.(t[0-9.]+)$", self.text, re.M)]


def replay(scratch, talk, *options):
    capture, eve = os.path.join(scratch, "made.pcap"), os.path.join(scratch, "eve.json")
    with Capture(capture) as to:
        talk(to)
    subprocess.run([EGRET, "replay", "-q", "-w", "1", "-s", "rules.paths=" + RULES, *options, "--eve", eve, capture],
                   stdin=subprocess.DEVNULL, check=True, timeout=300)
    with open(eve, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def alerts(records, rule):
    return [r for r in records if r["event_type"] == "alert" and r["alert"]["metadata"]["sigma_id"] == [rule.id]]


def check_fires(rule, found, field, value):
    """Why the alert is not as it should be; "" where it is."""
    if len(found) != 1:
        return f"{len(found)} alerts"
    alert, why = found[0]["alert"], found[0]["egret"]["why"]
    if (alert["signature"], found[0]["egret"]["level"], alert["severity"]) != (
            rule.title, rule.level, SEVERITY[rule.level]):
        return f"says {alert}"
    if alert["metadata"]["mitre_technique_id"] != rule.techniques:
        return f"techniques {alert['metadata']}"
    if {found[0]["src_ip"], found[0]["dest_ip"]} != {INSIDE, OUTSIDE}:
        return f"about {found[0]['src_ip']} and {found[0]['dest_ip']}"
    if not any(w["field"] == field and w.get("value") == value for w in why):
        return f"because of {why}"
    return ""


def each_rule_fires_for_its_reason(rules, scratch):
    for name, fires, nearly, field, value, *options in ROWS:
        rule = rules[name]
        wrong = check_fires(rule, alerts(replay(scratch, fires), rule), field, value)
        say(not wrong, f"{name} fires once, because {field} is {value}", wrong)
        records = replay(scratch, nearly, *options)
        say(not alerts(records, rule) and any(r["event_type"] == "flow" for r in records),
            f"{name} does not fire on what is nearly that", json.dumps(records)[:4000])


def as_sigmas_schema_has_it(rule):
    """What Sigma's schema of detection rules (2.0.0) asks of what stands at the left edge, and of tags."""
    keys = dict(re.findall(r"^([a-z]+):(.*)$", rule.text, re.M))
    tags = re.findall(r"^ +- (.*)$", rule.text.split("\ntags:\n")[1].split("\ntaxonomy:")[0], re.M)
    return (set(keys) == {"title", "id", "status", "description", "references", "author", "date", "tags", "taxonomy",
                          "logsource", "detection", "falsepositives", "level"} and
            len(keys["title"]) <= 256 and keys["level"].strip() in SEVERITY and
            keys["status"].strip() in ("stable", "test", "experimental") and
            re.fullmatch(r" \d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])", keys["date"]) and
            len(set(tags)) == len(tags) and all(re.fullmatch(r"[a-z0-9_-]+\.[a-z0-9._-]+", t) for t in tags))


def each_rule_is_whole(rules):
    with open(os.path.join(SRCDIR, "rules/rules.mk"), encoding="utf-8") as lines:
        installed = lines.read()
    with open(os.path.join(SRCDIR, "rules/README.md"), encoding="utf-8") as lines:
        manual = lines.read()
    tested = {row[0] for row in ROWS}
    for rule in rules.values():
        version = uuid.UUID(rule.id)
        lacks = [what for what, there in (
            ("a row in the table of this test", rule.name in tested),
            ("its name in rules/rules.mk", f"rules/egret/{rule.name}.yml" in installed),
            ("its line in rules/README.md", f"| `{rule.name}` | {rule.level} | " in manual),
            ("the form that Sigma's schema asks for", as_sigmas_schema_has_it(rule)),
            ("an id of its own, a UUID of version 4", version.version == 4 and
             sum(other.id == rule.id for other in rules.values()) == 1),
            ("how it is tuned", "To tune: " in rule.text),
            ("false positives", re.search(r"^falsepositives:\n +- \w", rule.text, re.M)),
            ("techniques of ATT&CK", rule.techniques and "- attack.exfiltration\n" in rule.text),
            ("taxonomy and log source", "taxonomy: ecs\nlogsource:\n    product: egret\n" in rule.text),
            ("limits as plain numbers", not re.search(r"\|[gl]te?: [0-9]+ *[A-Za-z]", rule.text)),
        ) if not there]
        say(not lacks, f"{rule.name} has all that a shipped rule has", f"lacks {lacks}")


def own_lists_add_to_those_that_ship(rules, scratch):
    with open(os.path.join(scratch, "sanctioned.txt"), "w", encoding="utf-8") as to:
        to.write("# ours\ngofile.io\n")
    both = "rules.lists=" + os.path.join(SRCDIR, "rules/lists") + "," + scratch
    rule = rules["file-sharing-upload"]
    say(not alerts(replay(scratch, tls("gofile.io", 20 * MIB), "-s", both), rule) and
        len(alerts(replay(scratch, tls("file.io", 20 * MIB), "-s", both), rule)) == 1,
        "a list of one's own adds to the one of that name that ships")


def pysigma_has_no_issue(rules):
    sentence = "pySigma reads every shipped rule, and its validators find no issue"
    try:
        from sigma.collection import SigmaCollection
        from sigma.plugins import InstalledSigmaPlugins
        from sigma.validation import SigmaValidator
    except ImportError as why:
        print(f"skip - {sentence}: {why}")
        return
    # these would ask a server of ATT&CK's or D3FEND's
    offline = [v for k, v in InstalledSigmaPlugins.autodiscover().validators.items()
               if k not in ("attacktag", "d3_fendtag")]
    validator, wrong = SigmaValidator(offline), []
    for rule in rules.values():
        read = SigmaCollection.from_yaml(rule.text)
        for one in read.rules:
            for condition in one.detection.parsed_condition:
                condition.parse()
        wrong += validator.validate_rules(read.rules)
    say(not wrong, sentence, "\n".join(str(w) for w in wrong))


def ordinary_traffic_is_left_alone(scratch):
    """Captures of everyday protocols, whichever half of the world is inside; in some of them a song is fetched."""
    sentence = "on the corpus, in which nothing large leaves, no shipped rule fires but that on audio of any size"
    folders, eve = sorted(glob.glob(os.path.join(CORPUS, "dev/*/"))), os.path.join(scratch, "eve.json")
    if not folders:
        print(f"skip - {sentence}: {CORPUS}/dev is not there")
        return
    fired, flows = set(), 0
    for folder in folders:
        for inside in "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16", "0.0.0.0/1", "128.0.0.0/1":
            subprocess.run([EGRET, "replay", "-q", "-w", "1", "-s", "rules.paths=" + RULES,
                            "-s", "networks.protected=" + inside, "--eve", eve, folder],
                           stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=300)
            with open(eve, encoding="utf-8") as lines:
                records = [json.loads(line) for line in lines]
            flows += sum(r["event_type"] == "flow" for r in records)
            fired |= {f"{folder}: {r['alert']['signature']}" for r in records if r["event_type"] == "alert"}
    say(flows > 2000 and not [f for f in fired if not f.endswith(": Audio is leaving")], sentence,
        f"{flows} flows; " + "\n".join(sorted(fired)))


def main():
    rules = {r.name: r for r in map(Rule, sorted(glob.glob(os.path.join(RULES, "*.yml"))))}
    with tempfile.TemporaryDirectory() as scratch:
        each_rule_is_whole(rules)
        each_rule_fires_for_its_reason(rules, scratch)
        own_lists_add_to_those_that_ship(rules, scratch)
        pysigma_has_no_issue(rules)
        ordinary_traffic_is_left_alone(scratch)
    return failed


if __name__ == "__main__":
    sys.exit(main())
