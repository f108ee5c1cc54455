# SPDX-License-Identifier: Apache-2.0
"""Whole registers from a database give the events that they give by REST and by files."""
import csv
import glob
import json
import os
import unittest

from odbc_door import WithDatabase, wait_until
from systems import register_in_postgres
from systems.client import StandIn
from systems.generator.register import Register
from test_edison import LRK, readme_configuration


class RegisterInADatabase(WithDatabase):
    def test_the_register_in_a_database_gives_the_events_that_it_gives_by_rest(self):
        register = Register()
        lists = {"locaties": register.locaties, "organisatoren": register.organisatoren}
        edison = StandIn("edison")
        self.addCleanup(edison.stop)
        edison.tell("load", lists)
        by_rest = {f"{name}.{key}": value for name in lists
                   for key, value in (("adapter", "rest"), ("url", edison.url))}
        by_odbc = {}
        for name, items in lists.items():
            register_in_postgres.load(self.database, name, items)
            json_columns = {field for item in items for field, value in item.items() if isinstance(value, (dict, list))}
            by_odbc |= register_in_postgres.reading(name, ",".join(sorted(json_columns)))
        found = [self.everything(lists, settings) for settings in (by_rest, by_odbc)]
        self.assertEqual(len(found[0]["opvang.locatie"]), len(register.locaties))
        for topic in found[0]:
            self.assertEqual(found[0][topic].keys(), found[1][topic].keys())
            for key, payload in found[0][topic].items():
                self.assertEqual(payload, found[1][topic][key])

    def everything(self, lists, settings):
        """{topic: {key: payload as text, less bron and versie}} once all is there."""
        self.installation = self.install(**settings)
        child = self.installation.start()
        for topic, items in (("opvang.locatie", lists["locaties"]), ("opvang.organisator", lists["organisatoren"])):
            wait_until(lambda topic=topic, items=items: len(self.installation.newest(topic)) == len(items),
                       f"all of {topic}; log:\n{self.installation.logged()[-3000:]}", 60)
        self.installation.stop(child)
        self.assertEqual(self.installation.records("dlq.edison"), [])
        found = {}
        for topic in ("opvang.locatie", "opvang.organisator"):
            found[topic] = {key: json.dumps({name: value for name, value in one["value"].items()
                                             if name not in ("bron", "versie")}, ensure_ascii=False)
                            for key, one in self.installation.newest(topic).items()}
        return found

    def holders(self):
        return {holder["organisator_id"] for one in self.installation.newest("opvang.locatie").values()
                for holder in one["value"]["organisatoren"]}

    @unittest.skipUnless(os.path.isdir(LRK), f"{LRK} is not there")
    def test_the_dutch_register_enters_from_a_database_as_it_does_from_files(self):
        rows = []
        for path in sorted(glob.glob(f"{LRK}/*_kdv_2012_2015_full.csv")):
            with open(path, encoding="utf-8", newline="") as file:
                rows += list(csv.DictReader(file))
        self.assertGreater(len(rows), 300)
        names = ", ".join('"' + name.replace('"', '""') + '" text' for name in rows[0])
        self.sql(f"CREATE TABLE lrk ({names}); ALTER TABLE lrk ADD volgnummer bigserial")
        columns = ", ".join('"' + name.replace('"', '""') + '"' for name in rows[0])
        text = json.dumps(rows, ensure_ascii=False)
        self.sql(f"INSERT INTO lrk ({columns}) SELECT {columns} FROM "
                 f"jsonb_populate_recordset(NULL::lrk, $lrk${text}$lrk$)")
        settings = {key: value for key, value in readme_configuration("lrk").items()
                    if not key.endswith((".adapter", ".folder"))}
        for flow in ("locaties", "organisatoren"):
            settings |= {f"{flow}.adapter": "odbc", f"{flow}.position": "volgnummer",
                         f"{flow}.query": "SELECT * FROM lrk WHERE volgnummer > :after "
                                          "ORDER BY volgnummer LIMIT :limit"}
        self.installation = self.install(**settings)
        self.installation.start()
        wait_until(lambda: len(self.installation.newest("opvang.locatie")) == 288 + 53, "every location", 60)
        wait_until(lambda: self.holders() <= set(self.installation.newest("opvang.organisator")), "every holder", 60)
        self.assertEqual(self.installation.records("dlq.edison"), [])


if __name__ == "__main__":
    unittest.main()
