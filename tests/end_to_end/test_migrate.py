# SPDX-License-Identifier: Apache-2.0
"""`schakel migrate`: to an empty bus with everything, interrupted or not, and everything goes on there."""
import json
import os
import signal
import subprocess
import time
import unittest

from scenario import Scenario, programs, wait_until

TOPICS = ("klacht", "koppeling", "dossier.stuk", "opvang.locatie", "schakel.positie", "wacht.edison")
MIGRATED = "schakel_migrated"


class Migrate(Scenario):
    """On the target that `target` gives."""

    def target(self):
        return f"sqlite:{self.folder}/bus/other.db"

    def bus(self):
        return self.schakel.sections["schakel"]["bus"]

    def migrate(self, status=0, **environment):
        done = subprocess.run([f"{programs()}/schakel", "migrate", self.bus(), self.to, "--config",
                               self.schakel.config, "--json"], capture_output=True, text=True, check=False,
                              env=os.environ | environment, timeout=120)
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout) if status == 0 else done.stderr

    def move(self):
        """From now on the configuration says the other bus."""
        self.schakel.sections["schakel"]["bus"] = self.to
        self.schakel.write()

    def held(self):
        """What stands on the bus of the configuration: key, value and headers of the newest of each."""
        found = {}
        for topic in TOPICS:
            for one in self.schakel.records(topic):
                one["headers"].pop(MIGRATED, None)
                found[topic, one["sleutel"]] = (one["partitie"], one["waarde"], one["headers"])
        return found

    def lags(self):
        told = json.loads(self.schakel.schakel("lag", "--json").stdout)
        return {(one["groep"], one["topic"], one["partitie"]): one["achter"] for one in told}

    def setUp(self):
        super().setUp()
        self.first = self.klacht(self.places[0])
        self.say(self.first)
        self.landed(self.first)
        self.settle()
        self.to = self.target()

    def stop_with_work_left(self):
        """Edison takes nothing: what it has not read must still reach it afterwards."""
        self.schakel.stop()
        self.schakel.sections.pop("edison")
        self.start()
        self.left = self.klacht(self.places[1])
        self.say(self.left)
        self.decided(self.left, "AUTO")
        self.schakel.stop()
        self.schakel.sections["edison"] = {"adapter": "rest", "url": self.edison.url, "poll": "500ms"}
        self.schakel.write()

    def test_everything_is_there_with_its_ids_and_the_set_goes_on(self):
        self.stop_with_work_left()
        before, lags = self.held(), self.lags()
        self.assertGreater(lags["edison.stukken", "dossier.stuk", self.partition()], 0)
        told = self.migrate()
        self.assertGreaterEqual(told["records"], len(before))
        self.move()
        self.assertEqual(self.held(), before)
        self.assertEqual(self.lags(), lags)
        puts = self.edison.ask("counts")
        self.start()
        self.landed(self.left)
        later = self.klacht(self.places[2])
        self.say(later)
        self.landed(later)
        self.settle()
        self.assert_nothing_wrong_at_edison()
        self.assertEqual(len(self.stukken(self.first)), 1, puts)
        self.assertIn("migrate.target", self.back())

    def partition(self):
        return next(one["partitie"] for one in self.schakel.records("dossier.stuk")
                    if one["sleutel"].startswith(f"klacht/{self.left['klacht_id']}/"))

    def back(self):
        """The old bus is not empty, and has what no migration wrote."""
        self.schakel.stop()
        done = self.schakel.schakel("migrate", self.to, f"sqlite:{self.folder}/bus/schakel.db")
        self.assertEqual(done.returncode, 1)
        return done.stderr

    def test_killed_at_any_moment_it_goes_on_and_ends_the_same(self):
        self.schakel.stop()
        before, lags = self.held(), self.lags()
        for delay in (0.005, 0.02, 0.05, 0.1):
            running = subprocess.Popen([f"{programs()}/schakel", "migrate", self.bus(), self.to, "--config",
                                        self.schakel.config], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            end = time.monotonic() + delay  # any moment will do: no state is waited for
            wait_until(lambda: time.monotonic() >= end, 5, "the moment")
            running.send_signal(signal.SIGKILL)
            running.wait()
        wait_until(lambda: self.schakel.schakel("migrate", self.bus(), self.to).returncode == 0, 60,
                   "the dead one's place is free")
        self.move()
        self.assertEqual(self.held(), before)
        self.assertEqual(self.lags(), lags)

    def test_it_is_refused_while_the_processes_run(self):
        self.assertIn("migrate.active", self.migrate(status=1))


if __name__ == "__main__":
    unittest.main()
