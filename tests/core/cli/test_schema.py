# SPDX-License-Identifier: Apache-2.0
"""`schakel schema` against a real registry."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "registry"))
from registry import Case, Registry, record  # noqa: E402
from test_access import CALLERS  # noqa: E402

SCHAKEL = pathlib.Path(os.environ["SK_BINARY_DIR"]) / "bin" / "schakel"
A = record(("a", "int"))
B = record(("a", "int"), ("b", "string", "x"))
BROKEN = record(("a", "string"))


class Schema(Case):
    def file(self, name, contents):
        path = os.path.join(self.registry.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(contents if isinstance(contents, str) else json.dumps(contents))
        return path

    def run_schema(self, *arguments, port=None):
        return subprocess.run(
            [SCHAKEL, "schema", *arguments, "--bus", "sqlite:unused", "--registry",
             f"http://127.0.0.1:{port or self.registry.port}", "--data",
             self.registry.folder.name], capture_output=True, text=True, timeout=20)

    def expect(self, status, *arguments, **more):
        done = self.run_schema(*arguments, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout if status == 0 else done.stdout + done.stderr


class Verbs(Schema):
    def test_register_get_and_list(self):
        self.assertIn("id 1", self.expect(0, "register", "x/y", self.file("a", A)))
        self.expect(0, "register", "x/y", self.file("b", B))
        self.assertEqual(json.loads(self.expect(0, "get", "x/y", "--versie", "1")), A)
        self.assertEqual(json.loads(self.expect(0, "get", "x/y")), B)
        self.assertRegex(self.expect(0, "list"), r"x/y +2 +2")

    def test_check_says_whether_and_why_not(self):
        self.register("s", A)
        self.assertIn("Verenigbaar", self.expect(0, "check", "s", self.file("b", B)))
        said = self.expect(1, "check", "s", self.file("c", BROKEN))
        self.assertIn("Niet verenigbaar", said)
        self.assertGreater(len(said.splitlines()), 1)

    def test_diff_shows_the_fields_that_differ(self):
        self.register("s", A)
        self.register("s", B)
        said = self.expect(0, "diff", "s", "--versie", "1")
        self.assertEqual([line[0] for line in said.splitlines()], ["+"])
        self.assertIn('"b"', said)
        self.assertIn("Geen verschil", self.expect(0, "diff", "s", "--versie", "2"))

    def test_delete_one_version_all_and_for_good(self):
        self.register("s", A)
        self.register("s", B)
        self.assertIn("1", self.expect(0, "delete", "s", "--versie", "1"))
        self.assertIn("[2]", self.expect(0, "delete", "s"))
        self.assertIn("[1, 2]", self.expect(0, "delete", "s", "--definitief"))
        self.assertEqual(self.ask("GET", "/subjects?deleted=true"), (200, []))

    def test_mode_and_config_are_shown_and_set(self):
        self.assertIn("BACKWARD", self.expect(0, "config"))
        self.expect(0, "config", "s", "FULL")
        self.assertIn("FULL", self.expect(0, "config", "s"))
        self.expect(0, "config", "-", "NONE")
        self.assertIn("NONE", self.expect(0, "config"))
        self.expect(0, "mode", "s", "READONLY")
        self.assertIn("READONLY", self.expect(0, "mode", "s"))
        self.assertEqual(self.register("s", A)[0], 422)

    def test_what_goes_wrong_is_said_with_its_status(self):
        self.assertIn("not found", self.expect(1, "get", "nothing"))
        self.assertIn("subject", self.expect(2, "get"))
        self.assertIn("schema.verb", self.expect(2, "smijt", "weg"))
        self.expect(3, "list", port=1)
        self.register("s", A)
        self.assertIn("409", self.expect(1, "register", "s", self.file("c", BROKEN)))


class Keeping(Schema):
    def keys(self, name):
        private, public = self.file(name, ""), self.file(name + ".pub", "")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private],
                       check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public],
                       check=True, capture_output=True)
        return private, public

    def setUp(self):
        super().setUp()
        self.register("s", A)
        self.register("s", B)
        self.other = Registry().start()
        self.addCleanup(self.other.close)
        self.private, self.public = self.keys("mine")
        self.kept = os.path.join(self.registry.folder.name, "export")

    def test_what_was_exported_is_imported_with_its_ids(self):
        self.expect(0, "export", self.kept, "--sleutel", self.private)
        self.expect(0, "import", self.kept, "--sleutel", self.public, port=self.other.port)
        for path in ("/subjects/s/versions/1", "/subjects/s/versions/2", "/v1/metadata/id"):
            self.assertEqual(self.other.ask("GET", path), self.ask("GET", path))
        self.assertIn("empty", self.expect(1, "import", self.kept, "--sleutel", self.public))

    def test_a_change_or_another_key_is_refused(self):
        self.expect(0, "export", self.kept, "--sleutel", self.private)
        with open(self.kept, encoding="utf-8") as file:
            whole = file.read()
        strange = self.keys("theirs")[1]
        for contents, key in ((whole, strange), (whole.replace("int", "INT", 1), self.public),
                              (whole[:-100], self.public), ("", self.public),
                              (whole.rsplit("\n", 2)[0] + "\n", self.public)):
            self.file("export", contents)
            said = self.expect(1, "import", self.kept, "--sleutel", key,
                               port=self.other.port)
            self.assertIn("schema.signature", said)
        self.assertEqual(self.other.ask("GET", "/subjects"), (200, []))

    def test_without_a_key_of_the_right_kind_nothing_is_written(self):
        self.expect(2, "export", self.kept)
        self.expect(2, "export", self.kept, "--sleutel", self.public)
        self.assertFalse(os.path.exists(self.kept))


class Credentials(Schema):
    def test_a_token_a_name_and_nobody(self):
        guarded = Registry("--access", self.file("callers", CALLERS)).start()
        self.addCleanup(guarded.close)
        token = self.file("token", "b1")
        self.expect(1, "list", port=guarded.port)
        self.expect(0, "list", "--auth", "bearer", "--token", "file:" + token,
                    port=guarded.port)
        self.expect(0, "list", "--auth", "basic", "--user", "beheer", "--password",
                    "file:" + token, port=guarded.port)


if __name__ == "__main__":
    unittest.main()
