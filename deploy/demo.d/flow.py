# SPDX-License-Identifier: Apache-2.0
"""Screen 1: what flows, process by process, while the morning lasts.

The one idea: it only reads what everybody may read (the status files of the processes, the
counts of the stand-ins), four times a second beside the morning, and changes nothing.
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

EVERY = 0.25
STATES = {"START": "leest in", "ACTIEF": "actief", "WERKT": "actief", "RUST": "actief",
          "WACHT": "probeert straks opnieuw", "GESTOPT": "gestopt"}


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
            self.screen.draw(self._lines())
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
        """Counts are told when a flow changes its state, and every ten seconds."""
        def at_rest():
            self._look_for_the_killed()
            flows = [flow for name in ("edison", "klaroen") for flow in self._status(name).get("flows", ())
                     if flow["soort"] == "DOEL"]
            back = self.story.killed_pid is None or self.back is not None
            return back and flows and all(flow["toestand"] == "RUST" and not _waiting(flow) for flow in flows)
        with contextlib.suppress(TimeoutError):  # then the screen shows what still waits
            wait_until(at_rest, 11, "what is told is what was done")

    def _status(self, name):
        path = os.path.join(self.schakel.folder, "data", "run", f"{name}.status")
        try:
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

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

    def _lines(self):
        edison, klaroen = self.edison.ask("counts"), self.klaroen.ask("counts")
        status = {name: self._status(name) for name in ("registry", "klaroen", "correlation", "edison")}
        flows = {(name, flow["naam"]): flow for name, one in status.items()
                 for flow in one.get("flows", ())}
        place = flows.get(("edison", "stukken"), {})
        answer = flows.get(("klaroen", "koppelingen"), {})
        inbox = flows.get(("klaroen", "klachten"), {})
        lines = [_row("", "", "aantal", "wacht", "toestand"),
                 _row("Klaroen", "zegt klachten", klaroen["klachten"], klaroen["waiting"], ""),
                 _row("  klaroen", "zet berichten op de bus", inbox.get("verstuurd"), None, _state(inbox)),
                 _row("  correlation", "beslist over klachten", answer.get("gelezen"), None,
                      self._state_of_correlation(status["correlation"])),
                 _row("  edison", "levert stukken", place.get("geleverd"), _waiting(place), _state(place)),
                 _row("  klaroen", "bezorgt antwoorden", answer.get("geleverd"), _waiting(answer),
                      _state(answer)),
                 _row("  registry", "bewaart schema's", self._schemas(), None,
                      STATES.get(status["registry"].get("toestand"), "")),
                 _row("Edison", "stukken in dossiers", edison["entities"], None, self._state_of_edison())]
        return lines + [f"   {text}" for text in self.said[-3:] if self.screen.moving]

    def _state_of_correlation(self, status):
        if self.story.killed_at is None:
            return STATES.get(status.get("toestand"), "")
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


def _waiting(flow):
    return flow.get("achterstand", 0) + flow.get("geparkeerd", 0)


def _state(flow):
    return STATES.get(flow.get("toestand"), "")


def _instant(text):
    """Seconds since 1970 of 2026-11-24T22:18:36.842Z."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")


def _decimal(seconds):
    return f"{seconds:.2f}".replace(".", ",")
