#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""unit_test.py - the systemd unit leaves a service that was broken into little to do."""
import os
import re
import shutil
import subprocess
import sys

UNIT = os.path.join(os.path.abspath(os.environ.get("builddir", ".")), "config/egret.service")
SENTENCE = "systemd rates the exposure of the unit at 2.0 or less"


def main():
    if not shutil.which("systemd-analyze"):
        print(f"skip - {SENTENCE}: systemd-analyze is not installed")
        return 0
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", UNIT], check=False,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    found = re.search(r"exposure level for egret.service: ([0-9.]+)", done.stdout)
    if not found and "unrecognized option" in done.stderr:
        print(f"skip - {SENTENCE}: this systemd-analyze rates no files")
        return 0
    if found and float(found.group(1)) <= 2.0:
        print(f"ok - {SENTENCE}")
        return 0
    print(done.stdout[-400:], done.stderr[-400:])
    print(f"not ok - {SENTENCE}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
