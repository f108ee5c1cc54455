# SPDX-License-Identifier: Apache-2.0
"""A second registry that has what the first has, and answers when the first is gone."""
import json
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from registry import Case, DEADLINE_S, PROGRAM, Registry, record
from test_export import everything, fill

A = record(("a", "int"))


def wait_until(condition):
    end = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        time.sleep(0.01)


class Follower(Case):
    def setUp(self):
        super().setUp()
        self.follower = Registry(
            "--follow", f"http://127.0.0.1:{self.registry.port}").start()
        self.addCleanup(self.follower.close)

    def same(self):
        return everything(self.follower) == everything(self.registry)

    def test_it_has_everything_and_keeps_up(self):
        fill(self.registry)
        wait_until(self.same)
        self.register("new", record(("n", "int"), name="New"))
        wait_until(lambda: "new" in self.follower.ask("GET", "/subjects")[1])
        self.ask("DELETE", "/subjects/t")
        self.ask("DELETE", "/subjects/t?permanent=true")
        wait_until(self.same)

    def changes(self):
        """The names in what the follower would fetch next, and whether it is all."""
        with sqlite3.connect(self.follower.store) as store:
            since = store.execute("SELECT value FROM meta WHERE name = 'leader'").fetchone()[0]
        response, data = self.registry.raw("GET", f"/v1/export?since={since}")
        if response.status == 304:
            return [], False
        lines = [json.loads(line) for line in data.splitlines()]
        return ([line["name"] for line in lines if "changed" in line],
                "since" not in lines[0])

    def pause(self):
        self.follower.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.follower.process.send_signal, signal.SIGCONT)

    def go_on(self):
        self.follower.process.send_signal(signal.SIGCONT)
        wait_until(self.same)

    def test_it_fetches_what_changed_and_nothing_else(self):
        fill(self.registry)
        wait_until(self.same)
        self.pause()
        self.assertEqual(self.changes(), ([], False))
        self.register("s", record(("a", "int"), ("c", "string", ""), name="R"))
        self.assertEqual(self.changes(), (["s", "."], False))
        self.ask("DELETE", "/subjects/t")
        self.ask("PUT", "/mode/s", {"mode": "READONLY"})
        self.assertEqual(self.changes(), (["s", "t", "."] + ["s"], False))
        self.go_on()

    def test_what_was_deleted_or_came_back_with_another_content_is_so_there_too(self):
        fill(self.registry)
        self.ask("PUT", "/mode/import.x", {"mode": "IMPORT"})
        first = {"schema": json.dumps(record(("i", "int"), name="I")), "id": 900, "version": 1}
        self.ask("POST", "/subjects/import.x/versions", first)
        wait_until(self.same)
        self.pause()
        for path in ("/subjects/t", "/subjects/import.x", "/subjects/:.c:x"):
            self.ask("PUT", "/mode/:.c:", {"mode": "READWRITE"})
            self.assertEqual(self.ask("DELETE", path)[0], 200, path)
            self.assertEqual(self.ask("DELETE", path + "?permanent=true")[0], 200)
        self.assertEqual(self.registry.raw("DELETE", "/contexts/.c")[0].status, 204)
        self.ask("DELETE", "/config/s")
        self.ask("PUT", "/mode/import.x", {"mode": "IMPORT"})
        first["schema"] = json.dumps(record(("other", "int"), name="I"))
        self.assertEqual(self.ask("POST", "/subjects/import.x/versions", first)[0], 200)
        self.go_on()
        self.assertEqual(self.follower.ask("GET", "/schemas/ids/900"),
                         self.ask("GET", "/schemas/ids/900"))
        self.assertEqual(self.follower.ask("GET", "/contexts"), (200, ["."]))

    def test_a_restart_of_either_does_not_make_it_fetch_everything(self):
        fill(self.registry)
        wait_until(self.same)
        self.follower.kill()
        self.registry.kill()
        self.registry.start()
        self.register("later", A)
        self.assertEqual(self.changes(), (["later", "."], False))
        self.follower.start()
        wait_until(self.same)

    def test_a_leader_put_back_from_a_backup_is_fetched_anew(self):
        self.register("s", A)
        copy = self.registry.store + ".copy"
        subprocess.run([PROGRAM, "--store", self.registry.store, "--backup", copy],
                       check=True, capture_output=True)
        self.register("lost", A)
        wait_until(self.same)
        self.pause()
        self.registry.kill()
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.registry.store + suffix):
                os.unlink(self.registry.store + suffix)
        os.rename(copy, self.registry.store)
        self.registry.start()
        self.register("other", A)
        self.assertEqual(self.changes(), ([], True))
        self.go_on()
        self.assertEqual(self.follower.ask("GET", "/subjects"), (200, ["other", "s"]))

    def test_who_led_for_a_while_takes_everything_when_it_follows_again(self):
        self.register("s", A)
        wait_until(self.same)
        self.follower.stop()
        following, self.follower.options = self.follower.options, ()
        self.follower.start()
        self.assertEqual(self.follower.register("own", A)[0], 200)
        self.follower.stop()
        self.follower.options = following
        self.follower.start()
        wait_until(self.same)
        self.assertEqual(self.follower.ask("GET", "/subjects"), (200, ["s"]))

    def test_it_answers_when_the_leader_is_gone_also_after_its_own_restart(self):
        fill(self.registry)
        wait_until(self.same)
        before = everything(self.registry)
        self.registry.kill()
        self.assertEqual(everything(self.follower), before)
        self.follower.kill()
        self.follower.start()
        self.assertEqual(everything(self.follower), before)

    def test_it_follows_again_when_the_leader_is_back(self):
        fill(self.registry)
        wait_until(self.same)
        self.registry.kill()
        self.registry.start()
        self.register("later", A)
        wait_until(self.same)

    def test_a_change_is_refused_but_what_is_there_may_be_registered_again(self):
        self.register("s", A)
        wait_until(self.same)
        self.assertEqual(self.follower.register("s", A)[0], 200)
        new = record(("z", "int"), name="New")
        self.assert_error(self.follower.register("n", new), 500, 50003)
        for method, path, body in (("DELETE", "/subjects/s", None),
                                   ("PUT", "/config", {"compatibility": "NONE"})):
            self.assert_error(self.follower.ask(method, path, body), 500, 50003)
        self.assertTrue(self.same())

    def test_a_leader_that_was_never_there_leaves_it_empty_and_serving(self):
        lonely = Registry("--follow", "http://127.0.0.1:1").start()
        self.addCleanup(lonely.close)
        self.assertEqual(lonely.ask("GET", "/subjects"), (200, []))
        self.assertEqual(lonely.stop(), 0)


if __name__ == "__main__":
    unittest.main()
