# SPDX-License-Identifier: Apache-2.0
"""What a complainant can say about a place, and which places all of it fits.

The one idea: whether a complaint is linkable with certainty is counted, not believed: the
index finds every location that ever carried the stated value.
"""
from collections import defaultdict

from .register import address_key, current, normal


def phones(place):
    return [one["waarde"] for one in place["contacten"] if one["soort"] == "TELEFOON"]


def organiser_on(place, day):
    """organisator_id on that day (ISO text)."""
    for one in place["organisatoren"]:
        if (one.get("van") or "") <= day and (not one.get("tot") or day < one["tot"]):
            return one["organisator_id"]
    return place["organisatoren"][-1]["organisator_id"]


class Facts:
    def __init__(self, register):
        self.register = register
        self.by_name, self.by_address = defaultdict(set), defaultdict(set)
        self.by_phone, self.by_organiser = defaultdict(set), defaultdict(set)
        for place in register.locaties:
            number = place["dossiernummer"]
            towns = {address["gemeente"] for address in place["adressen"]}
            for name in place["namen"]:
                for town in towns:
                    self.by_name[(normal(name["naam"]), town)].add(number)
            for address in place["adressen"]:
                self.by_address[address_key(address)].add(number)
            for phone in phones(place):
                self.by_phone[phone].add(number)
            for one in place["organisatoren"]:
                self.by_organiser[one["organisator_id"]].add(number)
        self.organisers = {one["organisator_id"]: one for one in register.organisatoren}
        for organiser in register.organisatoren:
            for phone in phones(organiser):
                self.by_phone[phone].add(organiser["organisator_id"])

    def alone_by_name(self, place):
        """Its name is used once in its municipality."""
        town = current(place["adressen"])["gemeente"]
        return all(len(self.by_name[(normal(name["naam"]), town)]) == 1 for name in place["namen"])

    def alone_by_address(self, place):
        return all(len(self.by_address[address_key(address)]) == 1 for address in place["adressen"])

    def alone_by_phone(self, place):
        return any(len(self.by_phone[phone]) == 1 for phone in phones(place)[-1:])

    def alone(self, place):
        return self.alone_by_name(place) and self.alone_by_address(place)

    def neighbours(self, place):
        """All locations that ever stood on its present address, itself included."""
        return sorted(self.by_address[address_key(current(place["adressen"]))])
