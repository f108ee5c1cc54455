#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The evaluation protocol of matching.md §4.10: one table. evaluate.py FOLDER [--long] [--sets a,b] [--no-baselines]
FOLDER keeps the sets between runs. Exit 1 when an ablation does not move or two runs differ."""
import argparse
import random
import tempfile
import time
from pathlib import Path

import baselines
import sets

SETS = ["vl-dev-7k", "lrk", "bc/cur", "bc/hist"]
LONG = ["vl-dev-100k", "vl-dev-1m"]
COLUMNS = ["auto_coverage", "auto", "auto_wrong", "auto_precision", "auto_precision_lb95", "coverage_at_0.999", "level_right",
           "recall_1", "recall_10", "nil_recall", "false_none", "nil_precision", "ece", "brier"]
HEADS = ["AUTO", "n", "wrong", "precision", "lb 95 %", "cov@99.9", "level", "r@1", "r@10", "nil recall", "false none",
         "nil prec.", "ece", "Brier"]
ABLATIONS = {
    "no type": ("vl-dev-7k", ["--without", "type"]),
    "no aliases": ("bc/hist", ["--without", "aliases"]),
    "no term frequency": ("vl-dev-7k", ["--without", "frequency"]),
    "no calibration": ("lrk", ["--without", "calibration"]),
    "no closed rows": ("bc/hist", []),  # the register itself without them
}
MOVED = {"coverage_at_0.999": .005, "recall_10": .005, "ece": .002, "auto_wrong": 5}


def cell(value):
    if value is None:
        return "–"
    return f"{value:.4f}".lstrip("0") if isinstance(value, float) and value < 1 else f"{value:g}"


def row(first, figures):
    print("| " + " | ".join([*first, *(cell(figures.get(c)) for c in COLUMNS)]) + " |", flush=True)


def head():
    print("| set | run | channel | " + " | ".join(HEADS) + " |")
    print("|" + "---|" * (3 + len(HEADS)), flush=True)


class Evaluation:
    def __init__(self, folder, scratch):
        self.folder, self.scratch, self.failures = folder, scratch, []
        self.learnt = {}  # set -> figures of the run with labels

    def run(self, data, name, *options, **more):
        began = time.monotonic()
        decisions, said = data.decide(self.scratch / "decisions.jsonl", *options, **more)
        self.notes.append(f"{data.name}, {name}: {time.monotonic() - began:.1f} s; " +
                          "; ".join(line for line in said.splitlines() if "messages/s" in line or "locations" in line))
        self.notes += [line for line in said.splitlines() if line.startswith("certificate") and ", link" in line]
        return decisions

    def table(self, data):
        self.notes = []
        for name, options in (("built in", ()), ("labels", data.labels())):
            decisions = self.run(data, name, *options)
            figures = data.measure(decisions)
            for channel in figures:
                row([data.name, name, channel], figures[channel])
            if options:
                self.learnt[data.name] = figures["all"]
                row([data.name, name, "unseen"], data.measure(decisions, data.unseen())["all"])
        return decisions

    def determinism(self, data):
        """One thread, and the rows of the register in another order."""
        options, out = data.labels(), self.scratch / "other.jsonl"
        shuffled = self.scratch / "register.csv"
        rows = list(data.rows)
        random.Random(5).shuffle(rows)
        sets.write_csv(shuffled, rows)
        first = (self.scratch / "decisions.jsonl").read_bytes()
        for name, more in (("one thread", {}), ("shuffled register", {"register": shuffled})):
            data.decide(out, *options, "--threads", "1", **more)
            same = out.read_bytes() == first
            print(f"- {data.name}, {name}: {'byte-equal' if same else 'DIFFERENT'}", flush=True)
            if not same:
                self.failures.append(f"{data.name}: {name} gives other decisions")

    def ablation(self, data, name, options):
        more = {}
        if not options:
            open_rows = self.scratch / "open.csv"
            sets.write_csv(open_rows, [r for r in data.rows if r["level"] != "locatie" or not r["valid_to"]])
            more["register"] = open_rows
        figures = data.measure(self.run(data, name, *data.labels(), *options, **more))["all"]
        row([data.name, name, "all"], figures)
        full = self.learnt[data.name]
        if all(abs((figures[k] or 0) - (full[k] or 0)) < least for k, least in MOVED.items()):
            self.failures.append(f"{data.name}: {name} moves nothing")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--sets")
    parser.add_argument("--no-baselines", action="store_true")
    args = parser.parse_args()
    names = args.sets.split(",") if args.sets else SETS + (LONG if args.long else [])
    with tempfile.TemporaryDirectory() as scratch:
        evaluation = Evaluation(args.folder, Path(scratch))
        found = {data.name.replace("bc-", "bc/"): data for data in sets.build(args.folder, names)}
        notes = []
        head()
        for name, data in found.items():
            evaluation.table(data)
            notes += evaluation.notes
        for name, (where, options) in ABLATIONS.items():
            if where in found:
                evaluation.ablation(found[where], name, options)
        if not args.no_baselines:
            for data in found.values():
                for name, figures in baselines.measure(data):
                    row([data.name, name, "all"], figures)
        print()
        for data in list(found.values())[:2]:
            data.decide(evaluation.scratch / "decisions.jsonl", *data.labels())
            evaluation.determinism(data)
        print("\n" + "\n".join(f"- {note}" for note in notes))
    for failure in evaluation.failures:
        print("FAILED:", failure)
    raise SystemExit(bool(evaluation.failures))


if __name__ == "__main__":
    main()
