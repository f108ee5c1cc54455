# SPDX-License-Identifier: Apache-2.0
"""The conformance set on `proef`, the smallest connector that has everything."""
import os
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
        return {"id": f"I-{number}", "topic": "x" * 1_500_000}

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
        self.installation.start()
        self.wait_keys(["a", "b", "c"])
        copies = wait_until(lambda: (lambda all_: all_ if len(all_) >= 2 else None)(
            self.installation.records("koppeling.oordeel")), "the copies")
        self.assertEqual(sorted(one["key"] for one in copies), ["a", "c"])
        causes = {one["headers"]["causationid"] for one in copies}
        inputs = {one["headers"]["ce_id"] for one in self.installation.records("schakel.inzage")}
        self.assertLessEqual(causes, inputs)
        letter, = wait_until(self.dead, "the dead letter")
        self.assertEqual(letter["headers"]["schakel_error_id"], "proef.weiger")


if __name__ == "__main__":
    unittest.main()
