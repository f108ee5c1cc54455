# SPDX-License-Identifier: Apache-2.0
"""One's own register and messages, in the batch contract of `schakel match`.

The one idea: rows with one id are dated versions of one entity, so they fold into the dated
arrays that Edison serves; a message becomes a complaint whose genoemd[] holds its fields.
"""
import csv
import json
import os
import re
from collections import defaultdict

from .numbers import mod97_valid
from .register import code, source

FIELDS = {"facility_name": "naam", "facility_type": "opvangvorm", "street": "straat",
          "house_number": "huisnummer", "box": "bus", "postcode": "postcode",
          "municipality": "gemeente", "phone": "telefoon", "email": "email", "website": "website",
          "kbo": "ondernemingsnummer", "vestigingsnummer": "vestigingsnummer",
          "dossiernummer": "dossiernummer", "organiser_name": "organisator_naam",
          "verantwoordelijke": "verantwoordelijke"}


def read_register(path):
    """(locaties, organisatoren, options): options are settings that other number schemes need."""
    versions = defaultdict(list)
    with open(path, newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row.get("id"):
                versions[row["level"], row["id"]].append(defaultdict(str, row))
    for rows in versions.values():
        rows.sort(key=lambda row: row["valid_from"])
    organisers = {entity_id: _organiser(entity_id, rows)
                  for (level, entity_id), rows in versions.items() if level == "organisator"}
    places = [_place(entity_id, rows) for (level, entity_id), rows in versions.items()
              if level == "locatie"]
    _organisers_of_rows(versions, organisers)
    return places, list(organisers.values()), _schemes(places, organisers.values())


def read_messages(path):
    """(klachten, errors): errors name the line of what is no message."""
    klachten, errors = [], []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                klachten.append(_klacht(json.loads(line)))
            except (ValueError, KeyError, AttributeError) as error:
                errors.append(f"{path}:{number}: {type(error).__name__} {error}")
    return klachten, errors


def read_truth(messages_path, locaties):
    """truth.jsonl beside the messages, as complaints.Morning.truth; None when there is none."""
    path = os.path.join(os.path.dirname(os.path.abspath(messages_path)), "truth.jsonl")
    if not os.path.exists(path):
        return None
    owners = {place["dossiernummer"]: [one["organisator_id"] for one in place["organisatoren"]]
              for place in locaties}
    with open(path, encoding="utf-8") as lines:
        return {answer["id"]: _answer(answer, owners) for answer in map(json.loads, lines)}


def _answer(answer, owners):
    facility = answer.get("facility")
    if facility is None:
        return {"soort": answer.get("slice", ""), "locaties": [], "niveau": "GEEN",
                "organisatoren": [answer["parent"]] if answer.get("parent") else [], "zeker": False}
    # Any level at which the true facility lies is right; how deep is certain, the set says.
    deep = answer.get("level") == "organisator"
    return {"soort": answer.get("slice", ""), "zeker": answer.get("level") == "locatie",
            "locaties": [] if deep else [facility, *answer.get("accept", [])],
            "organisatoren": [facility] if deep else owners.get(facility, []),
            "niveau": "ORGANISATOR" if deep else "LOCATIE"}


# Rows to entities -----------------------------------------------------------------------

def _dated(rows, make):
    """make(row) of each version, neighbours that say the same joined."""
    entries = []
    for row in rows:
        value = make(row)
        if value is None:
            continue
        span = {"van": row["valid_from"] or None, "tot": row["valid_to"] or None}
        if entries and {**entries[-1], "van": None, "tot": None} == {**value, "van": None, "tot": None}:
            entries[-1]["tot"] = span["tot"]
        else:
            entries.append(value | span)
    return entries


def _entity(entity_id, rows):
    names = _dated(rows, lambda row: {"naam": row["name"], "soort": "OFFICIEEL"} if row["name"] else None)
    aliases = {alias.strip() for row in rows for alias in row["alias"].split(";") if alias.strip()}
    return {
        "bron": source(entity_id),
        "namen": names + [{"naam": alias, "soort": "ROEPNAAM", "van": None, "tot": None}
                          for alias in sorted(aliases)],
        "contacten": [entry for kind, field in (("TELEFOON", "phone"), ("EMAIL", "email"), ("WEBSITE", "website"))
                      for entry in _dated(rows, lambda row: {"soort": kind, "waarde": row[field]}
                                          if row[field] else None)]}


def _addresses(rows, kind):
    def address(row):
        if not any(row[field] for field in ("street", "postcode", "municipality")):
            return None
        return {"soort": kind} | {ours: row[theirs] or None for theirs, ours in (
            ("street", "straat"), ("house_number", "huisnummer"), ("box", "bus"),
            ("postcode", "postcode"), ("municipality", "gemeente"))}
    return _dated(rows, address)


def _number(rows, field):
    return _dated(rows, lambda row: {"nummer": row[field]} if row[field] else None)


def _organiser(entity_id, rows):
    return _entity(entity_id, rows) | {
        "organisator_id": entity_id, "toestand": "STOPGEZET" if rows[-1]["valid_to"] else "ACTIEF",
        "adressen": _addresses(rows, "ZETEL"), "ondernemingsnummers": _number(rows, "kbo")}


def _place(entity_id, rows):
    ends, kind = [row["valid_to"] for row in rows], rows[-1]["type"]
    number = rows[-1]["dossiernummer"] or entity_id
    return _entity(number, rows) | {
        "dossiernummer": number, "toestand": "GESLOTEN" if all(ends) else "ACTIEF",
        "gesloten_op": max(ends) if all(ends) else None, "geopend_op": rows[0]["valid_from"] or None,
        "organisatoren": _dated(rows, lambda row: {"organisator_id": row["parent_id"]}
                                if row["parent_id"] else None),
        "adressen": _addresses(rows, "OPVANG"), "vestigingsnummers": _number(rows, "vestigingsnummer"),
        "opvangvorm": code("register.type", kind, kind) if kind else None}


def _organisers_of_rows(versions, organisers):
    """A location's own kbo belongs to its organiser, where that one states none."""
    for (level, _), rows in versions.items():
        owner = organisers.get(rows[-1]["parent_id"])
        if level == "locatie" and owner and rows[-1]["kbo"] and not owner["ondernemingsnummers"]:
            owner["ondernemingsnummers"] = [{"nummer": rows[-1]["kbo"], "van": None, "tot": None}]


def _schemes(places, organisers):
    """Settings for number schemes other than the Flemish ones."""
    options = {}
    if any(not re.fullmatch(r"\d{9,10}", place["dossiernummer"]) for place in places):
        options["dossiernummer.patroon"] = "[A-Za-z0-9_.-]{1,64}"
    numbers = [re.sub(r"\D", "", one["nummer"]) for organiser in organisers
               for one in organiser["ondernemingsnummers"]]
    if any(not mod97_valid(number.zfill(10)) for number in numbers):
        options["onderneming"] = "kvk" if all(len(number) == 8 for number in numbers) else "vrij"
    return options


def _klacht(message):
    said = message.get("fields") or {}
    named = {ours: str(said[theirs]) for theirs, ours in FIELDS.items() if said.get(theirs)}
    day = message.get("received") or "2026-11-23"
    return {
        "klacht_id": str(message["id"]), "toestand": "ACTIEF", "regime": "OPVANG",
        "ontvangen_op": day + "T08:00:00Z", "geregistreerd_op": day + "T08:00:00Z",
        "status": "ONTVANGEN", "statussen": [{"code": "ONTVANGEN", "sinds": day + "T08:00:00Z"}],
        "gevaar": "NEE", "onderwerp": message.get("subject") or None,
        "tekst": message.get("text") or None,
        "kanaal": code("batch.kanaal", message.get("channel") or "klacht", message.get("channel")),
        "klager": {"anoniem": not message.get("from"), "email": message.get("from") or None},
        "genoemd": [named] if named else [], "toegewezen": [], "vertrouwelijkheid": "GEWOON"}
