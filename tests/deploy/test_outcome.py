# SPDX-License-Identifier: Apache-2.0
"""What the demo counts: made-up decisions and dossiers in, the table's numbers out."""
import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "deploy", "demo.d")]
from morning import Morning, Story  # noqa: E402
from outcome import Outcome, passed  # noqa: E402
from table import table  # noqa: E402

PLACES = [{"dossiernummer": number, "organisatoren": [{"organisator_id": owner}]}
          for number, owner in (("1", "O1"), ("2", "O1"), ("3", "O3"))]


def truth(level, places, organisers):
    return {"soort": "gewoon", "niveau": level, "locaties": places, "organisatoren": organisers, "zeker": True}


def doel(number, level="LOCATIE"):
    return {"niveau": level, "id": number, "dossiernummers": []}


class Run:
    """The three things that an Outcome asks, with made-up answers."""

    def __init__(self):
        self.released, self.koppelingen, self.stukken = {}, {}, []
        self.twice, self.dead, self.refused = [], [], []

    def klacht(self, name, besluit, *doelen, kandidaten=(), at=0.0, landed=0.01, stored=True):
        self.released[name] = at
        self.koppelingen[f"klacht/{name}"] = {
            "soort": "klacht", "id": name, "besluit": besluit, "doelen": list(doelen),
            "kandidaten": [{"doel": one, "p": 1} for one in kandidaten]}
        for one in doelen if stored else ():
            self.stukken.append({
                "stuk_id": f"klacht/{name}/{one['niveau']}/{one['id']}", "first_at": at + landed,
                "state": {"toestand": "ACTIEF", "doel": one, "onderwerp": {"id": name}}})

    def ask(self, what):
        return {"messages": {"released": self.released, "refused": self.refused},
                "stukken": {"stukken": self.stukken}, "checks": {"applied_twice": self.twice}}[what]

    def latest(self, _):
        return self.koppelingen

    def dead_letters(self):
        return self.dead

    def pss_kb_at_rest(self):
        return {"edison": 2048, "klaroen": 1024}


class OutcomeTest(unittest.TestCase):
    def setUp(self):
        self.run_ = Run()
        self.truth = {name: truth("LOCATIE", ["1"], ["O1"]) for name in ("A", "B", "C", "D")}
        self.truth["G"] = truth("GEEN", [], [])
        self.story = Story()

    def outcome(self):
        morning = Morning(PLACES, [], [], self.truth)
        return Outcome(morning, self.story, self.run_, self.run_, self.run_)

    def test_a_clean_run_passes_and_says_so(self):
        self.run_.klacht("A", "AUTO", doel("1"))
        self.run_.klacht("B", "BEOORDELEN", kandidaten=[doel("3"), doel("1")])
        self.run_.klacht("G", "BEOORDELEN", kandidaten=[doel("3")])
        result = self.outcome()
        self.assertEqual({key: result.as_json()[key] for key in (
            "complaints", "linked", "review", "none", "dead", "unaccounted", "delivered", "wrong",
            "review_top3", "levels")},
            {"complaints": 3, "linked": 1, "review": 2, "none": 0, "dead": 0, "unaccounted": 0,
             "delivered": 1, "wrong": 0, "review_top3": 1, "levels": {"LOCATIE": 1}})
        self.assertTrue(passed(result))
        self.assertIn("In orde.", table(result))

    def test_a_complaint_without_decision_is_unexplained(self):
        self.run_.released["A"] = 0
        self.assertEqual(self.outcome().unaccounted, 1)
        self.assertFalse(passed(self.outcome()))

    def test_a_dead_letter_explains_its_complaint_and_fails_the_run(self):
        self.run_.released["A"] = 0
        self.run_.dead = [{"headers": {"key": "A"}, "waarde": {}}]
        result = self.outcome()
        self.assertEqual((result.unaccounted, len(result.dead), passed(result)), (0, 1, False))

    def test_each_way_of_being_wrong_is_named(self):
        self.truth["C"] = truth("ORGANISATOR", [], ["O1"])
        self.run_.klacht("A", "AUTO", doel("2"))
        self.run_.klacht("B", "AUTO", doel("3"))
        self.run_.klacht("C", "AUTO", doel("1"))
        self.run_.klacht("G", "AUTO", doel("1"))
        self.assertEqual(self.outcome().wrong, {
            "A": "verkeerd_dossier", "B": "andere_organisator", "C": "te_diep", "G": "verkeerd_dossier"})

    def test_the_right_organiser_is_right(self):
        self.run_.klacht("A", "AUTO", doel("O1", "ORGANISATOR"))
        self.assertEqual(self.outcome().wrong, {})

    def test_what_is_linked_and_not_in_edison_fails_the_run(self):
        self.run_.klacht("A", "AUTO", doel("1"), stored=False)
        self.assertFalse(passed(self.outcome()))

    def test_a_second_dossier_and_a_repeated_effect_are_duplicates(self):
        self.run_.klacht("A", "AUTO", doel("1"))
        self.run_.stukken.append({**self.run_.stukken[0], "stuk_id": "klacht/A/LOCATIE/2"})
        self.run_.twice = ["klacht/A/LOCATIE/1"]
        self.assertEqual(self.outcome().duplicates, 2)

    def test_a_decision_that_no_facility_is_meant_is_a_miss_when_one_was(self):
        self.run_.klacht("A", "GEEN")
        self.run_.klacht("G", "GEEN")
        self.assertEqual(self.outcome().as_json()["missed"], 1)

    def test_complaints_held_up_by_a_fault_count_apart(self):
        self.story.outage_from, self.story.outage_to = 10.0, 30.0
        self.run_.klacht("A", "AUTO", doel("1"), at=5.0)
        self.run_.klacht("B", "AUTO", doel("1"), at=12.0, landed=19.0)
        self.run_.klacht("C", "AUTO", doel("1"), at=30.5, landed=0.7)
        self.run_.klacht("D", "AUTO", doel("1"), at=40.0)
        result = self.outcome()
        self.assertEqual(sorted(round(ms) for ms in result.outage_ms), [700, 19000])
        self.assertEqual([round(ms) for ms in result.usual_ms], [10, 10])

    def test_without_a_truth_nothing_is_judged(self):
        self.truth = None
        self.run_.klacht("A", "AUTO", doel("3"))
        result = self.outcome()
        self.assertIsNone(result.as_json()["wrong"])
        self.assertTrue(passed(result))
        self.assertIn("onbekend", table(result))


if __name__ == "__main__":
    unittest.main()
