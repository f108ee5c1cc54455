# SPDX-License-Identifier: Apache-2.0
"""The connector of core/runtime/README.md does what the README says of it."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from conformance import Conformance  # noqa: E402


class Permits(Conformance, unittest.TestCase):
    PROCESS = "permits"
    SOURCE, SOURCE_TOPIC = "vergunningen", "opvang.locatie"

    def item(self, number, variant=""):
        return {"nummer": f"V-{number}", "houder": f"Acme {variant}"}

    def key(self, number):
        return f"V-{number}"

    def oversized(self, number):
        return {"nummer": f"V-{number}", "houder": "x" * 1_500_000}

    def test_the_holder_is_kept_as_written(self):
        self.serve({"nummer": "V-1", "houder": " Acme "})
        self.installation.start()
        self.wait_keys(["V-1"])
        value = self.installation.newest("opvang.locatie")["V-1"]["value"]
        self.assertEqual(value["namen"][0]["naam"], " Acme ")

    def test_an_entry_without_a_holder_is_rejected_by_name(self):
        self.serve({"nummer": "V-1"}, self.item(2))
        self.installation.start()
        self.wait_keys(["V-2"])
        letter, = self.dead()
        self.assertEqual(letter["headers"]["schakel_error_id"], "json.missing")
        self.assertIn("houder", letter["headers"]["schakel_error_text"])


if __name__ == "__main__":
    unittest.main()
