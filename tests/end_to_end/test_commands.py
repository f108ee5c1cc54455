# SPDX-License-Identifier: Apache-2.0
"""Every command of `schakel`, as its own table tells them (`schakel --help --json`): the example in
its help runs, --json is JSON, and the exit status is the promised one in every state.

0 well · 1 needs attention · 2 wrong usage · 3 bus or registry away."""
import concurrent.futures
import json
import os
import subprocess
import unittest

from scenario import Scenario, programs

WELL, ATTENTION, USAGE, AWAY = range(4)

# Where it is not simply WELL. The clock and the folders of a test machine may ask for attention.
RUNNING = {"check": (WELL, ATTENTION), "restore": (ATTENTION, USAGE),
           "migrate": (ATTENTION,)}  # never while the set runs
STOPPED = {"status": (ATTENTION,), "tail": (AWAY,), "put": (AWAY,), "review": (AWAY,), "dossier": (AWAY,),
           "schema": (AWAY,), "trace": (AWAY,), "check": (AWAY,), "restore": (ATTENTION, USAGE)}
NEEDS_BUS = ("topics", "tail", "put", "lag", "dossier", "accept", "trace", "check", "groups")

# No question with an answer: it runs until it is stopped (every test here starts with it); it writes
# files that only the order makes sense of (test_backup).
LONG, FILES = ("up",), ("backup", "restore")

REGISTER = """\
id,level,parent_id,name,type,street,house_number,postcode,municipality,kbo,valid_from,valid_to,extra
O1,organisator,,Kinderhuis vzw,,,,,,0400000021,,,
"""
MESSAGE = {"id": "m1", "channel": "klacht", "received": "2025-03-01", "subject": "", "text": "Er was niemand.",
           "from": "", "fields": {"facility_name": "Kinderhuis"}}


class CommandsTest(Scenario):
    def setUp(self):
        super().setUp()
        table = self.schakel_in("--help", "--json")
        self.table = json.loads(table.stdout)
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.landed(klacht)
        self.settle()
        with open(os.path.join(self.folder, "klacht.jsonl"), "w", encoding="utf-8") as file:
            file.write(json.dumps({"klacht_id": "K-9", "toestand": "ACTIEF", "regime": "OVERHEID"}))
        with open(os.path.join(self.folder, "opvang.csv"), "w", encoding="utf-8") as file:
            file.write(REGISTER)
        with open(os.path.join(self.folder, "berichten.jsonl"), "w", encoding="utf-8") as file:
            file.write(json.dumps(MESSAGE) + "\n")

    def here(self, word):
        """The place that an example means, in this installation."""
        if word.startswith("sqlite:"):
            return self.schakel.sections["schakel"]["bus"]
        return (f"sqlite:{self.folder}/bus/other.db" if word.startswith("kafka:")
                else word.replace("910000001", self.places[0]["dossiernummer"]))

    def schakel_in(self, *words):
        return subprocess.run([f"{programs()}/schakel", *words], cwd=self.folder, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60, check=False,
                              env=os.environ | {"SCHAKEL_CONFIG": self.schakel.config})

    def questions(self):
        for one in self.table:
            if one["opdracht"] not in LONG + FILES:
                yield one["opdracht"], [self.here(word) for word in one["voorbeeld"].split()]

    def expect(self, name, words, statuses):
        done = self.schakel_in(*words)
        self.assertIn(done.returncode, statuses, f"{words}: {done.stdout[-300:]}{done.stderr[-300:]}")
        return done

    def test_the_help_of_each_ends_with_its_example(self):
        self.assertGreaterEqual(len(self.table), 16)
        for one in self.table:
            with self.subTest(one["opdracht"]):
                self.assertEqual(one["voorbeeld"].split()[0], one["opdracht"])
                shown = self.schakel_in(one["opdracht"], "--help")
                self.assertEqual(shown.returncode, WELL)
                self.assertEqual(shown.stdout.splitlines()[-1].split(), ["schakel", *one["voorbeeld"].split()])
                for option in one["opties"]:
                    self.assertIn(f"--{option['naam']}", shown.stdout)

    def test_each_example_runs_on_a_set_that_runs_and_json_is_json(self):
        for name, words in self.questions():
            statuses = RUNNING.get(name, (WELL,))
            with self.subTest(name):
                self.expect(name, words, statuses)
                told = self.expect(name, [*words, *(["--json"] if "--json" not in words else [])], statuses).stdout
                try:
                    json.loads(told)
                except ValueError:
                    for line in told.splitlines():
                        json.loads(line)

    def test_an_option_that_does_not_exist_is_wrong_usage_of_each(self):
        for one in self.table:
            with self.subTest(one["opdracht"]):
                words = [*one["voorbeeld"].split(), "--bestaat.niet", "1"]
                self.assertIn("bestaat.niet", self.expect(one["opdracht"], words, (USAGE,)).stderr)
        self.assertEqual(self.schakel_in("bestaatniet").returncode, USAGE)
        self.assertEqual(self.schakel_in().returncode, USAGE)

    def test_with_the_registry_away_each_that_needs_it_says_so(self):
        self.schakel.stop()
        fresh = ["--data", os.path.join(self.folder, "fresh")]  # nothing in the cache of schemas
        os.mkdir(fresh[1])
        for name, words in self.questions():
            with self.subTest(name):
                more = ["--all"] if name == "tail" else []
                words = [word for word in words if word not in ("--from", "-2h")] if more else words
                self.expect(name, [*words, *more, *([] if name == "match" else fresh)],
                            STOPPED.get(name, (WELL,)))

    def test_with_the_bus_away_each_that_needs_it_says_so(self):
        asked = [(name, [*words, "--bus", "kafka:127.0.0.1:1"]) for name, words in self.questions()
                 if name in NEEDS_BUS]
        self.assertEqual(len(asked), len(NEEDS_BUS))
        with concurrent.futures.ThreadPoolExecutor(len(asked)) as pool:
            ends = dict(zip((name for name, _ in asked),
                            pool.map(lambda one: self.schakel_in(*one[1]).returncode, asked)))
        self.assertEqual(ends, dict.fromkeys(NEEDS_BUS, AWAY))


if __name__ == "__main__":
    unittest.main()
