# SPDX-License-Identifier: Apache-2.0
"""A real register: childcare of Amsterdam and Haarlem (LRK) by Edison's files adapter, the
mentions of its inspection visits as complaints by Klaroen. Skipped where the data is not."""
import csv
import os
import random
import subprocess
import sys
import tempfile
import unittest
from collections import Counter

from scenario import ROOT, SECONDS, Scenario
from systems.generator import batch
from systems.judge import Judge

SHARED = os.path.join(ROOT, "..", "shared")
MESSAGES = int(os.environ.get("SK_REAL_MESSAGES", "3000"))
PLACE_MAP = {"dossiernummer": "id", "namen": "name", "organisatoren": "parent_id", "opvangvorm": "type",
             "adressen.0.straat": "street", "adressen.0.huisnummer": "house_number", "adressen.0.bus": "box",
             "adressen.0.postcode": "postcode", "adressen.0.gemeente": "municipality",
             "contacten.0": "phone", "contacten.1": "email", "contacten.2": "website",
             "bron.gewijzigd_op": "valid_from", "gesloten_op": "valid_to"}
ORGANISER_MAP = {"organisator_id": "id", "namen": "name", "ondernemingsnummers": "kbo"}


@unittest.skipUnless(os.path.isdir(f"{SHARED}/data/lrk-nl-childcare") and os.path.isdir(f"{SHARED}/match-eval"),
                     f"no real register in {SHARED}/data/lrk-nl-childcare")
class RealRegisterTest(Scenario):
    locations = 20  # of the stand-in; the register of this test comes in files

    def setUp(self):
        sets = tempfile.TemporaryDirectory(prefix="schakel-e2e-lrk-")
        self.addCleanup(sets.cleanup)
        self.sets = sets.name
        subprocess.run([sys.executable, "-B", "gen_lrk.py", self.sets], cwd=f"{SHARED}/match-eval", check=True,
                       stdout=subprocess.DEVNULL)
        self.drop = os.path.join(self.sets, "drop")
        schemes = {"dossiernummer.patroon": "[0-9]{1,12}", "onderneming": "kvk"}
        edison = schemes | {"historiek": "schakel"}
        for flow, names in (("locaties", PLACE_MAP), ("organisatoren", ORGANISER_MAP)):
            os.makedirs(f"{self.drop}/{flow}")
            edison |= {f"{flow}.adapter": "files", f"{flow}.folder": f"{self.drop}/{flow}"}
            edison |= {f"{flow}.map.{ours}": theirs for ours, theirs in names.items()}
        self.settings = {"edison": edison, "klaroen": dict(schemes),
                         "correlation": {"register.minimum": len(self.facilities())}}
        super().setUp()

    def rows(self):
        """Oldest versions first."""
        with open(f"{self.sets}/register.csv", newline="", encoding="utf-8") as file:
            return sorted(csv.DictReader(file), key=lambda row: row["valid_from"])

    def facilities(self):
        return {row["id"] for row in self.rows() if row["level"] == "locatie"}

    def deliver_register(self):
        """One CSV a level, renamed in when whole."""
        rows = self.rows()
        for flow, level in (("organisatoren", "organisator"), ("locaties", "locatie")):
            path = f"{self.drop}/{flow}/lrk.csv"
            with open(path + ".part", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(row for row in rows if row["level"] == level)
            os.rename(path + ".part", path)

    def test_the_mentions_of_real_visits_find_their_facility(self):
        self.deliver_register()
        wanted = self.facilities()
        self.until(lambda: wanted <= set(self.schakel.latest("opvang.locatie")), "the register is on the bus", 60)
        places, _, _ = batch.read_register(f"{self.sets}/register.csv")
        klachten, _ = batch.read_messages(f"{self.sets}/messages.jsonl")
        klachten = random.Random(20261124).sample(klachten, min(MESSAGES, len(klachten)))
        for start in range(0, len(klachten), 2000):
            self.say(*klachten[start:start + 2000])
        self.settle(SECONDS + len(klachten) / 50)
        judge = Judge(batch.read_truth(f"{self.sets}/messages.jsonl", places), places)
        faults = Counter()
        decisions = self.schakel.latest("koppeling").values()
        linked = [one for one in decisions if one["besluit"] == "AUTO"]
        for one in linked:
            faults[judge.wrong_of(one["id"], one["doelen"]) or "right"] += 1
        kinds = Counter(one["id"].rpartition("-")[2] for one in linked)
        besluiten = Counter(one["besluit"] for one in decisions)
        print(f"\nLRK: {len(klachten)} messages about {len(wanted)} facilities: {dict(besluiten)}; "
              f"linked: {dict(faults)}; linked by kind of mention: {dict(kinds)}")
        self.assertEqual(sum(besluiten.values()), len(klachten))
        self.assertGreater(len(linked), len(klachten) / 4)
        self.assertGreaterEqual(faults["right"], 0.98 * len(linked))


if __name__ == "__main__":
    unittest.main()
