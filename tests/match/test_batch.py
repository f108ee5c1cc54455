# SPDX-License-Identifier: Apache-2.0
"""`schakel match` keeps the batch contract: a decision a line, the same for any number of
threads and any order of messages, and bad lines answered without ending the run."""
import json
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

SCHAKEL = Path(os.environ["SK_BINARY_DIR"]) / "bin" / "schakel"
REGISTER = """id,level,parent_id,name,type,street,house_number,postcode,municipality,kbo,valid_from,valid_to,extra
O1,organisator,,Kinderhuis vzw,,,,,,0400000021,,,
L1,locatie,O1,De Kwebbelbos,nest,Kerkstraat,12,9000,Gent,,2010-01-01,2020-01-01,x
L1,locatie,O1,De Boomhut,nest,Kerkstraat,12,9000,Gent,,2020-01-01,,x
L2,locatie,O1,Zonnetje,school,Molenweg,3,9000,Gent,,2015-01-01,,
L3,locatie,O1,Zonnestraal,school,Dorp,3,2000,Antwerpen,,2015-01-01,,
L4,locatie,O1,De Draak,nest,Veldweg,5,3000,Leuven,,2015-01-01,,
L5,locatie,O1,De Draak,school,Veldweg,5,3000,Leuven,,2015-01-01,,
L6,locatie,O1,De Bever Leuven,nest,Beekweg,8,3000,Leuven,,2015-01-01,,
L7,locatie,O1,Herenplein,nest,Herenplein,5,2800,Mechelen,,2015-01-01,,
L8,locatie,O1,De Pinguin 2,nest,Hoek,1,9000,Gent,,2015-01-01,,
L9,locatie,O1,KDV De Zeester,kinderdagverblijf,Kaai,4,9000,Gent,,2015-01-01,,
L10,locatie,O1,BSO De Zeester,buitenschoolse opvang,Kaai,4,9000,Gent,,2015-01-01,,
""" + "".join(f"F{i},locatie,,Vulling{i * 7919},nest,Straat{i},1,5{i % 90:03},Stad{i % 90},,2015-01-01,,\n"
              for i in range(2000))


def message(number, **fields):
    return {"id": f"m{number}", "channel": "klacht", "received": "2025-03-01", "subject": "",
            "text": "", "from": "", "fields": fields}


BOOMHUT = {"facility_name": "De Boomhut", "street": "Kerkstraat", "house_number": "12",
           "postcode": "9000", "municipality": "Gent"}
DRAAK = {"facility_name": "De Draak", "street": "Veldweg", "house_number": "5",
         "postcode": "3000", "municipality": "Leuven"}


class Batch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "register.csv").write_text(REGISTER)
        (self.folder / "types.tsv").write_text("krabbel\tnest\nleerhuis\tschool\n")

    def run_match(self, lines, *options, exit_status=0, types=True):
        messages = self.folder / "messages.jsonl"
        messages.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines))
        command = [SCHAKEL, "match", "--register", self.folder / "register.csv", "--messages", messages,
                   "--out", self.folder / "out.jsonl", *options]
        if types:
            command += ["--types", self.folder / "types.tsv"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, exit_status, done.stderr)
        self.stderr = done.stderr
        return (self.folder / "out.jsonl").read_text().splitlines()

    def decide(self, given, **options):
        return json.loads(self.run_match([given], **options)[0])

    def test_a_name_and_its_address_are_linked(self):
        decision = self.decide(message(1, **BOOMHUT))
        self.assertEqual((decision["decision"], decision["level"], decision["facility"]),
                         ("auto", "locatie", "L1"))
        self.assertTrue(decision["evidence"])
        self.assertIn("messages/s", self.stderr)

    def test_versions_of_one_id_are_one_facility_with_a_former_name(self):
        decision = self.decide(message(1, **dict(BOOMHUT, facility_name="De Kwebbelbos")))
        self.assertEqual(decision["facility"], "L1")
        self.assertEqual([c["id"] for c in decision["candidates"]].count("L1"), 1)

    def test_two_on_one_address_are_the_address_until_the_type_is_stated(self):
        self.assertEqual(self.decide(message(1, **DRAAK))["level"], "adres")
        decision = self.decide(message(1, facility_type="leerhuis", **DRAAK))
        self.assertEqual((decision["facility"], decision["level"]), ("L5", "locatie"))

    def test_a_type_that_is_only_a_word_of_the_name_tells_none_apart_at_one_address(self):
        zeester = {"facility_name": "KDV De Zeester", "street": "Kaai", "house_number": "4", "postcode": "9000"}
        decision = self.decide(message(1, **zeester), types=False)
        self.assertEqual((decision["decision"], decision["level"]), ("auto", "adres"))
        decision = self.decide(message(1, facility_type="kinderdagverblijf", **zeester), types=False)
        self.assertEqual((decision["level"], decision["facility"]), ("locatie", "L9"))

    def test_another_number_in_the_name_is_no_slip(self):
        for name, slip in (("De Pinguim 2", True), ("De Pinguin 3", False), ("De Pinguin", False)):
            decision = self.decide(message(1, facility_name=name, municipality="Gent"))
            levels = [e["level"] for e in decision["evidence"] if e["f"] == "naam" and e["reg"] == "L8"]
            self.assertEqual("op een schrijffout na gelijk" in levels, slip, name)

    def test_words_of_types_are_data(self):
        decision = self.decide(message(1, facility_type="leerhuis", **DRAAK), types=False)
        self.assertEqual(decision["level"], "adres")

    def test_parts_of_municipalities_are_data(self):
        given = {**message(1), "text": "Het gaat over De Boomhut. De opvang ligt in Zevendorp.", "fields": {}}
        places = self.folder / "places.tsv"
        places.write_text("9000\tZevendorp;Achtdorp\n")
        towns = [[e for e in json.loads(self.run_match([given], *options)[0])["evidence"]
                  if e["f"] == "gemeente" and e["bits"] > 0] for options in ((), ("--places", places))]
        self.assertEqual(towns[0], [])
        self.assertTrue(towns[1])

    def decide_text(self, text):
        return self.decide({**message(1), "text": text, "fields": {}})

    def test_a_name_in_running_text_and_its_town_elsewhere_decide(self):
        decision = self.decide_text("Mijn klacht gaat over De Boomhut en de sfeer daar. Dat is in Gent.")
        self.assertEqual((decision["decision"], decision["facility"]), ("auto", "L1"))

    def test_another_name_in_the_text_leaves_it_to_a_person(self):
        decision = self.decide_text("Mijn klacht gaat over opvang Flierefluiter en de sfeer. "
                                    "Vroeger ging hij naar De Boomhut in Gent en dat was goed.")
        self.assertEqual(decision["decision"], "review")

    def test_a_town_that_is_only_part_of_the_name_is_no_second_evidence(self):
        decision = self.decide_text("Mijn klacht gaat over De Bever Leuven en de sfeer daar.")
        self.assertEqual((decision["decision"], decision["facility"]), ("review", "L6"))
        self.assertLess(decision["p"], 0.99)

    def test_a_slip_in_a_name_in_running_text_is_read_past(self):
        without = self.decide_text("Mijn klacht gaat over De Boomhut en de sfeer daar. Dat is in Gent.")
        decision = self.decide_text("Mijn klacht gaat over De Boomhutt en de sfeer daar. Dat is in Gent.")
        self.assertEqual(decision["facility"], "L1")
        self.assertLess(decision["p"], without["p"])

    def test_a_postcode_alone_says_where(self):
        with_it = self.decide_text("Ik schrijf over De Boomhut en de sfeer. De postcode is 9000.")
        without = self.decide_text("Ik schrijf over De Boomhut en de sfeer. De kamer is 9000.")
        self.assertGreater(with_it["candidates"][0]["p"], without["candidates"][0]["p"])

    def test_a_name_that_is_the_street_counts_once(self):
        decision = self.decide(message(1, facility_name="Herenplein", street="Herenplein",
                                       house_number="5A", municipality="Mechelen"))
        self.assertEqual((decision["decision"], decision["facility"]), ("review", "L7"))

    def test_a_name_with_its_town_in_it_is_the_exact_name(self):
        decision = self.decide(message(1, facility_name="De Bever Leuven", municipality="Leuven"))
        self.assertEqual((decision["decision"], decision["facility"]), ("auto", "L6"))
        self.assertIn(("naam", "gelijk"), [(e["f"], e["level"]) for e in decision["evidence"]])

    def test_an_address_and_the_type_in_fields_decide(self):
        place = {"street": "Molenweg", "house_number": "3", "municipality": "Gent"}
        self.assertEqual(self.decide(message(1, **place))["decision"], "review")
        decision = self.decide(message(1, facility_type="school", **place))
        self.assertEqual((decision["decision"], decision["facility"]), ("auto", "L2"))

    def write_labels(self, given, facility, decided, count=1, reviewer="an"):
        path = self.folder / "labels.jsonl"
        path.write_text("".join(json.dumps({"message": given, "decided": decided, "facility": facility,
                                            "level": "locatie", "reviewer": f"{reviewer}{i}"}) + "\n"
                                for i in range(count)))
        return path

    def test_labels_say_how_often_automatic_links_were_wrong(self):
        path = self.write_labels(message(1, **BOOMHUT), "L1", "2025-02-01", 10)
        self.run_match([message(1, **BOOMHUT)], "--labels", path)
        self.assertIn("10 of them automatic, 0 wrong: at most 25.887 % wrong", self.stderr)
        self.assertIn("2025-02-01", self.stderr)

    def test_labels_against_the_built_in_threshold_leave_it_to_a_person(self):
        path = self.write_labels(message(1, **BOOMHUT), "L4", "2025-02-01", 10)
        self.assertEqual(self.decide(message(1, **BOOMHUT))["decision"], "auto")
        lines = self.run_match([message(1, **BOOMHUT)], "--labels", path)
        self.assertEqual(json.loads(lines[0])["decision"], "review")

    def test_a_label_teaches_only_about_messages_received_after_it_was_decided(self):
        nickname = {"facility_name": "Grobbendonkske", "municipality": "Antwerpen"}
        path = self.write_labels(message(1, **nickname), "L3", "2025-02-28", 2)
        lines = [dict(message(1, **nickname), received=day) for day in ("2025-02-28", "2025-03-01")]
        before, after = map(json.loads, self.run_match(lines, "--labels", path))
        self.assertNotIn("eerder", [e["f"] for e in before["evidence"]])
        self.assertIn("eerder", [e["f"] for e in after["evidence"]])
        self.assertEqual(after["facility"], "L3")

    def test_a_bad_label_is_named_and_left_out(self):
        path = self.folder / "labels.jsonl"
        path.write_text('{"message": {}}\n')
        self.run_match([message(1, **BOOMHUT)], "--labels", path, exit_status=1)
        self.assertIn("labels, line 1 is left out", self.stderr)

    def test_what_is_left_out_changes_decisions(self):
        nickname = {"facility_name": "Grobbendonkske", "municipality": "Antwerpen"}
        path = self.write_labels(message(1, **nickname), "L3", "2025-02-01", 2)
        without = ["--labels", path, "--without", "aliases"]
        decision = json.loads(self.run_match([message(1, **nickname)], *without)[0])
        self.assertNotIn("eerder", [e["f"] for e in decision["evidence"]])

    def test_an_unknown_thing_to_leave_out_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "not type, aliases"):
            self.run_match([message(1, **BOOMHUT)], "--without", "nothing")

    def test_a_bad_line_is_answered_and_the_run_goes_on(self):
        lines = self.run_match(["{no json", json.dumps({"id": "x"}), message(3, **BOOMHUT)], exit_status=1)
        first, second, third = map(json.loads, lines)
        self.assertIsNone(first["id"])
        self.assertIn("error", first)
        self.assertIn("channel", second["error"])
        self.assertEqual(third["id"], "m3")

    def test_a_bad_row_is_named_and_left_out(self):
        with (self.folder / "register.csv").open("a") as out:
            out.write("L9,kasteel,O1,X,nest,,,,,,,,\n")
        decision = json.loads(self.run_match([message(1, **BOOMHUT)], exit_status=1)[0])
        self.assertEqual(decision["facility"], "L1")
        self.assertIn("kasteel", self.stderr)

    def test_threads_and_order_change_no_byte(self):
        lines = [message(i, **(BOOMHUT if i % 2 else DRAAK)) for i in range(300)]
        one = self.run_match(lines)
        self.assertEqual(one, self.run_match(lines, "--threads", "4"))
        shuffled = random.Random(3).sample(lines, len(lines))
        self.assertEqual(sorted(one), sorted(self.run_match(shuffled, "--threads", "3")))

    def test_timings_and_explanations_are_written_when_asked(self):
        timings = self.folder / "t.jsonl"
        line = json.loads(self.run_match([message(1, **BOOMHUT)], "--timings", timings, "--explain")[0])
        self.assertGreater(json.loads(timings.read_text())["us"], 0)
        self.assertIn("naam gelijk", line["explanation"])


if __name__ == "__main__":
    unittest.main()
