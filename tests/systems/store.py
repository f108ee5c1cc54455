# SPDX-License-Identifier: Apache-2.0
"""What a stand-in keeps: deliveries it took, and the changes that it offers.

The one idea of Deliveries: it behaves as the contract asks (an event that was applied is
never applied again, an older state never overwrites a newer one) *and* remembers enough to
catch a sender that breaks its side: each arrival, each effect, in order.
"""
import hashlib
import json
import time

from .http_service import Response

# What differs between two states that say the same.
BOOKKEEPING = ("versie", "gekend_op", "bron", "koppeling")


def conflict(kind, detail):
    return Response(409, {"conflict": kind, "detail": detail})


class Effect:
    """One state that was applied. `body`: the bytes; None: erased."""
    __slots__ = ("versie", "body", "key", "at")

    def __init__(self, versie, body, key, at):
        self.versie, self.body, self.key, self.at = versie, body, key, at

    def meaning(self):
        """The state without its bookkeeping, comparable."""
        if self.body is None:
            return None
        state = json.loads(self.body)
        return json.dumps({name: value for name, value in state.items()
                           if name not in BOOKKEEPING}, sort_keys=True)


class Deliveries:
    """Entities by id, each with all effects on it, oldest first."""

    def __init__(self, applied=None):
        self.effects, self.applied_keys = {}, {}
        self.arrivals = self.repeated = self.newer = self.different = self.overtaken = 0
        self.on_applied = applied or (lambda entity_id, body: None)

    def put(self, entity_id, key, body):
        """201 or 200 when applied; 409 same, newer or different; 400 when it is no state."""
        self.arrivals += 1
        state = json.loads(body)
        versie = state["versie"]
        if not key or type(versie) is not int:
            return Response(400, {"detail": "Idempotency-Key and a whole versie are needed"})
        digest = hashlib.blake2b(body, digest_size=16).digest()
        if key in self.applied_keys:
            return self._known_key(key, entity_id, digest)
        history = self.effects.get(entity_id)
        if history and history[-1].versie >= versie:
            return self._not_newer(history[-1], versie, body)
        self._apply(entity_id, Effect(versie, body, key, time.monotonic()), digest)
        self.on_applied(entity_id, state)
        return Response(200 if history else 201, {"id": entity_id, "versie": versie})

    def delete(self, entity_id, key):
        """204, also when there is nothing (any more)."""
        self.arrivals += 1
        history = self.effects.get(entity_id)
        if history and history[-1].body is not None and key not in self.applied_keys:
            self._apply(entity_id, Effect(history[-1].versie, None, key, time.monotonic()), b"")
            self.on_applied(entity_id, None)
        else:
            self.repeated += 1
        return Response(204)

    def _apply(self, entity_id, effect, digest):
        self.effects.setdefault(entity_id, []).append(effect)
        self.applied_keys[effect.key] = (entity_id, digest)

    def _known_key(self, key, entity_id, digest):
        if self.applied_keys[key] == (entity_id, digest):
            self.repeated += 1
            return conflict("same", "this event was applied before")
        self.different += 1
        return conflict("different", "this Idempotency-Key came with other content before")

    def _not_newer(self, last, versie, body):
        if last.versie == versie and last.body == body:
            self.repeated += 1
            return conflict("same", "this state was applied before")
        if last.versie == versie:
            self.different += 1
            return conflict("different", f"versie {versie} is here with other content")
        self.newer += 1
        self.overtaken += 1
        return conflict("newer", f"versie {last.versie} is here")

    def applied_twice(self):
        """Ids of entities where an effect says what the one before it already said."""
        return [entity_id for entity_id, history in self.effects.items()
                if any(earlier.meaning() == later.meaning()
                       for earlier, later in zip(history, history[1:]))]

    def state(self, entity_id):
        """The newest state, or None."""
        history = self.effects.get(entity_id)
        body = history[-1].body if history else None
        return None if body is None else json.loads(body)

    def counts(self):
        return {"entities": len(self.effects), "arrivals": self.arrivals,
                "effects": len(self.applied_keys), "repeated": self.repeated,
                "newer": self.newer, "different": self.different, "overtaken": self.overtaken}


class Changes:
    """A resource that is read by position: every change is one more item, and nothing ever
    appears at or before a position that was given out."""

    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(json.dumps(item, ensure_ascii=False).encode())

    def page(self, parameters):
        after = int(parameters.get("after") or 0)
        limit = max(1, min(int(parameters.get("limit") or 500), 5000))
        items = self.items[after:after + limit]
        return Response(200, b'{"items":[' + b",".join(items) +
                        b'],"next":"%d"}' % (after + len(items)))
