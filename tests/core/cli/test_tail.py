# SPDX-License-Identifier: Apache-2.0
"""`schakel tail`: from where to where, of which, and what it does with a record it cannot read."""
import json
import time
import unittest

from small import MINUTE, Small

EIGHT = 1_763_967_600_000  # 2025-11-24 08:00 in Brussels
GEVAAR = ("NEE", "VERMOED")


class TailTest(Small):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.klachten(10, gevaar=lambda i: GEVAAR[i % 2], feiten_van=lambda i: f"2025-11-{10 + i}",
                     tekst=lambda i: f"Verhaal {i}",
                     statussen=lambda i: [{"code": "ONTVANGEN"}, {"code": f"STAP{i % 3}"}],
                     klager=lambda i: {"anoniem": False, "naam": f"Naam {i}"} if i % 2 else None)
        for i in range(10):
            cls.sent_at(f"K-{i}", EIGHT + i * MINUTE)

    def keys(self, *arguments, status=0):
        shown = self.ran("tail", "klacht", "--json", *arguments, status=status)
        return sorted(json.loads(line)["sleutel"] for line in shown.splitlines())

    def names(self, *numbers):
        return [f"K-{i}" for i in numbers]

    def test_from_and_until_a_time_of_brussels_the_last_not_included(self):
        self.assertEqual(self.keys("--from", "2025-11-24T08:03", "--until", "2025-11-24T08:06"),
                         self.names(3, 4, 5))
        self.assertEqual(self.keys("--from", "2025-11-24T07:08Z"), self.names(8, 9))
        self.assertEqual(len(self.keys("--from", "2025-11-24")), 10)
        self.assertEqual(self.keys("--from", "2025-11-25"), [])

    def test_from_a_time_ago(self):
        try:
            self.sent_at("K-9", int(time.time() * 1000) - 30 * MINUTE)
            self.assertEqual(self.keys("--from", "-2h"), self.names(9))
            self.assertEqual(self.keys("--from", "-10m"), [])
        finally:
            self.sent_at("K-9", EIGHT + 9 * MINUTE)

    def test_from_and_until_a_position_first_and_last(self):
        self.assertEqual(len(self.keys("--from", "first", "--until", "last")), 10)
        self.assertEqual(self.keys("--from", "last"), [])
        first = {json.loads(line)["positie"] for line in
                 self.ran("tail", "klacht", "--json", "--from", "first", "--until", "1").splitlines()}
        self.assertEqual(first, {0})
        second = [json.loads(line)["positie"] for line in
                  self.ran("tail", "klacht", "--json", "--from", "1").splitlines()]
        self.assertEqual(min(second), 1)

    def test_a_point_that_is_none_is_wrong_usage(self):
        for wrong in ("gisteren", "-2", "-2w", "2025-13-01", "-"):
            self.assertIn("geen tijdstip", self.ran("tail", "klacht", "--from", wrong, status=2))
        self.assertIn("--until", self.ran("tail", "klacht", "--follow", "--until", "last", status=2))

    def test_where_holds_for_texts_symbols_dates_and_any_item_of_an_array(self):
        def where(*conditions):
            return self.keys("--all", *(word for one in conditions for word in ("--where", one)))
        self.assertEqual(where("klacht_id=K-4"), self.names(4))
        self.assertEqual(where("gevaar=VERMOED"), self.names(1, 3, 5, 7, 9))
        self.assertEqual(where("feiten_van=2025-11-13"), self.names(3))
        self.assertEqual(where("statussen.code=STAP2"), self.names(2, 5, 8))
        self.assertEqual(where("statussen.code=STAP2", "gevaar=VERMOED"), self.names(5))
        self.assertEqual(where("klager.anoniem=false"), self.names(1, 3, 5, 7, 9))
        self.assertEqual(len(where("afgesloten_op=")), 10)

    def test_where_refuses_what_it_cannot_hold(self):
        for wrong, why in (("gevaar", "veld=waarde"), ("gevar=NEE", "is er niet"),
                           ("gevaar=ERG", "kent die waarde niet"), ("feiten_van=ooit", "datum"),
                           ("statussen=x", ".veld"), ("klacht_id.x=y", "is er niet")):
            self.assertIn(why, self.ran("tail", "klacht", "--where", wrong, status=2))

    def test_where_does_not_let_anybody_guess_a_name(self):
        self.assertIn("--unmask", self.ran("tail", "klacht", "--where", "klager.naam=Naam 3", status=2))
        self.assertEqual(self.keys("--all", "--where", "klager.naam=Naam 3", "--unmask", "--reason",
                                   "test"), self.names(3))

    def test_a_key(self):
        self.assertEqual(self.keys("--all", "--key", "K-7"), self.names(7))

    def test_a_record_that_cannot_be_read_is_shown_never_hidden_and_stops_nothing(self):
        kept = self.on_file("SELECT value FROM record WHERE key = CAST('K-2' AS BLOB)")[0][0]
        try:
            self.broken("K-2")
            for more in ((), ("--where", "gevaar=VERMOED")):
                shown = self.ran("tail", "klacht", "--json", "--all", *more, status=1)
                bad = [json.loads(line) for line in shown.splitlines() if "codec.frame" in line]
                self.assertEqual([one["sleutel"] for one in bad], ["K-2"])
                self.assertEqual(len(shown.splitlines()), 6 if more else 10)
        finally:
            self.on_file("UPDATE record SET value = ? WHERE key = CAST('K-2' AS BLOB)", kept)


if __name__ == "__main__":
    unittest.main()
