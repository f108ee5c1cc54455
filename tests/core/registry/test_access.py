# SPDX-License-Identifier: Apache-2.0
"""Who may read, register and administer what, and what is written down of changes."""
import base64
import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile
import unittest

from registry import PROGRAM, Registry, record

A = record(("a", "int"))


def digest(secret):
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()


def basic(name, secret):
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


CALLERS = f"""# the callers of this test
edison  {digest("e1")}  read:edison. register:edison.
reader  {digest("r1")}  read:*
beheer  {digest("b1")}  administer:*
"""


class Access(unittest.TestCase):
    callers = CALLERS

    def setUp(self):
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(self.callers)
        self.addCleanup(os.unlink, file.name)
        self.registry = Registry("--access", file.name).start()
        self.addCleanup(self.registry.close)

    def ask(self, who, method, path, body=None):
        headers = {"Authorization": who} if who else {}
        response, data = self.registry.raw(
            method, path, None if body is None else json.dumps(body), headers)
        return response.status, json.loads(data)

    def register(self, who, subject, schema=None):
        return self.ask(who, "POST", f"/subjects/{subject}/versions",
                        {"schema": json.dumps(schema or A)})[0]


class Rights(Access):
    def test_nobody_enters_without_credentials_and_is_told_how(self):
        response, data = self.registry.raw("GET", "/subjects")
        self.assertEqual(response.status, 401)
        self.assertTrue(response.headers["WWW-Authenticate"].startswith("Basic"))
        self.assertEqual(sorted(json.loads(data)), ["error_code", "message"])

    def test_a_wrong_secret_or_scheme_is_nobodys(self):
        for who in (basic("edison", "r1"), basic("nobody", "e1"), "Bearer x", "Bearer",
                    "Basic !!!", "Digest abc", "Basic " + base64.b64encode(b"edison").decode()):
            self.assertEqual(self.ask(who, "GET", "/subjects")[0], 401, who)

    def test_what_says_nothing_is_open(self):
        for path in ("/", "/schemas/types", "/v1/metadata/id", "/v1/metadata/version"):
            self.assertEqual(self.ask(None, "GET", path)[0], 200, path)

    def test_a_caller_registers_in_its_own_prefix_and_nowhere_else(self):
        edison = basic("edison", "e1")
        self.assertEqual(self.register(edison, "edison.x-value"), 200)
        self.assertEqual(self.register(edison, "klaroen.x-value"), 403)
        self.assertEqual(self.register(basic("reader", "r1"), "edison.x-value"), 403)

    def test_a_secret_is_also_a_bearer_token(self):
        self.assertEqual(self.register("Bearer e1", "edison.x-value"), 200)
        self.assertEqual(self.register("Bearer e1", "other"), 403)

    def test_only_who_administers_deletes_and_configures(self):
        self.register("Bearer b1", "edison.x")
        for method, path in (("DELETE", "/subjects/edison.x"), ("PUT", "/config/edison.x"),
                             ("PUT", "/mode/edison.x"), ("PUT", "/config"),
                             ("DELETE", "/contexts/.c")):
            self.assertEqual(self.ask("Bearer e1", method, path, {})[0], 403, path)
        self.assertEqual(self.ask("Bearer b1", "PUT", "/config/edison.x",
                                  {"compatibility": "FULL"})[0], 200)
        self.assertEqual(self.ask("Bearer b1", "DELETE", "/subjects/edison.x")[0], 200)

    def test_a_prefix_hides_what_does_not_begin_so(self):
        self.register("Bearer b1", "klaroen.x")
        self.assertEqual(self.ask("Bearer e1", "GET", "/subjects/klaroen.x/versions")[0], 403)
        self.assertEqual(self.ask("Bearer e1", "GET", "/config")[0], 403)
        self.assertEqual(self.ask("Bearer e1", "GET", "/schemas/ids/1")[0], 200)

    def test_lists_show_what_their_reader_may_read(self):
        for subject in ("klaroen.x", "edison.x", ":.c:edison.x"):
            self.assertEqual(self.register("Bearer b1", subject), 200)
        self.ask("Bearer b1", "PUT", "/config/edison.alias", {"alias": "klaroen.x"})

        def listed(who):
            versions = [f"/schemas{more}" for more in ("", "?aliases=true&subjectPrefix=edison")]
            return ([self.ask(who, "GET", "/subjects")[1]] +
                    [[version["subject"] for version in self.ask(who, "GET", path)[1]]
                     for path in versions] +
                    [self.ask(who, "GET", "/contexts")[1],
                     self.ask(who, "GET", "/schemas/ids/1/subjects")[1],
                     self.ask(who, "GET", "/schemas/ids/1/versions")[1]])
        edison = [{"subject": "edison.x", "version": 1}]
        klaroen = [{"subject": "klaroen.x", "version": 1}]
        for _ in range(2):  # also when it was asked before, by another
            self.assertEqual(listed("Bearer r1"), [
                [":.c:edison.x", "edison.x", "klaroen.x"], ["edison.x", "klaroen.x"],
                ["edison.x", "klaroen.x"], [".", ".c"], ["edison.x", "klaroen.x"],
                edison + klaroen])
            self.assertEqual(listed("Bearer e1"), [
                ["edison.x"], ["edison.x"], ["edison.x"], ["."], ["edison.x"], edison])

    def test_an_escape_or_a_context_does_not_lead_around_a_prefix(self):
        self.register("Bearer b1", "klaroen.x")
        for path in ("/subjects/klaroen%2Ex/versions", "/contexts/./subjects/klaroen.x/versions",
                     "/subjects/:.:klaroen.x/versions", "/contexts/.c/subjects/edison.x/versions",
                     "/contexts/:.c:/subjects/edison.x/versions"):
            self.assertEqual(self.ask("Bearer e1", "GET", path)[0], 403, path)

    def test_an_alias_does_not_lead_around_a_prefix(self):
        self.register("Bearer b1", "klaroen.x")
        self.ask("Bearer b1", "PUT", "/config/edison.y", {"alias": "klaroen.x"})
        self.assertEqual(self.ask("Bearer e1", "GET", "/subjects/edison.y/versions")[0], 403)
        self.assertEqual(self.ask("Bearer r1", "GET", "/subjects/edison.y/versions")[0], 200)


    def test_only_who_administers_may_send_a_large_import(self):
        body = b"x" * 3_000_000  # more than a body may be, less than an import
        for who, status in (("Bearer b1", 422), ("Bearer e1", 413), ("Bearer no", 413)):
            response, _ = self.registry.raw("POST", "/v1/import", body, {"Authorization": who})
            self.assertEqual(response.status, status, who)
            self.registry.disconnect()


class Anybody(Access):
    callers = f"*  -  read:*\nbeheer  {digest('b1')}  administer:*\n"

    def test_the_star_is_who_has_no_credentials(self):
        self.assertEqual(self.ask(None, "GET", "/subjects"), (200, []))
        self.assertEqual(self.register(None, "x"), 403)
        self.assertEqual(self.ask("Bearer wrong", "GET", "/subjects")[0], 401)


class Audit(Access):
    def rows(self):
        with sqlite3.connect(self.registry.store) as store:
            return store.execute("SELECT who, what FROM audit ORDER BY number").fetchall()

    def test_each_change_names_who_made_it_and_nothing_else_does(self):
        self.register("Bearer e1", "edison.x")
        self.register("Bearer e1", "edison.x")  # there already
        self.register("Bearer e1", "other")     # refused
        self.ask("Bearer r1", "GET", "/subjects")
        self.ask("Bearer b1", "DELETE", "/subjects/edison.x")
        self.assertEqual(self.rows(), [
            ("edison", "POST /subjects/*/versions edison.x "),
            ("beheer", "DELETE /subjects/* edison.x ")])

    def test_its_table_only_grows(self):
        self.register("Bearer e1", "edison.x")
        with sqlite3.connect(self.registry.store) as store:
            for change in ("DELETE FROM audit", "UPDATE audit SET who = 'x'"):
                with self.assertRaises(sqlite3.IntegrityError):
                    store.execute(change)


class Starting(unittest.TestCase):
    def start(self, *options):
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(
                [PROGRAM, "--store", folder + "/s.sqlite", *options],
                capture_output=True, text=True, timeout=10)

    def test_an_address_others_reach_needs_callers(self):
        for address in ("0.0.0.0:0", "[::]:0"):
            done = self.start("--listen", address)
            self.assertEqual(done.returncode, 1)
            self.assertIn("id=registry.open", done.stderr)

    def test_a_wrong_line_is_named(self):
        for line in ("x", "x plain read:*", "x sha256:abc read:*", "x - write:*", "x - read:"):
            with tempfile.NamedTemporaryFile("w") as file:
                file.write("# a comment\n" + line + "\n")
                file.flush()
                done = self.start("--listen", "127.0.0.1:0", "--access", file.name)
            self.assertEqual(done.returncode, 1, line)
            self.assertIn("id=access.file", done.stderr)
            self.assertIn("line 2", done.stderr)

    def test_a_damaged_store_is_named_at_the_start_with_what_to_do(self):
        registry = Registry().start()
        self.addCleanup(registry.close)
        for number in range(200):
            registry.register(f"s{number}", record(("a", "int"), name=f"R{number}"))
        registry.stop()
        with open(registry.store, "r+b") as file:
            file.seek(5 * 4096)
            file.write(b"\xa5" * 4096 * 3)
        done = subprocess.run([PROGRAM, "--store", registry.store, "--listen", "127.0.0.1:0"],
                              capture_output=True, text=True, timeout=10)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "registry.damaged|bus.corrupt")
        self.assertIn("backup", done.stderr)


if __name__ == "__main__":
    unittest.main()
