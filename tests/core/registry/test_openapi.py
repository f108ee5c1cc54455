# SPDX-License-Identifier: Apache-2.0
"""/openapi.json is true: it names every route and no other, each operation is asked once
as it should be and once in an error, and every answer is what the document says."""
import json
import os
import re
import sys
import unittest

from registry import Case, record
sys.path.insert(0, os.path.join(os.environ["SK_SOURCE_DIR"], "tests"))
from systems.openapi import spoiled, wrong  # noqa: E402

ROUTES = os.path.join(os.environ["SK_SOURCE_DIR"], "core", "registry", "routes.c")
A = json.dumps(record(("a", "int")))
USES = {"schema": json.dumps(record(("r", "R"), name="T")),
        "references": [{"name": "R", "subject": "s", "version": 1}]}
FULL = {"compatibility": "FULL"}


class OpenApi(Case):
    def setUp(self):
        super().setUp()
        status, self.document = self.ask("GET", "/openapi.json")
        self.assertEqual(status, 200)
        self.asked = set()
        self.spoiled = 0

    def operations(self):
        return {(method.upper(), path) for path, methods in self.document["paths"].items()
                for method in methods}

    def validate(self, value, schema, what):
        """The value is as the schema says, and would not pass if it were not."""
        self.assertEqual(wrong(value, schema, self.document), [], what)
        for bad in spoiled(value, schema, self.document):
            self.spoiled += 1
            self.assertTrue(wrong(bad, schema, self.document), (what, bad))

    def check(self, method, path, values=(), body=None, query="", succeeds=True):
        """Asks, and holds the answer against the document."""
        target = path
        for value in values:
            target = re.sub(r"\{\w+\}", str(value), target, count=1)
        text = body if body is None or isinstance(body, bytes) else json.dumps(body)
        response, data = self.registry.raw(method, target + query, text)
        said = self.document["paths"][path][method.lower()]["responses"]
        answer = said.get(str(response.status))
        self.assertEqual(response.status < 300, succeeds, (method, target, data))
        if answer is None:
            answer = self.document["components"]["responses"]["Error"]
        for kind, content in answer.get("content", {}).items():
            self.assertEqual(response.headers["Content-Type"], kind)
            if kind.endswith("json"):
                self.validate(json.loads(data), content["schema"], (method, target))
        if succeeds:
            self.asked.add((method, path))
        return data

    def test_it_names_every_route_and_no_other(self):
        with open(ROUTES, encoding="utf-8") as file:
            rows = re.findall(r'\{"([A-Z]+)", "([^"]+)", sk_', file.read())
        self.assertGreater(len(rows), 30)
        self.assertEqual({(method, re.sub(r"\{\w+\}", "*", path))
                          for method, path in self.operations()}, set(rows))

    def test_it_names_every_parameter_of_a_query_and_no_other(self):
        folder, read = os.path.dirname(ROUTES), set()
        for name in os.listdir(folder):
            if name.endswith(".c"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    read |= set(re.findall(
                        r'(?:sk_call_query|sk_call_flag|query_number|sk_call_next_query)'
                        r'\(call,(?: &\w+,)?\s*"(\w+)"', file.read()))
        named = {parameter["name"] for methods in self.document["paths"].values()
                 for operation in methods.values()
                 for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
        # Taken, and without a meaning for Avro.
        self.assertEqual(named, read | {"referenceFormat"})

    def test_every_operation_answers_as_it_says(self):
        subject, version = "/subjects/{subject}", "/subjects/{subject}/versions/{version}"
        check = self.check
        exported = check("GET", "/v1/export")
        check("POST", "/v1/import", body=exported)
        check("POST", subject + "/versions", ["s"], {
            "schema": A, "metadata": {"properties": {"k": "v"}, "tags": {"x": ["y"]},
                                      "sensitive": ["k"]},
            "ruleSet": {"domainRules": [{
                "name": "r", "kind": "CONDITION", "mode": "WRITE", "type": "CEL",
                "tags": ["PII"], "params": {"a": "b"}, "expr": "true",
                "onFailure": "ERROR"}]}})
        check("POST", subject + "/versions", ["t"], USES)
        check("POST", subject, ["s"], {"schema": A})
        guid = json.loads(check("GET", version, ["s", 1]))["guid"]
        for path in ("", "/schema", "/subjects", "/versions"):
            check("GET", "/schemas/ids/{id}" + path, [1],
                  query="?fetchMaxId=true&findTags=true")
        check("GET", "/schemas/guids/{guid}", [guid])
        check("GET", "/schemas/guids/{guid}/ids", [guid])
        for path in ("/", "/schemas", "/schemas/types", "/subjects", "/contexts",
                     "/config", "/mode", "/openapi.json", "/v1/metadata/id",
                     "/v1/metadata/version", "/v1/metadata/deployment"):
            check("GET", path)
        check("POST", "/")
        check("GET", subject + "/metadata", ["s"], query="?key=k&value=v")
        check("GET", subject + "/versions", ["s"])
        check("GET", version + "/schema", ["s", "latest"])
        check("GET", version + "/referencedby", ["s", 1])
        check("POST", version + "/tags", ["t", 1], {"tagsToAdd": [{
            "schemaEntity": {"entityType": "sr_record", "entityPath": "T"},
            "tags": ["PII"]}]})
        for path, values in (("", ["s"]), ("/{version}", ["s", 1])):
            check("POST", "/compatibility/subjects/{subject}/versions" + path, values,
                  {"schema": A}, "?verbose=true")
        self.settings()
        check("DELETE", version, ["t", 1])
        check("DELETE", subject, ["t"])
        check("DELETE", "/contexts/{context}", [".c"])
        self.assertEqual(self.operations() - self.asked, set())
        self.assertGreater(self.spoiled, 400)

    def settings(self):
        for path, values in (("", []), ("/{subject}", ["s"])):
            self.check("PUT", "/config" + path, values, FULL)
            self.check("GET", "/config" + path, values)
            self.check("DELETE", "/config" + path, values)
            self.check("PUT", "/mode" + path, values, {"mode": "READWRITE"})
            self.check("GET", "/mode" + path, values)
            self.check("DELETE", "/mode" + path, values)

    def test_what_is_refused_is_refused_as_it_says(self):
        for method, path in sorted(self.operations()):
            if "{subject}" in path and "{version}" not in path:
                body = {"compatibility": "X", "mode": "X", "schema": "no"}
                if method == "GET" or method == "DELETE":
                    body = None
                if path.endswith("/metadata"):
                    continue
                if (method, path) == ("POST", "/compatibility/subjects/{subject}/versions"):
                    continue  # an unknown subject is compatible with anything
                self.check(method, path, ["nothing"], body, succeeds=False)
            elif "{version}" in path or "{id}" in path:
                self.check(method, path, ["nothing", "abc"], {}, succeeds=False)

    def test_the_validator_itself_finds_what_is_wrong(self):
        error = {"$ref": "#/components/schemas/Error"}
        for value in ({}, {"error_code": "x", "message": ""}, [], None,
                      {"error_code": 1, "message": "", "more": 1}):
            self.assertTrue(wrong(value, error, self.document), value)
        self.assertEqual(wrong({"error_code": 42201, "message": ""}, error, self.document), [])


if __name__ == "__main__":
    unittest.main()
