# SPDX-License-Identifier: Apache-2.0
"""The next item for a person while 100,000 wait, over HTTP as `schakel review` asks it: the queue,
the claim and the item with its evidence; and what an open item costs in memory. Rows of the
benchmark table; each figure is the median of the rounds. The floor is the same connection and
the same process answering what needs no queue: an item that does not exist."""
import http.client
import json
import os
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from systems.client import wait_until  # noqa: E402
from systems.generator.register import Register, current  # noqa: E402
from systems.installation import Installation  # noqa: E402

OPEN = int(os.environ.get("SK_BENCH_OPEN", "100000"))
ROUNDS, WARM_UP = 51, 5
SECONDS = 900


def row(work, floor, result, reach, reached):
    print(f"BENCH|{work}|{floor}|{result}|{reach}|{'yes' if reached else 'no'}", flush=True)


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.register = Register(seed=7, locations=1000)
        self.schakel = Installation(folder, "", "", {
            "edison": None, "klaroen": None,
            "correlation": {"register.minimum": len(self.register.locaties)}})
        self.schakel.start()

    def put(self, topic, events):
        path = os.path.join(self.folder, topic)
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
        done = self.schakel.schakel("put", topic, path, seconds=SECONDS)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def complaints(self):
        """Each names one place and carries the number of another, in 20,000 patterns."""
        places = [place for place in self.register.locaties if place["toestand"] == "ACTIEF"]
        for i in range(OPEN):
            named, numbered = places[i % len(places)], places[(i // len(places) + i + 1) % len(places)]
            yield {"klacht_id": f"K-{i}", "toestand": "ACTIEF", "regime": "OPVANG", "gevaar":
                   "VERMOED" if i % 1000 == 0 else "NEE", "status": "ONTVANGEN",
                   "ontvangen_op": "2026-11-23T08:00:00Z", "tekst": f"Er stond één begeleider, {i}.",
                   "genoemd": [{"naam": named["namen"][-1]["naam"],
                                "gemeente": current(named["adressen"])["gemeente"],
                                "dossiernummer": numbered["dossiernummer"]}]}

    def connect(self):
        path = os.path.join(self.folder, "data", "run", "correlation.api")
        wait_until(lambda: os.path.exists(path), 30, "the correlation answers")
        with open(path, encoding="utf-8") as file:
            where = json.load(file)
        self.headers = {"Authorization": f"Bearer {where['token']}"}
        self.connection = http.client.HTTPConnection(where["url"].removeprefix("http://"), timeout=60)

    def ask(self, method, path, body=None):
        try:
            self.connection.request(method, path, body and json.dumps(body), self.headers)
            return self.answer()
        except (http.client.RemoteDisconnected, ConnectionResetError):  # idle for a minute
            self.connection.close()
            self.connection.request(method, path, body and json.dumps(body), self.headers)
            return self.answer()

    def answer(self):
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def memory_kb(self):
        return self.schakel.pss_kb_at_rest()["correlation"]

    def next_item(self, user):
        """What happens between two keys: queue, claim, item."""
        item = self.ask("GET", f"/review?limit=1&voor={user}")[1]["items"][0]
        path = f"/review/{item['onderwerp']}"
        self.ask("POST", path + "/in-behandeling", {"door": {"gebruiker_id": user}})
        assert self.ask("GET", path)[0] == 200

    def times_ms(self, work):
        times = []
        for i in range(WARM_UP + ROUNDS):
            start = time.perf_counter()
            work(i)
            times.append(1000 * (time.perf_counter() - start))
        return sorted(times[WARM_UP:])


def main():
    with tempfile.TemporaryDirectory(prefix="schakel-bench-") as folder:
        bench = Bench(folder)
        try:
            bench.put("opvang.organisator", bench.register.organisatoren)
            bench.put("opvang.locatie", bench.register.locaties)
            bench.connect()
            wait_until(lambda: bench.ask("GET", "/review?limit=0")[0] == 200, 60, "it is loaded")
            empty = bench.memory_kb()
            started = time.monotonic()
            bench.put("klacht", bench.complaints())
            wait_until(lambda: bench.ask("GET", "/review?limit=0")[1]["open"] >= OPEN * 0.95, SECONDS,
                       "the complaints wait")
            count = bench.ask("GET", "/review?limit=0")[1]["open"]
            print(f"{count} open after {time.monotonic() - started:.0f} s", file=sys.stderr)
            floor = statistics.median(bench.times_ms(lambda _: bench.ask("GET", "/review/klacht/nergens")))
            times = bench.times_ms(lambda i: bench.next_item(f"u{i}"))
            middle, late = statistics.median(times), times[int(0.95 * len(times))]
            row(f"review: next item, {count} open", f"{floor:.2f} ms (a request that finds nothing)",
                f"p50 {middle:.1f} ms, p95 {late:.1f} ms", "< 20 ms", late < 20)
            each = 1024 * (bench.memory_kb() - empty) / count
            row("review: memory of an open item", "-", f"{each:.0f} B", "< 1 KiB", each < 1024)
        finally:
            bench.schakel.stop()


if __name__ == "__main__":
    main()
