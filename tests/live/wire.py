# SPDX-License-Identifier: Apache-2.0
"""wire.py - two hosts and the wire between them, in network namespaces of our own; what listens sits at the inside end.

Needs root and iproute2; say why they cannot be had with Skip.
"""
import os
import signal
import subprocess
import time

INSIDE, OUTSIDE = "10.1.0.2", "203.0.113.1"


class Skip(Exception):
    """What is tested cannot be tried here."""


def run(*words, **more):
    return subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, **more)


class Wire:
    """Namespaces egret-PID-in and -out, joined by a veth pair that is called `wire` at the inside end."""

    def __init__(self):
        if os.geteuid() != 0:
            raise Skip("network namespaces need root")
        self.inside, self.outside = (f"egret-{os.getpid()}-{end}" for end in ("in", "out"))
        self.children = []
        try:
            run("ip", "netns", "add", self.inside)
        except (OSError, subprocess.CalledProcessError) as why:
            raise Skip(f"no network namespace is to be had: {getattr(why, 'stderr', why)}") from why
        run("ip", "netns", "add", self.outside)
        for space in self.inside, self.outside:
            run("ip", "-n", space, "link", "set", "lo", "up")
        self.plug()

    def plug(self):
        try:
            run("ip", "link", "add", "wire", "netns", self.inside, "type", "veth", "peer", "name", "far", "netns", self.outside)
        except subprocess.CalledProcessError as why:
            self.close()
            raise Skip(f"no veth is to be had: {why.stderr}") from why
        for space, link, address in (self.inside, "wire", INSIDE), (self.outside, "far", OUTSIDE):
            run("ip", "-n", space, "addr", "add", f"{address}/24", "dev", link)
            run("ip", "-n", space, "link", "set", link, "up")
            run("ip", "-n", space, "route", "replace", "default", "dev", link)

    def unplug(self):
        run("ip", "-n", self.inside, "link", "del", "wire")

    def start(self, space, *words, **more):
        child = subprocess.Popen(["ip", "netns", "exec", space, *words], stdin=subprocess.DEVNULL, **more)
        self.children.append(child)
        return child

    def within(self, space, *words):
        return run("ip", "netns", "exec", space, *words)

    def close(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait(timeout=60)
        for space in self.inside, self.outside:
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


def ends(child, number=signal.SIGTERM, timeout=60):
    child.send_signal(number)
    return child.wait(timeout=timeout)


def until(true, seconds=20):
    """Waits; gives how long, or None."""
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        if true():
            return time.monotonic() - begun
        time.sleep(0.02)
    return None
