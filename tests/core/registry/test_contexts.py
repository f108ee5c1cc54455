# SPDX-License-Identifier: Apache-2.0
"""Contexts: registries inside the registry."""
import json
import unittest

from registry import Case, record

A = record(("a", "int"))
B = record(("b", "int"))


class Contexts(Case):
    def setUp(self):
        super().setUp()
        self.register("s", A)
        self.register(":.c:s", B)
        self.register(":.c:t", A)

    def test_ids_count_by_context(self):
        self.assertEqual(self.register(":.c:u", B)[1]["id"], 1)
        self.assertEqual(self.register(":.c:u", A)[0], 409)
        self.assertEqual(self.register("v", B)[1]["id"], 2)

    def test_they_are_listed(self):
        self.register(":.d:x", A)
        self.assertEqual(self.ask("GET", "/contexts"), (200, [".", ".c", ".d"]))
        self.assertEqual(self.ask("GET", "/contexts?contextPrefix=.c"), (200, [".c"]))
        self.assertEqual(self.ask("GET", "/contexts?offset=1&limit=1"), (200, [".c"]))

    def test_subjects_are_listed_by_context(self):
        get = lambda query: self.ask("GET", "/subjects?subjectPrefix=" + query)[1]
        self.assertEqual(self.ask("GET", "/subjects")[1], [":.c:s", ":.c:t", "s"])
        self.assertEqual(get(":*:"), [":.c:s", ":.c:t", "s"])
        self.assertEqual(get(":*:s"), [":.c:s", "s"])
        self.assertEqual(get(""), ["s"])
        self.assertEqual(get(":.:"), ["s"])
        self.assertEqual(get(":.c:"), [":.c:s", ":.c:t"])
        self.assertEqual(get(":.c:t"), [":.c:t"])
        self.assertEqual(get("t"), [])

    def test_the_default_one_may_be_named(self):
        status, answer = self.ask("GET", "/subjects/:.:s/versions/1")
        self.assertEqual((status, answer["subject"]), (200, "s"))

    def test_an_id_is_looked_up_in_the_context_asked(self):
        get = lambda query: json.loads(self.ask("GET", "/schemas/ids/1" + query)[1]["schema"])
        self.assertEqual(get(""), A)
        self.assertEqual(get("?subject=:.c:"), B)
        self.assertEqual(get("?subject=:.c:s"), B)
        self.assertEqual(get("?subject=s"), A)
        self.assertEqual(self.ask("GET", "/schemas/ids/2")[0], 404)
        self.assertEqual(self.ask("GET", "/schemas/ids/2?subject=:.c:")[0], 200)
        self.assertEqual(self.ask("GET", "/schemas/ids/2/versions?subject=:.c:"),
                         (200, [{"subject": ":.c:t", "version": 1}]))

    def test_a_plain_subject_finds_its_id_elsewhere(self):
        status, answer = self.ask("GET", "/schemas/ids/2?subject=t")
        self.assertEqual((status, json.loads(answer["schema"])), (200, A))
        self.assertEqual(self.ask("GET", "/schemas/ids/1/subjects?subject=t"), (200, ["s"]))

    def test_a_path_below_a_context(self):
        self.assertEqual(self.ask("GET", "/contexts/.c/subjects"), (200, ["s", "t"]))
        self.assertEqual(self.ask("GET", "/contexts/:.c:/subjects"), (200, ["s", "t"]))
        self.assertEqual(self.ask("GET", "/contexts/.c/subjects/s/versions"), (200, [1]))
        status, answer = self.ask("GET", "/contexts/.c/schemas/ids/1")
        self.assertEqual(json.loads(answer["schema"]), B)
        self.ask("POST", "/contexts/.c/subjects/new/versions", {"schema": json.dumps(A)})
        self.assertEqual(self.ask("GET", "/subjects/:.c:new/versions"), (200, [1]))
        self.ask("PUT", "/contexts/.c/config", {"compatibility": "FULL"})
        self.assertEqual(self.ask("GET", "/config/:.c:"),
                         (200, {"compatibilityLevel": "FULL"}))
        self.assertEqual(self.ask("GET", "/contexts/.c/config")[1]["compatibilityLevel"],
                         "FULL")

    def test_configuration_is_inherited_by_context(self):
        level = lambda s: self.ask("GET", f"/config/{s}?defaultToGlobal=true")[1][
            "compatibilityLevel"]
        self.ask("PUT", "/config", {"compatibility": "NONE"})
        self.assertEqual((level("s"), level(":.c:s")), ("NONE", "BACKWARD"))
        self.ask("PUT", "/config/:.__GLOBAL:", {"compatibility": "FULL"})
        self.assertEqual((level("s"), level(":.c:s")), ("NONE", "FULL"))
        self.ask("PUT", "/config/:.c:", {"compatibility": "FORWARD"})
        self.assertEqual((level("s"), level(":.c:s")), ("NONE", "FORWARD"))
        self.ask("PUT", "/config/:.c:s", {"compatibility": "BACKWARD"})
        self.assertEqual((level(":.c:s"), level(":.c:t")), ("BACKWARD", "FORWARD"))
        self.assertEqual(self.ask("GET", "/contexts"), (200, [".", ".c"]))

    def test_the_global_one_takes_no_schemas(self):
        self.assert_error(self.register(":.__GLOBAL:s", A), 422, 42208)
        self.assert_error(self.ask("PUT", "/config/:.__GLOBAL:s", {"compatibility": "NONE"}),
                          422, 42208)

    def test_names_with_strange_characters_are_refused(self):
        for name in (":.a%2Fb:s", ":.a%20b:s", ":.%C3%A9:s", ":.c:"):
            self.assert_error(self.register(name, A), 422, 42208)
        self.assert_error(self.ask("GET", "/contexts/c/subjects"), 422, 42208)

    def test_an_empty_one_can_go(self):
        self.assert_error(self.ask("DELETE", "/contexts/.c"), 422, 42211)
        for subject in (":.c:s", "%3A.c%3At"):
            self.ask("DELETE", f"/subjects/{subject}")
            self.assert_error(self.ask("DELETE", "/contexts/.c"), 422, 42211)
            self.ask("DELETE", f"/subjects/{subject}?permanent=true")
        self.assertEqual(self.registry.raw("DELETE", "/contexts/.c")[0].status, 204)
        self.assertEqual(self.ask("GET", "/contexts"), (200, ["."]))
        self.assertEqual(self.register(":.c:s", A)[1]["id"], 1)
        self.assert_error(self.ask("DELETE", "/contexts/."), 422, 42208)

    def test_a_guid_is_the_same_everywhere(self):
        guid = self.ask("GET", "/subjects/s/versions/1")[1]["guid"]
        self.assertEqual(self.ask("GET", "/subjects/:.c:t/versions/1")[1]["guid"], guid)
        self.assertEqual(self.ask("GET", f"/schemas/guids/{guid}/ids"),
                         (200, [{"context": ".", "id": 1}, {"context": ".c", "id": 2}]))
        status, answer = self.ask("GET", f"/schemas/guids/{guid}")
        self.assertEqual((status, json.loads(answer["schema"])), (200, A))
        for wrong in (guid[:-1] + ("0" if guid[-1] != "0" else "1"), "x", guid.upper() + "0"):
            self.assert_error(self.ask("GET", f"/schemas/guids/{wrong}"), 404, 40403)

    def test_all_schemas_are_listed(self):
        names = lambda query: [(item["subject"], item["version"]) for item in
                               self.ask("GET", "/schemas" + query)[1]]
        self.register("s", record(("a", "int"), ("b", "int", 0)))
        self.assertEqual(names(""), [("s", 1), ("s", 2)])
        self.assertEqual(names("?latestOnly=true"), [("s", 2)])
        self.assertEqual(names("?subjectPrefix=:*:"),
                         [(":.c:s", 1), (":.c:t", 1), ("s", 1), ("s", 2)])
        self.assertEqual(names("?subjectPrefix=:.c:&offset=1&limit=1"), [(":.c:t", 1)])
        self.ask("DELETE", "/subjects/s/versions/1")
        self.assertEqual(names(""), [("s", 2)])
        self.assertEqual(names("?deleted=true"), [("s", 1), ("s", 2)])

    def test_the_highest_id_is_told(self):
        self.assertEqual(self.ask("GET", "/schemas/ids/1?subject=:.c:&fetchMaxId=true")[1][
            "maxId"], 2)


if __name__ == "__main__":
    unittest.main()
