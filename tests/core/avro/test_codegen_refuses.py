# SPDX-License-Identifier: Apache-2.0
"""What schakel-codegen refuses, and that it says which file, record and field."""
import copy
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = pathlib.Path(os.environ["SK_BINARY_DIR"], "bin", "schakel-codegen")
SHARED = {"type": "record", "name": "Punt", "doc": "A point.",
          "fields": [{"name": "x", "type": "long", "default": 0, "doc": "x"}]}


def event(name, *fields):
    return {"type": "record", "name": name, "namespace": "t", "schakel.sleutel": ["id"],
            "fields": [{"name": "id", "type": "string"}, *fields]}


class Refuses(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def generate(self, **schemas):
        paths = []
        for topic, schema in schemas.items():
            paths.append(pathlib.Path(self.folder.name, topic + ".avsc"))
            paths[-1].write_text(json.dumps(schema), "utf-8")
        self.out = pathlib.Path(self.folder.name, "events")
        return subprocess.run([BINARY, self.out, *paths], capture_output=True, text=True)

    def refused(self, *words, **schemas):
        run = self.generate(**schemas)
        self.assertEqual(1, run.returncode, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)
        self.assertFalse(self.out.exists())

    def refused_type(self, type_, *words, **more):
        self.refused("een.avsc: ", "Een.f: ", *words,
                     een=event("Een", {"name": "f", "type": type_, **more}))

    def test_two_files_that_differ_in_a_shared_record(self):
        other = copy.deepcopy(SHARED)
        other["fields"][0]["doc"] = "another"
        self.refused("twee.avsc", "een.avsc", "t.Punt differs",
                     een=event("Een", {"name": "p", "type": SHARED}),
                     twee=event("Twee", {"name": "p", "type": other}))

    def test_a_shared_record_that_is_the_same_is_one_struct(self):
        run = self.generate(een=event("Een", {"name": "p", "type": SHARED}),
                            twee=event("Twee", {"name": "q", "type": SHARED}))
        self.assertEqual((0, ""), (run.returncode, run.stderr))
        self.assertEqual(1, sum(path.read_text("utf-8").count("struct punt {")
                                for path in self.out.glob("*.h")))
        self.assertIn("struct punt {", (self.out / "gedeeld.h").read_text("utf-8"))

    def test_a_second_run_leaves_files_that_are_the_same_alone(self):
        self.generate(een=event("Een"))
        before = (self.out / "een.c").stat().st_mtime_ns
        self.generate(een=event("Een"), twee=event("Twee"))
        self.assertEqual(before, (self.out / "een.c").stat().st_mtime_ns)

    def test_maps(self):
        self.refused_type({"type": "map", "values": "long"}, "map is not supported")

    def test_floats(self):
        self.refused_type("double", "double is not supported")

    def test_fixed(self):
        self.refused_type({"type": "fixed", "name": "F", "size": 4}, "fixed is not supported")

    def test_general_unions(self):
        self.refused_type(["null", "long", "string"], "the only union supported")
        self.refused_type(["long", "null"], "the only union supported")

    def test_optional_arrays_and_arrays_of_arrays(self):
        self.refused_type(["null", {"type": "array", "items": "long"}], "never null")
        self.refused_type({"type": "array", "items": {"type": "array", "items": "long"}},
                          "an item of an array")
        self.refused_type({"type": "array", "items": ["null", "long"]}, "an item of an array")

    def test_recursion(self):
        self.refused_type(["null", "Een"], "contains itself", default=None)

    def test_other_logical_types(self):
        self.refused_type({"type": "long", "logicalType": "timestamp-micros"},
                          "date and timestamp-millis only")

    def test_unknown_tags(self):
        self.refused_type("string", "a tag is", **{"confluent:tags": ["GEHEIM"]})

    def test_defaults_that_a_struct_cannot_have(self):
        self.refused_type({"type": "array", "items": "long"}, "array is []", default=[1])
        self.refused_type(SHARED, "a record has no default", default={"x": 1})

    def test_names_that_are_keywords(self):
        self.refused("Een.int", "keyword of C", een=event("Een", {"name": "int", "type": "int"}))

    def test_two_names_that_become_one(self):
        self.refused("Een", "'x_count'",
                     een=event("Een", {"name": "x_count", "type": "long"},
                               {"name": "x", "type": {"type": "array", "items": "long"}}))
        kleur = {"type": "enum", "name": "Kleur", "symbols": ["SOORT_A"]}
        soort = {"type": "enum", "name": "KleurSoort", "symbols": ["A"]}
        self.refused("'KLEUR_SOORT_A'", een=event("Een", {"name": "k", "type": kleur},
                                                  {"name": "s", "type": soort}))

    def test_an_event_that_is_not_named_after_its_topic(self):
        self.refused("een.avsc", "named after it", een=event("Ander"))

    def test_an_event_without_a_key_or_with_one_that_is_no_text(self):
        nameless = event("Een")
        del nameless["schakel.sleutel"]
        self.refused("schakel.sleutel", een=nameless)
        number = event("Een", {"name": "n", "type": "long"})
        number["schakel.sleutel"] = ["n"]
        self.refused("required string", een=number)

    def test_an_event_inside_another(self):
        self.refused("part of another",
                     een=event("Een"), twee=event("Twee", {"name": "e", "type": event("Een")}))

    def test_a_record_without_fields(self):
        self.refused_type({"type": "record", "name": "Leeg", "fields": []}, "has no fields")

    def test_a_file_that_is_no_schema_or_not_there(self):
        self.refused("een.avsc", een={"type": "recrod"})
        run = subprocess.run([BINARY, self.folder.name, "/nergens.avsc"],
                             capture_output=True, text=True)
        self.assertEqual(1, run.returncode)
        self.assertIn("/nergens.avsc", run.stderr)


if __name__ == "__main__":
    unittest.main()
