# SPDX-License-Identifier: Apache-2.0
"""An answer against an OpenAPI document: the part of JSON Schema that our documents use."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
         "number": (int, float)}


def wrong(value, schema, document, where="$"):
    """What is wrong with a value, by the part of JSON Schema that the document uses."""
    if value is None and schema.get("nullable"):
        return []
    if "allOf" in schema:
        return sum((wrong(value, part, document, where) for part in schema["allOf"]), [])
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return wrong(value, document["components"]["schemas"][name], document, where)
    unknown = set(schema) - {"nullable", "type", "enum", "minimum", "items", "required", "properties",
                             "additionalProperties", "description", "pattern"}
    assert not unknown, unknown
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and value is True)):
        return [f"{where}: {value!r} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not of {schema['enum']}"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{where}: {value!r} is not {schema['pattern']}"]
    if "minimum" in schema and value < schema["minimum"]:
        return [f"{where}: {value!r} is less than {schema['minimum']}"]
    found = []
    for i, item in enumerate(value if "items" in schema else []):
        found += wrong(item, schema["items"], document, f"{where}[{i}]")
    found += [f"{where}.{name} is missing" for name in schema.get("required", [])
              if name not in value]
    properties = schema.get("properties", {})
    for name in properties.keys() & (value.keys() if isinstance(value, dict) else ()):
        found += wrong(value[name], properties[name], document, f"{where}.{name}")
    more = schema.get("additionalProperties", True)
    for name in value.keys() - properties.keys() if isinstance(value, dict) else ():
        if more is False:
            found.append(f"{where}.{name} is not named")
        elif more is not True:
            found += wrong(value[name], more, document, f"{where}.{name}")
    return found


def spoiled(value, schema, document):
    """A right value in every way that the schema forbids: each must be found wrong."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "type" not in schema and "enum" not in schema:
        return  # anything is good
    yield {"of": "another kind"} if schema.get("type") != "object" else ["another kind"]
    if "enum" in schema:
        yield "none of these"
    if "pattern" in schema:
        yield value + "!"
    if "minimum" in schema:
        yield schema["minimum"] - 1
    for name in schema.get("required", []):
        yield {key: one for key, one in value.items() if key != name}
    if schema.get("additionalProperties") is False:
        yield {**value, "unheard of": 1}
    for i, item in enumerate(value if isinstance(value, list) else ()):
        for bad in spoiled(item, schema["items"], document):
            yield value[:i] + [bad] + value[i + 1:]
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            for bad in spoiled(value[name], inner, document):
                yield {**value, name: bad}
