# SPDX-License-Identifier: Apache-2.0
"""What came of the morning, read back from the receiver and from the bus.

The one idea: the decision about a complaint is what stands on the bus, its place is what
stands in Edison, and the two are counted apart; whatever is in neither is unexplained.
"""
from collections import Counter

from systems.judge import WRONG

HERE = ("ACTIEF", "INGETROKKEN")  # states of a stuk that stands in a dossier


def quantile(values, share):
    """Nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


class Outcome:
    def __init__(self, morning, story, edison, klaroen, schakel):
        self.judge, self.known = morning.judge, morning.truth is not None
        self.pss_kb = schakel.pss_kb_at_rest()
        messages = klaroen.ask("messages")
        self.released, self.refused = messages["released"], messages["refused"]
        self.decisions = {value["id"]: value for value in schakel.latest("koppeling").values()
                          if value["soort"] == "klacht"}
        self.stukken = _by_klacht(edison.ask("stukken")["stukken"])
        self.twice = edison.ask("checks")["applied_twice"]
        self.dead = _dead(schakel.dead_letters(), set(self.released)) | {
            one["id"] for one in self.refused}
        self._sort()
        self._measure(morning, story)

    def _sort(self):
        decided = {name: self.decisions[name] for name in self.released
                   if name in self.decisions and name not in self.dead}
        self.linked = {name for name, one in decided.items() if one["besluit"] == "AUTO"}
        self.review = {name for name, one in decided.items() if one["besluit"] == "BEOORDELEN"}
        self.none = {name for name, one in decided.items() if one["besluit"] == "GEEN"}
        self.unaccounted = len(self.released) - sum(map(len, (
            self.linked, self.review, self.none, self.dead)))
        self.levels = Counter(decided[name]["doelen"][0]["niveau"] for name in self.linked)
        self.delivered = {name for name in self.linked if self.stukken.get(name)}
        self.duplicates = len(self.twice) + sum(
            len(stukken) > max(1, len(self.decisions.get(name, {}).get("doelen", ())))
            for name, stukken in self.stukken.items())
        self.missed = {name for name in self.none if self.judge.missed(name)}
        firsts = [self.judge.in_first(name, decided[name]["kandidaten"]) for name in self.review]
        self.review_top3 = sum(first is True for first in firsts)
        self.review_known = sum(first is not None for first in firsts)
        faults = {name: self.judge.wrong_of(name, [stuk["state"]["doel"] for stuk in stukken])
                  for name, stukken in self.stukken.items()}
        self.wrong = {name: fault for name, fault in faults.items() if fault}

    def _measure(self, morning, story):
        """Complaints that were on their way while something was broken count apart."""
        corrected = {change["klacht_id"] for change in morning.changes if "genoemd" in change["set"]}
        trips = [(self.released[name], min(stuk["first_at"] for stuk in stukken))
                 for name, stukken in self.stukken.items()
                 if name in self.released and name not in corrected]
        hit = set()
        if story.outage_from is not None:
            hit |= _held_up(trips, story.outage_from, story.outage_to)
        if story.killed_at is not None:
            hit |= _held_up(trips, story.killed_at, story.killed_at)
        self.usual_ms = [1000 * (landed - said) for said, landed in set(trips) - hit]
        self.outage_ms = [1000 * (landed - said) for said, landed in hit]

    def as_json(self):
        wrong_by = Counter(self.wrong.values())
        return {
            "complaints": len(self.released), "linked": len(self.linked), "review": len(self.review),
            "none": len(self.none), "dead": len(self.dead), "unaccounted": self.unaccounted,
            "delivered": len(self.delivered), "duplicates": self.duplicates,
            "wrong": len(self.wrong) if self.known else None,
            "wrong_by": {kind: wrong_by[kind] for kind in WRONG} if self.known else None,
            "missed": len(self.missed) if self.known else None,
            "review_top3": self.review_top3 if self.known else None, "levels": dict(self.levels),
            "latency_ms": {"p50": _rounded(quantile(self.usual_ms, 0.5)),
                           "p99": _rounded(quantile(self.usual_ms, 0.99))},
            "pss_kb": self.pss_kb}


def passed(outcome):
    """The rule of the exit status: nothing unexplained, wrong, twice or dead, and everything
    that is linked stands in Edison."""
    return (outcome.unaccounted == 0 and not outcome.wrong and outcome.duplicates == 0
            and not outcome.dead and outcome.delivered == outcome.linked and bool(outcome.released))


def _rounded(value):
    return None if value is None else round(value, 1)


def _held_up(trips, start, end):
    """Those on their way during the fault, and those that came before these had landed."""
    drained = max((landed for said, landed in trips if said <= end and landed >= start), default=end)
    return {trip for trip in trips if trip[1] >= start and trip[0] <= drained}


def _by_klacht(stukken):
    """{klacht_id: the stukken of it that stand in a dossier}."""
    found = {}
    for stuk in stukken:
        soort, _, rest = stuk["stuk_id"].partition("/")
        state = stuk["state"]
        if soort == "klacht" and state is not None and state.get("toestand") in HERE:
            klacht_id = (state.get("onderwerp") or {}).get("id") or rest.rsplit("/", 2)[0]
            found.setdefault(klacht_id, []).append(stuk)
    return found


def _dead(dead_letters, klacht_ids):
    """klacht_ids that a dead letter is about, by the original key in its headers."""
    found = set()
    for record in dead_letters:
        for value in (record.get("headers") or {}).values():
            name = str(value).removeprefix("klacht/").split("/")[0]
            if name in klacht_ids:
                found.add(name)
    return found
