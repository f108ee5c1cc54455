# SPDX-License-Identifier: Apache-2.0
"""What happens during the demo, and when.

The one idea: a timetable of (moment, action). Complaints flow at an even pace from 0 to 1;
faults and changes stand at fixed fractions of that time, so that a short demo meets the same.
"""
import json
import os
import time

from systems.client import wait_until
from systems.generator import batch
from systems.generator.complaints import Morning as Invented
from systems.generator.register import Register
from systems.installation import wait_settled
from systems.judge import Judge

OUTAGE_SECONDS = 20
OUTAGE_AT, KILL_AT, CHANGES_FROM, CORRECTIONS_AT = 0.15, 0.75, 0.3, 0.9
KILLED = "correlation"


class Morning:
    """The data of one run. truth None: nobody knows, nothing is judged."""

    def __init__(self, locaties, organisatoren, klachten, truth):
        self.locaties, self.organisatoren, self.klachten = locaties, organisatoren, klachten
        self.truth, self.changes, self.errors = truth, [], []
        # Nothing is decided on half a register.
        self.settings = {"correlation": {"register.minimum": len(locaties)}}
        self.clear_places = []
        self.judge = Judge(truth or {}, locaties)

    @classmethod
    def invented(cls, complaints):
        register = Register()
        made = Invented(register, complaints)
        morning = cls(register.locaties, register.organisatoren, made.klachten, made.truth)
        morning.changes, morning.clear_places = made.changes, made.clear_places
        return morning

    @classmethod
    def of_batch(cls, register_path, messages_path):
        places, organisers, schemes = batch.read_register(register_path)
        klachten, errors = batch.read_messages(messages_path)
        morning = cls(places, organisers, klachten, batch.read_truth(messages_path, places))
        morning.errors = errors
        morning.settings |= {section: dict(schemes) for section in ("edison", "klaroen")}
        return morning

    def quiet_places(self):
        """Places that are told apart by their name, and that nobody complains about."""
        named = {number for one in self.truth.values() for number in one["locaties"]}
        return [place for place in self.clear_places if place["dossiernummer"] not in named]

    def write_register(self, folder):
        """The files that the stand-in of Edison serves; returns their folder."""
        for name, items in (("locaties", self.locaties), ("organisatoren", self.organisatoren)):
            with open(os.path.join(folder, name + ".jsonl"), "w", encoding="utf-8") as file:
                file.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
        return folder


class Story:
    """What happened: when faults began (CLOCK_MONOTONIC), what was killed."""

    def __init__(self):
        self.outage_from = self.outage_to = self.killed_at = None
        self.killed, self.killed_pid = KILLED, None


def timetable(morning, seconds, story, edison, klaroen, schakel, say):
    """[(second, action)], in order."""
    def outage():
        say(f"Edison is {OUTAGE_SECONDS} s onbereikbaar.")
        story.outage_from = time.monotonic()
        story.outage_to = story.outage_from + OUTAGE_SECONDS
        edison.tell("down", {"seconds": OUTAGE_SECONDS})

    def kill():
        story.killed_pid, story.killed_at = schakel.kill(KILLED), time.monotonic()
        say(f"SIGKILL voor schakel-{KILLED} ({story.killed_pid}).")
    plan = [(OUTAGE_AT * seconds, outage), (KILL_AT * seconds, kill)]
    place = {klacht["klacht_id"]: index for index, klacht in enumerate(morning.klachten)}
    for index, change in enumerate(morning.changes):
        corrected = "genoemd" in change["set"]
        share = CORRECTIONS_AT if corrected else CHANGES_FROM + 0.6 * index / len(morning.changes)
        said = (place[change["klacht_id"]] + 1) / len(morning.klachten)
        plan.append((max(share, said) * seconds + 1, lambda change=change: klaroen.tell("change", change)))
    return sorted(plan, key=lambda entry: entry[0])


def play(morning, seconds, story, world, say):
    """The morning begins when the register is everywhere, follows the timetable and ends when
    all has landed. `world`: (edison, klaroen, schakel). What happens is noted in the Story."""
    edison, klaroen, schakel = world
    wait_until(lambda: klaroen.ask("counts")["locaties"]["entities"] >= len(morning.locaties),
               60 + len(morning.locaties) / 500, "the register reaches Klaroen")
    plan = timetable(morning, seconds, story, edison, klaroen, schakel, say)
    rate = len(morning.klachten) / seconds
    say(f"{len(morning.klachten)} klachten, {rate:.0f} per seconde, over {len(morning.locaties)} locaties.")
    start = time.monotonic()
    klaroen.tell("klachten", {"items": morning.klachten, "rate": rate})
    for moment, action in plan:
        time.sleep(max(0, start + moment - time.monotonic()))
        action()
    time.sleep(max(0, (story.outage_to or 0) - time.monotonic()))
    try:
        wait_settled(schakel, edison, klaroen, 60 + len(morning.klachten) / 500)
    except TimeoutError as error:
        say(f"Niet alles kwam aan: {error}")
