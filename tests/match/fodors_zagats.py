#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fodor's and Zagat's restaurants as the matcher sees anything: Zagat's is the register, each of Fodor's a message, no labels.
Each restaurant is at most once an answer: pairs are taken from the surest on. Prints F1 with and without the phone."""
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import sets

DATA = sets.ROOT.parent / "shared" / "data" / "fodors-zagats"
AT_LEAST = .5  # p of a pair that counts


def rows_of(name):
    with open(DATA / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, quotechar="'", escapechar="\\"))


def split(address):
    """"435 s. la cienega blv." -> its number and street."""
    number, _, street = address.partition(" ")
    return (number, street) if number[:1].isdigit() else ("", address)


def digits(text):
    return "".join(c for c in text if c.isdigit())


def register_row(r, phone):
    number, street = split(r["address"])
    return {"id": f"Z{r['id']}", "level": "locatie", "name": r["name"], "type": r["type"], "street": street, "house_number": number,
            "municipality": r["city"], "phone": digits(r["phone"]) if phone else ""}


def message(r, phone):
    number, street = split(r["address"])
    fields = {"facility_name": r["name"], "facility_type": r["type"], "street": street, "house_number": number, "municipality": r["city"],
              "phone": digits(r["phone"]) if phone else ""}
    return {"id": r["id"], "channel": "melding", "received": "2000-01-01", "subject": "", "text": "", "from": "",
            "fields": {k: v for k, v in fields.items() if v}}


def pairs(phone):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        sets.write_csv(folder / "register.csv", [register_row(r, phone) for r in rows_of("zagats.csv")])
        sets.write_jsonl(folder / "messages.jsonl", [message(r, phone) for r in rows_of("fodors.csv")])
        subprocess.run([sets.SCHAKEL, "match", "--register", folder / "register.csv", "--messages", folder / "messages.jsonl",
                        "--out", folder / "out.jsonl"], check=True, capture_output=True)
        decisions = sets.read_jsonl(folder / "out.jsonl")
    found = sorted(((c["p"], d["id"], c["id"][1:]) for d in decisions for c in d["candidates"] if c["p"] >= AT_LEAST), reverse=True)
    ones, others, taken = set(), set(), set()
    for _, one, other in found:
        if one not in ones and other not in others:
            taken.add((one, other))
            ones.add(one)
            others.add(other)
    hit10 = sum(any(c["id"][1:] == z for c in d["candidates"]) for d in decisions for f, z in truth() if f == d["id"])
    return taken, hit10


def truth():
    return {(r["idFodors"], r["idZagats"]) for r in csv.DictReader(open(DATA / "truth_fodors_zagats.csv", encoding="utf-8"))}


def f1(phone):
    taken, hit10 = pairs(phone)
    right = len(taken & truth())
    precision, recall = right / max(1, len(taken)), right / len(truth())
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall, hit10 / len(truth())


def main():
    if not DATA.is_dir():
        print(f"left out: Fodors-Zagats ({DATA} is not there)")
        return
    print("| Fodors-Zagats, no labels | F1 | precision | recall | recall@10 |\n|---|---|---|---|---|")
    for name, phone in (("with phone", True), ("without phone", False)):
        print("| " + " | ".join([name, *(f"{x:.4f}" for x in f1(phone))]) + " |")


if __name__ == "__main__":
    sys.exit(main())
