# SPDX-License-Identifier: Apache-2.0
"""Four simpler matchers on the same messages, in the same table: what the real one must beat. Each gives candidates with a score in
0..1; the best is its answer, an address when candidates on it tie. Free text goes through regular expressions. The threshold is
the best one in hindsight (coverage_at_…), which favours them. They run on a sample: they are slow."""
import math
import random
import re
import sqlite3
from collections import Counter, defaultdict

SAMPLE, POOL, EM_ROUNDS = 400, 60, 15
PHONE = re.compile(r"(?:\+32|0)[\d /.()-]{7,16}\d")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
NUMBER = re.compile(r"\b\d{3} ?\d{3} ?\d{3}\b|\b[A-Z0-9-]{6,12}\b")


def jaro_winkler(a, b):
    if a == b:
        return 1.0
    reach, used = max(len(a), len(b)) // 2 - 1, [False] * len(b)
    hits = []
    for i, c in enumerate(a):
        for k in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if not used[k] and b[k] == c:
                used[k] = True
                hits.append((c, k))
                break
    if not hits:
        return 0.0
    others = [b[k] for k in sorted(k for _, k in hits)]
    m, swaps = len(hits), sum(x != y for (x, _), y in zip(hits, others)) / 2
    score = (m / len(a) + m / len(b) + (m - swaps) / m) / 3
    prefix = next((i for i in range(min(4, len(a), len(b))) if a[i] != b[i]), min(4, len(a), len(b)))
    return score + prefix * .1 * (1 - score)


def pairs_of(text):
    return {text[i:i + 2] for i in range(len(text) - 1)}


def adresmatch(a, b):
    """The formula of the Flemish address register: (3 Dice + edit similarity/0.8 + longest common part/0.8) / 5.5."""
    if not a or not b:
        return 0.0
    x, y = pairs_of(a), pairs_of(b)
    dice = 2 * len(x & y) / max(1, len(x) + len(y))
    row, longest = list(range(len(b) + 1)), 0
    run = [0] * (len(b) + 1)
    for i, c in enumerate(a, 1):
        left, row[0], diagonal = i, i, i - 1
        before = run[:]
        for k, d in enumerate(b, 1):
            run[k] = before[k - 1] + 1 if c == d else 0
            longest = max(longest, run[k])
            left, diagonal = min(row[k] + 1, left + 1, diagonal + (c != d)), row[k]
            row[k] = left
    size = max(len(a), len(b))
    return min(1.0, (3 * dice + (1 - row[-1] / size) / .8 + longest / size / .8) / 5.5)


class Index:
    """The register, by what can be looked up."""

    def __init__(self, data):
        from evlib import digits, name_core, norm
        self.norm, self.core, self.digits = norm, name_core, digits
        self.rows = [r for r in data.rows if r["level"] == "locatie"]
        self.by = defaultdict(set)
        for i, r in enumerate(self.rows):
            r["_name"], r["_street"] = name_core(r["name"]), norm(r["street"])
            r["_town"], r["_number"] = norm(r["municipality"]), norm(r["house_number"])
            for key in (("id", r["id"]), ("id", r["dossiernummer"]), ("phone", digits(r["phone"])), ("email", r["email"].lower()),
                        ("name", r["_name"]), ("town", r["_town"]), ("postcode", r["postcode"]), ("street", r["_street"]),
                        *(("word", w) for w in r["_name"].split())):
                if key[1]:
                    self.by[key].add(i)

    def stated(self, message):
        """What the message says, in the register's fields; of running text what regular expressions and look-ups find."""
        f, text = message["fields"], f"{message['subject']}\n{message['text']}"
        words = self.norm(text).split()
        said = {"name": self.core(f.get("facility_name", "")) if f.get("facility_name") else "",
                "street": self.norm(f.get("street", "")), "number": self.norm(f.get("house_number", "")),
                "town": self.norm(f.get("municipality", "")), "postcode": f.get("postcode", ""),
                "phone": self.digits(f.get("phone", "")), "email": f.get("email", "").lower(), "id": f.get("dossiernummer", "").replace(" ", "")}
        finds = {"phone": [self.digits(x) for x in PHONE.findall(text)], "email": [x.lower() for x in EMAIL.findall(text)],
                 "id": [x.replace(" ", "") for x in NUMBER.findall(text)], "postcode": re.findall(r"\b\d{4}\b", text)}
        for kind in ("name", "street", "town"):
            grams = [" ".join(words[i:i + n]) for n in (4, 3, 2, 1) for i in range(len(words) - n + 1)]
            finds[kind] = [g for g in grams if len(g) > 3]
        for kind, values in finds.items():
            if not said[kind]:
                said[kind] = next((v for v in values if (kind, v) in self.by), "")
        return said

    def pool(self, said):
        """The rows that share something rare with what is said."""
        votes = Counter()
        keys = [(k, said[k]) for k in ("id", "phone", "email", "name", "street", "postcode", "town")]
        for key in keys + [("word", w) for w in said["name"].split()]:
            found = self.by.get(key, ())
            for i in found if len(found) < 3000 else ():
                votes[i] += 1 / math.sqrt(len(found))
        return [i for i, _ in votes.most_common(POOL)]


class ExactKeys:
    name = "exact keys only"

    def __init__(self, index):
        self.index = index

    def score(self, _message, said):
        by = self.index.by
        for kind, sure in (("id", 1.0), ("email", .9), ("phone", .8)):
            found = by.get((kind, said[kind])) if said[kind] else None
            if found:
                return {i: sure / len(found) for i in found}
        found = by.get(("name", said["name"]), set()) & (by.get(("town", said["town"]), set()) | by.get(("postcode", said["postcode"]), set()))
        return {i: .7 / len(found) for i in found}


class AddressAndName:
    name = "AdresMatch + Jaro-Winkler"

    def __init__(self, index):
        self.index = index

    def score(self, _message, said):
        scores = {}
        for i in self.index.pool(said):
            r = self.index.rows[i]
            if said["id"] and said["id"] == r["id"]:
                scores[i] = 1.0
                continue
            address = adresmatch(f"{said['street']} {said['number']} {said['town']}", f"{r['_street']} {r['_number']} {r['_town']}") if said["street"] else 0
            scores[i] = .99 * (.5 * address + .5 * (jaro_winkler(said["name"], r["_name"]) if said["name"] else 0))
        return scores


class FellegiSunter:
    """EM over the candidate pairs: no labels, u and m both estimated."""
    name = "Fellegi-Sunter, EM"
    fields = ("id", "name", "street", "number", "town", "phone", "email")

    def __init__(self, index):
        self.index, self.m, self.u, self.share = index, {}, {}, .02

    def levels(self, said, r):
        def level(field):
            mine, other = said[field], {"id": r["id"], "name": r["_name"], "street": r["_street"], "number": r["_number"], "town": r["_town"],
                                        "phone": self.index.digits(r["phone"]), "email": r["email"].lower()}[field]
            if not mine or not other:
                return None
            if mine == other:
                return 2
            return 1 if field in ("name", "street") and jaro_winkler(mine, other) > .88 else 0
        return tuple(level(f) for f in self.fields)

    def learn(self, all_said):
        patterns = Counter(self.levels(said, self.index.rows[i]) for said in all_said for i in self.index.pool(said))
        for f in range(len(self.fields)):
            self.m[f], self.u[f] = [.1, .2, .7], [.8, .1, .1]
        for _ in range(EM_ROUNDS):
            m, u = defaultdict(lambda: [1e-3] * 3), defaultdict(lambda: [1e-3] * 3)
            total = 0.0
            for pattern, count in patterns.items():
                p = self.probability(pattern)
                total += p * count
                for f, level in enumerate(pattern):
                    if level is not None:
                        m[f][level] += p * count
                        u[f][level] += (1 - p) * count
            self.share = total / sum(patterns.values())
            self.m = {f: [x / sum(m[f]) for x in m[f]] for f in range(len(self.fields))}
            self.u = {f: [x / sum(u[f]) for x in u[f]] for f in range(len(self.fields))}

    def probability(self, pattern):
        odds = self.share / (1 - self.share)
        for f, level in enumerate(pattern):
            if level is not None:
                odds *= self.m[f][level] / self.u[f][level]
        return odds / (1 + odds)

    def score(self, _message, said):
        found = {i: self.probability(self.levels(said, self.index.rows[i])) for i in self.index.pool(said)}
        odds = {i: p / (1 - p) if p < 1 else 1e15 for i, p in found.items()}
        whole = sum(odds.values()) + 1
        return {i: o / whole for i, o in odds.items()}


class FullText:
    name = "SQLite FTS5 trigram"

    def __init__(self, index):
        self.index, self.db = index, sqlite3.connect(":memory:")
        self.db.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize='trigram')")
        self.db.executemany("INSERT INTO t(rowid, body) VALUES (?, ?)", (
            (i + 1, f"{r['_name']} {r['_street']} {r['_number']} {r['_town']} {r['id']} {r['email']}") for i, r in enumerate(index.rows)))

    def score(self, _message, said):
        words = [w for k in ("id", "name", "street", "town", "email") for w in self.index.norm(said[k]).split() if len(w) > 2][:12]
        if not words:
            return {}
        query = " OR ".join(f'"{w}"' for w in words)
        rows = self.db.execute("SELECT rowid, -bm25(t) FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT 20", (query,)).fetchall()
        best = rows[0][1] if rows else 1
        return {i - 1: .5 * s / max(best, 1e-9) + .5 * jaro_winkler(said["name"], self.index.rows[i - 1]["_name"]) if said["name"] else .4 * s / max(best, 1e-9)
                for i, s in rows}


def decision_of(message, index, scores):
    """The best, and an address when the next one stands on it with the same score."""
    best = {}
    for i, s in scores.items():
        key = index.rows[i]["id"]
        best[key] = max(best.get(key, (0, 0)), (s, i))
    order = sorted(best.items(), key=lambda x: (-x[1][0], x[0]))
    decision = {"id": message["id"], "decision": "review", "level": None, "facility": None, "p": 0,
                "candidates": [{"id": i, "p": s} for i, (s, _) in order[:10]]}
    if not order:
        return {**decision, "decision": "none"}
    (facility, (score, at)), level = order[0], "locatie"
    second = order[1][1] if len(order) > 1 else (0, 0)
    if second[0] >= score - 1e-9:
        one, two = index.rows[at], index.rows[second[1]]
        level = "adres" if (one["_street"], one["_number"]) == (two["_street"], two["_number"]) else None
    return {**decision, "level": level, "facility": facility, "p": score if level else 0}


def measure(data):
    """(name, figures) of each, on a sample of the set."""
    index, truth = Index(data), random.Random(11).sample(data.truth, min(SAMPLE, len(data.truth)))
    said = {t["id"]: index.stated(data.messages[t["id"]]) for t in truth}
    for kind in (ExactKeys, AddressAndName, FellegiSunter, FullText):
        matcher = kind(index)
        if hasattr(matcher, "learn"):
            matcher.learn(said.values())
        decisions = [decision_of(data.messages[i], index, matcher.score(data.messages[i], s)) for i, s in said.items()]
        yield matcher.name, data.measure(decisions, truth)["all"]
