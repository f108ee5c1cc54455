# SPDX-License-Identifier: Apache-2.0
"""People work the queue over HTTP, as the web console will, and with the verbs of schakel review."""
import json
import os
import unittest
import urllib.error
import urllib.request

from scenario import SECONDS, Scenario


class InterfaceTest(Scenario):
    """What the web console will do."""

    def ask(self, method, path, body=None, headers=None, token=None):
        with open(os.path.join(self.folder, "data", "run", "correlation.api"), encoding="utf-8") as file:
            where = json.load(file)
        request = urllib.request.Request(
            where["url"] + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token or where['token']}"} | (headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def test_a_request_without_the_token_is_refused(self):
        status, answer = self.ask("GET", "/review", token="geraden")
        self.assertEqual((status, answer["error"]), (401, "service.token"))

    def test_only_one_of_two_who_decide_at_once_does(self):
        klacht = self.contradicted()
        path = f"/review/klacht/{klacht['klacht_id']}"
        version = {"If-Match": str(self.ask("GET", path)[1]["versie"])}
        outcomes = [self.ask("POST", path + "/oordeel", {
            "handeling": "KOPPELEN", "doelen": [{"niveau": "LOCATIE", "id": place["dossiernummer"]}],
            "door": {"gebruiker_id": user}}, version)
            for user, place in (("ann", self.places[0]), ("bob", self.places[4]))]
        self.assertEqual([status for status, _ in outcomes], [200, 412])
        self.assertEqual(self.landed(klacht)["doel"]["id"], self.places[0]["dossiernummer"])
        oordelen = list(self.schakel.latest("koppeling.oordeel").values())
        self.assertEqual([(one["door"]["gebruiker_id"], one["door"]["via"]) for one in oordelen],
                         [("ann", "CONSOLE")])

    def test_an_earlier_decision_of_a_person_stands_again_when_the_later_is_undone(self):
        klacht = self.contradicted()
        path = f"/review/klacht/{klacht['klacht_id']}"
        for place in self.places[3:5]:
            version = str(self.ask("GET", path)[1]["versie"])
            status, _ = self.ask("POST", path + "/oordeel", {
                "handeling": "KOPPELEN", "doelen": [{"niveau": "LOCATIE", "id": place["dossiernummer"]}],
                "door": {"gebruiker_id": "ann"}}, {"If-Match": version})
            self.assertEqual(status, 200)
        version = str(self.ask("GET", path)[1]["versie"])
        status, answer = self.ask("POST", path + "/herroepen", {"door": {"gebruiker_id": "ann"}},
                                  {"If-Match": version})
        self.assertEqual((status, answer["doelen"][0]["id"]), (200, self.places[3]["dossiernummer"]))
        self.until(lambda: [stuk["doel"]["id"] for stuk in self.stukken(klacht, "ACTIEF")] ==
                   [self.places[3]["dossiernummer"]], "Edison holds it where it was before")
        self.assert_nothing_wrong_at_edison()

    def test_the_queue_is_the_same_after_the_correlation_was_killed(self):
        self.contradicted(), self.contradicted(gevaar="VERMOED")
        before = [item["onderwerp"] for item in self.ask("GET", "/review")[1]["items"]]
        old = self.schakel.kill("correlation")
        self.until(lambda: self.schakel.pids().get("correlation") not in (None, old), "it is back")

        def again():
            try:
                status, answer = self.ask("GET", "/review")
                return status == 200 and answer
            except (OSError, ValueError):
                return None
        after = self.until(again, "it answers again")
        self.assertEqual([item["onderwerp"] for item in after["items"]], before)


class AuditTest(Scenario):
    settings = {"correlation": {"steekproef": "100", "gevaar.binnen": "100ms"}}

    def test_a_link_drawn_for_a_check_stands_in_the_queue_until_a_person_looked(self):
        place = self.places[0]
        klacht = self.klacht(place)
        self.say(klacht)
        self.landed(klacht)
        listed = self.schakel.schakel("review", "list")
        self.assertRegex(listed.stdout, r"controle")
        self.assertIn("0 te beoordelen; 1 ter controle", listed.stdout)
        done = self.schakel.schakel("review", "assign", f"klacht/{klacht['klacht_id']}",
                                    place["dossiernummer"], "--versie",
                                    str(self.koppeling(klacht)["versie"]))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("controle", self.schakel.schakel("review", "list").stdout)

    def test_danger_past_its_time_is_an_alarm_in_the_status_until_it_is_decided(self):
        klacht = self.contradicted(gevaar="VASTGESTELD")
        self.until(lambda: "correlation.danger_waits" in self.schakel.schakel("status").stdout,
                   "schakel status shows the alarm")
        done = self.schakel.schakel("status")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.schakel.schakel(
            "review", "assign", f"klacht/{klacht['klacht_id']}", self.places[0]["dossiernummer"],
            "--versie", str(self.koppeling(klacht)["versie"])).returncode, 0)
        self.until(lambda: self.schakel.schakel("status").returncode == 0, "the alarm is over")


if __name__ == "__main__":
    unittest.main()
