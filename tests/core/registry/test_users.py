# SPDX-License-Identifier: Apache-2.0
"""A verbose check names the processes that read what the schema does not fit."""
import json
import os
import subprocess
import unittest

from registry import Registry, record

SCHAKEL = os.path.join(os.environ["SK_BINARY_DIR"], "bin", "schakel")
A = record(("a", "int"), ("b", "string", ""))


class Users(unittest.TestCase):
    def setUp(self):
        self.registry = Registry()
        self.addCleanup(self.registry.close)
        folder = self.registry.folder.name
        self.bus, self.config = folder + "/bus.db", folder + "/schakel.ini"
        self.registry.options = ("--bus", "sqlite:" + self.bus)
        self.registry.start()
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"[schakel]\nbus = sqlite:{self.bus}\ndata = {folder}\n"
                       f"registry = http://127.0.0.1:{self.registry.port}\n[registry]\n")
        for schema in (A, record(("a", "int"))):
            status, answer = self.registry.register("klacht-value", schema)
            self.assertEqual(status, 200, answer)
        self.ids = [1, 2]

    def schakel(self, *arguments, text=""):
        done = subprocess.run([SCHAKEL, *arguments, "--config", self.config], input=text,
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)

    def tell(self, process, *read):
        event = {"proces": process, "instantie": process + "-1", "gelezen_schemas": [
            {"topic": topic, "id": number} for topic, number in read]}
        self.schakel("put", "schakel.status", text=json.dumps(event) + "\n")

    def check(self, version="", verbose="?verbose=true", schema=None):
        status, answer = self.registry.ask(
            "POST", f"/compatibility/subjects/klacht-value/versions{version}{verbose}",
            {"schema": json.dumps(schema or record(("a", "string"), ("b", "string")))})
        self.assertEqual(status, 200)
        return answer

    def named(self, **options):
        return [message for message in self.check(**options)["messages"]
                if "would break" in message]

    def test_who_read_a_version_that_it_does_not_fit_is_named(self):
        self.schakel("topics", "--create")
        self.tell("edison", ("klacht", self.ids[0]), ("koppeling", self.ids[1]))
        self.tell("klaroen", ("klacht", self.ids[1]))
        self.registry.ask("PUT", "/config/klacht-value",
                          {"compatibility": "BACKWARD_TRANSITIVE"})
        self.assertEqual(self.named(), [
            "klaroen (klaroen-1) last read version 2, schema 2: it would break",
            "edison (edison-1) last read version 1, schema 1: it would break"][::-1])
        self.assertEqual(self.named(version="/1"), [
            "edison (edison-1) last read version 1, schema 1: it would break"])
        self.tell("edison", ("klacht", self.ids[1]))  # it moved on
        self.assertEqual(self.named(version="/1"), [])

    def test_a_schema_that_fits_names_nobody(self):
        self.schakel("topics", "--create")
        self.tell("edison", ("klacht", self.ids[0]))
        self.assertEqual(self.check(schema=A), {"is_compatible": True, "messages": []})

    def test_without_verbose_the_answer_is_the_contracts(self):
        self.assertEqual(self.check(verbose=""), {"is_compatible": False})

    def test_a_bus_that_is_not_there_is_said_and_not_made(self):
        self.assertEqual(len(self.named()), 1)
        self.assertIn("not known", self.named()[0])
        self.assertFalse(os.path.exists(self.bus))


if __name__ == "__main__":
    unittest.main()
