# SPDX-License-Identifier: Apache-2.0
"""Schemas that name types of other schemas."""
import hashlib
import json
import unittest

from registry import Case, record

ADDRESS = dict(record(("street", "string"), name="Address"), namespace="a")
PERSON = dict(record(("home", "a.Address"), name="Person"), namespace="p")
FIRM = dict(record(("boss", "p.Person"), ("seat", "a.Address"), name="Firm"), namespace="f")


def reference(name, subject, version=1):
    return {"name": name, "subject": subject, "version": version}


class References(Case):
    def post(self, subject, schema, *references, verb="versions", **more):
        path = f"/subjects/{subject}" + (f"/{verb}" if verb else "")
        return self.ask("POST", path, {"schema": json.dumps(schema),
                                       "references": list(references), **more})

    def setUp(self):
        super().setUp()
        self.register("address", ADDRESS)
        self.person = self.post("person", PERSON, reference("a.Address", "address"))
        self.firm = self.post("firm", FIRM, reference("p.Person", "person"),
                              reference("a.Address", "address"))

    def test_they_are_stored_and_returned(self):
        expected = [reference("a.Address", "address")]
        self.assertEqual(self.person[0], 200, self.person)
        self.assertEqual(self.person[1]["references"], expected)
        for path in ("/subjects/person/versions/1", "/schemas/ids/2"):
            answer = self.ask("GET", path)[1]
            self.assertEqual(answer["references"], expected)
            self.assertEqual(json.loads(answer["schema"]), PERSON)

    def test_they_lead_on(self):
        self.assertEqual(self.firm[0], 200, self.firm)
        self.assertEqual(self.post("only-person", FIRM, reference("p.Person", "person"))[0],
                         200)  # the address comes with the person

    def test_the_resolved_form_holds_the_types(self):
        status, answer = self.ask("GET", "/subjects/person/versions/1?format=resolved")
        self.assertEqual(json.loads(answer["schema"])["fields"][0]["type"], ADDRESS)
        self.assertEqual(self.ask("GET", "/schemas/ids/2/schema?format=resolved")[1],
                         json.loads(answer["schema"]))
        self.assert_error(self.ask("GET", "/schemas/ids/2?format=strange"), 422, 42201)

    def test_a_missing_one_is_named(self):
        for wrong in (reference("a.Address", "nowhere"), reference("a.Address", "address", 7),
                      reference("", "address"), reference("a.Address", "address", 0), {}):
            answer = self.post("other", PERSON, wrong)
            self.assert_error(answer, 422, 42201)
        self.assertIn("nowhere", self.post("o", PERSON, reference("a", "nowhere"))[1]["message"])
        self.assert_error(self.post("other", PERSON), 422, 42201)

    def test_latest_becomes_a_number(self):
        status, answer = self.post("other", PERSON, reference("a.Address", "address", -1))
        self.assertEqual(answer["references"][0]["version"], 1)
        self.assertEqual(answer["id"], self.person[1]["id"])

    def test_who_refers_is_listed(self):
        get = lambda path: self.ask("GET", f"/subjects/{path}/referencedby")
        self.assertEqual(get("address/versions/1"), (200, [2, 3]))
        self.assertEqual(get("person/versions/latest"), (200, [3]))
        self.assertEqual(get("firm/versions/1"), (200, []))
        self.assertEqual(self.ask("GET", "/subjects/address/versions/1/referencedby"
                                  "?offset=1&limit=1"), (200, [3]))
        self.assert_error(get("address/versions/2"), 404, 40402)
        self.ask("DELETE", "/subjects/firm")
        self.assertEqual(get("address/versions/1"), (200, [2]))
        self.assertEqual(self.ask("GET", "/subjects/address/versions/1/referencedby"
                                  "?deleted=true"), (200, [2, 3]))

    def test_what_is_referred_to_stays(self):
        for path in ("/subjects/address", "/subjects/address/versions/1",
                     "/subjects/person/versions/latest"):
            self.assert_error(self.ask("DELETE", path), 422, 42206)
        self.assertEqual(self.ask("DELETE", "/subjects/firm"), (200, [1]))
        self.assertEqual(self.ask("DELETE", "/subjects/person"), (200, [1]))
        self.assertEqual(self.ask("DELETE", "/subjects/address/versions/1"), (200, 1))
        self.assert_error(self.ask("DELETE", "/subjects/address?permanent=true"), 422, 42206)
        for subject in ("firm", "person", "address"):
            self.assertEqual(self.ask("DELETE", f"/subjects/{subject}?permanent=true"),
                             (200, [1]))

    def test_a_reference_within_the_subject_does_not_hold_it(self):
        self.ask("PUT", "/config/both", {"compatibility": "NONE"})
        self.register("both", dict(ADDRESS, namespace="b"))
        inner = dict(record(("home", "b.Address"), name="Person"), namespace="b")
        self.assertEqual(self.post("both", inner, reference("b.Address", "both"))[0], 200)
        self.assertEqual(self.ask("DELETE", "/subjects/both"), (200, [1, 2]))

    def test_the_schema_sent_resolved_is_the_same_version(self):
        resolved = dict(PERSON, fields=[{"name": "home", "type": ADDRESS}])
        for verb in ("versions", ""):
            status, answer = self.post("person", resolved, verb=verb)
            self.assertEqual((status, answer.get("version"), answer.get("id")), (200, 1, 2))
        self.assertEqual(self.ask("GET", "/subjects/person/versions"), (200, [1]))

    def test_looking_up_needs_the_same_references(self):
        found = self.post("person", PERSON, reference("a.Address", "address"), verb="")
        self.assertEqual((found[0], found[1]["id"]), (200, 2))

    def test_compatibility_looks_through_them(self):
        self.register("address", dict(record(("street", "string"), ("zip", "int", 0),
                                             name="Address"), namespace="a"))
        status, answer = self.post("person", PERSON, reference("a.Address", "address", 2))
        self.assertEqual((status, answer["version"]), (200, 2))
        self.ask("PUT", "/config/address", {"compatibility": "NONE"})
        self.register("address", dict(record(("street", "int"), name="Address"),
                                      namespace="a"))
        answer = self.post("person", PERSON, reference("a.Address", "address", 3))
        self.assert_error(answer, 409, 409)
        self.assertIn("Person.home.street", answer[1]["message"])

    def test_the_guid_is_made_of_text_and_references(self):
        digest = hashlib.md5(self.person[1]["schema"].encode() + b"a.Address" + b"address"
                             + b"\0\0\0\1").hexdigest()
        self.assertEqual(self.person[1]["guid"].replace("-", ""), digest)

    def test_in_a_context_plain_names_are_of_that_context(self):
        ask = reference("a.Address", "address")
        self.assert_error(self.post(":.c:person", PERSON, ask), 422, 42201)
        self.register(":.c:address", ADDRESS)
        status, answer = self.post(":.c:person", PERSON, ask)
        self.assertEqual((status, answer["id"], answer["references"]), (200, 2, [ask]))
        self.assertEqual(self.ask("GET", "/subjects/:.c:address/versions/1/referencedby"),
                         (200, [2]))
        other = reference("a.Address", ":.c:address")
        self.assertEqual(self.post("across", PERSON, other)[0], 200)


if __name__ == "__main__":
    unittest.main()
