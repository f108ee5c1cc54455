# SPDX-License-Identifier: Apache-2.0
"""SIGKILL random processes every 200 ms under load; then all drains within 60 s, and nothing
was lost, applied twice or out of order. SK_KILL_SECONDS: how long (10; the long test has 60)."""
import os
import random
import threading
import time
import unittest
from collections import defaultdict

from scenario import Scenario, undelivered

SECONDS = int(os.environ.get("SK_KILL_SECONDS", "10"))


class KillTest(Scenario):
    """For `seconds`: `rate` complaints a second, a kill `every` so many; then `drain` to the end."""
    locations = 300
    seconds, rate, every, drain = SECONDS, 500, 0.2, 60
    victims = ("edison", "klaroen", "correlation", "registry")

    def setUp(self):
        self.random = random.Random(int(os.environ.get("SK_SEED", "20261124")))
        super().setUp()

    def say_all(self):
        """Complaints at an even pace, and for one in ten a change of status soon after."""
        klachten = [self.klacht(self.random.choice(self.places)) for _ in range(self.rate * self.seconds)]
        self.waiting_changes = [(index / self.rate + 0.3 + self.random.random(), klacht["klacht_id"])
                                for index, klacht in enumerate(klachten) if index % 10 == 0]
        self.waiting_changes.sort(reverse=True)
        self.changed = {klacht_id for _, klacht_id in self.waiting_changes}
        for start in range(0, len(klachten), 2000):
            self.say(*klachten[start:start + 2000], rate=self.rate)
        return klachten

    def change_due(self, elapsed):
        while self.waiting_changes and self.waiting_changes[-1][0] <= elapsed:
            _, klacht_id = self.waiting_changes.pop()
            self.klaroen.tell("change", {"klacht_id": klacht_id, "set": {"status": "IN_ONDERZOEK"}})

    def kill_for(self, seconds):
        """How often each process was killed."""
        kills, start, due = defaultdict(int), time.monotonic(), 0.0
        while (elapsed := time.monotonic() - start) < seconds:
            self.change_due(elapsed)
            if elapsed >= due and self.victims:
                victim = self.random.choice(self.victims)
                kills[victim] += self.schakel.kill(victim) is not None
                due += self.every
            time.sleep(0.01)
        while self.waiting_changes or self.klaroen.ask("counts")["waiting"]:
            self.change_due(time.monotonic() - start)
            time.sleep(0.05)
        return dict(kills)

    def kill_beside(self, seconds, fault):
        """kill_for, while fault(over) runs in a thread of its own until it is over."""
        over = threading.Event()
        self.quiet = over.wait
        thread = threading.Thread(target=fault, args=(over,))
        thread.start()
        try:
            return KillTest.kill_for(self, seconds)
        finally:
            over.set()
            thread.join()

    def drained(self, wanted):
        """Every complaint is there in its last state. A state that was overtaken on the bus
        need not come, so effects cannot be counted; the dossiers are looked at whenever
        Edison has been quiet for a moment."""
        counts = self.edison.ask("counts")
        quiet, self.effects = counts["effects"] == self.effects, counts["effects"]
        if counts["entities"] < wanted or not quiet or self.effects == self.looked_at:
            return False
        self.looked_at = self.effects
        return sum(one["state"]["status"] == "IN_ONDERZOEK"
                   for one in self.edison.ask("stukken")["stukken"]) >= len(self.changed)

    def test_nothing_is_lost_doubled_or_out_of_order(self):
        klachten = self.say_all()
        kills = self.kill_for(self.seconds)
        start, self.effects, self.looked_at = time.monotonic(), 0, 0
        try:
            self.until(lambda: self.drained(len(klachten)), "all at Edison", self.drain)
        finally:
            print(f"\nkilled {kills}; drained {time.monotonic() - start:.1f} s after the last kill; "
                  f"{self.edison.ask('counts')} {self.klaroen.ask('counts')}")
        self.assertEqual(undelivered(self.schakel, self.edison), [])
        self.assert_each_complaint_stands_where_it_belongs(klachten)
        self.assert_nothing_wrong_at_edison()
        self.assertEqual(self.schakel.dead_letters(), [])
        self.assert_versions_grow("klacht", "koppeling", "dossier.stuk")

    def assert_each_complaint_stands_where_it_belongs(self, klachten):
        held = defaultdict(list)
        for one in self.edison.ask("stukken")["stukken"]:
            held[one["stuk_id"].split("/")[1]].append(one["state"])
        lost, wrong = [], []
        for klacht in klachten:
            name, states = klacht["klacht_id"], held[klacht["klacht_id"]]
            status = "IN_ONDERZOEK" if name in self.changed else "ONTVANGEN"
            if not states:
                lost.append(name)
            elif [(state["doel"]["id"], state["status"]) for state in states] != [
                    (klacht["genoemd"][0]["dossiernummer"], status)]:
                wrong.append(name)
        self.assertEqual((lost[:5], wrong[:5]), ([], []))

    def assert_versions_grow(self, *topics):
        for topic in topics:
            last = {}
            for record in self.schakel.records(topic):
                versie = record["waarde"]["versie"]
                self.assertGreater(versie, last.get(record["sleutel"], -1), (topic, record["sleutel"]))
                last[record["sleutel"]] = versie


if __name__ == "__main__":
    unittest.main()
