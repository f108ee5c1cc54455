# SPDX-License-Identifier: Apache-2.0
"""Stand-in for Klaroen: complaints about childcare.

Offers   GET /klachten, /oordelen by position, or pushes both to our inbox (--push URL)
Takes    PUT, DELETE /locaties/{id}, /organisatoren/{id}, /koppelingen/{klacht_id}
Echoes   what we answered about a complaint stands in that complaint's next messages, as
         toegewezen[] with door=SCHAKEL; with --echo at_once the answer itself causes one.
Control  POST klachten {"items": […], "rate": 100}   new complaints, so many a second
         POST change   {"klacht_id": "…", "set": {…}}   a correction or change of status
         POST oordelen {"items": […]}
         POST push     {"url": "http://…/inbox"}
         GET  koppelingen, messages, checks

    python3 -m systems.klaroen --listen 127.0.0.1:0 [--push URL] [--echo at_once]
"""
import asyncio
import json
import time
from collections import deque

from .http_service import Response
from .inbox_client import Inbox
from .store import Changes, Deliveries
from .system import System, arguments

TAKEN = ("locaties", "organisatoren", "koppelingen")


class Klaroen(System):
    name = "klaroen"

    def __init__(self, journal=None, push=None, echo="next"):
        self.changes = {"klachten": Changes(), "oordelen": Changes()}
        self.taken = {name: Deliveries() for name in TAKEN}
        self.taken["koppelingen"].on_applied = self._answered
        self.klachten, self.waiting, self.released = {}, deque(), {}
        self.push, self.echo, self.inboxes = push, echo, {}
        super().__init__(journal)
        self.controls.update({("POST", "klachten"): self._new_klachten,
                              ("POST", "change"): self._change,
                              ("POST", "oordelen"): self._oordelen,
                              ("POST", "push"): lambda order: self._push_to(order["url"]),
                              ("GET", "koppelingen"): lambda _: self._koppelingen(),
                              ("GET", "messages"): lambda _: self._messages(),
                              ("GET", "checks"): lambda _: self._checks()})

    async def started(self):
        if self.push:
            self._push_to(self.push)

    def handle(self, request):
        kind, *rest = request.parts
        if request.method == "GET" and kind in self.changes and not rest:
            return self.changes[kind].page(request.parameters)
        if kind in self.taken and rest and request.method in ("PUT", "DELETE"):
            return self.delivered(request, kind, "/".join(rest))
        return Response(404, {"detail": f"{request.method} {request.path}: no such resource"})

    def deliver(self, kind, entity_id, key, body):
        if body is None:
            return self.taken[kind].delete(entity_id, key)
        return self.taken[kind].put(entity_id, key, body)

    # What Klaroen says ----------------------------------------------------------------

    def _push_to(self, url):
        """Once told, it keeps trying: also while Schakel is away."""
        if url == self.push and self.inboxes:
            return
        for inbox in self.inboxes.values():
            inbox.close()
        self.push = url
        self.inboxes = {name: Inbox(f"{url.rstrip('/')}/{name}", connections)
                        for name, connections in (("klachten", 64), ("oordelen", 1))}

    def _say(self, kind, entity_id, item):
        self.changes[kind].add(item)
        if self.inboxes:
            body = self.changes[kind].items[-1]
            self.inboxes[kind].push(entity_id, f"{entity_id}/{len(self.changes[kind].items)}", body)

    def _say_klacht(self, klacht):
        """A message: the whole state of the complaint, stamped by Klaroen."""
        bron = klacht.setdefault("bron", {"systeem": "Klaroen", "id": klacht["klacht_id"]})
        bron["versie"] = str(int(bron.get("versie") or 0) + 1)
        bron["gewijzigd_op"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.released.setdefault(klacht["klacht_id"], time.monotonic())
        self._say("klachten", klacht["klacht_id"], klacht)

    def _new_klachten(self, order):
        """Without a rate all at once; with one, evenly over time."""
        idle = not self.waiting
        self.waiting.extend(order["items"])
        self.pace = order.get("rate") or 0
        if idle:
            self.due_from, self.said = time.monotonic(), 0
            self._release()

    def _release(self):
        due = len(self.waiting)
        if self.pace:
            due = int((time.monotonic() - self.due_from) * self.pace) + 1 - self.said
        for _ in range(min(due, len(self.waiting))):
            klacht = self.waiting.popleft()
            self.klachten[klacht["klacht_id"]] = klacht
            self._say_klacht(klacht)
            self.said += 1
        if self.waiting:
            asyncio.get_running_loop().call_later(min(0.5 / self.pace, 0.005), self._release)

    def _change(self, order):
        klacht = self.klachten[order["klacht_id"]]
        changes = order["set"]
        if changes.get("status", klacht.get("status")) != klacht.get("status"):
            step = {"code": changes["status"],
                    "sinds": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
            klacht.setdefault("statussen", []).append(step)
        klacht.update(changes)
        self._say_klacht(klacht)

    def _oordelen(self, order):
        for oordeel in order["items"]:
            self._say("oordelen", oordeel["oordeel_id"], oordeel)

    # What Klaroen is told -------------------------------------------------------------

    def _answered(self, _, koppeling):
        """Our answer: Klaroen notes where the complaint landed."""
        klacht = self.klachten.get((koppeling or {}).get("id"))
        if klacht is None or koppeling.get("soort", "klacht") != "klacht":
            return
        others = [one for one in klacht.get("toegewezen", []) if one["door"] != "SCHAKEL"]
        ours = [{"niveau": doel["niveau"], "id": doel["id"], "door": "SCHAKEL",
                 "op": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
                for doel in koppeling.get("doelen", [])]
        klacht["toegewezen"] = others + ours
        if self.echo == "at_once":
            self._say_klacht(klacht)

    # What is asked of the stand-in ----------------------------------------------------

    def _koppelingen(self):
        deliveries = self.taken["koppelingen"]
        return {"koppelingen": [deliveries.state(name) for name in deliveries.effects]}

    def _messages(self):
        """Of each complaint, on CLOCK_MONOTONIC: when its first message was due and was taken
        by the inbox, and when our first answer about it came."""
        inbox = self.inboxes.get("klachten")
        messages = inbox.messages if inbox else []
        accepted = {}
        for message in messages:
            if message.accepted is not None:
                accepted.setdefault(message.entity_id, message.accepted)
        return {"released": self.released, "accepted": accepted,
                "answered": {name: history[0].at for name, history
                             in self.taken["koppelingen"].effects.items()},
                "refused": [message.refused | {"id": message.entity_id} for message in messages
                            if message.refused],
                "waiting": len(self.waiting)}

    def _checks(self):
        return {name: {"applied_twice": taken.applied_twice(), "overtaken": taken.overtaken,
                       "different": taken.different} for name, taken in self.taken.items()}

    def counts(self):
        inbox = self.inboxes.get("klachten")
        return {"klachten": len(self.klachten), "waiting": len(self.waiting),
                "messages": len(self.changes["klachten"].items),
                "inbox": inbox.counts() if inbox else None} | {
                    name: taken.counts() for name, taken in self.taken.items()}


def main():
    parser = arguments("Stand-in for Klaroen.")
    parser.add_argument("--push", metavar="URL", help="our inbox, such as http://HOST:PORT/inbox")
    parser.add_argument("--echo", choices=("next", "at_once"), default="next")
    options = parser.parse_args()
    klaroen = Klaroen(options.journal, options.push, options.echo)
    asyncio.run(klaroen.run(options.listen, options.control))


if __name__ == "__main__":
    main()
