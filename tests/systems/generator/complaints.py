# SPDX-License-Identifier: Apache-2.0
"""A morning of complaints about the invented register, with the truth kept aside.

The one idea: each kind of complaint is a small method that picks a place, states facts about
it and says which answers are right; the numbers of each kind stand in one table. The truth is
for whoever judges the run; Schakel never sees it.
"""
import random
from datetime import datetime, timedelta

from . import names
from .facts import Facts, organiser_on
from .numbers import spoken_company, spoken_dossier, spoken_phone
from .register import TODAY, code, current, normal
from .texts import danger_text, dutch_text, french_text, typo

# kind: how many of 500. What is left over is "gewoon".
KINDS = {"fout_nummer": 30, "dubbel": 20, "ingetrokken": 15, "anoniem": 15, "vroeger": 15,
         "twee_locaties": 10, "frans": 10, "niet_vergund": 10, "gevaar": 5, "organisator": 8,
         "gedeeld_adres": 7}
MORNING = datetime(TODAY.year, TODAY.month, TODAY.day, 7, 0)


class Morning:
    """klachten: what Klaroen says first, in order. changes: what it says later.
    truth: per klacht_id, see _truth."""

    def __init__(self, register, complaints=500, seed=20261124):
        self.register, self.rng = register, random.Random(seed)
        self.facts = Facts(register)
        self.klachten, self.truth, self.changes = [], {}, []
        self.open_places = [place for place in register.locaties if place["toestand"] == "ACTIEF"
                            and len(place["namen"]) == len(place["adressen"]) == 1]
        self.clear_places = [place for place in self.open_places if self.facts.alone(place)
                             and len(place["organisatoren"]) == 1]
        kinds = [kind for kind, share in KINDS.items()
                 for _ in range(max(1, share * complaints // 500))]
        kinds += ["gewoon"] * (complaints - len(kinds))
        self.rng.shuffle(kinds)
        kinds.sort(key=lambda kind: kind == "dubbel")  # a repeat comes after what it repeats
        for kind in kinds:
            getattr(self, "_" + kind)()
        self._mix()
        self._follow_up()

    # The kinds --------------------------------------------------------------------------

    def _gewoon(self):
        place = self.rng.choice(self.clear_places)
        self._about(place, "gewoon", self._stated(place))

    def _fout_nummer(self):
        """A number that exists, of another organiser in another municipality."""
        place = self.rng.choice(self.clear_places)
        town = current(place["adressen"])["gemeente"]
        other = self._pick(self.open_places, lambda one: current(one["adressen"])["gemeente"] != town
                           and one["organisatoren"][0] != place["organisatoren"][0])
        stated = self._named(place) | {"dossiernummer": other["dossiernummer"]}
        self._about(place, "fout_nummer", stated, certain=False)

    def _dubbel(self):
        """The same facts again, by another channel and in other words."""
        first = self.rng.choice([one for one in self.klachten
                                 if self.truth[one["klacht_id"]]["soort"] == "gewoon"])
        known = self.truth[first["klacht_id"]]
        place = self.register.by_number[known["locaties"][0]]
        again = self._about(place, "dubbel", dict(first["genoemd"][0]))
        again["drager"] = code("klaroen.drager", "TEL", "Telefoon")
        again["klager"], again["feiten_van"] = first["klager"], first["feiten_van"]
        if self.rng.random() < 0.5:
            again["verwijzingen"] = [{"soort": "klacht", "id": first["klacht_id"], "relatie": "DUBBEL_VAN"}]

    def _ingetrokken(self):
        place = self.rng.choice(self.clear_places)
        self._about(place, "ingetrokken", self._stated(place))

    def _anoniem(self):
        place = self.rng.choice(self.clear_places)
        klacht = self._about(place, "anoniem", self._stated(place))
        klacht["klager"] = {"anoniem": True, "afschermen": True}

    def _vroeger(self):
        """About the time before the place was renamed, moved, closed or taken over."""
        place = self._pick(self.register.locaties, lambda one: (
            (len(one["adressen"]) > 1 or one["gesloten_op"] or len(one["organisatoren"]) > 1
             or len(one["namen"]) > 1) and self.facts.alone_by_name(one)))
        ends = [one["tot"] for dated in ("adressen", "namen", "organisatoren")
                for one in place[dated] if one.get("tot")] + [place["gesloten_op"]]
        day = (datetime.fromisoformat(min(end for end in ends if end))
               - timedelta(self.rng.randint(5, 40))).date().isoformat()
        stated = self._named(place, first=True)
        stated["opvangvorm"] = self._word(place)
        self._about(place, "vroeger", stated, day=day)

    def _twee_locaties(self):
        place = self.rng.choice(self.clear_places)
        other = self._pick(self.clear_places, lambda one: one is not place)
        klacht = self._about(place, "twee_locaties", self._named(place), certain=False)
        klacht["genoemd"].append({"naam": other["namen"][-1]["naam"],
                                  "gemeente": current(other["adressen"])["gemeente"]})
        klacht["tekst"] += f" Vroeger ging hij naar {other['namen'][-1]['naam']}, daar was dat nooit zo."
        truth = self.truth[klacht["klacht_id"]]
        truth["locaties"].append(other["dossiernummer"])
        truth["organisatoren"].append(organiser_on(other, klacht["feiten_van"]))

    def _frans(self):
        place = self.rng.choice(self.clear_places)
        stated = self._named(place) | {"opvangvorm": self._word(place, french=True)}
        klacht = self._about(place, "frans", stated)
        klacht["taal"], klacht["onderwerp"] = "fr", "Plainte garde d'enfants"
        klacht["tekst"] = french_text(self.rng, stated)

    def _niet_vergund(self):
        """Somebody who is in no register, in a street that exists."""
        town = self.register.municipality()
        address = self._pick_address(town)
        name = f"Bij {self.rng.choice(names.FIRST_NAMES)} thuis"
        stated = {"naam": name, "opvangvorm": "onthaalouder"} | {
            field: address[field] for field in ("straat", "huisnummer", "postcode", "gemeente")}
        klacht = self._complaint("niet_vergund", stated, None)
        self._truth(klacht, "niet_vergund", [], [], "GEEN", False)

    def _gevaar(self):
        place = self.rng.choice(self.clear_places)
        klacht = self._about(place, "gevaar", self._stated(place))
        klacht["gevaar"], klacht["dringend"] = self.rng.choice(("VASTGESTELD", "VERMOED")), True
        klacht["tekst"] = danger_text(self.rng, klacht["genoemd"][0])

    def _organisator(self):
        """Only the organiser is named, and it has several locations."""
        organiser = self._pick(self.register.organisatoren,
                               lambda one: len(self.facts.by_organiser[one["organisator_id"]]) > 2)
        name = organiser["namen"][0]["naam"]
        stated = {"organisator_naam": name, "ondernemingsnummer": spoken_company(
            self.rng, organiser["ondernemingsnummers"][0]["nummer"])}
        klacht = self._complaint("organisator", stated, None)
        self._truth(klacht, "organisator", [], [organiser["organisator_id"]], "ORGANISATOR", False)

    def _gedeeld_adres(self):
        """An address where several locations stand, and nothing that tells them apart."""
        place = self._pick(self.open_places, lambda one: len(self.facts.neighbours(one)) > 1)
        address = current(place["adressen"])
        stated = {field: address[field] for field in ("straat", "huisnummer", "postcode", "gemeente")}
        klacht = self._complaint("gedeeld_adres", stated, None)
        there = [self.register.by_number[number] for number in self.facts.neighbours(place)]
        owners = {organiser_on(one, klacht["feiten_van"]) for one in there}
        self._truth(klacht, "gedeeld_adres", [one["dossiernummer"] for one in there], sorted(owners),
                    "ADRES", False)

    # What is stated ---------------------------------------------------------------------

    def _named(self, place, first=False):
        """Name and address, as they are or as they were first."""
        index = 0 if first else -1
        address = place["adressen"][index]
        return {"naam": place["namen"][index]["naam"]} | {
            field: address[field] for field in ("straat", "huisnummer", "postcode", "gemeente")}

    def _stated(self, place):
        """One of the ways in which a place is named without doubt."""
        named, draw = self._named(place), self.rng.random()
        short = {"naam": named["naam"], "gemeente": named["gemeente"]}
        if draw < 0.35:
            return short | {"dossiernummer": spoken_dossier(self.rng, place["dossiernummer"])}
        if draw < 0.60:
            return named | {"opvangvorm": self._word(place)}
        if draw < 0.75:
            return named | {"naam": typo(self.rng, named["naam"])}
        if draw < 0.88 and self.facts.alone_by_phone(place):
            return short | {"telefoon": spoken_phone(self.rng, place["contacten"][0]["waarde"])}
        return short | {"vestigingsnummer": spoken_company(
            self.rng, place["vestigingsnummers"][0]["nummer"])}

    def _word(self, place, french=False):
        return self.rng.choice(names.TYPES[place["opvangvorm"]["code"]][2 if french else 1])

    def _pick(self, items, wanted):
        return self.rng.choice([one for one in items if wanted(one)])

    def _pick_address(self, town):
        """An address in that municipality where no location ever stood."""
        while True:
            address = self.register.address("OPVANG", town)
            key = (normal(address["straat"]), normal(address["huisnummer"]), normal(town))
            if not self.facts.by_address.get(key):
                return address

    # The complaint ----------------------------------------------------------------------

    def _about(self, place, kind, stated, certain=True, day=None):
        klacht = self._complaint(kind, stated, day)
        self._truth(klacht, kind, [place["dossiernummer"]],
                    [organiser_on(place, klacht["feiten_van"])], "LOCATIE", certain)
        return klacht

    def _truth(self, klacht, kind, places, organisers, level, certain):
        """locaties, organisatoren: what may be linked to. niveau: how deep is certain."""
        self.truth[klacht["klacht_id"]] = {
            "soort": kind, "locaties": places, "organisatoren": organisers, "niveau": level,
            "zeker": certain}

    def _complaint(self, kind, stated, day):
        number = f"K-2026-{10001 + len(self.klachten)}"
        day = day or (TODAY - timedelta(self.rng.randint(0, 20))).isoformat()
        category = code("klaroen.categorie", *self.rng.choice(names.CATEGORIES))
        klacht = {
            "klacht_id": number, "toestand": "ACTIEF", "regime": "OPVANG", "feiten_van": day,
            "feiten_tot": day, "taal": "nl", "gevaar": "NEE", "dringend": False,
            "drager": code("klaroen.drager", *self.rng.choice(names.CARRIERS)),
            "kanaal": code("klaroen.kanaal", *self.rng.choice(names.WAYS)),
            "status": "ONTVANGEN", "categorieen": [{"code": category, "hoofd": True}],
            "onderwerp": f"Klacht: {category['omschrijving'].lower()}",
            "tekst": dutch_text(self.rng, stated), "klager": self._complainant(), "genoemd": [stated],
            "toegewezen": [], "verwijzingen": [], "vertrouwelijkheid": "GEWOON"}
        self.klachten.append(klacht)
        return klacht

    def _complainant(self):
        person = self.register.person()
        return {"anoniem": False, "naam": person, "hoedanigheid": code("klaroen.hoedanigheid", "OUDER", "Ouder"),
                "email": normal(person).replace(" ", ".") + f"{self.rng.randint(1, 99)}@post.example"}

    def _mix(self):
        """Spreads the kinds over the morning and stamps arrival and terms; a repeat stays
        behind what it repeats."""
        repeats = [one for one in self.klachten if self.truth[one["klacht_id"]]["soort"] == "dubbel"]
        rest = self.klachten[:len(self.klachten) - len(repeats)]
        for one in repeats:
            rest.insert(self.rng.randint(len(rest) // 2, len(rest)), one)
        self.klachten = rest
        for index, klacht in enumerate(self.klachten):
            at = MORNING + timedelta(seconds=20 * index)
            klacht["ontvangen_op"] = klacht["geregistreerd_op"] = at.isoformat() + "Z"
            klacht["statussen"] = [{"code": "ONTVANGEN", "sinds": klacht["ontvangen_op"]}]
            klacht["termijnen"] = [
                {"soort": "BEVESTIGING", "uiterlijk_op": (TODAY + timedelta(10)).isoformat()},
                {"soort": "AFHANDELING", "uiterlijk_op": (TODAY + timedelta(45)).isoformat()}]

    def _follow_up(self):
        """Withdrawals, steps in the handling, and three complaints put right in Klaroen."""
        def of_kind(*kinds):
            return [one for one in self.klachten if self.truth[one["klacht_id"]]["soort"] in kinds]
        self.changes += [{"klacht_id": one["klacht_id"], "set": {"status": "INGETROKKEN"}}
                         for one in of_kind("ingetrokken")]
        usual = of_kind("gewoon", "anoniem", "frans", "gevaar")
        self.changes += [{"klacht_id": one["klacht_id"],
                          "set": {"status": self.rng.choice(("BEVESTIGD", "IN_ONDERZOEK"))}}
                         for one in self.rng.sample(usual, max(1, len(usual) // 10))]
        self.rng.shuffle(self.changes)
        for one in of_kind("fout_nummer")[:3]:
            truth = self.truth[one["klacht_id"]]
            right = one["genoemd"][0] | {"dossiernummer": truth["locaties"][0]}
            self.changes.append({"klacht_id": one["klacht_id"], "set": {"genoemd": [right]}})
            truth["zeker"] = True
