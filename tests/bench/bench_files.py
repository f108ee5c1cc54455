# SPDX-License-Identifier: Apache-2.0
"""A file of JSON lines through schakel-klaroen onto the bus as Avro, and from the bus to a file
of JSON lines by `schakel tail`: processor seconds per million records (µs a record), records
per second. Every figure is the median of the rounds. SK_BENCH_BUS is the URL of a bus that
runs ("kafka:HOST:PORT"); without it, an embedded one. The floors, over the same lines in the
same run, are bench_reading's."""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from systems.client import wait_until  # noqa: E402
from systems.installation import Installation, programs  # noqa: E402

ROUNDS = int(os.environ.get("SK_BENCH_ROUNDS", "5"))
RECORDS = int(os.environ.get("SK_BENCH_RECORDS", "60000"))


def row(work, floor, result, reach, reached):
    print(f"BENCH|{work}|{floor}|{result}|{reach}|{'yes' if reached else 'no'}", flush=True)


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def complaint(number):
    return {
        "klacht_id": f"B-2026-{number:07}", "bron": {"versie": "1", "gewijzigd_op": "2026-11-24T09:00:00Z"},
        "regime": "OPVANG", "ontvangen_op": "2026-11-23T08:30:00+01:00", "feiten_van": "2026-11-20",
        "taal": "nl", "gevaar": "NEE", "dringend": False, "status": "ONTVANGEN",
        "statussen": [{"code": "ONTVANGEN", "sinds": "2026-11-23T08:30:00+01:00"}],
        "onderwerp": "Te weinig begeleiders",
        "tekst": "Maandagochtend was er maar één begeleider voor veertien kinderen.",
        "klager": {"anoniem": False, "naam": "An Peeters", "email": f"an.peeters{number % 100}@voorbeeld.be"},
        "genoemd": [{"naam": "Crèche Bébé", "straat": "Stationsstraat", "huisnummer": str(1 + number % 180),
                     "postcode": "9300", "gemeente": "Aalst", "dossiernummer": str(910000000 + number % 2000)}]}


class Bench:
    def __init__(self, folder):
        self.folder, self.drop = folder, os.path.join(folder, "drop")
        os.makedirs(self.drop)
        settings = {"edison": None, "correlation": None,
                    "klaroen": {"url": "http://127.0.0.1:9", "klachten.adapter": "files",
                                "klachten.folder": self.drop, "klachten.limit": "5000"}}
        self.bus = os.environ.get("SK_BENCH_BUS")
        if self.bus:
            settings["schakel"] = {"bus": self.bus}
        self.schakel = Installation(folder, None, None, settings)
        self.said = 0

    def write_lines(self, name):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            for number in range(self.said, self.said + RECORDS):
                file.write(json.dumps(complaint(number), ensure_ascii=False, separators=(",", ":")) + "\n")
        self.said += RECORDS
        return path

    def floors(self):
        path = self.write_lines("floors.jsonl")
        url = self.bus or self.schakel.sections["schakel"]["bus"]
        done = subprocess.run([f"{programs()}/bench_reading", path, url, "dossier.stuk"], cwd=self.folder,
                              stdout=subprocess.PIPE, check=True, text=True)
        return json.loads(done.stdout) | {"line": os.path.getsize(path) / RECORDS}

    def read_file(self, number):
        """µs of processor time a record, and records a second, of one file of new complaints."""
        path = self.write_lines(f"klachten-{number}.jsonl")
        done = os.path.join(self.drop, "done", os.path.basename(path))
        before, start = self.schakel.processor_seconds()["klaroen"], time.monotonic()
        os.rename(path, os.path.join(self.drop, os.path.basename(path)))
        wait_until(lambda: os.path.exists(done), 300, "the file is read")
        took = time.monotonic() - start
        used = self.schakel.processor_seconds()["klaroen"] - before
        return 1e6 * used / RECORDS, RECORDS / took

    def tail(self, *options):
        """The same of `schakel tail klacht` into a file, and how many lines it wrote."""
        path = os.path.join(self.folder, "tail.jsonl")
        before, start = children_seconds(), time.monotonic()
        with open(path, "wb") as file:
            subprocess.run([f"{programs()}/schakel", "tail", "klacht", "--all", *options, "--config",
                            self.schakel.config], stdout=file, check=True)
        took, used = time.monotonic() - start, children_seconds() - before
        with open(path, "rb") as file:
            lines = sum(1 for _ in file)
        return 1e6 * used, took, lines


def bench_in(bench, floors):
    rounds = [bench.read_file(number) for number in range(ROUNDS)]
    used, rate = (statistics.median(one) for one in zip(*rounds))
    alone = used - floors["bus"]
    floor = (f"jansson parses it in {floors['jansson']:.1f} µs, ours in {floors['parse']:.1f}; "
             f"the bytes written {floors['write']:.1f}; the bus alone {floors['bus']:.1f}")
    kind = "Kafka" if bench.bus and bench.bus.startswith("kafka") else "the embedded bus"
    ratio = used / floors["jansson"]
    row(f"JSON lines file → schakel-klaroen → Avro on {kind}, {floors['line']:.0f} bytes a line", floor,
        f"{used:.1f} CPU s per million, {ratio:.2f}x jansson", "<= 12, where jansson takes 5.9: 2.03x",
        used <= 12 or ratio <= 12 / 5.9)
    row("the same without what the bus alone takes", f"jansson {floors['jansson']:.1f} µs",
        f"{alone:.1f} CPU s per million, {alone / floors['jansson']:.2f}x", "<= 6, where jansson takes 5.9: 1.02x",
        alone <= 6 or alone / floors["jansson"] <= 6 / 5.9)
    row("the same, records a second, one process", f"jansson alone, {1e6 / floors['jansson']:,.0f}/s of one core",
        f"{rate:,.0f}/s", ">= 70,000/s", rate >= 70000)


def bench_out(bench):
    rounds = [bench.tail("--json") for _ in range(ROUNDS)]
    used, took, lines = (statistics.median(one) for one in zip(*rounds))
    row(f"Avro on the bus → JSON lines file, by schakel tail --json with headers, {lines:,.0f} events",
        "Bento 25.1 (other machine)", f"{used / lines:.1f} CPU s per million, {lines / took:,.0f}/s", "<= 6",
        used / lines <= 6)
    rounds = [bench.tail("--key", f"B-2026-{RECORDS + 7:07}") for _ in range(ROUNDS)]
    used, took, found = (statistics.median(one) for one in zip(*rounds))
    row("schakel tail --key: looked through on one core", "–",
        f"{lines / took:,.0f} events/s ({used / lines:.1f} CPU s per million), {found:.0f} found", ">= 300,000/s",
        lines / took >= 300000)


def main():
    with tempfile.TemporaryDirectory(prefix="schakel-bench-") as folder:
        bench = Bench(folder)
        bench.schakel.start()
        try:
            bench_in(bench, bench.floors())
            bench_out(bench)
        finally:
            bench.schakel.stop()


if __name__ == "__main__":
    main()
