# SPDX-License-Identifier: Apache-2.0
"""Stukken into a table of Edison's: each once and in order, whatever dies."""
import fcntl
import random
import signal
import struct
import time
import unittest

from odbc_door import WithDatabase, wait_until

OFD_SETLKW = 38
FLOCK = "hhqqi"


class Delivering(WithDatabase):
    def test_stukken_land_in_the_inbox_table_and_an_erased_one_leaves_it(self):
        self.installation.start()
        self.put(self.stuk(1), self.stuk(2))
        self.wait_effects(2)
        self.assertEqual(self.sql("SELECT stuk_id, versie, niveau, inhoud->>'titel' FROM stukken ORDER BY 1"),
                         [["klacht/K-1", "1", "LOCATIE", "Stuk 1"], ["klacht/K-2", "1", "LOCATIE", "Stuk 2"]])
        self.put({**self.stuk(1), "verwijderd": True})
        wait_until(lambda: self.sql("SELECT stuk_id FROM stukken") == [["klacht/K-2"]], "K-1 is erased")

    def test_a_row_that_the_table_refuses_is_a_dead_letter_and_the_others_go_on(self):
        self.sql("ALTER TABLE stukken ADD CHECK (versie <> 13)")
        self.installation.start()
        self.put(*[self.stuk(number, 13 if number == 5 else 1) for number in range(1, 20)])
        self.wait_effects(18)
        letter, = wait_until(lambda: self.installation.records("dlq.edison"), "the dead letter")
        self.assertEqual(letter["headers"]["schakel_key"], "klacht/K-5")
        self.assertEqual(letter["headers"]["schakel_error_id"], "odbc.refused")
        self.assertIn("23514", letter["headers"]["schakel_error_text"])

    def test_a_right_that_is_missing_stops_the_flow_and_nothing_is_lost(self):
        self.sql("DROP ROLE IF EXISTS schrijver; CREATE ROLE schrijver LOGIN; GRANT USAGE ON SCHEMA public TO schrijver")
        self.installation.start({"odbc.connection": self.database.connection(UID="schrijver")})
        self.put(*[self.stuk(number) for number in range(1, 10)])
        self.wait_flow("stukken", lambda flow: flow["toestand"] == "GESTOPT", "it is down")
        self.sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO schrijver; "
                 "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO schrijver")
        self.wait_effects(9)
        self.assertEqual(self.installation.records("dlq.edison"), [])

    def test_a_statement_that_hangs_does_not_hold_up_the_end_and_is_done_afterwards(self):
        child = self.installation.start({"odbc.query_timeout": "10m"})
        gate = self.database.session()
        self.addCleanup(gate.close)
        gate.sql("BEGIN; LOCK TABLE stukken IN ACCESS EXCLUSIVE MODE")
        self.put(self.stuk(1))
        wait_until(lambda: self.sql("SELECT 1 FROM pg_locks WHERE NOT granted"), "the delivery waits for the table")
        started = time.monotonic()
        self.assertEqual(self.installation.stop(child), 0)
        self.assertLess(time.monotonic() - started, 5)
        gate.sql("COMMIT")
        self.installation.start()
        self.wait_effects(1)
        self.wait_flow("stukken", lambda flow: flow["geleverd"] == 1, "it came again")
        self.assertEqual(self.effects(), ["klacht/K-1"])

    def test_a_batch_that_takes_longer_than_a_silence_may_is_not_given_up(self):
        self.sql("CREATE FUNCTION traag() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.7); "
                 "RETURN NEW; END $$; CREATE TRIGGER traag BEFORE INSERT ON stukken FOR EACH ROW EXECUTE FUNCTION traag()")
        self.installation.start({"odbc.login_timeout": "1s", "odbc.query_timeout": "1s", "inflight": 16})
        self.put(*[self.stuk(number) for number in range(1, 13)])  # 8.4 s; a silence may be 6 s
        self.wait_flow("stukken", lambda flow: flow["geleverd"] == 12, "all are there", 40)
        self.assertEqual(self.installation.flow("stukken")["herhaald"], 0)

    def test_the_process_itself_loads_no_database_library(self):
        child = self.installation.start()
        self.put(self.stuk(1))
        self.wait_effects(1)
        with open(f"/proc/{child.pid}/maps", encoding="utf-8") as maps:
            self.assertNotRegex(maps.read(), "libodbc|psqlodbc|libpq")

    def test_killed_between_the_targets_commit_and_the_buss_it_applies_nothing_twice(self):
        child = self.installation.start()
        gate = self.database.session()
        self.addCleanup(gate.close)
        gate.sql("BEGIN; LOCK TABLE stukken IN ACCESS EXCLUSIVE MODE")
        self.put(*[self.stuk(number) for number in range(1, 6)])
        wait_until(lambda: self.sql("SELECT 1 FROM pg_locks WHERE NOT granted"), "a delivery waits for the table")
        with open(f"{self.installation.folder}/bus.db.lock", "r+b") as lock:
            fcntl.fcntl(lock, OFD_SETLKW, struct.pack(FLOCK, fcntl.F_WRLCK, 0, 0, 0, 0))
            gate.sql("COMMIT")
            wait_until(self.effects, "the target has committed")  # the bus cannot
            self.installation.stop(child, signal.SIGKILL)
        self.installation.start()
        self.wait_effects(5)
        self.wait_flow("stukken", lambda flow: flow["toestand"] == "RUST" and flow["geparkeerd"] == 0, "it rests")
        self.wait_flow("stukken", lambda flow: flow["geleverd"] >= 5, "all came again")
        self.assertEqual(sorted(self.effects()), [f"klacht/K-{number}" for number in range(1, 6)])

    def test_killed_again_and_again_everything_arrives_once_and_in_order(self):
        chance, count = random.Random(4), 400
        child = self.installation.start({"inflight": 32})
        self.put(*[self.stuk(number % 300, versie=number) for number in range(1, count + 1)])
        # The newest of each; an earlier state may leave the compacted topic before it is read.
        newest = {f"klacht/K-{number % 300}": str(number) for number in range(1, count + 1)}
        while (held := self.held()) != newest:
            wanted = len(held) + chance.randint(10, 70)
            try:
                wait_until(lambda wanted=wanted: len(self.held()) >= wanted or self.held() == newest,
                           f"{wanted} are there", 20)
            finally:
                self.installation.stop(child, signal.SIGKILL)
                child = self.installation.launch({"inflight": 32})
        self.wait_flow("stukken", lambda flow: flow["toestand"] == "RUST", "it rests", 20)
        applied = self.sql("SELECT s.stuk_id, s.versie FROM effecten e JOIN stukken s USING (event_id) ORDER BY e.nr")
        self.assertEqual(len(applied), len(set(map(tuple, applied))))
        for key in newest:
            own = [int(versie) for other, versie in applied if other == key]
            self.assertEqual(own, sorted(own))

    def held(self):
        return dict(self.sql("SELECT stuk_id, max(versie) FROM stukken GROUP BY 1"))


if __name__ == "__main__":
    unittest.main()
