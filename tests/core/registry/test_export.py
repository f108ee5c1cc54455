# SPDX-License-Identifier: Apache-2.0
"""Everything goes out and comes back: export, import and backup."""
import json
import sqlite3
import subprocess
import unittest

from registry import Case, PROGRAM, Registry, is_sanitized, record

A = record(("a", "int"))
PATHS = ("/subjects?deleted=true", "/subjects", "/schemas?deleted=true", "/config",
         "/config/s", "/mode/:.c:", "/contexts", "/schemas/ids/1", "/schemas/ids/2",
         "/subjects/s/versions/1/referencedby", "/subjects/:.c:x/versions/1",
         "/v1/metadata/id", "/subjects/s/versions?deleted=true")


def fill(registry):
    registry.register("s", A)
    registry.register("s", record(("a", "int"), ("b", "string", "é\n")))
    registry.register("gone", record(("a", "int"), name="Gone"))
    registry.ask("DELETE", "/subjects/gone")
    registry.ask("DELETE", "/subjects/gone?permanent=true")
    registry.ask("POST", "/subjects/t/versions", {
        "schema": json.dumps(record(("r", "R"), name="T")),
        "references": [{"name": "R", "subject": "s", "version": 1}],
        "metadata": {"properties": {"owner": "team"}}})
    registry.register(":.c:x", A)
    registry.ask("PUT", "/config", {"compatibility": "FULL"})
    registry.ask("PUT", "/config/s", {"compatibility": "NONE"})
    registry.ask("PUT", "/mode/:.c:", {"mode": "READONLY"})
    registry.ask("DELETE", "/subjects/s/versions/2")


def everything(registry):
    return [registry.ask("GET", path) for path in PATHS]


def export(registry):
    response, data = registry.raw("GET", "/v1/export")
    assert response.status == 200, data
    return data


class Export(Case):
    def setUp(self):
        super().setUp()
        fill(self.registry)
        self.other = Registry().start()
        self.addCleanup(self.other.close)

    def load(self, data):
        response, answer = self.other.raw("POST", "/v1/import", data)
        return response.status, json.loads(answer)

    def test_what_is_imported_is_all_that_was_exported(self):
        self.assertEqual(self.load(export(self.registry))[0], 200)
        self.assertEqual(everything(self.other), everything(self.registry))

    def test_the_next_id_and_version_are_those_of_the_exporter(self):
        self.load(export(self.registry))
        new = record(("z", "int"), name="New")
        self.assertEqual(self.other.register("n", new), self.register("n", new))
        self.assertEqual(self.other.register("s", new), self.register("s", new))

    def test_a_registry_with_schemas_takes_none(self):
        self.other.register("mine", A)
        self.assert_error(self.load(export(self.registry)), 422, 42205)
        self.assertEqual(self.other.ask("GET", "/subjects"), (200, ["mine"]))

    def test_a_changed_missing_or_added_line_is_named_and_nothing_is_taken(self):
        lines = export(self.registry).splitlines(keepends=True)
        middle = len(lines) // 2
        changed = lines[middle].replace(b'"id":', b'"id": ')
        for number, bad in (
                (middle + 1, lines[:middle] + [changed] + lines[middle + 1:]),
                (middle + 1, lines[:middle] + lines[middle + 1:]),
                (middle + 2, lines[:middle + 1] + lines[middle:]),
                (len(lines) - 1, lines[:-1]),
                (len(lines) + 1, lines + [lines[-1]]),
                (0, []), (1, [b"{}\n"]), (1, lines[1:])):
            answer = self.load(b"".join(bad))
            self.assert_error(answer, 422, 42205)
            self.assertIn(f"line {number} ", answer[1]["message"])
            self.assertEqual(self.other.ask("GET", "/subjects"), (200, []))

    def test_changes_are_no_export_to_import(self):
        revision = json.loads(export(self.registry).splitlines()[0])["revision"]
        self.register("n", record(("q", "int"), name="Q"))
        _, changes = self.registry.raw("GET", f"/v1/export?since={revision}")
        self.assertIn("since", json.loads(changes.splitlines()[0]))
        self.assert_error(self.load(changes), 422, 42205)

    def test_the_same_revision_is_not_sent_again(self):
        revision = json.loads(export(self.registry).splitlines()[0])["revision"]
        response, data = self.registry.raw("GET", f"/v1/export?since={revision}")
        self.assertEqual((response.status, data), (304, b""))
        self.register("n", record(("q", "int"), name="Q"))
        response, data = self.registry.raw("GET", f"/v1/export?since={revision}")
        self.assertEqual(response.status, 200)


class Large(unittest.TestCase):
    """Far larger than a body may be, with a bound on memory: 20 MB out and in."""
    SCHEMAS = 40
    LIMIT_KB = 18000  # more than both need, less than the lines

    def start(self, *options):
        registry = Registry(*options).start()
        self.addCleanup(registry.close)
        return registry

    def peak_kb(self, registry):
        with open(f"/proc/{registry.process.pid}/status", encoding="ascii") as file:
            return int(next(line.split()[1] for line in file if line.startswith("RssAnon")))

    def fill(self, registry):
        doc = "x" * 500_000
        for number in range(self.SCHEMAS):
            schema = record(("a", "int"), name=f"R{number}") | {"doc": doc + str(number)}
            status, answer = registry.register(f"s{number}", schema)
            self.assertEqual(status, 200, answer)

    @unittest.skipIf(is_sanitized(), "AddressSanitizer keeps memory back")
    def test_it_goes_through_a_file_and_not_through_memory(self):
        leader = self.start()
        self.fill(leader)
        data = export(leader)
        self.assertGreater(len(data), 19_000_000)
        self.assertLess(self.peak_kb(leader), self.LIMIT_KB)
        other = self.start()
        response, answer = other.raw("POST", "/v1/import", data)
        self.assertEqual(response.status, 200, answer)
        self.assertLess(self.peak_kb(other), self.LIMIT_KB)
        self.assertEqual(other.ask("GET", "/schemas/ids/33"),
                         leader.ask("GET", "/schemas/ids/33"))

    def test_beyond_the_limit_it_is_refused(self):
        other = self.start("--import_limit", "3M")
        response, answer = other.raw("POST", "/v1/import", b"x" * (3 * 1024 * 1024 + 1))
        self.assertEqual((response.status, json.loads(answer)["error_code"]), (413, 413))


class Backup(Case):
    def backup(self, target):
        return subprocess.run([PROGRAM, "--store", self.registry.store, "--backup", target],
                              capture_output=True, text=True, timeout=10)

    def test_a_copy_of_a_served_store_is_a_store(self):
        fill(self.registry)
        before = everything(self.registry)
        copy = Registry()
        self.addCleanup(copy.close)
        done = self.backup(copy.store)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.register("later", A)
        copy.start()
        self.assertEqual(everything(copy), before)

    def test_a_store_that_is_not_there_is_named(self):
        self.registry.store += ".not"
        done = self.backup(self.registry.store + ".copy")
        self.assertEqual(done.returncode, 1)
        self.assertIn("id=registry.backup", done.stderr)

    def test_a_folder_that_is_not_there_is_named_and_the_store_goes_on(self):
        done = self.backup("/nonexistent/copy")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent/copy", done.stderr)
        self.assertEqual(self.register("s", A)[0], 200)
        with sqlite3.connect(self.registry.store) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone(), ("ok",))


if __name__ == "__main__":
    unittest.main()
