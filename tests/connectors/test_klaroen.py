# SPDX-License-Identifier: Apache-2.0
"""The conformance set on schakel-klaroen, and what only its program shows."""
import json
import os
import sys
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.environ["SK_SOURCE_DIR"], "tests", "core", "runtime"))
from conformance import Conformance  # noqa: E402
from installation import free_port, wait_until  # noqa: E402


class Klaroen(Conformance, unittest.TestCase):
    PROCESS = "klaroen"
    FAILING_OPEN = {"dossiernummer.patroon": "[0-9"}
    SOURCE, SOURCE_TOPIC = "klachten", "klacht"
    SINK, SINK_TOPIC = "locaties", "opvang.locatie"

    def item(self, number, variant=""):
        return {"klacht_id": self.key(number), "onderwerp": variant or "hygiëne"}

    def key(self, number):
        return f"K-2026-{number}"

    def oversized(self, number):
        return {"klacht_id": self.key(number), "tekst": "x" * 1_500_000}

    def event(self, number, variant=""):
        return {"dossiernummer": self.event_key(number),
                "namen": [{"naam": variant or "De Bij"}]}

    def event_key(self, number):
        return f"{910000000 + number}"

    # What only Klaroen has --------------------------------------------------------------

    def push(self, resource, record):
        """The status and body of a POST to the inbox."""
        request = urllib.request.Request(
            f"http://{self.installation.settings['inbox.listen']}/inbox/{resource}",
            json.dumps(record).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def start_with_inbox(self):
        self.installation.settings["inbox.listen"] = f"127.0.0.1:{free_port()}"
        self.installation.start()

    def test_a_complaint_that_was_taken_is_on_the_bus(self):
        self.start_with_inbox()
        self.assertEqual(self.push("klachten", self.item(1))[0], 202)
        self.assertEqual(self.keys(), [self.key(1)])
        self.assertEqual(self.push("klachten", self.item(1))[0], 202)
        self.assertEqual(self.keys(), [self.key(1)])

    def test_a_push_without_a_key_is_refused_and_leaves_nothing(self):
        self.start_with_inbox()
        status, text = self.push("klachten", {"onderwerp": "x"})
        self.assertEqual(status, 422)
        self.assertIn("klacht_id", text)
        self.assertEqual((self.keys(), self.dead()), ([], []))

    def test_a_decision_is_pushed_and_the_echo_of_our_own_answer_is_passed_over(self):
        self.start_with_inbox()
        decision = {"klacht_id": "K-1", "dossiernummer": "910000001"}
        for name, person in (("KL-1", "SCHAKEL"), ("KL-2", {"gebruiker_id": "kd3"})):
            self.assertEqual(
                self.push("oordelen", {**decision, "oordeel_id": name, "door": person})[0], 202)
        records = self.installation.records("koppeling.oordeel")
        self.assertEqual([one["key"] for one in records], ["KL-2"])

    def test_where_a_complaint_landed_is_told_and_a_mail_is_none_of_its_business(self):
        self.installation.start()
        self.installation.put("koppeling", [
            {"soort": "mail", "id": "M-1", "besluit": "GEEN"},
            {"soort": "klacht", "id": "K-1", "besluit": "AUTO",
             "doelen": [{"niveau": "LOCATIE", "id": "910000001"}]}])
        wait_until(lambda: self.target.ids("koppelingen"), "the answer")
        self.wait_flow("koppelingen", lambda flow: flow["achterstand"] == 0, "nothing is left")
        self.assertEqual(self.target.ids("koppelingen"), ["K-1"])
        body = next(one[3] for one in self.target.effects if one[0] == "koppelingen")
        self.assertEqual((body["besluit"], body["doelen"][0]["id"]), ("AUTO", "910000001"))

    def test_an_organiser_is_identification_data_too(self):
        self.installation.start()
        self.installation.put("opvang.organisator", [
            {"organisator_id": "ORG-1", "klantenbeheer": [{"team": "Oost"}],
             "namen": [{"naam": "Zonnekind"}]}])
        wait_until(lambda: self.target.ids("organisatoren"), "the organiser")
        body = next(one[3] for one in self.target.effects if one[0] == "organisatoren")
        self.assertNotIn("klantenbeheer", body)


if __name__ == "__main__":
    unittest.main()
