#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every record of the files named against the schema that is installed with egret.

    tests/output/schema.py [-s SCHEMA] FILE|-...

Says each record that is not valid, with its line and where in it; exits 0 when all are,
1 when one is not, 77 (skipped, with the reason) without python3-jsonschema.  Beside the
schema: egret.seq counts without a gap, and egret.run is one.
"""
import argparse
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def once(pairs):
    """An object in which no key stands twice."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"key {key!r} stands twice in one object")
    return dict(pairs)


def check(name, lines, validator):
    faults, seq, runs = 0, 0, set()
    for number, line in enumerate(lines, 1):
        def fault(text):
            nonlocal faults
            faults += 1
            print(f"{name}:{number}: {text}")
        try:
            record = json.loads(line, object_pairs_hook=once)
        except ValueError as error:
            fault(f"not a record: {error}")
            continue
        # the branch of the record's own type says most
        for error in validator.iter_errors(record):
            for part in error.context or [error]:
                where = "/".join(str(step) for step in part.absolute_path) or "record"
                fault(f"{where}: {part.message[:300]}")
        egret = record.get("egret", {})
        if egret.get("seq") != seq + 1:
            fault(f"egret.seq is {egret.get('seq')} after {seq}")
        seq = egret.get("seq", seq)
        runs.add(egret.get("run"))
    if len(runs) > 1:
        faults += 1
        print(f"{name}: more than one run: {sorted(map(str, runs))}")
    return faults


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-s", "--schema",
                        default=os.path.join(here, "../../sensor/output/eve.schema.json"))
    parser.add_argument("files", nargs="+", metavar="FILE")
    args = parser.parse_args()
    with open(args.schema, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    faults = 0
    for name in args.files:
        if name == "-":
            faults += check("standard input", sys.stdin, validator)
            continue
        with open(name, encoding="utf-8") as file:
            faults += check(name, file, validator)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
