# SPDX-License-Identifier: Apache-2.0
"""The conformance set on schakel-edison, and what only its program shows."""
import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["SK_SOURCE_DIR"], "tests", "core", "runtime"))
from conformance import Conformance  # noqa: E402
from installation import wait_until  # noqa: E402

LRK = os.environ.get("SK_LRK_FOLDER", "/work/shared/data/lrk-nl-childcare")
README = os.path.join(os.environ["SK_SOURCE_DIR"], "connectors", "edison", "README.md")


def readme_configuration(name):
    """The keys of a named INI block of the README."""
    with open(README, encoding="utf-8") as page:
        block = re.search(rf"^```ini {name}\n\[edison\]\n(.*?)^```", page.read(), re.M | re.S)
    return dict(re.split(r"\s*=\s*", line, maxsplit=1) for line in block[1].splitlines())


class Edison(Conformance, unittest.TestCase):
    PROCESS = "edison"
    FAILING_OPEN = {"dossiernummer.patroon": "[0-9"}
    SOURCE, SOURCE_TOPIC = "locaties", "opvang.locatie"
    SINK, SINK_TOPIC = "stukken", "dossier.stuk"

    def item(self, number, variant=""):
        return {"dossiernummer": self.key(number), "namen": [{"naam": variant or "De Bij"}]}

    def key(self, number):
        return f"{910000000 + number}"

    def oversized(self, number):
        return {"dossiernummer": self.key(number), "namen": [{"naam": "x" * 1_500_000}]}

    def event(self, number, variant=""):
        return {"stuk_id": self.event_key(number), "titel": variant or "Klacht: hygiëne",
                "onderwerp": {"soort": "klacht", "id": f"K-{number}"},
                "doel": {"niveau": "LOCATIE", "id": self.key(number)}}

    def event_key(self, number):
        return f"klacht/K-{number}/LOCATIE/{self.key(number)}"

    # What only Edison has ---------------------------------------------------------------

    def test_a_pattern_that_is_none_is_said_by_its_options_name(self):
        done = self.installation.run(self.FAILING_OPEN)
        self.assertEqual(done.returncode, 2)
        self.assertIn("dossiernummer.patroon", done.stderr)

    def test_a_location_that_edison_deletes_is_erased_on_the_bus(self):
        self.serve(self.item(1), {"id": self.key(1), "verwijderd": True})
        self.installation.start()
        wait_until(lambda: [one["value"] is None for one in
                            self.installation.records(self.SOURCE_TOPIC)] == [False, True],
                   "the location and its tombstone")

    def test_a_decision_enters_and_the_echo_of_our_own_answer_does_not(self):
        decision = {"onderwerp": {"soort": "klacht", "id": "K-1"}, "handeling": "KOPPELEN",
                    "doelen": [{"niveau": "LOCATIE", "id": self.key(1)}]}
        self.target.items["oordelen"] = [
            {**decision, "oordeel_id": "E-1", "door": "SCHAKEL"},
            {**decision, "oordeel_id": "E-2", "door": {"gebruiker_id": "kb12"}}]
        self.installation.start()
        records = wait_until(lambda: self.installation.records("koppeling.oordeel"), "a decision")
        self.assertEqual([one["key"] for one in records], ["E-2"])
        self.assertEqual(records[0]["value"]["door"]["via"], "EDISON")

    def test_a_bad_value_is_counted_and_does_not_lose_the_location(self):
        self.serve({**self.item(1), "geopend_op": "gisteren", "vestigingsnummers": ["1"]})
        self.installation.start()
        self.wait_keys([self.key(1)])
        record, = self.installation.records(self.SOURCE_TOPIC)
        self.assertEqual([one["veld"] for one in record["value"]["afgekeurd"]],
                         ["vestigingsnummers[0].nummer", "geopend_op"])

    @unittest.skipUnless(os.path.isdir(LRK), f"{LRK} is not there")
    def test_the_dutch_register_enters_by_configuration_alone(self):
        settings = readme_configuration("lrk")
        for flow in ("locaties", "organisatoren"):
            folder = f"{self.installation.folder}/{flow}"
            os.mkdir(folder)
            settings[f"{flow}.folder"] = folder
            for name in ("amsterdam", "haarlem"):
                shutil.copy(f"{LRK}/{name}_kdv_2012_2015_full.csv", f"{folder}/{name}.part")
        self.installation.settings.update(settings)
        self.installation.start()
        for flow in ("locaties", "organisatoren"):
            for name in ("amsterdam", "haarlem"):
                part = f"{settings[f'{flow}.folder']}/{name}.part"
                os.rename(part, part.replace(".part", ".csv"))
        for flow in ("locaties", "organisatoren"):
            done = f"{settings[f'{flow}.folder']}/done"
            wait_until(lambda: len(os.listdir(done)) == 2, f"both files of {flow} are done", 30)
        self.assertEqual(len(self.installation.newest("opvang.locatie")), 288 + 53)
        holders = {holder["organisator_id"] for one in
                   self.installation.newest("opvang.locatie").values()
                   for holder in one["value"]["organisatoren"]}
        self.assertLessEqual(holders, set(self.installation.newest("opvang.organisator")))
        self.assertEqual(self.dead(), [])


if __name__ == "__main__":
    unittest.main()
