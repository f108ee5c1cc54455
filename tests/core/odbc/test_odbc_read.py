# SPDX-License-Identifier: Apache-2.0
"""What schakel-odbc reads: types and zones, positions that lose nothing, errors that say what."""
import base64
import json
import unittest

from child import DONE, RETRY, TARGET, WithPostgres

QUERY = "SELECT * FROM rijen WHERE nr > :after ORDER BY nr LIMIT :limit"


class Values(WithPostgres):
    def one(self, expressions, **settings):
        child = self.reader(f"SELECT {expressions}", **settings)
        answer = child.read()
        self.assertEqual(answer["outcome"], DONE, answer)
        return answer["rows"][0][1]

    def test_numbers_are_exact(self):
        self.assertEqual(self.one(
            "1::int2 a, -2::int4 b, 9223372036854775807::int8 c, 12.50::numeric(10,2) d, "
            "7::numeric e, 12345678901234567890.123456789::numeric f, 99999999999999999999::numeric g, "
            "0.1::float8 h, 'NaN'::float8 i"),
            {"a": 1, "b": -2, "c": 9223372036854775807, "d": "12.50", "e": 7,
             "f": "12345678901234567890.123456789", "g": "99999999999999999999", "h": 0.1, "i": "NaN"})

    def test_booleans_are_true_and_false_however_the_driver_calls_them(self):
        for as_char in (0, 1):
            self.assertEqual(self.one("true a, false b, NULL::boolean c",
                                      connection=self.database.connection(BoolsAsChar=as_char)),
                             {"a": True, "b": False, "c": None})

    def test_null_is_null_in_every_type(self):
        types = ("int4", "int8", "numeric", "float8", "boolean", "date", "time", "timestamp", "timestamptz",
                 "text", "varchar(9)", "bytea", "jsonb", "uuid")
        row = self.one(", ".join(f"NULL::{name} c{number}" for number, name in enumerate(types)))
        self.assertEqual(set(row.values()), {None})
        self.assertEqual(len(row), len(types))

    def test_a_date_is_a_date(self):
        self.assertEqual(self.one("date '2024-02-29' a, date '9999-12-31' b, time '10:11:12' c"),
                         {"a": "2024-02-29", "b": "9999-12-31", "c": "10:11:12"})

    def test_a_time_with_zone_is_utc_whatever_the_zone_of_the_server(self):
        self.assertEqual(self.one("timestamptz '2026-11-24 10:00:00.123456+01' a, "
                                  "timestamptz '2026-07-01 00:30:00+02' b"),
                         {"a": "2026-11-24T09:00:00.123456Z", "b": "2026-06-30T22:30:00Z"})

    def test_a_time_without_zone_is_local_in_winter_and_summer(self):
        local = "timestamp '2026-11-24 10:00:00' a, timestamp '2026-07-01 00:30:00' b"
        for zone, expected in (("Europe/Brussels", ("2026-11-24T09:00:00Z", "2026-06-30T22:30:00Z")),
                               ("UTC", ("2026-11-24T10:00:00Z", "2026-07-01T00:30:00Z"))):
            with self.subTest(zone):
                self.assertEqual(tuple(self.one(local, zone=zone).values()), expected)

    def test_the_hour_that_comes_twice_is_taken_in_winter_time_and_the_one_that_does_not_exist_later(self):
        self.assertEqual(self.one(
            "timestamp '2026-10-25 01:59:59' a, timestamp '2026-10-25 02:30:00' b, "
            "timestamp '2026-10-25 03:00:00' c, timestamp '2026-03-29 01:59:59' d, "
            "timestamp '2026-03-29 02:30:00' e, timestamp '2026-03-29 03:00:00' f"),
            {"a": "2026-10-24T23:59:59Z", "b": "2026-10-25T01:30:00Z", "c": "2026-10-25T02:00:00Z",
             "d": "2026-03-29T00:59:59Z", "e": "2026-03-29T01:30:00Z", "f": "2026-03-29T01:00:00Z"})

    def test_a_zone_that_is_none_is_said(self):
        for zone in ("Europe/Brussel", "../../etc/passwd"):
            answer = self.reader("SELECT 1 a", zone=zone).read()
            self.assertEqual((answer["outcome"], answer["id"]), (TARGET, "odbc.settings"))

    def test_text_of_every_kind_comes_through_in_both_ways_that_drivers_have(self):
        text = "'t Kaboutertje — é € 😀\t\"\\\n"
        for way in ("utf-16", "utf-8"):
            with self.subTest(way):
                quoted = text.replace("'", "''")
                self.assertEqual(self.one(f"'{quoted}' naam, '' leeg", text=way), {"naam": text, "leeg": ""})

    def test_a_long_text_is_fetched_in_pieces(self):
        for way in ("utf-16", "utf-8"):
            for size in (4095, 8190, 8191, 16383, 16384, 16385, 1_000_003):
                with self.subTest(way=way, size=size):
                    row = self.one(f"repeat('aé', {size}) lang, 1 erna", text=way)
                    self.assertEqual(row, {"lang": "aé" * size, "erna": 1})

    def test_bytes_are_base64(self):
        row = self.one("decode('00ff10', 'hex') a, decode(repeat('ab', 40000), 'hex') b, ''::bytea c")
        self.assertEqual(base64.b64decode(row["a"]), b"\x00\xff\x10")
        self.assertEqual(base64.b64decode(row["b"]), b"\xab" * 40000)
        self.assertEqual(row["c"], "")

    def test_columns_that_hold_json_are_what_they_say(self):
        row = self.one("""'[{"naam":"De Bij"}]'::jsonb namen, '{"a":1}'::text los, '{}'::text niet""",
                       json="namen, LOS")
        self.assertEqual(row, {"namen": [{"naam": "De Bij"}], "los": {"a": 1}, "niet": "{}"})

    def test_names_can_be_taken_in_lower_case(self):
        self.assertEqual(self.one('1 "DOSSIERNUMMER", 2 "Één"', lower=True), {"dossiernummer": 1, "Één": 2})

    def test_two_columns_of_one_name_are_an_error_that_names_it(self):
        answer = self.reader("SELECT 1 naam, 2 naam").read()
        self.assertEqual((answer["outcome"], answer["id"]), (TARGET, "odbc.columns"))
        self.assertIn("naam", answer["text"])

    def test_a_row_that_is_too_large_is_known_and_does_not_hold_up_the_next(self):
        self.sql("CREATE TABLE rijen (nr int, lang text, naam text);"
                 "INSERT INTO rijen VALUES (1, 'x', 'a'), (2, repeat('y', 17000000), 'b'), (3, 'z', 'c')")
        child = self.reader("SELECT lang, naam, nr FROM rijen WHERE nr > :after ORDER BY nr",
                            position="nr", query_seconds=30)
        answer = child.read()
        self.assertEqual([at for at, _ in answer["rows"]], ["1", "2"])
        self.assertEqual([at for at, _ in child.read("2")["rows"]], ["3"])
        self.assertEqual(answer["bad"][1]["id"], "odbc.large")
        self.assertIn("lang", answer["bad"][1]["text"])
        self.assertLessEqual(len(answer["rows"][1][1]), 17000000)

    def test_a_json_column_that_holds_none_makes_its_row_unreadable_only(self):
        self.sql("CREATE TABLE rijen (nr int, namen text);"
                 "INSERT INTO rijen VALUES (1, '[1]'), (2, '[1'), (3, NULL)")
        answer = self.reader(QUERY, position="nr", json="namen").read()
        self.assertEqual([list(answer["bad"]), answer["bad"][1]["id"], len(answer["rows"])], [[1], "odbc.value", 3])
        self.assertEqual(json.loads(answer["rows"][1][1]), {"nr": 2, "namen": "[1"})


class Positions(WithPostgres):
    def all(self, child):
        """Reads until there is no more: the parts."""
        parts, after = [], None
        while True:
            answer = child.read(after)
            self.assertEqual(answer["outcome"], DONE, answer)
            parts.append(answer)
            after = answer["next"] or after
            if not answer["more"]:
                return parts

    def numbers(self, parts):
        return [row["nr"] for part in parts for _, row in part["rows"]]

    def test_every_row_comes_once_in_parts_of_the_limit(self):
        self.sql("CREATE TABLE rijen AS SELECT generate_series(1, 1234) nr")
        parts = self.all(self.reader(QUERY, position="nr", limit=100))
        self.assertEqual(self.numbers(parts), list(range(1, 1235)))
        self.assertEqual([len(part["rows"]) for part in parts], [100] * 12 + [34])
        self.assertEqual(parts[-1]["next"], "1234")

    def test_a_query_without_limit_is_cut_by_the_adapter(self):
        self.sql("CREATE TABLE rijen AS SELECT generate_series(1, 250) nr")
        parts = self.all(self.reader("SELECT * FROM rijen WHERE nr > :after ORDER BY nr", position="NR", limit=100))
        self.assertEqual([len(part["rows"]) for part in parts], [100, 100, 50])

    def test_nothing_new_leaves_the_position(self):
        self.sql("CREATE TABLE rijen AS SELECT generate_series(1, 5) nr")
        child = self.reader(QUERY, position="nr")
        self.assertEqual(child.read()["next"], "5")
        answer = child.read("5")
        self.assertEqual((answer["rows"], answer["next"], answer["more"]), ([], None, False))
        self.sql("INSERT INTO rijen VALUES (6)")
        self.assertEqual(self.numbers([child.read("5")]), [6])

    def test_rows_with_one_position_are_never_parted(self):
        self.sql("CREATE TABLE rijen (nr int, op timestamptz);"
                 "INSERT INTO rijen SELECT n, timestamptz '2026-01-01' + (n / 7) * interval '1 us' "
                 "FROM generate_series(1, 500) n")
        for limit in (1, 6, 7, 8, 20):
            with self.subTest(limit=limit):
                parts = self.all(self.reader(
                    "SELECT * FROM rijen WHERE op > :after ORDER BY op LIMIT :limit", position="op",
                    begin="1900-01-01", limit=limit))
                self.assertEqual(sorted(self.numbers(parts)), list(range(1, 501)))

    def test_a_query_that_begins_at_the_position_itself_goes_on_as_well(self):
        self.sql("CREATE TABLE rijen AS SELECT n nr, n / 10 groep FROM generate_series(1, 95) n")
        parts = self.all(self.reader("SELECT * FROM rijen WHERE groep >= :after ORDER BY groep LIMIT :limit",
                                     position="groep", limit=10))
        self.assertEqual(set(self.numbers(parts)), set(range(1, 96)))

    def test_large_rows_come_in_small_parts(self):
        self.sql("CREATE TABLE rijen AS SELECT n nr, repeat('x', 400000) lang FROM generate_series(1, 9) n")
        parts = self.all(self.reader(QUERY, position="nr"))
        self.assertEqual(self.numbers(parts), list(range(1, 10)))
        self.assertLessEqual(max(len(part["rows"]) for part in parts), 3)

    def test_a_query_in_no_order_is_an_error_and_not_a_loss(self):
        self.sql("CREATE TABLE rijen AS SELECT 10 - n nr FROM generate_series(1, 9) n")
        answer = self.reader("SELECT * FROM rijen WHERE nr > :after", position="nr").read()
        self.assertEqual((answer["outcome"], answer["id"]), (TARGET, "odbc.order"))

    def test_a_row_without_position_is_an_error(self):
        answer = self.reader("SELECT NULL::int nr WHERE CAST(:after AS text) IS NOT NULL", position="nr").read()
        self.assertEqual((answer["outcome"], answer["id"]), (TARGET, "odbc.position"))

    def test_a_position_that_is_no_column_is_named(self):
        answer = self.reader("SELECT 1 nr WHERE CAST(:after AS text) IS NOT NULL", position="volgnr").read()
        self.assertEqual((answer["outcome"], answer["id"]), (TARGET, "odbc.position"))
        self.assertIn("volgnr", answer["text"])

    def test_a_query_without_after_gives_all_to_its_end_and_then_again(self):
        self.sql("CREATE TABLE rijen AS SELECT generate_series(1, 250) nr")
        child = self.reader("SELECT nr FROM rijen ORDER BY nr", limit=100)
        for _ in range(2):
            parts = self.all(child)
            self.assertEqual(self.numbers(parts), list(range(1, 251)))
            self.assertEqual([part["next"] for part in parts], ["row 100", "row 200", ""])

    def test_a_place_that_is_not_open_begins_again(self):
        self.sql("CREATE TABLE rijen AS SELECT generate_series(1, 250) nr")
        child = self.reader("SELECT nr FROM rijen ORDER BY nr", limit=100)
        self.assertEqual(self.numbers([child.read("row 100")])[0], 1)
        self.assertEqual(self.numbers([child.read("row 100")])[0], 101)
        self.assertEqual(self.numbers([child.read("row 100")])[0], 1)


class Errors(WithPostgres):
    def why(self, answer):
        return answer["outcome"], answer["id"]

    def test_what_is_wrong_with_the_query_or_our_rights_is_the_targets_state(self):
        self.sql("CREATE TABLE geheim (a int)")
        self.sql("DROP ROLE IF EXISTS lezer; CREATE ROLE lezer LOGIN")
        for query in ("SELECT * FROM weg", "SELECT 1/0", "SELEC 1", "SELECT * FROM geheim"):
            with self.subTest(query):
                answer = self.reader(query, connection=self.database.connection(UID="lezer")).read()
                self.assertEqual(self.why(answer)[0], TARGET, answer)

    def test_who_may_not_log_in_and_what_is_no_driver_is_the_targets_state(self):
        for parts, name in (({"UID": "niemand"}, "niemand"), ({"Database": "weg"}, "weg"),
                            ({"Driver": "/no/driver.so"}, "driver")):
            with self.subTest(name):
                answer = self.reader("SELECT 1", connection=self.database.connection(**parts)).read()
                self.assertEqual(answer["outcome"], TARGET, answer)
                self.assertIn(name, answer["text"])

    def test_a_query_that_takes_too_long_is_given_up(self):
        answer = self.reader("SELECT pg_sleep(30)", query_seconds=1).read()
        self.assertEqual(self.why(answer), (RETRY, "odbc.busy"))

    def test_a_server_that_is_away_may_come_back(self):
        self.sql("CREATE TABLE rijen AS SELECT generate_series(1, 5) nr")
        child = self.reader(QUERY, position="nr")
        self.assertEqual(len(child.read()["rows"]), 5)
        self.database.stop()
        self.assertEqual(self.why(child.read()), (RETRY, "odbc.connection"))
        self.database.start()
        self.assertEqual(len(child.read()["rows"]), 5)

    def test_a_connection_that_was_cut_meanwhile_is_made_anew_at_once(self):
        child = self.reader("SELECT pg_backend_pid() pid")
        pid = child.read()["rows"][0][1]["pid"]
        self.sql(f"SELECT pg_terminate_backend({pid})")
        answer = child.read()
        self.assertEqual(answer["outcome"], DONE, answer)
        self.assertNotEqual(answer["rows"][0][1]["pid"], pid)

    def test_a_statement_after_connecting_is_run(self):
        child = self.reader("SELECT * FROM hier", session="SET search_path = 'elders'")
        self.sql("DROP SCHEMA IF EXISTS elders CASCADE; CREATE SCHEMA elders; CREATE TABLE elders.hier AS SELECT 1 a")
        self.assertEqual(child.read()["rows"][0][1], {"a": 1})

    def test_a_password_may_have_any_character(self):
        self.sql("DROP ROLE IF EXISTS geheim; CREATE ROLE geheim LOGIN PASSWORD 'a;b}{c=d é'")
        child = self.reader("SELECT 1 a", password="a;b}{c=d é", connection=self.database.connection(UID="geheim"))
        self.assertEqual(child.read()["rows"][0][1], {"a": 1})

    def test_it_ends_when_nobody_asks_any_more(self):
        child = self.reader("SELECT 1 a")
        child.read()
        self.assertEqual(child.close(), 0)


if __name__ == "__main__":
    unittest.main()
