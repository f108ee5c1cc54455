# SPDX-License-Identifier: Apache-2.0
"""From what ctest -V says of the benchmarks to one table and one JSON.

    ctest … -L bench -V | table.py FILE.json

A benchmark prints rows `BENCH|work|floor or rival|result|reach|reached`; they are shown as they
come. Exit 1 when a benchmark failed or none said anything; a reach that was not met is a figure.
"""
import datetime
import json
import os
import re
import sys

FIELDS = ("work", "floor", "result", "reach", "reached")


def first(path, pattern):
    with open(path, encoding="utf-8") as file:
        found = re.search(pattern, file.read(), re.MULTILINE)
    return found[1] if found else "?"


def machine():
    return {"processors": os.cpu_count(), "model": first("/proc/cpuinfo", r"^model name\s*: (.*)$"),
            "memory_gib": round(int(first("/proc/meminfo", r"^MemTotal:\s*(\d+)")) / 2**20),
            "system": first("/etc/os-release", r'^PRETTY_NAME="(.*)"$'),
            "date": datetime.date.today().isoformat()}


def main(path):
    here, rows, failed = machine(), [], []
    print("Machine: {processors} × {model}, {memory_gib} GiB, {system}, {date}\n".format(**here))
    print("| work | floor or rival (this run) | result | reach | reached |\n|---|---|---|---|---|", flush=True)
    for line in sys.stdin:
        if row := re.match(r"\d+: BENCH\|(.*)$", line):
            fields = [" ".join(field.split()) for field in row[1].split("|")]
            rows.append(dict(zip(FIELDS, fields)))
            print(f"| {' | '.join(fields)} |", flush=True)
        elif "***" in line:
            failed.append(" ".join(line.split()))
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"machine": here, "rows": rows, "failed": failed}, file, indent=1, ensure_ascii=False)
    print("\n".join(["", *failed, f"{len(rows)} rows, also in {path}"]), file=sys.stderr)
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
