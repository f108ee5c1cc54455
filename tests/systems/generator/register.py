# SPDX-License-Identifier: Apache-2.0
"""The invented register: organisers and locations as Edison would give them, with history.

The one idea: a location is the JSON that Edison serves (schemas/opvang.locatie.avsc), dated
arrays included; nothing is kept beside it, so what a complaint can state is what stands there.
"""
import random
import re
import unicodedata
from datetime import date, timedelta

from . import names
from .numbers import Numbers

TODAY = date(2026, 11, 23)


def normal(text):
    """Lower case without marks and punctuation: what two spellings of one name share."""
    plain = unicodedata.normalize("NFKD", text or "")
    return " ".join(re.findall(r"[a-z0-9]+", "".join(
        c for c in plain if not unicodedata.combining(c)).casefold()))


def current(dated):
    """The entry that holds today, or the last one."""
    return next((one for one in dated if not one.get("tot")), dated[-1] if dated else None)


def address_key(address):
    return (normal(address["straat"]), normal(address["huisnummer"]), normal(address["gemeente"]))


class Register:
    """organisatoren and locaties: lists of dicts; by_number finds a location."""

    def __init__(self, seed=20261123, locations=2000):
        self.rng = random.Random(seed)
        self.numbers = Numbers(self.rng)
        self.organisatoren, self.locaties = [], []
        self._invent_places()
        taken_over = 2 * max(3, locations // 100)
        first = locations - taken_over // 2  # the others are successors
        while len(self.locaties) < first:
            self._organiser(first - len(self.locaties))
        self._take_overs(taken_over)
        self.by_number = {place["dossiernummer"]: place for place in self.locaties}

    # Places and people ------------------------------------------------------------------

    def _invent_places(self):
        pairs = [stem + end for stem in names.PLACE_STEMS for end in names.PLACE_ENDS]
        self.municipalities = self.rng.sample(pairs, 60)
        self.municipality_facts = {}
        for index, name in enumerate(self.municipalities):
            streets = {stem + self.rng.choice(names.STREET_ENDS)
                       for stem in self.rng.sample(names.STREET_STEMS, 30)}
            self.municipality_facts[name] = (f"{9000 + 13 * index:04d}", f"{91001 + index}",
                                             sorted(streets))
        self.weights = [1 / (rank + 3) for rank in range(len(self.municipalities))]

    def municipality(self):
        return self.rng.choices(self.municipalities, self.weights)[0]

    def person(self):
        return f"{self.rng.choice(names.FIRST_NAMES)} {self.rng.choice(names.LAST_NAMES)}"

    def address(self, kind, municipality):
        postcode, nis, streets = self.municipality_facts[municipality]
        number = str(self.rng.randint(1, 240)) + self.rng.choice(("", "", "", "", "A", "B"))
        return {"soort": kind, "straat": self.rng.choice(streets), "huisnummer": number,
                "bus": str(self.rng.randint(1, 9)) if self.rng.random() < 0.06 else None,
                "postcode": postcode, "gemeente": municipality, "nis_code": nis,
                "van": None, "tot": None}

    def fantasy(self):
        noun, draw = self.rng.choice(names.CARE_NOUNS), self.rng.random()
        if draw < 0.4:
            return f"{self.rng.choice(('De', 'Het', chr(39) + 't'))} {noun}"
        if draw < 0.7:
            return f"De {self.rng.choice(names.CARE_ADJECTIVES)} {noun}"
        if draw < 0.85:
            return f"{noun} en {self.rng.choice(names.CARE_NOUNS)}"
        return noun + self.rng.choice((" Noord", " Zuid", " Centrum", " Junior", " Plus"))

    def day(self, first=2016, last=2025):
        return date(self.rng.randint(first, last), self.rng.randint(1, 12), self.rng.randint(1, 28))

    # Organisers -------------------------------------------------------------------------

    def _organiser(self, room):
        """One organiser with its locations; few have many."""
        size = min(room, 60, int(self.rng.paretovariate(1.15)))
        alone = size == 1 and self.rng.random() < 0.6
        home = self.municipality()
        name = self.person() if alone else f"{self.fantasy()} {self.rng.choice(names.ORGANISER_FORMS)}"
        domain = normal(name).replace(" ", "")[:24] + f"{len(self.organisatoren)}.example"
        contacts = [contact("TELEFOON", self.numbers.phone()), contact("EMAIL", "info@" + domain)]
        organiser = {
            "organisator_id": f"O{100001 + len(self.organisatoren)}",
            "bron": source(f"O{100001 + len(self.organisatoren)}"),
            "ondernemingsnummers": [{"nummer": self.numbers.company(), "van": None, "tot": None}],
            "toestand": "ACTIEF", "namen": [dated_name(name)],
            "rechtsvorm": None if alone else code("kbo.rechtsvorm", "017", "VZW"),
            "natuurlijk_persoon": alone, "adressen": [self.address("ZETEL", home)],
            "contacten": contacts, "klantenbeheer": [keeper(self.rng)]}
        self.organisatoren.append(organiser)
        before = None
        for _ in range(size):
            where = home if self.rng.random() < 0.6 else self.municipality()
            before = self._location(organiser, where, before, domain)

    # Locations --------------------------------------------------------------------------

    def _location(self, organiser, municipality, neighbour, domain):
        kind = self.rng.choices(list(names.TYPES), (45, 38, 17))[0]
        address, shared = self.address("OPVANG", municipality), False
        if neighbour is not None and self.rng.random() < 0.3:
            address, shared = dict(current(neighbour["adressen"])), True
            kind = self.rng.choice([one for one in names.TYPES if one != neighbour["opvangvorm"]["code"]])
        number = self.numbers.dossier()
        opened = self.day(2008, 2022)
        place = {
            "dossiernummer": number, "bron": source(number), "toestand": "ACTIEF",
            "geopend_op": opened.isoformat(), "gesloten_op": None,
            "organisatoren": [{"organisator_id": organiser["organisator_id"], "van": None, "tot": None}],
            "namen": [dated_name(self._location_name(kind))], "adressen": [address],
            "contacten": self._contacts(organiser, domain, number),
            "vestigingsnummers": [{"nummer": self.numbers.establishment(), "van": None, "tot": None}],
            "verantwoordelijken": [{"naam": self.person(), "van": opened.isoformat(), "tot": None}],
            "opvangvorm": code("edison.opvangvorm", kind, names.TYPES[kind][0]),
            "vergunningen": [{"soort": "VERGUNNING", "status": code("edison.vergunning", "TOEGEKEND", "Toegekend"),
                              "van": opened.isoformat(), "tot": None}],
            "plaatsen": [{"van": opened.isoformat(), "tot": None,
                          "vergund": 8 if kind == "GEZIN" else self.rng.randint(9, 60)}],
            "opvolgers": [], "voorgangers": [], "klantenbeheer": [keeper(self.rng)],
            "privewoning": kind == "GEZIN"}
        self.locaties.append(place)
        if not shared:
            self._history(place, opened)
        return place

    def _location_name(self, kind):
        if kind == "GEZIN" and self.rng.random() < 0.35:
            return self.person()
        return (self.rng.choice(names.NAME_PREFIXES[kind]) + self.fantasy())[:50]

    def _contacts(self, organiser, domain, number):
        shared = self.rng.random() < 0.35
        phone = organiser["contacten"][0]["waarde"] if shared else self.numbers.phone()
        return [contact("TELEFOON", phone), contact("EMAIL", f"opvang{number[-5:]}@{domain}")]

    def _history(self, place, opened):
        """At most one of: renamed, moved, other telephone, closed."""
        draw, when = self.rng.random(), max(self.day(2023, 2025), opened + timedelta(400))
        if draw < 0.08:
            replace(place["namen"], dated_name(self._location_name(place["opvangvorm"]["code"])), when)
        elif draw < 0.14:
            replace(place["adressen"], self.address("OPVANG", place["adressen"][0]["gemeente"]), when)
        elif draw < 0.22:
            phones = [one for one in place["contacten"] if one["soort"] == "TELEFOON"]
            replace(phones, contact("TELEFOON", self.numbers.phone()), when)
            place["contacten"] = phones + [one for one in place["contacten"] if one["soort"] == "EMAIL"]
        elif draw < 0.32:
            close(place, when)

    def _take_overs(self, count):
        """Half go on under their number with another organiser, half under a new one."""
        open_places = [place for place in self.locaties if place["toestand"] == "ACTIEF"
                       and len(place["namen"]) == len(place["adressen"]) == 1]
        for index, place in enumerate(self.rng.sample(open_places, count)):
            buyer = self.rng.choice([one for one in self.organisatoren if one["organisator_id"] !=
                                     place["organisatoren"][0]["organisator_id"]])
            when = self.day(2025, 2025)
            owner = {"organisator_id": buyer["organisator_id"], "van": None, "tot": None}
            if index % 2:
                replace(place["organisatoren"], owner, when)
            else:
                self._successor(place, owner, when)

    def _successor(self, place, owner, when):
        number = self.numbers.dossier()
        after = {**place, "dossiernummer": number, "bron": source(number), "organisatoren": [owner],
                 "namen": [dated_name(self._location_name(place["opvangvorm"]["code"]))],
                 "adressen": [dict(place["adressen"][0])], "geopend_op": when.isoformat(),
                 "vestigingsnummers": [{"nummer": self.numbers.establishment(), "van": None, "tot": None}],
                 "contacten": [contact("TELEFOON", self.numbers.phone())],
                 "voorgangers": [place["dossiernummer"]], "opvolgers": []}
        for dated in ("organisatoren", "namen", "adressen"):
            after[dated][0]["van"] = when.isoformat()
        close(place, when)
        place["opvolgers"] = [number]
        self.locaties.append(after)


# The shared records of the schemas ------------------------------------------------------

def source(entity_id):
    return {"systeem": "Edison", "id": entity_id, "versie": "1",
            "gewijzigd_op": "2026-11-22T20:00:00Z"}


def code(table, value, text):
    return {"lijst": table, "code": value, "omschrijving": text}


def contact(kind, value):
    return {"soort": kind, "waarde": value, "rol": "ALGEMEEN", "van": None, "tot": None}


def dated_name(name):
    return {"naam": name, "soort": "OFFICIEEL", "van": None, "tot": None}


def keeper(rng):
    return {"team": rng.choice(names.TEAMS), "rol": "klantenbeheerder",
            "gebruiker_id": f"kb{rng.randint(1, 40):02d}", "van": None, "tot": None}


def replace(dated, successor, when):
    """The last entry ends and the successor begins on `when`."""
    dated[-1]["tot"] = successor["van"] = when.isoformat()
    dated.append(successor)


def close(place, when):
    place["toestand"], place["gesloten_op"] = "GESLOTEN", when.isoformat()
    place["vergunningen"][-1]["tot"] = when.isoformat()
    place["statussen"] = [{"code": "GESLOTEN", "sinds": f"{when.isoformat()}T00:00:00Z"}]
