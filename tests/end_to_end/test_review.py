# SPDX-License-Identifier: Apache-2.0
"""People work the queue over HTTP, as the web console will, and with the verbs of schakel review."""
import json
import os
import re
import unittest
import urllib.error
import urllib.request

from scenario import ROOT, SECONDS, Scenario
from systems.openapi import wrong


class Interface(Scenario):
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


    def answered(self, path):
        """What GET answers, once the correlation has read what it needs."""
        def look():
            try:
                status, answer = self.ask("GET", path)
                return answer if status == 200 else None
            except (OSError, ValueError):
                return None
        return self.until(look, f"GET {path} is answered")


class InterfaceTest(Interface):
    """What the web console will do."""

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

        after = self.answered("/review")
        self.assertEqual([item["onderwerp"] for item in after["items"]], before)


class OpenApiTest(Interface):
    """/openapi.json is true: it names every route and no other, each operation is asked once as it
    should be and once in an error, and every answer is what the document says."""
    DOOR = {"gebruiker_id": "ann"}

    def setUp(self):
        super().setUp()
        self.document = self.answered("/openapi.json")
        self.asked = set()

    def operations(self):
        return {(method.upper(), path) for path, methods in self.document["paths"].items()
                for method in methods}

    def check(self, method, path, status, values=(), body=None, version=None, query=""):
        """Asks, and holds the answer against the document."""
        target = path
        for value in values:
            target = re.sub(r"\{\w+\}", str(value), target, count=1)
        said = self.document["paths"][path][method.lower()]["responses"]
        found, answer = self.ask(method, target + query, body, version and {"If-Match": str(version)})
        self.assertEqual(found, status, (method, target, answer))
        self.assertIn(str(status), said, (method, path))
        response = said[str(status)]
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        if "content" in response:
            schema = response["content"]["application/json"]["schema"]
            self.assertEqual(wrong(answer, schema, self.document), [], (method, target))
        self.asked.add((method, path))
        return answer

    def test_it_names_every_route_and_no_other(self):
        with open(os.path.join(ROOT, "core", "correlation", "review.c"), encoding="utf-8") as file:
            rows = re.findall(r'\{"([A-Z]+)", "([^"]+)", review_', file.read())
        self.assertGreater(len(rows), 8)
        self.assertEqual({(method, re.sub(r"\{\w+\}", "*", path).strip("/"))
                          for method, path in self.operations()}, set(rows))

    def test_every_operation_answers_as_it_says(self):
        klacht, twin = self.contradicted(), self.contradicted()
        item, values = "/review/{soort}/{id}", ["klacht", klacht["klacht_id"]]
        link = {"handeling": "KOPPELEN", "door": self.DOOR,
                "doelen": [{"niveau": "LOCATIE", "id": self.places[0]["dossiernummer"]}]}
        self.check("GET", "/openapi.json", 200)
        group = self.check("GET", "/review", 200)["items"][0]["groep_id"]
        self.check("POST", item + "/in-behandeling", 200, values, {"door": self.DOOR})
        self.check("DELETE", item + "/in-behandeling", 204, values, query="?voor=ann")
        self.check("POST", item + "/inzage", 200, values, {"door": self.DOOR, "reden": "toets"})
        seen = self.check("GET", item, 200, values)["versie"]
        stands = self.check("POST", item + "/oordeel", 200, values, link, seen)["versie"]
        self.check("POST", item + "/herroepen", 200, values, {"door": self.DOOR}, stands)
        self.check("POST", "/groepen/{groep}/oordeel", 200, [group], link | {
            "leden": [{"onderwerp": f"klacht/{twin['klacht_id']}",
                       "versie": self.koppeling(twin)["versie"]}]})
        self.assertEqual(self.operations() - self.asked, set())

    def test_what_is_refused_is_refused_as_it_says(self):
        klacht = self.contradicted()
        item, values = "/review/{soort}/{id}", ["klacht", klacht["klacht_id"]]
        link = {"handeling": "KOPPELEN", "doelen": [{"niveau": "LOCATIE", "id": "1"}], "door": self.DOOR}
        check = self.check
        check("GET", "/review", 422, query="?limit=x")
        for method, verb, body in (("GET", "", None), ("POST", "/inzage", {"reden": "x", "door": self.DOOR}),
                                   ("POST", "/oordeel", link), ("POST", "/herroepen", {"door": self.DOOR}),
                                   ("POST", "/in-behandeling", {"door": self.DOOR})):
            check(method, item + verb, 404, ["klacht", "K-404"], body)
        for verb in ("/inzage", "/oordeel", "/herroepen", "/in-behandeling"):
            check("POST", item + verb, 422, values, {})
        check("POST", item + "/oordeel", 428, values, link)
        check("POST", item + "/oordeel", 412, values, link, 1)
        check("POST", item + "/oordeel", 422, values, link, self.koppeling(klacht)["versie"])
        check("POST", item + "/herroepen", 409, values, {"door": self.DOOR},
              self.koppeling(klacht)["versie"])
        check("POST", item + "/in-behandeling", 200, values, {"door": self.DOOR})
        check("POST", item + "/in-behandeling", 409, values, {"door": {"gebruiker_id": "bob"}})
        check("POST", "/groepen/{groep}/oordeel", 422, ["g-1"], link)
        check("POST", "/groepen/{groep}/oordeel", 404, ["g-1"], link | {
            "leden": [{"onderwerp": "klacht/K-404", "versie": 1}]})


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
