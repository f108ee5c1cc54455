# SPDX-License-Identifier: Apache-2.0
"""What an operator waits for: `schakel status` of a set that runs, and `schakel tail --where`, which
decodes every event to judge it. Medians of the rounds. The floors, in the same run: the program that
only prints its help, and tail that only compares keys."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bench_files import ROUNDS, Bench, row  # noqa: E402
from systems.installation import programs  # noqa: E402

FILES = 4  # of SK_BENCH_RECORDS complaints each


def took_ms(words):
    start = time.perf_counter()
    subprocess.run([f"{programs()}/schakel", *words], stdout=subprocess.DEVNULL, check=True)
    return 1000 * (time.perf_counter() - start)


def bench_status(bench):
    config = ("--config", bench.schakel.config)
    floor = statistics.median(took_ms(["--help"]) for _ in range(4 * ROUNDS))
    times = sorted(took_ms(["status", *config]) for _ in range(4 * ROUNDS))
    row("schakel status, of a set that runs", f"schakel --help: {floor:.1f} ms",
        f"p50 {statistics.median(times):.1f} ms, longest {times[-1]:.1f} ms", "< 50 ms",
        statistics.median(times) < 50)


def bench_where(bench):
    lines = bench.tail("--json")[2]
    keys = statistics.median(bench.tail("--key", "nergens")[0] for _ in range(ROUNDS))
    rounds = [bench.tail("--where", "gevaar=VASTGESTELD", "--where", "genoemd.gemeente=Aalst")
              for _ in range(ROUNDS)]
    used, took, found = (statistics.median(one) for one in zip(*rounds))
    row(f"schakel tail --where (twice), {lines:,.0f} events decoded and judged on one core",
        f"keys only: {1e6 * lines / keys:,.0f} events per CPU second",
        f"{1e6 * lines / used:,.0f} per CPU second, {lines / took:,.0f}/s, {found:.0f} found", ">= 300,000/s",
        1e6 * lines / used >= 300000)


def main():
    with tempfile.TemporaryDirectory(prefix="schakel-bench-") as folder:
        bench = Bench(folder)
        bench.schakel.start()
        try:
            bench_status(bench)
            for number in range(FILES):
                bench.read_file(number)
            bench_where(bench)
        finally:
            bench.schakel.stop()


if __name__ == "__main__":
    main()
