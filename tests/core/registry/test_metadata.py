# SPDX-License-Identifier: Apache-2.0
"""What travels with a schema: metadata, rules, tags; and the configuration around it."""
import json
import time
import unittest

from registry import Case, record

A = record(("a", "int"))
A_B = record(("a", "int"), ("b", "int", 0))
A_C = record(("a", "int"), ("c", "string"))
OWNER = {"properties": {"owner": "team"}}
RULE = {"name": "mask", "kind": "TRANSFORM", "mode": "WRITE", "type": "ENCRYPT",
        "tags": ["PII"], "disabled": False}


class Metadata(Case):
    def post(self, subject, schema, **more):
        body = dict(more) if schema is None else {"schema": json.dumps(schema), **more}
        return self.ask("POST", f"/subjects/{subject}/versions", body)

    def test_it_is_stored_returned_and_part_of_the_identity(self):
        self.register("s", A)
        status, answer = self.post("s", A, metadata={"properties": {"b": "2", "a": "1"},
                                                     "tags": {"x": ["q", "p", "q"]},
                                                     "unknown": 1})
        self.assertEqual((status, answer["id"], answer["version"]), (200, 2, 2))
        expected = {"tags": {"x": ["p", "q"]}, "properties": {"a": "1", "b": "2"}}
        self.assertEqual(answer["metadata"], expected)
        for path in ("/subjects/s/versions/2", "/schemas/ids/2"):
            self.assertEqual(self.ask("GET", path)[1]["metadata"], expected)
        self.assert_error(self.post("s", A, metadata={"properties": []}), 422, 42201)

    def test_it_is_inherited_from_the_previous_version(self):
        self.post("s", A, metadata=OWNER)
        status, answer = self.register("s", A_B)
        self.assertEqual(answer["metadata"], OWNER)
        self.assertEqual(self.register("s", A_B)[1]["version"], 2)
        status, found = self.ask("POST", "/subjects/s", {"schema": json.dumps(A_B)})
        self.assertEqual((status, found["version"]), (200, 2))

    def test_configuration_gives_defaults_and_overrides(self):
        self.ask("PUT", "/config/s", {
            "defaultMetadata": {"properties": {"owner": "default", "kind": "default"}},
            "overrideMetadata": {"properties": {"kind": "override"}}})
        self.assertEqual(self.post("s", A, metadata=OWNER)[1]["metadata"],
                         {"properties": {"kind": "override", "owner": "team"}})

    def test_a_schema_left_out_is_the_previous_one(self):
        self.register("s", A)
        status, answer = self.post("s", None, metadata=OWNER)
        self.assertEqual((status, answer["version"], json.loads(answer["schema"])),
                         (200, 2, A))
        self.assert_error(self.post("t", None, metadata=OWNER), 422, 42201)

    def test_a_version_sent_must_be_the_next_one_and_is_marked(self):
        self.register("s", A)
        self.assert_error(self.post("s", A_B, version=3), 422, 42201)
        status, answer = self.post("s", A_B, version=2)
        self.assertEqual((answer["version"], answer["metadata"]),
                         (2, {"properties": {"confluent:version": "2"}}))
        self.assertEqual(self.post("s", A_B)[1]["version"], 2)

    def test_a_version_is_found_by_its_properties(self):
        self.post("s", A, metadata=OWNER)
        self.post("s", A_B, metadata={"properties": {"owner": "team", "x": "y"}})
        get = lambda query: self.ask("GET", "/subjects/s/metadata" + query)
        self.assertEqual(get("?key=owner&value=team")[1]["version"], 2)
        self.assertEqual(get("?key=owner&value=team&key=x&value=y")[1]["version"], 2)
        self.assert_error(get("?key=owner&value=other"), 404, 40403)
        self.assert_error(self.ask("GET", "/subjects/u/metadata?key=a&value=b"), 404, 40401)

    def test_groups_are_not_compared_with_each_other(self):
        self.ask("PUT", "/config/s", {"compatibilityGroup": "major",
                                      "compatibility": "BACKWARD"})
        one, two = ({"properties": {"major": n}} for n in "12")
        self.assertEqual(self.post("s", A, metadata=one)[0], 200)
        self.assert_error(self.post("s", A_C, metadata=one), 409, 409)
        self.assertEqual(self.post("s", A_C, metadata=two)[0], 200)
        self.assertEqual(self.post("s", A_B, metadata=one)[0], 200)
        self.assertEqual(self.ask("POST", "/compatibility/subjects/s/versions",
                                  {"schema": json.dumps(A_C), "metadata": one}),
                         (200, {"is_compatible": False}))


class Rules(Case):
    post = Metadata.post

    def test_they_are_stored_returned_and_inherited(self):
        status, answer = self.post("s", A, ruleSet={"domainRules": [RULE]})
        self.assertEqual((status, answer["ruleSet"]), (200, {"domainRules": [RULE]}))
        self.assertEqual(self.register("s", A_B)[1]["ruleSet"], {"domainRules": [RULE]})

    def test_what_is_no_rule_is_refused(self):
        wrong = (dict(RULE, name="1"), dict(RULE, mode="UPGRADE"), dict(RULE, type=None),
                 dict(RULE, kind="X"), dict(RULE, onSuccess="NONE,ERROR"))
        for rule in wrong:
            self.assert_error(self.post("s", A, ruleSet={"domainRules": [rule]}), 422, 42210)
        self.assert_error(self.post("s", A, ruleSet={"domainRules": [RULE, RULE]}), 422, 42210)
        self.assert_error(self.ask("PUT", "/config/s", {"defaultRuleSet": {
            "domainRules": wrong}}), 422, 42210)

    def test_override_wins_by_name(self):
        other = dict(RULE, type="CEL")
        self.ask("PUT", "/config/s", {"overrideRuleSet": {"domainRules": [other]}})
        self.assertEqual(self.post("s", A, ruleSet={"domainRules": [RULE]})[1]["ruleSet"],
                         {"domainRules": [other]})

    def test_schemas_are_listed_by_the_type_of_their_rules(self):
        self.post("s", A, ruleSet={"domainRules": [RULE]})
        self.register("t", A_C)
        names = lambda kind: [item["subject"] for item in
                              self.ask("GET", "/schemas?ruleType=" + kind)[1]]
        self.assertEqual((names("ENCRYPT"), names("CEL")), (["s"], []))


class Tags(Case):
    FIELD = {"schemaEntity": {"entityType": "sr_field", "entityPath": "n.R.a"},
             "tags": ["PII"]}

    def setUp(self):
        super().setUp()
        self.register("s", dict(A, namespace="n"))

    def test_they_are_added_as_a_new_version_and_found(self):
        status, answer = self.ask("POST", "/subjects/s/versions/1/tags",
                                  {"newVersion": 2, "tagsToAdd": [self.FIELD]})
        self.assertEqual((status, answer.get("version")), (200, 2), answer)
        self.assertEqual(json.loads(answer["schema"])["fields"][0]["confluent:tags"], ["PII"])
        self.assertEqual(answer["metadata"]["properties"]["confluent:version"], "2")
        for path in ("/subjects/s/versions/2", "/schemas/ids/2"):
            self.assertEqual(self.ask("GET", path + "?findTags=true")[1]["schemaTags"],
                             [self.FIELD])
            self.assertNotIn("schemaTags", self.ask("GET", path)[1])

    def test_they_are_removed(self):
        path = "/subjects/s/versions/latest/tags"
        self.ask("POST", path, {"tagsToAdd": [self.FIELD]})
        answer = self.ask("POST", path, {"tagsToRemove": [self.FIELD],
                                         "rulesToMerge": {"domainRules": [RULE]}})[1]
        self.assertNotIn("confluent:tags", answer["schema"])
        self.assertEqual(answer["ruleSet"], {"domainRules": [RULE]})
        answer = self.ask("POST", path, {"rulesToRemove": ["mask"]})[1]
        self.assertNotIn("domainRules", answer.get("ruleSet", {}))

    def test_registering_may_add_them(self):
        answer = self.ask("POST", "/subjects/s/versions", {
            "schema": json.dumps(dict(A, namespace="n")), "schemaTagsToAdd": [self.FIELD]})
        self.assertEqual(answer[1]["version"], 2)

    def test_a_place_that_is_not_there_is_named(self):
        wrong = {"schemaEntity": {"entityType": "sr_field", "entityPath": "n.R.z"},
                 "tags": ["PII"]}
        answer = self.ask("POST", "/subjects/s/versions/1/tags", {"tagsToAdd": [wrong]})
        self.assert_error(answer, 422, 42201)
        self.assertIn("n.R.z", answer[1]["message"])


class Configuration(Case):
    def test_every_member_is_kept(self):
        sent = {"alias": "other", "normalize": True, "validateFields": True,
                "validateNewSchemas": False, "validateRules": True, "compatibility": "FULL",
                "compatibilityPolicy": "LENIENT", "compatibilityGroup": "major",
                "defaultMetadata": OWNER, "overrideMetadata": OWNER,
                "defaultRuleSet": {"domainRules": [RULE]},
                "overrideRuleSet": {"domainRules": [RULE]}}
        kept = dict(sent, compatibilityLevel="FULL")
        del kept["compatibility"]
        self.assertEqual(self.ask("PUT", "/config/s", sent), (200, sent))
        self.assertEqual(self.ask("GET", "/config/s"), (200, kept))

    def test_a_change_leaves_the_other_members(self):
        self.ask("PUT", "/config", {"normalize": True, "compatibility": "NONE"})
        self.ask("PUT", "/config", {"normalize": None, "compatibilityGroup": "g"})
        self.assertEqual(self.ask("GET", "/config"), (200, {
            "compatibilityLevel": "NONE", "compatibilityGroup": "g"}))

    def test_what_has_another_kind_is_refused(self):
        for body in ({"normalize": "yes"}, {"alias": 1}, {"compatibilityPolicy": "HARD"}):
            self.assert_error(self.ask("PUT", "/config", body), 422, 422)

    def test_an_alias_leads_one_step(self):
        self.register("real", A)
        self.ask("PUT", "/config/short", {"alias": "real"})
        self.ask("PUT", "/config/shorter", {"alias": "short"})
        self.assertEqual(self.ask("GET", "/subjects/short/versions/1")[1]["subject"], "real")
        self.assertEqual(self.ask("GET", "/subjects/short/versions"), (200, [1]))
        self.assert_error(self.ask("GET", "/subjects/shorter/versions"), 404, 40401)
        self.assertEqual(self.ask("POST", "/subjects/short",
                                  {"schema": json.dumps(A)})[0], 200)
        listed = self.ask("GET", "/schemas?aliases=true")[1]
        self.assertEqual(listed[0]["aliases"], ["short"])
        self.assertEqual(self.ask("GET", "/schemas?aliases=true&subjectPrefix=sho")[1][0][
            "subject"], "real")

    def test_normalizing_makes_equal_what_differs_in_form(self):
        one = dict(A, q=1, b=2, aliases=["Z", "Y"])
        two = dict(A, b=2, q=1, aliases=["Y", "Z"])
        self.register("s", one)
        path = "/subjects/s?normalize=true"
        self.assert_error(self.ask("POST", "/subjects/s", {"schema": json.dumps(two)}), 404,
                          40403)
        for schema in (one, two):
            answer = self.ask("POST", "/subjects/t/versions?normalize=true",
                              {"schema": json.dumps(schema)})[1]
            self.assertEqual(answer["version"], 1)
        self.ask("PUT", "/config/u", {"normalize": True})
        self.assertEqual(self.register("u", one), self.register("u", two))

    def test_the_deployment_has_attributes(self):
        self.assertEqual(self.ask("GET", "/v1/metadata/deployment"), (200, {"attributes": []}))

    def test_deleted_versions_may_be_listed_as_negative(self):
        self.register("s", A)
        self.register("s", A_B)
        self.ask("DELETE", "/subjects/s/versions/1")
        self.assertEqual(self.ask("GET", "/subjects/s/versions?deletedAsNegative=true"),
                         (200, [-1, 2]))
        self.assertTrue(self.ask("GET", "/subjects/s/versions/1?deleted=true")[1]["deleted"])


class Decimals(Case):
    options = ("--check_decimals", "false")

    def test_whether_they_are_compared_is_a_setting(self):
        decimal = lambda scale: record(("d", {"type": "bytes", "logicalType": "decimal",
                                              "precision": 9, "scale": scale}))
        self.register("s", decimal(2))
        self.assertEqual(self.register("s", decimal(3))[0], 200)


class Validation(Case):
    BAD = {"schema": json.dumps(record(("a", "int", "no number")))}

    def configure(self, **config):
        self.assertEqual(self.ask("PUT", "/config/s", config)[0], 200)

    def post(self, schema, reserved=None):
        body = {"schema": json.dumps(schema)}
        if reserved is not None:
            body["metadata"] = {"properties": {"confluent:reserved": reserved}}
        return body

    def test_a_default_that_does_not_fit_is_refused_unless_new_schemas_are_not_validated(self):
        for path in ("/subjects/s/versions", "/compatibility/subjects/s/versions"):
            self.assert_error(self.ask("POST", path, self.BAD), 422, 42201)
        self.configure(validateNewSchemas=False)
        self.assertEqual(self.ask("POST", "/subjects/s/versions", self.BAD)[0], 200)
        self.configure(validateNewSchemas=True)
        self.assert_error(self.ask("POST", "/subjects/s/versions", self.BAD), 422, 42201)
        # What was taken in stays of use.
        self.assertEqual(self.ask("POST", "/subjects/s", self.BAD)[1]["version"], 1)
        self.assertEqual(self.ask("GET", "/schemas/ids/1?format=resolved")[0], 200)
        self.assertEqual(self.register("s", record(("a", "int"), ("b", "int", 1)))[0], 200)

    def test_what_another_registry_took_is_imported_as_it_is(self):
        self.ask("PUT", "/mode/s", {"mode": "IMPORT"})
        body = self.BAD | {"id": 7, "version": 1}
        self.assertEqual(self.ask("POST", "/subjects/s/versions", body)[0], 200)

    def test_a_reserved_field_is_not_used_and_stays_reserved(self):
        a, b = record(("a", "int")), record(("a", "int"), ("b", "int", 0))
        self.configure(compatibility="NONE")
        self.assertEqual(self.ask("POST", "/subjects/s/versions", self.post(b, "b"))[0], 200)
        self.configure(compatibility="NONE", validateFields=True)
        for body, word in ((self.post(b, "x, b"), "conflicts"), (self.post(a, "x"), "removed")):
            answer = self.ask("POST", "/subjects/s/versions", body)
            self.assert_error(answer, 409, 409)
            self.assertIn(word, answer[1]["message"])
            verbose = self.ask("POST", "/compatibility/subjects/s/versions?verbose=true", body)
            self.assertFalse(verbose[1]["is_compatible"])
            self.assertIn(word, verbose[1]["messages"][0])
        for body in (self.post(a, "b"), self.post(a, "b,c")):
            self.assertEqual(self.ask("POST", "/subjects/s/versions", body)[0], 200)

    def test_filters_on_associations_find_none(self):
        self.register("s", record(("a", "int")))
        self.assertEqual(len(self.ask("GET", "/schemas")[1]), 1)
        for query in ("resourceType=topic", "associationType=value", "lifecycle=STRONG"):
            self.assertEqual(self.ask("GET", "/schemas?" + query), (200, []), query)


class Spreading(Case):
    def test_tags_of_the_latest_version_are_taken_over_when_asked(self):
        tagged = record(("a", "int"), ("gone", "int"))
        for place in (tagged, *tagged["fields"]):
            place["confluent:tags"] = ["PII"]
        self.register("s", tagged)
        self.ask("PUT", "/config/s", {"compatibility": "NONE"})
        new = {"schema": json.dumps(record(("a", "int"), ("b", "int", 0)))}
        for asked, count in ((False, 0), (True, 2)):
            status, answer = self.ask("POST", "/subjects/s/versions",
                                      new | {"propagateSchemaTags": asked})
            self.assertEqual(status, 200, answer)
            self.assertEqual(answer["schema"].count("PII"), count)
            self.register("s", tagged | {"doc": str(asked)})

    def test_many_tags_at_many_places_take_no_time(self):
        schema = record(*((f"f{number}", "int") for number in range(5000)))
        tags = [{"schemaEntity": {"entityType": "sr_field", "entityPath": f"R.f{number}"},
                 "tags": ["T"]} for number in range(5000)]
        begin = time.monotonic()
        status, answer = self.ask("POST", "/subjects/s/versions",
                                  {"schema": json.dumps(schema), "schemaTagsToAdd": tags})
        self.assertEqual((status, answer["schema"].count('"T"')), (200, 5000))
        self.assertLess(time.monotonic() - begin, 10)


if __name__ == "__main__":
    unittest.main()
