# SPDX-License-Identifier: Apache-2.0
"""The invented register and morning: what the demo promises about them."""
import json
import os
import sys
import tempfile
import unittest
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from systems.generator import batch  # noqa: E402
from systems.generator.complaints import KINDS, Morning  # noqa: E402
from systems.generator.numbers import mod97_valid  # noqa: E402
from systems.generator.register import Register  # noqa: E402


class GeneratorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.register = Register()
        cls.morning = Morning(cls.register)

    def test_one_seed_gives_the_same_bytes(self):
        again = Register()
        self.assertEqual(json.dumps(again.locaties), json.dumps(self.register.locaties))
        self.assertEqual(json.dumps(Morning(again).klachten), json.dumps(self.morning.klachten))

    def test_there_are_2000_locations_with_history(self):
        places = self.register.locaties
        self.assertEqual(len(places), 2000)
        self.assertEqual(len({place["dossiernummer"] for place in places}), 2000)
        for wanted in (lambda place: len(place["namen"]) > 1, lambda place: len(place["adressen"]) > 1,
                       lambda place: place["toestand"] == "GESLOTEN", lambda place: place["opvolgers"],
                       lambda place: len(place["organisatoren"]) > 1):
            self.assertGreater(sum(bool(wanted(place)) for place in places), 15)

    def test_every_number_passes_its_check_in_a_range_that_nobody_has(self):
        for organiser in self.register.organisatoren:
            number = organiser["ondernemingsnummers"][0]["nummer"]
            self.assertTrue(mod97_valid(number) and number.startswith("19"), number)
        for place in self.register.locaties:
            number = place["vestigingsnummers"][0]["nummer"]
            self.assertTrue(mod97_valid(number) and number.startswith("89"), number)
            self.assertRegex(place["dossiernummer"], r"^91\d{7}$")

    def test_a_few_organisers_have_many_locations_and_most_have_few(self):
        sizes = Counter(place["organisatoren"][0]["organisator_id"] for place in self.register.locaties)
        self.assertGreater(max(sizes.values()), 30)
        self.assertGreater(sum(size <= 2 for size in sizes.values()), len(sizes) / 2)

    def test_the_morning_has_the_kinds_that_were_asked(self):
        kinds = Counter(truth["soort"] for truth in self.morning.truth.values())
        self.assertEqual(len(self.morning.klachten), 500)
        self.assertEqual({kind: kinds[kind] for kind in KINDS}, KINDS)
        self.assertGreaterEqual(sum(truth["zeker"] for truth in self.morning.truth.values()), 400)

    def test_every_wrong_number_exists_and_belongs_to_another(self):
        for klacht in self.morning.klachten:
            truth = self.morning.truth[klacht["klacht_id"]]
            if truth["soort"] == "fout_nummer":
                number = klacht["genoemd"][0]["dossiernummer"]
                self.assertIn(number, self.register.by_number)
                self.assertNotIn(number, truth["locaties"])

    def test_three_complaints_are_corrected_and_fifteen_withdrawn_later(self):
        changes = self.morning.changes
        self.assertEqual(sum("genoemd" in change["set"] for change in changes), 3)
        self.assertEqual(sum(change["set"].get("status") == "INGETROKKEN" for change in changes), 15)

    def test_the_truth_is_not_in_what_klaroen_says(self):
        self.assertNotIn("zeker", json.dumps(self.morning.klachten))


class BatchTest(unittest.TestCase):
    REGISTER = ("id,level,parent_id,name,alias,type,street,house_number,postcode,municipality,"
                "phone,kbo,valid_from,valid_to\n"
                "H1,organisator,,Stichting Een,,,,,,,,12345678,,\n"
                "107,locatie,H1,Oude Naam,,BSO,Dam,1,1012 AB,Amsterdam,,,2010-01-01,2014-05-01\n"
                "107,locatie,H1,Nieuwe Naam,Bijnaam,BSO,Dam,1,1012 AB,Amsterdam,,,2014-05-01,\n")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_dated_rows_fold_into_one_location(self):
        places, organisers, options = batch.read_register(self.write("r.csv", self.REGISTER))
        self.assertEqual([(name["naam"], name["van"], name["tot"]) for name in places[0]["namen"]],
                         [("Oude Naam", "2010-01-01", "2014-05-01"), ("Nieuwe Naam", "2014-05-01", None),
                          ("Bijnaam", None, None)])
        self.assertEqual(len(places[0]["adressen"]), 1)
        self.assertEqual(organisers[0]["ondernemingsnummers"][0]["nummer"], "12345678")
        self.assertEqual(options["onderneming"], "kvk")
        self.assertIn("dossiernummer.patroon", options)

    def test_a_message_becomes_a_complaint_and_a_bad_line_is_named(self):
        path = self.write("m.jsonl", '{"id":"m1","received":"2013-02-01","fields":'
                          '{"facility_name":"Oude Naam","phone":"020 1"}}\nnonsense\n')
        klachten, errors = batch.read_messages(path)
        self.assertEqual(klachten[0]["genoemd"], [{"naam": "Oude Naam", "telefoon": "020 1"}])
        self.assertIn("m.jsonl:2", errors[0])

    def test_the_truth_beside_the_messages_is_read(self):
        places, _, _ = batch.read_register(self.write("r.csv", self.REGISTER))
        self.write("truth.jsonl", '{"id":"m1","facility":"107","level":"locatie"}\n{"id":"m2","facility":null}\n')
        truth = batch.read_truth(f"{self.folder}/m.jsonl", places)
        self.assertEqual((truth["m1"]["locaties"], truth["m1"]["organisatoren"]), (["107"], ["H1"]))
        self.assertEqual(truth["m2"]["niveau"], "GEEN")


if __name__ == "__main__":
    unittest.main()
