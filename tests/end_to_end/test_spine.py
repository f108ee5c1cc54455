# SPDX-License-Identifier: Apache-2.0
"""The spine: a complaint from Klaroen lands in the right Edison dossier by itself."""
import unittest

from scenario import Scenario, call


class SpineTest(Scenario):
    def test_a_complaint_lands_in_its_dossier_and_klaroen_is_told(self):
        place = self.places[0]
        klacht = self.klacht(place)
        self.say(klacht)
        stuk = self.landed(klacht)
        self.assertEqual((stuk["doel"]["niveau"], stuk["doel"]["id"]), ("LOCATIE", place["dossiernummer"]))
        _, dossier = call("GET", f"{self.edison.url}/dossiers/{place['dossiernummer']}")
        self.assertEqual(len(dossier["stukken"]), 1)
        told = self.until(lambda: self.klaroen.ask("koppelingen")["koppelingen"], "Klaroen is told")
        self.assertEqual(told[0]["doelen"][0]["id"], place["dossiernummer"])

    def test_the_complainant_never_reaches_edison(self):
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.assertNotRegex(str(self.landed(klacht)), "(?i)griet|klaagmans")

    def test_the_register_reaches_klaroen_as_identification(self):
        wanted = len(self.register.locaties)
        self.until(lambda: self.klaroen.ask("counts")["locaties"]["entities"] == wanted, "all locations")
        wanted = len(self.register.organisatoren)
        self.until(lambda: self.klaroen.ask("counts")["organisatoren"]["entities"] == wanted, "all organisers")

    def test_a_change_of_status_follows_into_the_same_stuk(self):
        klacht = self.klacht(self.places[1])
        self.say(klacht)
        self.landed(klacht)
        self.change(klacht, status="IN_ONDERZOEK")
        self.until(lambda: self.stukken(klacht)[0]["status"] == "IN_ONDERZOEK", "the new status")
        self.assertEqual(len(self.stukken(klacht)), 1)
        self.assert_nothing_wrong_at_edison()

    def test_a_withdrawn_complaint_is_withdrawn_in_the_dossier(self):
        klacht = self.klacht(self.places[1])
        self.say(klacht)
        self.landed(klacht)
        self.change(klacht, status="INGETROKKEN")
        self.until(lambda: self.stukken(klacht, "INGETROKKEN"), "withdrawn")
        self.assertEqual(self.stukken(klacht, "ACTIEF"), [])

    def test_a_wrong_number_waits_for_a_person_and_a_correction_links_it(self):
        place, other = self.places[2], next(
            one for one in self.places[3:] if one["organisatoren"] != self.places[2]["organisatoren"]
            and one["adressen"][0]["gemeente"] != self.places[2]["adressen"][0]["gemeente"])
        klacht = self.klacht(place)
        right = dict(klacht["genoemd"][0])
        klacht["genoemd"][0]["dossiernummer"] = other["dossiernummer"]
        self.say(klacht)
        koppeling = self.decided(klacht, "BEOORDELEN")
        self.assertIn("NUMMER_TEGENSTRIJDIG", koppeling["redenen"])
        self.assertEqual(self.stukken(klacht), [])
        self.change(klacht, genoemd=[right])
        self.assertEqual(self.landed(klacht)["doel"]["id"], place["dossiernummer"])

    def test_the_same_message_twice_is_one_event(self):
        klacht = self.klacht(self.places[0])
        for _ in range(2):
            self.assertEqual(self.post("klachten", klacht, "same")[0], 202)
        self.landed(klacht)
        self.assertEqual(len(self.schakel.records("klacht")), 1)


    def test_a_complaint_that_is_deleted_in_klaroen_leaves_the_dossier(self):
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.landed(klacht)
        gone = {"id": klacht["klacht_id"], "verwijderd": True}
        self.assertEqual(self.post("klachten", gone, "gone")[0], 202)
        self.until(lambda: not self.stukken(klacht), "erased at Edison")
        self.until(lambda: klacht["klacht_id"] not in self.schakel.latest("klacht"), "erased on the bus")

    def test_a_closed_place_keeps_its_complaints_about_the_time_before(self):
        place = next(one for one in self.register.locaties if one["gesloten_op"])
        klacht = self.klacht(place, feiten_van="2020-01-15")
        self.say(klacht)
        self.assertEqual(self.landed(klacht)["doel"]["id"], place["dossiernummer"])

    def test_an_unlicensed_place_stays_open_for_a_person(self):
        klacht = self.klacht(self.places[0], gevaar="VASTGESTELD", genoemd=[
            {"naam": "Bij Zulma thuis", "straat": "Nieuwe Kaai", "huisnummer": "7", "gemeente": "Elders"}])
        self.say(klacht)
        self.decided(klacht, "BEOORDELEN", "GEEN")
        listed = self.schakel.schakel("review", "list")
        self.assertIn(klacht["klacht_id"], listed.stdout, listed.stderr)
        self.assertEqual(self.stukken(klacht), [])


class PollTest(Scenario):
    """A Klaroen that only answers when asked."""
    settings = {"klaroen": {"klachten.adapter": "rest", "klachten.poll": "100ms"}}

    def start(self):
        self.schakel.start()

    def test_complaints_are_fetched_each_once(self):
        klachten = [self.klacht(place) for place in self.places[:10]]
        self.say(*klachten)
        for klacht in klachten:
            self.landed(klacht)
        self.assertEqual(len(self.schakel.records("klacht")), len(klachten))

    def test_a_klaroen_that_was_away_is_fetched_later(self):
        self.klaroen.tell("down", {"seconds": 1})
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.landed(klacht)


class EchoTest(Scenario):
    echo = "at_once"

    def test_our_own_answer_comes_back_and_changes_nothing(self):
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.landed(klacht)
        self.until(lambda: self.klaroen.ask("counts")["messages"] == 2, "the echo")
        self.settle()
        self.assertEqual(len(self.schakel.records("koppeling")), 1)
        self.assertEqual(self.klaroen.ask("counts")["messages"], 2)
        self.assert_nothing_wrong_at_edison()

    def test_an_echo_is_no_evidence(self):
        place = self.places[0]
        klacht = self.klacht(place, genoemd=[{"gemeente": "Nergenshuizen"}], toegewezen=[
            {"niveau": "LOCATIE", "id": place["dossiernummer"], "door": "SCHAKEL"}])
        self.say(klacht)
        self.decided(klacht, "BEOORDELEN", "GEEN")
        self.assertEqual(self.stukken(klacht), [])


if __name__ == "__main__":
    unittest.main()
