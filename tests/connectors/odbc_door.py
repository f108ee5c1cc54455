# SPDX-License-Identifier: Apache-2.0
"""schakel-edison before a real PostgreSQL, which the test starts: a view is read, an inbox table is
written, the other sources are inboxes."""
import os
import sys
import unittest

ROOT = os.environ["SK_SOURCE_DIR"]
sys.path += [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "core", "runtime")]
from installation import BINARY, Installation, free_port, wait_until  # noqa: E402,F401 (for the tests)
from systems import postgres  # noqa: E402

STATEMENT = ("INSERT INTO stukken (event_id, stuk_id, versie, niveau, inhoud) "
             "VALUES (:event_id, :key, :versie, :doel.niveau, :payload) ON CONFLICT (event_id) DO NOTHING")
ERASE = "DELETE FROM stukken WHERE stuk_id = :key"


@unittest.skipIf(postgres.missing(), f"not installed: {postgres.missing()}")
class WithDatabase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = postgres.Postgres()
        cls.addClassCleanup(cls.database.close)

    def setUp(self):
        self.sql = self.database.sql
        self.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
                 "CREATE TABLE stukken (event_id text PRIMARY KEY, stuk_id text, versie bigint, "
                 "                      niveau text, inhoud jsonb);"
                 "CREATE TABLE effecten (stuk_id text, event_id text, nr bigserial);"
                 "CREATE FUNCTION effect() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                 "  INSERT INTO effecten (stuk_id, event_id) VALUES (NEW.stuk_id, NEW.event_id); RETURN NEW; END $$;"
                 "CREATE TRIGGER effect AFTER INSERT ON stukken FOR EACH ROW EXECUTE FUNCTION effect()")
        self.inbox = f"127.0.0.1:{free_port()}"
        self.installation = self.install()

    def install(self, **more):
        installation = Installation("edison", {
            "odbc.connection": self.database.connection(), "odbc.query_timeout": "5s",
            "poll": "50ms", "retry.first": "50ms", "retry.most": "200ms", "inbox.listen": self.inbox,
            "locaties.adapter": "inbox", "organisatoren.adapter": "inbox", "oordelen.adapter": "inbox",
            "stukken.adapter": "odbc", "stukken.statement": STATEMENT, "stukken.erase": ERASE, **more})
        self.addCleanup(installation.close)
        installation.start_registry()
        return installation

    def rows(self, *numbers, table="rijen"):
        """A small register: a position, a number, a name."""
        if not self.sql("SELECT 1 FROM pg_tables WHERE tablename = 'rijen'"):
            self.sql("CREATE TABLE rijen (nr bigserial, dossiernummer text, namen text, verwijderd boolean)")
        for number in numbers:
            self.sql(f"INSERT INTO {table} (dossiernummer, namen) VALUES ('{self.key(number)}', 'Opvang {number}')")

    def read_rows(self, **more):
        self.installation.settings.update({
            "locaties.adapter": "odbc", "locaties.position": "nr",
            "locaties.query": "SELECT * FROM rijen WHERE nr > :after ORDER BY nr LIMIT :limit", **more})

    def key(self, number):
        return f"{910000000 + number}"

    def names(self):
        return [one["key"] for one in self.installation.records("opvang.locatie") if one["value"]]

    def wait_rows(self, *numbers, seconds=15):
        wanted = {self.key(number) for number in numbers}
        wait_until(lambda: wanted <= set(self.names()),
                   f"{wanted} on the bus; log:\n{self.installation.logged()[-3000:]}", seconds)

    def stuk(self, number, versie=1, **more):
        return {"stuk_id": f"klacht/K-{number}", "versie": versie, "titel": f"Stuk {number}",
                "onderwerp": {"soort": "klacht", "id": f"K-{number}"},
                "doel": {"niveau": "LOCATIE", "id": self.key(number)}, **more}

    def put(self, *stukken):
        self.installation.put("dossier.stuk", stukken)

    def effects(self):
        return [one[0] for one in self.sql("SELECT stuk_id FROM effecten ORDER BY nr")]

    def wait_effects(self, count, seconds=20):
        wait_until(lambda: len(self.effects()) >= count,
                   f"{count} stukken; log:\n{self.installation.logged()[-3000:]}", seconds)

    def wait_flow(self, name, condition, what, seconds=15):
        return wait_until(lambda: condition(self.installation.flow(name)),
                          f"{what}: {self.installation.flow(name)}", seconds)

    def children(self, process):
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
