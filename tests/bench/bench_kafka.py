# SPDX-License-Identifier: Apache-2.0
"""The rows that need an Apache Kafka, on one of their own by deploy/kafka: the bus beside bare
librdkafka (bench_kafka.c), the flows of bench_files and bench_flow on that bus, kcat as the raw
rival. Without Java no rows, but one line that says so."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import bench_files  # noqa: E402
from bench_flow import note  # noqa: E402
from systems.installation import programs  # noqa: E402
from systems.kafka import Kafka  # noqa: E402

ROUNDS = 5


def write_keyed_lines(folder):
    path = os.path.join(folder, "keyed.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        for number in range(bench_files.RECORDS):
            one = bench_files.complaint(number)
            file.write(f"{one['klacht_id']}\t{json.dumps(one, ensure_ascii=False, separators=(',', ':'))}\n")
    return path


def bench_kcat(kafka, folder):
    """The same lines as they are: no parsing, no Avro, no registry, no unit of work."""
    if not shutil.which("kcat"):
        note("kcat is not installed: no raw rival")
        return
    path, used = write_keyed_lines(folder), []
    for _ in range(ROUNDS):
        before = bench_files.children_seconds()
        subprocess.run(["kcat", "-b", kafka.address, "-t", "bench.kaal", "-P", "-K", "\t", "-l", path],
                       check=True)
        used.append(1e6 * (bench_files.children_seconds() - before) / bench_files.RECORDS)
    print(f"BENCH|JSON lines file → Kafka as raw bytes, by kcat: the rival of what follows|–|"
          f"{statistics.median(used):.1f} CPU s per million|–|–", flush=True)


def on(kafka, program):
    """Another benchmark's rows, on this bus."""
    subprocess.run([sys.executable, "-B", os.path.join(HERE, program)], check=True,
                   env=os.environ | {"SK_BENCH_BUS": f"kafka:{kafka.address}"})


def main():
    with tempfile.TemporaryDirectory(prefix="schakel-bench-kafka-") as folder:
        try:
            kafka = Kafka(os.path.join(folder, "kafka"))
        except unittest.SkipTest as missing:
            note(f"no rows on Kafka: {missing}")
            return
        try:
            subprocess.run([f"{programs()}/bench_kafka", kafka.address], cwd=folder, check=True)
            bench_kcat(kafka, folder)
            on(kafka, "bench_files.py")
            kafka.forget()
            on(kafka, "bench_flow.py")
        finally:
            kafka.stop()


if __name__ == "__main__":
    main()
