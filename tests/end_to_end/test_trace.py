# SPDX-License-Identifier: Apache-2.0
"""`schakel trace`: the way of one complaint, and where it stopped."""
import json
import unittest

from scenario import Scenario

STAGES = ["bron", "bus", "beslissing", "dossier", "levering", "antwoord"]


class TraceTest(Scenario):
    def trace(self, klacht_id):
        """Exit status and the steps, by --json."""
        done = self.schakel.schakel("trace", f"klacht/{klacht_id}", "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(told["goed"], done.returncode == 0)
        return done.returncode, told["stappen"]

    def traced(self, klacht, stage, state):
        """The steps, once the one of that stage is in that state."""
        def look():
            steps = self.trace(klacht["klacht_id"])[1]
            return steps if any(one["stap"] == stage and one["toestand"] == state
                                for one in steps) else None
        return self.until(look, f"{stage} is {state}")

    def step(self, steps, stage):
        return next(one for one in steps if one["stap"] == stage)

    def test_the_whole_way_from_source_to_answer_with_times_and_causes(self):
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.landed(klacht)
        self.settle()
        self.until(lambda: self.trace("K-1")[0] == 0, "the whole way is there")
        _, steps = self.trace("K-1")
        self.assertEqual([one["stap"] for one in steps], STAGES)
        bus, decision, stuk = (self.step(steps, name) for name in STAGES[1:4])
        self.assertEqual(decision["oorzaak"], bus["id"])
        self.assertEqual(stuk["oorzaak"], bus["id"])
        self.assertEqual(stuk["spoor"].split("-")[1], bus["spoor"].split("-")[1])
        self.assertLessEqual(bus["tijd"], decision["tijd"])
        self.assertEqual([self.step(steps, name)["wie"] for name in STAGES[4:]],
                         ["edison/stukken", "klaroen/koppelingen"])
        for name in STAGES[4:]:
            self.assertGreaterEqual(self.step(steps, name)["uiterlijk"], bus["tijd"])
        shown = self.schakel.schakel("trace", "klacht/K-1").stdout
        self.assertIn(self.places[0]["dossiernummer"], shown)
        self.assertNotIn("Klaagmans", shown)

    def test_what_waits_for_a_person_says_which_command_shows_it(self):
        klacht = self.contradicted()
        status, steps = self.trace(klacht["klacht_id"])
        self.assertEqual(status, 1)
        self.assertEqual(self.step(steps, "oordeel")["toestand"], "mens")
        self.assertIn(f"schakel review show klacht/{klacht['klacht_id']}", self.step(steps, "oordeel")["wat"])

    def test_what_edison_refuses_is_told_as_a_dead_letter_with_the_cause(self):
        self.edison.tell("faults", {"kind": "status", "status": 422, "match": "K-1"})
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        step = self.step(self.traced(klacht, "levering", "dood"), "levering")
        self.assertIn("422", step["wat"])
        self.assertEqual(self.trace("K-1")[0], 1)

    def test_what_edison_cannot_take_now_is_told_as_parked_with_the_next_attempt(self):
        self.edison.tell("faults", {"kind": "status", "status": 500, "match": "K-1"})
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        step = self.step(self.traced(klacht, "levering", "geparkeerd"), "levering")
        self.assertRegex(step["wat"], r"wacht na \d+ pogingen tot .*500")

    def test_what_a_process_that_stands_still_has_not_read_is_told_as_waiting(self):
        read = self.klacht(self.places[1])  # so that the register is there before Edison goes
        self.say(read)
        self.landed(read)
        self.schakel.stop()
        self.schakel.sections.pop("edison")
        self.start()
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.decided(klacht, "AUTO")
        self.assertEqual(self.step(self.traced(klacht, "levering", "wacht"), "levering")["wie"],
                         "edison/stukken")

    def test_what_never_came_is_told_as_missing(self):
        status, steps = self.trace("K-404")
        self.assertEqual((status, [one["toestand"] for one in steps]), (1, ["ontbreekt"]))

    def test_a_subject_that_cannot_be_is_wrong_usage(self):
        for wrong in ("klacht", "klacht/", "niets/K-1"):
            self.assertEqual(self.schakel.schakel("trace", wrong).returncode, 2, wrong)


if __name__ == "__main__":
    unittest.main()
