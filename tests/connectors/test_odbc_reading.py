# SPDX-License-Identifier: Apache-2.0
"""Edison's register from a database: nothing is lost, whoever commits late, restarts, hangs or dies."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from odbc_door import BINARY, ROOT, WithDatabase, wait_until
from systems.client import call


class Reading(WithDatabase):
    def test_what_commits_late_is_lost_without_overlap_and_comes_with_it(self):
        for overlap, expected in (("0s", [1, 3, 4]), ("1m", [1, 2, 3, 4])):
            with self.subTest(overlap=overlap):
                self.sql("DROP TABLE IF EXISTS rijen")
                self.installation = self.install()
                self.rows(1)
                self.read_rows(overlap=overlap)
                child = self.installation.start()
                late = self.database.session()
                late.sql(f"BEGIN; INSERT INTO rijen (dossiernummer, namen) VALUES ('{self.key(2)}', 'Opvang 2')")
                self.rows(3)
                self.wait_rows(1, 3)
                late.sql("COMMIT")
                late.close()
                self.rows(4)
                self.wait_rows(*expected)
                self.installation.stop(child)
                self.assertEqual(sorted(self.names()), [self.key(number) for number in expected])

    def test_a_row_that_says_verwijderd_erases_and_one_that_says_no_does_not(self):
        self.rows(1, 2)
        self.sql("UPDATE rijen SET verwijderd = false")
        self.read_rows()
        self.installation.start()
        self.wait_rows(1, 2)
        self.sql(f"INSERT INTO rijen (dossiernummer, verwijderd) VALUES ('{self.key(1)}', true)")
        wait_until(lambda: set(self.installation.newest("opvang.locatie")) == {self.key(2)}, "1 is erased")

    def test_a_server_that_is_restarted_loses_nothing(self):
        self.rows(1)
        self.read_rows(**{"odbc.login_timeout": "2s"})
        self.installation.start()
        self.wait_rows(1)
        self.database.stop(signal.SIGQUIT)
        self.wait_flow("locaties", lambda flow: flow["toestand"] == "WACHT", "it waits")
        self.database.start()
        self.rows(2)
        self.wait_rows(2)
        self.assertEqual(len(self.names()), 2)

    def test_a_row_without_a_usable_key_is_a_dead_letter_and_the_others_go_on(self):
        self.rows(1)
        self.sql("INSERT INTO rijen (dossiernummer, namen) VALUES ('geen nummer', 'x')")
        self.rows(3)
        self.read_rows()
        self.installation.start()
        self.wait_rows(1, 3)
        letter, = self.installation.records("dlq.edison")
        self.assertEqual(json.loads(letter["value"])["dossiernummer"], "geen nummer")
        self.assertIn("locaties after", letter["headers"]["schakel_origin"])

    def test_a_query_that_hangs_stalls_neither_the_inbox_nor_a_delivery_nor_the_end(self):
        self.read_rows(**{"locaties.query": "SELECT 1 nr FROM pg_sleep(600) WHERE CAST(:after AS text) <> ''",
                          "locaties.odbc.query_timeout": "15m"})
        child = self.installation.start()
        wait_until(lambda: self.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), "it hangs")
        started = time.monotonic()
        status, _ = call("POST", f"http://{self.inbox}/inbox/organisatoren", {"organisator_id": "ORG-1"},
                         {"Idempotency-Key": "1"})
        self.assertEqual(status, 202)
        self.put(self.stuk(1))
        self.wait_effects(1)
        self.assertLess(time.monotonic() - started, 5)
        children, started = self.children(child), time.monotonic()
        self.assertEqual(self.installation.stop(child), 0)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual((len(children), [pid for pid in children if os.path.exists(f"/proc/{pid}")]), (2, []))

    def test_a_database_that_no_longer_answers_is_given_up_and_asked_again(self):
        self.rows(1)
        self.read_rows(**{"odbc.login_timeout": "1s", "odbc.query_timeout": "1s"})
        self.installation.start()
        self.wait_rows(1)
        backends = [int(pid) for pid, in self.sql(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")]
        for pid in backends:
            os.kill(pid, signal.SIGSTOP)
        try:
            self.wait_flow("locaties", lambda flow: flow["fout"] and "odbc.deadline" in json.dumps(flow["fout"]),
                           "the deadline", 25)
            self.rows(2)
            self.wait_rows(2)  # by a connection of its own
        finally:
            for pid in backends:
                os.kill(pid, signal.SIGCONT)

    def test_a_driver_that_crashes_costs_one_call(self):
        self.rows(1)
        self.read_rows()
        process = self.installation.start()
        self.wait_rows(1)
        for pid in self.children(process):
            os.kill(pid, signal.SIGSEGV)
        self.rows(2)
        self.wait_rows(2)
        self.assertIsNone(process.poll())

    def test_the_child_ends_with_the_process_that_is_killed(self):
        self.rows(1)
        self.read_rows()
        process = self.installation.start()
        self.wait_rows(1)
        children = self.children(process)
        self.assertEqual(len(children), 1)
        self.installation.stop(process, signal.SIGKILL)
        wait_until(lambda: not any(os.path.exists(f"/proc/{pid}/exe") and os.path.basename(
            os.readlink(f"/proc/{pid}/exe")) == "schakel-odbc" for pid in children), "the child ended")


class Whole(WithDatabase):
    """Mode full over a view: a query without :after."""

    def setUp(self):
        super().setUp()
        self.sql("CREATE TABLE lijst AS SELECT (910000000 + n)::text dossiernummer, 'Opvang ' || n namen "
                 "FROM generate_series(1, 300) n")
        self.installation.settings.update({
            "locaties.adapter": "odbc", "locaties.mode": "full", "locaties.limit": "50",
            "locaties.query": "SELECT * FROM lijst"})

    def gone(self):
        return {key for key, one in self.installation.newest("opvang.locatie").items()
                if one["value"]["toestand"] == "NIET_MEER_GELEVERD"}

    def count(self):
        return len(self.installation.records("opvang.locatie"))

    def test_a_view_gives_its_changes_and_says_what_is_gone(self):
        self.installation.start()
        wait_until(lambda: self.count() == 300, f"all of it; log:\n{self.installation.logged()[-3000:]}")
        self.sql(f"DELETE FROM lijst WHERE dossiernummer = '{self.key(7)}';"
                 f"UPDATE lijst SET namen = 'Anders' WHERE dossiernummer = '{self.key(8)}'")
        wait_until(lambda: self.gone() == {self.key(7)}, "one is gone")
        named = {one["value"]["namen"][0]["naam"] for one in self.installation.newest("opvang.locatie").values()}
        self.assertIn("Anders", named)
        self.assertLessEqual(self.count(), 302)  # the states before may be compacted away

    def test_a_read_that_breaks_off_is_never_compared(self):
        self.installation.start()
        wait_until(lambda: self.count() == 300, "all of it")
        self.sql("CREATE FUNCTION breekt(n text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN "
                 f"IF n = '{self.key(250)}' THEN RAISE EXCEPTION 'gebroken'; END IF; RETURN n; END $$;"
                 "ALTER TABLE lijst RENAME TO heel; DELETE FROM heel WHERE namen = 'Opvang 1';"
                 "CREATE VIEW lijst AS SELECT breekt(dossiernummer) dossiernummer, namen FROM heel")
        self.wait_flow("locaties", lambda flow: flow["toestand"] == "GESTOPT", "the view is broken")
        self.assertEqual((self.gone(), self.count()), (set(), 300))
        self.sql("CREATE OR REPLACE VIEW lijst AS SELECT dossiernummer, namen FROM heel")
        wait_until(lambda: self.gone() == {self.key(1)}, "a whole read counts again", 30)


class Configuration(WithDatabase):
    def test_the_sample_configurations_are_valid_as_they_stand(self):
        with open(os.path.join(ROOT, "core", "adapter", "README.md"), encoding="utf-8") as page:
            samples = dict(re.findall(r"^```ini odbc (\w+)\n\[edison\]\n(.*?)^```", page.read(), re.M | re.S))
        self.assertEqual(set(samples), {"postgresql", "sqlserver", "oracle"})
        secret = f"{self.installation.folder}/wachtwoord"
        with open(secret, "w", encoding="utf-8") as file:
            file.write("geheim\n")
        for name, sample in samples.items():
            with self.subTest(name):
                self.installation.settings = {}
                path = self.installation.configuration()
                with open(path, "a", encoding="utf-8") as file:
                    file.write(sample.replace("/etc/schakel/edison-db.password", secret))
                done = subprocess.run([f"{BINARY}/schakel-edison", "--config", path, "--check"],
                                      capture_output=True, text=True, timeout=20, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("geheim", done.stdout)

    def check(self, **more):
        return self.installation.run({"stukken.adapter": "odbc", **more}, ["--check"])

    def test_what_is_wrong_with_a_statement_is_said_before_anything_runs(self):
        wrong = {"INSERT INTO t VALUES (:titel, :titl)": "titl", "INSERT INTO t VALUES ('a": "closed",
                 "INSERT INTO t VALUES (?)": "of its own", "file:/no/such.sql": "/no/such.sql"}
        for statement, named in wrong.items():
            with self.subTest(statement):
                done = self.check(**{"stukken.statement": statement})
                self.assertEqual(done.returncode, 2)
                self.assertIn(named, done.stderr)

    def test_what_is_wrong_with_a_query_is_said_before_anything_runs(self):
        wrong = {"SELECT * FROM t WHERE a > :afer": ":afer", "SELECT * FROM t WHERE a > :after": "position"}
        for query, named in wrong.items():
            with self.subTest(query):
                done = self.check(**{"locaties.adapter": "odbc", "locaties.query": query})
                self.assertEqual(done.returncode, 2)
                self.assertIn(named, done.stderr)

    def test_a_password_in_the_connection_string_is_refused_and_one_of_its_own_is_hidden(self):
        done = self.check(**{"odbc.connection": "Driver=x;Pwd=geheim"})
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("geheim", done.stderr)
        path = f"{self.installation.folder}/wachtwoord"
        with open(path, "w", encoding="utf-8") as file:
            file.write("geheim\n")
        done = self.check(**{"odbc.password": f"file:{path}"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("geheim", done.stdout)


if __name__ == "__main__":
    unittest.main()
