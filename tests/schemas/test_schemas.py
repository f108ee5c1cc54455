# SPDX-License-Identifier: Apache-2.0
"""The rules every schema in schemas/ obeys, so that later releases can only add.

Each rule is one test over all files; a failure names topic and field path. `walk` turns a
schema into (path, field, record) triples, so that a rule is one loop.
"""
import json
import os
import pathlib
import unittest

ROOT = pathlib.Path(os.environ.get("SK_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
NAMESPACE = "be.vlaanderen.kinderopvang"
ENTITIES = ("opvang.locatie", "opvang.organisator", "klacht", "koppeling",
            "koppeling.oordeel", "dossier.stuk")
TOPICS = ENTITIES + ("schakel.inzage", "schakel.positie", "schakel.status", "schakel.weigering")
# What makes an entity this entity; the only fields that may stay without a default.
IDENTITY = {"versie", "bron", "onderwerp", "doel", "door"}
IDENTITY_RECORDS = {"Onderwerp": {"soort", "id"}, "Kandidaat": {"doel"}, "Aanvaarding": {"door"}}
SCALARS = {"string", "bytes", "long", "int", "boolean"}
LOGICAL = {"timestamp-millis": "long", "date": "int"}
TAGS = (["PII"], ["PII_SENSITIVE"])


def load():
    return {path.name[:-len(".avsc")]: json.loads(path.read_text("utf-8"))
            for path in sorted((ROOT / "schemas").glob("*.avsc"))}


def camel(topic):
    return "".join(word.capitalize() for word in topic.split("."))


def parts(schema):
    """The schemas directly inside one schema."""
    if isinstance(schema, list):
        return schema
    if isinstance(schema, dict) and schema["type"] == "record":
        return [field["type"] for field in schema["fields"]]
    if isinstance(schema, dict) and schema["type"] == "array":
        return [schema["items"]]
    return []


def named(schema, found=None):
    """Every record and enum that a schema defines, by name."""
    found = {} if found is None else found
    if isinstance(schema, dict) and "name" in schema:
        found[schema["name"]] = schema
    for part in parts(schema):
        named(part, found)
    return found


def flat(schema):
    """A schema with the named types inside it reduced to their names."""
    if isinstance(schema, list):
        return [flat(part) for part in schema]
    if isinstance(schema, dict) and "name" in schema:
        return schema["name"]
    if isinstance(schema, dict) and schema["type"] == "array":
        return {**schema, "items": flat(schema["items"])}
    return schema


def definition(schema):
    """A named type word for word, whatever stood before it in its file."""
    if schema["type"] != "record":
        return schema
    fields = [{**field, "type": flat(field["type"])} for field in schema["fields"]]
    return {**schema, "fields": fields}


def walk(topic, schema):
    for name, record in named(schema).items():
        if record["type"] == "record":
            for field in record["fields"]:
                yield f"{topic}: {name}.{field['name']}", field, record


def leaves(schema, types):
    """The scalar types (or enum, or name of a cycle) a value of this schema is made of."""
    if isinstance(schema, str) and schema in types:
        schema = types[schema]
    if isinstance(schema, dict) and schema["type"] == "enum":
        return {"enum"}
    inner = parts(schema)
    if not inner:
        return {schema if isinstance(schema, str) else schema["type"]}
    return set().union(*(leaves(part, types) for part in inner)) - {"null"}


class SchemaRules(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.schemas = load()
        cls.fields = [entry for topic, schema in cls.schemas.items()
                      for entry in walk(topic, schema)]
        cls.topics = json.loads((ROOT / "schemas" / "topics.json").read_text("utf-8"))

    def test_every_topic_of_the_spine_has_its_schema(self):
        self.assertEqual(sorted(TOPICS + ("schakel.wacht",)), sorted(self.schemas))

    def test_a_schema_is_a_record_named_after_its_topic(self):
        for topic, schema in self.schemas.items():
            self.assertEqual(
                ("record", camel(topic), NAMESPACE),
                (schema["type"], schema["name"], schema.get("namespace")), topic)

    def test_every_record_enum_and_field_says_what_it_is(self):
        for topic, schema in self.schemas.items():
            for name, type_ in named(schema).items():
                self.assertGreater(len(type_.get("doc", "")), 10, f"{topic}: {name}")
        for path, field, _ in self.fields:
            self.assertGreater(len(field.get("doc", "")), 5, path)

    def test_a_name_means_the_same_in_every_file(self):
        seen = {}
        for topic, schema in self.schemas.items():
            for name, type_ in named(schema).items():
                first = seen.setdefault(name, (topic, definition(type_)))
                self.assertEqual(first[1], definition(type_), f"{name}: {first[0]}, {topic}")

    def test_no_file_defines_a_name_twice_or_uses_one_before_it_is_defined(self):
        for topic, schema in self.schemas.items():
            defined = set()

            def visit(part):
                if isinstance(part, str) and part[0].isupper():
                    self.assertIn(part, defined, topic)
                if isinstance(part, dict) and "name" in part:
                    self.assertNotIn(part["name"], defined, topic)
                    defined.add(part["name"])
                for inner in parts(part):
                    visit(inner)

            visit(schema)

    def test_only_the_types_that_can_evolve_are_used(self):
        for path, field, _ in self.fields:
            self.check_type(path, field["type"])

    def check_type(self, path, type_):
        if isinstance(type_, list):
            self.assertEqual(("null", 2), (type_[0], len(type_)), f"{path}: only [null, T]")
            self.assertNotIsInstance(type_[1], list, path)
            self.check_type(path, type_[1])
        elif isinstance(type_, str):
            self.assertTrue(type_ in SCALARS - {"int"} or type_[0].isupper(), f"{path}: {type_}")
        elif "logicalType" in type_:
            self.assertEqual(LOGICAL.get(type_["logicalType"]), type_["type"], path)
        elif type_["type"] == "array":
            self.assertNotIsInstance(type_["items"], list, f"{path}: an item is never null")
            self.check_type(path, type_["items"])
        else:
            self.assertIn(type_["type"], ("record", "enum"), path)

    def test_everything_but_identity_has_a_default(self):
        for path, field, record in self.fields:
            identity = set(record.get("schakel.sleutel", ())) | IDENTITY_RECORDS.get(
                record["name"], set())
            if "schakel.sleutel" in record:
                identity |= IDENTITY
            if field["name"] not in identity:
                self.assertIn("default", field, path)

    def test_an_optional_field_is_null_by_default_and_an_array_empty(self):
        for path, field, _ in self.fields:
            if isinstance(field["type"], list):
                self.assertIn("default", field, path)
                self.assertIsNone(field["default"], path)
            if isinstance(field["type"], dict) and field["type"]["type"] == "array":
                self.assertEqual([], field.get("default"), path)

    def test_an_enum_starts_with_onbekend_and_falls_back_on_it(self):
        for topic, schema in self.schemas.items():
            enums = {name for name, type_ in named(schema).items() if type_["type"] == "enum"}
            for name in enums:
                enum = named(schema)[name]
                self.assertEqual(("ONBEKEND", "ONBEKEND"),
                                 (enum["symbols"][0], enum.get("default")), f"{topic}: {name}")
            for path, field, _ in walk(topic, schema):
                if isinstance(flat(field["type"]), str) and flat(field["type"]) in enums:
                    self.assertEqual("ONBEKEND", field.get("default"), path)

    def test_personal_data_is_text_or_bytes_only(self):
        for topic, schema in self.schemas.items():
            types = named(schema)
            for path, field, _ in walk(topic, schema):
                if "confluent:tags" in field:
                    self.assertIn(field["confluent:tags"], TAGS, path)
                    self.assertLessEqual(leaves(field["type"], types), {"string", "bytes"}, path)

    def test_what_is_known_to_be_personal_is_tagged(self):
        tagged = {(record["name"], field["name"]): field["confluent:tags"][0]
                  for _, field, record in self.fields if "confluent:tags" in field}
        personal = {("Naam", "naam"), ("Contact", "waarde"), ("Adres", "straat"),
                    ("Verantwoordelijke", "naam"), ("Document", "naam"),
                    *(("Klager", name) for name in ("naam", "email", "telefoon")),
                    *(("KlagerAdres", name) for name in
                      ("straat", "huisnummer", "bus", "postcode", "gemeente"))}
        sensitive = {("Klacht", "tekst"), ("Klacht", "onderwerp"), ("Standpunt", "tekst"),
                     ("Afgekeurd", "waarde"), ("KoppelingOordeel", "toelichting"),
                     ("DossierStuk", "samenvatting"), ("SchakelWacht", "record_waarde")}
        self.assertEqual(personal, {key for key in personal if tagged.get(key) == "PII"})
        self.assertEqual(sensitive,
                         {key for key in sensitive if tagged.get(key) == "PII_SENSITIVE"})

    def test_keys_and_titles_are_never_personal(self):
        for path, field, record in self.fields:
            if field["name"] in set(record.get("schakel.sleutel", ())) | {"titel", "uitleg"}:
                self.assertNotIn("confluent:tags", field, path)

    def test_the_key_is_made_of_required_texts(self):
        for topic, schema in self.schemas.items():
            fields = {field["name"]: field for field in schema["fields"]}
            self.assertTrue(schema.get("schakel.sleutel"), topic)
            for name in schema["schakel.sleutel"]:
                self.assertEqual(("string", False),
                                 (fields[name]["type"], "default" in fields[name]), topic)

    def test_an_entity_says_version_source_and_what_was_refused(self):
        for topic in ENTITIES:
            fields = {field["name"]: flat(field["type"]) for field in self.schemas[topic]["fields"]}
            self.assertEqual(("long", "Bron", {"type": "array", "items": "Afgekeurd"}),
                             (fields.get("versie"), fields.get("bron"), fields.get("afgekeurd")),
                             topic)

    def test_topics_json_lists_every_topic_with_its_key(self):
        listed = {topic["name"]: topic for topic in self.topics["topics"]}
        self.assertEqual(sorted(TOPICS), sorted(listed))
        for name, topic in listed.items():
            self.assertEqual((name, self.schemas[name]["schakel.sleutel"]),
                             (topic["schema"], topic["sleutel"]), name)
            self.assertEqual(4 if name in ENTITIES else 1, topic["partitions"], name)

    def test_topics_json_names_the_topics_of_each_process_by_pattern(self):
        patterns = {entry["pattern"]: entry for entry in self.topics["patterns"]}
        self.assertEqual({"dlq.<process>", "wacht.<process>"}, set(patterns))
        self.assertEqual(("schakel.wacht", self.schemas["schakel.wacht"]["schakel.sleutel"]),
                         (patterns["wacht.<process>"]["schema"],
                          patterns["wacht.<process>"]["sleutel"]))

    def test_every_topic_is_compacted_and_takes_records_of_one_mebibyte(self):
        for entry in self.topics["topics"] + self.topics["patterns"]:
            self.assertEqual(("compact", 90 * 86400 * 1000, 2 * 1024 * 1024),
                             (entry["cleanup.policy"], entry["delete.retention.ms"],
                              entry["max.message.bytes"]), entry)


if __name__ == "__main__":
    unittest.main()
