#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""service_test.py - the package under systemd, as README.md's walk on a span port goes.

    make deb check-package     of a tree that was configured with --prefix=/usr --sysconfdir=/etc

A copy of this machine that is thrown away (an overlay over /) is started with systemd as its first process, in
namespaces of its own, at the inside end of a wire; what the walk prints is what the tests look at.  Not part of
`make check`; skipped with the reason where it cannot be had.
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time

SRCDIR = os.path.abspath(os.environ.get("srcdir", "."))
BUILDDIR = os.path.abspath(os.environ.get("builddir", "."))
sys.path.insert(0, os.path.join(SRCDIR, "tests/live"))
from wire import OUTSIDE, Skip, Wire, until  # pylint: disable=wrong-import-position

SENTENCES = """installed, it starts under systemd with all that the unit takes away
it listens, answers egret ctl and gives its metrics
what leaves is an alert in its file, and a canary is seen
it is not root, may only listen, and has its folders to itself
reloaded, rotated and upgraded it goes on
purged it stops, and leaves no folder behind""".splitlines()

BOOT = r"""
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mountpoint -q sys/fs/cgroup || mount -t tmpfs tmpfs sys/fs/cgroup
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount --rbind /dev dev
for folder in run tmp var/tmp; do mount -t tmpfs tmpfs $folder; done
cp "$2" var/tmp/egret.deb
rm -rf etc/systemd/system/*.wants
mkdir -p etc/systemd/system
cp "$3/walk.sh" var/tmp/walk.sh
touch var/tmp/walked
mount --bind "$3/walked" var/tmp/walked
cat >etc/systemd/system/walk.service <<'END'
[Service]
Type=oneshot
ExecStart=/bin/sh /var/tmp/walk.sh
StandardOutput=file:/var/tmp/walked
StandardError=file:/var/tmp/walked
END
cat >etc/systemd/system/walk.target <<'END'
[Unit]
Requires=sysinit.target walk.service
Wants=dbus.socket
END
exec env -i container=walk PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd --unit=walk.target --show-status=no
"""

WALK = r"""
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
is() { systemctl is-active egret; systemctl show -P MainPID egret; }
echo "== start"
dpkg --install /var/tmp/egret.deb
sed -i 's/interfaces: \[\]/interfaces: [wire]/' /etc/egret/egret.yaml
egret check
systemctl enable --now egret
is
echo "== listens"
egret ctl status
curl -s http://127.0.0.1:9642/healthz
curl -s http://127.0.0.1:9642/metrics
echo "== alert"
(printf 'RIFF\044\360\377\004WAVEfmt \020\0\0\0\001\0\001\0\100\037\0\0\200\076\0\0\002\0\020\0data\0\360\377\004'
 head -c 30000000 /dev/zero) >/tmp/call.wav
curl -s -T /tmp/call.wav http://@OUTSIDE@/
egret canary http://@OUTSIDE@/
sleep 2
grep -o '"signature":"[^"]*"' /var/log/egret/eve.json
egret ctl status
journalctl --no-pager -u egret
echo "== rights"
grep -E '^(Uid|CapEff|CapPrm|CapBnd|CapAmb|NoNewPrivs|Seccomp):' /proc/$(systemctl show -P MainPID egret)/status
id -u egret
stat -c '%n %U %a' /run/egret /run/egret/egret.sock /var/log/egret /var/log/egret/eve.json /var/lib/egret
echo "== goes on"
is
systemctl reload egret
egret ctl reload
egret ctl rotate
is
dpkg --install /var/tmp/egret.deb
is
ls /var/log/egret
echo "== purged"
dpkg --purge egret
systemctl is-active egret
ls -d /etc/egret /var/log/egret /var/lib/egret /var/cache/egret /run/egret /etc/systemd/system/*.wants/egret.service
echo "== over"
"""


def walk(folder):
    """What the walk printed, part by part."""
    if not os.path.exists("/lib/systemd/systemd") or not shutil.which("unshare") or not shutil.which("curl"):
        raise Skip("systemd, util-linux and curl are needed")
    found = glob.glob(os.path.join(BUILDDIR, "egret_*.deb"))
    assert len(found) == 1, f"first: make deb ({found})"
    for name, text in ("walk.sh", WALK.replace("@OUTSIDE@", OUTSIDE)), ("walked", ""):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as to:
            to.write(text)
    machine = os.path.join(folder, "machine")
    os.mkdir(machine)
    groups = next((path for path in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup") if os.path.exists(path + "/cgroup.procs")), None)
    if os.geteuid() != 0 or not groups:
        raise Skip("root and cgroup2 are needed")
    group = f"{groups}/egret-{os.getpid()}"
    wire = Wire()

    def walked():
        with open(os.path.join(folder, "walked"), encoding="utf-8", errors="replace") as lines:
            return lines.read()

    try:
        os.mkdir(group)
        wire.start(wire.outside, sys.executable, os.path.join(SRCDIR, "tests/live/sink.py"))
        with open(os.path.join(folder, "console"), "w+", encoding="utf-8", errors="replace") as console:
            first = subprocess.Popen(
                ["sh", "-c", f'echo $$ >{group}/cgroup.procs; exec ip netns exec {wire.inside} '
                 'unshare --mount --pid --fork --kill-child --cgroup --uts --ipc sh -c "$0" sh "$@"',
                 BOOT, machine, found[0], folder], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
            try:
                until(lambda: "== over\n" in walked() or first.poll() is not None, 120)
                console.seek(0)
                if not walked():
                    raise Skip("systemd cannot be started in a container here: " + console.read().strip()[-200:].replace("\n", " "))
            finally:
                first.kill()
                first.wait(timeout=60)
        return walked()
    finally:
        wire.close()
        # as soon as the last process is gone
        until(lambda: subprocess.run(["find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+"], check=False,
                                     capture_output=True).returncode == 0, 10)


def judge(text):
    """For each sentence, whether it is true."""
    part = {p.split("\n", 1)[0]: p.split("\n", 1)[1] for p in text.split("== ")[1:]}
    rights = dict(line.split(":\t") for line in part["rights"].splitlines() if ":\t" in line)
    net_raw = f"{1 << 13:016x}"
    egret_id = [line for line in part["rights"].splitlines() if line.isdigit()]
    running = [line for line in part["goes on"].splitlines() if line.isdigit()]
    yield part["start"].count("\nactive\n") == 1 and "Failed" not in part["start"]
    yield "listening on wire" in part["listens"] and "\nok\n" in part["listens"] and "egret_build_info{" in part["listens"]
    yield '"signature":"Audio is leaving"' in part["alert"] and "canary     seen" in part["alert"] and "canary seen, from" in part["alert"]
    yield egret_id and rights["Uid"].split() == egret_id * 4 and rights["CapEff"] == rights["CapBnd"] == net_raw and \
        rights["NoNewPrivs"] == "1" and rights["Seccomp"] == "2" and "/run/egret/egret.sock egret 660\n" in part["rights"] and \
        "/var/log/egret egret 750\n" in part["rights"] and "/var/lib/egret egret 750\n" in part["rights"]
    yield part["goes on"].count("active\n") == 3 and len(running) == 3 and running[0] == running[1] != running[2] and \
        "eve.json.1" in part["goes on"] and "from now on" in part["goes on"]
    yield "inactive\n" in part["purged"] and part["purged"].count("No such file or directory") == 6


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        try:
            text = walk(folder)
        except Skip as why:
            for sentence in SENTENCES:
                print(f"skip - {sentence}: {why}")
            return 0
        print(text)
        try:
            for sentence, good in zip(SENTENCES, judge(text), strict=True):
                failed |= not good
                print(f"{'ok' if good else 'not ok'} - {sentence}")
        except KeyError as part:
            print(f"not ok - the walk comes to its part {part}")
            failed = 1
        print(f"# {time.monotonic() - begun:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(main())
