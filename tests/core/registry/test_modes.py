# SPDX-License-Identifier: Apache-2.0
"""Modes: what a scope may be used for."""
import json
import unittest

from registry import Case, record

A = record(("a", "int"))
B = record(("b", "string"))


class Modes(Case):
    def mode(self, scope, name, query=""):
        return self.ask("PUT", "/mode" + (f"/{scope}" if scope else "") + query,
                        {"mode": name})

    def bring(self, subject, schema, **more):
        return self.ask("POST", f"/subjects/{subject}/versions",
                        {"schema": json.dumps(schema), **more})

    def test_they_are_set_told_and_removed(self):
        self.assertEqual(self.ask("GET", "/mode"), (200, {"mode": "READWRITE"}))
        self.assertEqual(self.mode("", "readonly"), (200, {"mode": "READONLY"}))
        self.assertEqual(self.ask("GET", "/mode"), (200, {"mode": "READONLY"}))
        self.assertEqual(self.ask("DELETE", "/mode"), (200, {"mode": "READONLY"}))
        self.assertEqual(self.ask("GET", "/mode"), (200, {"mode": "READWRITE"}))
        for wrong in ("SIDEWAYS", 3):
            self.assert_error(self.mode("", wrong), 422, 42204)

    def test_a_subjects_own_mode(self):
        self.assert_error(self.ask("GET", "/mode/s"), 404, 40409)
        self.assertEqual(self.ask("GET", "/mode/s?defaultToGlobal=true"),
                         (200, {"mode": "READWRITE"}))
        self.assert_error(self.ask("DELETE", "/mode/s"), 404, 40401)
        self.mode("s", "READONLY")
        self.assertEqual(self.ask("GET", "/mode/s"), (200, {"mode": "READONLY"}))
        self.assertEqual(self.ask("DELETE", "/mode/s"), (200, {"mode": "READONLY"}))

    def test_an_empty_body_resets(self):
        for body in ({}, None, {"mode": None}, {"mode": ""}):
            self.mode("s", "READONLY")
            self.assertEqual(self.ask("PUT", "/mode/s", body)[0], 200)
            self.assert_error(self.ask("GET", "/mode/s"), 404, 40409)

    def test_the_chain_of_inheritance(self):
        force = lambda s: self.ask("GET", f"/mode/{s}?defaultToGlobal=true")[1]["mode"]
        self.mode("", "READONLY")
        self.assertEqual((force("s"), force(":.c:s")), ("READONLY", "READWRITE"))
        self.mode(":.__GLOBAL:", "FORWARD")
        self.assertEqual((force("s"), force(":.c:s")), ("READONLY", "FORWARD"))
        self.mode(":.c:", "IMPORT")
        self.mode("s", "READWRITE")
        self.assertEqual((force("s"), force(":.c:s")), ("READWRITE", "IMPORT"))
        self.mode("", "READONLY_OVERRIDE")
        self.assertEqual((force("s"), force(":.c:s")), ("READONLY_OVERRIDE",) * 2)

    def test_readonly_blocks_every_change_and_no_reading(self):
        self.register("s", A)
        self.mode("s", "READONLY")
        self.assert_error(self.register("s", B), 422, 42205)
        self.assert_error(self.register("s", A), 422, 42205)
        self.assert_error(self.ask("DELETE", "/subjects/s"), 422, 42205)
        self.assert_error(self.ask("DELETE", "/subjects/s/versions/1"), 422, 42205)
        self.assert_error(self.ask("PUT", "/config/s", {"compatibility": "NONE"}), 422, 42205)
        self.assertEqual(self.ask("POST", "/subjects/s", {"schema": json.dumps(A)})[0], 200)
        self.assertEqual(self.register("t", A)[0], 200)

    def test_ids_belong_to_import_mode(self):
        self.assert_error(self.bring("s", A, id=5), 422, 42205)
        self.mode("s", "IMPORT")
        self.assert_error(self.bring("s", A), 422, 42205)
        status, answer = self.bring("s", A, id=5, version=3)
        self.assertEqual((status, answer["id"], answer["version"]), (200, 5, 3))

    def test_import_skips_checks_and_takes_any_order(self):
        self.mode("s", "IMPORT")
        for number, (schema, id, version) in enumerate(((A, 9, 4), (B, 2, 1))):
            status, answer = self.bring("s", schema, id=id, version=version)
            self.assertEqual((status, answer["id"], answer["version"]), (200, id, version))
        self.assertEqual(self.ask("GET", "/subjects/s/versions"), (200, [1, 4]))
        wider = record(("a", "long"))
        self.assertEqual(self.bring("s", wider, id=11)[1]["version"], 5)
        self.assertEqual(self.bring("s", wider, id=11, version=5)[0], 200)
        self.assertEqual(self.bring("t", B, id=2), self.bring("t", B, id=2))

    def test_an_id_is_never_given_another_schema(self):
        self.mode("", "IMPORT")
        self.bring("s", A, id=5)
        self.assert_error(self.bring("t", B, id=5), 422, 42205)
        self.assertEqual(self.bring("t", A, id=5)[1]["version"], 1)
        self.assertEqual(self.bring(":.c:t", B)[0], 200)

    def test_ids_go_on_after_the_imported_ones(self):
        self.mode("", "IMPORT")
        self.bring("s", A, id=100)
        self.mode("", "READWRITE")
        self.assertEqual(self.register("t", B)[1]["id"], 101)
        self.assertEqual(self.register("u", A)[1]["id"], 100)

    def test_one_content_may_have_two_imported_ids(self):
        self.mode("", "IMPORT")
        self.bring("s", A, id=7)
        self.bring("t", A, id=3)
        self.mode("", "READWRITE")
        self.assertEqual(self.register("u", A)[1]["id"], 3)
        self.assertEqual(self.ask("GET", "/schemas/ids/7")[0], 200)

    def test_import_begins_with_an_empty_scope(self):
        self.register("s", A)
        self.assert_error(self.mode("", "IMPORT"), 422, 42205)
        self.assert_error(self.mode("s", "IMPORT"), 422, 42205)
        self.assertEqual(self.mode("t", "IMPORT")[0], 200)
        self.assertEqual(self.mode("s", "IMPORT", "?force=true")[0], 200)
        self.mode("s", "READWRITE")
        self.ask("DELETE", "/subjects/s")
        self.assertEqual(self.mode("s", "IMPORT")[0], 200)
        self.assert_error(self.ask("GET", "/subjects/s/versions?deleted=true"), 404, 40401)

    def test_other_contexts_are_out_of_its_scope(self):
        self.register(":.c:s", A)
        self.assertEqual(self.mode("", "IMPORT")[0], 200)
        self.assert_error(self.mode(":.c:", "IMPORT"), 422, 42205)

    def test_forward_takes_ids_too(self):
        self.register("s", A)
        self.assertEqual(self.mode("s", "FORWARD")[0], 200)
        self.assertEqual(self.bring("s", B, id=8, version=2)[1]["id"], 8)

    def test_a_mode_survives_a_soft_delete_and_goes_with_a_permanent_one(self):
        self.register("s", A)
        self.mode("s", "READWRITE")
        self.ask("DELETE", "/subjects/s")
        self.assertEqual(self.ask("GET", "/mode/s")[0], 200)
        self.ask("DELETE", "/subjects/s?permanent=true")
        self.assert_error(self.ask("GET", "/mode/s"), 404, 40409)

    def test_all_modes_of_a_context_can_go_at_once(self):
        for scope in (":.c:", ":.c:s", ":.d:s"):
            self.mode(scope, "READONLY")
        self.assertEqual(self.ask("DELETE", "/mode/:.c:?recursive=true")[0], 200)
        self.assert_error(self.ask("GET", "/mode/:.c:s"), 404, 40409)
        self.assertEqual(self.ask("GET", "/mode/:.d:s")[0], 200)


if __name__ == "__main__":
    unittest.main()
