#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""replay_test.py - how egret replay behaves: exit statuses, who says what where, broken inputs, signals.

A test is a function; its name is the sentence.
"""
import fcntl
import gzip
import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
GENERATE = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "tests/bench/generate")
# the two files of signatures that the inputs need: the rest only takes time to compile
FEW = "-s", "rules.signatures=" + ",".join(
    os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))


class Skip(Exception):
    pass


def egret(*options, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE):
    return subprocess.run([EGRET, "replay", *FEW, *options], stdin=stdin, stdout=stdout,
                          stderr=subprocess.PIPE, text=True, timeout=600, check=False)


def generate(to, *recipe):
    with open(to, "wb") as out:
        subprocess.run([GENERATE, *recipe], stdout=out, check=True)


def records(path="eve.json"):
    with open(path, encoding="utf-8") as lines:
        whole = lines.read()
    assert whole == "" or whole.endswith("\n"), "the last record is cut"
    return [json.loads(line) for line in whole.splitlines()]


def count(kind, found):
    return sum(r["event_type"] == kind for r in found)


def complaints(done):
    return [line for line in done.stderr.splitlines() if line.startswith("egret: ")]


def same(want, got):
    assert want == got, f"want {want!r}, got {got!r}"


def holds(part, text):
    assert part in text, f"{part!r} does not stand in {text!r}"


# Inputs that are broken.

def an_input_that_is_not_there_is_named_and_the_others_are_read():
    done = egret("--eve", "eve.json", "gone.pcap", "small.pcap")
    same(1, done.returncode)
    same(1, len(complaints(done)))
    holds("gone.pcap: No such file or directory", done.stderr)
    same(1, count("fileinfo", records()))


def so_is_one_that_may_not_be_read():
    if os.geteuid() == 0:
        raise Skip("root may read everything")
    os.chmod("unreadable.pcap", 0)
    done = egret("--eve", "eve.json", "unreadable.pcap", "small.pcap")
    same(1, done.returncode)
    holds("unreadable.pcap: Permission denied", done.stderr)
    same(1, count("fileinfo", records()))


def so_is_one_that_is_empty():
    done = egret("--eve", "eve.json", "empty.pcap", "small.pcap")
    same(1, done.returncode)
    same(1, len(complaints(done)))
    holds("empty.pcap: is empty", done.stderr)
    same(1, count("fileinfo", records()))


def so_is_one_that_is_no_capture():
    done = egret("--eve", "eve.json", "text.pcap", "small.pcap")
    same(1, done.returncode)
    same(1, len(complaints(done)))
    holds("text.pcap: not a capture file", done.stderr)
    same(1, count("fileinfo", records()))


def one_that_is_cut_off_is_read_to_there_and_the_place_is_said():
    done = egret("--eve", "eve.json", "cut.pcap")
    same(1, done.returncode)
    same(1, len(complaints(done)))
    holds("cut.pcap: broken off after packet ", done.stderr)
    holds(" at byte ", done.stderr)
    found = records()
    same(1, count("fileinfo", found))
    same(["TRUNCATED"], [r["fileinfo"]["state"] for r in found if r["event_type"] == "fileinfo"])


def so_is_one_that_is_cut_off_inside_its_compression():
    done = egret("--eve", "eve.json", "cut.pcap.gz")
    same(1, done.returncode)
    same(1, len(complaints(done)))
    holds("cut.pcap.gz: broken off after packet ", done.stderr)
    same(1, count("flow", records()))


def nothing_that_can_be_read_is_a_failure_without_a_summary():
    done = egret("--eve", "eve.json", "text.pcap")
    same(1, done.returncode)
    same("", done.stdout)
    holds("no capture that can be read", done.stderr)


def the_summary_says_how_many_inputs_are_broken():
    done = egret("--eve", "eve.json", "cut.pcap", "small.pcap")
    same(1, done.returncode)
    holds("1 of 2 inputs", done.stdout[done.stdout.index("Problems"):])


# Wrong usage: before any packet is read.

def misused(part, *options):
    if os.path.exists("eve.json"):
        os.remove("eve.json")
    done = egret(*options, "--eve", "eve.json", "small.pcap")
    same(2, done.returncode)
    same("", done.stdout)
    # one sentence; what is wrong with settings and rules also with its line and a count
    assert 1 <= len(done.stderr.splitlines()) <= 4, done.stderr
    holds(part, done.stderr)
    assert not os.path.exists("eve.json"), "records were begun"


def a_wrong_filter_is_told_with_its_reason():
    misused("syntax error", "--filter=tcp and")


def a_wrong_moment_is_told_with_a_right_one():
    misused('--since: "yesterday" is no moment: say 2024-05-01T10:00:00Z', "--since", "yesterday")


def what_a_filter_leaves_out_is_counted_and_the_run_has_another_name():
    found = {}
    for name, options in ("all", []), ("none", ["--filter", "port 1"]), ("late", ["--since", "+1ms"]):
        done = egret(*options, "--eve", "eve.json", "small.pcap")
        same(0, done.returncode)
        found[name] = records()[-1]
    same(0, found["none"]["stats"]["decoder"]["pkts"])
    packets = found["all"]["stats"]["capture"]["kernel_packets"]
    for last in found.values():
        same(packets, last["stats"]["capture"]["kernel_packets"])
        same(packets, last["stats"]["decoder"]["pkts"] + last["egret"]["stats"]["capture_passed_over"])
    same(3, len({r["egret"]["run"] for r in found.values()}))


def a_wrong_option_is_told_with_the_one_that_was_meant():
    misused("no option --protct=10.0.0.0/8, did you mean --protect?", "--protct=10.0.0.0/8")
    misused("no option -z;", "-z")
    misused("--quiet=yes: takes no value", "--quiet=yes")


def an_option_without_its_value_is_told():
    done = egret("small.pcap", "--fail-on")
    same(2, done.returncode)
    holds("--fail-on needs a value", done.stderr)


def a_wrong_value_of_an_option_is_told():
    misused("-w 65: 1 to 64 workers", "-w", "65")
    misused("--fail-on hihg: say informational, low", "--fail-on", "hihg")
    misused("--protect 10.0.0.0/33", "--protect", "10.0.0.0/33")


def a_wrong_key_is_told_with_the_one_that_was_meant():
    misused('unknown key "flow.memry", did you mean "flow.memory"?', "-s", "flow.memry=5MiB")
    with open("wrong.yaml", "w", encoding="utf-8") as to:
        to.write("flow:\n  memory: 5MiB\n  timeot:\n    new: 3s\n")
    misused('wrong.yaml:3:3: ', "-c", "wrong.yaml")
    misused('did you mean "flow.timeout"?', "-c", "wrong.yaml")


def a_wrong_rule_is_told_with_its_place_and_what_was_meant():
    with open("wrong.yml", "w", encoding="utf-8") as to:
        to.write("title: Large\nid: 6f1f0c3e-7a55-4a7e-9f2f-1b9c0f6c8a01\nlevel: high\n"
                 "logsource:\n  product: egret\n  category: transfer\n"
                 "detection:\n  large:\n    egret.file.szie|gte: 1GiB\n  condition: large\n")
    misused("wrong.yml:9:5: ", "-s", "rules.paths=wrong.yml")
    misused('did you mean "egret.file.', "-s", "rules.paths=wrong.yml")


def no_capture_named_is_wrong_usage():
    done = egret("-q")
    same(2, done.returncode)
    holds("no capture named", done.stderr)


# Who says what where.

def fail_on_gives_3_when_an_alert_of_that_level_was_raised():
    same(3, egret("--fail-on", "high", "--eve", "eve.json", "upload.pcap").returncode)
    same(0, egret("--fail-on", "critical", "--eve", "eve.json", "upload.pcap").returncode)
    same(0, egret("--fail-on", "informational", "-s", "networks.protected=192.168.0.0/16", "--eve", "eve.json",
                  "upload.pcap").returncode)


def with_eve_on_stdout_only_records_are_there_and_the_summary_is_on_stderr():
    done = egret("--eve", "-", "upload.pcap")
    same(0, done.returncode)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert count("alert", found) > 0
    holds("calls-1.zip", done.stderr)
    holds("Elapsed", done.stderr)


def else_stdout_has_the_summary_and_stderr_nothing():
    done = egret("--eve", "eve.json", "upload.pcap")
    same("", done.stderr)
    holds("Elapsed", done.stdout)
    assert "{" not in done.stdout


def quiet_says_nothing_anywhere():
    done = egret("-q", "--eve", "eve.json", "upload.pcap")
    same(("", "", 0), (done.stdout, done.stderr, done.returncode))


def a_folder_for_the_output_is_made():
    done = egret("-q", "-o", "made", "small.pcap")
    same(0, done.returncode)
    same(1, count("fileinfo", records("made/eve.json")))


def a_folder_that_cannot_be_made_is_told_before_the_run():
    done = egret("-o", "gone/made", "small.pcap")
    same(2, done.returncode)
    holds("gone/made: No such file or directory", done.stderr)


def the_same_run_has_the_same_name_and_the_same_records():
    names = set()
    for workers, options in ((1, ()), (2, ()), (8, ()), (1, ("-s", "flow.memory=2MiB"))):
        egret("-q", "-w", str(workers), "--eve", f"{workers}{len(options)}.json", *options, "upload.pcap")
        names.add(records(f"{workers}{len(options)}.json")[0]["egret"]["run"])
        if not options:
            same(open("10.json", "rb").read(), open(f"{workers}0.json", "rb").read())
    same(2, len(names))


def more_workers_than_parts_are_not_begun():
    done = subprocess.Popen([EGRET, "replay", *FEW, "-s", "engine.shards=2", "-w", "64", "-q", "--eve", "eve.json", "-"],
                            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        with open("small.pcap", "rb") as capture:
            done.stdin.write(capture.read()[:5000])
        done.stdin.flush()
        deadline = time.monotonic() + 300
        threads = 0
        while threads < 4 and time.monotonic() < deadline:
            threads = len(os.listdir(f"/proc/{done.pid}/task"))
            time.sleep(0.05)
        time.sleep(0.2)
        # a reader, two workers, a merger, and perhaps a sanitizer's own
        assert len(os.listdir(f"/proc/{done.pid}/task")) <= 5
    finally:
        done.stdin.close()
        done.wait(timeout=300)


# A writer that fails.

def a_reader_that_goes_away_ends_nothing():
    for workers in ("1", "4"):
        run = subprocess.Popen([EGRET, "replay", *FEW, "-w", workers, "--eve", "-", "many.pcap"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        run.stdout.readline()
        run.stdout.close()
        said = run.stderr.read().decode()
        same(1, run.wait(timeout=300))
        same(1, said.count("cannot write records to stdout"))
        holds("Elapsed", said)


def a_full_disk_is_said_once_and_the_run_goes_on():
    done = egret("--eve", "/dev/full", "upload.pcap")
    same(1, done.returncode)
    same(1, len(complaints(done)))
    holds("cannot write records to /dev/full: No space left on device", done.stderr)
    holds("could not be written", done.stdout)
    holds("calls-1.zip", done.stdout)


def records_that_cannot_be_begun_are_told_before_the_run():
    done = egret("--eve", "gone/eve.json", "upload.pcap")
    same(2, done.returncode)
    holds("gone/eve.json: No such file or directory", done.stderr)


# Signals.

def interrupted(workers, idle):
    run = subprocess.Popen([EGRET, "replay", *FEW, "-w", workers, "--eve", "eve.json", "-"],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False)
    with open("upload.pcap", "rb") as capture:
        whole = capture.read()
    try:
        # what of it fits the pipe after the engine took all that it will take
        os.set_blocking(run.stdin.fileno(), False)
        at, deadline = 0, time.monotonic() + 300
        head = len(whole) // 2
        while at < head and time.monotonic() < deadline:
            select.select([], [run.stdin], [], 1)
            try:
                at += os.write(run.stdin.fileno(), whole[at:min(at + 65536, head)])
            except BlockingIOError:
                pass
        if idle:
            wait_until_read(run.stdin.fileno())
            run.send_signal(signal.SIGINT)
        else:
            run.send_signal(signal.SIGINT)
            deadline = time.monotonic() + 60
            while run.poll() is None and time.monotonic() < deadline:
                try: # more comes all the time
                    at += os.write(run.stdin.fileno(), whole[at:at + 65536])
                except BlockingIOError:
                    time.sleep(0.01)
                except BrokenPipeError:
                    break
        status = run.wait(timeout=120)
        out, err = run.stdout.read().decode(), run.stderr.read().decode()
    finally:
        run.kill()
    same((0, ""), (status, err))
    holds("stopped before the end of the input", out)
    found = records()
    assert count("alert", found) > 0 and count("stats", found) == 1
    same(["TRUNCATED"], [r["fileinfo"]["state"] for r in found if r["event_type"] == "fileinfo"])


def wait_until_read(fd):
    """Until nothing is left in the pipe, and a moment for what was taken."""
    deadline = time.monotonic() + 120
    left = 1
    while left and time.monotonic() < deadline:
        left = int.from_bytes(fcntl.ioctl(fd, 0x541B, b"\0\0\0\0"), sys.byteorder)  # FIONREAD
        time.sleep(0.05)
    time.sleep(0.3)


def sigint_in_the_middle_of_a_pipe_gives_the_summary_and_whole_records():
    for workers in ("1", "4"):
        interrupted(workers, False)


def so_it_does_where_nothing_comes_any_more():
    for workers in ("1", "4"):
        interrupted(workers, True)


# A terminal.

def on_terminal(*options):
    """A run with a terminal for stderr, and a pipe in which something comes for half a second."""
    out, into = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.dup2(out, 0)
        os.close(out)
        os.close(into)
        os.dup2(os.open("summary.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), 1)
        os.execv(EGRET, [EGRET, "replay", *FEW, "-w", "1", "--eve", "eve.json", *options, "-"])
    os.close(out)
    with open("upload.pcap", "rb") as capture, open(into, "wb", buffering=0) as pipe:
        whole = capture.read()
        pipe.write(whole[:len(whole) // 2])
        time.sleep(0.6)
        pipe.write(whole[len(whole) // 2:])
    said = b""
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode(errors="replace")


def progress_appears_on_a_terminal_and_nowhere_else():
    try:
        status, said = on_terminal()
    except OSError as why:
        raise Skip(f"no pseudo terminal: {why}") from why
    same(0, status)
    assert "\r" in said, "no progress on a terminal"
    status, said = on_terminal("-q")
    same((0, ""), (status, said))
    same("", egret("--eve", "eve.json", "upload.pcap").stderr)


# Times that are far apart.


def a_capture_that_jumps_by_decades_is_read_at_once():
    # two packets, in 1970 and in 2106, and a stats record due each second
    head = bytes.fromhex("d4c3b2a102000400" + "00" * 8 + "ffff0000" + "65000000")
    ip = bytes.fromhex("4500001c000040004011000005050505060606060035003500080000")

    def packet(seconds):
        return (seconds.to_bytes(4, "little") + bytes(4) + len(ip).to_bytes(4, "little") * 2) + ip

    with open("jump.pcap", "wb") as to:
        to.write(head + packet(0) + packet(0xfffffff0))
    began = time.monotonic()
    subprocess.run([EGRET, "replay", *FEW, "-q", "-w", "1", "-s", "stats.interval=1ms", "--eve", "eve.json", "jump.pcap"],
                   timeout=60, check=True)
    assert time.monotonic() - began < 60
    same(2, records()[-1]["stats"]["decoder"]["pkts"])


def prepare():
    generate("upload.pcap", "upload", "bytes=1200m")
    generate("small.pcap", "upload", "bytes=100k", "segment=1448", "midstream=0")
    generate("many.pcap", "many", "bytes=4m", "flows=40")
    with open("small.pcap", "rb") as whole:
        b = whole.read()
    with open("cut.pcap", "wb") as to:
        to.write(b[:len(b) * 2 // 3 + 5])
    with open("cut.pcap.gz", "wb") as to:
        packed = gzip.compress(b, 1)
        to.write(packed[:len(packed) * 2 // 3])
    with open("text.pcap", "w", encoding="utf-8") as to:
        to.write("Dear reader, this is not a capture.\n" * 40)
    open("empty.pcap", "wb").close()
    with open("unreadable.pcap", "wb") as to:
        to.write(b)


def run_all(tests, ready):
    """Every function that is a test, in a folder of their own."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        ready()
        for name, test in tests.items():
            if "_" not in name or not callable(test) or test.__code__.co_argcount or name in ("on_terminal", "run_all"):
                continue
            sentence = name.replace("_", " ")
            try:
                test()
                print("ok -", sentence, flush=True)
            except Skip as why:
                print(f"skip - {sentence}: {why}", flush=True)
            except Exception:  # whatever it is, the others are tried
                traceback.print_exc(file=sys.stdout)
                print("not ok -", sentence, flush=True)
                failed = 1
        os.chdir("/")
    return failed


if __name__ == "__main__":
    sys.exit(run_all(dict(globals()), prepare))
