# SPDX-License-Identifier: Apache-2.0
"""The evaluation sets: built by ../shared/match-eval, split in time where they bring no labels, and scored by its score.py."""
import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVAL = Path(os.environ.get("SCHAKEL_MATCH_EVAL", ROOT.parent / "shared" / "match-eval"))
SCHAKEL = Path(os.environ.get("SK_BINARY_DIR", ROOT / "build" / "release")) / "bin" / "schakel"
LABELLED = .3  # of a set without labels, the earliest messages are its labels

if EVAL.is_dir():
    sys.path.insert(0, str(EVAL))


class Set:
    """A folder with register.csv, messages.jsonl, truth.jsonl, types.tsv and labels.jsonl."""

    def __init__(self, folder):
        from score import Register
        self.folder, self.name = folder, folder.name
        self.rows = read_csv(folder / "register.csv")
        self.register = Register(self.rows)
        self.truth = read_jsonl(folder / "truth.jsonl")
        self.messages = {m["id"]: m for m in read_jsonl(folder / "messages.jsonl")}

    def decide(self, out, *options, register=None):
        """Runs the matcher; returns its decisions and what it said on stderr."""
        command = [SCHAKEL, "match", "--register", register or self.folder / "register.csv",
                   "--types", self.folder / "types.tsv", "--messages", self.folder / "messages.jsonl", "--out", out,
                   "--threads", "2", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{self.name}: {done.stderr}")
        return read_jsonl(out), done.stderr

    def labels(self):
        return "--labels", self.folder / "labels.jsonl"

    def measure(self, decisions, truth=None):
        """score.py's figures: {"all": …, "klacht": …}."""
        from score import measure
        by_id, groups = {d["id"]: d for d in decisions}, defaultdict(list)
        for t in truth or self.truth:
            groups["all"].append(t)
            groups[t["channel"]].append(t)
        return {name: measure(self.register, rows, by_id) for name, rows in groups.items()}

    def unseen(self):
        """Messages about facilities that no label is about."""
        seen = {x["facility"] for x in read_jsonl(self.folder / "labels.jsonl")}
        return [t for t in self.truth if t["facility"] not in seen]


def read_jsonl(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write_jsonl(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def split_in_time(source, folder):
    """The earliest messages with their truth become labels; the rest is scored."""
    messages = read_jsonl(source / "messages.jsonl")
    truth = {t["id"]: t for t in read_jsonl(source / "truth.jsonl")}
    order = sorted(messages, key=lambda m: (m["received"], m["id"]))
    cut = int(len(order) * LABELLED)
    while cut < len(order) and order[cut]["received"] == order[cut - 1]["received"]:
        cut += 1
    folder.mkdir(parents=True, exist_ok=True)
    write_jsonl(folder / "messages.jsonl", order[cut:])
    write_jsonl(folder / "truth.jsonl", [truth[m["id"]] for m in order[cut:]])
    write_jsonl(folder / "labels.jsonl", [
        {"message": m, "decided": m["received"], "facility": truth[m["id"]]["facility"],
         "level": truth[m["id"]]["level"]} for m in order[:cut]])
    for name in ("register.csv", "types.tsv"):
        (folder / name).write_bytes((source / name).read_bytes())


def build(folder, names):
    """The sets of those names that are there or can be built; says which are left out."""
    built = folder / "built"
    if EVAL.is_dir() and not (built / "vl-dev-7k").is_dir():
        subprocess.run([EVAL / "make_sets.sh", built, "small"], check=True)
    sizes = {"vl-dev-100k": ("100000", "4000", "20260104"), "vl-dev-1m": ("1000000", "3000", "20260105")}
    for name in names:
        if EVAL.is_dir() and name in sizes and not (built / name).is_dir():
            subprocess.run([sys.executable, EVAL / "gen_vl.py", built / name, *sizes[name],
                            EVAL / "templates_dev.py", "1000"], check=True)
        source = built / name
        if not source.is_dir():
            print(f"left out: {name} ({EVAL} is not there)", flush=True)
            continue
        if (source / "labels.jsonl").is_file():
            yield Set(source)
            continue
        split = folder / "split" / name.replace("/", "-")
        if not split.is_dir():
            split_in_time(source, split)
        yield Set(split)
