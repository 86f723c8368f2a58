#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema_test.py - every shipped rule is what Sigma's JSON schema of detection rules lets pass.

The schema is not copied: what of it can be broken by a rule is told here, in our words.  Skips where
PyYAML or jsonschema are not installed.
"""
import copy
import glob
import os
import sys

RULES = os.path.join(os.environ.get("srcdir", "."), "rules/egret")
UUID = {"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}
TEXT, WORD = {"type": "string"}, {"type": "string", "minLength": 2}
NAME = {"type": "string", "maxLength": 256}
DAY = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}


def texts(of=TEXT, **more):
    return {"type": "array", "items": of, **more}


def one_of(*words):
    return {"type": "string", "enum": list(words)}


# The condition may be a list in the specification's text, but not in its schema.
SCHEMA = {
    "type": "object",
    "required": ["title", "logsource", "detection"],
    "properties": {
        "title": NAME, "name": NAME, "taxonomy": NAME, "id": UUID, "license": TEXT, "author": TEXT,
        "related": texts({"type": "object", "required": ["id", "type"], "properties": {
            "id": UUID, "type": one_of("derived", "obsolete", "merged", "renamed", "similar")}}),
        "status": one_of("stable", "test", "experimental", "deprecated", "unsupported"),
        "level": one_of("informational", "low", "medium", "high", "critical"),
        "description": {"type": "string", "maxLength": 65535},
        "references": texts(uniqueItems=True), "fields": texts(uniqueItems=True), "scope": texts(WORD),
        "date": DAY, "modified": DAY,
        "logsource": {"type": "object", "properties": dict.fromkeys(
            ["category", "product", "service", "definition"], TEXT)},
        "detection": {
            "type": "object", "required": ["condition"], "properties": {"condition": TEXT},
            "additionalProperties": {"anyOf": [
                {"type": "object"}, texts({"anyOf": [TEXT, {"type": "integer"}, {"type": "object"}]})]}},
        "falsepositives": {"anyOf": [WORD, texts(WORD, uniqueItems=True)]},
        "tags": texts({"type": "string", "pattern": "^[a-z0-9_-]+[.][a-z0-9._-]+$"}, uniqueItems=True),
    },
}

# So the schema can say no.
WRONG = [("level", "hihg"), ("status", "draft"), ("date", "2026/11/23"), ("date", "2026-13-01"), ("id", "7"),
         ("tags", ["Attack.T1048"]), ("tags", ["attack"]), ("falsepositives", ["?"]), ("title", "x" * 257),
         ("references", ["a", "a"]), ("detection", {"a": {}}), ("detection", {"a": "x", "condition": "a"}),
         ("logsource", "flow"), ("related", [{"id": "x", "type": "derived"}])]
SENTENCES = ["every shipped rule is valid by Sigma's schema", "the schema refuses what is wrong"]


def main():
    try:
        import jsonschema
        import yaml
    except ImportError as missing:
        for sentence in SENTENCES:
            print(f"skip - {sentence}: {missing}")
        return 0

    class Loader(yaml.SafeLoader):
        """To JSON a date is a text."""

    Loader.yaml_implicit_resolvers = {letter: [r for r in resolvers if r[0] != "tag:yaml.org,2002:timestamp"]
                                      for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    judge = jsonschema.Draft202012Validator(SCHEMA)
    rules = []
    for path in sorted(glob.glob(os.path.join(RULES, "*.yml"))):
        with open(path, encoding="utf-8") as file:
            rules += [(path, document) for document in yaml.load_all(file, Loader)
                      if "correlation" not in document and "filter" not in document]
    wrong = [f"{path}: {'.'.join(map(str, e.path))}: {e.message}" for path, rule in rules for e in judge.iter_errors(rule)]
    print("\n".join(wrong))
    print(("ok - " if rules and not wrong else "not ok - ") + SENTENCES[0])
    passed = []
    for key, value in WRONG:
        rule = copy.deepcopy(rules[0][1])
        rule[key] = value
        passed += [(key, value)] if judge.is_valid(rule) else []
    for key in SCHEMA["required"]:
        passed += [key] if judge.is_valid({k: v for k, v in rules[0][1].items() if k != key}) else []
    print(("not ok - " if passed else "ok - ") + SENTENCES[1] + (f": {passed}" if passed else ""))
    return bool(wrong or passed or not rules)


if __name__ == "__main__":
    sys.exit(main())
