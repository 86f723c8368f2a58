#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""oracle_test.py - what rules mean, asked of somebody else: pySigma reads the same rules, DuckDB holds them
against the same things, and egret must have said of each thing what they say.

The things are what egret's records say of a capture that is made here (capture.py); the rules are random
(rules.py).  Skips where pySigma and its DuckDB backend are not installed; .ci/run has them.
"""
import json
import os
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import capture  # noqa: E402
import rules  # noqa: E402

EGRET = os.path.abspath(os.environ.get("EGRET", "./egret"))
RULES = int(os.environ.get("EGRET_ORACLE_RULES", "600"))
SEED = int(os.environ.get("EGRET_ORACLE_SEED", "1"))
SENTENCES = ["egret says of every thing what pySigma and DuckDB say of it",
             "every known difference from them shows"]

try:
    import duckdb
    from sigma.collection import SigmaCollection
    from sigma.processing.pipeline import ProcessingPipeline
    from sigma.types import SigmaNull, SpecialChars
    from sigma_backend_duckdb import DuckDBBackend
except ImportError as missing:
    for sentence in SENTENCES:
        print(f"skip - {sentence}: {missing}")
    sys.exit(0)


class Backend(DuckDBBackend):
    """The backend, with what it leaves out put in, or it would not be what it was asked for:

    - it writes = for a text without wildcards, which minds the case, and LIKE and GLOB without escapes, so
      that % and _ (and [) in a value would be wildcards;
    - it compares fields with = and with LIKE, too;
    - it has no keywords;
    - its comparisons are NULL where a field is, so that NOT of them is not true either.  `strict` keeps that.
    """

    def __init__(self, fields, strict):
        super().__init__(processing_pipeline=ProcessingPipeline())
        self.fields, self.strict = fields, strict

    def sure(self, comparison):
        return comparison if self.strict else f"coalesce({comparison}, false)"

    def like(self, field, value, cased):
        pattern = value.convert(escape_char="\\", wildcard_multi="%", wildcard_single="_", add_escaped="\\")
        pattern = pattern.replace("'", "''")
        return self.sure(f"""{field} {"LIKE" if cased else "ILIKE"} '{pattern}' ESCAPE '\\'""")

    def convert_condition_field_eq_val_str(self, cond, state):
        return self.like(self.escape_and_quote_field(cond.field), cond.value, False)

    def convert_condition_field_eq_val_str_case_sensitive(self, cond, state):
        return self.like(self.escape_and_quote_field(cond.field), cond.value, True)

    def convert_condition_field_eq_field(self, cond, state):
        a, b = (f"lower({self.escape_and_quote_field(f)})" for f in (cond.field, cond.value.field))
        if not (cond.value.starts_with or cond.value.ends_with):
            return self.sure(f"{a} = {b}")
        name = {(True, False): "starts_with", (False, True): "ends_with", (True, True): "contains"}
        return self.sure(f"{name[cond.value.starts_with, cond.value.ends_with]}({a}, {b})")

    def convert_condition_val_str(self, cond, state):
        anywhere = SpecialChars.WILDCARD_MULTI + cond.value + SpecialChars.WILDCARD_MULTI
        like = [self.like(f'"{f}"', anywhere, False) for f in self.fields]
        return "(" + " OR ".join(f"coalesce({one}, false)" for one in like) + ")"

    def convert_condition(self, cond, state):
        made = super().convert_condition(cond, state)
        plain = not hasattr(cond, "args") and not isinstance(getattr(cond, "value", None), SigmaNull)
        return self.sure(made) if plain and isinstance(made, str) else made


# What egret does otherwise: of a rule and a thing that they judge differently, why they may.
def not_ascii(documents, row):
    """Both speak of a text that is not all ASCII."""
    told = json.dumps(documents, ensure_ascii=False)
    return any(not value.isascii() for field, value in row.items() if isinstance(value, str) and field in told)


DIFFERENCES = {
    "only ASCII letters fold, and ? is one byte": not_ascii,
}


def sql_type(field, rows):
    some = next((row[field] for row in rows if row.get(field) is not None), "")
    return "TIMESTAMP" if field == "@timestamp" else "BOOLEAN" if isinstance(some, bool) else \
        "BIGINT" if isinstance(some, int) else "VARCHAR"


class Judge:
    """The things of one category in a table, and what rules say of them."""

    def __init__(self, things):
        self.ids, self.rows = list(things), list(things.values())
        self.fields = sorted({f for row in self.rows for f in row})
        types = {f: sql_type(f, self.rows) for f in self.fields}
        texts = [f for f in self.fields if types[f] == "VARCHAR" and not f.endswith(".ip")]
        self.lenient, self.strict = Backend(texts, False), Backend(texts, True)
        self.tables = duckdb.connect()
        columns = ", ".join(f'"{f}" {types[f]}' for f in self.fields)
        self.tables.execute(f"CREATE TABLE logs (id VARCHAR, {columns})")
        for thing, row in things.items():
            self.tables.execute(f"INSERT INTO logs VALUES (?{', ?' * len(self.fields)})",
                                [thing] + [row.get(f) for f in self.fields])

    def ask(self, backend, documents):
        """Which things the rule of these documents (it, and maybe a filter) is true of."""
        found = set()
        for query in backend.convert(SigmaCollection.from_dicts(json.loads(json.dumps(documents)))):
            found |= {line[0] for line in self.tables.execute(query.replace("SELECT *", "SELECT id", 1)).fetchall()}
        return found


def replay(path, scratch, made):
    """The records of the capture, with these rules and no others."""
    file = os.path.join(scratch, "rules.yml")
    with open(file, "w", encoding="utf-8") as to:
        to.write("\n---\n".join(json.dumps(d, ensure_ascii=False) for documents in made for d in documents) + "\n")
    settings = os.path.join(scratch, "egret.yaml")
    with open(settings, "w", encoding="utf-8") as to:
        to.write(f"rules: {{ paths: {json.dumps([file])} }}\n")
    done = subprocess.run([EGRET, "replay", "-q", "-c", settings, "--eve", "-", path], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise AssertionError(done.stderr[-4000:])
    return [json.loads(line) for line in done.stdout.splitlines()]


def alerted(records):
    found = {}
    for record in records:
        if record["event_type"] == "alert":
            found.setdefault(record["alert"]["metadata"]["sigma_id"][0], set()).add(capture.about(record))
    return found


def compare(scratch):
    """Gives what differs without a reason, how often each reason was one, and counts for a summary."""
    path = os.path.join(scratch, "things.pcap")
    capture.write(path)
    rows = capture.things(replay(path, scratch, [capture.OVER]))
    made = rules.make(rows, RULES, SEED)
    said = alerted(replay(path, scratch, made))
    judges = {category: Judge(things) for category, things in rows.items()}
    wrong, reasons, answers, fired, null = [], dict.fromkeys(DIFFERENCES, 0), 0, 0, 0
    for documents in made:
        rule = documents[0]
        category = rule["logsource"]["category"]
        judge, ours = judges[category], said.get(rule["id"], set())
        theirs = judge.ask(judge.lenient, documents)
        null += len(theirs ^ judge.ask(judge.strict, documents))
        answers += len(judge.ids)
        fired += len(theirs)
        for thing in ours ^ theirs:
            row = rows[category][thing]
            reason = next((name for name, is_it in DIFFERENCES.items() if is_it(documents, row)), None)
            if reason:
                reasons[reason] += 1
            else:
                wrong.append(f"{'only egret' if thing in ours else 'only DuckDB'} has {thing} of\n"
                             f"{json.dumps(documents, ensure_ascii=False)}\n"
                             f"{ {f: v for f, v in row.items() if f in json.dumps(documents)} }")
    print(f"{len(made)} rules, {answers} answers, {fired} of them yes; {null} would differ where a field is NULL; "
          f"others {reasons}")
    return wrong, reasons, null


def main():
    with tempfile.TemporaryDirectory() as scratch:
        try:
            wrong, reasons, null = compare(scratch)
        except Exception:
            traceback.print_exc()
            print("not ok - " + SENTENCES[0])
            return 1
    print("\n".join(wrong[:10]))
    print(("not ok - " if wrong else "ok - ") + SENTENCES[0])
    stale = [name for name, times in reasons.items() if times == 0] + ["NULL"] * (null == 0)
    print(("not ok - " if stale else "ok - ") + SENTENCES[1] + (f": {stale}" if stale else ""))
    return bool(wrong or stale)


if __name__ == "__main__":
    sys.exit(main())
