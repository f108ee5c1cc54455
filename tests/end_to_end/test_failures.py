# SPDX-License-Identifier: Apache-2.0
"""What goes wrong outside: nothing is lost, nothing arrives twice, nothing stops the rest."""
import os
import subprocess
import unittest

from scenario import Scenario, programs


class EdisonFailsTest(Scenario):
    settings = {"edison": {"retry.first": "50ms", "retry.most": "500ms"}}

    def many(self, count=40):
        klachten = [self.klacht(self.places[index % len(self.places)]) for index in range(count)]
        self.say(*klachten, rate=100)
        return klachten

    def assert_all_landed(self, klachten, seconds=60):
        self.until(lambda: all(self.stukken(klacht, "ACTIEF") for klacht in klachten),
                   "every complaint is at Edison", seconds)
        self.assert_nothing_wrong_at_edison()

    def test_edison_is_down_and_comes_back(self):
        self.edison.tell("down", {"seconds": 2})
        self.assert_all_landed(self.many())

    def test_edison_does_the_work_and_drops_the_answer(self):
        self.edison.tell("faults", {"kind": "drop", "share": 0.3, "method": "PUT", "times": 20})
        self.assert_all_landed(self.many())
        self.assertGreater(self.edison.ask("counts")["repeated"], 0)

    def test_edison_asks_to_wait(self):
        self.edison.tell("faults", {"kind": "status", "status": 429, "retry_after": 1, "method": "PUT",
                                    "times": 6})
        self.assert_all_landed(self.many())

    def test_edison_answers_garbage_and_errors(self):
        self.edison.tell("faults", {"kind": "garbage", "method": "PUT", "times": 3})
        self.edison.tell("faults", {"kind": "status", "status": 500, "method": "PUT", "times": 3})
        self.assert_all_landed(self.many())

    def test_one_record_that_fails_for_ever_does_not_hold_up_the_others(self):
        bad = self.klacht(self.places[0], klacht_id="K-bad")
        self.edison.tell("faults", {"kind": "status", "status": 500, "match": "K-bad"})
        self.say(bad)
        klachten = self.many(20)
        self.assert_all_landed(klachten)
        self.assertEqual(self.stukken(bad), [])
        self.edison.heal()
        self.landed(bad, 30)

    def test_a_record_that_edison_refuses_is_a_dead_letter_and_the_rest_goes_on(self):
        bad = self.klacht(self.places[0], klacht_id="K-bad")
        self.edison.tell("faults", {"kind": "status", "status": 422, "match": "K-bad"})
        self.say(bad)
        self.assert_all_landed(self.many(10))
        self.until(lambda: self.schakel.records("dlq.edison"), "the dead letter")


class BadInputTest(Scenario):
    def test_poison_is_refused_by_name_and_the_next_complaint_goes_through(self):
        for body in (b"{", b"\xff\xfe", b"[]", b'{"klacht_id": 1.5}', b'{"klacht_id": ""}', b'"text"'):
            status, answer = self.post("klachten", body)
            self.assertIn(status, (400, 422), (body, answer))
            self.assertTrue(answer["text"], body)
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.landed(klacht)

    def test_a_record_without_key_from_edison_is_a_dead_letter_and_the_rest_is_read(self):
        self.edison.tell("load", {"locaties": [{"namen": [{"naam": "Zonder nummer"}]},
                                               self.places[0] | {"privewoning": None}]})
        self.until(lambda: self.schakel.records("dlq.edison"), "the dead letter")
        klacht = self.klacht(self.places[1])
        self.say(klacht)
        self.landed(klacht)

    def test_one_bad_value_leaves_its_field_empty_and_is_shown(self):
        klacht = self.klacht(self.places[0], gevaar="HEEL_ERG", feiten_van="geen idee")
        self.say(klacht)
        self.landed(klacht)
        event = self.schakel.latest("klacht")[klacht["klacht_id"]]
        self.assertEqual({one["veld"] for one in event["afgekeurd"]}, {"gevaar", "feiten_van"})


class RegistryDownTest(Scenario):
    """The registry runs apart here, so that it can be away."""
    settings = {"registry": None}

    def setUp(self):
        self.registry = None
        super().setUp()

    def start(self):
        where = self.schakel.sections["schakel"]["registry"].removeprefix("http://")
        self.registry = subprocess.Popen(
            [os.path.join(programs(), "schakel-registry"), "--store", f"{self.folder}/registry.db",
             "--listen", where], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.registry.wait)
        self.addCleanup(self.registry.kill)
        super().start()

    def test_restarted_processes_go_on_without_the_registry(self):
        first = self.klacht(self.places[0])
        self.say(first)
        self.landed(first)
        self.registry.kill()
        self.registry.wait()
        before = self.schakel.pids()
        for name in ("edison", "klaroen", "correlation"):
            self.schakel.kill(name)
        self.until(lambda: all(self.schakel.pids().get(name, before[name]) != before[name]
                               for name in ("edison", "klaroen", "correlation")), "all restarted")
        second = self.klacht(self.places[1])
        self.say(second)
        self.landed(second)


class StopTest(Scenario):
    def test_everything_ends_on_sigterm_and_goes_on_where_it_was(self):
        first = self.klacht(self.places[0])
        self.say(first)
        self.landed(first)
        pids = self.schakel.pids()
        self.schakel.up.terminate()
        self.assertEqual(self.schakel.up.wait(10), 0)
        self.assertEqual([name for name, pid in pids.items() if os.path.exists(f"/proc/{pid}")], [])
        self.schakel.stop()
        self.schakel.start()
        second = self.klacht(self.places[1])
        self.say(second)
        self.landed(second)
        self.settle()
        self.assertEqual(len(self.schakel.records("dossier.stuk")), 2)
        self.assert_nothing_wrong_at_edison()


if __name__ == "__main__":
    unittest.main()
