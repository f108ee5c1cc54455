# SPDX-License-Identifier: Apache-2.0
"""What every end-to-end test starts from: a small register in Edison, Klaroen, all of Schakel.

The one idea: the real processes between stand-ins; a test says what happens outside and then
waits, with a deadline, for what must be seen outside.
"""
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from systems.client import StandIn, call, wait_until  # noqa: E402,F401
from systems.generator.facts import Facts  # noqa: E402
from systems.generator.register import Register, current  # noqa: E402
from systems.installation import Installation, programs, undelivered, wait_settled  # noqa: E402,F401

SECONDS = 20  # the deadline of what should take a moment


def needs_programs(test):
    wanted = ("schakel", "schakel-registry", "schakel-correlation", "schakel-edison", "schakel-klaroen")
    missing = [name for name in wanted if not os.path.exists(os.path.join(programs(), name))]
    return unittest.skipIf(missing, f"not built in {programs()}: {', '.join(missing)}")(test)


@needs_programs
class Scenario(unittest.TestCase):
    settings, echo, locations = None, "next", 60

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="schakel-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.register = Register(seed=7, locations=self.locations)
        facts = Facts(self.register)
        self.places = [place for place in self.register.locaties if place["toestand"] == "ACTIEF"
                       and facts.alone(place) and len(place["organisatoren"]) == 1]
        self.edison = self.stand_in("edison")
        self.edison.tell("load", {"locaties": self.register.locaties,
                                  "organisatoren": self.register.organisatoren})
        self.klaroen = self.stand_in("klaroen", "--echo", self.echo)
        settings = {"correlation": {"register.minimum": len(self.register.locaties)}} | (self.settings or {})
        self.schakel = Installation(self.folder, self.edison.url, self.klaroen.url, settings)
        self.addCleanup(self.schakel.stop)
        self.start()
        self.said = 0

    def start(self):
        self.schakel.start()
        self.klaroen.tell("push", {"url": self.schakel.inbox_url})

    def tearDown(self):
        """Whatever the test saw: no process broke by itself, and no log names a person."""
        if self.schakel.log is None:
            return
        with open(self.schakel.log.name, encoding="utf-8", errors="replace") as file:
            log = file.read()
        self.assertNotRegex(log, r"Sanitizer|runtime error|Assertion|signal=(4|6|7|8|11) ")
        self.assertNotRegex(log, "(?i)griet|klaagmans|post\\.example")

    def stand_in(self, name, *arguments):
        running = StandIn(name, *arguments)
        self.addCleanup(running.stop)
        return running

    def run(self, result=None):
        """A test that failed shows the end of the log."""
        before = len(result.failures) + len(result.errors) if result else 0
        super().run(result)
        if result and len(result.failures) + len(result.errors) > before and hasattr(self, "log_text"):
            print(self.log_text, file=sys.stderr)

    def doCleanups(self):
        log = os.path.join(getattr(self, "folder", ""), "schakel.log")
        if os.path.exists(log):
            with open(log, encoding="utf-8", errors="replace") as file:
                self.log_text = "".join(file.readlines()[-40:])
        return super().doCleanups()

    # What Klaroen says ------------------------------------------------------------------

    def klacht(self, place, **more):
        """A complaint that names the place without doubt; `more` replaces fields."""
        self.said += 1
        stated = {"naam": place["namen"][-1]["naam"], "dossiernummer": place["dossiernummer"],
                  "gemeente": current(place["adressen"])["gemeente"]}
        return {"klacht_id": f"K-{self.said}", "toestand": "ACTIEF", "regime": "OPVANG",
                "ontvangen_op": "2026-11-23T08:00:00Z", "feiten_van": "2026-11-20", "gevaar": "NEE",
                "status": "ONTVANGEN", "statussen": [{"code": "ONTVANGEN", "sinds": "2026-11-23T08:00:00Z"}],
                "onderwerp": "Te weinig begeleiders", "tekst": "Er stond één begeleider.",
                "klager": {"anoniem": False, "naam": "Griet Klaagmans", "email": "griet@post.example"},
                "genoemd": [stated], "toegewezen": []} | more

    def contradicted(self, **more):
        """It waits: the number of one place with the name and town of another."""
        stated = self.klacht(self.places[0])["genoemd"][0]
        klacht = self.klacht(self.places[1], genoemd=[
            stated | {"dossiernummer": self.places[1]["dossiernummer"]}], **more)
        self.say(klacht)
        self.decided(klacht, "BEOORDELEN")
        return klacht

    def say(self, *klachten, rate=0):
        self.klaroen.tell("klachten", {"items": list(klachten), "rate": rate})

    def change(self, klacht, **fields):
        self.klaroen.tell("change", {"klacht_id": klacht["klacht_id"], "set": fields})

    def post(self, resource, body, key="k"):
        """To our inbox directly: status and answer."""
        return call("POST", f"{self.schakel.inbox_url}/{resource}", body, {"Idempotency-Key": key})

    # What is seen -----------------------------------------------------------------------

    def stukken(self, klacht, toestand=None):
        """States at Edison of this complaint's stukken."""
        prefix = f"klacht/{klacht['klacht_id']}/"
        return [one["state"] for one in self.edison.ask("stukken")["stukken"]
                if one["stuk_id"].startswith(prefix) and one["state"]
                and toestand in (None, one["state"]["toestand"])]

    def until(self, condition, what, seconds=SECONDS):
        return wait_until(condition, seconds, what)

    def landed(self, klacht, seconds=SECONDS):
        """The one stuk of the complaint, once it is ACTIEF at Edison."""
        return self.until(lambda: self.stukken(klacht, "ACTIEF"),
                          f"{klacht['klacht_id']} is at Edison", seconds)[0]

    def koppeling(self, klacht):
        return self.schakel.latest("koppeling").get(f"klacht/{klacht['klacht_id']}")

    def decided(self, klacht, *besluiten, seconds=SECONDS):
        """The koppeling, once it says one of these."""
        def look():
            one = self.koppeling(klacht)
            return one if one and one["besluit"] in besluiten else None
        return self.until(look, f"{klacht['klacht_id']} is {' or '.join(besluiten)}", seconds)

    def settle(self, seconds=60):
        wait_settled(self.schakel, self.edison, self.klaroen, seconds)

    def assert_nothing_wrong_at_edison(self):
        self.assertEqual(self.edison.ask("checks"),
                         {"applied_twice": [], "overtaken": 0, "different": 0})
