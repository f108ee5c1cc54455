# SPDX-License-Identifier: Apache-2.0
"""A person decides, in Klaroen or on the command line, and the complaint follows."""
import unittest

from scenario import Scenario


class OordeelTest(Scenario):
    def oordeel(self, klacht, place, **more):
        return {"oordeel_id": f"OO-{klacht['klacht_id']}",
                "onderwerp": {"soort": "klacht", "id": klacht["klacht_id"]}, "handeling": "KOPPELEN",
                "doelen": [{"niveau": "LOCATIE", "id": place["dossiernummer"],
                            "dossiernummers": [place["dossiernummer"]], "rol": "HOOFD"}],
                "door": {"gebruiker_id": "kb01", "rol": "klachtbehandelaar", "via": "KLAROEN"},
                "op": "2026-11-23T09:00:00Z"} | more

    def linked_to(self, place, **fields):
        klacht = self.klacht(place, **fields)
        self.say(klacht)
        self.landed(klacht)
        return klacht

    def assert_moved(self, klacht, before, after):
        """The old place keeps an emptied stuk that names the new one; both changed together."""
        moved = self.until(lambda: self.stukken(klacht, "VERPLAATST"), "the old stuk is VERPLAATST")
        self.assertEqual([stuk["doel"]["id"] for stuk in moved], [before["dossiernummer"]])
        self.assertFalse(moved[0].get("samenvatting"))
        self.until(lambda: self.stukken(klacht, "ACTIEF"), "the new stuk")
        self.assertEqual([stuk["doel"]["id"] for stuk in self.stukken(klacht, "ACTIEF")],
                         [after["dossiernummer"]])
        self.assertEqual(self.koppeling(klacht)["besloten_door"], "MENS")

    def test_a_decision_in_klaroen_moves_the_complaint(self):
        before, after = self.places[:2]
        klacht = self.linked_to(before)
        self.klaroen.tell("oordelen", {"items": [self.oordeel(klacht, after)]})
        self.assert_moved(klacht, before, after)
        self.assert_nothing_wrong_at_edison()

    def test_a_decision_in_edison_moves_the_complaint(self):
        before, after = self.places[:2]
        klacht = self.linked_to(before)
        oordeel = self.oordeel(klacht, after)
        oordeel["door"]["via"] = "EDISON"
        self.edison.tell("load", {"oordelen": [oordeel]})
        self.assert_moved(klacht, before, after)

    def test_review_assign_places_what_the_machine_left_open(self):
        place = self.places[2]
        klacht = self.klacht(place, genoemd=[{"gemeente": "Nergenshuizen"}])
        self.say(klacht)
        seen = self.decided(klacht, "BEOORDELEN", "GEEN")
        done = self.schakel.schakel("review", "assign", f"klacht/{klacht['klacht_id']}",
                                    place["dossiernummer"], "--versie", str(seen["versie"]))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.landed(klacht)["doel"]["id"], place["dossiernummer"])

    def test_what_a_person_decided_is_not_undone_by_a_later_message(self):
        before, after = self.places[:2]
        klacht = self.linked_to(before)
        self.klaroen.tell("oordelen", {"items": [self.oordeel(klacht, after)]})
        self.assert_moved(klacht, before, after)
        self.change(klacht, status="IN_ONDERZOEK")
        self.until(lambda: self.stukken(klacht, "ACTIEF")[0]["status"] == "IN_ONDERZOEK", "the status")
        self.assertEqual(self.stukken(klacht, "ACTIEF")[0]["doel"]["id"], after["dossiernummer"])

    def test_a_decision_about_a_version_that_is_gone_changes_nothing(self):
        before, after = self.places[:2]
        klacht = self.linked_to(before)
        self.klaroen.tell("oordelen", {"items": [self.oordeel(klacht, after, gezien_versie=1)]})
        self.until(lambda: self.schakel.latest("koppeling.oordeel"), "the oordeel is on the bus")
        marker = self.linked_to(self.places[3])
        self.assertTrue(self.stukken(marker))
        self.assertEqual([stuk["doel"]["id"] for stuk in self.stukken(klacht)], [before["dossiernummer"]])


class RegisterGrowsTest(Scenario):
    def test_an_open_complaint_is_matched_again_when_its_place_enters_the_register(self):
        address = {"soort": "OPVANG", "straat": "Nieuwe Kaai", "huisnummer": "7", "postcode": "9999",
                   "gemeente": self.places[0]["adressen"][0]["gemeente"]}
        stated = {field: address[field] for field in ("straat", "huisnummer", "postcode", "gemeente")}
        klacht = self.klacht(self.places[0], genoemd=[{"naam": "De Zilveren Pelikaan"} | stated])
        self.say(klacht)
        self.decided(klacht, "BEOORDELEN", "GEEN")
        self.edison.tell("load", {"locaties": [self.places[0] | {
            "dossiernummer": "919999999", "namen": [{"naam": "De Zilveren Pelikaan"}], "contacten": [],
            "adressen": [address], "vestigingsnummers": [], "verantwoordelijken": []}]})
        self.assertEqual(self.landed(klacht)["doel"]["id"], "919999999")


if __name__ == "__main__":
    unittest.main()
