# SPDX-License-Identifier: Apache-2.0
"""Stand-in for Edison/Hudson: files of childcare locations.

Offers   GET /locaties, /organisatoren, /oordelen   by position
Takes    PUT, DELETE /stukken/{stuk_id}             with Idempotency-Key
Shows    GET /dossiers/{id}     the timeline of a dossiernummer or organisator_id
Control  POST load {"locaties": […], "organisatoren": […], "oordelen": […]}
         GET  stukken           every stuk with its newest state and when it first came
         GET  checks            what a sender did wrong: twice, out of order, other content

    python3 -m systems.edison --listen 127.0.0.1:0 [--data FOLDER] [--journal FILE]
"""
import asyncio
import json
import os

from .http_service import Response
from .store import Changes, Deliveries
from .system import System, arguments

RESOURCES = ("locaties", "organisatoren", "oordelen")


class Edison(System):
    name = "edison"

    def __init__(self, journal=None):
        self.changes = {name: Changes() for name in RESOURCES}
        self.stukken = Deliveries(self._place)
        self.timelines = {}
        super().__init__(journal)
        self.controls.update({("POST", "load"): self.load,
                              ("GET", "stukken"): lambda _: self._all_stukken(),
                              ("GET", "checks"): lambda _: self._checks()})

    def handle(self, request):
        kind, *rest = request.parts
        if request.method == "GET" and kind in self.changes and not rest:
            return self.changes[kind].page(request.parameters)
        if request.method == "GET" and kind == "dossiers" and len(rest) == 1:
            return self._dossier(rest[0])
        if kind == "stukken" and rest and request.method in ("PUT", "DELETE"):
            return self.delivered(request, kind, "/".join(rest))
        return Response(404, {"detail": f"{request.method} {request.path}: no such resource"})

    def deliver(self, kind, entity_id, key, body):
        if body is None:
            return self.stukken.delete(entity_id, key)
        return self.stukken.put(entity_id, key, body)

    def load(self, data):
        for name, items in data.items():
            for item in items:
                self.changes[name].add(item)

    def load_folder(self, folder):
        for name in RESOURCES:
            path = os.path.join(folder, name + ".jsonl")
            if os.path.exists(path):
                with open(path, encoding="utf-8") as lines:
                    self.load({name: [json.loads(line) for line in lines]})

    def _place(self, stuk_id, state):
        """Puts the stuk on the timeline of every dossier that it names."""
        if state is None:
            return
        doel = state.get("doel") or {}
        names = {doel.get("id"), *doel.get("dossiernummers", ()), *state.get("dossiernummers", ())}
        for name in names - {None, ""}:
            self.timelines.setdefault(name, set()).add(stuk_id)

    def _dossier(self, name):
        states = [self.stukken.state(stuk_id) for stuk_id in self.timelines.get(name, ())]
        states = sorted((state for state in states if state is not None),
                        key=lambda state: (state.get("datum") or "", state.get("stuk_id") or ""))
        return Response(200, {"dossiernummer": name, "stukken": states})

    def _all_stukken(self):
        """first_at: seconds of CLOCK_MONOTONIC, which all programs on one machine share."""
        return {"stukken": [
            {"stuk_id": stuk_id, "first_at": history[0].at, "last_at": history[-1].at,
             "effects": len(history), "state": self.stukken.state(stuk_id)}
            for stuk_id, history in self.stukken.effects.items()]}

    def counts(self):
        return self.stukken.counts() | {
            name: len(changes.items) for name, changes in self.changes.items()}

    def _checks(self):
        return {"applied_twice": self.stukken.applied_twice(),
                "overtaken": self.stukken.overtaken, "different": self.stukken.different}


def main():
    parser = arguments("Stand-in for Edison.")
    parser.add_argument("--data", metavar="FOLDER", help="FOLDER/locaties.jsonl and so on")
    options = parser.parse_args()
    edison = Edison(options.journal)
    if options.data:
        edison.load_folder(options.data)
    asyncio.run(edison.run(options.listen, options.control))


if __name__ == "__main__":
    main()
