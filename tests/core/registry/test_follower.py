# SPDX-License-Identifier: Apache-2.0
"""A second registry that has what the first has, and answers when the first is gone."""
import json
import time
import unittest

from registry import Case, DEADLINE_S, Registry, record
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
