# SPDX-License-Identifier: Apache-2.0
"""How a stand-in is told to fail.

The one idea: a fault is a rule with a match and an end. The first rule that matches a
request and has not ended decides what becomes of it. Random faults draw from a fixed seed.

    {"kind": "status", "status": 429, "retry_after": 1, "times": 3, "match": "/stukken"}
    {"kind": "slow", "ms": 500, "seconds": 10}      answers late
    {"kind": "drop", "share": 0.1, "seconds": 60}   does the work, then cuts the connection
    {"kind": "garbage", "times": 2}                 answers bytes that are no HTTP
`match`: a part of the path. `method`: one method. No `times` and no `seconds`: until cleared.
"""
import random
import time

KINDS = ("status", "slow", "drop", "garbage")


class Fault:
    __slots__ = ("kind", "match", "method", "times", "until", "share", "status", "retry_after",
                 "ms")

    def __init__(self, rule):
        unknown = set(rule) - {*self.__slots__, "seconds"}
        if unknown or rule.get("kind") not in KINDS:
            raise ValueError(f"no such fault: {rule}; kinds are {', '.join(KINDS)}")
        self.kind, self.match = rule["kind"], rule.get("match", "")
        self.method, self.times = rule.get("method"), rule.get("times")
        seconds = rule.get("seconds")
        self.until = None if seconds is None else time.monotonic() + seconds
        self.share, self.ms = rule.get("share", 1), rule.get("ms", 1000)
        self.status, self.retry_after = rule.get("status", 500), rule.get("retry_after")

    def ended(self, now):
        return self.times == 0 or (self.until is not None and now >= self.until)


class Faults:
    def __init__(self, seed=1):
        self.rules, self.random, self.hits = [], random.Random(seed), 0

    def add(self, rule):
        self.rules.append(Fault(rule))

    def clear(self):
        self.rules = []

    def next_for(self, request):
        """The fault that this request meets, or None."""
        if not self.rules:
            return None
        now = time.monotonic()
        self.rules = [rule for rule in self.rules if not rule.ended(now)]
        for rule in self.rules:
            if rule.match not in request.path or rule.method not in (None, request.method):
                continue
            if rule.share < 1 and self.random.random() >= rule.share:
                continue
            if rule.times is not None:
                rule.times -= 1
            self.hits += 1
            return rule
        return None
