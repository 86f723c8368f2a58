#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""live_test.py - egret live on a wire between two hosts: what it says, how soon, and that a replay says the same.

A test is a function; its name is the sentence.
"""
import datetime
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

from wire import INSIDE, OUTSIDE, Skip, Wire, ends, until

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
SIGNATURES = ",".join(os.path.join(SRCDIR, "rules/signatures", n) for n in ("archive.yaml", "audio.yaml"))
SINK = os.path.join(SRCDIR, "tests/live/sink.py")
MB = 1000 * 1000
RULE = """title: {title}
id: 00000000-0000-4000-8000-{number:012d}
logsource: {{product: egret, category: flow}}
detection:
    much: {{egret.leaving.bytes|gte: {limit}}}
    condition: much
level: high
"""
WIRE = None


def write(path, text):
    with open(path, "w", encoding="utf-8") as to:
        to.write(text)


def records(path="eve.json"):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as lines:
        whole = lines.read()
    return [json.loads(line) for line in whole[:whole.rfind("\n") + 1].splitlines()]


def of(kind, path="eve.json"):
    return [r for r in records(path) if r["event_type"] == kind]


class Live:
    """A run on the wire; what it says on stderr is in its file."""

    def __init__(self, *options):
        write("rule.yml", RULE.format(title="much", number=1, limit=5 * MB))
        self.log = open("err", "w+", encoding="utf-8")  # pylint: disable=consider-using-with
        self.child = WIRE.start(WIRE.inside, EGRET, "live", "-q", "-i", "wire", "-s", f"rules.signatures={SIGNATURES}",
                                "-s", f"rules.paths={os.getcwd()}/rule.yml", "-s", "stats.interval=1s",
                                "-s", f"control.socket={os.getcwd()}/egret.sock", *options,
                                stderr=self.log)
        assert until(lambda: self.said("listening on wire") and "egret-worker" in self.threads()), self.all_said()

    def threads(self):
        """Their names: workers are the last that are started."""
        tasks = f"/proc/{self.child.pid}/task"
        names = []
        for task in os.listdir(tasks):
            try:
                with open(f"{tasks}/{task}/comm", encoding="utf-8") as name:
                    names.append(name.read().strip())
            except OSError:  # it has just ended
                pass
        return names

    def all_said(self):
        with open("err", encoding="utf-8") as lines:
            return lines.read()

    def said(self, text):
        return self.all_said().count(text)

    def ends(self, number=signal.SIGTERM):
        status = ends(self.child, number)
        self.log.close()
        assert status == 0, (status, self.all_said())
        assert not self.said("sandbox refuses") and not self.said("without its sandbox"), self.all_said()


def sink():
    server = WIRE.start(WIRE.outside, sys.executable, SINK)
    ready = ["ip", "netns", "exec", WIRE.inside, "curl", "-sf", "-o", "/dev/null", f"http://{OUTSIDE}/1"]
    assert until(lambda: subprocess.run(ready, check=False).returncode == 0)
    return server


def upload(size, name="a.bin", rate="0"):
    with open(name, "wb") as to:
        to.write(os.urandom(MB) * (size // MB))
    WIRE.within(WIRE.inside, "curl", "-s", "--limit-rate", rate, "-T", name, "-o", "/dev/null", f"http://{OUTSIDE}/{name}")


def an_alert_is_out_within_a_second_of_the_packet_that_crosses():
    run = Live()
    server = sink()
    child = WIRE.start(WIRE.inside, "sh", "-c", f"head -c 20000000 /dev/urandom > a.bin; "
                       f"curl -s --limit-rate 4M -T a.bin -o /dev/null http://{OUTSIDE}/a.bin")
    assert until(lambda: of("alert")), run.all_said()
    seen = datetime.datetime.now(datetime.timezone.utc)
    raised = datetime.datetime.strptime(of("alert")[0]["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert child.poll() is None, "the upload was over before it was said"
    assert (seen - raised).total_seconds() < 1, (seen, raised)
    assert of("alert")[0]["in_iface"] == "wire" and "pcap_cnt" not in of("alert")[0]
    child.wait(timeout=60)
    run.ends()
    ends(server)


# what each who listens numbers or stamps for itself, and what follows from it
OWN = {"seq", "run", "in_iface", "pcap_filename", "pcap_cnt", "first_packet", "raised_packet", "timestamp", "raised", "rate",
       "seconds_left", "flow_id", "alert_id", "id", "start", "end", "age"}


def plain(found, but=frozenset()):
    """What does not differ between a run and a replay of it."""
    def without(value):
        if isinstance(value, dict):
            return {k: without(v) for k, v in value.items() if k not in OWN | but}
        return [without(v) for v in value] if isinstance(value, list) else value

    return sorted(json.dumps(without(r), sort_keys=True) for r in found)


def stats():
    """The last record: what stands in it is the sum over the run."""
    last = of("stats")[-1]
    return {**last["stats"], **last["egret"]["stats"]}


def the_same_is_said_by_a_replay_of(traffic, *options):
    """With these options; gives what was said on stderr."""
    if not shutil.which("tcpdump"):
        raise Skip("tcpdump is not installed")
    for name in "wire.pcap", "eve.json":
        if os.path.exists(name):
            os.unlink(name)
    tcpdump = WIRE.start(WIRE.inside, "tcpdump", "-q", "-i", "wire", "-U", "-B", "65536", "-w", "wire.pcap",
                         "--time-stamp-precision=nano", stderr=subprocess.DEVNULL)
    assert until(lambda: os.path.exists("wire.pcap") and os.path.getsize("wire.pcap") >= 24)
    run = Live(*options)
    server = sink()
    assert until(lambda: of("stats")), run.all_said()  # all who work have begun
    traffic()
    time.sleep(1)
    run.ends()
    ends(server)
    time.sleep(0.5)
    ends(tcpdump)
    subprocess.run([EGRET, "replay", "-q", "-s", f"rules.signatures={SIGNATURES}", "-s", "rules.paths=rule.yml",
                    "--eve", "replayed.json", "wire.pcap"], check=True)
    assert stats()["capture"]["kernel_drops"] == 0, "packets were lost"
    for kind in "alert", "fileinfo", "flow":
        # two who listen may see what goes one way and the other at the same moment in another order
        but = {"pkts_toclient", "bytes_toclient"} if kind == "alert" else set()
        one, other = plain(of(kind), but), plain(of(kind, "replayed.json"), but)
        assert one and one == other, (options, kind, sorted(set(one) ^ set(other))[:2])
    return run.all_said()


def ordinary_traffic():
    upload(30 * MB)
    WIRE.within(WIRE.inside, "curl", "-s", "-o", "/dev/null", f"http://{OUTSIDE}/3000000")
    for n in range(20):
        WIRE.within(WIRE.inside, "curl", "-s", "-o", "/dev/null", f"http://{OUTSIDE}/{n}")


def a_replay_of_what_was_on_the_wire_says_the_same():
    said = the_same_is_said_by_a_replay_of(ordinary_traffic, "-w", "1")
    assert "one thread reads all interfaces: there is one worker" in said, said
    said = the_same_is_said_by_a_replay_of(ordinary_traffic, "-w", "2", "-s", "live.fanout=false")
    assert "one thread reads all interfaces: live.fanout is off" in said, said


def workers_that_read_for_themselves_get_their_own_packets_and_say_the_same():
    def traffic():
        ordinary_traffic()
        for last in range(10, 18):
            WIRE.within(WIRE.inside, "ip", "addr", "add", f"10.1.0.{last}/24", "dev", "wire")
            WIRE.within(WIRE.inside, "curl", "-s", "--interface", f"10.1.0.{last}", "-o", "/dev/null", f"http://{OUTSIDE}/{last}")

    for workers in "2", "3":
        WIRE.unplug()
        WIRE.plug()
        said = the_same_is_said_by_a_replay_of(traffic, "-w", workers)
        assert "one thread" not in said, said
        # the kernel and the decoder have one hash; of what came before all had joined some went another way
        assert stats()["capture_handed_over"] < 50 and stats()["capture_ring_drops"] == 0, stats()


def what_is_inside_a_tunnel_is_handed_over_to_who_works_on_it():
    for space, outer, far, inner in ((WIRE.inside, INSIDE, OUTSIDE, range(2, 12)), (WIRE.outside, OUTSIDE, INSIDE, [1])):
        try:
            WIRE.within(space, "ip", "link", "add", "tunnel", "type", "vxlan", "id", "5", "dstport", "4789", "local", outer,
                        "remote", far)
        except subprocess.CalledProcessError as why:
            raise Skip(f"no VXLAN is to be had: {why.stderr}") from why
        for last in inner:
            WIRE.within(space, "ip", "addr", "add", f"10.9.0.{last}/24", "dev", "tunnel")
        WIRE.within(space, "ip", "link", "set", "tunnel", "up")

    def traffic():
        for last in range(2, 12):
            WIRE.within(WIRE.inside, "curl", "-s", "--interface", f"10.9.0.{last}", "-o", "/dev/null", "http://10.9.0.1/700000")
        upload(6 * MB)

    the_same_is_said_by_a_replay_of(traffic, "-w", "2")
    assert stats()["capture_handed_over"] > 100 and stats()["capture_ring_drops"] == 0, stats()


def open_flows_are_written_out_when_it_ends():
    run = Live()
    server = sink()
    child = WIRE.start(WIRE.inside, "sh", "-c", f"head -c 30000000 /dev/zero >open; "
                       f"exec curl -s --limit-rate 2M -T open -o /dev/null http://{OUTSIDE}/open")
    time.sleep(3)
    run.ends()
    flows = [r for r in of("flow") if r["flow"]["bytes_toserver"] > MB]
    assert len(flows) == 1 and flows[0]["flow"]["reason"] == "shutdown", flows
    assert [r["egret"]["seq"] for r in records()] == list(range(1, len(records()) + 1))
    ends(child)
    ends(server)


def an_interface_that_goes_away_is_waited_for_and_taken_again():
    run = Live()
    WIRE.unplug()
    assert until(lambda: run.said("waiting for it") == 1), run.all_said()
    WIRE.plug()
    assert until(lambda: run.said("listening on wire") == 2), run.all_said()
    server = sink()
    upload(10 * MB)
    assert until(lambda: of("alert")), run.all_said()
    run.ends()
    assert of("stats")[-1]["egret"]["stats"]["capture_interface_lost"] == 1
    ends(server)


def one_that_is_not_there_yet_is_waited_for():
    WIRE.unplug()
    write("rule.yml", RULE.format(title="much", number=1, limit=5 * MB))
    with open("err", "w", encoding="utf-8") as log:
        child = WIRE.start(WIRE.inside, EGRET, "live", "-q", "-i", "wire", "-s", "rules.paths=rule.yml", stderr=log)

    def said(text):
        with open("err", encoding="utf-8") as lines:
            return text in lines.read()

    assert until(lambda: said("waiting for it"))
    WIRE.plug()
    assert until(lambda: said("listening on wire"))
    assert ends(child) == 0


def sighup_brings_other_rules_and_sigusr1_another_file():
    run = Live("-s", "service.user=root")  # who else may not be able to read what lies beside the program
    server = sink()
    upload(6 * MB)
    assert until(lambda: of("alert"))
    write("rule.yml", RULE.format(title="little", number=2, limit=MB))
    run.child.send_signal(signal.SIGHUP)
    assert until(lambda: run.said("from now on")), run.all_said()
    time.sleep(0.3)  # until all who work have taken them
    os.rename("eve.json", "eve.json.1")
    run.child.send_signal(signal.SIGUSR1)
    assert until(lambda: os.path.exists("eve.json"))
    upload(2 * MB)
    assert until(lambda: [r["alert"]["signature"] for r in of("alert")] == ["little"]), records()
    run.ends()
    seqs = [r["egret"]["seq"] for r in records("eve.json.1") + records()]
    assert seqs == list(range(1, len(seqs) + 1)), "a record is lost, or is there twice"
    ends(server)


def who_ends_it_by_hand_gets_a_summary_and_no_complaint():
    with open("out", "w", encoding="utf-8") as out:
        child = WIRE.start(WIRE.inside, EGRET, "live", "-i", "wire", "-s", f"rules.signatures={SIGNATURES}", stdout=out,
                           stderr=subprocess.DEVNULL)
    assert until(lambda: os.path.exists("eve.json"))
    server = sink()
    upload(3 * MB)
    time.sleep(0.5)
    assert ends(child, signal.SIGINT) == 0
    with open("out", encoding="utf-8") as lines:
        said = lines.read()
    assert "Read       wire: " in said and "3.00 MB left" in said and "Problems" not in said, said
    ends(server)


def killed_it_starts_again_and_no_record_is_torn():
    for _ in range(3):
        run = Live()
        server = sink()
        upload(6 * MB)
        assert until(lambda: of("alert"))
        run.child.kill()
        run.child.wait(timeout=60)
        ends(server)
    with open("eve.json", "a", encoding="utf-8") as torn:
        torn.write('{"timestamp":"2026-')
    run = Live()
    assert until(lambda: run.said("never finished")), run.all_said()
    run.ends()
    with open("eve.json", encoding="utf-8") as lines:
        assert all(json.loads(line) for line in lines)


def status_of(child):
    with open(f"/proc/{child.pid}/status", encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)


NET_RAW = f"{1 << 13:016x}"


def started_by_root_it_goes_on_as_nobody_who_may_only_listen():
    run = Live("-s", "service.user=nobody", "-w", "2")
    assert until(lambda: status_of(run.child)["Uid"].split()[0] != "0"), status_of(run.child)
    assert until(lambda: int(status_of(run.child)["Threads"]) >= 4), status_of(run.child)
    if not run.said("a build with sanitizers has no sandbox"):
        assert until(lambda: status_of(run.child)["Seccomp"] == "2"), status_of(run.child)
    for task in os.listdir(f"/proc/{run.child.pid}/task"):
        with open(f"/proc/{run.child.pid}/task/{task}/status", encoding="utf-8") as lines:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
        nobody = str(pwd.getpwnam("nobody").pw_uid)
        assert status["Uid"].split() == [nobody] * 4 and nobody not in status["Groups"].split()[1:], status
        assert (status["CapEff"], status["CapPrm"], status["CapInh"], status["CapAmb"]) == \
            (NET_RAW, NET_RAW, "0" * 16, "0" * 16), status
        assert int(status["CapBnd"], 16) == 0 and status["NoNewPrivs"] == "1", status
        assert status["Seccomp"] == "2" or run.said("a build with sanitizers has no sandbox"), status
    run.ends()


def without_its_sandbox_it_says_so():
    run = Live("--no-sandbox")
    assert until(lambda: run.said("--no-sandbox: its threads may ask the kernel for anything") == 1), run.all_said()
    assert status_of(run.child)["Seccomp"] == "0"
    run.ends()


def a_user_who_is_not_there_is_an_error_and_the_default_is_nobody():
    with open("err", "w", encoding="utf-8") as log:
        child = WIRE.start(WIRE.inside, EGRET, "live", "-q", "-i", "wire", "-s", "service.user=nosuchuser", stderr=log)
    assert child.wait(timeout=60) == 2
    with open("err", encoding="utf-8") as lines:
        assert 'the user "nosuchuser" (service.user) does not exist' in lines.read()
    run = Live()
    try:
        pwd.getpwnam("egret")
    except KeyError:
        assert until(lambda: run.said("it goes on as nobody")), run.all_said()
    run.ends()


def workers_stay_on_the_cores_that_are_named_for_them():
    def cores_of(child):
        found = []
        for task in os.listdir(f"/proc/{child.pid}/task"):
            with open(f"/proc/{child.pid}/task/{task}/status", encoding="utf-8") as lines:
                found += [line.split()[1] for line in lines if line.startswith("Cpus_allowed_list")]
        return found

    for more in (), ("-s", "live.fanout=false"):
        run = Live("-w", "2", "-s", "live.pin=0,1000", *more)
        assert until(lambda r=run: "0" in cores_of(r.child)), cores_of(run.child)
        assert until(lambda r=run: r.said("worker 2 is not kept on core 1000 (live.pin)")), run.all_said()
        run.ends()
    done = subprocess.run(["ip", "netns", "exec", WIRE.inside, EGRET, "live", "-i", "wire", "-s", "live.pin=first"], check=False,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 2 and '"first" is not the number of a core' in done.stderr, done


def a_service_manager_hears_that_it_is_ready_alive_and_ending():
    heard = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("notify")
        os.chmod("notify", 0o777)
        manager.settimeout(20)
        os.environ["NOTIFY_SOCKET"] = os.path.abspath("notify")
        try:
            run = Live()
        finally:
            del os.environ["NOTIFY_SOCKET"]
        heard.append(manager.recv(256))
        heard.append(manager.recv(256))
        run.ends()
        manager.settimeout(1)
        try:
            while True:
                heard.append(manager.recv(256))
        except OSError:
            pass
    assert heard[0] == b"READY=1" and heard[1] == b"WATCHDOG=1" and heard[-1] == b"STOPPING=1", heard


def what_cannot_be_listened_to_is_an_error():
    def live(*options):
        return subprocess.run(["ip", "netns", "exec", WIRE.inside, EGRET, "live", *options], check=False,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)

    done = live()
    assert done.returncode == 2 and "no interface named" in done.stderr, done
    done = live("-i", "wire", "-s", "live.filter=tcp prot 80")
    assert done.returncode == 2 and 'filter "tcp prot 80"' in done.stderr, done
    done = live("-i", "wire", "-s", "live.timestamps=sundial")
    assert done.returncode == 2 and '"sundial" stamps no packets' in done.stderr, done
    done = live("wire")
    assert done.returncode == 2 and "-i" in done.stderr, done


def main(where, wire=Wire):
    """Runs every function of that module whose name is a sentence, each with a wire of its own."""
    global WIRE  # pylint: disable=global-statement
    tests = [f for f in list(where.values()) if callable(f) and getattr(f, "__module__", "") == "__main__" and
             getattr(f, "__code__", None) and f.__code__.co_argcount == 0 and f.__name__.count("_") > 2]
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)  # what listens is not root for long
        for test in tests:
            sentence = test.__name__.replace("_", " ")
            folder = os.path.join(scratch, test.__name__)
            os.mkdir(folder)
            os.chmod(folder, 0o777)
            os.chdir(folder)
            try:
                if not shutil.which("curl") or not shutil.which("ip"):
                    raise Skip("curl and iproute2 are needed")
                WIRE = wire()
                try:
                    test()
                finally:
                    WIRE.close()
                print(f"ok - {sentence}", flush=True)
            except Skip as why:
                print(f"skip - {sentence}: {why}", flush=True)
            except Exception:  # pylint: disable=broad-except
                traceback.print_exc(file=sys.stdout)
                print(f"not ok - {sentence}", flush=True)
                failed = 1
            os.chdir("/")
    return failed


if __name__ == "__main__":
    sys.exit(main(globals()))
