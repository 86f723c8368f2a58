# SPDX-License-Identifier: Apache-2.0
"""rules.py - random rules over fields and values that occur in things: the same seed gives the same rules."""
import base64
import random
import re
import uuid

CONDITIONS = ["{0}", "not {0}", "{0} and {1}", "{0} or {1}", "{0} and not {1}", "not ({0} or {1})", "not {0} or {1}",
              "{0} and ({1} or {2})", "({0} or {1}) and not {2}", "{0} or {1} and {2}", "not {0} and not {1} or {2}",
              "1 of them", "all of them", "not 1 of them", "1 of sel_*", "all of sel_* and not {0}", "any of sel_*",
              ["{0}", "{1} and not {2}"]]
WORDED = {"egret.direction", "network.direction", "egret.file.class", "egret.file.members.class"}
NAMES = ["sel_a", "sel_b", "sel_c"]
PARTS = {"hour": (0, 23), "day": (1, 31), "week": (1, 53), "month": (1, 12), "year": (2023, 2025)}


def literal(text):
    """So that it stands for itself in a Sigma value."""
    return re.sub(r"([\\*?])", r"\\\1", text)


class Maker:
    def __init__(self, rows, seed):
        self.dice = random.Random(seed)
        self.category = {}
        for category, things in rows.items():
            fields = self.category[category] = {}
            for row in things.values():
                for field, value in row.items():
                    if value not in (None, "") and field != "@timestamp":
                        fields.setdefault(field, set()).add(value)
            for field, values in fields.items():
                fields[field] = sorted(values)

    def any(self, *of):
        return self.dice.choice(of)

    def flip(self, text):
        return text if self.dice.random() < 0.6 else text.swapcase()

    def piece(self, text):
        begin = self.dice.randrange(len(text))
        return text[begin:begin + self.dice.randint(1, 6)]

    def pattern(self, text):
        """The text with a wildcard or two in it."""
        for _ in range(self.dice.randint(1, 2)):
            at = self.dice.randrange(len(text))
            text = self.any((text[:at], "*", text[at + self.dice.randint(0, 4):]), (text[:at], "?", text[at + 1:]))
            text = "".join(p if p in "*?" and len(p) == 1 else p for p in text)
        return text

    def one_text(self, values, how):
        text = self.dice.choice(values)
        if how == "startswith":
            return literal(self.flip(text[:self.dice.randint(1, 8)]))
        if how == "endswith":
            return literal(self.flip(text[-self.dice.randint(1, 8):]))
        if how == "contains":
            return literal(self.flip(self.piece(text)))
        if how == "wild":
            return self.pattern(self.flip(text))
        if how == "raw":
            return self.flip(text)
        return literal(self.flip(text))

    def expression(self, values):
        text = self.dice.choice(values)
        return self.any(re.escape(self.piece(text)), "^" + re.escape(text[:3]), re.escape(text[-3:]) + "$",
                        re.escape(text[:2]) + ".*" + re.escape(text[-2:]), r"[0-9]{2,}", r"^\w+\.\w{3}$",
                        "(" + re.escape(text[:4]) + "|" + re.escape(self.dice.choice(values)[:4]) + ")")

    def text_line(self, field, values):
        key, value = self.any_text_line(field, values)
        # of these egret knows every word there is, and refuses others where a whole one is asked for
        if field in WORDED and set(key.split("|")[1:]) <= {"cased", "neq"}:
            some = [v and self.dice.choice(values) for v in (value if isinstance(value, list) else [value])]
            value = some if isinstance(value, list) else some[0]
        return key, value

    def any_text_line(self, field, values):
        how = self.any("equal", "equal", "contains", "startswith", "endswith", "wild", "raw", "all", "re", "cased", "neq",
                       "list", "null", "exists", "base64", "windash", "fieldref")
        if how == "all":
            return field + self.any("|contains|all", "|all|contains"), [self.one_text(values, "contains")
                                                                        for _ in range(2)]
        if how == "re":
            return field + "|re" + self.any("", "", "|i"), self.expression(values)
        if how == "cased":
            part = self.any("", "|contains", "|startswith", "|endswith")
            return field + part + "|cased", self.one_text(values, part[1:] or "wild")
        if how == "neq":
            return field + self.any("", "|contains") + "|neq", self.one_text(values, "contains")
        if how == "list":
            part = self.any("", "|contains", "|startswith", "|endswith")
            some = [self.one_text(values, part[1:] or self.any("equal", "wild")) for _ in range(self.dice.randint(2, 5))]
            return field + part, some + [None] * (not part and self.dice.random() < 0.2)
        if how == "null":
            return field, None
        if how == "exists":
            return field + "|exists", self.any(True, False)
        if how == "base64":
            text = self.dice.choice(values)
            word = base64.b64decode(text[:4] + "=" * (-len(text[:4]) % 4)).decode("ascii") \
                if re.fullmatch(r"[A-Za-z]{4}", text[:4]) and re.fullmatch(
                    rb"[a-z ]+", base64.b64decode(text[:4])) else "report"
            return field + self.any("|base64offset|contains", "|base64|contains"), word
        if how == "windash":
            return field + "|windash" + self.any("|contains", "|startswith"), self.any("-flag", "/flag", "-b", "a-b")
        if how == "fieldref":
            same = [f for f, v in self.fields.items() if isinstance(v[0], str) and not f.endswith(".ip")]
            return field + "|fieldref" + self.any("", "", "|startswith", "|endswith", "|contains"), self.dice.choice(same)
        part = "|" + how if how in ("contains", "startswith", "endswith") else ""
        return field + part, self.one_text(values, how)

    def ip_line(self, field, values):
        how = self.any("equal", "cidr", "cidr", "startswith", "list", "neq", "wild")
        address = self.dice.choice(values)
        if how == "cidr":
            bits = self.any(8, 12, 16, 20, 24, 32)
            short = [a for a in values if ":" not in a] or ["10.0.0.1"]
            number = int.from_bytes(bytes(int(b) for b in self.dice.choice(short).split(".")), "big") >> (32 - bits) << \
                (32 - bits)
            network = ".".join(str(number >> s & 255) for s in (24, 16, 8, 0))
            return field + "|cidr" + self.any("", "", "|neq"), f"{network}/{bits}"
        if how == "startswith":
            return field + "|startswith", address[:self.dice.randint(1, len(address))]
        if how == "wild":
            return field, address[:3] + "*"
        if how == "list":
            return field, [self.dice.choice(values) for _ in range(3)]
        return field + ("|neq" if how == "neq" else ""), address

    def number_line(self, field, values):
        how = self.any("", "|lt", "|lte", "|gt", "|gte", "|neq", "list", "exists", "null")
        number = max(self.dice.choice(values) + self.any(-1, 0, 0, 1), 0)
        if how == "list":
            return field, [number, self.dice.choice(values)]
        if how == "exists":
            return field + "|exists", self.any(True, False)
        return field + (how if how != "null" else ""), None if how == "null" else number

    def line(self):
        if self.dice.random() < 0.05:
            part = self.dice.choice(sorted(PARTS))
            return f"@timestamp|{part}" + self.any("", "|lt", "|gte"), self.dice.randint(*PARTS[part])
        field = self.dice.choice(sorted(self.fields))
        values = self.fields[field]
        if isinstance(values[0], bool):
            return field, self.any(True, False)
        if isinstance(values[0], int):
            return self.number_line(field, values)
        return (self.ip_line if field.endswith(".ip") else self.text_line)(field, values)

    def keywords(self):
        texts = [v for f, v in self.fields.items() if isinstance(v[0], str) and not f.endswith(".ip")]
        return [self.one_text(self.dice.choice(texts), "contains") for _ in range(self.dice.randint(1, 3))]

    def selection(self):
        if self.dice.random() < 0.06:
            return self.keywords()
        maps = [dict(self.line() for _ in range(self.any(1, 1, 1, 2))) for _ in range(self.any(1, 1, 1, 1, 2))]
        return maps[0] if len(maps) == 1 else maps

    def rule(self, n):
        category = self.any("transfer", "transfer", "transfer", "flow")
        self.fields = self.category[category]
        condition = self.dice.choice(CONDITIONS)
        count = max(int(i) for i in re.findall(r"\{(\d)\}", str(condition)) or ["2"]) + 1
        detection = {name: self.selection() for name in NAMES[:count]}
        detection["condition"] = condition.format(*NAMES) if isinstance(condition, str) else \
            [c.format(*NAMES) for c in condition]
        return {"title": f"rule {n}", "id": self.id(),
                "taxonomy": "ecs", "logsource": {"product": "egret", "category": category}, "detection": detection}

    def filter(self, rule):
        """A Sigma filter for the rule made last; one without `not` keeps."""
        return {"title": "filter of " + rule["title"], "id": self.id(), "logsource": rule["logsource"],
                "filter": {"rules": [rule["id"]], "left_out": self.selection(),
                           "condition": self.any("not left_out", "not left_out", "left_out")}}

    def id(self):
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))


# What random rules may not hit upon.
WRITTEN = [{"file.name": "\u00c9T\u00c9.WAV"}, {"file.name|startswith": "?t?"}, {"file.name|re": "^.t..wav$"},
           {"file.name|contains": ["\\*", "\\?", "\\\\"]}, {"user_agent.original|contains": "a\\b"},
           {"user_agent.original": "a\\\\\\\\b"}, {"user_agent.original|endswith": "\\*"},
           {"user_agent.original|contains": ["%", "_"]}, {"user_agent.original": ""}, {"user_agent.original": None},
           {"user_agent.original|exists": False}, {"user_agent.original": "*"}, {"file.name|windash": "-flag.sh"},
           {"file.name|base64offset|contains": "report"}]


def make(rows, count, seed=1):
    """Lists of documents: a rule, and maybe a filter for it."""
    maker = Maker(rows, seed)
    made = [[{"title": f"written {n}", "id": maker.id(), "logsource": {"product": "egret", "category": "transfer"},
              "detection": {"it": line, "condition": "it"}}] for n, line in enumerate(WRITTEN)]
    for n in range(count):
        rule = maker.rule(n)
        made.append([rule, maker.filter(rule)] if n % 8 == 0 else [rule])
    return made
