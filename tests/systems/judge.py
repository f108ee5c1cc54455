# SPDX-License-Identifier: Apache-2.0
"""Whether a complaint landed where it belongs. See complaints.Morning._truth for the truth.

The one idea: an answer is right at any level that contains the true place and goes no deeper
than what was stated allows; everything else is wrong in one of three named ways.
"""
WRONG = ("verkeerd_dossier", "te_diep", "andere_organisator")


class Judge:
    def __init__(self, truth, locaties):
        self.truth = truth
        self.owners = {place["dossiernummer"]: {one["organisator_id"] for one in place["organisatoren"]}
                       for place in locaties}

    def wrong(self, klacht_id, doel):
        """None when `doel` is right (or nothing is known), else one of WRONG."""
        truth = self.truth.get(klacht_id)
        if truth is None:
            return None
        if doel["niveau"] == "ORGANISATOR":
            return None if doel["id"] in truth["organisatoren"] else "andere_organisator"
        places = {doel["id"]} if doel["niveau"] == "LOCATIE" else set(doel.get("dossiernummers") or ())
        if truth["niveau"] == "GEEN":
            return "verkeerd_dossier"
        if places & set(truth["locaties"]):
            deep_enough = truth["niveau"] == "LOCATIE" or doel["niveau"] != "LOCATIE"
            return None if deep_enough else "te_diep"
        owners = set().union(*(self.owners.get(place, set()) for place in places))
        if not owners & set(truth["organisatoren"]):
            return "andere_organisator" if truth["organisatoren"] else "verkeerd_dossier"
        return "te_diep" if truth["niveau"] == "ORGANISATOR" else "verkeerd_dossier"

    def wrong_of(self, klacht_id, doelen):
        """The first fault among several targets."""
        return next((fault for doel in doelen if (fault := self.wrong(klacht_id, doel))), None)

    def in_first(self, klacht_id, kandidaten, count=3):
        """Whether one of the first candidates is right; None when nothing registered is meant."""
        truth = self.truth.get(klacht_id)
        if truth is None or truth["niveau"] == "GEEN":
            return None
        places, organisers = set(truth["locaties"]), set(truth["organisatoren"])
        for one in kandidaten[:count]:
            doel = one["doel"]
            named = {doel["id"], *(doel.get("dossiernummers") or ())}
            if named & places or (doel["niveau"] == "ORGANISATOR" and doel["id"] in organisers) or (
                    not places and any(self.owners.get(place, set()) & organisers for place in named)):
                return True
        return False

    def missed(self, klacht_id):
        """A registered place was meant, so GEEN would be a miss."""
        truth = self.truth.get(klacht_id)
        return truth is not None and truth["niveau"] != "GEEN"
