# SPDX-License-Identifier: Apache-2.0
"""Screen 1: what flows, process by process, while the morning lasts.

The one idea: what a process did is counted where it arrives (the stand-ins count what they are
given), how it is stands in its status file; four times a second, beside the morning.
"""
import calendar
import contextlib
import json
import os
import sys
import threading
import time

from screen import Screen
from systems.client import call, wait_until
from systems.installation import undelivered

EVERY = 0.25
STATES = {"START": "leest in", "ACTIEF": "actief", "WERKT": "actief", "RUST": "actief",
          "WACHT": "probeert het opnieuw", "GESTOPT": "wacht op de ontvanger"}


class Flow:
    """with Flow(…) as flow: the screen is there, and `flow.say` tells what happens."""

    def __init__(self, world, story):
        self.edison, self.klaroen, self.schakel = world
        self.story = story
        self.screen, self.ended = Screen("1. De stroom: wat elk proces deed"), threading.Event()
        self.said, self.back = [], None
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.ended.set()
        self.thread.join()
        if failure[0] is None:
            self._await_rest()
            self.screen.draw(self._lines(len(undelivered(self.schakel, self.edison))))
        self.screen.__exit__(*failure)

    def say(self, text):
        """One line of news: under the table where it is drawn in place, else in the log."""
        self.said.append(text)
        if not self.screen.moving:
            print(text, file=sys.stderr, flush=True)

    def _watch(self):
        while not self.ended.wait(EVERY):
            try:
                self._look_for_the_killed()
                if self.screen.moving:
                    self.screen.draw(self._lines())
            except (OSError, ValueError, RuntimeError):
                continue  # a status file or a process that is just being replaced

    def _await_rest(self):
        """A process tells every ten seconds, and at once when it is in trouble or out of it."""
        def at_rest():
            self._look_for_the_killed()
            back = self.story.killed_pid is None or self.back is not None
            return back and _state(self._flow("edison", "stukken")) == "actief"
        with contextlib.suppress(TimeoutError):  # then the screen shows what is amiss
            wait_until(at_rest, 11, "all processes say that they are well")

    def _status(self, name):
        path = os.path.join(self.schakel.folder, "data", "run", f"{name}.status")
        try:
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def _flow(self, name, flow):
        return next((one for one in self._status(name).get("flows", ()) if one["naam"] == flow), {})

    def _look_for_the_killed(self):
        """When the process that was killed worked again, by its own word."""
        if self.back is not None or self.story.killed_at is None:
            return
        status = self._status(self.story.killed)
        since = [flow["sinds"] for flow in status.get("flows", ())
                 if flow["toestand"] in ("WERKT", "RUST") and flow["sinds"]]
        if status.get("pid") != self.story.killed_pid and since:
            clock = time.time() - time.monotonic()
            self.back = max(0, _instant(min(since)) - clock - self.story.killed_at)

    # What is drawn ----------------------------------------------------------------------

    def _lines(self, waiting=None):
        """waiting: items that Edison has not; None: as the process itself told last."""
        edison, klaroen = self.edison.ask("counts"), self.klaroen.ask("counts")
        place, answers = self._flow("edison", "stukken"), klaroen["koppelingen"]
        if waiting is None:
            waiting = place.get("achterstand", 0) + place.get("geparkeerd", 0)
        lines = [_row("", "", "aantal", "wacht", "toestand"),
                 _row("Klaroen", "meldt klachten", klaroen["klachten"], klaroen["waiting"], ""),
                 _row("  klaroen", "zet berichten op de bus", (klaroen["inbox"] or {}).get("accepted"),
                      None, _state(self._flow("klaroen", "klachten"))),
                 _row("  correlation", "beslist over klachten", answers["entities"], None,
                      self._state_of_correlation()),
                 _row("  edison", "levert stukken", edison["effects"], waiting, _state(place)),
                 _row("  klaroen", "bezorgt antwoorden", answers["effects"], None,
                      _state(self._flow("klaroen", "koppelingen"))),
                 _row("  registry", "bewaart schema's", self._schemas(), None,
                      _state(self._status("registry"))),
                 _row("Edison", "stukken in dossiers", edison["entities"], None, self._state_of_edison())]
        return lines + [f"   {text}" for text in self.said[-3:] if self.screen.moving]

    def _state_of_correlation(self):
        if self.story.killed_at is None:
            return _state(self._status("correlation"))
        if self.back is None:
            return "gestopt met SIGKILL"
        return f"SIGKILL, terug na {_decimal(self.back)} s"

    def _state_of_edison(self):
        story, now = self.story, time.monotonic()
        if story.outage_to is None:
            return ""
        away = story.outage_to - story.outage_from
        return f"was {away:.0f} s weg" if now >= story.outage_to else f"weg, {away:.0f} s lang"

    def _schemas(self):
        status, subjects = call("GET", self.schakel.sections["schakel"]["registry"] + "/subjects")
        return len(subjects) if status == 200 else None


def _row(who, does, count, waiting, state):
    count, waiting = ("" if value is None else value for value in (count, waiting))
    return f"   {who:<14}{does:<23}{count!s:>6}{waiting!s:>7}  {state}"


def _state(status):
    """Of a process or of one of its flows, in words."""
    return STATES.get(status.get("toestand"), "")


def _instant(text):
    """Seconds since 1970 of 2026-11-24T22:18:36.842Z."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")


def _decimal(seconds):
    return f"{seconds:.2f}".replace(".", ",")
