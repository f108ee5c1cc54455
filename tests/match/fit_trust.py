#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the built-in weights of trust (core/match/trust.c): a logistic regression over decisions with a known truth.
fit_trust.py SET=DECISIONS... prints the table in C; the decisions come from `schakel match --explain`. Use sets that are not
scored afterwards."""
import json
import math
import os
import sys

sys.path.insert(0, os.environ.get("MATCH_EVAL", "/work/shared/match-eval"))
from evlib import read_jsonl, read_register  # noqa: E402
from score import Register  # noqa: E402

MARKS, RIDGE, ROUNDS, FAR = 64, 2.0, 40, 20.0
NAMES = ["base", "near_slope", "far_slope", "margin_slope"]
SLOPES = range(1, 4)


def row_of(confidence):
    """The features that count: sparse, as (number, value) pairs; bits, not thousandths."""
    odds, margin = confidence["odds"] / 1024, confidence["margin"] / 1024
    row = [(0, 1.0), (1, min(odds, 8.0)), (2, max(odds - 8.0, 0.0)), (3, margin)]
    return row + [(4 + i, 1.0) for i in range(MARKS) if confidence["marks"] >> i & 1]


def read(question, path, decisions):
    register, rows = Register(read_register(path + "/register.csv")), []
    truth = {t["id"]: t for t in read_jsonl(path + "/truth.jsonl")}
    for d in read_jsonl(decisions):
        t = truth[d["id"]]
        if question == "none":
            right = t["facility"] is None
        elif d["facility"]:
            right = register.right(d, t)
        elif d["candidates"]:
            right = register.right({"level": "locatie", "facility": d["candidates"][0]["id"]}, t)
        else:
            continue
        rows.append((row_of(d[question]), right))
    return rows


def solve(matrix, vector):
    """Gauss with pivots."""
    n = len(vector)
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(matrix[k][i]))
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        vector[i], vector[pivot] = vector[pivot], vector[i]
        for k in range(i + 1, n):
            f = matrix[k][i] / matrix[i][i]
            if f:
                matrix[k] = [a - f * b for a, b in zip(matrix[k], matrix[i])]
                vector[k] -= f * vector[i]
    for i in reversed(range(n)):
        vector[i] = (vector[i] - sum(matrix[i][k] * vector[k] for k in range(i + 1, n))) / matrix[i][i]
    return vector


def fit(sets, fixed=()):
    """Newton's method; each set has the same weight whatever its size; ridge on all but the base. A slope that comes out
    negative is fixed at 0: to be further ahead never makes an answer less likely."""
    n, rows = 4 + MARKS, []
    for part in sets:
        rows += [(row, right, 4000.0 / len(part)) for row, right in part]
    w = [0.0] * n
    for _ in range(ROUNDS):
        gradient, hessian = [0.0] * n, [[0.0] * n for _ in range(n)]
        for i in range(n):
            hessian[i][i] = 1e12 if i in fixed else RIDGE if i else 1e-6
            gradient[i] = -hessian[i][i] * w[i]
        for row, right, weight in rows:
            z = sum(w[i] * v for i, v in row)
            p = 1 / (1 + math.exp(-max(-35, min(35, z))))
            d, h = weight * (right - p), weight * p * (1 - p)
            for i, v in row:
                gradient[i] += d * v
                line = hessian[i]
                for k, u in row:
                    line[k] += h * v * u
        step = solve(hessian, gradient)
        w = [a + b for a, b in zip(w, step)]
        if max(abs(s) for s in step) < 1e-4:
            break
    negative = [i for i in SLOPES if w[i] < -1e-6]
    return fit(sets, (*fixed, *negative)) if negative else w


def print_table(question, w):
    in_bits = [x / math.log(2) for x in w]
    print(f"    [SK_QUESTION_{question.upper()}] = {{")
    for i, name in enumerate(NAMES):
        print(f"        .{name} = {round(in_bits[i] * 1024)},")
    print("        .mark = {" + ", ".join(f"[{i}] = {round(v * 1024)}" for i, v in enumerate(in_bits[4:]) if round(v * 1024)) + "},")
    print("    },")


def trust_of(w, row):
    return sum(w[i] * v for i, v in row) / math.log(2)


def report(question, name, rows, w):
    """How much could be decided at which precision, by trust."""
    order, wrong, best = sorted(((trust_of(w, row), right) for row, right in rows), reverse=True), 0, {}
    for n, (trust, right) in enumerate(order, 1):
        wrong += not right
        for goal in (.9999, .999, .998, .99):
            if wrong <= n * (1 - goal):
                best[goal] = (round(n / len(rows), 3), round(trust, 1))
    print("/*", question, name, len(rows), best, "*/")


def main():
    for question in ("link", "none"):
        sets = [read(question, *arg.split("=")) for arg in sys.argv[1:] if not arg.startswith("?")]
        w = fit(sets)
        print_table(question, w)
        for arg in sys.argv[1:]:
            report(question, os.path.basename(arg), read(question, *arg.lstrip("?").split("=")), w)


if __name__ == "__main__":
    main()
