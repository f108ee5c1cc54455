# SPDX-License-Identifier: Apache-2.0
"""What schakel-odbc writes: one transaction a batch, a savepoint a row, nothing twice."""
import threading
import unittest

from child import DONE, NEWER, REJECT, RETRY, TARGET, WithPostgres, wait_until

INBOX = ("INSERT INTO doel (event_id, sleutel, versie, niveau, payload) "
         "VALUES (:event_id, :key, :versie, :doel.niveau, :payload) ON CONFLICT (event_id) DO NOTHING")
STATE = ("INSERT INTO doel (sleutel, event_id, versie) VALUES (:key, :event_id, :versie) "
         "ON CONFLICT (sleutel) DO UPDATE SET versie = EXCLUDED.versie, event_id = EXCLUDED.event_id "
         "WHERE doel.versie < EXCLUDED.versie")
MERGE = ("MERGE INTO doel USING (SELECT CAST(:key AS text) sleutel, CAST(:versie AS bigint) versie) nieuw "
         "ON doel.sleutel = nieuw.sleutel WHEN MATCHED AND doel.versie < nieuw.versie THEN "
         "UPDATE SET versie = nieuw.versie WHEN NOT MATCHED THEN "
         "INSERT (event_id, sleutel, versie) VALUES (:event_id, nieuw.sleutel, nieuw.versie)")


def row(number, **payload):
    return {"key": f"K-{number}", "event_id": f"E-{number}", "trace": None,
            "payload": {"versie": number, "doel": {"niveau": "LOCATIE"}, **payload}}


class Deliver(WithPostgres):
    def setUp(self):
        super().setUp()
        self.sql("CREATE TABLE doel (event_id text UNIQUE, sleutel text PRIMARY KEY, versie bigint CHECK (versie < 900), "
                 "niveau varchar(9), payload jsonb, door bigint DEFAULT txid_current())")

    def held(self):
        return [one[0] for one in self.sql("SELECT sleutel FROM doel ORDER BY versie")]

    def outcomes(self, answers):
        return [one["outcome"] for one in answers]

    def test_a_batch_is_one_transaction(self):
        answers = self.writer(INBOX).deliver(*map(row, range(1, 9)))
        self.assertEqual(self.outcomes(answers), [DONE] * 8, answers)
        self.assertEqual(len(self.held()), 8)
        self.assertEqual(self.sql("SELECT count(DISTINCT door) FROM doel")[0][0], "1")

    def test_every_kind_of_value_arrives_in_a_column_of_its_type(self):
        self.sql("CREATE TABLE soorten (a int, b numeric, c boolean, d date, e timestamptz, f text, g jsonb, h text, "
                 "i text, j text, k text)")
        child = self.child(
            statement="INSERT INTO soorten VALUES (:a, :b, :c, :d, :e, :f, :g, :lijst.1, :lijst.9, :leeg, :trace)",
            erase="DELETE FROM soorten")
        answers = child.deliver(row(1, a=-5, b=12.5, c=True, d="2026-11-24", e="2026-11-24T09:00:00.123Z",
                                    f="'t é 😀; -- :a ?", g={"x": [1]}, lijst=["nul", "een"], leeg=""))
        self.assertEqual(self.outcomes(answers), [DONE], answers)
        self.sql("SET TIME ZONE 'UTC'")
        self.assertEqual(self.sql("SET TIME ZONE 'UTC'; SELECT a, b, c, d, e, f, g, h, i IS NULL, j, k IS NULL "
                                  "FROM soorten"),
                         [["-5", "12.5", "t", "2026-11-24", "2026-11-24 09:00:00.123+00", "'t é 😀; -- :a ?",
                           '{"x": [1]}', "een", "t", "", "t"]])

    def test_the_payload_is_whole_however_large(self):
        for way in ("utf-16", "utf-8"):
            tekst = "é😀" * 100_000
            number = len(way)
            self.assertEqual(self.outcomes(self.writer(INBOX, text=way).deliver(row(number, tekst=tekst))), [DONE])
            self.assertEqual(self.sql(f"SELECT payload->>'tekst' = repeat('é😀', 100000) FROM doel "
                                      f"WHERE versie = {number}"), [["t"]])

    def test_one_bad_row_is_refused_alone_and_the_others_stand(self):
        for protocol in ("7.4-0", "7.4-1", "7.4-2"):  # the driver's own ways of rolling back
            with self.subTest(protocol):
                self.sql("DELETE FROM doel")
                child = self.writer(INBOX, connection=self.database.connection(Protocol=protocol))
                answers = child.deliver(row(1), row(901), row(3), row(4, doel={"niveau": "LANGER DAN NEGEN"}), row(5))
                self.assertEqual(self.outcomes(answers), [DONE, REJECT, DONE, REJECT, DONE], answers)
                self.assertIn("23514", answers[1]["text"])
                self.assertIn("22001", answers[3]["text"])
                self.assertEqual(self.held(), ["K-1", "K-3", "K-5"])
                if protocol != "7.4-1":  # there the driver undoes the whole: each row then has its own
                    self.assertEqual(self.sql("SELECT count(DISTINCT door) FROM doel"), [["1"]])

    def test_the_same_event_again_changes_nothing_in_each_documented_way(self):
        for statement in (INBOX, STATE, MERGE):
            with self.subTest(statement[:40]):
                self.sql("DELETE FROM doel")
                child = self.writer(statement)
                for _ in range(2):
                    self.assertEqual(self.outcomes(child.deliver(row(1), row(2))), [DONE, DONE])
                self.assertEqual(self.sql("SELECT count(*), count(DISTINCT door) FROM doel"), [["2", "1"]])

    def test_what_no_row_means_is_a_setting(self):
        older = {**row(1), "payload": {"versie": 0}}
        for setting, outcome in (("done", DONE), ("newer", NEWER), ("reject", REJECT)):
            child = self.writer(STATE, no_row=setting)
            self.sql("DELETE FROM doel")
            self.assertEqual(self.outcomes(child.deliver(row(1))), [DONE])
            self.assertEqual(self.outcomes(child.deliver(older)), [outcome])
            self.assertEqual(self.sql("SELECT versie FROM doel"), [["1"]])

    def test_an_erased_entity_is_erased_and_one_that_is_not_there_too(self):
        child = self.writer(INBOX)
        child.deliver(row(1), row(2))
        gone = {"key": "K-1", "event_id": "E-9", "trace": None}
        self.assertEqual(self.outcomes(child.deliver(gone, {**gone, "key": "K-7"})), [DONE, DONE])
        self.assertEqual(self.held(), ["K-2"])

    def test_a_constraint_at_commit_is_refused_for_its_row_alone(self):
        self.sql("CREATE TABLE ouder (nr bigint PRIMARY KEY); INSERT INTO ouder SELECT generate_series(1, 5);"
                 "ALTER TABLE doel ADD FOREIGN KEY (versie) REFERENCES ouder DEFERRABLE INITIALLY DEFERRED")
        answers = self.writer(INBOX).deliver(row(1), row(7), row(3))
        self.assertEqual(self.outcomes(answers), [DONE, REJECT, DONE], answers)
        self.assertIn("23503", answers[1]["text"])
        self.assertEqual(self.held(), ["K-1", "K-3"])

    def test_a_deadlock_is_tried_again_and_nothing_is_lost(self):
        child = self.writer(STATE)
        child.deliver(row(1), row(2))
        other = self.database.session()
        self.addCleanup(other.close)
        other.sql("BEGIN; SET deadlock_timeout = '30s'; UPDATE doel SET niveau = 'x' WHERE sleutel = 'K-2'")
        later = [{**row(number), "payload": {"versie": number + 10}} for number in (1, 2)]
        answers = []
        writing = threading.Thread(target=lambda: answers.extend(child.deliver(*later)))
        writing.start()
        self.waiting("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        other.sql("UPDATE doel SET niveau = 'x' WHERE sleutel = 'K-1'; COMMIT")
        writing.join(30)
        self.assertEqual(self.outcomes(answers), [DONE, DONE], answers)
        self.assertEqual(self.sql("SELECT versie FROM doel ORDER BY 1"), [["11"], ["12"]])

    def test_a_serialization_failure_is_tried_again(self):
        child = self.writer(STATE, session="SET default_transaction_isolation = 'serializable'")
        child.deliver(row(1), row(2))
        self.sql("CREATE FUNCTION botst() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                 "IF NEW.versie = 11 THEN RAISE EXCEPTION SQLSTATE '40001'; END IF; RETURN NEW; END $$;"
                 "CREATE TRIGGER botst BEFORE UPDATE ON doel FOR EACH ROW EXECUTE FUNCTION botst()")
        later = [{**row(number), "payload": {"versie": number + 10}} for number in (1, 2)]
        answers = child.deliver(*later)
        self.assertEqual(self.outcomes(answers), [RETRY, DONE], answers)
        self.assertEqual(self.sql("SELECT versie FROM doel ORDER BY 1"), [["1"], ["12"]])

    def test_a_lock_that_does_not_come_in_time_is_for_later_and_holds_up_nobody_else(self):
        child = self.writer(STATE, query_seconds=1)
        child.deliver(row(1), row(2))
        other = self.database.session()
        self.addCleanup(other.close)
        other.sql("BEGIN; UPDATE doel SET niveau = 'x' WHERE sleutel = 'K-1'")
        later = [{**row(number), "payload": {"versie": number + 10}} for number in (1, 2)]
        answers = child.deliver(*later)
        self.assertEqual(self.outcomes(answers), [RETRY, DONE], answers)
        self.assertEqual(answers[0]["id"], "odbc.busy")

    def test_a_long_batch_says_now_and_then_that_it_is_at_work(self):
        slow = self.writer(INBOX.replace(":doel.niveau,", ":doel.niveau || (SELECT '' FROM pg_sleep(0.4)),"))
        self.assertEqual(self.outcomes(slow.deliver(*map(row, range(1, 6)))), [DONE] * 5)
        self.assertGreaterEqual(slow.alive, 4)

    def test_a_right_or_a_table_that_is_missing_is_the_targets_state(self):
        self.sql("DROP ROLE IF EXISTS lezer; CREATE ROLE lezer LOGIN")
        child = self.writer(INBOX, connection=self.database.connection(UID="lezer"))
        self.assertEqual(self.outcomes(child.deliver(row(1), row(2))), [TARGET, TARGET])
        self.sql("GRANT ALL ON SCHEMA public TO lezer; GRANT ALL ON doel TO lezer")
        self.assertEqual(self.outcomes(child.deliver(row(1), row(2))), [DONE, DONE])

    def test_a_server_that_stops_in_the_middle_applied_all_or_nothing(self):
        child = self.writer(INBOX.replace("doel.niveau,", "doel.niveau || (SELECT '' FROM pg_sleep(0.2)),"),
                            query_seconds=30)
        answers = []
        writing = threading.Thread(target=lambda: answers.extend(child.deliver(*map(row, range(1, 20)))))
        writing.start()
        self.waiting("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'INSERT%' AND state = 'active'")
        self.database.stop()
        writing.join(30)
        self.assertEqual({one["outcome"] for one in answers} - {RETRY, TARGET}, set(), answers)
        self.database.start()
        self.assertEqual(self.held(), [])
        self.assertEqual(self.outcomes(child.deliver(row(1))), [DONE])

    def test_a_connection_that_was_cut_meanwhile_is_made_anew_at_once(self):
        child = self.writer(INBOX)
        child.deliver(row(1))
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                 "AND backend_type = 'client backend'")
        self.assertEqual(self.outcomes(child.deliver(row(2), row(3))), [DONE, DONE])
        self.assertEqual(len(self.held()), 3)

    def waiting(self, query):
        wait_until(lambda: self.sql(query), 15, query)


if __name__ == "__main__":
    unittest.main()
