# SPDX-License-Identifier: Apache-2.0
"""Klaroen (inbox) to Edison through all processes: latency, sustained rate, memory, start-up,
first event after SIGKILL. Prints rows of the benchmark table; every figure is the median of
five rounds. SK_BENCH_BUS is the URL of a bus that runs; without it, an embedded one. The stand-ins share the two clocks' origin, CLOCK_MONOTONIC, with each other."""
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from systems.client import StandIn, wait_until  # noqa: E402
from systems.generator.facts import Facts  # noqa: E402
from systems.generator.register import Register, current  # noqa: E402
from systems.installation import Installation, programs  # noqa: E402

ROUNDS, STANDBY_ROUNDS = 5, 3
PACED, PACED_SECONDS = 100, 5
SUSTAINED = int(os.environ.get("SK_BENCH_SUSTAINED", "20000"))
SUSTAINED_PACE = 2200  # so that what lands may be 2,000 a second and a little more
KAFKA = os.environ.get("SK_BENCH_BUS", "").startswith("kafka:")
BUS = ", on Kafka" if KAFKA else ""
P50, P99 = (30, 120) if KAFKA else (10, 50)  # ms
IDLE_MB, KILLED_S = (5, 3) if KAFKA else (3, 1)


def row(work, floor, result, reach, reached):
    print(f"BENCH|{work}{BUS}|{floor}|{result}|{reach}|{'yes' if reached else 'no'}", flush=True)


def note(text):
    print(text, file=sys.stderr, flush=True)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def fdatasync_ms(folder):
    """Median of one 4 KiB append made durable: what no durable hop can beat."""
    times = []
    with open(os.path.join(folder, "floor"), "wb", buffering=0) as file:
        for _ in range(200):
            start = time.monotonic()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append(1000 * (time.monotonic() - start))
    return statistics.median(times)


class Bench:
    def __init__(self, folder):
        self.register = Register()
        facts = Facts(self.register)
        self.places = [place for place in self.register.locaties
                       if place["toestand"] == "ACTIEF" and facts.alone(place)]
        self.edison, self.klaroen = StandIn("edison"), StandIn("klaroen")
        self.edison.tell("load", {"locaties": self.register.locaties,
                                  "organisatoren": self.register.organisatoren})
        settings = {"edison": {"poll": "5s"}, "correlation": {"register.minimum": len(self.register.locaties)}}
        if "SK_BENCH_BUS" in os.environ:
            settings["schakel"] = {"bus": os.environ["SK_BENCH_BUS"]}
        self.schakel = Installation(folder, self.edison.url, self.klaroen.url, settings)
        self.said = 0

    def start(self):
        seconds = self.schakel.start()
        self.klaroen.tell("push", {"url": self.schakel.inbox_url})
        return seconds

    def stop(self):
        self.schakel.stop()
        self.klaroen.stop()
        self.edison.stop()

    def klachten(self, count):
        made = []
        for _ in range(count):
            place = self.places[self.said % len(self.places)]
            self.said += 1
            stated = {"naam": place["namen"][-1]["naam"], "dossiernummer": place["dossiernummer"],
                      "gemeente": current(place["adressen"])["gemeente"]}
            made.append({
                "klacht_id": f"B-{self.said}", "toestand": "ACTIEF", "regime": "OPVANG", "gevaar": "NEE",
                "ontvangen_op": "2026-11-23T08:00:00Z", "feiten_van": "2026-11-20", "status": "ONTVANGEN",
                "onderwerp": "Te weinig begeleiders", "tekst": "Er stond één begeleider. " * 8,
                "genoemd": [stated], "toegewezen": []})
        return made

    def send(self, count, rate=0, watch=lambda: None):
        """Says them, waits until all are at Edison; [(released, landed)] in seconds."""
        klachten = self.klachten(count)
        before = self.edison.ask("counts")["entities"]
        for start in range(0, count, 2000):
            self.klaroen.tell("klachten", {"items": klachten[start:start + 2000], "rate": rate})

        def all_there():
            watch()
            return self.edison.ask("counts")["entities"] >= before + count
        wait_until(all_there, 120, f"{count} complaints at Edison")
        released = self.klaroen.ask("messages")["released"]
        landed = {one["stuk_id"].split("/")[1]: one["first_at"] for one in self.edison.ask("stukken")["stukken"]}
        return [(released[one["klacht_id"]], landed[one["klacht_id"]]) for one in klachten]

    def settled_register(self):
        wanted = len(self.register.locaties)
        wait_until(lambda: self.klaroen.ask("counts")["locaties"]["entities"] == wanted, 60, "the register")

    def bench_latency(self, floor):
        p50, p99 = [], []
        for _ in range(ROUNDS):
            ms = [1000 * (landed - said) for said, landed in self.send(PACED * PACED_SECONDS, PACED)]
            p50.append(quantile(ms, 0.5))
            p99.append(quantile(ms, 0.99))
            note(f"at {PACED}/s: p50 {p50[-1]:.1f} ms, p99 {p99[-1]:.1f} ms")
        p50, p99 = statistics.median(p50), statistics.median(p99)
        row(f"Klaroen (inbox) → Edison through all processes, {PACED}/s", f"fdatasync {floor:.2f} ms",
            f"p50 {p50:.1f} ms, p99 {p99:.1f} ms", f"p50 < {P50} ms, p99 < {P99} ms",
            p50 < P50 and p99 < P99)

    def bench_sustained(self):
        """Some nine seconds of complaints at a pace; a set that is slower than it falls behind, and
        its p99 says by how much."""
        rates, p50, p99, busiest, self.load_kb = [], [], [], [], 0
        for _ in range(ROUNDS):
            before = self.schakel.processor_seconds()
            trips = self.send(SUSTAINED, SUSTAINED_PACE, watch=self.weigh)
            used = {name: 1e6 * (seconds - before[name]) / SUSTAINED
                    for name, seconds in self.schakel.processor_seconds().items()}
            busiest.append(max(used.values()))
            took = max(landed for _, landed in trips) - min(said for said, _ in trips)
            ms = [1000 * (landed - said) for said, landed in trips]
            rates.append(len(trips) / took)
            p50.append(quantile(ms, 0.5))
            p99.append(quantile(ms, 0.99))
            note(f"sustained {rates[-1]:.0f}/s, p50 {p50[-1]:.0f} ms, p99 {p99[-1]:.0f} ms, "
                 f"µs of processor a complaint: { {name: round(us) for name, us in used.items()} }")
        rate, p50, p99, busiest = (statistics.median(one) for one in (rates, p50, p99, busiest))
        row(f"Klaroen (inbox) → Edison, {SUSTAINED} sustained, said at {SUSTAINED_PACE}/s",
            f"the busiest process takes {busiest:.0f} µs of a processor",
            f"{rate:.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms", ">= 2,000/s", rate >= 2000)
        row("memory (PSS) of the whole set under that load", "–", f"{self.load_kb / 1024:.1f} MB", "< 60 MB",
            self.load_kb < 60 * 1024)

    def weigh(self):
        self.load_kb = max(self.load_kb, sum(self.schakel.pss_kb().values()))

    def bench_idle_memory(self):
        """A process gives back what starting needed after a second without work."""
        time.sleep(4)
        pss = self.schakel.pss_kb()
        worst = max(pss, key=pss.get)
        note(f"idle PSS in KiB: {pss}")
        row("memory (PSS) of an idle process, 2,000 locations", "–", f"{pss[worst] / 1024:.1f} MB ({worst}, the largest of "
            f"{len(pss)})", f"<= {IDLE_MB} MB each", pss[worst] <= IDLE_MB * 1024)
        whole = sum(pss.values())
        row("memory (PSS) of the whole idle set", "–", f"{whole / 1024:.1f} MB", "< 20 MB", whole < 20 * 1024)

    def bench_after_kill(self):
        medians = {}
        for name in ("klaroen", "correlation", "edison"):
            seconds = []
            for _ in range(ROUNDS):
                self.schakel.kill(name)
                (said, landed), = self.send(1)
                seconds.append(landed - said)
                time.sleep(1)
            medians[name] = statistics.median(seconds)
        note(f"first event after SIGKILL, s: {medians}")
        worst = max(medians, key=medians.get)
        row("first event at Edison after SIGKILL", "Bento 43 s (other machine)",
            f"{medians[worst]:.2f} s ({worst}, the slowest)", f"< {KILLED_S} s", medians[worst] < KILLED_S)

    def bench_standby(self):
        """A second edison stands by; the first is killed and nobody starts it again."""
        path, seconds = os.path.join(self.schakel.folder, "standby.ini"), []
        with open(self.schakel.config, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("/data\n", "/standby\n"))
        for _ in range(STANDBY_ROUNDS):
            standby = subprocess.Popen([f"{programs()}/schakel-edison", "--config", path],
                                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            supervisor = self.schakel.pids()["up"]
            try:
                time.sleep(2)  # it has joined
                os.kill(supervisor, signal.SIGSTOP)
                self.schakel.kill("edison")
                (said, landed), = self.send(1)
                seconds.append(landed - said)
            finally:
                standby.kill()
                standby.wait()
                os.kill(supervisor, signal.SIGCONT)
            self.send(1)  # the first one is back
        median = statistics.median(seconds)
        row("first event at Edison through a standby, after SIGKILL", "plain group 48 s (other machine)",
            f"{median:.2f} s", "< 10 s", median < 10)

    def bench_start(self):
        seconds = []
        for _ in range(ROUNDS):
            self.schakel.stop()
            seconds.append(self.start())
        ready = statistics.median(seconds)
        row("whole set ready after schakel up, 2,000 locations on the bus", "–", f"{ready:.2f} s", "< 1 s",
            ready < 1)


def main():
    with tempfile.TemporaryDirectory(prefix="schakel-bench-") as folder:
        bench = Bench(folder)
        try:
            note(f"first start {bench.start():.2f} s")
            bench.settled_register()
            bench.bench_start()
            bench.bench_idle_memory()
            bench.bench_latency(fdatasync_ms(folder))
            bench.bench_after_kill()
            bench.bench_standby()
            bench.bench_sustained()
        finally:
            bench.stop()


if __name__ == "__main__":
    main()
