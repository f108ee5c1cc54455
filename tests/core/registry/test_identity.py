# SPDX-License-Identifier: Apache-2.0
"""Which schemas are one, and what stays when the store's file is an older one."""
import hashlib
import json
import sqlite3
import unittest

from registry import Case, Registry, record

A = record(("a", "int"))


class Identity(Case):
    def identities(self, *texts):
        return [self.ask("POST", "/subjects/%d/versions" % number, {"schema": text})[1]["id"]
                for number, text in enumerate(texts)]

    def test_form_does_not_count(self):
        full = {"type": "record", "name": "n.R", "fields": [
            {"name": "a", "type": {"type": "int"}, "order": "ascending"}]}
        short = {"fields": [{"type": "int", "name": "a"}], "namespace": "n", "name": "R",
                 "type": "record"}
        self.assertEqual(self.identities(json.dumps(full), json.dumps(short, indent=1)),
                         [1, 1])

    def test_what_a_reader_may_want_to_know_counts(self):
        variants = [A, dict(A, doc="d"), dict(A, aliases=["B"]), dict(A, x=1),
                    record(("a", "int", 1)),
                    {**A, "fields": [dict(A["fields"][0], order="ignore")]},
                    {**A, "fields": [dict(A["fields"][0], aliases=["b"])]}]
        found = self.identities(*map(json.dumps, variants))
        self.assertEqual(found, list(range(1, len(variants) + 1)))

    def test_the_stored_text_is_the_one_other_registries_store(self):
        sent = {"fields": [{"type": {"type": "enum", "symbols": ["X"], "name": "n.E"},
                            "doc": "é", "name": "a", "p": 1e300},
                           {"name": "b", "type": ["null", "n.E"], "default": None}],
                "aliases": ["n.Q"], "name": "R", "namespace": "n", "type": "record",
                "tags": [1.50]}
        stored = ('{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":'
                  '{"type":"enum","name":"E","symbols":["X"]},"doc":"é","p":1.0E300},'
                  '{"name":"b","type":["null","E"],"default":null}],"tags":[1.5],'
                  '"aliases":["Q"]}')
        answer = self.register("s", sent)[1]
        self.assertEqual(answer["schema"], stored)
        self.assertEqual(answer["guid"].replace("-", ""),
                         hashlib.md5(stored.encode()).hexdigest())

    def test_the_guid_holds_metadata_and_rules(self):
        rule = {"name": "r", "kind": "CONDITION", "mode": "READ", "type": "CEL", "expr": "e",
                "params": {"k": "v"}, "tags": ["t"], "disabled": True}
        answer = self.ask("POST", "/subjects/s/versions", {
            "schema": json.dumps(A), "ruleSet": {"domainRules": [rule]},
            "metadata": {"tags": {"p": ["b", "a"]}, "properties": {"k": "v"},
                         "sensitive": ["s"]}})[1]
        hashed = answer["schema"].encode() + b"\1pabkvs" + b"\1rCONDITIONREADCELtkve\1"
        self.assertEqual(answer["guid"].replace("-", ""), hashlib.md5(hashed).hexdigest())


VERSION_1 = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE schemas (id INTEGER PRIMARY KEY AUTOINCREMENT,
 fingerprint BLOB NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE versions (subject TEXT NOT NULL, version INTEGER NOT NULL,
 id INTEGER NOT NULL REFERENCES schemas(id), deleted INTEGER NOT NULL DEFAULT 0,
 PRIMARY KEY (subject, version)) WITHOUT ROWID;
CREATE INDEX versions_by_id ON versions (id);
CREATE TABLE levels (subject TEXT PRIMARY KEY, level INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('uuid', '11111111-2222-4333-8444-555555555555');
INSERT INTO schemas VALUES (1, x'01', '{"name":"R","type":"record","fields":[]}');
INSERT INTO schemas VALUES (2, x'02', '{"type":"int"}');
INSERT INTO schemas VALUES (9, x'09', '"string"');
DELETE FROM schemas WHERE id = 9;
INSERT INTO versions VALUES ('s', 1, 1, 1), ('s', 2, 2, 0), ('t', 1, 1, 0),
 (':.c:u', 1, 2, 0);
INSERT INTO levels VALUES ('', 6), ('s', 0);
PRAGMA application_id = 0x536b5267;
PRAGMA user_version = 1;
"""


class Migration(unittest.TestCase):
    def test_a_file_of_version_1_becomes_one_of_this_version(self):
        registry = Registry()
        self.addCleanup(registry.close)
        with sqlite3.connect(registry.store) as database:
            database.executescript("PRAGMA journal_mode=WAL;" + VERSION_1)
        database.close()
        for _ in range(2):  # made anew, then opened as it is
            ask = registry.start().ask
            self.assertEqual(ask("GET", "/v1/metadata/id")[1]["id"],
                             "11111111-2222-4333-8444-555555555555")
            self.assertEqual(ask("GET", "/subjects")[1], [":.c:u", "s", "t"])
            self.assertEqual(ask("GET", "/subjects/s/versions?deleted=true")[1], [1, 2])
            self.assertEqual(ask("GET", "/subjects/s/versions")[1], [2])
            self.assertEqual(ask("GET", "/schemas/ids/2/schema"), (200, "int"))
            self.assertEqual(ask("GET", "/schemas/ids/2/schema?subject=:.c:"), (200, "int"))
            self.assertEqual(ask("GET", "/config")[1]["compatibilityLevel"],
                             "FULL_TRANSITIVE")
            self.assertEqual(ask("GET", "/config/s")[1]["compatibilityLevel"], "NONE")
            body = {"schema": '{"type":"record","name":"R","fields":[]}'}
            self.assertEqual(ask("POST", "/subjects/t", body)[1]["id"], 1)
            registry.stop()
        registry.start()
        self.assertEqual(registry.register("new", A)[1]["id"], 10)  # 9 was given once

    def test_a_file_of_version_2_becomes_one_of_this_version(self):
        registry = Registry().start()
        self.addCleanup(registry.close)
        for number in range(3):
            registry.register(f"s{number}", record(("a", "int"), name=f"R{number}"))
        before = registry.ask("GET", "/schemas")
        registry.stop()
        with sqlite3.connect(registry.store) as store:
            triggers = store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"
                                     " AND name NOT LIKE 'audit%'").fetchall()
            store.executescript("".join(f"DROP TRIGGER {name};" for name, in triggers) +
                                "DROP TABLE touched; PRAGMA user_version = 2;")
        registry.start()
        self.assertEqual(registry.ask("GET", "/schemas"), before)
        revision = json.loads(registry.raw("GET", "/v1/export")[1].splitlines()[0])["revision"]
        registry.register("s3", record(("a", "int"), name="R3"))
        for since, known in ((revision, True), (revision.replace(":3:", ":2:"), False)):
            first = registry.raw("GET", f"/v1/export?since={since}")[1].splitlines()[0]
            self.assertEqual("since" in json.loads(first), known)


if __name__ == "__main__":
    unittest.main()
