# SPDX-License-Identifier: Apache-2.0
"""Screens 2 to 5: a dossier, the queue, a wrong number, a complaint there and back.

The one idea: each screen makes something happen in Klaroen or by a person, waits until it is
seen outside, and shows what is seen; nothing on it is known beforehand.
"""
import calendar
import time

from screen import Screen, row
from stage import name, town

CATEGORIES = {"BEGELEIDING": "Aantal begeleiders", "HYGIENE": "Hygiëne en gezondheid",
              "CONTRACT": "Contract en prijs", "VEILIGHEID": "Veiligheid"}
STATUSES = {"ONTVANGEN": "ontvangen", "BEVESTIGD": "bevestigd", "IN_ONDERZOEK": "in onderzoek",
            "INGETROKKEN": "ingetrokken"}
REASONS = {"TOEGEWEZEN_IN_BRON": "een medewerker wees in Klaroen een andere locatie aan",
           "HERKOPPELD": "een medewerker koppelde opnieuw"}


def category(code):
    return code, CATEGORIES[code]


def day(text):
    """23-11-2026 of an ISO date or instant."""
    year, month, rest = text.split("-", 2)
    return f"{int(rest[:2])}-{int(month)}-{year}"


# 2. One dossier -------------------------------------------------------------------------

def dossier(stage):
    """Three complaints about one place: one followed up, one withdrawn, one moved away."""
    place, other = stage.place(), stage.place()
    number = place["dossiernummer"]
    followed = stage.klacht(place, category("BEGELEIDING"), feiten_van="2026-11-05")
    withdrawn = stage.klacht(place, category("HYGIENE"), feiten_van="2026-11-10")
    moved = stage.klacht(place, category("CONTRACT"), feiten_van="2026-11-16")
    with Screen(f"2. Het dossier van {name(place)}, {town(place)} ({number}) in Edison") as screen:
        def look(*states):
            held = stage.dossier(number)
            screen.draw([line for stuk in held for line in timeline(stage, stuk)])
            return sorted(stuk["toestand"] for stuk in held) == sorted(states) and held
        stage.say(followed, withdrawn, moved)
        stage.until(lambda: look("ACTIEF", "ACTIEF", "ACTIEF"), "three complaints are in the dossier")
        screen.moment()
        stage.change(followed, status="IN_ONDERZOEK")
        stage.change(withdrawn, status="INGETROKKEN")
        stage.change(moved, toegewezen=[{"niveau": "LOCATIE", "id": other["dossiernummer"],
                                         "door": "MEDEWERKER", "op": "2026-11-23T10:00:00Z"}])

        def followed_up():
            held = look("ACTIEF", "INGETROKKEN", "VERPLAATST")
            return held and any(stuk["status"] == "IN_ONDERZOEK" for stuk in held)
        stage.until(followed_up, "the follow-up is in the dossier")
        screen.moment()


def timeline(stage, stuk):
    """A few lines about one item on the timeline."""
    date = day(stuk["datum"])
    if stuk["toestand"] == "VERPLAATST":
        _, _, niveau, target = stuk["verplaatst_naar"].split("/")
        return [*row(f"   {date}", f"klacht {stuk['onderwerp']['id']}: verplaatst naar "
                     + stage.describe({"niveau": niveau, "id": target}), 15),
                *row("", REASONS.get(stuk["toestand_reden"], stuk["toestand_reden"] or ""), 15)]
    course = ", ".join(f"{STATUSES.get(one['code'], one['code'].lower())} op {day(one['sinds'])}"
                       for one in stuk["statussen"])
    lines = row(f"   {date}", f"{stuk['titel']} (klacht {stuk['onderwerp']['id']})", 15) + row("", course, 15)
    if stuk["toestand"] != "ACTIEF":
        return lines
    terms = ", ".join(f"{one['soort'].lower()} uiterlijk op {day(one['uiterlijk_op'])}" for one in stuk["termijnen"])
    teams = ", ".join(one["team"] for one in stuk["bestemd_voor"] if one["team"])
    return lines + row("", f"{terms}; voor team {teams or 'onbekend'}", 15) + row(
        "", stuk["koppeling"]["uitleg"], 15)


# 3. The queue ---------------------------------------------------------------------------

def queue(stage):
    """A complaint with danger comes first; a person decides, and Edison has it."""
    place = stage.place()
    klacht = stage.klacht(place, category("VEILIGHEID"), gevaar="VASTGESTELD", dringend=True,
                          genoemd=[stage.stated(place, stage.place(away_from=place))])
    with Screen("3. De wachtrij, gevaar eerst") as screen:
        stage.say(klacht)
        item = stage.waiting(klacht)
        first = stage.queue(3)
        screen.title += f": {first['open']} te beoordelen, waarvan {first['gevaar']} met gevaar"
        lines = [line for one in first["items"]
                 for line in waiting(stage, stage.item(one["onderwerp"]))]
        screen.draw(lines)
        screen.moment()
        number = place["dossiernummer"]
        command = ["review", "assign", item["onderwerp"], number]
        begun = time.monotonic()
        done = stage.schakel.schakel(*command, "--versie", str(item["versie"]), "--gebruiker", "demo")
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        landed = stage.landed(klacht)["first_at"]
        screen.draw([*lines, f"   $ schakel {' '.join(command)}",
                     f"   In dossier {number} in Edison, {1000 * (landed - begun):.0f} ms na dit commando."])
        screen.moment()


def waiting(stage, item):
    """At most four lines about an item that waits."""
    seconds = calendar.timegm(time.strptime(item["uiterlijk_op"][:19], "%Y-%m-%dT%H:%M:%S")) - time.time()
    due = f"{seconds / 60:.0f} minuten" if seconds < 5400 else f"{seconds / 3600:.0f} uur"
    danger = "GEVAAR: " if item["gevaar"] in ("VERMOED", "VASTGESTELD") else ""
    lines = [f"   {danger}{item['onderwerp']}, te beslissen binnen {due}"]
    for place, one in enumerate(item["kandidaten"][:2], 1):
        lines.append(f"     {place} {one['p'] / 10000:3.0f} %  {stage.describe(one['doel'])}")
        lines += row("", sentences(one), 7) if place == 1 else []
    return lines[:4]


def sentences(candidate):
    """The strongest sentence for it, and the strongest against."""
    said = [f"{word}: {min(candidate[word], key=lambda one: -abs(one['bits']))['zin']}" if candidate[word]
            else f"{word}: niets" for word in ("voor", "tegen")]
    return "; ".join(said)


# 4. A wrong number ----------------------------------------------------------------------

def wrong_number(stage):
    """A number that exists, of another place than the one that is named."""
    place = stage.place()
    other = stage.place(away_from=place)
    klacht = stage.klacht(place, category("HYGIENE"), genoemd=[stage.stated(place, other)])
    with Screen("4. Een verkeerd nummer wordt geweigerd") as screen:
        stage.say(klacht)
        stated = klacht["genoemd"][0]
        lines = row("   Klaroen zegt", f"dossiernummer {stated['dossiernummer']}, naam {stated['naam']}, "
                    f"gemeente {stated['gemeente']}", 18)
        screen.draw(lines)
        item = stage.waiting(klacht)
        lines += row("   dat nummer is", f"van {name(other)}, {town(other)}", 18)
        lines += row("   Schakel", item["uitleg"], 18)
        for place_in_list, one in enumerate(item["kandidaten"][:2], 1):
            lines += row(f"   kandidaat {place_in_list}", f"{stage.describe(one['doel'])}: "
                         f"{one['p'] / 10000:.0f} %; {sentences(one)}", 18)
        held = stage.stukken(klacht)
        lines += row("   Edison", "staat nog in geen enkel dossier: een mens beslist" if not held
                     else f"staat in {len(held)} dossiers", 18)
        screen.draw(lines)
        screen.moment()


# 5. There and back ----------------------------------------------------------------------

def there_and_back(stage):
    """The same complaint at each station, with times from when Klaroen said it."""
    place = stage.place()
    klacht = stage.klacht(place, category("BEGELEIDING"))
    key = klacht["klacht_id"]
    with Screen(f"5. Eén klacht heen en terug: {key} over {name(place)}, {town(place)}") as screen:
        stage.say(klacht)
        stuk = stage.landed(klacht)

        def answered():
            messages = stage.klaroen.ask("messages")
            return messages if key in messages["answered"] else None
        messages = stage.until(answered, f"Klaroen has the answer about {key}")
        state, begun = stuk["state"], messages["released"][key]
        team = ", ".join(one["team"] for one in state["bestemd_voor"] if one["team"])
        stations = [(begun, "Klaroen meldt de klacht"),
                    (messages["accepted"][key], "staat op de bus; Klaroen heeft de ontvangstmelding"),
                    (stuk["first_at"], f"staat in dossier {state['doel']['id']} in Edison, voor team {team}"),
                    (messages["answered"][key], "het antwoord is terug in Klaroen")]
        lines = []
        for moment, text in stations:  # Edison and Klaroen are served side by side
            lines += row(f"{1000 * (moment - begun):>7.1f} ms".replace(".", ","), text, 13)
            screen.draw(lines)
            screen.moment()
        screen.draw(lines + row("", state["koppeling"]["uitleg"], 13))


SCENES = (dossier, queue, wrong_number, there_and_back)
