# SPDX-License-Identifier: Apache-2.0
"""The conformance set on `proef`, the smallest connector that has everything."""
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from conformance import Conformance  # noqa: E402
from installation import wait_until  # noqa: E402


class Proef(Conformance, unittest.TestCase):
    PROCESS = "proef"
    SETTINGS = {"naam": "proef"}
    FAILING_OPEN = {"faal": "ja"}
    SOURCE, SOURCE_TOPIC = "inzagen", "schakel.inzage"
    SINK, SINK_TOPIC = "uit", "schakel.inzage"

    def item(self, number, variant=""):
        return {"id": f"I-{number}", "topic": variant or "klacht"}

    def key(self, number):
        return f"I-{number}"

    def oversized(self, number):
        return {"id": f"I-{number}", "topic": "x" * 3_000_000}

    def event(self, number, variant=""):
        return {"inzage_id": f"E-{number}", "topic": variant or "klacht"}

    def event_key(self, number):
        return f"E-{number}"

    def test_close_is_called_once_also_after_a_failed_open(self):
        done = self.installation.run(self.FAILING_OPEN)
        self.assertIn("proef.faal", done.stderr)
        self.assertEqual(done.stderr.count("proef closed"), 1)

    def test_a_processor_answers_each_event_once_and_dead_letters_what_it_refuses(self):
        self.serve({"id": "a", "topic": "kopie"}, {"id": "b", "topic": "weiger"},
                   {"id": "c", "topic": "kopie"})
        child = self.installation.start()
        self.wait_keys(["a", "b", "c"])
        copies = wait_until(lambda: (lambda all_: all_ if len(all_) >= 2 else None)(
            self.installation.records("koppeling.oordeel")), "the copies")
        self.assertEqual(sorted(one["key"] for one in copies), ["a", "c"])
        causes = {one["headers"]["causationid"] for one in copies}
        inputs = {one["headers"]["ce_id"] for one in self.installation.records("schakel.inzage")}
        self.assertLessEqual(causes, inputs)
        letter, = wait_until(self.dead, "the dead letter")
        self.assertEqual(letter["headers"]["schakel_error_id"], "proef.weiger")
        self.installation.stop(child)
        self.assertEqual(self.installation.flow("kopieer")["achterstand"], 0)

    def test_a_deletion_in_the_source_erases_the_letter_about_its_record(self):
        self.serve({"id": "a" * 600, "topic": "te lang"}, {"id": "b" * 600, "topic": "te lang"})
        self.installation.start()
        wait_until(lambda: len(self.dead()) == 2, "two dead letters")
        self.serve({"id": "a" * 600, "verwijderd": True})
        wait_until(lambda: len(self.installation.newest("dlq.proef")) == 1, "one letter is left")
        left, = self.installation.newest("dlq.proef").values()
        self.assertEqual(left["headers"]["schakel_key"], "b" * 600)

    def test_a_parked_record_that_cannot_be_read_is_a_dead_letter(self):
        child = self.installation.start()
        self.installation.stop(child)
        self.installation.put_raw("wacht.proef", "uit/E-1", "rubbish")
        self.installation.start()
        letter, = wait_until(self.dead, "the dead letter")
        self.assertEqual((letter["value"], letter["headers"]["schakel_key"]), ("rubbish", "uit/E-1"))
        wait_until(lambda: not self.installation.newest("wacht.proef"), "none is parked")

    def test_a_batch_that_must_wait_counts_nothing_and_leaves_nothing(self):
        self.serve(self.item(1), self.broken(), {"id": "w", "reden": "wacht"})
        child = self.installation.start()
        self.wait_flow("inzagen", lambda flow: flow["toestand"] == "WACHT", "the source waits")
        asked = len(self.target.requests)
        wait_until(lambda: len(self.target.requests) > asked + 1, "it tries again")
        self.assertEqual(self.installation.records("schakel.inzage") + self.dead(), [])
        self.target.items["inzagen"][2] = {"id": "w"}
        self.wait_keys(["I-1", "w"])
        self.installation.stop(child)
        flow = self.installation.flow("inzagen")
        self.assertEqual((flow["gelezen"], flow["dood"], flow["verstuurd"]), (3, 1, 2))

    def test_what_must_arrive_is_never_a_dead_letter(self):
        failing = [True]
        self.target.behave = lambda request: (("status", 422) if failing[0] and "/moet/" in request.path
                                              else None)
        self.serve({"id": "a", "topic": "kopie"})
        self.installation.start({"retry.budget": "1ms"})
        wait_until(lambda: self.installation.logged().count("delivery.must_arrive") >= 3, "it alarms")
        self.assertEqual(list(self.installation.newest("wacht.proef")), ["moet/a"])
        failing[0] = False
        wait_until(lambda: "a" in self.target.ids("moet"), "it arrives")
        wait_until(lambda: not self.installation.newest("wacht.proef"), "none is parked")
        self.assertEqual(self.dead(), [])

    def test_an_answer_that_is_too_large_is_asked_for_in_smaller_parts(self):
        self.serve(*[{"id": f"g{number}", "reden": "x" * 20_000} for number in range(60)])
        self.installation.start({"response_limit": "256K"})
        self.wait_keys([f"g{number}" for number in range(60)])

    def test_with_a_registry_that_hangs_it_restarts_and_goes_on(self):
        self.serve(self.item(1))
        child = self.installation.start()
        self.wait_keys([self.key(1)])
        self.installation.registry.send_signal(signal.SIGSTOP)
        self.installation.stop(child, signal.SIGKILL)
        self.installation.start()
        self.serve(self.item(2))
        self.wait_keys([self.key(2)])


if __name__ == "__main__":
    unittest.main()
