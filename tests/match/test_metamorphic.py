# SPDX-License-Identifier: Apache-2.0
"""What must not change a decision does not, and what must does: messages and registers are altered, and the decisions of
`schakel match` compared with those before."""
import csv
import io
import json
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

from sets import SCHAKEL

NAMES = ["Boomhut", "Zonnestraal", "Kwebbelbos", "Draakje", "Beverburcht", "Regenton", "Wolkenveld", "Vuurvlieg", "Mierenhoop",
         "Waterval", "Zandloper", "Klaproos", "Dennenappel", "Schildpad", "Pinguin", "Kikkerpoel"]
TOWNS = [("9000", "Gent"), ("2000", "Antwerpen"), ("3000", "Leuven"), ("2800", "Mechelen"), ("8500", "Kortrijk")]
STREETS = ["Kerkstraat", "Molenweg", "Dorpslaan", "Veldweg", "Beekstraat", "Lindelaan"]
COLUMNS = ["id", "level", "parent_id", "name", "type", "street", "house_number", "postcode", "municipality", "valid_from", "valid_to"]
COUNT = 240


def world():
    """Locations with a name, a street and a town each; equal names stand in different towns."""
    rng, rows = random.Random(4), []
    for i in range(COUNT):
        postcode, town = TOWNS[i % len(TOWNS)]
        rows.append(dict(id=f"L{i:03}", level="locatie", parent_id=f"O{i % 60}", name=f"De {NAMES[i // 5 % 16]}{'' if i < 80 else ' ' + 'abcdefgh'[i // 80] + 'ark'}",
                         type=("nest", "school")[i % 2], street=rng.choice(STREETS), house_number=str(1 + i), postcode=postcode,
                         municipality=town, valid_from="2010-01-01", valid_to=""))
    return rows


def field_messages(rows):
    return [{"id": f"m{i}", "channel": "klacht", "received": "2025-03-01", "subject": "", "text": "", "from": "",
             "fields": {"facility_name": r["name"], "street": r["street"], "house_number": r["house_number"],
                        "municipality": r["municipality"]}} for i, r in enumerate(rows)]


def text_messages(rows):
    return [{"id": f"m{i}", "channel": "mail", "received": "2025-03-01", "subject": "vraag", "from": "", "fields": {},
             "text": f"Onze dochter gaat naar opvang {r['name']}. Dat is in de {r['street']} {r['house_number']} te {r['municipality']}. "
                     "Zij kwam alleen naar buiten."} for i, r in enumerate(rows)]


class Metamorphic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = world()

    def run_match(self, rows, messages):
        with tempfile.TemporaryDirectory() as folder:
            folder, table = Path(folder), io.StringIO()
            writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            (folder / "r.csv").write_text(table.getvalue(), encoding="utf-8")
            (folder / "t.tsv").write_text("krabbel\tnest\nleerhuis\tschool\n")
            (folder / "m.jsonl").write_text("".join(json.dumps(m) + "\n" for m in messages), encoding="utf-8")
            subprocess.run([SCHAKEL, "match", "--register", folder / "r.csv", "--types", folder / "t.tsv", "--messages", folder / "m.jsonl",
                            "--out", folder / "o.jsonl"], check=True, capture_output=True, timeout=120)
            return [json.loads(line) for line in (folder / "o.jsonl").read_text().splitlines()]

    def answers(self, rows, messages):
        return [(d["decision"], d["level"], d["facility"]) for d in self.run_match(rows, messages)]

    def test_what_is_stated_whole_is_linked(self):
        for messages in (field_messages(self.rows), text_messages(self.rows)):
            for row, (decision, _, facility) in zip(self.rows, self.answers(self.rows, messages)):
                self.assertEqual((decision, facility), ("auto", row["id"]))

    def alter_fields(self, change):
        messages = field_messages(self.rows)
        altered = [dict(m, fields={k: change(v) for k, v in m["fields"].items()}) for m in messages]
        self.assertEqual(self.answers(self.rows, messages), self.answers(self.rows, altered))

    def test_capitals_change_nothing(self):
        self.alter_fields(str.upper)
        self.alter_fields(str.lower)

    def test_accents_and_blanks_change_nothing(self):
        self.alter_fields(lambda v: "  " + v.replace("e", "é").replace(" ", " \t ") + " ")

    def test_the_order_of_fields_changes_no_byte(self):
        messages = field_messages(self.rows)
        turned = [dict(reversed(m.items()), fields=dict(reversed(m["fields"].items()))) for m in messages]
        self.assertEqual(self.run_match(self.rows, messages), self.run_match(self.rows, turned))

    def test_the_order_of_the_register_changes_no_byte(self):
        turned = random.Random(9).sample(self.rows, len(self.rows))
        for messages in (field_messages(self.rows), text_messages(self.rows)):
            self.assertEqual(self.run_match(self.rows, messages), self.run_match(turned, messages))

    def test_an_irrelevant_sentence_leads_to_no_stranger(self):
        messages = text_messages(self.rows)
        longer = [dict(m, text=m["text"] + " Het eten was koud en de rekening klopt niet.") for m in messages]
        self.assertEqual(self.answers(self.rows, messages), self.answers(self.rows, longer))

    def test_swapped_ids_swap_the_answers(self):
        swap = {"L003": "L017", "L017": "L003"}
        swapped = [dict(r, id=swap.get(r["id"], r["id"])) for r in self.rows]
        messages = field_messages(self.rows)
        before, after = self.answers(self.rows, messages), self.answers(swapped, messages)
        self.assertEqual([(d, level, swap.get(f, f)) for d, level, f in before], after)

    def test_more_typing_errors_never_make_it_surer(self):
        rng, row = random.Random(2), self.rows[7]
        for _ in range(10):
            name, last = row["name"], None
            for _ in range(4):
                message = field_messages([dict(row, name=name)])[0]
                decision = self.run_match(self.rows, [message])[0]
                p = next((c["p"] for c in decision["candidates"] if c["id"] == row["id"]), 0)
                self.assertTrue(last is None or p <= last + 1e-4, (name, p, last))
                last, at = p, rng.randrange(4, len(name))
                name = name[:at] + "q" + name[at:]

    def test_a_twin_on_the_address_makes_it_the_address_or_a_question(self):
        twins = [dict(r, id="T" + r["id"]) for r in self.rows]
        for decision, level, _ in self.answers(self.rows + twins, field_messages(self.rows)):
            self.assertTrue(decision == "review" or level in ("adres", "organisator"), (decision, level))

    def test_a_closed_place_is_not_taken_for_a_stranger(self):
        closed = [dict(r, valid_to="2024-06-01") if i % 3 == 0 else r for i, r in enumerate(self.rows)]
        for row, (decision, _, facility) in zip(closed, self.answers(closed, field_messages(closed))):
            self.assertTrue(decision != "auto" or facility == row["id"], (row["id"], facility))

    def test_a_place_taken_out_of_the_register_is_not_taken_for_a_stranger(self):
        for i in (3, 50, 101):
            rest = [r for r in self.rows if r["id"] != self.rows[i]["id"]]
            decision, _, facility = self.answers(rest, [field_messages(self.rows)[i]])[0]
            self.assertNotEqual(decision, "auto", facility)


if __name__ == "__main__":
    unittest.main()
