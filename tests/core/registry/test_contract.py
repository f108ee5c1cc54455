# SPDX-License-Identifier: Apache-2.0
"""The registry's HTTP contract: what clients of Confluent's registry rely on."""
import json
import unittest

from registry import Case, record

A = record(("a", "int"))
A_B = record(("a", "int"), ("b", "string", ""))      # fits after A, both ways
A_C = record(("a", "int"), ("c", "string"))           # a new reader cannot read A
B = record(("b", "int"))


class Registering(Case):
    def test_the_answer_names_id_and_version(self):
        status, answer = self.register("s", A)
        self.assertEqual(status, 200)
        self.assertEqual((answer["id"], answer["version"]), (1, 1))
        self.assertEqual(answer["schemaType"], "AVRO")
        self.assertEqual(json.loads(answer["schema"]), A)
        self.assertRegex(answer["guid"], "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

    def test_the_same_schema_again_is_the_same_version(self):
        self.assertEqual(self.register("s", A), self.register("s", A))
        self.assertEqual(self.ask("GET", "/subjects/s/versions"), (200, [1]))

    def test_the_same_text_has_one_id_across_subjects(self):
        self.register("s", A)
        spaced = {"schema": json.dumps(dict(reversed(A.items())), indent=4)}
        self.assertEqual(self.ask("POST", "/subjects/t/versions", spaced)[1]["id"], 1)

    def test_a_doc_makes_another_id(self):
        self.register("s", A)
        self.assertEqual(self.register("s", dict(A, doc="why"))[1]["id"], 2)

    def test_unknown_members_do_no_harm(self):
        body = {"schema": json.dumps(A), "schemaType": "AVRO", "references": [],
                "something": {"new": 1}}
        self.assertEqual(self.ask("POST", "/subjects/s/versions", body)[0], 200)

    def test_what_is_no_schema_is_refused_with_a_reason(self):
        for text in ('{"type":"record"}', "{", "", '"strin"', '{"type":"array"}'):
            answer = self.ask("POST", "/subjects/s/versions", {"schema": text})
            self.assert_error(answer, 422, 42201)
        self.assertEqual(self.ask("GET", "/subjects"), (200, []))

    def test_what_is_not_known_here_is_said(self):
        body = {"schema": "syntax = \"proto3\";", "schemaType": "PROTOBUF"}
        self.assert_error(self.ask("POST", "/subjects/s/versions", body), 422, 42201)
        body = {"schema": json.dumps(A),
                "references": [{"name": "x", "subject": "s", "version": 1}]}
        self.assert_error(self.ask("POST", "/subjects/s/versions", body), 422, 42201)

    def test_a_body_that_is_no_object_is_refused(self):
        for body in ("", "{", "[]", "\xff", '"x"', "null"):
            response, data = self.registry.raw("POST", "/subjects/s/versions",
                                               body.encode("latin-1"))
            self.assert_error((response.status, json.loads(data)), 400, 400)

    def test_a_schema_may_be_large_but_not_without_end(self):
        wide = record(*[(f"f{i}", "int") for i in range(2000)])
        self.assertEqual(self.register("s", wide)[0], 200)
        self.assert_error(self.register("s", dict(A, doc="x" * 1_100_000)), 422, 42209)
        self.assert_error(self.register("s", dict(A, doc="x" * 2_100_000)), 413, 413)
        self.registry.disconnect()

    def test_a_deep_schema_is_refused(self):
        deep = "\"int\""
        for _ in range(20000):
            deep = '{"type":"array","items":' + deep + "}"
        self.assert_error(self.ask("POST", "/subjects/s/versions", {"schema": deep}), 422,
                          42201)

    def test_subjects_hold_slashes_blanks_and_unicode(self):
        for subject in ("a%2Fb", "a%20b", "caf%C3%A9", ":.ctx:x"):
            self.assertEqual(self.register(subject, A)[0], 200)
        self.assertEqual(self.ask("GET", "/subjects")[1],
                         [":.ctx:x", "a b", "a/b", "café"])
        self.assertEqual(self.ask("GET", "/subjects/a%2Fb/versions"), (200, [1]))

    def test_a_subject_that_cannot_be_is_refused(self):
        for subject in ("%00", "a%0Ab", "%FF", "__GLOBAL", "x" * 1025):
            self.assert_error(self.register(subject, A), 422, 42208)


class Reading(Case):
    def setUp(self):
        super().setUp()
        self.register("s", A)
        self.register("s", A_B)

    def test_a_schema_by_id(self):
        for _ in range(2):  # made, then kept
            status, answer = self.ask("GET", "/schemas/ids/2")
            self.assertEqual((status, json.loads(answer["schema"])), (200, A_B))
            self.assertEqual(answer["schemaType"], "AVRO")
        self.assertEqual(self.ask("GET", "/schemas/ids/2/schema"), (200, A_B))

    def test_the_uses_of_an_id(self):
        self.register("t", A)
        self.assertEqual(self.ask("GET", "/schemas/ids/1/subjects"), (200, ["s", "t"]))
        self.assertEqual(self.ask("GET", "/schemas/ids/1/versions"),
                         (200, [{"subject": "s", "version": 1},
                                {"subject": "t", "version": 1}]))
        self.assertEqual(self.ask("GET", "/schemas/ids/1/subjects?offset=1&limit=5"),
                         (200, ["t"]))

    def test_an_unknown_id(self):
        for path in ("/schemas/ids/9", "/schemas/ids/9/schema", "/schemas/ids/9/versions"):
            self.assert_error(self.ask("GET", path), 404, 40403)
        for path in ("/schemas/ids/x", "/schemas/ids/-1", "/schemas/ids/99999999999999"):
            self.assert_error(self.ask("GET", path), 404, 404)

    def test_a_version_by_number_and_as_latest(self):
        for version, number in (("1", 1), ("2", 2), ("latest", 2), ("-1", 2)):
            status, answer = self.ask("GET", f"/subjects/s/versions/{version}")
            self.assertEqual((status, answer["version"], answer["subject"]),
                             (200, number, "s"))
        self.assertEqual(self.ask("GET", "/subjects/s/versions/1/schema"), (200, A))

    def test_a_version_that_is_not_there(self):
        self.assert_error(self.ask("GET", "/subjects/s/versions/3"), 404, 40402)
        self.assert_error(self.ask("GET", "/subjects/u/versions/1"), 404, 40401)
        self.assert_error(self.ask("GET", "/subjects/u/versions"), 404, 40401)
        for version in ("0", "abc", "-2", "2147483648"):
            self.assert_error(self.ask("GET", f"/subjects/s/versions/{version}"), 422, 42202)

    def test_an_answer_changes_when_the_store_does(self):
        latest = "/subjects/s/versions/latest"
        self.assertEqual(self.ask("GET", latest), self.ask("GET", latest))
        self.ask("DELETE", latest)
        self.assertEqual(self.ask("GET", latest)[1]["version"], 1)
        self.assertEqual(self.register("s", A_B)[1]["version"], 3)
        self.assertEqual(self.ask("GET", latest)[1]["version"], 3)
        self.assert_error(self.register("s", A_C), 409, 409)
        self.ask("PUT", "/config/s", {"compatibility": "NONE"})
        self.assertEqual(self.register("s", A_C)[0], 200)

    def test_looking_a_schema_up(self):
        body = {"schema": json.dumps(A)}
        status, answer = self.ask("POST", "/subjects/s", body)
        self.assertEqual((status, answer["id"], answer["version"]), (200, 1, 1))
        self.assert_error(self.ask("POST", "/subjects/u", body), 404, 40401)
        self.assert_error(self.ask("POST", "/subjects/s", {"schema": json.dumps(B)}), 404,
                          40403)

    def test_subjects_are_listed_by_prefix_and_page(self):
        for subject in ("t1", "t2", "t3"):
            self.register(subject, A)
        self.assertEqual(self.ask("GET", "/subjects?subjectPrefix=t"),
                         (200, ["t1", "t2", "t3"]))
        self.assertEqual(self.ask("GET", "/subjects?subjectPrefix=:*:&offset=1&limit=2"),
                         (200, ["t1", "t2"]))
        self.assertEqual(self.ask("GET", "/subjects?offset=9"), (200, []))


class Compatibility(Case):
    def test_what_does_not_fit_is_refused_with_the_reason(self):
        self.register("s", A)
        answer = self.register("s", A_C)
        self.assert_error(answer, 409, 409)
        self.assertIn("R.c", answer[1]["message"])
        self.assertIn('"s"', answer[1]["message"])
        self.assertEqual(self.ask("GET", "/subjects/s/versions"), (200, [1]))

    def test_each_level_lets_its_own_changes_pass(self):
        wider = record(("a", "long"))
        cases = (("NONE", A_C, True), ("BACKWARD", A_C, False), ("BACKWARD", wider, True),
                 ("FORWARD", wider, False), ("FORWARD", A_C, True), ("FULL", A_C, False),
                 ("FULL", wider, False), ("FULL", A_B, True))
        for number, (level, schema, fits) in enumerate(cases):
            subject = f"s{number}"
            self.register(subject, A)
            self.ask("PUT", f"/config/{subject}", {"compatibility": level})
            status, answer = self.register(subject, schema)
            self.assertEqual(status, 200 if fits else 409, (level, answer))

    def test_a_transitive_level_looks_at_every_version(self):
        later = record(("a", "string"))
        self.ask("PUT", "/config/s", {"compatibility": "NONE"})
        self.register("s", later)
        self.register("s", B)
        for level, status in (("BACKWARD_TRANSITIVE", 409), ("BACKWARD", 200)):
            self.ask("PUT", "/config/s", {"compatibility": level})
            self.assertEqual(self.register("s", record(("a", "int", 0), ("b", "int")))[0],
                             status)

    def test_a_schema_can_be_tried(self):
        self.register("s", A)
        path = "/compatibility/subjects/s/versions"
        self.assertEqual(self.ask("POST", path + "/latest", {"schema": json.dumps(A_B)}),
                         (200, {"is_compatible": True}))
        self.assertEqual(self.ask("POST", path, {"schema": json.dumps(A_C)}),
                         (200, {"is_compatible": False}))
        status, answer = self.ask("POST", path + "/1?verbose=true",
                                  {"schema": json.dumps(A_C)})
        self.assertFalse(answer["is_compatible"])
        self.assertIn("R.c", answer["messages"][0])
        self.assertEqual(self.ask("GET", "/subjects/s/versions"), (200, [1]))

    def test_trying_where_there_is_nothing(self):
        body = {"schema": json.dumps(A)}
        path = "/compatibility/subjects/u/versions"
        self.assertEqual(self.ask("POST", path + "/latest", body),
                         (200, {"is_compatible": True}))
        self.assert_error(self.ask("POST", path + "/1", body), 404, 40402)
        self.assert_error(self.ask("POST", path + "/x", body), 422, 42202)

    def test_trying_what_is_no_schema(self):
        self.register("s", A)
        path = "/compatibility/subjects/s/versions/latest"
        self.assert_error(self.ask("POST", path, {"schema": "{"}), 422, 42201)
        status, answer = self.ask("POST", path + "?verbose=true", {"schema": "{"})
        self.assertEqual((status, answer["is_compatible"]), (200, False))
        self.assertEqual(len(answer["messages"]), 1)

    def test_deleted_versions_do_not_count(self):
        self.register("s", A)
        self.ask("DELETE", "/subjects/s/versions/1")
        self.assertEqual(self.register("s", A_C)[0], 200)


class Config(Case):
    def test_the_global_level(self):
        self.assertEqual(self.ask("GET", "/config"),
                         (200, {"compatibilityLevel": "BACKWARD"}))
        self.assertEqual(self.ask("PUT", "/config", {"compatibility": "full"}),
                         (200, {"compatibility": "FULL"}))
        self.assertEqual(self.ask("GET", "/config"), (200, {"compatibilityLevel": "FULL"}))
        self.assertEqual(self.ask("DELETE", "/config"),
                         (200, {"compatibilityLevel": "FULL"}))
        self.assertEqual(self.ask("GET", "/config"),
                         (200, {"compatibilityLevel": "BACKWARD"}))

    def test_a_subjects_level(self):
        self.assert_error(self.ask("GET", "/config/s"), 404, 40408)
        self.assertEqual(self.ask("GET", "/config/s?defaultToGlobal=true"),
                         (200, {"compatibilityLevel": "BACKWARD"}))
        self.assertEqual(self.ask("PUT", "/config/s", {"compatibility": "NONE"}),
                         (200, {"compatibility": "NONE"}))
        self.assertEqual(self.ask("GET", "/config/s"),
                         (200, {"compatibilityLevel": "NONE"}))
        self.assertEqual(self.ask("DELETE", "/config/s"),
                         (200, {"compatibilityLevel": "NONE"}))
        self.assert_error(self.ask("DELETE", "/config/s"), 404, 40401)

    def test_a_level_that_is_none_is_refused(self):
        for body in ({"compatibility": "SIDEWAYS"}, {"compatibility": 3}):
            self.assert_error(self.ask("PUT", "/config", body), 422, 42203)

    def test_it_survives_a_soft_delete_and_goes_with_a_permanent_one(self):
        self.register("s", A)
        self.ask("PUT", "/config/s", {"compatibility": "NONE"})
        self.ask("DELETE", "/subjects/s")
        self.assertEqual(self.ask("GET", "/config/s")[0], 200)
        self.ask("DELETE", "/subjects/s?permanent=true")
        self.assert_error(self.ask("GET", "/config/s"), 404, 40408)


class Deleting(Case):
    def setUp(self):
        super().setUp()
        self.register("s", A)
        self.register("s", A_B)

    def test_a_version_softly_then_for_ever(self):
        path = "/subjects/s/versions/1"
        self.assert_error(self.ask("DELETE", path + "?permanent=true"), 404, 40407)
        self.assertEqual(self.ask("DELETE", path), (200, 1))
        self.assert_error(self.ask("DELETE", path), 404, 40406)
        self.assert_error(self.ask("GET", path), 404, 40402)
        self.assertEqual(self.ask("GET", path + "?deleted=true")[0], 200)
        self.assertEqual(self.ask("GET", "/schemas/ids/1")[0], 200)
        self.assertEqual(self.ask("DELETE", path + "?permanent=true"), (200, 1))
        self.assert_error(self.ask("GET", path + "?deleted=true"), 404, 40402)
        self.assert_error(self.ask("GET", "/schemas/ids/1"), 404, 40403)

    def test_a_subject_softly_then_for_ever(self):
        self.assert_error(self.ask("DELETE", "/subjects/s?permanent=true"), 404, 40405)
        self.ask("DELETE", "/subjects/s/versions/1")
        self.assertEqual(self.ask("DELETE", "/subjects/s"), (200, [2]))
        self.assert_error(self.ask("DELETE", "/subjects/s"), 404, 40404)
        self.assertEqual(self.ask("GET", "/schemas/ids/2")[0], 200)
        self.assertEqual(self.ask("DELETE", "/subjects/s?permanent=true"), (200, [1, 2]))
        self.assert_error(self.ask("GET", "/schemas/ids/2"), 404, 40403)
        self.assert_error(self.ask("DELETE", "/subjects/s"), 404, 40401)

    def test_what_is_softly_deleted_shows_on_request(self):
        self.ask("DELETE", "/subjects/s")
        self.register("t", A)
        self.assertEqual(self.ask("GET", "/subjects"), (200, ["t"]))
        self.assertEqual(self.ask("GET", "/subjects?deleted=true"), (200, ["s", "t"]))
        self.assertEqual(self.ask("GET", "/subjects?deletedOnly=true"), (200, ["s"]))
        self.assert_error(self.ask("GET", "/subjects/s/versions"), 404, 40401)
        self.assertEqual(self.ask("GET", "/subjects/s/versions?deleted=true"),
                         (200, [1, 2]))
        body = {"schema": json.dumps(A)}
        self.assert_error(self.ask("POST", "/subjects/s", body), 404, 40401)
        self.assertEqual(self.ask("POST", "/subjects/s?deleted=true", body)[0], 200)
        self.assertEqual(self.ask("GET", "/schemas/ids/2/subjects"), (200, []))

    def test_versions_go_on_after_a_soft_delete(self):
        self.ask("DELETE", "/subjects/s")
        self.assertEqual(self.register("s", A)[1]["version"], 3)
        self.assertEqual(self.register("s", A)[1]["id"], 1)
        self.assertEqual(self.ask("GET", "/subjects/s/versions?deleted=true"),
                         (200, [2, 3]))  # the old use of that schema is forgotten

    def test_versions_begin_again_after_a_permanent_delete_but_ids_never_return(self):
        self.ask("DELETE", "/subjects/s")
        self.ask("DELETE", "/subjects/s?permanent=true")
        status, answer = self.register("s", A)
        self.assertEqual((answer["version"], answer["id"]), (1, 3))

    def test_a_schema_that_another_subject_uses_stays(self):
        self.register("t", A)
        self.ask("DELETE", "/subjects/s")
        self.ask("DELETE", "/subjects/s?permanent=true")
        self.assertEqual(self.ask("GET", "/schemas/ids/1")[0], 200)
        self.assert_error(self.ask("GET", "/schemas/ids/2"), 404, 40403)

    def test_the_latest_live_version_is_deleted_by_that_name(self):
        self.assertEqual(self.ask("DELETE", "/subjects/s/versions/latest"), (200, 2))
        self.assertEqual(self.ask("DELETE", "/subjects/s/versions/-1"), (200, 1))
        self.assert_error(self.ask("DELETE", "/subjects/s/versions/latest"), 404, 40402)


class Http(Case):
    def test_who_this_is(self):
        self.assertEqual(self.ask("GET", "/"), (200, {}))
        status, answer = self.ask("GET", "/v1/metadata/id")
        self.assertRegex(answer["id"], "^[0-9a-f-]{36}$")
        self.assertIn("scope", answer)
        self.assertEqual(self.ask("GET", "/v1/metadata/version")[0], 200)
        self.assertEqual(self.ask("GET", "/schemas/types"), (200, ["AVRO"]))

    def test_what_is_not_there_and_what_may_not_be_done(self):
        for path in ("/nope", "/subjects/a/b/c/d/e/f/g/h/i", "/schemas/ids"):
            self.assert_error(self.ask("GET", path), 404, 404)
        self.assert_error(self.ask("GET", "/subjects//versions"), 422, 42208)
        self.assert_error(self.ask("PUT", "/subjects"), 405, 405)

    def test_the_type_of_an_answer_is_one_the_client_names(self):
        first = "application/vnd.schemaregistry.v1+json"
        for accept, expected in ((None, first), ("*/*", first), ("text/html", first),
                                 ("application/json", "application/json"),
                                 ("application/json, " + first, first)):
            headers = {"Accept": accept} if accept else {}
            for path in ("/subjects", "/subjects/u/versions"):
                response, _ = self.registry.raw("GET", path, headers=headers)
                self.assertEqual(response.getheader("Content-Type"), expected)


class Settings(Case):
    options = ("--incompatible_code", "40901", "--omit_avro_schema_type")

    def test_the_code_and_the_type_are_settings(self):
        self.register("s", A)
        self.assert_error(self.register("s", A_C), 409, 40901)
        self.assertNotIn("schemaType", self.ask("GET", "/schemas/ids/1")[1])


if __name__ == "__main__":
    unittest.main()
