# SPDX-License-Identifier: Apache-2.0
"""What the screens need beside the morning: a few complaints of their own, and eyes.

The one idea: the screens tell a story about places that nobody complained about that morning,
so that they show the same whatever else happened; all that is shown is asked from outside.
"""
import urllib.parse

from systems.client import call, wait_until
from systems.generator.register import current

SECONDS = 30  # the deadline of what should take a moment
DAY = "2026-11-23"


def town(place):
    return current(place["adressen"])["gemeente"]


def name(place):
    return place["namen"][-1]["naam"]


class Stage:
    def __init__(self, morning, edison, klaroen, schakel):
        self.edison, self.klaroen, self.schakel = edison, klaroen, schakel
        self.places = {place["dossiernummer"]: place for place in morning.locaties}
        self._free = iter(morning.quiet_places())
        self._made = 0

    # What Klaroen says ------------------------------------------------------------------

    def place(self, away_from=None):
        """A place without complaints; away_from: in another municipality, of another organiser."""
        return next(one for one in self._free if away_from is None or (
            town(one) != town(away_from) and one["organisatoren"] != away_from["organisatoren"]))

    def klacht(self, place, category, **more):
        """A complaint that names the place without doubt; `more` replaces fields."""
        self._made += 1
        code, text = category
        klacht = {
            "klacht_id": f"K-2026-{90000 + self._made}", "toestand": "ACTIEF", "regime": "OPVANG",
            "ontvangen_op": f"{DAY}T09:0{self._made % 10}:00Z", "feiten_van": "2026-11-12",
            "taal": "nl", "gevaar": "NEE", "status": "ONTVANGEN",
            "statussen": [{"code": "ONTVANGEN", "sinds": f"{DAY}T09:0{self._made % 10}:00Z"}],
            "termijnen": [{"soort": "AFHANDELING", "uiterlijk_op": "2027-01-07"}],
            "categorieen": [{"code": {"lijst": "klaroen.categorie", "code": code, "omschrijving": text},
                             "hoofd": True}],
            "onderwerp": f"Klacht: {text.lower()}", "tekst": "Zie de beschrijving hierboven.",
            "genoemd": [self.stated(place)], "toegewezen": [], "vertrouwelijkheid": "GEWOON"}
        return klacht | more

    def stated(self, place, number_of=None):
        """Name, municipality and number; number_of: the number of that other place."""
        return {"naam": name(place), "gemeente": town(place),
                "dossiernummer": (number_of or place)["dossiernummer"]}

    def say(self, *klachten):
        self.klaroen.tell("klachten", {"items": list(klachten)})

    def change(self, klacht, **fields):
        self.klaroen.tell("change", {"klacht_id": klacht["klacht_id"], "set": fields})

    # What is seen -----------------------------------------------------------------------

    def until(self, condition, what):
        return wait_until(condition, SECONDS, what)

    def dossier(self, number):
        """The timeline of a dossier, as Edison holds it."""
        return call("GET", f"{self.edison.url}/dossiers/{urllib.parse.quote(number)}")[1]["stukken"]

    def stukken(self, klacht):
        """Everything that Edison holds about this complaint, with when it came."""
        return [one for one in self.edison.ask("stukken")["stukken"]
                if one["stuk_id"].startswith(f"klacht/{klacht['klacht_id']}/") and one["state"]]

    def landed(self, klacht):
        """The one item of the complaint that stands in a dossier, once it is at Edison."""
        return self.until(lambda: [one for one in self.stukken(klacht)
                                   if one["state"]["toestand"] == "ACTIEF"],
                          f"{klacht['klacht_id']} is at Edison")[0]

    def queue(self, count):
        return self.schakel.review(f"/review?limit={count}")

    def item(self, onderwerp):
        """One item of the queue with its candidates and what speaks for and against each."""
        return self.schakel.review(f"/review/{onderwerp}")

    def waiting(self, klacht):
        """The same, once the complaint waits for a person."""
        onderwerp = f"klacht/{klacht['klacht_id']}"

        def look():
            item = self.item(onderwerp)
            return item if item and item["wacht"] else None
        return self.until(look, f"{onderwerp} waits for a person")

    def describe(self, doel):
        """A target as an official knows it."""
        place = self.places.get(doel["id"])
        if doel["niveau"] == "LOCATIE" and place:
            return f"{name(place)}, {town(place)} ({doel['id']})"
        if doel["niveau"] == "ADRES" and place:
            return f"adres met {len(doel['dossiernummers'])} locaties, van {name(place)}, {town(place)}"
        return f"{doel['niveau'].lower()} {doel['id']}"
