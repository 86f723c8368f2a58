#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""package_test.py - the Debian package: where its files are, and that it installs, upgrades, goes and leaves nothing.

    make deb check-package     of a tree that was configured with --prefix=/usr --sysconfdir=/etc

It is installed into a copy of this machine that is thrown away: an overlay over /, in a mount namespace, in which
everything that changes lies in one folder to look at.  systemctl there is a script that notes what it is asked.
Not part of `make check`.  A test is a function; its name is the sentence; they build on each other.
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

BUILDDIR = os.path.abspath(os.environ.get("builddir", "."))
SYSTEMCTL = "#!/bin/sh\necho \"$@\" >>/systemctl.said\n"
# where a Debian administrator looks; rules are counted
PLACES = """
/etc/egret/egret.yaml /etc/logrotate.d/egret /usr/bin/egret
/usr/lib/systemd/system/egret.service /usr/lib/sysusers.d/egret.conf
/usr/share/bash-completion/completions/egret
/usr/share/doc/egret/changelog.Debian.gz /usr/share/doc/egret/copyright
/usr/share/egret/eve.schema.json
/usr/share/man/man1/egret.1.gz /usr/share/man/man1/egret-check.1.gz /usr/share/man/man1/egret-live.1.gz
/usr/share/man/man1/egret-replay.1.gz /usr/share/man/man1/egret-rules.1.gz
/usr/share/man/man5/egret-rules.5.gz /usr/share/man/man5/egret.yaml.5.gz
""".split()
# what is Debian's own to write while packages come and go, and the user who stays
OTHERS = ("/var/lib/dpkg/", "/var/cache/", "/var/log/dpkg.log", "/var/log/alternatives.log", "/etc/passwd", "/etc/group",
          "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/systemctl.said", "/run/", "/usr/bin/systemctl",
          "/tmp/", "/etc/.pwd.lock", "/usr/local/sbin/systemctl")


class Skip(Exception):
    """What is tested cannot be tried here."""


def run(*words, **more):
    done = subprocess.run(words, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, **more)
    assert done.returncode == 0, f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def package():
    found = glob.glob(os.path.join(BUILDDIR, "egret_*.deb"))
    assert len(found) == 1, f"first: make deb ({found})"
    return found[0]


class Machine:
    """This one, as far as it is looked at; all that changes is below `upper`."""

    def __init__(self, folder):
        self.upper, self.root = (os.path.join(folder, name) for name in ("upper", "root"))
        work = os.path.join(folder, "work")
        for path in self.upper, self.root, work:
            os.mkdir(path)
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={self.upper},workdir={work}", self.root)
        for name in "dev", "proc":
            run("mount", "--rbind", f"/{name}", os.path.join(self.root, name))
        run("mount", "-t", "tmpfs", "tmpfs", os.path.join(self.root, "run"))
        os.makedirs(os.path.join(self.root, "run/systemd/system"))
        self.write("/usr/local/sbin/systemctl", SYSTEMCTL, 0o755)

    def write(self, path, text, mode=0o644):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w", encoding="utf-8") as to:
            to.write(text)
        os.chmod(self.root + path, mode)

    def read(self, path):
        with open(self.root + path, encoding="utf-8") as lines:
            return lines.read()

    def has(self, path):
        return os.path.lexists(self.root + path)

    def do(self, *words):
        return run("chroot", self.root, *words, env={"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                                                     "DEBIAN_FRONTEND": "noninteractive"})

    def install(self, deb):
        shutil.copy(deb, self.root + "/run/egret.deb")
        return self.do("dpkg", "--install", "/run/egret.deb")

    def status(self):
        return self.do("dpkg-query", "-W", "-f=${db:Status-Abbrev} ${Version}", "egret").strip()

    def asked(self):
        """Of systemctl, since the last time."""
        said = self.read("/systemctl.said") if self.has("/systemctl.said") else ""
        self.write("/systemctl.said", "")
        return said.splitlines()

    def changed(self):
        """Files of which somebody else than Debian has made or changed one."""
        found = []
        for folder, _, names in os.walk(self.upper):
            found += [os.path.join(folder, name)[len(self.upper):] for name in names]
        return sorted(p for p in found if not p.startswith(OTHERS))


MACHINE = None


def lintian_has_no_error():
    if not shutil.which("lintian"):
        raise Skip("lintian is not installed")
    done = subprocess.run(["lintian", "--fail-on", "error", "--allow-root", package()], check=False, capture_output=True,
                          text=True, timeout=300)
    print(done.stdout, end="")
    assert done.returncode == 0, done.stderr


def its_files_are_where_an_administrator_looks_for_them():
    lines = [line.split(None, 5) for line in run("dpkg-deb", "--contents", package()).splitlines()]
    files = {fields[5][1:]: fields for fields in lines if not fields[5].endswith("/")}
    assert not set(PLACES) - set(files), set(PLACES) - set(files)
    more = [f for f in files if f not in PLACES and not f.startswith(("/usr/share/egret/rules/", "/usr/share/man/man1/egret-"))]
    assert not more, more
    assert sum(f.startswith("/usr/share/egret/rules/egret/") for f in files) > 20
    assert all(fields[1] == "root/root" for fields in lines)
    wrong = [f for f, fields in files.items() if fields[0] != ("-rwxr-xr-x" if f == "/usr/bin/egret" else "-rw-r--r--")]
    assert not wrong, wrong
    assert "libpcap" in run("dpkg-deb", "-f", package(), "Depends")


def it_installs_makes_its_user_and_does_not_start_what_has_no_interface():
    MACHINE.install(package())
    assert MACHINE.status().startswith("ii "), MACHINE.status()
    assert MACHINE.read("/etc/passwd").count("\negret:") == 1
    user = [line for line in MACHINE.read("/etc/passwd").splitlines() if line.startswith("egret:")][0].split(":")
    assert user[6] in ("/usr/sbin/nologin", "/bin/false"), user
    assert MACHINE.asked() == ["daemon-reload"]
    assert not MACHINE.do("dpkg", "--verify", "egret")


def what_is_installed_works_with_what_is_installed():
    assert "egret " in MACHINE.do("egret", "version")
    shipped = [f for f in os.listdir(MACHINE.root + "/usr/share/egret/rules/egret") if f.endswith(".yml")]
    assert f"rules: {len(shipped)}\n" in MACHINE.do("egret", "check", "-c", "/etc/egret/egret.yaml")
    assert f"{len(shipped)} rules" in MACHINE.do("egret", "rules", "list")  # and without being told of settings
    page = MACHINE.do("zcat", "/usr/share/man/man5/egret.yaml.5.gz")
    assert "/usr/share/egret" in page and "/etc/egret/egret.yaml" in page and "/usr/local" not in page


def newer(folder):
    """The same package, a version later, with other settings to begin with."""
    tree = os.path.join(folder, "newer")
    run("dpkg-deb", "--raw-extract", package(), tree)
    control = os.path.join(tree, "DEBIAN/control")
    with open(control, encoding="utf-8") as lines:
        text = lines.read()
    version = [line for line in text.splitlines() if line.startswith("Version: ")][0]
    with open(control, "w", encoding="utf-8") as to:
        to.write(text.replace(version, version + "+1"))
    with open(os.path.join(tree, "usr/share/egret/rules/egret/added.yml"), "w", encoding="utf-8") as to:
        to.write("# a later rule\n")
    os.unlink(os.path.join(tree, "usr/share/egret/rules/egret/mailbox.yml"))
    deb = os.path.join(folder, "newer.deb")
    run("dpkg-deb", "--root-owner-group", "--build", tree, deb)
    return deb


def an_upgrade_keeps_settings_restarts_what_runs_and_takes_old_files_away():
    MACHINE.write("/etc/egret/egret.yaml", "live:\n  interfaces: [eth1]\n")
    MACHINE.write("/var/log/egret/eve.json", "{}\n")
    with tempfile.TemporaryDirectory(dir=os.path.dirname(MACHINE.root)) as folder:
        MACHINE.install(newer(folder))
    assert MACHINE.status().endswith("+1"), MACHINE.status()
    assert MACHINE.read("/etc/egret/egret.yaml") == "live:\n  interfaces: [eth1]\n"
    assert MACHINE.has("/usr/share/egret/rules/egret/added.yml") and not MACHINE.has("/usr/share/egret/rules/egret/mailbox.yml")
    assert MACHINE.read("/var/log/egret/eve.json") == "{}\n"
    asked = MACHINE.asked()
    assert "try-restart egret.service" in asked and not any("disable" in line for line in asked), asked
    MACHINE.install(package())  # and back
    assert MACHINE.asked() and not MACHINE.has("/usr/share/egret/rules/egret/added.yml")


def removed_it_stops_and_leaves_settings_and_records_alone():
    MACHINE.write("/var/lib/egret/syslog.spool", "x")
    MACHINE.do("dpkg", "--remove", "egret")
    assert MACHINE.status().startswith("rc "), MACHINE.status()
    asked = MACHINE.asked()
    assert any("disable --now egret.service" in line for line in asked) and asked[-1] == "daemon-reload", asked
    assert not MACHINE.has("/usr/bin/egret") and not MACHINE.has("/usr/share/egret")
    assert MACHINE.changed() == ["/etc/egret/egret.yaml", "/etc/logrotate.d/egret", "/var/lib/egret/syslog.spool",
                                 "/var/log/egret/eve.json"], MACHINE.changed()


def purged_it_leaves_nothing_but_its_user():
    MACHINE.write("/var/cache/egret/patterns", "x")
    MACHINE.do("dpkg", "--purge", "egret")
    assert MACHINE.changed() == [] and not MACHINE.has("/var/cache/egret"), MACHINE.changed()
    for folder in "/etc/egret", "/var/log/egret", "/var/lib/egret", "/usr/share/egret", "/usr/share/doc/egret":
        assert not MACHINE.has(folder), folder


def it_can_be_installed_again():
    MACHINE.install(package())
    assert MACHINE.status().startswith("ii ") and "interfaces: []" in MACHINE.read("/etc/egret/egret.yaml")


def main():
    global MACHINE  # pylint: disable=global-statement
    if not os.environ.get("EGRET_UNSHARED"):  # what is mounted goes with the namespace
        os.environ["EGRET_UNSHARED"] = "1"
        if os.geteuid() == 0 and shutil.which("unshare") and \
                subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0:
            os.execvp("unshare", ["unshare", "--mount", sys.executable, os.path.abspath(__file__)])
    tests = [f for f in list(globals().values()) if callable(f) and getattr(f, "__module__", "") == "__main__" and
             getattr(f, "__code__", None) and f.__code__.co_argcount == 0 and f.__name__.count("_") > 2]
    failed = 0
    why_not = None
    folder = tempfile.mkdtemp()
    try:
        if os.geteuid() != 0 or not shutil.which("dpkg"):
            raise Skip("root and dpkg are needed")
        run("mount", "-t", "tmpfs", "tmpfs", folder)
        MACHINE = Machine(folder)
    except (Skip, AssertionError) as why:
        why_not = str(why).strip().replace("\n", " ")
    for test in tests:
        sentence = test.__name__.replace("_", " ")
        try:
            if MACHINE is None and "MACHINE" in test.__code__.co_names:
                raise Skip(why_not)
            test()
            print(f"ok - {sentence}", flush=True)
        except Skip as why:
            print(f"skip - {sentence}: {why}", flush=True)
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc(file=sys.stdout)
            print(f"not ok - {sentence}", flush=True)
            failed = 1
    subprocess.run(["umount", "-R", "-l", folder], check=False, capture_output=True)
    os.rmdir(folder)
    return failed


if __name__ == "__main__":
    sys.exit(main())
