# SPDX-License-Identifier: Apache-2.0
"""How people write: a letter in Dutch or French around the facts, and typing errors."""
from . import names


def typo(rng, text):
    """One letter dropped, doubled or swapped with the next; never the first, never a digit."""
    places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if len(places) < 4:
        return text
    i, draw = rng.choice(places), rng.random()
    if draw < 0.4:
        return text[:i] + text[i + 1:]
    if draw < 0.7:
        return text[:i] + text[i] + text[i:]
    return text[:i] + text[i + 1] + text[i] + text[i + 2:]


def _what(stated):
    """The place in the words of the letter."""
    name = stated.get("naam") or stated.get("organisator_naam")
    kind = stated.get("opvangvorm")
    if name:
        return f"{kind} {name}" if kind and kind not in name.lower() else name
    return kind or "de opvang van ons kind"


def _where(stated, of, at):
    street = " ".join(stated[field] for field in ("straat", "huisnummer") if stated.get(field))
    town = " ".join(stated[field] for field in ("postcode", "gemeente") if stated.get(field))
    place = ", ".join(part for part in (street, town) if part)
    return f"{at} {place}." if street else f"{of} {place}." if town else ""


def dutch_text(rng, stated):
    parts = [rng.choice(names.OPENINGS).format(what=_what(stated)),
             _where(stated, "Dat is in", "Het adres is"),
             *rng.sample(names.TROUBLES, rng.randint(1, 3))]
    for field, words in (("telefoon", "Hun nummer is {}."), ("dossiernummer", "Dossiernummer: {}."),
                         ("ondernemingsnummer", "Ondernemingsnummer {}."),
                         ("vestigingsnummer", "Vestigingsnummer {}.")):
        if stated.get(field):
            parts.append(words.format(stated[field]))
    return " ".join(part for part in (*parts, rng.choice(names.CLOSINGS)) if part)


def danger_text(rng, stated):
    return f"{dutch_text(rng, stated)} {rng.choice(names.DANGERS)}"


def french_text(rng, stated):
    parts = [rng.choice(names.FRENCH["open"]).format(what=_what(stated)),
             _where(stated, "C'est à", "L'adresse est"), rng.choice(names.FRENCH["trouble"]),
             rng.choice(names.FRENCH["close"])]
    return " ".join(part for part in parts if part)
